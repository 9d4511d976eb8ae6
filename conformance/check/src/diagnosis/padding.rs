//! Padding: the cure of a gap, and whether it is another one only because of something before it.

use std::collections::HashSet;

use layout::abi::{BitFieldPacking, Scalar};
use layout::types::{Count, RecordKind, Role, Type, TypeId};

use super::TypeAt;
use super::cure::{self, Cure};
use super::cured::{Behind, Cured, Gap};
use super::declared::Declared;
use crate::anatomy::{Field, holes};
use crate::case::Read;
use crate::findings::bit_field_packing;

/// What is said of bit-fields whose units are not alike on all machines.
const ONE_UNIT: &str = "a type as wide as all of them for the bit-fields before it";

/// A member in the place of padding.
pub(super) struct Reserved {
    /// The record and the member before which it stands; `None` at the end.
    before: Option<(TypeId, usize)>,
    name: String,
}

impl<'a> TypeAt<'_, 'a> {
    pub(super) fn of_padding(
        &mut self,
        field: &str,
        declared: Option<&Declared<'a>>,
        gap: Option<Gap>,
        is_rust: bool,
    ) -> Cure {
        if let Some(align) = self.alignment(field) {
            return Cure {
                alignment: Some(align),
                ..Cure::said(format!("an alignment that is a number: {align}"))
            };
        }
        let octets = gap.map_or_else(|| self.gap(field), |gap| gap.most);
        let is_of_bases =
            || gap.is_none() && self.has_bases(declared) && self.is_microsofts_alone(field);
        // Where no type is what moves it, other rules do, and no member mends that.
        let is_of_rules = || gap.is_none() && !self.has_cause && self.begins_differ(field);
        if octets == 0 || is_of_bases() || is_of_rules() {
            return self.of_other_rule(field, declared);
        }
        let is_end = declared.is_none_or(|one| one.link.is_none());
        let record = self.record(declared).and_then(|(read, record)| {
            let Type::Record(of) = read.types.get(record)? else {
                return None;
            };
            Some((read, record, of))
        });
        if let Some((read, id, record)) = record.filter(|_| is_end) {
            let is_flexible = |kind| {
                let kind = read.types.get(kind);
                matches!(
                    kind,
                    Some(Type::Array {
                        count: Count::Flexible,
                        ..
                    })
                )
            };
            if record
                .members
                .last()
                .is_some_and(|last| is_flexible(last.kind))
            {
                return Cure::said("offsetof of its flexible array, and not sizeof, as its length");
            }
            // Another member of a union moves nothing: one as large as all of it is the end.
            if record.kind == RecordKind::Union {
                let size = self.cured.as_mut().and_then(|cured| cured.size(id));
                let name = self.reserved(declared, 0);
                return size.map_or_else(Cure::default, |size| cure::of_gap(&name, size, is_rust));
            }
        }
        let name = self.reserved(declared, 0);
        let cure = match self.behind(gap, field) {
            Behind::Nothing => cure::of_gap(&name, octets, is_rust),
            Behind::Unit(bits) if bits / 8 <= octets => {
                let Some(unit) = self.type_before(declared) else {
                    return Cure::said(ONE_UNIT);
                };
                let more = self.reserved(declared, 1);
                cure::of_unit(unit, [&name, &more], bits, octets - bits / 8)
            }
            _ => return Cure::said(ONE_UNIT),
        };
        let link = declared.and_then(|one| one.link.as_ref());
        let member = link.and_then(|link| link.member(record?.2));
        // A struct or a union without a name begins there, and the field is in it.
        match (&cure.before, member.is_some_and(|one| one.name.is_none())) {
            (Some(line), true) => Cure::said(format!(
                "`{line}` before the struct or union without a name that begins with it"
            )),
            _ => cure,
        }
    }

    /// What stands before the padding, where that matters: one of the compilers keeps units whole.
    fn behind(&self, gap: Option<Gap>, field: &str) -> Behind {
        let mut known = self.known.iter();
        if !known.any(|(on, _)| bit_field_packing::keeps_units(on.abi)) {
            return Behind::Nothing;
        }
        match gap {
            Some(gap) => gap.behind,
            None if self.before(field).is_some_and(|one| one.is_bit_field) => Behind::Units,
            None => Behind::Nothing,
        }
    }

    /// The value before padding, on the machine that people know best.
    fn before(&self, field: &str) -> Option<&Field> {
        let (_, anatomy) = self.known.first()?;
        let place = match field {
            "" => anatomy.fields.len(),
            path => self.place(0, path)?,
        };
        anatomy.fields.get(place.checked_sub(1)?)
    }

    /// Whether padding begins elsewhere on some machine.
    fn begins_differ(&self, field: &str) -> bool {
        let mut begins = self.gaps(field).map(|(begin, _)| begin.div_ceil(8));
        let first = begins.next();
        begins.any(|begin| Some(begin) != first)
    }

    /// A name for padding that no member of the type has: the first there, or a further one. Padding of one record has one name, however it is reached.
    fn reserved(&mut self, declared: Option<&Declared<'_>>, further: usize) -> String {
        let owner = declared.and_then(|one| one.other);
        let owner = owner.map_or(self.case.subject.kind, |owner| owner.kind);
        let link = declared.and_then(|one| one.link.as_ref());
        let at = link.map(|link| (link.record, link.member));
        let known = self.reserved.entry(owner).or_default();
        let mut same = known.iter().filter(|one| one.before == at);
        if let Some(one) = same.nth(further) {
            return one.name.clone();
        }
        let fields = self
            .known
            .first()
            .into_iter()
            .flat_map(|(_, anatomy)| &anatomy.fields);
        let names: HashSet<&str> = fields
            .flat_map(|field| field.path.split(['.', '[']))
            .chain(known.iter().map(|one| one.name.as_str()))
            .collect();
        let mut all = (1_usize..).map(|number| match number {
            1 => "reserved".to_owned(),
            number => format!("reserved{number}"),
        });
        let name = all.find(|name| !names.contains(name.as_str()));
        let name = name.unwrap_or_default();
        known.push(Reserved {
            before: at,
            name: name.clone(),
        });
        name
    }

    /// The record that has padding, in a reading that declares it.
    fn record(&self, declared: Option<&Declared<'a>>) -> Option<(Read<'a>, TypeId)> {
        let Some(declared) = declared else {
            let mut read = self.case.on.iter().filter_map(|on| on.read);
            let read = read.find(|read| read.declaration == 0)?;
            return Some((read, read.subject.kind));
        };
        let other = || declared.other.map(|other| other.kind);
        let link = declared.link.as_ref().map(|link| link.record);
        Some((declared.read, link.or_else(other)?))
    }

    /// The type of the member before padding, in its source's words.
    fn type_before(&self, declared: Option<&Declared<'a>>) -> Option<&'a str> {
        let (read, record) = self.record(declared)?;
        let sources = read.of.sources.get(&record)?;
        let link = declared.and_then(|one| one.link.as_ref());
        let before = match link {
            Some(link) => sources.get(link.member.checked_sub(1)?),
            None => sources.last(),
        };
        before?.type_name.as_deref()
    }

    /// The padding there once everything is cured that is declared in the same reading.
    pub(super) fn gap_after_cure(&mut self, declared: Option<&Declared<'a>>) -> Option<Gap> {
        let (read, record) = self.record(declared)?;
        let member = declared.and_then(|one| Some(one.link.as_ref()?.member));
        let is_other = |cured: &Cured<'a>| !cured.is_of(read.types);
        if self.cured.as_ref().is_none_or(is_other) {
            let abis = self.known.iter().map(|(on, _)| on.abi).collect();
            self.cured = Some(Cured::new(read.types, abis, self.has_wchar));
        }
        self.cured.as_mut()?.gap(record, member)
    }

    /// The largest of the alignments that a member is declared to have, where its declaration says another one for another machine.
    fn alignment(&mut self, field: &str) -> Option<u64> {
        self.origin(field)?;
        let asked = self.origins.iter().flatten().filter_map(|(read, origins)| {
            let link = origins.get(field)?.links.last()?;
            let Type::Record(record) = read.types.get(link.record)? else {
                return None;
            };
            let member = link.member(record)?;
            match (member.aligned, read.types.get(member.kind)) {
                (Some(align), _) => Some(u64::from(align)),
                (None, Some(Type::Aligned { align, .. })) => Some(u64::from(*align)),
                _ => None,
            }
        });
        let asked: HashSet<u64> = asked.collect();
        (asked.len() > 1).then(|| asked.into_iter().max())?
    }

    /// The cure of padding that no alignment explains: another rule of another compiler does.
    fn of_other_rule(&self, field: &str, declared: Option<&Declared<'_>>) -> Cure {
        // A unit of Microsoft's bit-fields is as wide as their type.
        if self.before(field).is_some_and(|before| before.is_bit_field) {
            return Cure::said(ONE_UNIT);
        }
        if self.has_bases(declared) {
            return Cure::said(
                "members instead of base classes, which Microsoft lays out otherwise",
            );
        }
        Cure::default()
    }

    fn has_bases(&self, declared: Option<&Declared<'_>>) -> bool {
        let record = match declared {
            Some(one) => one.link.as_ref().map(|link| (one.read, link.record)),
            None => self.record(None),
        };
        match record.and_then(|(read, record)| read.types.get(record)) {
            Some(Type::Record(record)) => record.members.iter().any(|one| one.role == Role::Base),
            _ => false,
        }
    }

    /// Of the padding before a field, or at the end, on each machine: where it begins, and its size; in bits.
    fn gaps(&self, field: &str) -> impl Iterator<Item = (u64, u64)> {
        (0..self.known.len()).filter_map(move |number| self.gap_on(number, field))
    }

    /// The same on one of the machines.
    fn gap_on(&self, number: usize, field: &str) -> Option<(u64, u64)> {
        let (_, anatomy) = self.known.get(number)?;
        let (place, end) = match field {
            "" => (anatomy.fields.len(), anatomy.size.saturating_mul(8)),
            path => {
                let place = self.place(number, path)?;
                (place, anatomy.fields.get(place)?.bit_offset)
            }
        };
        let gap = holes(anatomy, place).iter().map(|hole| hole.bit_size).sum();
        Some((end.saturating_sub(gap), gap))
    }

    /// Whether Microsoft's compiler has padding somewhere where no other has it.
    fn is_microsofts_alone(&self, field: &str) -> bool {
        let gaps = self
            .known
            .iter()
            .enumerate()
            .filter_map(|(number, (on, _))| {
                let is_microsofts = on.abi.bit_field_packing() == BitFieldPacking::Msvc;
                Some((is_microsofts, self.gap_on(number, field)?))
            });
        let (its, others): (Vec<_>, Vec<_>) = gaps.partition(|(is_microsofts, _)| *is_microsofts);
        its.iter()
            .any(|(_, gap)| !others.iter().any(|(_, other)| other == gap))
    }

    /// The scalar that a field becomes, once its size is cured.
    pub(super) fn cured(&self, path: &str) -> Option<Scalar> {
        let fields: Vec<&Field> = self.on(path).map(|(.., field)| field).collect();
        cure::scalar(fields.first()?, &fields)
    }

    /// How much padding there would be on each machine before a field, or at the end, were everything before it as on the machine that people know best, and its own type cured; in octets.
    fn gaps_after_cure(&self, field: &str) -> Vec<u64> {
        let Some((begin, _)) = self.gaps(field).next() else {
            return Vec::new();
        };
        let cured = match field {
            "" => None,
            path => self.cured(path),
        };
        let aligned = self
            .known
            .iter()
            .enumerate()
            .filter_map(|(number, (on, anatomy))| {
                let align = match (field, cured) {
                    ("", _) => anatomy.align?,
                    (_, Some(scalar)) => u64::try_from(on.abi.align(scalar)).ok()?,
                    (path, None) => anatomy.fields.get(self.place(number, path)?)?.align,
                };
                Some((begin.div_ceil(8)).next_multiple_of(align.max(1)) - begin.div_ceil(8))
            });
        aligned.collect()
    }

    /// The padding that is to be written down, in octets.
    fn gap(&self, field: &str) -> u64 {
        self.gaps_after_cure(field).into_iter().max().unwrap_or(0)
    }

    /// Whether padding is another one only because of something before it: it would be the same after the cures of that, and does not have two sizes where it begins at one place.
    pub(super) fn follows(&self, field: &str, gap: Option<Gap>) -> bool {
        // What a pointer to a virtual table moves is mended with it.
        let mut kinds = self.known.iter().flat_map(|(_, anatomy)| &anatomy.fields);
        if kinds.any(|field| field.kind == Type::VtablePointer) {
            return true;
        }
        let is_same = match gap {
            Some(gap) => gap.least == gap.most,
            None => {
                let cured = self.gaps_after_cure(field);
                cured.iter().all(|gap| Some(gap) == cured.first())
            }
        };
        if !is_same || !self.has_cause {
            return false;
        }
        let stays = match field {
            "" => true,
            path => self.cured(path).is_none(),
        };
        let mut gaps = self.gaps(field);
        let first = gaps.next();
        let mut others = gaps
            .filter(|(begin, gap)| first.is_some_and(|first| *begin == first.0 && *gap != first.1));
        !stays || others.next().is_none()
    }
}
