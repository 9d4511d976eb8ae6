//! Which types of a file are asked about.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use globset::{Glob, GlobSet, GlobSetBuilder};
use layout::dwarf::{
    self, Companions, Declaration, Enumerator, Keyword, MemberSource, Named, Place, Problem,
    Program,
};
use layout::fit::{self, Alignments, Ambiguity, Fit};
use layout::types::{Type, TypeId, Types};
use layout::{Abi, Abis};

use super::conditional::Texts;
use super::{Built, Machine};

/// What is wanted of a file.
#[derive(Clone, Debug)]
pub struct Wanted {
    names: GlobSet,
    /// Names and patterns as they were given.
    given: Vec<String>,
    /// Whether it is a source that we compile ourselves.
    of_source: bool,
    /// Only types that are declared in one of these files; anywhere, where there is none.
    declared_in: Vec<PathBuf>,
    /// Only types of this crate of Rust.
    of_crate: Option<String>,
}

/// What makes a pattern of a name.
const PATTERNS: [char; 5] = ['*', '?', '[', '{', '\\'];

/// A type that was asked about.
#[derive(Clone, Debug)]
pub struct Subject {
    /// As its language writes it: `struct args`.
    pub name: String,
    /// Where it is declared, if that is known.
    pub declared: Option<Place>,
    /// What it is.
    pub kind: TypeId,
    /// Which of an object's builds it is of; 0 where there are none.
    pub build: usize,
    /// What the input cannot decide.
    pub ambiguities: Vec<Ambiguity>,
    /// The text of its declaration is not the same everywhere: the line of an `#if` in it.
    pub conditional: Option<u64>,
}

/// The types of a file that were asked about.
#[derive(Default)]
pub struct Subjects {
    /// What they are made of.
    pub types: Types,
    /// Themselves, sorted by name.
    pub subjects: Vec<Subject>,
    /// Of an object, how each of its builds was compiled. None of a source: whoever reads it decides.
    pub built: Vec<Built>,
    /// How the members of records are written, as far as the compiler says: one for each, bit-fields without a name left out.
    pub sources: BTreeMap<TypeId, Vec<MemberSource>>,
    /// The enumerators of the enumerations among them, as far as the compiler says.
    pub enumerators: BTreeMap<TypeId, Vec<Enumerator>>,
    /// The records and enumerations among the types that were asked about: which subject each is.
    pub of_type: HashMap<TypeId, usize>,
}

/// Why there is nothing to check.
#[derive(Debug, thiserror::Error)]
pub enum NoSubject {
    /// The file cannot be read.
    #[error(transparent)]
    Unreadable(#[from] dwarf::ReadError),
    /// A pattern is none.
    #[error("`{0}` is no name and no pattern: {1}")]
    Pattern(String, globset::Error),
    /// No type has such a name.
    #[error("no type `{name}` in it{}", nearest.as_ref().map_or(String::new(), |nearest| format!(", did you mean `{nearest}`?")))]
    NoSuchType {
        /// As it was given.
        name: String,
        /// The nearest there is.
        nearest: Option<String>,
    },
    /// The file is of a machine whose ABI is not in the table.
    #[error("compiled for {0}, of which no ABI is known: what its compiler packed cannot be told")]
    NoAbi(String),
    /// Its debug information has none.
    #[error(
        "its debug information declares no types: it is for line numbers (-g1, -gline-tables-only), expected what -g writes"
    )]
    NoTypes,
    /// It declares no types.
    #[error(
        "it declares no struct, union or enumeration of its own; `--all` takes what it includes, too"
    )]
    Nothing,
}

impl Wanted {
    /// Types by names or patterns; without any, those that a source declares itself, or all of a binary's.
    ///
    /// # Errors
    /// A pattern is none.
    pub fn new(
        given: &[String],
        all: bool,
        file: &Path,
        of_source: bool,
    ) -> Result<Wanted, NoSubject> {
        let mut names = GlobSetBuilder::new();
        for pattern in given {
            let wrong = |error| NoSubject::Pattern(pattern.clone(), error);
            names.add(Glob::new(pattern).map_err(wrong)?);
        }
        let wrong = |error| NoSubject::Pattern(given.join(", "), error);
        let own = given.is_empty() && !all && of_source;
        Ok(Wanted {
            names: names.build().map_err(wrong)?,
            given: given.to_vec(),
            of_source,
            declared_in: match own {
                true => vec![plain(file)],
                false => Vec::new(),
            },
            of_crate: None,
        })
    }

    /// Types by names or patterns; without any, all that a crate of Rust declares.
    ///
    /// # Errors
    /// A pattern is none.
    pub fn of_crate(given: &[String], name: &str) -> Result<Wanted, NoSubject> {
        let wanted = Wanted::new(given, true, Path::new(name), false)?;
        Ok(Wanted {
            of_crate: Some(name.to_owned()),
            ..wanted
        })
    }

