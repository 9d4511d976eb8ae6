//! Findings as they are told to whoever has to mend the source: which line to change, why, and to what.
//!
//! A finding is of a path in a type (`h.length` of `struct sample`). What is to be changed stands where the member is declared: `length` in `struct header`. `origin` finds the declaration, `declaration` finds it in the text, `cure` says what to write.

mod closing;
mod cure;
mod cured;
mod declaration;
mod declared;
mod padding;
mod spot;
mod written;

use std::collections::HashMap;

use input::conditional::Texts;
use input::machine::order;
use layout::types::{Type, TypeId};

use self::cure::Cure;
use self::cured::{Cured, Gap};
use self::declared::{Declared, member_name, owned, told};
pub use self::spot::{Fix, Spot};
use self::written::{Mended, Written, declared_as};
use super::anatomy::{Field, holes, is_inside_library};
use super::case::{On, Read};
use super::origin::{Link, Origin, origins};
use super::spelling;
use super::{Anatomy, Case, Checked, Finding};

/// A finding, where it is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// The code of the rule.
    pub code: &'static str,
    /// The type whose declaration it is; of what another type declares, that one's name.
    pub owner: String,
    /// Whether another type that was asked about declares it, which is told there.
    pub is_nested: bool,
    /// The path from the owner to the field; empty for the type itself.
    pub path: String,
    /// Where it stands.
    pub spot: Option<Spot>,
    /// What is the case, in words, with the machines.
    pub message: String,
    /// Whether it is so because of something before it that has another size: padding that only fills up.
    pub follows: bool,
    /// For what differs, the machines that differ from most.
    pub targets: Vec<String>,
    /// Which field lies elsewhere because of it: its path, and its offsets in octets on two machines.
    pub moved: Option<(String, u64, u64)>,
    /// What to write: a whole declaration.
    pub line: Option<String>,
    /// Where no line would do: the cure in a few words for this place.
    pub said: Option<String>,
    /// The cure in words, wherever the fault is.
    pub cure: &'static str,
    /// How the source is to be changed, where that can be said exactly: all of these together.
    pub fixes: Vec<Fix>,
    /// Whether the file must include `<stdint.h>` for what is to be written.
    pub includes: bool,
}

/// The diagnoses of a type, one for each finding and in their order.
pub fn of(checked: &Checked<'_>, texts: &mut Texts) -> Vec<Diagnosis> {
    let mut type_at = TypeAt::new(&checked.case);
    let mut findings = checked.findings.iter();
    type_at.has_cause = findings.any(|finding| is_cause(finding.rule.code));
    let mut findings = checked.findings.iter();
    type_at.has_wchar = findings.any(|finding| finding.rule.code == "wchar_t");
    let findings = checked.findings.iter();
    findings
        .map(|finding| type_at.diagnosis(finding, texts))
        .collect()
}

