//! A type on all ABIs: what findings are made from.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use input::machine::Machine;
use input::reading::configured::Configured;
use input::reading::surroundings::LeftOpen;
use input::reading::{ReadBy, Reading, Readings, Row, Status};
use input::subjects::{Subject, Subjects};
use layout::fit::Ambiguity;
use layout::types::Types;
use layout::{Abi, Alike, Layouts};

use super::anatomy::{Anatomy, Field, Whole};

/// A type on all ABIs.
pub struct Case<'a> {
    /// The type, as this machine's compiler has it; where that has none, as another does.
    pub subject: &'a Subject,
    /// How it lies, on each ABI once for each declaration.
    pub on: Vec<On<'a>>,
    /// Who read it for each machine; empty where it was read once for all.
    pub read_by: &'a BTreeMap<String, ReadBy>,
    /// The names in it that are taken at their word, and where.
    pub configured: &'a [(Configured, Vec<String>)],
    /// The `#pragma pack` that was left open where it is declared, or behind it.
    pub left_open: &'a [LeftOpen],
    /// The macros that have its size in their number.
    pub ioctls: &'a [String],
}

/// A type on one ABI, and the machines that have it.
#[derive(Clone)]
pub struct On<'a> {
    /// The ABI.
    pub abi: &'a Abi,
    /// The names of the machines, sorted.
    pub machines: Vec<&'a str>,
    /// How the type lies there: the same thing on all ABIs that place alike.
    pub anatomy: Rc<Result<Anatomy, Whole>>,
    /// What was read for these machines; `None` where nothing was.
    pub read: Option<Read<'a>>,
}

/// A type in a reading.
#[derive(Clone, Copy)]
pub struct Read<'a> {
    /// The reading's types.
    pub types: &'a Types,
    /// The same with all that was asked about.
    pub of: &'a Subjects,
    /// The type among them.
    pub subject: &'a Subject,
    /// Which of the different declarations of the type it is; 0 is this machine's.
    pub declaration: usize,
    /// Who read it.
    pub by: &'a str,
}

/// The layouts of all types of a file on all ABIs, each worked out once for those on which it lies alike.
pub struct Models<'a> {
    readings: &'a [Reading],
    read_by: &'a BTreeMap<String, ReadBy>,
    /// Of each reading, on each ABI.
    layouts: Vec<Vec<Layouts<'a>>>,
    /// Of each reading.
    alike: Vec<Alike<'a>>,
    /// Of each reading and build, those on ABIs that are not as in the table: an object's own, and others with its options.
    built: Vec<Vec<BTreeMap<&'a str, Layouts<'a>>>>,
    /// Sorted by the ABIs' names.
    machines: Vec<MachinesOf<'a>>,
}

