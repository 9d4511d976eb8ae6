//! The reports of all shards, put together: what one whole run would have told.
//!
//! Whatever does not fit is told with the file that it is in; nothing is taken from a set of shards that is not whole.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use super::document::observed::{observation, text};
use super::document::{MATRIX, MatrixDocument, ParticipantRow, ReportedCell, StoryRow, Word};
use super::{Found, Known};
use crate::cell::Cell;
use crate::judged::JudgedCell;
use crate::observation::Observation;
use crate::participant::{ParticipantId, implementations};
use crate::protocol::{Vector, VectorChoice};
use crate::select::Names;
use crate::verdict::CellVerdict;
use cross::Target;

/// Reports that do not fit together.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Misfit(String);

fn misfit<T>(file: &Path, why: impl std::fmt::Display) -> Result<T, Misfit> {
    Err(Misfit(format!("{}: {why}", file.display())))
}

/// A report and the file that it was read from.
pub type Part<'a> = (&'a Path, MatrixDocument<'a>);

/// What all shards have in common: what was asked of the whole.
#[derive(Debug)]
pub struct Asked {
    /// The names that chose the cells.
    pub names: Names,
    /// How the vectors were chosen.
    pub choice: VectorChoice,
    /// How many vectors a cell has.
    pub vectors: usize,
    /// The file of the user's own participants.
    pub file: Option<PathBuf>,
    /// The table of ABIs, where it was not the builtin one.
    pub abis_file: Option<PathBuf>,
}

/// What came of all shards together.
#[derive(Debug)]
pub struct Merged {
    /// Of each cell, in the order of the matrix.
    pub observations: Vec<Observation>,
    /// What the runs found out.
    pub found: Found,
    /// Whether one of them was cut short.
    pub interrupted: bool,
}

