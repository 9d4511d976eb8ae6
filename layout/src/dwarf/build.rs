//! How the units of a file were compiled, as far as it moves the layout of their types.

use std::collections::{BTreeMap, BTreeSet};

use super::language::Language;
use super::unit::Unit;
use crate::abi::{Dialect, Scalar, Switch};
use crate::types::TypeId;

/// How some units of a file were compiled: by the same compiler, with the same options that move types, and the same scalars.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Build {
    /// Whose idea of records their compiler has.
    pub compiler: Dialect,
    /// Whether the compiler wrote its options down (GCC does, Clang does not): then those that are not among `switches` were not given.
    pub recorded: bool,
    /// Which alignments that a declaration asks for the compiler writes down.
    pub tells: Tells,
    /// Whether the types are CodeView's, of a compiler that lays them out as Microsoft's does.
    pub is_codeview: bool,
    /// The options that it wrote down. Sorted.
    pub switches: Vec<Switch>,
    /// The sizes of C's scalars in octets, as far as these units use them.
    pub scalars: BTreeMap<Scalar, u64>,
    /// Whether plain `char` is signed, if they have one.
    pub char_signed: Option<bool>,
}

/// Which alignments that a declaration asks for are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tells {
    /// Each.
    Every,
    /// What GCC writes: where its machine accesses only what is aligned, not that of a record which is as large as an integer and aligned as one (stor-layout.cc, `finalize_type_size`).
    AsGcc,
    /// None: GCC before 8, `-gstrict-dwarf` before DWARF 5, CodeView, BTF.
    Nothing,
}

impl Tells {
    /// What a compiler of C's kin tells, by what it says of itself and the version of DWARF that it writes.
    fn of(producer: &str, version: u16) -> Tells {
        let before = |words: &str, first: u32| {
            let number = producer.split_once(words).map(|(_, rest)| rest);
            let number = number.and_then(|rest| rest.split(['.', ' ']).next()?.parse::<u32>().ok());
            number.is_some_and(|number| number < first)
        };
        match gcc_version(producer) {
            Some(8..) if version >= 5 || !producer.contains("-gstrict-dwarf") => Tells::AsGcc,
            Some(_) => Tells::Nothing,
            // LLVM 4 was the first.
            None if before("clang version ", 4) || before("Apple LLVM version ", 9) => {
                Tells::Nothing
            }
            None if producer.is_empty() || producer.contains("clang") => Tells::Every,
            None => Tells::Nothing,
        }
    }
}

impl Build {
    /// By what a compiler says of itself: `DW_AT_producer`.
    fn of(producer: &str) -> Build {
        Build {
            compiler: if producer.contains("clang") {
                Dialect::Clang
            } else {
                Dialect::Gcc
            },
            recorded: producer.starts_with("GNU ") && producer.contains(" -"),
            tells: Tells::Every,
            is_codeview: false,
            switches: Switch::of(producer),
            scalars: BTreeMap::new(),
            char_signed: None,
        }
    }

    /// What `-fpack-struct` asked for: `None` in it where every record is packed.
    pub(super) fn pack_struct(&self) -> Option<Option<u32>> {
        let pack = |switch: &Switch| match switch {
            Switch::PackStruct(pack) => Some(*pack),
            _ => None,
        };
        self.switches.iter().find_map(pack)
    }

    /// Whether the other can be the same, as far as both are known.
    fn agrees_with(&self, other: &Build) -> bool {
        let same_size =
            |(scalar, size)| other.scalars.get(scalar).is_none_or(|other| other == size);
        let same_sign = match (self.char_signed, other.char_signed) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        };
        let compiler = |build: &Build| {
            let Build {
                compiler,
                recorded,
                tells,
                is_codeview,
                ..
            } = *build;
            (compiler, recorded, tells, is_codeview)
        };
        compiler(self) == compiler(other)
            && self.switches == other.switches
            && same_sign
            && self.scalars.iter().all(same_size)
    }

    fn learn(&mut self, other: &Build) {
        self.char_signed = self.char_signed.or(other.char_signed);
        for (&scalar, &size) in &other.scalars {
            self.scalars.entry(scalar).or_insert(size);
        }
    }
}

