//! In how many cells an encoding is right, and between which kinds of machines.

use std::collections::BTreeMap;
use std::fmt;

use layout::abi::Scalar;
use layout::{Abi, Abis, ByteOrder};

use crate::judged::JudgedCell;
use crate::summary::Summary;
use crate::verdict::CellVerdict;

/// A kind of machine: its byte order and the bits of its `long`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind {
    /// Whether it is big-endian.
    pub big: bool,
    /// The bits of its `long`.
    pub bits: usize,
}

/// The four kinds there are, in the order of reports.
pub const KINDS: [Kind; 4] = [
    Kind {
        big: false,
        bits: 64,
    },
    Kind {
        big: false,
        bits: 32,
    },
    Kind {
        big: true,
        bits: 64,
    },
    Kind {
        big: true,
        bits: 32,
    },
];

impl Kind {
    /// That of an ABI.
    pub fn of(abi: &Abi) -> Kind {
        Kind {
            big: abi.byte_order() == ByteOrder::Big,
            bits: 8 * abi.size(Scalar::Long),
        }
    }

    /// That of a target, if the table has its ABI.
    pub fn of_target(abis: &Abis, target: &str) -> Option<Kind> {
        let target = cross::target(target).ok()?;
        Some(Kind::of(abis.get(&target.abi)?))
    }
}

/// `BE32`
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = if self.big { "BE" } else { "LE" };
        write!(f, "{order}{}", self.bits)
    }
}

/// Cells that were right, and cells that were not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cells {
    /// Every vector was right.
    pub correct: usize,
    /// Some were not.
    pub not_correct: usize,
}

impl Cells {
    /// How many there is a result for.
    pub fn ran(self) -> usize {
        self.correct + self.not_correct
    }

    fn add(&mut self, correct: bool) {
        if correct {
            self.correct += 1;
        } else {
            self.not_correct += 1;
        }
    }
}

/// What became of one cell, wherever that is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellResult {
    /// The server's kind and the client's.
    pub between: (Kind, Kind),
    /// Whether it was right; `None` where there is no result.
    pub correct: Option<bool>,
    /// Whether a claim about it failed.
    pub broken: bool,
    /// Whether it could not run.
    pub could_not_run: bool,
}

impl CellResult {
    /// Of a judged cell; `None` when the table lacks one of its ABIs.
    pub fn of(abis: &Abis, judged: &JudgedCell) -> Option<CellResult> {
        let (server, client) = (judged.cell.server.target, judged.cell.client.target);
        Some(CellResult {
            between: (
                Kind::of(abis.get(&server.abi)?),
                Kind::of(abis.get(&client.abi)?),
            ),
            correct: judged.summary.map(|summary| summary == Summary::Correct),
            broken: judged.verdict == Some(CellVerdict::Broken),
            could_not_run: judged.verdict == Some(CellVerdict::CouldNotRun),
        })
    }
}

/// The cells of one encoding, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Portability {
    /// All of them.
    pub cells: Cells,
    /// Those between two kinds, the server's first.
    pub between: BTreeMap<(Kind, Kind), Cells>,
    /// Those in which a claim failed.
    pub broken: usize,
    /// Those that could not run.
    pub could_not_run: usize,
}

impl Portability {
    /// Counts one more cell.
    pub fn add(&mut self, seen: CellResult) {
        self.broken += usize::from(seen.broken);
        self.could_not_run += usize::from(seen.could_not_run);
        if let Some(correct) = seen.correct {
            self.cells.add(correct);
            self.between.entry(seen.between).or_default().add(correct);
        }
    }

    /// Whether it was right in every cell that there is a result for; `None` when there is none.
    pub fn portable(&self) -> Option<bool> {
        (self.cells.ran() > 0).then_some(self.cells.not_correct == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_portable_when_every_cell_is_right_and_unknown_when_none_ran() {
        let mut portability = Portability::default();
        assert_eq!(portability.portable(), None);
        let [here, there, ..] = KINDS;
        let seen = |correct| CellResult {
            between: (here, there),
            correct,
            broken: false,
            could_not_run: correct.is_none(),
        };
        portability.add(seen(None));
        assert_eq!(portability.portable(), None);
        portability.add(seen(Some(true)));
        assert_eq!(portability.portable(), Some(true));
        portability.add(seen(Some(false)));
        assert_eq!(portability.portable(), Some(false));
        assert_eq!(portability.cells.ran(), 2);
        assert_eq!(portability.could_not_run, 1);
        assert_eq!(
            portability.between.get(&(here, there)),
            Some(&portability.cells)
        );
    }

    #[test]
    fn every_target_is_of_one_of_the_kinds() {
        for target in cross::targets() {
            let kind = Kind::of_target(Abis::builtin(), &target.name);
            assert!(kind.is_some_and(|kind| KINDS.contains(&kind)));
        }
    }
}
