//! What is read from a file: the types that it declares, and how they lie in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use super::build::Build;
use super::error::ReadError;
use super::language::Language;
use super::machine::Machine;
use super::observed::Observed;
use super::variants::Variants;
use crate::abi::Scalar;
use crate::types::{TypeId, Types};

/// The types of a file with debug information.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Program {
    /// What the file was compiled for.
    pub machine: Machine,
    /// What the compilers say of themselves: name, version and often their flags. Sorted.
    pub producers: BTreeSet<String>,
    /// The types, without sizes. Attributes that debug information does not tell (`packed`, `#pragma pack`) are not set here.
    pub types: Types,
    /// How the records and enumerations among them lie in this file.
    pub observed: BTreeMap<TypeId, Observed>,
    /// The tags of records and enumerations, as [`Name::path`]; what has no tag is not in it.
    pub tags: BTreeMap<TypeId, Arc<str>>,
    /// How the members of records among them are written, one for each member; of a record that several files declare, as one of them has it.
    pub sources: BTreeMap<TypeId, Vec<MemberSource>>,
    /// The enumerators of enumerations among them, in the order of their declaration; of one that several files declare, as one of them has it.
    pub enumerators: BTreeMap<TypeId, Vec<Enumerator>>,
    /// The enumerations of Rust whose variants have contents: what they are made of. The types themselves are [`Type::Opaque`](crate::Type::Opaque).
    pub variants: BTreeMap<TypeId, Variants>,
    /// The crates of Rust that its units are of, and the file that each begins with.
    pub crates: BTreeMap<String, Arc<str>>,
    /// The types that have a name, sorted by it. One name several times is one name with different contents: variants.
    pub named: Vec<Named>,
    /// How its units were compiled, where they differ in what moves types; the plainest first. Mostly one.
    pub builds: Vec<Build>,
    /// Which of them the records and enumerations are of.
    pub built: BTreeMap<TypeId, BTreeSet<usize>>,
    /// Whether its C library is musl, as far as the places of typedefs show.
    pub musl: bool,
    /// What of the file was not read, and why: halves of split debug information that are elsewhere, members of an archive that have none.
    pub unread: Vec<ReadError>,
}

/// How a member is written in its source, as far as the compiler says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct MemberSource {
    /// Where its name stands.
    pub place: Option<Place>,
    /// In that line, from 1, in octets; 0 where the compiler does not say. Of a text that was preprocessed before, of that text.
    pub column: u64,
    /// The name of its type without qualifiers (`uint16_t`, `unsigned long`, `struct header`); of an array, of its elements.
    pub type_name: Option<Arc<str>>,
    /// Whether it is an integer with a sign; `None` for what is no integer, or an enumeration.
    pub signed: Option<bool>,
}

/// A value of an enumeration that has a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Enumerator {
    /// As its source has it, without the enumeration's.
    pub name: Arc<str>,
    /// Its value.
    pub value: i128,
}

/// A type with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Named {
    /// Its name.
    pub name: Name,
    /// Its place in [`Program::types`].
    pub kind: TypeId,
    /// Where it is declared: several places where several files declare the same. Sorted; empty where the compiler does not say.
    pub declared: Vec<Place>,
}

/// The name of a type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Name {
    /// With its namespaces: `args`, `net::args`, `wire::message::Args`.
    pub path: Arc<str>,
    /// What is declared under it.
    pub keyword: Keyword,
    /// In which language: this decides how the name is written.
    pub language: Language,
}

/// As the language writes it: `struct args`, but `net::args`.
impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.language, self.keyword) {
            (Language::C, Keyword::Struct) => write!(formatter, "struct {}", self.path),
            (Language::C, Keyword::Union) => write!(formatter, "union {}", self.path),
            (Language::C, Keyword::Enum) => write!(formatter, "enum {}", self.path),
            _ => formatter.write_str(&self.path),
        }
    }
}

/// What is declared under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Keyword {
    /// A struct, or a class.
    Struct,
    /// A union.
    Union,
    /// An enumeration.
    Enum,
    /// A typedef, or another name for a type.
    Typedef,
}

/// A place in a source file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The path as the compiler wrote it, with symbolic links and `..` still in it; absolute where the compiler wrote enough to say so.
    pub file: Arc<str>,
    /// From 1; 0 where the compiler does not say.
    pub line: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.file, self.line)
    }
}

/// A type's name and place, before anything else of it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Declaration {
    /// Its name.
    pub name: Name,
    /// Where it is declared, if the compiler says.
    pub place: Option<Place>,
}

impl Program {
    /// The size of one of C's scalars in octets, where the file uses it and its units agree about it.
    pub fn scalar(&self, scalar: Scalar) -> Option<u64> {
        let mut sizes = self
            .builds
            .iter()
            .filter_map(|build| build.scalars.get(&scalar));
        let first = sizes.next()?;
        sizes.all(|size| size == first).then_some(*first)
    }

    /// The build of a record or an enumeration: the plainest, where it is of several.
    pub fn build_of(&self, id: TypeId) -> usize {
        let builds = self.built.get(&id);
        builds
            .and_then(|builds| builds.first().copied())
            .unwrap_or_default()
    }

    /// Those of this name, as [`Name`] is displayed or without the keyword: none, one, or variants.
    pub fn of_name<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Named> {
        self.named
            .iter()
            .filter(move |named| &*named.name.path == name || named.name.to_string() == name)
    }
}