/// The major version of GCC: 5 of `GNU C++14 5.4.0 -mmcu=avr5`.
fn gcc_version(producer: &str) -> Option<u32> {
    let mut words = producer.strip_prefix("GNU ")?.split(' ');
    let version = words.find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
    version.split('.').next()?.parse().ok()
}

/// A build, as far as the units read so far show it.
#[derive(Clone)]
struct Shown {
    build: Build,
    /// Whether the unit says who made it. Type units do not.
    said: bool,
}

impl Shown {
    fn agrees_with(&self, other: &Shown) -> bool {
        self.said == other.said && self.build.agrees_with(&other.build)
    }
}

/// The builds of a file, as they show while its units are read.
#[derive(Default)]
pub(super) struct Builds {
    shown: Vec<Shown>,
    /// What the unit that is being read shows, and the build that it is taken for.
    unit: Option<(Shown, usize)>,
    /// Whether that is another than it was first.
    moved: bool,
    /// Whether a header of musl's declares a type of theirs.
    pub(super) musl: bool,
    /// The builds that each record and enumeration is of.
    of: BTreeMap<TypeId, BTreeSet<usize>>,
}

impl Builds {
    /// Begins with a unit of DWARF.
    pub(super) fn begin(&mut self, unit: &Unit<'_>) {
        let is_of_c = matches!(unit.language, Language::C | Language::Cpp | Language::D);
        let version = unit.header.version();
        let told = is_of_c.then(|| Tells::of(&unit.producer, version));
        self.begin_with(&unit.producer, told.unwrap_or(Tells::Every));
    }

    /// Begins with types of BTF, which says nothing of its compiler.
    pub(super) fn begin_btf(&mut self) {
        self.begin_with("", Tells::Nothing);
    }

    fn begin_with(&mut self, producer: &str, tells: Tells) {
        let unit = Shown {
            build: Build {
                tells,
                ..Build::of(producer)
            },
            said: !producer.is_empty(),
        };
        let index = self.index(&unit);
        self.unit = Some((unit, index));
        self.moved = false;
    }

    /// Begins with types of CodeView, whose compilers have Clang's idea of what Microsoft's does.
    pub(super) fn begin_codeview(&mut self, producer: &str) {
        let unit = Shown {
            build: Build {
                compiler: Dialect::Clang,
                is_codeview: true,
                tells: Tells::Nothing,
                ..Build::of(producer)
            },
            said: true,
        };
        let index = self.index(&unit);
        self.unit = Some((unit, index));
    }

    fn index(&mut self, unit: &Shown) -> usize {
        let known = self.shown.iter().position(|shown| shown.agrees_with(unit));
        known.unwrap_or_else(|| {
            self.shown.push(unit.clone());
            self.shown.len() - 1
        })
    }

    /// The unit has a scalar of so many octets.
    pub(super) fn scalar(&mut self, scalar: Scalar, size: u64) {
        self.learn(|unit| {
            unit.scalars.entry(scalar).or_insert(size);
        });
    }

    /// The unit has a plain `char`.
    pub(super) fn char_signed(&mut self, signed: bool) {
        self.learn(|unit| {
            unit.char_signed.get_or_insert(signed);
        });
    }

    fn learn(&mut self, fact: impl FnOnce(&mut Build)) {
        let Some((mut unit, mut index)) = self.unit.take() else {
            return;
        };
        fact(&mut unit.build);
        // What the unit had before is left to the build that it was taken for: it did not depend on this.
        let agrees = |shown: &Shown| shown.agrees_with(&unit);
        if !self.shown.get(index).is_some_and(agrees) {
            index = self.index(&unit);
            self.moved = true;
        }
        if let Some(shown) = self.shown.get_mut(index) {
            shown.build.learn(&unit.build);
        }
        self.unit = Some((unit, index));
    }

    /// The unit has this record or enumeration.
    pub(super) fn has(&mut self, id: TypeId) {
        if let Some((_, index)) = self.unit {
            self.of.entry(id).or_default().insert(index);
        }
    }

    /// The build that the unit is taken for, where nothing that it shows was against it.
    pub(super) fn settled(&self) -> Option<usize> {
        let index = self.unit.as_ref().map(|(_, index)| *index);
        index.filter(|_| !self.moved)
    }