/// An ABI, and its machines with whether only those types are laid out for them that lie otherwise there.
type MachinesOf<'a> = (&'a Abi, Vec<(&'a str, bool)>);

/// As what a type lies on an ABI.
#[derive(Clone, Copy, PartialEq)]
enum Lying<'a> {
    /// As on the ABI in this place, which is the first of those that are alike for it.
    As(usize),
    /// On the ABI of this name, as it was built.
    Built(&'a str),
}

impl<'a> Models<'a> {
    /// For these readings on these machines.
    pub fn new(all: &'a Readings, machines: &[Machine<'a>]) -> Models<'a> {
        let readings = all.all.as_slice();
        let mut by_name: BTreeMap<&str, MachinesOf<'a>> = BTreeMap::new();
        for machine in machines {
            let (_, of_abi) = by_name
                .entry(machine.abi.name())
                .or_insert((machine.abi, Vec::new()));
            of_abi.push((machine.name, machine.is_optional));
        }
        let machines: Vec<_> = by_name.into_values().collect();
        let abis = || machines.iter().map(|(abi, _)| *abi);
        let layouts = readings.iter().map(|reading| {
            let layouts = abis().map(|abi| Layouts::new(abi, &reading.subjects.types));
            layouts.collect()
        });
        let alike = readings
            .iter()
            .map(|reading| Alike::new(abis(), &reading.subjects.types));
        let built = readings.iter().map(|reading| {
            let Subjects { types, built, .. } = &reading.subjects;
            built.iter().map(|built| built.layouts(types)).collect()
        });
        Models {
            layouts: layouts.collect(),
            built: built.collect(),
            alike: alike.collect(),
            readings,
            read_by: &all.read_by,
            machines,
        }
    }

    /// A type on all of them; `None` where no reading has it.
    pub fn case(&self, row: &'a Row) -> Option<Case<'a>> {
        let mut on: Vec<On<'a>> = Vec::new();
        // What was read in one reading lies alike on ABIs that are alike for it.
        let mut known: Vec<(&Status, Lying<'_>, On<'a>)> = Vec::new();
        for (place, (abi, machines)) in self.machines.iter().enumerate() {
            let begin = on.len();
            for (machine, is_optional) in machines {
                if *is_optional && !row.varies {
                    continue;
                }
                let status = row.on(machine);
                let lying = self.lying(status, place, abi);
                let one = match known
                    .iter()
                    .position(|(of, at, _)| (*of, *at) == (status, lying))
                {
                    Some(one) => one,
                    None => {
                        known.push((status, lying, self.lay_out(lying, abi, status)));
                        known.len() - 1
                    }
                };
                let Some((_, _, one)) = known.get(one) else {
                    continue;
                };
                let mut here = on.iter_mut().skip(begin);
                if let Some(on) = here.find(|on| Rc::ptr_eq(&one.anatomy, &on.anatomy)) {
                    on.machines.push(machine);
                    continue;
                }
                on.push(On {
                    abi: self.built(status, abi).map_or(abi, Layouts::abi),
                    machines: vec![machine],
                    ..one.clone()
                });
            }
        }
        on.sort_by_key(|on| (on.abi.name(), on.machines.first().copied()));
        let mut read = on.iter().filter_map(|on| on.read);
        let first = read
            .clone()
            .find(|read| read.declaration == 0)
            .or_else(|| read.next());
        Some(Case {
            subject: first?.subject,
            on,
            configured: &row.configured,
            left_open: &row.left_open,
            ioctls: &row.ioctls,
            read_by: self.read_by,
        })
    }

    /// The layouts on an ABI where it is not as in the table for a type.
    fn built(&self, status: &Status, abi: &Abi) -> Option<&Layouts<'a>> {
        let Status::Read {
            reading, subject, ..
        } = status
        else {
            return None;
        };
        let subjects = &self.readings.get(*reading)?.subjects;
        let build = subjects.subjects.get(*subject)?.build;
        self.built.get(*reading)?.get(build)?.get(abi.name())
    }

    /// Where what has this status lies as it lies on an ABI, which is in this place.
    fn lying(&self, status: &Status, place: usize, abi: &'a Abi) -> Lying<'a> {
        if self.built(status, abi).is_some() {
            return Lying::Built(abi.name());
        }
        let Status::Read {
            reading, subject, ..
        } = status
        else {
            return Lying::As(place);
        };
        let alike = || {
            let subjects = &self.readings.get(*reading)?.subjects.subjects;
            let kind = subjects.get(*subject)?.kind;
            let first = *self.alike.get(*reading)?.firsts([kind]).get(place)?;
            // A file may tell the alignment for some machines only.
            let layouts = self.layouts.get(*reading)?;
            let tells = |place: usize| Some(layouts.get(place)?.tells_alignment(kind));
            (tells(first) == tells(place)).then_some(first)
        };
        Lying::As(alike().unwrap_or(place))
    }

    fn lay_out(&self, lying: Lying<'_>, abi: &'a Abi, status: &Status) -> On<'a> {
        let without = |why| On {
            abi,
            machines: Vec::new(),
            anatomy: Rc::new(Err(why)),
            read: None,
        };
        let (reading, subject, declaration) = match status {
            Status::Undecided(why) => return without(Whole::Unread(why.clone())),
            Status::Undeclared => return without(Whole::Undeclared),
            Status::Read {
                reading,
                subject,
                declaration,
            } => (*reading, *subject, *declaration),
        };
        let found = self
            .readings
            .get(reading)
            .and_then(|of| Some((of, of.subjects.subjects.get(subject)?)));
        let layouts = match lying {
            Lying::Built(_) => self.built(status, abi),
            Lying::As(first) => self.layouts.get(reading).and_then(|on| on.get(first)),
        };
        let (Some((of, subject)), Some(layouts)) = (found, layouts) else {
            return without(Whole::Undeclared);
        };
        let types = &of.subjects.types;
        On {
            anatomy: Rc::new(Anatomy::of(layouts, types, subject.kind)),
            read: Some(Read {
                types,
                of: &of.subjects,
                subject,
                declaration,
                by: &of.by,
            }),
            ..without(Whole::Undeclared)
        }
    }
}

