//! What became of locked types: for people, and for programs.

use std::fmt::{self, Write};

use input::machine;
use kit::style::{BAD, DIM, GOOD, STRONG, UNKNOWN};
use kit::words::some;
use serde::Serialize;

use crate::lock::{Change, Kind, LockedType, Verdict};

/// What became of one.
#[derive(Clone, Debug)]
pub struct Compared<'l> {
    /// As it was locked.
    pub locked: &'l LockedType,
    /// What became of it.
    pub verdict: Verdict,
    /// What happened.
    pub changes: Vec<Change>,
}

/// Writes them, and how many there are of each.
///
/// # Errors
/// Those of `out`.
pub fn write(lock: &str, all: &[Compared<'_>], out: &mut impl Write) -> fmt::Result {
    for one in all.iter().filter(|one| !one.changes.is_empty()) {
        let (style, word) = match one.verdict {
            Verdict::Held => (GOOD, "held"),
            Verdict::Undecided => (UNKNOWN, "undecided"),
            Verdict::Broken => (BAD, "broken"),
        };
        let LockedType { name, file, .. } = one.locked;
        writeln!(
            out,
            "{style}{word}{style:#}  {STRONG}{name}{STRONG:#} of {file}"
        )?;
        for change in &one.changes {
            let on = machines(&change.machines);
            // What does not make it broken is told apart from what does.
            let mark = match (one.verdict, change.kind.verdict()) {
                (Verdict::Broken | Verdict::Undecided, Verdict::Held) => "permitted: ",
                (Verdict::Broken, Verdict::Undecided) => "undecided: ",
                _ => "",
            };
            writeln!(out, "  {mark}{} {DIM}on {on}{DIM:#}", change.words)?;
            if let Some(declared) = &change.declared {
                writeln!(out, "    {DIM}{}{DIM:#}", from_here(declared))?;
            }
        }
        if one.verdict == Verdict::Broken {
            let is_gone = one
                .changes
                .iter()
                .any(|change| change.kind == Kind::TypeGone);
            let (what, option) = match is_gone {
                true => ("forget the old format", "--remove"),
                false => ("begin a new format", "--update"),
            };
            writeln!(
                out,
                "  Files and peers that are out there have the old octets. Take the change back, or {what}: `crossum lock {file} {option} '{name}'`"
            )?;
        }
    }
    let count = |verdict| all.iter().filter(|one| one.verdict == verdict).count();
    writeln!(
        out,
        "{lock}: {}: {} held, {} broken, {} undecided",
        some(all.len(), "type"),
        count(Verdict::Held),
        count(Verdict::Broken),
        count(Verdict::Undecided),
    )
}

/// A place as it is called from the current folder.
fn from_here(place: &str) -> &str {
    let here = std::env::current_dir().unwrap_or_default();
    let inside = here.to_str().and_then(|here| place.strip_prefix(here));
    inside
        .and_then(|rest| rest.strip_prefix('/'))
        .unwrap_or(place)
}

fn machines(names: &[String]) -> String {
    let names = machine::in_order(names.iter().map(String::as_str));
    match names.as_slice() {
        [] => "none".to_owned(),
        [one] => machine::short(one).into_owned(),
        [one, other] => format!("{} and {}", machine::short(one), machine::short(other)),
        [first, others @ ..] => format!("{} and {} others", machine::short(first), others.len()),
    }
}

/// The machine-readable report on locked types. Fields may be added; those that are here keep their meaning.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LockedDocument {
    format: &'static str,
    version: u32,
    lock: String,
    types: Vec<TypeRow>,
    summary: Summary,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TypeRow {
    name: String,
    file: String,
    /// `held`, `broken` or `undecided`.
    verdict: &'static str,
    changes: Vec<ChangeRow>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ChangeRow {
    kind: &'static str,
    /// The value that it is about; empty for the whole type.
    path: String,
    message: String,
    /// Whether it breaks what is out there.
    breaks: bool,
    /// The file and the line where it is declared now, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    declared: Option<String>,
    machines: Vec<String>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Summary {
    types: usize,
    held: usize,
    broken: usize,
    undecided: usize,
}

impl LockedDocument {
    /// Of what was compared.
    pub fn of(lock: &str, all: &[Compared<'_>]) -> LockedDocument {
        let count = |verdict| all.iter().filter(|one| one.verdict == verdict).count();
        let types = all.iter().map(|one| TypeRow {
            name: one.locked.name.clone(),
            file: one.locked.file.clone(),
            verdict: match one.verdict {
                Verdict::Held => "held",
                Verdict::Undecided => "undecided",
                Verdict::Broken => "broken",
            },
            changes: one.changes.iter().map(row).collect(),
        });
        LockedDocument {
            format: "crossum-locked",
            version: 1,
            lock: lock.to_owned(),
            types: types.collect(),
            summary: Summary {
                types: all.len(),
                held: count(Verdict::Held),
                broken: count(Verdict::Broken),
                undecided: count(Verdict::Undecided),
            },
        }
    }
}

fn row(change: &Change) -> ChangeRow {
    ChangeRow {
        kind: change.kind.word(),
        path: change.path.clone(),
        message: change.words.clone(),
        breaks: change.kind.verdict() == Verdict::Broken,
        declared: change.declared.clone(),
        machines: change.machines.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_schema_is_committed() {
        kit::schema::compare::<LockedDocument>("crossum-locked").unwrap();
    }
}