    /// How the unit was compiled, as far as it says.
    pub(super) fn unit(&self) -> Option<&Build> {
        self.unit.as_ref().map(|(unit, _)| &unit.build)
    }

    /// The builds that have types, in an order that does not depend on that of the units; and which types they have.
    pub(super) fn finish(self) -> (Vec<Build>, BTreeMap<TypeId, BTreeSet<usize>>) {
        let Builds { mut shown, of, .. } = self;
        let mut one_of: Vec<usize> = (0..shown.len()).collect();
        for (index, place) in one_of.iter_mut().enumerate() {
            if let Some(said) = maker(&shown, index) {
                *place = said;
                let unsaid = shown.get(index).cloned();
                if let (Some(said), Some(unsaid)) = (shown.get_mut(said), unsaid) {
                    said.build.learn(&unsaid.build);
                }
            }
        }
        let now = |index: &usize| one_of.get(*index).copied();
        let mut used: BTreeSet<usize> = of.values().flatten().filter_map(now).collect();
        if used.is_empty() {
            used.extend(one_of.iter().copied());
        }
        let mut order: Vec<(Build, usize)> = shown
            .into_iter()
            .enumerate()
            .filter(|(index, _)| used.contains(index))
            .map(|(index, shown)| (shown.build, index))
            .collect();
        // Those with the fewest options first: what is of several builds is taken for the plainest.
        order.sort_by(|(a, _), (b, _)| (a.switches.len(), a).cmp(&(b.switches.len(), b)));
        let place = |index: usize| order.iter().position(|(_, of)| *of == index);
        let of = of
            .iter()
            .map(|(&id, indices)| {
                (
                    id,
                    indices.iter().filter_map(now).filter_map(place).collect(),
                )
            })
            .collect();
        let mut builds: Vec<Build> = order.iter().map(|(build, _)| build.clone()).collect();
        if builds.is_empty() {
            builds.push(Build::of(""));
        }
        (builds, of)
    }
}

/// The build of units that do not say who made them: that of the others, where these are of one.
fn maker(shown: &[Shown], index: usize) -> Option<usize> {
    let unsaid = shown.get(index).filter(|shown| !shown.said)?;
    let can_be = |other: &Shown| {
        let as_other = Build {
            scalars: unsaid.build.scalars.clone(),
            char_signed: unsaid.build.char_signed,
            ..other.build.clone()
        };
        other.said && other.build.agrees_with(&as_other)
    };
    let mut can_be = shown.iter().enumerate().filter(|(_, other)| can_be(other));
    let (only, _) = can_be.next()?;
    can_be.next().is_none().then_some(only)
}

#[cfg(test)]
mod tests {
    use super::{Tells, gcc_version};

    #[test]
    fn what_is_told_of_alignments_is_by_compiler_and_version() {
        for (producer, version, tells) in [
            ("GNU C17 12.2.0 -g", 4, Tells::AsGcc),
            ("GNU C17 12.2.0 -g -gstrict-dwarf", 4, Tells::Nothing),
            ("GNU C17 12.2.0 -g -gstrict-dwarf", 5, Tells::AsGcc),
            ("GNU C++14 5.4.0 -mmcu=avr5 -g", 4, Tells::Nothing),
            ("Debian clang version 14.0.6", 4, Tells::Every),
            ("clang version 3.8.1-24", 4, Tells::Nothing),
            (
                "Apple LLVM version 8.0.0 (clang-800.0.42.1)",
                4,
                Tells::Nothing,
            ),
            ("Apple clang version 15.0.0", 4, Tells::Every),
            (
                "Component: ARM Compiler 5.06 Tool: armcc",
                3,
                Tells::Nothing,
            ),
            ("", 5, Tells::Every),
        ] {
            assert_eq!(Tells::of(producer, version), tells, "{producer}");
        }
    }

    #[test]
    fn a_version_is_that_of_gcc_alone() {
        for (producer, version) in [
            ("GNU C++14 5.4.0 -mmcu=avr5 -g", Some(5)),
            ("GNU C17 12.2.0 -mtune=generic -march=x86-64 -g", Some(12)),
            ("GNU C 4.9", Some(4)),
            ("Debian clang version 14.0.6", None),
            ("GNU", None),
            ("", None),
        ] {
            assert_eq!(gcc_version(producer), version, "{producer}");
        }
    }
}
