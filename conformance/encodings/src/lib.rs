//! Comparing encodings: whether they survive the trip, their octets, and what they cost, here and on every target.
//!
//! Nothing is published before it is equal: [`equal`] compares every value on this machine, `gauge` does so on each target and [`gauged`] compares what it says. Only then are [`native`] times and [`counted`] instructions a row's; an encoding that is wrong has a row that says so.
//!
//! Pure but for [`counted`] and [`stdio`], which start processes, and [`native`], which looks at the clock.

pub mod baselines;
pub mod cells;
pub mod counted;
pub mod equal;
pub mod gauged;
pub mod native;
pub mod report;
pub mod spread;
pub mod stdio;
pub mod values;

use std::collections::BTreeMap;

use proto::{Encoding, Request};

use baselines::{MEMCPY, SWAP};
use counted::OnTarget;
use equal::{Difference, Sizes, compare};
use gauged::Instructions;
use matrix::portability::Portability;
use native::{Nanoseconds, Subject};

/// One encoding, and all that is known of it.
pub struct Row<'a> {
    /// The encoding.
    pub encoding: &'a dyn Encoding,
    /// In which cells it is right.
    pub portability: Portability,
    /// What was measured here; or the value that did not come back here.
    pub here: Result<Here, Difference>,
    /// What was counted, on each target that was counted on.
    pub counted: BTreeMap<&'static str, Result<Instructions, Difference>>,
}

/// What was measured on this machine, after every value came back.
#[derive(Clone, Debug, PartialEq)]
pub struct Here {
    /// The octets; `None` when nothing could be said in it.
    pub sizes: Option<Sizes>,
    /// The time; `None` when nothing could be said in it.
    pub time: Option<Nanoseconds>,
    /// How many values this machine's struct has no room for.
    pub unrepresentable: usize,
}

/// What came of comparing an encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowStatus<'a> {
    /// Everything that was encoded came back.
    Equal,
    /// A value did not.
    Wrong(&'a Difference),
    /// A value did not, and the encoding says itself that it takes something for granted.
    Trap(&'a Difference),
}

impl Row<'_> {
    /// What came of it: numbers are published of [`RowStatus::Equal`] only.
    pub fn status(&self) -> RowStatus<'_> {
        let counted = self
            .counted
            .values()
            .filter_map(|found| found.as_ref().err());
        match self.here.as_ref().err().into_iter().chain(counted).next() {
            None => RowStatus::Equal,
            Some(difference) if self.encoding.trap().is_some() => RowStatus::Trap(difference),
            Some(difference) => RowStatus::Wrong(difference),
        }
    }

    /// What was measured here, if it may be published.
    pub fn published(&self) -> Option<&Here> {
        match self.status() {
            RowStatus::Equal => self.here.as_ref().ok(),
            RowStatus::Wrong(_) | RowStatus::Trap(_) => None,
        }
    }

    /// What was counted on a target, if it may be published.
    pub fn published_on(&self, target: &str) -> Option<&Instructions> {
        self.published()?;
        self.counted.get(target)?.as_ref().ok()
    }
}

/// Compares and measures encodings, and what they are compared with, on this machine: a row for each, in their order.
pub fn measure<'a>(
    encodings: &[&'a dyn Encoding],
    values: &[Request],
) -> (Vec<Row<'a>>, Vec<Row<'a>>) {
    let baselines: [&dyn Encoding; 2] = [&MEMCPY, &SWAP];
    // In the same turns as the encodings.
    let mut rows = here(&[encodings, &baselines].concat(), values);
    let baselines = rows.split_off(encodings.len());
    (rows, baselines)
}

/// Compares and measures encodings on this machine: a row for each, in their order.
pub fn here<'a>(encodings: &[&'a dyn Encoding], values: &[Request]) -> Vec<Row<'a>> {
    let compared: Vec<_> = encodings
        .iter()
        .map(|encoding| compare(*encoding, values))
        .collect();
    let subjects: Vec<_> = encodings
        .iter()
        .zip(&compared)
        .map(|(encoding, compared)| Subject {
            encoding: *encoding,
            values: compared.as_ref().map_or(&[], |found| &found.equal),
        })
        .collect();
    let times = native::measure(&subjects);
    let rows = encodings.iter().zip(&compared).zip(times);
    rows.map(|((encoding, compared), time)| Row {
        encoding: *encoding,
        portability: Portability::default(),
        here: compared.as_ref().map_err(Clone::clone).map(|found| Here {
            sizes: found.sizes,
            time: (!found.equal.is_empty()).then_some(time),
            unrepresentable: found.unrepresentable,
        }),
        counted: BTreeMap::new(),
    })
    .collect()
}

/// Gives each row what was counted of it.
pub fn give_counts(rows: &mut [Row<'_>], counted: &BTreeMap<&'static str, OnTarget>) {
    for (target, on_target) in counted {
        let OnTarget::Counted { encodings, .. } = on_target else {
            continue;
        };
        for row in &mut *rows {
            if let Some(found) = encodings.get(row.encoding.name()) {
                row.counted.insert(target, found.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests;
