//! Reports. What they are made of is here; each format is a file of its own, and nobody else knows one.

pub mod annotations;
pub mod diff;
mod distinct;
mod document;
mod evidence;
mod explained;
mod found;
mod grid;
pub mod markdown;
pub mod measured;
pub mod merge;
pub mod page;
pub mod plan;
pub mod sarif;
pub mod suites;
pub mod terminal;

pub use document::{MatrixDocument, ReportedCell, Version1};
pub use found::{Found, Known};

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use layout::{Abis, ByteOrder};

use crate::cell::Cell;
use crate::claims::Claimed;
use crate::infer::Explained;
use crate::judged::JudgedCell;
use crate::protocol::{Encoding, Protocol};
use crate::select::{Names, Roles, Selection};
use crate::shards::Shard;
use crate::summary::Summary;
use crate::verdict::CellVerdict;

/// A matrix: what every report is made from.
pub struct Matrix<'a> {
    /// The ABIs.
    pub abis: &'a Abis,
    /// The file that the ABIs came from, where it is not the builtin table.
    pub abis_file: Option<&'a Path>,
    /// The file of the user's own participants.
    pub file: Option<&'a Path>,
    /// A fingerprint of what the tables say of all participants, those of other shards among them.
    pub model: &'a str,
    /// Who plays which part, and who cannot.
    pub roles: &'a Roles,
    /// What the participants speak.
    pub protocol: &'a dyn Protocol,
    /// The encodings.
    pub encodings: &'a [Arc<dyn Encoding>],
    /// The names that chose all these.
    pub names: &'a Names,
    /// The cells, in order.
    pub judged: &'a [JudgedCell],
    /// The claims.
    pub claims: &'a [Claimed],
    /// Why cells of the user's own encodings break.
    pub explained: &'a [Explained],
    /// What the run found out; `None` where only the model was asked.
    pub found: Option<&'a Found>,
    /// Which part of the whole it is, where it is a part.
    pub shard: Option<&'a Shard>,
    /// Whether the run was cut short.
    pub interrupted: bool,
}

impl<'a> Matrix<'a> {
    /// The cells of a selection, judged; what the run found out is `None` where only the model was asked.
    pub fn of(
        selection: &'a Selection,
        judged: &'a [JudgedCell],
        claims: &'a [Claimed],
        explained: &'a [Explained],
        found: Option<&'a Found>,
    ) -> Matrix<'a> {
        Matrix {
            abis: &selection.abis,
            abis_file: selection.abis_file.as_deref(),
            file: selection.file.as_deref(),
            model: &selection.model,
            roles: &selection.roles,
            protocol: &*selection.protocol,
            encodings: &selection.encodings,
            names: &selection.names,
            judged,
            claims,
            explained,
            found,
            shard: None,
            interrupted: false,
        }
    }

    /// Whether it is of a user's own protocol, of which there is no model.
    pub fn is_own(&self) -> bool {
        !self.protocol.is_modelled()
    }

    /// What is said of cells that broke.
    fn unlike(&self) -> &'static str {
        match self.is_own() {
            true => "not as claimed",
            false => "not as predicted",
        }
    }

    /// The command that runs a cell again, with the same vectors and the same model.
    pub fn rerun(&self, cell: &Cell) -> String {
        cell.rerun(self.file) + &self.options()
    }

    /// What commands end with that run its cells again.
    fn options(&self) -> String {
        let abis = self
            .abis_file
            .map(|file| format!(" --abis {}", file.display()));
        self.protocol.options() + &abis.unwrap_or_default()
    }
}

/// A matrix, counted.
pub struct Tally {
    /// How many targets have a participant.
    pub targets: usize,
    /// How many of these are big-endian.
    pub big_endian_targets: usize,
    /// How many exchanges were observed.
    pub vectors: usize,
    /// How many of them went as predicted.
    pub predicted: usize,
    /// How many did not.
    pub mismatched: usize,
    /// Cells in which one end does not implement the encoding.
    pub unsupported: usize,
    /// Cells that could not run.
    pub could_not_run: usize,
    /// Cells that broke.
    pub broken: usize,
    /// For each encoding.
    pub encodings: Vec<Line>,
}

