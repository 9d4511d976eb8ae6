//! Explains the cells of a protocol without a model, and says in each that broke which causes hold there.

use std::collections::{BTreeMap, BTreeSet};

use layout::Abis;

use super::by_octets::explain_by_octets;
use super::by_type::{CauseSets, TypedCell, explain_by_type};
use super::decide::{best, decide};
use super::explanation::{Explanation, certain};
use super::fact::{Facts, of_machine};
use super::ran::{Octets, Ran};
use super::search::explain;
use crate::cause::Cause;
use crate::cell::Cell;
use crate::judged::JudgedCell;
use crate::message::{MessageTypes, TypesOf};
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
    /// Why the type of its message, which the user named, does not explain them.
    pub untyped: Option<String>,
}

/// Explains the cells of a protocol, and notes in each that broke the causes that hold there. Where there is a model, it says why cells break, and nothing is inferred.
pub fn explain_all(
    protocol: &dyn Protocol,
    abis: &Abis,
    types: &TypesOf,
    judged: &mut [JudgedCell],
) -> Vec<Explained> {
    if protocol.is_modelled() {
        return Vec::new();
    }
    let facts = facts(abis, judged);
    let names = judged.iter().map(|judged| judged.cell.encoding.name());
    let mut encodings: Vec<String> = names.map(str::to_owned).collect();
    encodings.dedup();
    let mut all = Vec::new();
    for encoding in encodings {
        let of_it = judged
            .iter_mut()
            .filter(|judged| judged.summary.is_some() && judged.cell.encoding.name() == encoding);
        let mut of_it: Vec<&mut JudgedCell> = of_it.collect();
        let wrong = of_it.iter().filter(|judged| !is_right(judged)).count();
        if wrong == 0 {
            continue;
        }
        let by_type = types.get(&encoding).map(|types| match types {
            Ok(types) => by_type(types, abis, &mut of_it),
            Err(why) => Err(why.clone()),
        });
        let (explanation, untyped) = match by_type {
            Some(Ok(explanation)) => (explanation, None),
            by_type => {
                let by_octets = by_octets(abis, &mut of_it);
                let explanation =
                    by_octets.unwrap_or_else(|| by_comparison(&facts, abis, &mut of_it));
                (explanation, by_type.and_then(Result::err))
            }
        };
        all.push(Explained {
            encoding,
            ran: of_it.len(),
            wrong,
            explanation,
            untyped,
        });
    }
    all
}

fn is_right(judged: &JudgedCell) -> bool {
    judged.summary == Some(Summary::Correct)
}

/// What is known of each participant and its machine.
fn facts(abis: &Abis, judged: &[JudgedCell]) -> BTreeMap<ParticipantId, Facts> {
    let of = |participant: &Participant| {
        let abi = abis.get(&participant.target.abi);
        let mut facts = abi.map(of_machine).unwrap_or_default();
        let (name, id) = (&participant.target.abi, &participant.id);
        facts.insert("abi".to_owned(), name.clone());
        facts.insert("implementation".to_owned(), id.implementation.clone());
        (id.clone(), facts)
    };
    let ends = judged.iter();
    let ends = ends.flat_map(|judged| [&judged.cell.server, &judged.cell.client]);
    ends.map(|end| of(end)).collect()
}

/// For each vector, the exchange's octets, and whether it went right.
fn exchanges(judged: &JudgedCell) -> impl Iterator<Item = Octets<'_>> {
    let exchanges = judged.exchanges().iter().zip(&judged.expected.vectors);
    exchanges.map(|(exchange, expectation)| Octets {
        sent: &exchange.sent,
        received: &exchange.received,
        right: expectation.kept(exchange),
    })
}

/// What the type of the message says.
fn by_type(
    types: &MessageTypes,
    abis: &Abis,
    judged: &mut [&mut JudgedCell],
) -> Result<Explanation, String> {
    let cells = typed(abis, judged).ok_or("the ABI of a machine is not known")?;
    let causes = explain_by_type(types, &cells).map_err(|why| why.to_string())?;
    drop(cells);
    Ok(Explanation::ByType {
        of: types.named(),
        cells: noted(causes, judged),
        distinguished_by: None,
    })
}

/// What the octets of the messages say.
fn by_octets(abis: &Abis, judged: &mut [&mut JudgedCell]) -> Option<Explanation> {
    let told = explain_by_octets(&typed(abis, judged)?)?;
    let cells: Vec<&Cell> = judged.iter().map(|judged| &judged.cell).collect();
    let distinguished_by = best(abis, &cells, |abi, _, asks| match asks {
        true => told.told_apart_by(abi),
        false => 0,
    });
    Some(Explanation::ByType {
        of: told.named(),
        cells: noted(told.causes, judged),
        distinguished_by,
    })
}

/// The cells with the ABIs of their machines, if all are known.
fn typed<'a>(abis: &'a Abis, judged: &'a [&mut JudgedCell]) -> Option<Vec<TypedCell<'a>>> {
    let cells = judged.iter().map(|judged| {
        let abi = |end: &Participant| abis.get(&end.target.abi);
        Some(TypedCell {
            server: abi(&judged.cell.server)?,
            client: abi(&judged.cell.client)?,
            exchanges: exchanges(judged).collect(),
        })
    });
    cells.collect()
}

/// Notes in each cell the causes that all of its sets have. Returns the sets, and how many cells have them.
fn noted(causes: Vec<CauseSets>, judged: &mut [&mut JudgedCell]) -> Vec<(CauseSets, usize)> {
    let mut counts: BTreeMap<CauseSets, usize> = BTreeMap::new();
    for (judged, sets) in judged.iter_mut().zip(causes) {
        if sets.is_empty() {
            continue;
        }
        let each: Vec<BTreeSet<Cause>> = sets
            .iter()
            .map(|set| set.iter().copied().collect())
            .collect();
        let certain = each.into_iter().reduce(|one, other| &one & &other);
        judged.inferred = certain.into_iter().flatten().collect();
        *counts.entry(sets).or_default() += 1;
    }
    let mut cells: Vec<_> = counts.into_iter().collect();
    cells.sort_by_key(|(sets, _)| (sets.first().map_or(0, Vec::len), sets.clone()));
    cells
}

/// What the comparison of the cells says.
fn by_comparison(
    facts: &BTreeMap<ParticipantId, Facts>,
    abis: &Abis,
    judged: &mut [&mut JudgedCell],
) -> Explanation {
    let ends = |judged: &JudgedCell| {
        let end = |participant: &Participant| facts.get(&participant.id);
        Some((end(&judged.cell.server)?, end(&judged.cell.client)?))
    };
    let is_raw = judged
        .first()
        .is_some_and(|judged| judged.cell.encoding.family() == proto::Family::Raw);
    let ran: Vec<Ran<'_>> = judged
        .iter()
        .filter_map(|judged| {
            let (server, client) = ends(judged)?;
            Some(Ran {
                server,
                client,
                right: is_right(judged),
                exchanges: exchanges(judged).collect(),
            })
        })
        .collect();
    let mut explanation = explain(&ran, is_raw).unwrap_or(Explanation::Nothing);
    if let Explanation::Where(alternatives) = &mut explanation {
        let cells: Vec<&Cell> = judged.iter().map(|judged| &judged.cell).collect();
        decide(alternatives, abis, &ran, &cells);
    }
    drop(ran);
    if let Explanation::Where(alternatives) = &explanation {
        for judged in judged.iter_mut() {
            if let Some((server, client)) = ends(judged)
                && !is_right(judged)
            {
                judged.inferred = certain(alternatives, server, client).into_iter().collect();
            }
        }
    }
    explanation
}
