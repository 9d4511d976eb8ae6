//! The records of CodeView that types are made of, found by their numbers and names (LLVM, docs/PDB/CodeViewTypes.rst). `ms-codeview`, Microsoft's own crate, takes single records apart.

use std::collections::HashMap;

use ms_codeview::parser::{Number, Parser};
use ms_codeview::syms::{SymIter, SymKind};
use ms_codeview::types::fields::Field;
use ms_codeview::types::{Leaf, TypeData, TypeIndex, TypesIter};

use super::super::budget::Budget;
use super::super::error::{Problem, Spot};
use super::primitive::FIRST_RECORD;

/// Where the types of an object are.
pub(in super::super) const TYPES: &str = ".debug$T";
/// Where its symbols are, the names of typedefs among them.
pub(in super::super) const SYMBOLS: &str = ".debug$S";

/// What refers to types that are in a PDB of the compiler's (`/Zi`), or in another object (`/Yu`).
const ELSEWHERE: [u16; 2] = [0x1515, 0x1509];

/// One record, by its kind and what is behind it.
#[derive(Clone, Copy)]
pub(super) struct Record<'a> {
    pub(super) kind: Leaf,
    octets: &'a [u8],
    /// Where it begins.
    pub(super) at: usize,
}

/// The types of one file.
pub(super) struct Records<'a> {
    section: &'static str,
    /// Of the type with number 0x1000 and those after it.
    records: Vec<Record<'a>>,
    /// The definitions by their names: of several with one name and different contents there is none.
    defined: HashMap<&'a [u8], Option<u32>>,
    /// Names of `typedef`, and what each is of.
    pub(super) typedefs: Vec<(&'a [u8], TypeIndex)>,
    /// Where types are declared: the number of a string, and a line.
    lines: HashMap<u32, (u32, u32)>,
    pub(super) budget: Budget,
}

/// A struct, a union or an enumeration.
pub(super) struct Declared<'a> {
    pub(super) name: &'a [u8],
    /// C++ has one, which is of a type and its name in every unit.
    pub(super) unique: Option<&'a [u8]>,
    pub(super) is_announced: bool,
    pub(super) fields: TypeIndex,
    /// In octets; of an enumeration 0.
    pub(super) size: u64,
}

impl<'a> Record<'a> {
    /// What it says.
    pub(super) fn data(&self) -> Option<TypeData<'a>> {
        TypeData::parse_bytes(self.kind, self.octets).ok()
    }

    /// What it declares.
    pub(super) fn declared(&self) -> Option<Declared<'a>> {
        let size = |length: Number<'a>| u64::try_from(length).ok();
        Some(match self.data()? {
            TypeData::Struct(of) => Declared {
                name: of.name,
                unique: of.unique_name.map(|name| &**name),
                is_announced: of.fixed.property.get().fwdref(),
                fields: of.fixed.field_list.get(),
                size: size(of.length)?,
            },
            TypeData::Union(of) => Declared {
                name: of.name,
                unique: of.unique_name.map(|name| &**name),
                is_announced: of.fixed.property.get().fwdref(),
                fields: of.fixed.fields.get(),
                size: size(of.length)?,
            },
            TypeData::Enum(of) => Declared {
                name: of.name,
                unique: of.unique_name.map(|name| &**name),
                is_announced: of.fixed.property.get().fwdref(),
                fields: of.fixed.fields.get(),
                size: 0,
            },
            _ => return None,
        })
    }
}