/// An encoding, counted. Where only the model was asked, its predictions are counted.
pub struct Line {
    /// The encoding.
    pub encoding: Arc<dyn Encoding>,
    /// Cells with every vector right.
    pub correct: usize,
    /// Cells with some vectors right.
    pub lucky: usize,
    /// Cells with no vector right, and a number coming back.
    pub wrong: usize,
    /// Cells that hang.
    pub starved: usize,
    /// Cells that come to nothing otherwise.
    pub other: usize,
    /// Cells in which one end does not implement it.
    pub unsupported: usize,
    /// Cells that could not run.
    pub could_not_run: usize,
    /// Cells that broke.
    pub broken: usize,
}

impl Line {
    /// How many cells there is a result for.
    pub fn ran(&self) -> usize {
        self.correct + self.lucky + self.wrong + self.starved + self.other
    }
}

impl Tally {
    /// Counts a matrix.
    pub fn of(matrix: &Matrix<'_>) -> Tally {
        let targets: BTreeSet<_> = matrix
            .roles
            .all
            .iter()
            .map(|participant| &participant.target.name)
            .collect();
        let is_big = |name: &&&String| {
            let target = cross::target(name).ok();
            target
                .and_then(|target| matrix.abis.get(&target.abi))
                .is_some_and(|abi| abi.byte_order() == ByteOrder::Big)
        };
        let (mut vectors, mut predicted, mut mismatched) = (0, 0, 0);
        for judged in matrix.judged {
            for (exchange, expectation) in judged.exchanges().iter().zip(&judged.expected.vectors) {
                vectors += 1;
                match expectation.predicted(exchange) {
                    Some(true) => predicted += 1,
                    Some(false) => mismatched += 1,
                    None => {}
                }
            }
        }
        let encodings = lines(matrix);
        Tally {
            targets: targets.len(),
            big_endian_targets: targets.iter().filter(is_big).count(),
            vectors,
            predicted,
            mismatched,
            unsupported: encodings.iter().map(|line| line.unsupported).sum(),
            could_not_run: encodings.iter().map(|line| line.could_not_run).sum(),
            broken: encodings.iter().map(|line| line.broken).sum(),
            encodings,
        }
    }

    /// How many cells there is a result for.
    pub fn ran(&self) -> usize {
        self.encodings.iter().map(Line::ran).sum()
    }
}

/// A line for each encoding, in their order.
fn lines(matrix: &Matrix<'_>) -> Vec<Line> {
    let none = |encoding: &Arc<dyn Encoding>| Line {
        encoding: Arc::clone(encoding),
        correct: 0,
        lucky: 0,
        wrong: 0,
        starved: 0,
        other: 0,
        unsupported: 0,
        could_not_run: 0,
        broken: 0,
    };
    let mut lines: Vec<Line> = matrix.encodings.iter().map(none).collect();
    let names = matrix.encodings.iter().map(|encoding| encoding.name());
    let places: HashMap<&str, usize> = names.zip(0..).collect();
    for judged in matrix.judged {
        let place = places.get(judged.cell.encoding.name());
        if let Some(line) = place.and_then(|place| lines.get_mut(*place)) {
            line.count(judged);
        }
    }
    lines
}

impl Line {
    fn count(&mut self, judged: &JudgedCell) {
        match judged.verdict {
            Some(CellVerdict::Broken) => self.broken += 1,
            Some(CellVerdict::CouldNotRun) => self.could_not_run += 1,
            Some(CellVerdict::Unsupported) => self.unsupported += 1,
            None if !judged.cell.is_declared() => self.unsupported += 1,
            Some(CellVerdict::Held) | None => {}
        }
        match judged.summary {
            Some(Summary::Correct) => self.correct += 1,
            Some(Summary::Lucky) => self.lucky += 1,
            Some(Summary::Wrong) => self.wrong += 1,
            Some(Summary::Starved) => self.starved += 1,
            Some(Summary::Refused | Summary::Unrepresentable) => self.other += 1,
            None => {}
        }
    }
}

#[cfg(test)]
mod tests;