impl On<'_> {
    /// Whether the input leaves something about the type undecided there: it may lie otherwise than it was read.
    pub fn is_ambiguous(&self) -> bool {
        self.ambiguity().is_some()
    }

    /// What the input leaves undecided about the type there.
    pub fn ambiguity(&self) -> Option<&Ambiguity> {
        let mut ambiguities = self.read.iter().flat_map(|read| &read.subject.ambiguities);
        ambiguities.find(|one| one.abis.contains(self.abi.name()))
    }
}

impl<'a> Case<'a> {
    /// The ABIs on which its layout is known; not those on which the input leaves it undecided, where a number may be wrong.
    pub fn known(&self) -> impl Iterator<Item = (&On<'a>, &Anatomy)> {
        self.as_read().filter(|(on, _)| !on.is_ambiguous())
    }

    /// The ABIs on which there is a layout, be it one of several that the input allows.
    fn as_read(&self) -> impl Iterator<Item = (&On<'a>, &Anatomy)> {
        self.on
            .iter()
            .filter_map(|on| Some((on, (*on.anatomy).as_ref().ok()?)))
    }

    /// How many different declarations of it were read.
    pub fn declarations(&self) -> usize {
        let read = self.on.iter().filter_map(|on| on.read);
        let mut numbers: Vec<_> = read.map(|read| read.declaration).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.len()
    }

    /// Whether all that is known was read in one reading.
    pub fn is_one_reading(&self) -> bool {
        let mut types = self
            .on
            .iter()
            .filter_map(|on| Some(std::ptr::from_ref(on.read?.types)));
        let first = types.next();
        types.all(|types| Some(types) == first)
    }

    /// The values of the type: of each, its place among the fields of every known layout that has it, as pairs of a place in [`Case::known`] and one in its fields. Where declarations differ, fields of one path are one value.
    pub fn values(&self) -> Vec<Vec<(usize, usize)>> {
        self.values_of(&self.known().collect::<Vec<_>>())
    }

    /// The values on these ABIs.
    fn values_of(&self, known: &[(&On<'a>, &Anatomy)]) -> Vec<Vec<(usize, usize)>> {
        let Some((_, first)) = known.first() else {
            return Vec::new();
        };
        let is_one = self.is_one_reading();

        if is_one {
            let all = |place| (0..known.len()).map(|on| (on, place)).collect();
            return (0..first.fields.len()).map(all).collect();
        }
        let mut values: Vec<Vec<(usize, usize)>> = Vec::new();
        let mut by_path: HashMap<(&str, usize), usize> = HashMap::new();
        for (on, (_, anatomy)) in known.iter().enumerate() {
            // Values without a name may have one path.
            let mut times: HashMap<&str, usize> = HashMap::new();
            for (place, field) in anatomy.fields.iter().enumerate() {
                let time = times.entry(&field.path).or_default();
                let value = *by_path.entry((&field.path, *time)).or_insert_with(|| {
                    values.push(Vec::new());
                    values.len() - 1
                });
                *time += 1;
                if let Some(value) = values.get_mut(value) {
                    value.push((on, place));
                }
            }
        }
        values
    }

    /// The fields, each on every ABI where the layout is known and has it.
    pub fn fields(&self) -> impl Iterator<Item = Vec<(&On<'a>, &Field)>> {
        self.fields_of(self.known().collect())
    }

    /// The same where the layout is undecided, too: of these fields only what they are is known, and not where they lie.
    pub fn fields_as_read(&self) -> impl Iterator<Item = Vec<(&On<'a>, &Field)>> {
        self.fields_of(self.as_read().collect())
    }

    fn fields_of<'c>(
        &'c self,
        known: Vec<(&'c On<'a>, &'c Anatomy)>,
    ) -> impl Iterator<Item = Vec<(&'c On<'a>, &'c Field)>> {
        self.values_of(&known).into_iter().map(move |value| {
            let fields = value.into_iter().filter_map(|(on, place)| {
                let (on, anatomy) = known.get(on)?;
                Some((*on, anatomy.fields.get(place)?))
            });
            fields.collect()
        })
    }
}
