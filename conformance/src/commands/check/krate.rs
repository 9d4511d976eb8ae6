//! What `crossum check --crate` is given: the crates of a cargo project, as cargo builds them here.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use cross::{Host, trust};
use layout::Abis;
use layout::dwarf::{Problem, Program};

use super::super::input::Input;
use super::super::unusable;
use crate::cli;
use check::report::InputRow;
use input::Machine;
use input::reading::Readings;
use input::rust::package::{self, Built, NotBuilt};
use input::rust::{self, unused};
use input::source;
use input::subjects::{self, NoSubject, Wanted};

/// What is asked of a project.
pub(in super::super) struct Project<'p> {
    /// Where it is.
    pub(in super::super) folder: &'p Path,
    /// The names of types; all, where there are none.
    pub(in super::super) types: &'p [String],
    /// What cargo is told.
    pub(in super::super) flags: &'p [String],
}

impl<'p> Project<'p> {
    /// What a command line asks of the project in a folder.
    pub(in super::super) fn of(folder: &'p Path, options: &'p cli::Check) -> Self {
        Project {
            folder,
            types: &options.types,
            flags: &options.how.flags,
        }
    }
}

/// Builds the crates of a project, and reads their types for these machines.
///
/// # Errors
/// Cargo is not here or does not build them, or they have no such types.
pub(in super::super) async fn inputs(
    project: &Project<'_>,
    abis: &Abis,
    machines: &[Machine<'_>],
    host: &Host,
) -> anyhow::Result<Vec<Input>> {
    let folder = project.folder;
    if folder.is_dir() {
        trust::check_project(folder, host)?;
    }
    let built = package::build(folder, project.flags, host).await;
    let built = built.map_err(|error| match error {
        error @ (NotBuilt::Cargo(_) | NotBuilt::Nothing(_)) => unusable(error.into()),
        NotBuilt::NoCargo => error.into(),
        NotBuilt::Trouble(error) => error,
    })?;
    let mut all = Vec::new();
    let mut without = None;
    for built in &built {
        match of_crate(built, project.types, abis, machines, host).await? {
            Ok(inputs) => all.extend(inputs),
            Err(why) => {
                without.get_or_insert(why);
            }
        }
    }
    match without {
        Some(why) if all.is_empty() => {
            let why = no_such_type(project.types, &built, &why).unwrap_or(why);
            let why = anyhow::Error::from(why).context(folder.display().to_string());
            Err(unusable(why))
        }
        _ => Ok(all),
    }
}

/// A name of a type that no crate of the project declares, with the nearest that one does. A crate of which nothing is used has no debug information, and no fault is in that.
fn no_such_type(given: &[String], built: &[Built], why: &NoSubject) -> Option<NoSubject> {
    let is_of_names = match why {
        NoSubject::NoSuchType { .. } => true,
        NoSubject::Unreadable(error) => matches!(error.problem, Problem::NoDebugInfo { .. }),
        _ => false,
    };
    let all = built
        .iter()
        .flat_map(|one| unused::unknown(one, &BTreeSet::new()));
    let all: Vec<String> = all.collect();
    let is_pattern = |name: &&String| name.contains(['*', '?', '[', '{']);
    let mut names = given.iter().filter(|name| !is_pattern(name));
    let name = names.find(|name| is_of_names && !all.contains(name))?;
    // `P` is short for `wire::P`.
    let last = |path: &str| path.rsplit("::").next().unwrap_or_default().to_owned();
    let nearest = all.iter().find(|path| last(path) == last(name));
    let nearest = nearest.cloned().or_else(|| {
        let lasts: Vec<String> = all.iter().map(|path| last(path)).collect();
        let near = cross::target::nearest(&last(name), lasts.iter().map(String::as_str))?;
        let place = lasts.iter().position(|last| last == near)?;
        all.get(place).cloned()
    });
    Some(NoSubject::NoSuchType {
        name: name.clone(),
        nearest,
    })
}

/// A crate: what its library or program has, and what only a program that names it has.
async fn of_crate(
    built: &Built,
    types: &[String],
    abis: &Abis,
    machines: &[Machine<'_>],
    host: &Host,
) -> anyhow::Result<Result<Vec<Input>, NoSubject>> {
    let wanted = Wanted::of_crate(types, &built.name).map_err(|why| unusable(why.into()))?;
    let octets = source::read(&built.file)?;
    let (mut programs, mut without) = (Vec::new(), None);
    let mut read = |octets: &[u8]| match subjects::read(octets, &wanted) {
        Ok(program) => programs.push(program),
        Err(why) => {
            without.get_or_insert(why);
        }
    };
    read(&octets);
    drop(octets);
    let known = names(&programs);
    if let Some(octets) = unused::octets(built, &known, host).await? {
        read_unknown(&octets, &wanted, &known, &mut programs);
    }
    let known = names(&programs);
    let mut notes = Vec::new();
    if types.is_empty()
        && let Some(note) = left_out(unused::unknown(built, &known))
    {
        notes.push(note);
    }
    let mut inputs = Vec::new();
    for mut program in programs {
        program.crates.insert(built.name.clone(), root(&built.root));
        let said = rust::settle(&mut program);
        let subjects = subjects::decide(program, &said, &wanted, abis, machines);
        let subjects = subjects.with_context(|| built.file.display().to_string());
        let name = format!("crate {}", built.name);
        inputs.push(Input::of_object(
            built.file.clone(),
            wanted.clone(),
            Readings::only(subjects.map_err(unusable)?, name.clone()),
            InputRow::of_crate(&name, std::mem::take(&mut notes)),
        ));
    }
    match without {
        Some(why) if inputs.is_empty() => Ok(Err(why)),
        _ => Ok(Ok(inputs)),
    }
}

/// Of a program that names types, those that were not read before.
fn read_unknown(
    octets: &[u8],
    wanted: &Wanted,
    known: &BTreeSet<String>,
    programs: &mut Vec<Program>,
) {
    let Ok(mut program) = subjects::read(octets, wanted) else {
        return;
    };
    program
        .named
        .retain(|named| !known.contains(&*named.name.path));
    if !program.named.is_empty() {
        programs.push(program);
    }
}

fn names(programs: &[Program]) -> BTreeSet<String> {
    let named = programs.iter().flat_map(|program| &program.named);
    named.map(|named| named.name.path.to_string()).collect()
}

/// As many names as fit in a line.
const MAX_NAMES: usize = 4;

fn left_out(unknown: Vec<String>) -> Option<String> {
    let more = unknown.len().saturating_sub(MAX_NAMES);
    let names = unknown.iter().take(MAX_NAMES);
    let mut names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    if names.is_empty() {
        return None;
    }
    if more > 0 {
        names.push(format!("{more} more"));
    }
    Some(format!(
        "not looked at, because nothing that was built has them (generic, behind a `cfg`, or private and unused): {}",
        names.join(", ")
    ))
}

/// As it is from here, where it is below.
fn root(file: &Path) -> Arc<str> {
    let here: Option<PathBuf> = std::env::current_dir().ok();
    let below = here.and_then(|here| file.strip_prefix(here).map(Path::to_owned).ok());
    below.as_deref().unwrap_or(file).to_string_lossy().into()
}