impl<'a> Records<'a> {
    /// Of a stream or section of records, which begins behind its header.
    ///
    /// # Errors
    /// A record is cut off, or the types are in another file.
    pub(super) fn of(octets: &'a [u8], section: &'static str) -> Result<Records<'a>, Problem> {
        let mut records = Vec::new();
        let mut iter = TypesIter::new(octets);
        loop {
            let at = octets.len() - iter.rest().len();
            let Some(record) = iter.next() else {
                break;
            };
            if ELSEWHERE.contains(&record.kind.0) {
                return Err(elsewhere(record.data));
            }
            records.push(Record {
                kind: record.kind,
                octets: record.data,
                at,
            });
        }
        if !iter.rest().is_empty() {
            let offset = octets.len() - iter.rest().len();
            let place = Spot { section, offset };
            return Err(place.found("found the end of the section in a type"));
        }
        let mut all = Records {
            section,
            defined: HashMap::new(),
            typedefs: Vec::new(),
            lines: HashMap::new(),
            budget: Budget::for_octets(octets.len()),
            records,
        };
        all.define();
        Ok(all)
    }

    fn define(&mut self) {
        for (number, record) in (FIRST_RECORD..).zip(&self.records) {
            let Some(declared) = record.declared().filter(|of| !of.is_announced) else {
                continue;
            };
            let name = declared.unique.unwrap_or(declared.name);
            let same = |other: &u32| {
                let other = self.records.get(index(*other));
                other.is_some_and(|other| other.octets == record.octets)
            };
            let known = self.defined.entry(name).or_insert(Some(number));
            // A PDB has what several units say of one type once, where it is the same.
            if known.is_some_and(|known| known != number && !same(&known)) {
                *known = None;
            }
        }
    }

    /// The names of typedefs among symbols, each of which has its length before it.
    pub(super) fn symbols(&mut self, octets: &'a [u8]) {
        for symbol in SymIter::new(octets).filter(|symbol| symbol.kind == SymKind::S_UDT) {
            let mut parser = Parser::new(symbol.data);
            if let (Ok(of), Ok(name)) = (parser.type_index(), parser.strz()) {
                self.typedefs.push((name, of));
            }
        }
    }

    /// Where types are declared, by records among these or among others.
    pub(super) fn lines(&mut self, ids: &Records<'a>) {
        self.lines = ids.line_records().collect();
    }

    /// The same, by these themselves.
    pub(super) fn own_lines(&mut self) {
        self.lines = self.line_records().collect();
    }

    fn line_records(&self) -> impl Iterator<Item = (u32, (u32, u32))> {
        self.records
            .iter()
            .filter_map(|record| match record.data()? {
                TypeData::UdtSrcLine(of) => Some((of.ty.get().0, (of.src.get(), of.line.get()))),
                _ => None,
            })
    }

    /// Where a type is declared: the number of a string, and a line.
    pub(super) fn line(&self, number: u32) -> Option<(u32, u32)> {
        self.lines.get(&number).copied()
    }

    /// A string by its number.
    pub(super) fn string(&self, number: u32) -> Option<&'a [u8]> {
        match self.get(number)?.data()? {
            TypeData::StringId(of) => Some(of.name),
            _ => None,
        }
    }

    /// A record by its number; `None` for what has none.
    pub(super) fn get(&self, number: u32) -> Option<Record<'a>> {
        number
            .checked_sub(FIRST_RECORD)
            .and_then(|_| self.records.get(index(number)).copied())
    }

    /// The numbers of all.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> + use<> {
        let count = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        FIRST_RECORD..FIRST_RECORD.saturating_add(count)
    }

    /// The definition of what is only announced; `None` where there is none, or there are several.
    pub(super) fn definition(&self, declared: &Declared<'a>) -> Option<u32> {
        let name = declared.unique.unwrap_or(declared.name);
        self.defined.get(name).copied().flatten()
    }

    /// The fields of a list, and of those that continue it.
    ///
    /// # Errors
    /// One is cut off, or of a kind that is not known: those behind it would be lost.
    pub(super) fn fields(&mut self, list: TypeIndex) -> Result<Vec<Field<'a>>, Problem> {
        let mut all = Vec::new();
        let mut next = Some(list).filter(|list| list.0 != 0);
        while let Some(list) = next.take() {
            let Some(record) = self.get(list.0) else {
                return Err(self.spot(0).found(format!(
                    "found a list of fields with number {:#x}, which is nowhere",
                    list.0
                )));
            };
            let place = self.spot(record.at);
            let Some(TypeData::FieldList(fields)) = record.data() else {
                return Err(place.found("found something else, expected a list of fields"));
            };
            self.budget.take(fields.bytes.len() / 8 + 1, place)?;
            let mut fields = fields.iter();
            for field in fields.by_ref() {
                match field {
                    Field::Index(of) => next = Some(of),
                    field => all.push(field),
                }
            }
            if fields.bytes.iter().any(|octet| *octet < PADDING) {
                return Err(place.found("found a field of unknown kind, or one that is cut off"));
            }
        }
        Ok(all)
    }

    pub(super) fn spot(&self, offset: usize) -> Spot {
        Spot {
            section: self.section,
            offset,
        }
    }
}

/// Fields are filled up with octets from here on (`LF_PAD0`).
const PADDING: u8 = 0xf0;

/// The place of a type with a record among the records.
fn index(number: u32) -> usize {
    usize::try_from(number.saturating_sub(FIRST_RECORD)).unwrap_or(usize::MAX)
}

/// What is said of a file whose types are in another one; its name is at the end.
fn elsewhere(octets: &[u8]) -> Problem {
    let mut text = octets.split(|octet| *octet == 0);
    let name = text.rfind(|text| text.len() > 4);
    let name = name.map(|text| String::from_utf8_lossy(text).into_owned());
    let name: String = name.unwrap_or_default();
    let name = name.trim_start_matches(|first: char| !first.is_ascii_graphic());
    Problem::Other {
        found: format!("CodeView whose types are in another file, `{name}` (/Zi or /Yu)"),
        advice: "give that file, or compile with /Z7".to_owned(),
    }
}
