//! Types as debug information has them: DWARF 2 to 5, of any machine and byte order, in objects, archives, libraries and executables of ELF, Mach-O, COFF, PE and WebAssembly.
//!
//! [`read`] gives a [`Program`]: the graph of [`crate::types`], without a size in it, and beside it how the records lie in this file. The graph holds on every ABI; the rest on one.
//!
//! What debug information does not have:
//!
//! - `packed`, `#pragma pack`, and in C the alignment of a type that did not ask for one. [`crate::fit`] finds what agrees with the offsets.
//! - Bit-fields without a name, those of width 0 among them: compilers leave them out.
//! - In Rust, whether a type is `repr(C)`: fields are listed as they are declared, and lie where they lie. One whose fields rustc reordered is none, and becomes [`Type::Unspecified`](crate::Type::Unspecified) where it is fitted; one in order may be either. And `c_long`, which is a plain `i64` or `i32` here: [`Type::Untraced`](crate::Type::Untraced). [`Program::crates`] says where the source begins.
//! - In Fortran the name of a kind: `c_long`, `c_size_t`.
//! - What a preprocessor made of the text: another machine may have compiled other lines.
//!
//! Where a file has BTF or CodeView and no DWARF, that is read, and so are PDBs: they have the types and little more.
//!
//! A file may have it elsewhere: [`links`] says where, and [`read_with`] takes the other files, too.
//!
//! Any octets end in a [`Program`] or a [`ReadError`]. What reading may cost is bounded by the size of the file: each entry has a price, and entries that refer to one another so often that the price exceeds a multiple of the size end in [`Problem::TooMuch`].

mod array;
mod base;
mod bit_field;
mod btf;
mod budget;
mod build;
mod byte_order;
mod class;
mod codeview;
mod companions;
mod content;
mod entry;
mod enumeration;
mod error;
mod files;
mod header;
mod info;
mod instead;
mod intern;
mod krate;
mod language;
mod library;
mod links;
mod machine;
mod mentions;
mod names;
mod observed;
mod parts;
mod placed;
mod plain;
mod program;
mod reader;
mod record;
mod relocation;
mod repeats;
mod rust;
mod rust_enumeration;
mod scan;
mod sections;
mod source;
mod spelled;
mod tables;
mod template_names;
mod typedef_name;
mod unit;
mod unneeded;
mod untraced;
mod variants;

pub use build::{Build, Tells};
pub use companions::Companions;
pub use error::{Problem, ReadError, Spot};
pub use header::{CLibrary, Header};
pub use language::Language;
pub use links::{Alternate, DebugLink, Links, PdbLink, SplitUnit, links};
pub(crate) use machine::Processor;
pub use machine::{Format, Machine};
pub use observed::{Observed, ObservedMember};
pub use program::{Declaration, Enumerator, Keyword, MemberSource, Name, Named, Place, Program};
pub use unneeded::unneeded;
pub use variants::{Tagging, Variant, Variants};

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use budget::Budget;
use build::Builds;
use entry::Entry;
use gimli::constants as c;
use info::{At, Info};
use intern::Interned;
use mentions::Mentions;
use object::Object as _;
use parts::Part;
use reader::{Open, Reader};
use sections::{Half, Sections};

use crate::types::TypeId;

/// Reads all types that a file names. `octets` are the whole file.
///
/// ```no_run
/// use crossum_layout::dwarf;
///
/// let program = dwarf::read(&std::fs::read("target/debug/server")?)?;
/// println!("compiled for {}", program.machine);
/// for named in &program.named {
///     println!("{}", named.name);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// It is no object file, archive or executable; it has no debug information; or it is damaged: [`Problem`] says what was found where.
pub fn read(octets: &[u8]) -> Result<Program, ReadError> {
    read_where(octets, |_| true)
}

/// Reads those types that `wanted` says yes to, and what they are made of.
///
/// `wanted` is asked about each declaration in the order of the file, about repeated ones each time.
///
/// # Errors
/// As [`read`].
pub fn read_where(
    octets: &[u8],
    wanted: impl FnMut(&Declaration) -> bool,
) -> Result<Program, ReadError> {
    read_with(octets, &Companions::default(), wanted)
}