    /// The same of these files instead; of all that are included, where there is none. Types that were asked for by their names are looked for everywhere already.
    #[must_use]
    pub fn and_included<'f>(self, files: impl Iterator<Item = &'f str>) -> Wanted {
        let is_of_file = !self.declared_in.is_empty();
        Wanted {
            declared_in: files
                .filter(|_| is_of_file)
                .map(|file| plain(Path::new(file)))
                .collect(),
            ..self
        }
    }

    /// Reads from another object what would be wanted of this one.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn read(&self, octets: &[u8]) -> Result<Program, dwarf::ReadError> {
        dwarf::read_where(octets, |declaration| self.wants(declaration))
    }

    /// Whether a type that was read is told, or only what others are made of.
    fn tells(&self, program: &Program, named: &Named) -> bool {
        let tag = program.tags.get(&named.kind);
        // A typedef of a struct with a tag of its own is told under the tag.
        let renames = named.name.keyword == Keyword::Typedef
            && tag.is_some_and(|tag| *tag != named.name.path);
        let composite = matches!(
            program.types.get(named.kind),
            Some(
                Type::Record(_)
                    | Type::Enum(_)
                    | Type::Array { .. }
                    | Type::Opaque { .. }
                    | Type::Unspecified { .. }
            )
        );
        // `typedef struct header header;`, and in C++ every `typedef struct`.
        let is_same = || {
            let all = &program.named;
            let begin = all.partition_point(|other| other.name.path < named.name.path);
            let same = all.get(begin..).unwrap_or_default().iter();
            let mut same = same.take_while(|other| other.name.path == named.name.path);
            named.name.keyword == Keyword::Typedef
                && same
                    .any(|other| other.name.keyword != Keyword::Typedef && other.kind == named.kind)
        };
        (!self.given.is_empty() || (composite && !renames)) && !is_same()
    }

    fn wants(&self, declaration: &Declaration) -> bool {
        if let Some(name) = &self.of_crate
            && !is_declared_by(name, &declaration.name.path)
        {
            return false;
        }
        if !self.declared_in.is_empty() {
            let place = declaration.place.as_ref();
            let mut files = self.declared_in.iter();
            return place.is_some_and(|place| files.any(|file| is_in(place, file)));
        }
        self.given.is_empty() || self.names(declaration)
    }

    /// The names that were given without keywords and namespaces, where they are no patterns and each is a name of its own.
    pub fn bare_names(&self) -> Option<Vec<String>> {
        let bare = |given: &String| {
            let bare = given.rsplit([' ', ':']).next()?;
            let is_of_it = |c: char| c.is_alphanumeric() || c == '_';
            let is_plain = !bare.is_empty() && bare.chars().all(is_of_it);
            is_plain.then(|| bare.to_owned())
        };
        let is_asked = !self.given.is_empty() && !self.of_source && self.of_crate.is_none();
        let names = is_asked.then(|| self.given.iter().map(bare).collect());
        names.flatten()
    }

    /// A name that was given and that no type of a program has.
    fn missing(&self, program: &Program) -> Option<&String> {
        let mut given = self.given.iter();
        given.find(|given| !given.contains(PATTERNS) && program.of_name(given).next().is_none())
    }

    /// With its keyword or without.
    fn names(&self, declaration: &Declaration) -> bool {
        // Most are none of them, and are told so without a pattern.
        let path = &*declaration.name.path;
        let may_be = |given: &String| given.contains(PATTERNS) || given.ends_with(path);
        if !self.given.iter().any(may_be) {
            return false;
        }
        self.names.is_match(&*declaration.name.path)
            || self.names.is_match(declaration.name.to_string())
    }
}

/// Whether a crate's own text declares a type of this path: a closure and a table of functions are the compiler's.
fn is_declared_by(name: &str, path: &str) -> bool {
    let rest = path.strip_prefix(name);
    rest.is_some_and(|rest| rest.starts_with("::")) && !path.contains('{')
}

fn plain(file: &Path) -> PathBuf {
    file.canonicalize().unwrap_or_else(|_| file.to_owned())
}

fn is_in(place: &Place, file: &Path) -> bool {
    let path = Path::new(&*place.file);
    path == file
        || (path.file_name() == file.file_name()
            && path.canonicalize().is_ok_and(|path| path == file))
}

/// The types of a file that are wanted, before anything is decided about them.
///
/// # Errors
/// The file cannot be read, or a name that was given is none of its types.
pub fn read(octets: &[u8], wanted: &Wanted) -> Result<Program, NoSubject> {
    read_with(octets, &Companions::default(), wanted)
}