/// A type, and where its parts are declared.
struct TypeAt<'c, 'a> {
    case: &'c Case<'a>,
    /// The layouts that are known, those first that people have.
    known: Vec<(&'c On<'a>, &'c Anatomy)>,
    /// Where a field of a path is in each; one for all where all were read at once.
    places: Vec<HashMap<&'c str, usize>>,
    /// Of every reading that machines have: what leads to its values. Looked for when the first finding asks.
    origins: Option<Vec<(Read<'a>, HashMap<String, Origin>)>>,
    /// The types of the first reading that was asked for, once they are cured.
    cured: Option<Cured<'a>>,
    /// Whether a finding says why fields lie elsewhere, beside padding itself.
    has_cause: bool,
    /// Whether `wchar_t` has another size somewhere.
    has_wchar: bool,
    /// What padding was given, in this type and in others.
    reserved: HashMap<TypeId, Vec<padding::Reserved>>,
}

impl<'c, 'a> TypeAt<'c, 'a> {
    fn new(case: &'c Case<'a>) -> Self {
        let mut known: Vec<_> = case.known().collect();
        known.sort_by_cached_key(|(on, _)| first(on));
        let read = if case.is_one_reading() {
            1
        } else {
            known.len()
        };
        let places = known.iter().take(read).map(|(_, anatomy)| {
            let fields = anatomy.fields.iter().enumerate().rev();
            fields
                .map(|(place, field)| (field.path.as_str(), place))
                .collect()
        });
        TypeAt {
            case,
            places: places.collect(),
            known,
            origins: None,
            cured: None,
            has_cause: false,
            has_wchar: false,
            reserved: HashMap::new(),
        }
    }

    fn diagnosis(&mut self, finding: &Finding, texts: &mut Texts) -> Diagnosis {
        let (code, found) = (finding.rule.code, &finding.found);
        let subject = self.case.subject;
        let declared = self.declared(code, &found.field);
        let other = declared.as_ref().and_then(|one| one.other);
        let owner = other.unwrap_or(subject);
        let path = found
            .field
            .get(declared.as_ref().map_or(0, |one| one.path)..);
        let path = path.unwrap_or_default().trim_start_matches('.');
        let place = match &declared {
            Some(one) => one.place(),
            None => subject.declared.clone(),
        };
        let is_rust = match &place {
            Some(place) => place.file.ends_with(".rs"),
            // rustc does not say where a type is declared.
            None => declared.as_ref().is_some_and(Declared::is_rust),
        };
        let gap = match code {
            "padding" => self.gap_after_cure(declared.as_ref()),
            _ => None,
        };
        let follows = code == "padding" && self.follows(&found.field, gap);
        let cure = match follows {
            true => Cure::default(),
            false => self.cure(code, &found.field, declared.as_ref(), gap, is_rust),
        };
        let source = declared.as_ref().and_then(Declared::source);
        let link = declared.as_ref().and_then(|one| one.link.as_ref());
        let name = match link {
            Some(link) => member_name(&found.field, link),
            None => owner.name.rsplit([' ', ':']).next().unwrap_or_default(),
        };
        let written = place.map(|place| Written::of(place, name, source, link.is_some(), texts));
        let suffix = self.suffix(&found.field);
        let mended = match &written {
            Some(written) => written.cured(&cure, name, &suffix, is_rust),
            None => Mended {
                line: declared_as(&cure, name, &suffix, is_rust),
                ..Mended::default()
            },
        };
        Diagnosis {
            code,
            owner: owner.name.clone(),
            is_nested: other.is_some(),
            moved: match other {
                None if moves(code) => self.moved(code, &found.field),
                _ => None,
            },
            path: path.to_owned(),
            spot: written.map(|written| written.spot),
            message: found.message.clone(),
            follows,
            targets: found.targets.clone(),
            line: mended.line,
            said: cure.words,
            cure: finding.cure(),
            // A template is another class with each argument.
            fixes: match owner.name.contains('<') {
                true => Vec::new(),
                false => mended.fixes,
            },
            includes: mended.includes,
        }
    }

    /// What leads to a value, in the first reading that has it.
    fn origin(&mut self, path: &str) -> Option<(Read<'a>, Origin)> {
        let case = self.case;
        let origins = self.origins.get_or_insert_with(|| {
            let mut all: Vec<(Read<'a>, HashMap<String, Origin>)> = Vec::new();
            for read in case.on.iter().filter_map(|on| on.read) {
                let is_known = |(other, _): &(Read<'_>, _)| std::ptr::eq(other.types, read.types);
                if !all.iter().any(is_known) {
                    all.push((read, origins(read.types, read.subject.kind)));
                }
            }
            // This machine's own reading has the columns of the file itself.
            all.sort_by_key(|(read, _)| read.declaration);
            all
        });
        let mut origins = origins.iter();
        origins.find_map(|(read, origins)| Some((*read, origins.get(path)?.clone())))
    }

    /// Which declaration a finding is about; `None` for the type itself.
    fn declared(&mut self, code: &str, field: &str) -> Option<Declared<'a>> {
        if field.is_empty() {
            return None;
        }
        let (read, origin) = self.origin(field)?;
        let last = origin.links.len().checked_sub(1)?;
        match code {
            // The enumeration is what has another size, whoever has a member of it.
            "enum-size" => {
                if let Some(other) = told(read, origin.leaf) {
                    return Some(Declared {
                        read,
                        other: Some(other),
                        link: None,
                        is_value: false,
                        path: field.len(),
                        is_foreign: false,
                    });
                }
                Some(owned(read, &origin, field, last))
            }
            // A gap is in the record that has it, and not in the one that the field behind it is in.
            "padding" => {
                let gap = self.gap_in(field)?;
                let at = origin
                    .links
                    .iter()
                    .rposition(|link| field.get(..link.path) == Some(gap.as_str()));
                match at {
                    Some(at) => Some(owned(read, &origin, field, at)),
                    // The end of a record that is a member before it: that record's own.
                    None => self
                        .ending(&gap, read)
                        .or(Some(owned(read, &origin, field, 0))),
                }
            }
            // Who is packed has members that are not aligned.
            "alignment" => {
                let packs = |link: &Link| match read.types.get(link.record) {
                    Some(Type::Record(record)) => {
                        let mut members = record.members.iter();
                        record.packed || record.pack.is_some() || members.any(|one| one.packed)
                    }
                    _ => false,
                };
                let at = origin.links.iter().rposition(packs).unwrap_or(0);
                Some(owned(read, &origin, field, at))
            }
            _ => Some(owned(read, &origin, field, last)),
        }
    }

    /// The record of this path, which ends with padding; `None` where it was not asked about.
    fn ending(&mut self, path: &str, read: Read<'a>) -> Option<Declared<'a>> {
        let origins = self.origins.as_ref()?;
        let (_, origins) = origins
            .iter()
            .find(|(of, _)| std::ptr::eq(of.types, read.types))?;
        let mut links = origins
            .iter()
            .filter(|(value, _)| value.starts_with(path))
            .flat_map(|(_, origin)| &origin.links);
        let record = links.find(|link| link.path == path.len())?.record;
        Some(Declared {
            read,
            other: Some(told(read, record)?),
            link: None,
            is_value: false,
            path: 0,
            is_foreign: false,
        })
    }

    /// The path of the record that has the padding before a field, where it has any.
    fn gap_in(&self, field: &str) -> Option<String> {
        let known = self.known.iter().enumerate();
        let mut gaps = known.filter_map(|(number, (_, anatomy))| {
            let holes = holes(anatomy, self.place(number, field)?);
            holes.last()
        });
        Some(gaps.next()?.path.clone())
    }

    /// Where a field is among those of a layout.
    fn place(&self, known: usize, path: &str) -> Option<usize> {
        let places = self.places.get(known).or(self.places.first())?;
        places.get(path).copied()
    }

    /// How a field lies on each machine that has it, those first that people have.
    fn on(&self, path: &str) -> impl Iterator<Item = (usize, &'c Anatomy, &'c Field)> {
        let known = self.known.iter().enumerate();
        known.filter_map(move |(number, (_, anatomy))| {
            let place = self.place(number, path)?;
            Some((number, *anatomy, anatomy.fields.get(place)?))
        })
    }

    fn cure(
        &mut self,
        code: &str,
        field: &str,
        declared: Option<&Declared<'a>>,
        gap: Option<Gap>,
        is_rust: bool,
    ) -> Cure {
        let fields: Vec<&Field> = self.on(field).map(|(_, _, field)| field).collect();
        match code {
            _ if is_inside_library(field) => Cure::default(),
            _ if declared.is_some_and(|one| one.is_foreign) && moves(code) => {
                Cure::said("members of your own: its type is declared elsewhere")
            }
            "width" | "time-type" | "long-double-format" | "wchar_t"
                if declared.is_none_or(|one| !one.is_value) =>
            {
                Cure::default()
            }
            "width" | "time-type" | "long-double-format" | "wchar_t" => {
                let source = declared.and_then(Declared::source);
                cure::of_size(code, &fields, source, is_rust)
            }
            "enum-size" if is_rust => {
                let first = fields.first().map(|field| &field.kind);
                let is_signed = matches!(first, Some(Type::Enum(values)) if values.least < 0);
                let bits = fields.iter().map(|field| field.bit_size).max();
                let sign = if is_signed { "i" } else { "u" };
                Cure::said(format!(
                    "`#[repr({sign}{})]` in place of `#[repr(C)]`",
                    bits.unwrap_or(32)
                ))
            }
            "enum-size" if declared.is_some_and(|one| one.is_value) => {
                cure::of_size(code, &fields, None, is_rust)
            }
            "bit-field-order" | "bit-field-packing" => {
                let link = declared.and_then(|one| Some((one.read, one.link.as_ref()?)));
                link.map_or_else(Cure::default, |(read, link)| {
                    cure::of_bit_field(read.types, link, is_rust)
                })
            }
            "enum-size" => {
                let bits = fields
                    .iter()
                    .map(|field| field.bit_size)
                    .max()
                    .unwrap_or(32);
                let owner = declared
                    .and_then(|one| one.other)
                    .unwrap_or(self.case.subject);
                // The name may be a typedef's, behind the braces.
                let name = match owner.name.starts_with("enum ") {
                    true => owner.name.as_str(),
                    false => "enum ...",
                };
                Cure::said(format!(
                    "`int{bits}_t` wherever it is sent, or `{name} : int{bits}_t` (C23, C++11)",
                ))
            }
            "pointer" => Cure::said("an offset or an index instead"),
            "padding" => self.of_padding(field, declared, gap, is_rust),
            _ => Cure::default(),
        }
    }

    /// Which field lies elsewhere because of it, between two machines that are known best.
    fn moved(&self, code: &str, field: &str) -> Option<(String, u64, u64)> {
        let mut on = self.on(field);
        let (first, here, own) = on.next()?;
        if code == "padding" {
            let other = on.find(|(.., other)| other.offset() != own.offset());
            return other.map(|(.., other)| (field.to_owned(), own.offset(), other.offset()));
        }
        let (number, there, other) = on.find(|(.., other)| other.extent().0 != own.extent().0)?;
        let shift =
            |one: &Field, other: &Field| i128::from(one.bit_offset) - i128::from(other.bit_offset);
        let before = shift(own, other);
        let place = self.place(first, field)?;
        let later = here.fields.iter().skip(place + 1).filter_map(|later| {
            let same = there.fields.get(self.place(number, &later.path)?)?;
            Some((later, same))
        });
        let mut moved = later.filter(|(later, same)| {
            shift(later, same) != before && later.offset() != same.offset()
        });
        let (later, same) = moved.next()?;
        Some((later.path.clone(), later.offset(), same.offset()))
    }

    /// What stands behind a field's name in its declaration: `[4]`.
    fn suffix(&self, path: &str) -> String {
        let field = self.on(path).next();
        field.map_or_else(String::new, |(.., field)| spelling::lengths(field))
    }
}

/// Whether what a rule finds has another size somewhere, so that what follows lies elsewhere.
fn moves(code: &str) -> bool {
    matches!(
        code,
        "width"
            | "padding"
            | "time-type"
            | "enum-size"
            | "long-double-format"
            | "wchar_t"
            | "pointer"
    )
}

/// Whether what a rule finds moves what follows.
fn is_cause(code: &str) -> bool {
    code != "padding" && moves(code)
        || matches!(
            code,
            "bit-field-packing" | "conditional-text" | "vtable" | "pack-left-open"
        )
}

/// The key of the first machine on an ABI.
fn first<'o>(on: &'o On<'_>) -> Option<(bool, usize, &'o str)> {
    on.machines.iter().map(|name| order(name)).min()
}
