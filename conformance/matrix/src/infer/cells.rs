//! Explains the cells of a protocol without a model, and says in each that broke which causes hold there.

use std::collections::{BTreeMap, BTreeSet};

use layout::{Abi, Abis};

use super::explanation::{Distinction, Explanation};
use super::fact::{DistinguishingFact, Facts, Tier};
use super::search::{Ran, explain};
use crate::cause::Cause;
use crate::cell::Cell;
use crate::judged::JudgedCell;
use crate::participant::{Participant, ParticipantId};
use crate::protocol::Protocol;
use crate::summary::Summary;

/// Of an encoding: how many of its cells break, and what these have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// The encoding's name.
    pub encoding: String,
    /// How many cells ran.
    pub ran: usize,
    /// How many of them were not right.
    pub wrong: usize,
    /// What these have in common.
    pub explanation: Explanation,
}

/// Explains the cells of a protocol, and notes in each that broke the causes that hold there. Where there is a model, it says why cells break, and nothing is inferred.
pub fn explain_all(
    protocol: &dyn Protocol,
    abis: &Abis,
    judged: &mut [JudgedCell],
) -> Vec<Explained> {
    if protocol.is_modelled() {
        return Vec::new();
    }
    let facts = |participant: &Participant| {
        let abi = abis.get(&participant.target.abi);
        let mut facts = abi.map(Abi::fact_words).unwrap_or_default();
        let (name, id) = (&participant.target.abi, &participant.id);
        facts.insert("abi".to_owned(), name.clone());
        facts.insert("implementation".to_owned(), id.implementation.clone());
        (id.clone(), facts)
    };
    let names = judged.iter().map(|judged| judged.cell.encoding.name());
    let mut encodings: Vec<String> = names.map(str::to_owned).collect();
    encodings.dedup();
    let ends = judged.iter();
    let ends = ends.flat_map(|judged| [&judged.cell.server, &judged.cell.client]);
    let facts: BTreeMap<ParticipantId, Facts> = ends.map(|end| facts(end)).collect();

    let mut all = Vec::new();
    for encoding in encodings {
        let of_it = |judged: &JudgedCell| {
            let ran = judged.summary.is_some() && judged.cell.encoding.name() == encoding;
            ran.then_some(())?;
            let end = |participant: &Participant| facts.get(&participant.id);
            Some((end(&judged.cell.server)?, end(&judged.cell.client)?))
        };
        let ran: Vec<Ran<'_>> = judged
            .iter()
            .filter_map(|judged| {
                let (server, client) = of_it(judged)?;
                let right = judged.summary == Some(Summary::Correct);
                Some(Ran {
                    server,
                    client,
                    right,
                })
            })
            .collect();
        let Some(mut explanation) = explain(&ran) else {
            continue;
        };
        if let Explanation::Where(all) = &mut explanation {
            let cells = judged.iter().filter(|judged| of_it(judged).is_some());
            let cells: Vec<&Cell> = cells.map(|judged| &judged.cell).collect();
            for one in all {
                one.distinguished_by = distinguished_by(one, abis, &ran, &cells);
            }
        }
        let wrong = ran.iter().filter(|cell| !cell.right).count();
        if let Explanation::Where(all) = &explanation {
            for judged in judged.iter_mut() {
                let Some((server, client)) = of_it(judged) else {
                    continue;
                };
                let facts = all.iter().map(|one| &one.likeliest);
                let held = facts.filter(|fact| fact.holds(server, client));
                let causes: BTreeSet<Cause> = held.filter_map(DistinguishingFact::cause).collect();
                judged.inferred = causes.into_iter().collect();
            }
        }
        all.push(Explained {
            encoding,
            ran: ran.len(),
            wrong,
            explanation,
        });
    }
    all
}

/// The target that distinguishes most of the other facts from the likeliest one, in the parts that participants can play there.
fn distinguished_by(
    distinction: &Distinction,
    abis: &Abis,
    ran: &[Ran<'_>],
    cells: &[&Cell],
) -> Option<&'static str> {
    let observed = cross::targets().filter(|target| target.unobserved.is_none());
    let counted = observed.filter_map(|target| {
        let abi = abis.get(&target.abi)?;
        let possible =
            |end: &Participant| end.implementation.impossible(target, Some(abi)).is_none();
        let serves = cells.iter().any(|cell| possible(&cell.server));
        let asks = cells.iter().any(|cell| possible(&cell.client));
        let facts = abi.fact_words();
        let distinguishes = |other: &&DistinguishingFact| {
            let apart = |server: &Facts, client: &Facts| {
                other.holds(server, client) != distinction.likeliest.holds(server, client)
            };
            ran.iter().any(|one| {
                (serves && apart(&facts, one.client)) || (asks && apart(one.server, &facts))
            })
        };
        // Another target says nothing about what is no fact of a machine.
        let facts = distinction
            .or
            .iter()
            .filter(|fact| fact.tier() != Tier::Last);
        Some((facts.filter(distinguishes).count(), target.name.as_str()))
    });
    // The first of those that distinguish most.
    let best = counted.min_by_key(|(count, _)| std::cmp::Reverse(*count));
    best.filter(|(count, _)| *count > 0).map(|(_, name)| name)
}