/// Sees whether these are all shards of one plan, by the same program; and what that was asked.
///
/// # Errors
/// One is no shard, is of another plan, version, seed, choice; is missing, or there twice.
pub fn asked(parts: &[Part<'_>]) -> Result<Asked, Misfit> {
    let Some((first_file, first)) = parts.first() else {
        return Err(Misfit("no report was given".to_owned()));
    };
    let mut shards: BTreeMap<usize, &Path> = BTreeMap::new();
    for (file, part) in parts {
        if part.format.as_str() != MATRIX {
            return misfit(file, "it was only predicted, not run");
        }
        let Some(shard) = &part.head.shard else {
            // A whole one is judged and written again: in another version, or as a page.
            if parts.len() == 1 {
                break;
            }
            return misfit(
                file,
                "it is no shard: `crossum matrix --shard K/N --json` writes one",
            );
        };
        let headers = headers(part).into_iter().zip(headers(first));
        if let Some(((what, its), (_, firsts))) = headers.into_iter().find(|(a, b)| a != b) {
            return misfit(
                file,
                format_args!(
                    "{what}: it has {its}, and {} has {firsts}",
                    first_file.display()
                ),
            );
        }
        if let Some(other) = shards.insert(shard.number, file) {
            let (number, of) = (shard.number, shard.of);
            return misfit(
                file,
                format_args!("it is shard {number}/{of}, as {} is", other.display()),
            );
        }
    }
    let version = first.head.crossum.as_ref().map_or("", Word::as_str);
    if version != env!("CARGO_PKG_VERSION") {
        let ours = env!("CARGO_PKG_VERSION");
        return misfit(
            first_file,
            format_args!("it was written by crossum {version}, and this is {ours}"),
        );
    }
    let of = first.head.shard.as_ref().map_or(0, |shard| shard.of);
    // A count from a file is no reason to go through so many numbers: there are only so many files.
    let missing: Vec<_> = (1..=of)
        .filter(|number| !shards.contains_key(number))
        .take(SHOWN + 1)
        .map(|number| format!("{number}/{of}"))
        .collect();
    if !missing.is_empty() {
        let shown = missing.iter().take(SHOWN).cloned().collect::<Vec<_>>();
        let more = if missing.len() > SHOWN { ", ..." } else { "" };
        let s = if missing.len() == 1 { "" } else { "s" };
        return Err(Misfit(format!(
            "shard{s} missing: {}{more}; {} and the others make a plan of {of}",
            shown.join(", "),
            first_file.display()
        )));
    }
    Ok(of_document(first))
}

/// So many missing shards are named.
const SHOWN: usize = 8;

/// What must be the same in all shards, in words.
pub(super) fn headers(document: &MatrixDocument<'_>) -> Vec<(&'static str, String)> {
    let shard = document.head.shard.as_ref();
    let selection = &document.head.selection;
    let names = |words: &[Word<'_>]| match words {
        [] => "all".to_owned(),
        words => words.iter().map(Word::as_str).collect::<Vec<_>>().join(","),
    };
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
    vec![
        (
            "the version of crossum",
            or_none(document.head.crossum.as_ref().map(Word::to_string)),
        ),
        (
            "the number of shards",
            or_none(shard.map(|shard| shard.of.to_string())),
        ),
        ("--targets", names(&selection.targets)),
        ("--encodings", names(&selection.encodings)),
        ("--participants", names(&selection.participants)),
        ("--server", names(&selection.server)),
        ("--client", names(&selection.client)),
        ("the number of vectors", document.head.vectors.to_string()),
        (
            "the seed",
            or_none(document.head.seed.map(|seed| seed.to_string())),
        ),
        ("the vectors", format!("{:?}", selection.vector)),
        (
            "the file of participants",
            or_none(selection.file.as_ref().map(Word::to_string)),
        ),
        (
            "--abis",
            or_none(selection.abis.as_ref().map(Word::to_string)),
        ),
        (
            "the tables of ABIs and participants",
            or_none(document.head.model.as_ref().map(Word::to_string)),
        ),
        (
            "the plan (another --costs?)",
            or_none(shard.map(|shard| shard.plan.to_string())),
        ),
    ]
}

fn of_document(document: &MatrixDocument<'_>) -> Asked {
    let selection = &document.head.selection;
    let names = |words: &[Word<'_>]| words.iter().map(Word::to_string).collect();
    let (extras, beside_others) = match document.head.shard {
        // A shard has those that its names say, and no others.
        Some(_) => (Vec::new(), false),
        None => unnamed(&ids(document)),
    };
    Asked {
        names: Names {
            targets: names(&selection.targets),
            encodings: names(&selection.encodings),
            participants: names(&selection.participants),
            servers: names(&selection.server),
            clients: names(&selection.client),
            extras,
            beside_others,
        },
        vectors: document.head.vectors,
        choice: VectorChoice {
            seed: document.head.seed,
            given: selection.vector.clone(),
        },
        file: selection
            .file
            .as_ref()
            .map(|file| PathBuf::from(file.as_str())),
        abis_file: selection
            .abis
            .as_ref()
            .map(|file| PathBuf::from(file.as_str())),
    }
}

/// Of those who took part, the extras and whether there were any beside others: they are not named, their tools were there.
fn unnamed(ids: &HashMap<&str, ParticipantId>) -> (Vec<&'static Target>, bool) {
    let took_part = |target: &Target| ids.values().any(|id| id.target == target.name);
    let extras = cross::target::extras().filter(|target| took_part(target));
    let mut beside = implementations().iter().flat_map(|one| {
        let targets = cross::target::all().filter(|target| one.is_beside_others(target));
        targets.map(|target| (&one.name, &target.name))
    });
    let is_beside = |(implementation, target): (&String, &String)| {
        let mut ids = ids.values();
        ids.any(|id| (&id.implementation, &id.target) == (implementation, target))
    };
    (extras.collect(), beside.any(is_beside))
}

/// Puts the shards of a matrix together: these cells, with these vectors, by what the tables say (`model`).
///
/// # Errors
/// The tables are not those that the shards were run by; a cell is missing, doubled or strange; a participant is not the same in two shards.
pub fn merge(
    parts: &[Part<'_>],
    model: &str,
    cells: &[Cell],
    vectors: &[Vector],
) -> Result<Merged, Misfit> {
    let mut merged = Merged {
        observations: Vec::new(),
        found: Found::default(),
        interrupted: false,
    };
    let places = places(cells.iter());
    let mut seen: Vec<Option<(&Path, Observation)>> = vec![None; cells.len()];
    let mut known: BTreeMap<String, (&Path, Known)> = BTreeMap::new();
    for (file, part) in parts {
        if part.head.model.as_ref().map(Word::as_str) != Some(model) {
            let tables =
                "it was run by other tables of ABIs and participants than this crossum has";
            return match &part.head.selection.file {
                Some(own) => misfit(file, format!("{tables}, or {own} was changed since")),
                None => misfit(file, tables),
            };
        }
        merged.interrupted |= part.head.interrupted;
        match parts.len() {
            // Nothing is added up, and the sample stays.
            1 => merged.found.measured = part.summary.measured.clone(),
            _ => merged.found.measured.add(&part.summary.measured),
        }
        for row in &part.head.participants {
            same_participant(file, row, &mut known)?;
        }
        let ids = ids(part);
        // Of cells that have one story the same was observed.
        let mut told: HashMap<*const StoryRow<'_>, Observation> = HashMap::new();
        for cell in part.reported() {
            let place = at(&places, &ids, &cell).and_then(|at| seen.get_mut(at));
            let Some(place) = place else {
                return misfit(
                    file,
                    format_args!("no cell of this matrix is `{}`", name(&cell)),
                );
            };
            if let Some((other, _)) = place {
                return misfit(
                    file,
                    format_args!("`{}` is in {}, too", name(&cell), other.display()),
                );
            }
            let story = std::ptr::from_ref(cell.story);
            let observation = match told.get(&story) {
                Some(known) => known.clone(),
                None => match observation(&cell, vectors) {
                    Ok(new) => told.entry(story).or_insert(new).clone(),
                    Err(why) => return misfit(file, format_args!("`{}`: {why}", name(&cell))),
                },
            };
            *place = Some((file, observation));
        }
    }
    for (cell, seen) in cells.iter().zip(seen) {
        match seen {
            Some((_, observation)) => merged.observations.push(observation),
            None => return Err(Misfit(format!("`{cell}` is in none of the shards"))),
        }
    }
    for (id, (file, known)) in known {
        match id.parse() {
            Ok(id) => drop(merged.found.known.insert(id, known)),
            Err(error) => return misfit(file, error),
        }
    }
    Ok(merged)
}

/// Sees whether the verdicts that were written are those that this program comes to.
///
/// # Errors
/// A cell whose is not: another program wrote it.
pub fn agree(parts: &[Part<'_>], judged: &[JudgedCell]) -> Result<(), Misfit> {
    let places = places(judged.iter().map(|judged| &judged.cell));
    for (file, part) in parts {
        let ids = ids(part);
        for cell in part.reported() {
            let at = at(&places, &ids, &cell);
            let ours = at
                .and_then(|at| judged.get(at)?.verdict)
                .map(CellVerdict::name);
            if ours != cell.verdict() {
                return misfit(
                    file,
                    format_args!(
                        "`{}` is `{}` there, and by this crossum `{}`: another one wrote it",
                        name(&cell),
                        cell.verdict().unwrap_or("null"),
                        ours.unwrap_or("null"),
                    ),
                );
            }
        }
    }
    Ok(())
}

/// Places of cells, by their names.
type Places<'a> = HashMap<(&'a ParticipantId, &'a ParticipantId, &'a str), usize>;

fn places<'a>(cells: impl Iterator<Item = &'a Cell>) -> Places<'a> {
    let name = |cell: &'a Cell| (&cell.server.id, &cell.client.id, cell.encoding.name());
    let names = cells.enumerate();
    names.map(|(at, cell)| (name(cell), at)).collect()
}

/// The participants of a document, by what it calls them.
fn ids<'a>(part: &'a MatrixDocument<'_>) -> HashMap<&'a str, ParticipantId> {
    let words = part.head.participants.iter().map(|row| row.id.as_str());
    words
        .filter_map(|word| Some((word, word.parse().ok()?)))
        .collect()
}

/// Where a cell of a document is.
fn at(
    places: &Places<'_>,
    ids: &HashMap<&str, ParticipantId>,
    cell: &ReportedCell<'_>,
) -> Option<usize> {
    let (server, client) = (ids.get(cell.server)?, ids.get(cell.client)?);
    places.get(&(server, client, cell.encoding())).copied()
}

fn name(cell: &ReportedCell<'_>) -> String {
    let (server, client) = (cell.server, cell.client);
    format!("{}: {server} serves, {client} asks", cell.encoding())
}

/// A job of a CI gets the kernel that it gets; an emulator is chosen.
fn is_native(runner: &str) -> bool {
    runner.starts_with("native")
}

/// A participant is built by every shard that needs it, and must be the same there.
fn same_participant<'a>(
    file: &'a Path,
    row: &ParticipantRow<'_>,
    known: &mut BTreeMap<String, (&'a Path, Known)>,
) -> Result<(), Misfit> {
    let word = |word: &Option<Word<'_>>| word.as_ref().map(Word::to_string);
    let facts = row.facts.iter();
    let its = Known {
        runner: word(&row.runner),
        compiler: word(&row.compiler),
        facts: facts
            .map(|(key, value)| (key.clone(), text(value)))
            .collect(),
        differs: row.differs,
        trouble: word(&row.trouble),
    };
    let Some((other, before)) = known.get_mut(row.id.as_str()) else {
        known.insert(row.id.to_string(), (file, its));
        return Ok(());
    };
    for (what, its, before) in [
        ("compiler", &its.compiler, &before.compiler),
        ("runner", &its.runner, &before.runner),
    ] {
        if let (Some(its), Some(before)) = (its, before)
            && its != before
            && !(is_native(its) && is_native(before))
        {
            let (id, other) = (&row.id, other.display());
            return misfit(
                file,
                format_args!("{what} of {id}: it has {its}, and {other} has {before}"),
            );
        }
    }
    if !its.facts.is_empty() && !before.facts.is_empty() && its.facts != before.facts {
        let (id, other) = (&row.id, other.display());
        return misfit(
            file,
            format_args!("the facts of {id} are not those in {other}"),
        );
    }
    // What went wrong with it anywhere went wrong.
    *before = Known {
        runner: before.runner.take().or(its.runner),
        compiler: before.compiler.take().or(its.compiler),
        facts: if before.facts.is_empty() {
            its.facts
        } else {
            std::mem::take(&mut before.facts)
        },
        differs: before.differs || its.differs,
        trouble: before.trouble.take().or(its.trouble),
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_took_part_without_being_named_is_told_by_the_participants() {
        for (words, extras, beside_others) in [
            (
                &[
                    "c-gcc@x86_64-unknown-linux-gnu",
                    "rust@s390x-unknown-linux-gnu",
                ][..],
                &[][..],
                false,
            ),
            (
                &["c-gcc@avr-none", "c-mingw@x86_64-pc-windows-gnu"],
                &["avr-none", "x86_64-pc-windows-gnu"],
                false,
            ),
            // For this one zig is the only compiler.
            (
                &["c-zig@aarch64_be-unknown-linux-musl"],
                &["aarch64_be-unknown-linux-musl"],
                false,
            ),
            (&["c-zig@s390x-unknown-linux-gnu"], &[], true),
        ] {
            let ids = words.iter().map(|word| (*word, word.parse().unwrap()));
            let (found, beside) = unnamed(&ids.collect());
            let found: Vec<&str> = found.iter().map(|target| target.name.as_str()).collect();
            assert_eq!(
                (found.as_slice(), beside),
                (extras, beside_others),
                "{words:?}"
            );
        }
    }
}
