//! A matrix, cut for several machines. Every machine makes the same cut from the same command line, and runs its part without asking the others.
//!
//! A machine must have the tools of every target in its part, and build the participants: that costs minutes, and a cell a millisecond. So the cut is along pairs of targets, with all cells between the participants of two targets in one shard: `cover` seeks few targets a shard.

pub mod costs;
mod cover;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use crate::cell::Cell;
use costs::Costs;
use cover::Work;
use kit::fingerprint::Fingerprint;

/// Which shard, of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Which {
    /// From 1.
    pub number: usize,
    /// Of so many.
    pub of: usize,
}

/// A word that is not `K/N`.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("K/N was expected, such as 2/4 for the second of four, with K from 1 to N")]
pub struct NotAShard;

impl FromStr for Which {
    type Err = NotAShard;

    fn from_str(text: &str) -> Result<Self, NotAShard> {
        let (number, of) = text.split_once('/').ok_or(NotAShard)?;
        match (number.parse(), of.parse()) {
            (Ok(number), Ok(of)) if 1 <= number && number <= of => Ok(Which { number, of }),
            _ => Err(NotAShard),
        }
    }
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

/// A part of a matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shard {
    /// From 1.
    pub number: usize,
    /// Of so many.
    pub of: usize,
    /// A fingerprint of the whole plan: shards of another one do not fit.
    pub plan: String,
    /// The targets that it needs, sorted.
    pub targets: Vec<&'static str>,
    /// Its cells, by their number in the whole matrix.
    pub cells: Vec<usize>,
    /// How many participants it builds.
    pub participants: usize,
    /// What it is expected to take, in milliseconds, where nothing is built yet.
    pub cost: u64,
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

/// More shards than can be cut.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "these cells are between {pairs} pairs of targets, which can be cut into 1 to {pairs} shards, and not into {shards}"
)]
pub struct TooMany {
    shards: usize,
    pairs: usize,
}

/// Cuts cells into so many shards.
///
/// # Errors
/// There are fewer pairs of targets than shards, or no shard is wanted.
pub fn cut(cells: &[Cell], costs: &Costs, shards: usize) -> Result<Vec<Shard>, TooMany> {
    let ends = |cell: &Cell| {
        let (server, client) = (cell.server.target, cell.client.target);
        [server.name.as_str(), client.name.as_str()]
    };
    let names: BTreeSet<&'static str> = cells.iter().flat_map(ends).collect();
    let names: Vec<_> = names.into_iter().collect();
    // Every end is among the names.
    let number = |name: &str| names.binary_search(&name).unwrap_or_default();
    let pair = |cell: &Cell| {
        let [a, b] = ends(cell).map(number);
        (a.min(b), a.max(b))
    };

    let mut micros: BTreeMap<(usize, usize), u64> = BTreeMap::new();
    for cell in cells {
        *micros.entry(pair(cell)).or_default() += costs.cell(cell);
    }
    let mut members = vec![Costs::target(); names.len()];
    let playing = cells.iter().flat_map(|cell| [&cell.server, &cell.client]);
    let playing: BTreeMap<_, _> = playing.map(|one| (&one.id, one)).collect();
    for participant in playing.values() {
        if let Some(cost) = members.get_mut(number(&participant.target.name)) {
            *cost += costs.build(participant);
        }
    }
    let work = Work {
        members,
        pairs: micros
            .into_iter()
            .map(|(pair, cost)| (pair, cost / 1000))
            .collect(),
    };
    let parts = cover::cut(&work, shards).ok_or(TooMany {
        shards,
        pairs: work.pairs.len(),
    })?;

    let mut of_part: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for (part, pairs) in parts.iter().map(|part| &part.pairs).enumerate() {
        of_part.extend(pairs.iter().map(|pair| (*pair, part)));
    }
    let mut plan = Fingerprint::default();
    let mut shares = vec![Vec::new(); parts.len()];
    for (at, cell) in cells.iter().enumerate() {
        let part = of_part.get(&pair(cell)).copied().unwrap_or_default();
        plan.add(&format!("{cell} {part}"));
        if let Some(share) = shares.get_mut(part) {
            share.push(at);
        }
    }
    let shard = |(at, (part, cells_of_it)): (usize, (&cover::Part, Vec<usize>))| {
        let its = cells_of_it.iter().filter_map(|at| cells.get(*at));
        let builds: BTreeSet<_> = its
            .flat_map(|cell| [&cell.server.id, &cell.client.id])
            .collect();
        Shard {
            number: at + 1,
            of: shards,
            plan: plan.to_string(),
            targets: part
                .members
                .iter()
                .filter_map(|member| names.get(*member).copied())
                .collect(),
            participants: builds.len(),
            cells: cells_of_it,
            cost: part.cost,
        }
    };
    Ok(parts.iter().zip(shares).enumerate().map(shard).collect())
}

#[cfg(test)]
mod tests;
