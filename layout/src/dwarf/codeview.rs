//! Types as CodeView has them: in objects of Microsoft's compiler and of Clang (`.debug$T`), and in PDBs.
//!
//! What it does not have, beside what DWARF lacks: the names of typedefs in members, so that a `size_t` is an `unsigned long long` ([`Type::Untraced`]); whether a `double` is a `long double`; and structs and unions without a name in others, whose fields are told as if they were of the outer one.

mod class;
mod declared;
mod msf;
mod primitive;
mod types;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use ms_codeview::types::{Leaf, TypeData, TypeIndex};

use super::build::Builds;
use super::error::Problem;
use super::intern::Interned;
use super::language::Language;
use super::machine::Machine;
use super::observed::ObservedMember;
use super::program::{Declaration, Keyword, MemberSource, Name, Place};
use super::reader::Resolved;
use crate::types::{Count, Member, Type};
use types::{Declared, Record, Records};

pub(super) use msf::MAGIC;
pub(super) use pdb::{Pdb, id_of};
pub(super) use types::{SYMBOLS, TYPES};

mod pdb;

/// Deeper than any program; each level takes room on the stack.
const MAX_DEPTH: usize = 100;

/// A type that has a name: what it is, and where it is declared.
type Named = (Name, crate::types::TypeId, Option<Place>);

/// What was read of one file.
pub(super) struct Found {
    pub(super) named: Vec<Named>,
    /// What the compiler says of itself; empty of a PDB.
    pub(super) producer: String,
}

/// What reads the types of one file.
pub(super) struct Reader<'r, 'a> {
    records: Records<'a>,
    /// Strings, where they are in a stream of their own.
    ids: Option<Records<'a>>,
    machine: Machine,
    /// What the compiler says of itself; empty of a PDB, which is a linker's, of units of any compiler.
    producer: String,
    tells_wchar: bool,
    interned: &'r mut Interned,
    builds: &'r mut Builds,
    known: HashMap<u32, Resolved>,
    /// Those whose reading has begun.
    begun: Vec<u32>,
    /// The names that typedefs give to types without one.
    renamed: HashMap<u32, Arc<str>>,
}

