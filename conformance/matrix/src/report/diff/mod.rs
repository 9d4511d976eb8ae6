//! What changed between two reports. Measurements are no change; what was asked, who took part and what came of each cell are.

pub mod terminal;

use std::collections::{BTreeMap, BTreeSet};

use kit::changed::Changed;
use serde::Serialize;

use super::document::{MatrixDocument, OutcomeRow, ReportedCell, VectorRow, Word};
use super::merge::headers;

/// The differences, those that matter most first. It is the machine-readable report, too.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MatrixDiff<'a> {
    format: &'static str,
    version: u32,
    summary: Counts,
    newly_broken: Vec<CellChange<'a>>,
    newly_could_not_run: Vec<CellChange<'a>>,
    newly_held: Vec<CellChange<'a>>,
    /// The same verdict, and something else: other digits, other octets, other causes.
    changed: Vec<CellChange<'a>>,
    appeared: Vec<Name<'a>>,
    vanished: Vec<Name<'a>>,
    /// Compilers, runners, facts, troubles; and participants that came or went.
    participants: Vec<Changed>,
    /// What was asked of the two runs.
    asked: Vec<Changed>,
}

#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Counts {
    newly_broken: usize,
    newly_could_not_run: usize,
    newly_held: usize,
    changed: usize,
    appeared: usize,
    vanished: usize,
    participants: usize,
    asked: usize,
}

/// A cell, as both reports name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Name<'a> {
    encoding: &'a str,
    server: &'a str,
    client: &'a str,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct CellChange<'a> {
    #[serde(flatten)]
    name: Name<'a>,
    /// Null where the cell was not there.
    before: Option<CellStatus<'a>>,
    after: CellStatus<'a>,
    /// Those whose outcome, prediction or octets are others.
    vectors: Vec<VectorChange<'a>>,
    rerun: String,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct CellStatus<'a> {
    verdict: Option<&'a str>,
    result: Option<&'a str>,
    causes: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct VectorChange<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    a: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    b: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<&'a str>,
    /// What was asked, in words.
    #[serde(skip)]
    asked: String,
    /// Null where this vector was not there.
    before: Option<Exchange<'a>>,
    after: Exchange<'a>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Exchange<'a> {
    predicted: Option<&'a OutcomeRow<'a>>,
    observed: Option<&'a OutcomeRow<'a>>,
    sent: &'a str,
    received: &'a str,
}

impl<'a> MatrixDiff<'a> {
    /// What changed from `before` to `after`.
    pub fn of(before: &'a MatrixDocument<'a>, after: &'a MatrixDocument<'a>) -> MatrixDiff<'a> {
        let mut diff = MatrixDiff {
            format: "crossum-diff",
            version: 1,
            summary: Counts::default(),
            newly_broken: Vec::new(),
            newly_could_not_run: Vec::new(),
            newly_held: Vec::new(),
            changed: Vec::new(),
            appeared: Vec::new(),
            vanished: Vec::new(),
            participants: participants(before, after),
            asked: asked(before, after),
        };
        let mut old: BTreeMap<Name<'a>, ReportedCell<'a>> = before
            .reported()
            .map(|cell| (Name::of(&cell), cell))
            .collect();
        for cell in after.reported() {
            let name = Name::of(&cell);
            match old.remove(&name) {
                Some(was) => diff.compare(&was, &cell),
                None if verdict(&cell) == BROKEN => diff.newly_broken.push(change(None, &cell)),
                None => diff.appeared.push(name),
            }
        }
        diff.vanished = old.into_keys().collect();
        diff.appeared.sort();
        diff.summary = Counts {
            newly_broken: diff.newly_broken.len(),
            newly_could_not_run: diff.newly_could_not_run.len(),
            newly_held: diff.newly_held.len(),
            changed: diff.changed.len(),
            appeared: diff.appeared.len(),
            vanished: diff.vanished.len(),
            participants: diff.participants.len(),
            asked: diff.asked.len(),
        };
        diff
    }

    fn compare(&mut self, was: &ReportedCell<'a>, is: &ReportedCell<'a>) {
        let (before, after) = (verdict(was), verdict(is));
        let bad = |verdict| verdict == BROKEN || verdict == COULD_NOT_RUN;
        let place = if after == BROKEN && before != BROKEN {
            &mut self.newly_broken
        } else if after == COULD_NOT_RUN && before != COULD_NOT_RUN {
            &mut self.newly_could_not_run
        } else if bad(before) && !bad(after) {
            &mut self.newly_held
        } else if is_other(was, is) {
            &mut self.changed
        } else {
            return;
        };
        place.push(change(Some(was), is));
    }

    /// Whether something is broken that was not.
    pub fn is_worse(&self) -> bool {
        !self.newly_broken.is_empty()
    }
}

const BROKEN: &str = "broken";
const COULD_NOT_RUN: &str = "could-not-run";

fn verdict<'a>(cell: &ReportedCell<'a>) -> &'a str {
    cell.verdict().unwrap_or_default()
}

impl<'a> Name<'a> {
    fn of(cell: &ReportedCell<'a>) -> Self {
        Name {
            encoding: cell.encoding(),
            server: cell.server,
            client: cell.client,
        }
    }
}

