//! What the cells of an encoding that break have in common.

use std::collections::BTreeSet;
use std::fmt;

use super::condition::Condition;
use super::fact::Facts;
use crate::cause::Cause;

/// A condition that distinguishes cells, and others that hold in the same cells: the machines at hand do not distinguish them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distinction {
    /// The likeliest.
    pub likeliest: Condition,
    /// The others.
    pub or: Vec<Condition>,
    /// A target that would distinguish most of them from it, if it took part.
    pub distinguished_by: Option<&'static str>,
}

/// Conditions of which one holds in every cell that breaks, and none in a cell that is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative(pub Vec<Distinction>);

/// What the cells of an encoding that break have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Explanation {
    /// What its message's type says: so many cells break by each of these sets of causes. Where a cell has several sets, each of them would explain it.
    ByType {
        /// The type.
        of: String,
        /// The sets, and how many cells have them.
        cells: Vec<(Vec<Vec<Cause>>, usize)>,
        /// A target that would tell which type it is, where nobody named one and the octets may be of several.
        distinguished_by: Option<&'static str>,
    },
    /// They are exactly those in which one of these holds. Several alternatives explain the same cells.
    Where(Vec<Alternative>),
    /// They are all cells, some between machines that do not differ.
    Everywhere,
    /// They are all cells that ran: there is none to compare them with.
    Alone,
    /// Nothing.
    Nothing,
}

impl Distinction {
    /// All conditions that hold in its cells.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        std::iter::once(&self.likeliest).chain(&self.or)
    }

    /// What its conditions stand for, each once, in the order of likelihood; `None` stands for what is no fact of a machine.
    pub fn causes(&self) -> Vec<Option<Cause>> {
        let mut causes = Vec::new();
        for condition in self.conditions() {
            if !causes.contains(&condition.cause()) {
                causes.push(condition.cause());
            }
        }
        causes
    }
}

impl Alternative {
    /// Whether the likeliest conditions of the two are the same.
    pub(super) fn is_same(&self, other: &Alternative) -> bool {
        let likeliest = |alternative: &Alternative| -> BTreeSet<Condition> {
            let all = alternative.0.iter();
            all.map(|one| one.likeliest.clone()).collect()
        };
        likeliest(self) == likeliest(other)
    }

    /// How many conditions it has, with those that hold in the same cells.
    pub(super) fn conditions(&self) -> usize {
        self.0.iter().map(|one| one.conditions().count()).sum()
    }

    /// What its distinctions stand for.
    pub(super) fn causes(&self) -> BTreeSet<Vec<Option<Cause>>> {
        self.0.iter().map(Distinction::causes).collect()
    }

    /// Whether one of its likeliest conditions holds between these two: whether the cell breaks, by this alternative.
    pub fn holds(&self, server: &Facts, client: &Facts) -> bool {
        let mut all = self.0.iter();
        all.any(|one| one.likeliest.holds(server, client))
    }
}

/// The causes that every alternative has in a cell. What only some of them have is not certain, and left out.
pub(super) fn certain(
    alternatives: &[Alternative],
    server: &Facts,
    client: &Facts,
) -> BTreeSet<Cause> {
    let of_alternative = |alternative: &Alternative| -> BTreeSet<Cause> {
        let held = alternative.0.iter();
        let held = held.filter(|one| one.likeliest.holds(server, client));
        held.filter_map(|one| match one.causes().as_slice() {
            [Some(cause)] => Some(*cause),
            _ => None,
        })
        .collect()
    };
    let all = alternatives.iter().map(of_alternative);
    all.reduce(|one, other| &one & &other).unwrap_or_default()
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Explanation::ByType {
                of,
                cells,
                distinguished_by,
            } => {
                write!(f, "by the layout of {of}: ")?;
                for (at, (sets, count)) in cells.iter().enumerate() {
                    let comma = if at == 0 { "" } else { ", " };
                    write!(f, "{comma}{} in {count}", named(sets))?;
                }
                match distinguished_by {
                    Some(target) => write!(f, "; {target} would tell more"),
                    None => Ok(()),
                }
            }
            Explanation::Everywhere => {
                f.write_str("everywhere, between equal machines too: it is not the machines")
            }
            Explanation::Alone => {
                f.write_str("there is no cell that is right to compare with: choose more machines")
            }
            Explanation::Nothing => {
                f.write_str("no fact of the machines tells these cells from the others")
            }
            Explanation::Where(alternatives) => {
                for (at, alternative) in alternatives.iter().enumerate() {
                    if at > 0 {
                        f.write_str("; or else ")?;
                    }
                    for (at, distinction) in alternative.0.iter().enumerate() {
                        let or = if at == 0 { "where " } else { ", or where " };
                        write!(f, "{or}{}", distinction.likeliest)?;
                    }
                }
                Ok(())
            }
        }
    }
}

/// Sets of causes in words: `byte order and width`, `padding or else width`.
pub fn named(sets: &[Vec<Cause>]) -> String {
    let set = |set: &Vec<Cause>| {
        let causes = set.iter().map(ToString::to_string);
        causes.collect::<Vec<_>>().join(" and ")
    };
    let sets = sets.iter().map(set);
    sets.collect::<Vec<_>>().join(", or else ")
}