/// Reads a file whose debug information is in others, too: [`links`] says in which.
///
/// # Errors
/// As [`read`]; and what is wrong with a file beside it.
pub fn read_with(
    octets: &[u8],
    companions: &Companions<'_>,
    wanted: impl FnMut(&Declaration) -> bool,
) -> Result<Program, ReadError> {
    gather(octets, companions, Vec::new(), wanted)
}

/// Reads types by their names, without those of namespaces: `wanted` need not be asked about types that are called otherwise, and what has none of these names need not be read.
///
/// # Errors
/// As [`read_with`].
pub fn read_named(
    octets: &[u8],
    companions: &Companions<'_>,
    names: Vec<String>,
    wanted: impl FnMut(&Declaration) -> bool,
) -> Result<Program, ReadError> {
    gather(octets, companions, names, wanted)
}

fn gather(
    octets: &[u8],
    companions: &Companions<'_>,
    names: Vec<String>,
    mut wanted: impl FnMut(&Declaration) -> bool,
) -> Result<Program, ReadError> {
    let mut gathered = Gathered {
        names,
        ..Gathered::default()
    };
    for Part { member, octets } in parts::parts(octets)? {
        match gathered.add(octets, companions, &mut wanted) {
            Ok(unread) => {
                let of_member = |problem| ReadError {
                    member: member.clone(),
                    problem,
                };
                gathered.unread.extend(unread.into_iter().map(of_member));
            }
            Err(problem @ (Problem::NoDebugInfo { .. } | Problem::Other { .. }))
                if member.is_some() =>
            {
                gathered.unread.push(ReadError { member, problem });
            }
            Err(problem) => return Err(ReadError { member, problem }),
        }
    }
    let first = gathered.unread.first().cloned();
    let is_empty = gathered.named.is_empty();
    match (gathered.finish(), first) {
        (Some(program), None) => Ok(program),
        (Some(program), Some(_)) if !is_empty => Ok(program),
        (_, Some(unread)) => Err(unread),
        (None, None) => Err(ReadError {
            member: None,
            problem: Problem::NoDebugInfo {
                found: "an archive without object files".to_owned(),
            },
        }),
    }
}

/// What was read of the parts of a file so far.
#[derive(Default)]
struct Gathered {
    /// The names that alone are asked for; none where all are.
    names: Vec<String>,
    machine: Option<Machine>,
    producers: BTreeSet<String>,
    interned: Interned,
    builds: Builds,
    named: BTreeMap<(Name, TypeId), BTreeSet<Place>>,
    unread: Vec<ReadError>,
    crates: BTreeMap<String, Arc<str>>,
}

/// The halves of split debug information that are looked for, by what both have in common; and how the compiler named the file.
type Halves = BTreeMap<u64, String>;

