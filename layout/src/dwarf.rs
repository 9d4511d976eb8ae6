//! Types as debug information has them: DWARF 2 to 5, of any machine and byte order, in objects, archives, libraries and executables of ELF, Mach-O, COFF and PE.
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
//! Any octets end in a [`Program`] or a [`ReadError`]. What reading may cost is bounded by the size of the file: each entry has a price, and entries that refer to one another so often that the price exceeds a multiple of the size end in [`Problem::TooMuch`].

mod array;
mod base;
mod bit_field;
mod budget;
mod build;
mod byte_order;
mod class;
mod entry;
mod enumeration;
mod error;
mod files;
mod header;
mod info;
mod intern;
mod krate;
mod language;
mod library;
mod machine;
mod names;
mod parts;
mod placed;
mod plain;
mod program;
mod reader;
mod record;
mod relocation;
mod rust;
mod scan;
mod sections;
mod source;
mod spelled;
mod typedef_name;
mod unit;
mod untraced;
mod variants;

pub use build::Build;
pub use error::{Problem, ReadError, Spot};
pub use header::{CLibrary, Header};
pub use language::Language;
pub use machine::{Format, Machine};
pub use program::{
    Declaration, Keyword, MemberSource, Name, Named, Observed, ObservedMember, Place, Program,
};
pub use variants::{Tagging, Variant, Variants};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use budget::Budget;
use build::Builds;
use entry::Entry;
use gimli::constants as c;
use info::{At, Info};
use intern::Interned;
use parts::Part;
use reader::{Open, Reader};
use sections::Sections;

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
    mut wanted: impl FnMut(&Declaration) -> bool,
) -> Result<Program, ReadError> {
    let mut gathered = Gathered::default();
    let mut without = None;
    for Part { member, octets } in parts::parts(octets)? {
        match gathered.add(octets, &mut wanted) {
            Ok(()) => {}
            Err(problem @ (Problem::NoDebugInfo { .. } | Problem::Split { .. }))
                if member.is_some() =>
            {
                without.get_or_insert(ReadError { member, problem });
            }
            Err(problem) => return Err(ReadError { member, problem }),
        }
    }
    gathered.finish().ok_or_else(|| {
        without.unwrap_or_else(|| ReadError {
            member: None,
            problem: Problem::NoDebugInfo {
                found: "an archive without object files".to_owned(),
            },
        })
    })
}

/// What was read of the parts of a file so far.
#[derive(Default)]
struct Gathered {
    machine: Option<Machine>,
    producers: BTreeSet<String>,
    interned: Interned,
    builds: Builds,
    named: BTreeMap<(Name, TypeId), BTreeSet<Place>>,
    crates: BTreeMap<String, Arc<str>>,
}

impl Gathered {
    fn add(
        &mut self,
        octets: &[u8],
        wanted: &mut dyn FnMut(&Declaration) -> bool,
    ) -> Result<(), Problem> {
        let file = object::File::parse(octets).map_err(parts::damaged)?;
        let machine = Machine::of(&file);
        let sections = Sections::load(&file)?;
        if let Some(one) = &self.machine
            && !one.agrees_with(&machine)
        {
            return Err(Problem::SeveralMachines {
                one: *one,
                other: machine,
            });
        }
        self.machine.get_or_insert(machine);
        let mut budget = Budget::for_octets(sections.len());
        let info = Info::open(&sections, machine.byte_order)?;
        let mut reader = Reader::new(
            info,
            machine,
            &mut budget,
            &mut self.interned,
            &mut self.builds,
        );
        let mut split = None;
        for index in 0..reader.info.units.len() {
            let open = reader.begin(index)?;
            if let Some(elsewhere) = &open.unit.split_to
                && !sections.split
            {
                let place = open.unit.spot(open.unit.header.root_offset());
                let name = reader.info.string(&open.unit, elsewhere);
                let name = name.map_err(|error| place.found(error))?;
                split.get_or_insert(name.unwrap_or_default().into_owned());
            }
            if !open.producer.is_empty() && !self.producers.contains(&open.producer) {
                self.producers.insert(open.producer.clone());
            }
            if let Some((name, root)) = reader.crate_of(&open.unit)? {
                self.crates.entry(name).or_insert(root);
            }
            for &offset in &open.scan.named {
                let at = At {
                    unit: index,
                    offset,
                };
                let Some(declaration) = declaration(&mut reader, &open, at)? else {
                    continue;
                };
                if !wanted(&declaration) {
                    continue;
                }
                let resolved = reader.resolve(at, &declaration.name.path)?;
                let key = (declaration.name, resolved.id);
                let places = self.named.entry(key).or_default();
                places.extend(declaration.place);
            }
        }
        match split {
            Some(file) if self.named.is_empty() => Err(Problem::Split { file }),
            _ => Ok(()),
        }
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
            variants: self.interned.variants,
            crates: self.crates,
            named,
            builds,
            built,
            musl,
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