/// The same of a file whose debug information is in others, too.
///
/// # Errors
/// As [`read`].
pub fn read_with(
    octets: &[u8],
    companions: &Companions<'_>,
    wanted: &Wanted,
) -> Result<Program, NoSubject> {
    let read = match wanted.bare_names() {
        Some(names) => dwarf::read_named(octets, companions, names, |one| wanted.wants(one)),
        None => dwarf::read_with(octets, companions, |one| wanted.wants(one)),
    };
    let mut program = match read {
        // A source was compiled with debug information: without any it has no types.
        Err(error) if wanted.of_source && matches!(error.problem, Problem::NoDebugInfo { .. }) => {
            return Err(NoSubject::Nothing);
        }
        read => read?,
    };
    if wanted.missing(&program).is_some() {
        // Once more, for the names that there are.
        let mut names = BTreeSet::new();
        program = dwarf::read_with(octets, companions, |declaration| {
            if !names.contains(&*declaration.name.path) {
                names.insert(declaration.name.path.to_string());
            }
            wanted.wants(declaration)
        })?;
        if let Some(name) = wanted.missing(&program) {
            let bare = name.rsplit(' ').next().unwrap_or(name);
            let nearest = cross::target::nearest(bare, names.iter().map(String::as_str));
            return Err(NoSubject::NoSuchType {
                name: name.clone(),
                nearest: nearest.map(str::to_owned),
            });
        }
    }
    if program.named.is_empty() && !wanted.of_source {
        return Err(NoSubject::NoTypes);
    }
    if !program
        .named
        .iter()
        .any(|named| wanted.tells(&program, named))
    {
        return Err(NoSubject::Nothing);
    }
    Ok(program)
}

/// Decides what debug information leaves open, as far as it can be decided: for the ABI of the file, and what its compiler told of alignments.
///
/// # Errors
/// No ABI of the table is the file's.
pub fn decide(
    mut program: Program,
    told: &Alignments,
    wanted: &Wanted,
    abis: &Abis,
    machines: &[Machine<'_>],
) -> Result<Subjects, NoSubject> {
    let others: Vec<&Abi> = machines.iter().map(|machine| machine.abi).collect();
    let Some(fit) = fit::best(&mut program, abis, &others, told) else {
        return Err(NoSubject::NoAbi(program.machine.to_string()));
    };
    let subjects = of(program, &fit, wanted);
    Ok(Subjects {
        built: Built::of(&fit, machines),
        ..subjects
    })
}

/// The types that are told, with what is in ambiguity about them.
pub fn of(program: Program, fit: &Fit, wanted: &Wanted) -> Subjects {
    let mut texts = Texts::default();
    let mut subjects = Vec::new();
    for named in program
        .named
        .iter()
        .filter(|named| wanted.tells(&program, named))
    {
        let declared = named.declared.first().cloned();
        let ambiguities = fit.about(&program.types, named.kind);
        subjects.push(Subject {
            name: named.name.to_string(),
            // A source is read as each machine reads it.
            conditional: declared
                .as_ref()
                .filter(|_| !wanted.of_source)
                .and_then(|place| texts.conditional(place)),
            declared,
            kind: named.kind,
            build: program.build_of(innermost(&program.types, named.kind)),
            ambiguities: ambiguities.into_iter().cloned().collect(),
        });
    }
    // Variants of one name by what they are, and not by who was linked first.
    subjects.sort_by_cached_key(|subject| {
        let observed = program.observed.get(&subject.kind);
        let size = observed.map(|observed| observed.size);
        let members = observed.into_iter().flat_map(|observed| &observed.members);
        let places: Vec<_> = members.map(|member| member.bit_offset).collect();
        let Subject {
            name,
            declared,
            build,
            ..
        } = subject;
        (name.clone(), declared.clone(), *build, size, places)
    });
    let own = subjects.iter().enumerate();
    let own = own.filter(|(_, subject)| {
        let kind = program.types.get(subject.kind);
        matches!(kind, Some(Type::Record(_) | Type::Enum(_)))
    });
    Subjects {
        // Of several names the first: a tag stands before what renames it.
        of_type: own.rev().map(|(place, one)| (one.kind, place)).collect(),
        types: program.types,
        subjects,
        sources: program.sources,
        enumerators: program.enumerators,
        built: Vec::new(),
    }
}

/// What an array, or a typedef that aligns, is of in the end.
fn innermost(types: &Types, mut id: TypeId) -> TypeId {
    // Bounded by the number of types: a reader puts what a type is made of before it.
    while let Some(
        Type::Array { element: of, .. }
        | Type::Aligned { of, .. }
        | Type::Atomic { of }
        | Type::Library { of, .. }
        | Type::Ordered { of, .. },
    ) = types.get(id)
    {
        id = *of;
    }
    id
}