impl Gathered {
    /// Reads an object file, and the halves of it that are elsewhere. What is not to be found is given back.
    fn add(
        &mut self,
        octets: &[u8],
        companions: &Companions<'_>,
        wanted: &mut dyn FnMut(&Declaration) -> bool,
    ) -> Result<Vec<Problem>, Problem> {
        if let Some(other) = instead::by_beginning(octets) {
            return Err(other);
        }
        if octets.starts_with(codeview::MAGIC) {
            let pdb = codeview::Pdb::of(octets)?;
            self.is_for(pdb.machine)?;
            let reader = codeview::Reader::of_pdb(&pdb, &mut self.interned, &mut self.builds)?;
            let found = reader.found(wanted)?;
            self.add_found(found);
            return Ok(Vec::new());
        }
        let file = object::File::parse(octets).map_err(parts::damaged)?;
        let machine = Machine::of(&file);
        let has = |half: &Half| Sections::are_in(&file, *half);
        let halves: &[Half] = match () {
            () if has(&Half::Linked) || has(&Half::Split) => &[Half::Linked, Half::Split],
            () if has(&Half::Lto) => &[Half::Lto],
            // What has both has more in DWARF.
            () if file.section_by_name(btf::SECTION).is_some() => &[],
            () if file.section_by_name(codeview::TYPES).is_some() => &[],
            () => return Err(instead::of(&file)),
        };
        self.is_for(machine)?;
        if halves.is_empty() {
            if file.section_by_name(btf::SECTION).is_some() {
                self.btf(&file, machine, wanted)?;
            } else {
                let types = sections::one(&file, codeview::TYPES)?;
                let symbols = sections::all(&file, codeview::SYMBOLS)?;
                let reader = codeview::Reader::of_object(
                    &types,
                    &symbols,
                    machine,
                    &mut self.interned,
                    &mut self.builds,
                )?;
                let found = reader.found(wanted)?;
                self.add_found(found);
            }
            return Ok(Vec::new());
        }
        let alternate = companions.alternate.map(|octets| {
            let file = object::File::parse(octets).map_err(parts::damaged)?;
            Sections::load(&file, Half::Linked)
        });
        let alternate = alternate.transpose()?;
        let mut unread = Vec::new();
        if alternate.is_none()
            && let Some(Alternate { file, .. }) = links::alternate(&file)
        {
            unread.push(Problem::Alternate { file });
        }
        let mut split = Halves::new();
        for &half in halves.iter().filter(|half| has(half)) {
            let sections = Sections::load(&file, half)?;
            // What is in one file needs no looking for.
            let of = (half == Half::Split && !split.is_empty()).then_some(&mut split);
            let found = self.half(&sections, alternate.as_ref(), machine, of, wanted)?;
            split.extend(found);
        }
        for octets in &companions.split {
            if split.is_empty() {
                break;
            }
            let file = object::File::parse(*octets).map_err(parts::damaged)?;
            let other = Machine::of(&file);
            if Sections::are_in(&file, Half::Split) && machine.agrees_with(&other) {
                let sections = Sections::load(&file, Half::Split)?;
                self.half(&sections, None, machine, Some(&mut split), wanted)?;
            }
        }
        let files: BTreeSet<String> = split.into_values().collect();
        unread.extend(files.into_iter().map(|file| Problem::Split { file }));
        Ok(unread)
    }

    /// Whether an object can be in one program with those before it.
    fn is_for(&mut self, machine: Machine) -> Result<(), Problem> {
        if let Some(one) = &self.machine
            && !one.agrees_with(&machine)
        {
            return Err(Problem::SeveralMachines {
                one: *one,
                other: machine,
            });
        }
        self.machine.get_or_insert(machine);
        Ok(())
    }

    /// Adds what was read of CodeView.
    fn add_found(&mut self, found: codeview::Found) {
        if !found.producer.is_empty() {
            self.producers.insert(found.producer);
        }
        for (name, id, place) in found.named {
            self.named.entry((name, id)).or_default().extend(place);
        }
    }

    /// Reads the types of a file that has them as BTF.
    fn btf(
        &mut self,
        file: &object::File<'_>,
        machine: Machine,
        wanted: &mut dyn FnMut(&Declaration) -> bool,
    ) -> Result<(), Problem> {
        let section = sections::one(file, btf::SECTION)?;
        let mut reader = btf::Reader::open(
            &section,
            machine.byte_order,
            machine.pointer_size,
            &mut self.interned,
            &mut self.builds,
        )?;
        for key in reader.named(wanted)? {
            self.named.entry(key).or_default();
        }
        Ok(())
    }