/// Whether a cell is other than it was, its measurements and the command to run it again aside.
fn is_other(was: &ReportedCell<'_>, is: &ReportedCell<'_>) -> bool {
    if CellStatus::of(was) != CellStatus::of(is) {
        return true;
    }
    let (before, after) = (was.vectors(), is.vectors());
    let mut rows = after.into_iter().enumerate();
    rows.any(|(at, row)| is_other_vector(&before, at, row))
}

/// A vector that was not there before is no change of the cell: another seed was asked for.
fn is_other_vector(was: &[&VectorRow<'_>], at: usize, is: &VectorRow<'_>) -> bool {
    same_vector(was, at, is).is_some_and(|was| Exchange::of(was) != Exchange::of(is))
}

/// The same arguments in another report of the cell: at the same place, but where other vectors were asked for.
fn same_vector<'a>(
    before: &[&'a VectorRow<'a>],
    at: usize,
    row: &VectorRow<'_>,
) -> Option<&'a VectorRow<'a>> {
    let is_same = |it: &&VectorRow<'_>| (it.a, it.b, &it.request) == (row.a, row.b, &row.request);
    let there = before.get(at).copied().filter(is_same);
    there.or_else(|| before.iter().copied().find(is_same))
}

fn change<'a>(was: Option<&ReportedCell<'a>>, is: &ReportedCell<'a>) -> CellChange<'a> {
    let old = was.map(ReportedCell::vectors).unwrap_or_default();
    let vectors = is.vectors().into_iter().enumerate();
    let vectors = vectors.filter_map(|(at, row)| {
        let before = same_vector(&old, at, row);
        let (before, after) = (before.map(Exchange::of), Exchange::of(row));
        (before.as_ref() != Some(&after)).then_some(VectorChange {
            a: row.a,
            b: row.b,
            request: row.request.as_ref().map(Word::as_str),
            asked: row.asked(),
            before,
            after,
        })
    });
    CellChange {
        name: Name::of(is),
        before: was.map(CellStatus::of),
        after: CellStatus::of(is),
        vectors: vectors.collect(),
        rerun: is.rerun(),
    }
}

impl<'a> CellStatus<'a> {
    fn of(cell: &ReportedCell<'a>) -> Self {
        CellStatus {
            verdict: cell.verdict(),
            result: cell.result(),
            causes: cell.story.causes.iter().map(Word::as_str).collect(),
            why: cell.story.why.as_ref().map(Word::as_str),
        }
    }
}

impl<'a> Exchange<'a> {
    fn of(row: &'a VectorRow<'a>) -> Self {
        Exchange {
            predicted: row.predicted.as_ref(),
            observed: row.observed.as_ref(),
            sent: row.sent.as_str(),
            received: row.received.as_str(),
        }
    }
}

/// What each participant is known by: its compiler, its runner, its trouble, and each of its facts.
fn properties(document: &MatrixDocument<'_>) -> BTreeMap<String, BTreeMap<String, String>> {
    let of = |row: &super::document::ParticipantRow<'_>| {
        let words = [
            ("ABI", Some(&row.abi)),
            ("compiler", row.compiler.as_ref()),
            ("runner", row.runner.as_ref()),
            ("trouble", row.trouble.as_ref()),
        ];
        let words = words
            .into_iter()
            .filter_map(|(what, word)| Some((what.to_owned(), word?.to_string())));
        let facts = row.facts.iter();
        let facts = facts.map(|(key, value)| (key.clone(), super::document::observed::text(value)));
        (row.id.to_string(), words.chain(facts).collect())
    };
    document.head.participants.iter().map(of).collect()
}

fn participants(before: &MatrixDocument<'_>, after: &MatrixDocument<'_>) -> Vec<Changed> {
    let (before, after) = (properties(before), properties(after));
    let ids: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let mut changes = Vec::new();
    for id in ids {
        let (was, is) = match (before.get(id), after.get(id)) {
            (Some(was), Some(is)) => (was, is),
            (was, is) => {
                let there = |it: Option<_>| it.map(|_| "there".to_owned());
                changes.push(Changed {
                    what: id.clone(),
                    before: there(was),
                    after: there(is),
                });
                continue;
            }
        };
        let keys: BTreeSet<_> = was.keys().chain(is.keys()).collect();
        let others = keys.into_iter().filter(|key| was.get(*key) != is.get(*key));
        changes.extend(others.map(|key| Changed {
            what: format!("{id}: {key}"),
            before: was.get(key).cloned(),
            after: is.get(key).cloned(),
        }));
    }
    changes
}

fn asked(before: &MatrixDocument<'_>, after: &MatrixDocument<'_>) -> Vec<Changed> {
    let format = |document: &MatrixDocument<'_>| ("the report", document.format.to_string());
    let was = [format(before)].into_iter().chain(headers(before));
    let is = [format(after)].into_iter().chain(headers(after));
    was.zip(is)
        .filter(|((_, was), (_, is))| was != is)
        .map(|((what, was), (_, is))| Changed {
            what: what.to_owned(),
            before: Some(was),
            after: Some(is),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_that_is_committed_is_that_of_the_types() {
        kit::schema::compare::<MatrixDiff<'_>>("crossum-diff").unwrap();
    }
}