impl<'r, 'a> Reader<'r, 'a> {
    /// Of an object's sections.
    ///
    /// # Errors
    /// They are damaged, or refer to another file.
    pub(super) fn of_object(
        types: &'a [u8],
        symbols: &'a [Cow<'a, [u8]>],
        machine: Machine,
        interned: &'r mut Interned,
        builds: &'r mut Builds,
    ) -> Result<Reader<'r, 'a>, Problem> {
        // The signature of CodeView, version 13.
        if msf::u32_at(types, 0) != Some(4) {
            return Err(Problem::Other {
                found: "CodeView of another version".to_owned(),
                advice: "compile with a compiler of 2002 or later".to_owned(),
            });
        }
        let mut records = Records::of(types.get(4..).unwrap_or_default(), TYPES)?;
        records.own_lines();
        let mut producer = String::new();
        for part in symbols.iter().flat_map(|section| pdb::symbols(section)) {
            records.symbols(part);
            if let Some(said) = pdb::compiler(part) {
                producer = said;
            }
        }
        builds.begin_codeview(&producer);
        Ok(Reader::new(
            records, None, machine, producer, interned, builds,
        ))
    }

    /// Of a PDB.
    ///
    /// # Errors
    /// It is damaged.
    pub(super) fn of_pdb(
        pdb: &'a Pdb,
        interned: &'r mut Interned,
        builds: &'r mut Builds,
    ) -> Result<Reader<'r, 'a>, Problem> {
        let mut records = Records::of(pdb.types()?, msf::FILE)?;
        let ids = Records::of(pdb.ids()?, msf::FILE)?;
        records.lines(&ids);
        records.symbols(&pdb.symbols);
        builds.begin_codeview("");
        Ok(Reader::new(
            records,
            Some(ids),
            pdb.machine,
            String::new(),
            interned,
            builds,
        ))
    }

    fn new(
        records: Records<'a>,
        ids: Option<Records<'a>>,
        machine: Machine,
        producer: String,
        interned: &'r mut Interned,
        builds: &'r mut Builds,
    ) -> Reader<'r, 'a> {
        let mut renamed = HashMap::new();
        for (name, of) in &records.typedefs {
            renamed.entry(of.0).or_insert_with(|| text(name));
        }
        Reader {
            records,
            ids,
            machine,
            // Clang has C++'s `wchar_t` as a type of its own.
            tells_wchar: producer.contains("clang"),
            producer,
            interned,
            builds,
            known: HashMap::new(),
            begun: Vec::new(),
            renamed,
        }
    }

    /// The types that have a name and are wanted.
    ///
    /// # Errors
    /// One is damaged.
    pub(super) fn found(
        mut self,
        wanted: &mut dyn FnMut(&Declaration) -> bool,
    ) -> Result<Found, Problem> {
        let mut named = Vec::new();
        for number in self.records.numbers() {
            let Some(record) = self.records.get(number) else {
                continue;
            };
            let Some(declared) = record.declared().filter(|of| !of.is_announced) else {
                continue;
            };
            let keyword = match record.kind {
                Leaf::LF_UNION => Keyword::Union,
                Leaf::LF_ENUM => Keyword::Enum,
                _ => Keyword::Struct,
            };
            let language = language(&declared);
            let name = match own_name(&declared) {
                Some(path) => Name {
                    path,
                    keyword,
                    language,
                },
                None => continue,
            };
            self.add(number, name, wanted, &mut named)?;
        }
        for (name, of) in self.records.typedefs.clone() {
            let declared = self.records.get(of.0).and_then(|record| record.declared());
            // C++ has one for each class, of the class's own name.
            if declared.as_ref().is_some_and(|of| of.name == name) {
                continue;
            }
            let name = Name {
                path: text(name),
                keyword: Keyword::Typedef,
                language: declared.as_ref().map_or(Language::C, language),
            };
            self.add(of.0, name, wanted, &mut named)?;
        }
        Ok(Found {
            named,
            producer: self.producer,
        })
    }

    fn add(
        &mut self,
        number: u32,
        name: Name,
        wanted: &mut dyn FnMut(&Declaration) -> bool,
        named: &mut Vec<Named>,
    ) -> Result<(), Problem> {
        let place = self.place(number);
        let declaration = Declaration { name, place };
        if wanted(&declaration) {
            let Declaration { name, place } = declaration;
            let resolved = self.resolve(TypeIndex(number), &name.path, false)?;
            named.push((name, resolved.id, place));
        }
        Ok(())
    }

    fn place(&self, number: u32) -> Option<Place> {
        let (file, line) = self.records.line(number)?;
        let strings = self.ids.as_ref().unwrap_or(&self.records);
        Some(Place {
            file: text(strings.string(file)?),
            line: line.into(),
        })
    }

    fn opaque(&mut self, what: String, size: Option<u64>) -> Resolved {
        Resolved::new(self.interned.plain(Type::Opaque { what }), size)
    }

    fn sizeless(&mut self, what: String) -> Resolved {
        Resolved::new(self.interned.plain(Type::Sizeless { what }), None)
    }

    /// A type by its number. `name` stands in for that of a type without one; `is_cxx` is whether what it is in is a class of C++.
    fn resolve(
        &mut self,
        index: TypeIndex,
        name: &Arc<str>,
        is_cxx: bool,
    ) -> Result<Resolved, Problem> {
        if index.0 < primitive::FIRST_RECORD {
            return Ok(self.primitive(index, is_cxx));
        }
        if let Some(known) = self.known.get(&index.0) {
            return Ok(*known);
        }
        let Some(record) = self.records.get(index.0) else {
            let place = self.records.spot(0);
            return Err(place.found(format!(
                "found a reference to type {:#x}, which is nowhere",
                index.0
            )));
        };
        if self.begun.contains(&index.0) {
            return Ok(self.opaque("a type that contains itself".to_owned(), None));
        }
        let too_deep = || format!("a type nested more than {MAX_DEPTH} deep");
        if self.begun.len() == MAX_DEPTH {
            return Ok(self.opaque(too_deep(), None));
        }
        self.begun.push(index.0);
        let resolved = self.read(index, &record, name, is_cxx);
        self.begun.pop();
        let mut resolved = resolved?;
        if resolved.depth > MAX_DEPTH {
            resolved = self.opaque(too_deep(), None);
        }
        // What a number is may depend on who has it.
        if record.declared().is_some() {
            self.known.insert(index.0, resolved);
        }
        Ok(resolved)
    }

    fn primitive(&mut self, index: TypeIndex, is_cxx: bool) -> Resolved {
        if let Some(size) = primitive::pointer(index) {
            return self.pointer(Type::Scalar(crate::abi::Scalar::Pointer), size);
        }
        let tells_wchar = self.tells_wchar && is_cxx;
        let Some(of) = primitive::of(index, &self.machine, tells_wchar) else {
            return self.opaque(format!("`{index:?}`, which C has not"), None);
        };
        if let Type::Scalar(scalar) = of.kind {
            self.builds.scalar(scalar, of.size);
        }
        let mut id = self.interned.plain(of.kind);
        if !of.may_be.is_empty() {
            let names: Vec<_> = of
                .may_be
                .iter()
                .map(|(_, name)| format!("`{name}`"))
                .collect();
            let why = format!(
                "`{}` may be {} in the source, which CodeView does not tell, and which is not as wide there",
                of.name,
                names.join(" or ")
            );
            id = self.interned.plain(Type::Untraced {
                declared: id,
                may_be: of.may_be.into_iter().map(|(kind, _)| kind).collect(),
                why,
            });
        }
        Resolved::new(id, Some(of.size))
    }

    /// One of the machine's, or of another size (`__ptr32`).
    fn pointer(&mut self, kind: Type, size: u64) -> Resolved {
        if size != u64::from(self.machine.pointer_size) {
            return self.opaque(format!("a pointer of {size} octets"), Some(size));
        }
        Resolved::new(self.interned.plain(kind), Some(size))
    }

    fn read(
        &mut self,
        index: TypeIndex,
        record: &Record<'a>,
        name: &Arc<str>,
        is_cxx: bool,
    ) -> Result<Resolved, Problem> {
        let place = self.records.spot(record.at);
        self.records.budget.take(1, place)?;
        let Some(data) = record.data() else {
            return Err(place.found("found a type that is cut off"));
        };
        Ok(match data {
            TypeData::Modifier(of) => self.resolve(of.underlying_type.get(), name, is_cxx)?,
            TypeData::Alias(of) => self.resolve(of.utype, name, is_cxx)?,
            TypeData::Pointer(of) => {
                let attr = of.fixed.attr();
                let size = u64::from(attr.size());
                match attr.mode() {
                    1 | 4 => self.pointer(Type::Reference, size),
                    2 | 3 => {
                        let function = attr.mode() == 3;
                        let id = self.interned.plain(Type::MemberPointer { function });
                        Resolved::new(id, Some(size))
                    }
                    _ => self.pointer(Type::Scalar(crate::abi::Scalar::Pointer), size),
                }
            }
            TypeData::Array(of) => {
                let mut array = self.resolve(of.fixed.element_type.get(), name, is_cxx)?;
                let whole = u64::try_from(of.len).ok();
                let count = match (whole, array.size) {
                    (Some(0), _) => Count::Flexible,
                    (Some(whole), Some(size)) if size > 0 && whole % size == 0 => {
                        Count::Fixed(whole / size)
                    }
                    _ => {
                        let what = format!("an array in `{name}` whose length is not said");
                        return Ok(self.opaque(what, whole));
                    }
                };
                array.id = self.interned.plain(Type::Array {
                    element: array.id,
                    count,
                });
                array.size = whole;
                array.depth += 1;
                array
            }
            TypeData::Struct(_) | TypeData::Union(_) | TypeData::Enum(_) => {
                self.declared(index, record, name)?
            }
            TypeData::Proc(_) | TypeData::MemberFunc(_) => self.sizeless("a function".to_owned()),
            _ => self.opaque(
                format!("an entry that is no type ({:?})", record.kind),
                None,
            ),
        })
    }
}

/// A name without one: what compilers write for it.
fn own_name(declared: &Declared<'_>) -> Option<Arc<str>> {
    let name = text(declared.name);
    let last = name.rsplit("::").next().unwrap_or_default();
    let has_none = last.starts_with("<unnamed-") || last.starts_with("<anonymous-");
    if has_none || last == "__unnamed" || name.is_empty() {
        return None;
    }
    // A tag of C in a struct is a tag of the file.
    Some(match language(declared) {
        Language::C => last.into(),
        _ => name,
    })
}

/// Only C++ has names that are the same in every unit.
fn language(declared: &Declared<'_>) -> Language {
    match declared.unique {
        Some(_) => Language::Cpp,
        None => Language::C,
    }
}

fn text(octets: &[u8]) -> Arc<str> {
    String::from_utf8_lossy(octets).as_ref().into()
}

/// A member, as it is declared, as it lies, and as its source has it.
type Placed = (Member, ObservedMember, MemberSource);