    /// Reads the units of one half. `of` are those that are looked for, all where it is `None`; one that is found is taken out of it.
    ///
    /// Gives back the halves that these units say are elsewhere.
    fn half(
        &mut self,
        sections: &Sections<'_>,
        alternate: Option<&Sections<'_>>,
        machine: Machine,
        of: Option<&mut Halves>,
        wanted: &mut dyn FnMut(&Declaration) -> bool,
    ) -> Result<Halves, Problem> {
        let len = sections.len() + alternate.map_or(0, Sections::len);
        let mut budget = Budget::for_octets(len);
        let info = Info::open(sections, alternate, machine.byte_order)?;
        let mut reader = Reader::new(
            info,
            machine,
            &mut budget,
            &mut self.interned,
            &mut self.builds,
        );
        if alternate.is_none() && of.is_none() {
            reader.only = Mentions::of(&self.names, sections, machine.byte_order);
        }
        let mut elsewhere = Halves::new();
        let found = match of {
            Some(of) => Some(reader.found_among(of)?),
            None => None,
        };
        // The types of a file that has nothing that is looked for are of another compilation.
        if found.as_ref().is_some_and(BTreeSet::is_empty) {
            return Ok(elsewhere);
        }
        let (mut is_shared, mut is_alone) = (false, false);
        for index in 0..reader.info.units() {
            if !reader.info.has(index, reader.budget)? || reader.passes_by(index) {
                continue;
            }
            if let Some(found) = &found
                && let Some(id) = reader.split_id(index)?
                && !found.contains(&id)
            {
                continue;
            }
            let open = reader.begin(index)?;
            if let Some(name) = &open.unit.split_to {
                let place = open.unit.spot(open.unit.header.root_offset());
                let name = reader.info.string(&open.unit, name);
                let name = name.map_err(|error| place.found(error))?;
                let name = name.unwrap_or_default().into_owned();
                elsewhere.insert(open.unit.split_id.unwrap_or_default(), name);
            }
            let of_others = open.unit.is_partial && !open.unit.says_language;
            is_shared |= of_others;
            is_alone |= !of_others;
            let producer = &open.unit.producer;
            if !producer.is_empty() && !self.producers.contains(producer) {
                self.producers.insert(producer.clone());
            }
            if let Some((name, root)) = reader.crate_of(&open.unit)? {
                self.crates.entry(name).or_insert(root);
            }
            for &offset in &open.scan.named {
                let at = At {
                    unit: index,
                    offset,
                };
                let content = reader.repeated(&open, at)?;
                let known = content.and_then(|content| reader.declared_before(content));
                let declaration = match known {
                    Some(known) => known,
                    None => match declaration(&mut reader, &open, at)? {
                        Some(declaration) => Rc::new(declaration),
                        None => continue,
                    },
                };
                if let Some(content) = content {
                    reader.keep_declaration(content, &declaration);
                }
                let is_named = content.is_some_and(|content| reader.is_named(content));
                if !wanted(&declaration) || is_named {
                    continue;
                }
                let resolved = reader.resolve(at, &declaration.name.path)?;
                if let Some(content) = content {
                    reader.put_named(content);
                }
                let Declaration { name, place } = &*declaration;
                let places = self.named.entry((name.clone(), resolved.id)).or_default();
                places.extend(place.clone());
            }
        }
        if is_shared && !is_alone {
            return Err(Problem::OnlyShared);
        }
        Ok(elsewhere)
    }

    /// `None` when nothing was added.
    fn finish(self) -> Option<Program> {
        let named = self
            .named
            .into_iter()
            .map(|((name, kind), declared)| Named {
                name,
                kind,
                declared: declared.into_iter().collect(),
            })
            .collect();
        let musl = self.builds.musl;
        let (builds, built) = self.builds.finish();
        Some(Program {
            machine: self.machine?,
            producers: self.producers,
            types: self.interned.types,
            observed: self.interned.observed,
            tags: self.interned.tags,
            sources: self.interned.sources,
            enumerators: self.interned.enumerators,
            variants: self.interned.variants,
            crates: self.crates,
            named,
            builds,
            built,
            musl,
            unread: self.unread,
        })
    }
}

/// The name and place of a type that a unit names.
fn declaration<'a>(
    reader: &mut Reader<'_, 'a>,
    open: &Open<'a>,
    at: At,
) -> Result<Option<Declaration>, Problem> {
    let entry = reader.entry(&open.unit, at.offset)?;
    let Some(path) = reader.path(open, &entry)? else {
        return Ok(None);
    };
    let name = Name {
        path,
        keyword: keyword(&entry),
        language: open.unit.language,
    };
    let file = reader.declared_in(open, &entry)?;
    let place = file.map(|file| Place {
        file,
        line: entry::unsigned(&entry, c::DW_AT_decl_line).unwrap_or_default(),
    });
    Ok(Some(Declaration { name, place }))
}

fn keyword(entry: &Entry<'_>) -> Keyword {
    match entry.tag() {
        c::DW_TAG_union_type => Keyword::Union,
        c::DW_TAG_enumeration_type => Keyword::Enum,
        c::DW_TAG_typedef => Keyword::Typedef,
        _ => Keyword::Struct,
    }
}
