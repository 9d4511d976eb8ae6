//! The machine-readable report: the documents that other tools read. Fields may be added; those that are here keep their meaning.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::{Matrix, Tally};
use crate::judged::Judged;
use crate::outcome::Outcome;
use crate::participant::{Participant, ParticipantId};
use crate::run::Standing;
use crate::vectors::Choice;
use crate::verdict::Observation;

/// A matrix, observed or only predicted.
#[derive(Debug, Serialize)]
pub struct Document {
    format: &'static str,
    version: u32,
    /// The command line's choices that decide what the cells hold.
    vectors: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    /// Whether the run was cut short.
    interrupted: bool,
    participants: Vec<ParticipantRow>,
    left_out: Vec<LeftOutRow>,
    cells: Vec<CellRow>,
    summary: Summary,
}

#[derive(Debug, Serialize)]
struct ParticipantRow {
    id: String,
    implementation: String,
    target: String,
    abi: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    runner: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    compiler: Option<String>,
    roles: Vec<&'static str>,
    facts: BTreeMap<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble: Option<String>,
}

#[derive(Debug, Serialize)]
struct LeftOutRow {
    id: String,
    why: String,
}

#[derive(Debug, Serialize)]
struct CellRow {
    server: String,
    client: String,
    encoding: &'static str,
    family: &'static str,
    verdict: Option<&'static str>,
    result: Option<&'static str>,
    causes: Vec<&'static str>,
    rerun: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    vectors: Vec<VectorRow>,
}

#[derive(Debug, Serialize)]
struct VectorRow {
    a: i64,
    b: i64,
    predicted: OutcomeRow,
    observed: Option<OutcomeRow>,
    sent: String,
    received: String,
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum OutcomeRow {
    Sum {
        sum: i64,
    },
    Refused {
        why: String,
    },
    Starved {
        got: Option<usize>,
        want: Option<usize>,
    },
    Closed,
    Garbled,
    Unrepresentable,
    Unsupported,
}

#[derive(Debug, Serialize)]
struct Summary {
    participants: usize,
    targets: usize,
    big_endian_targets: usize,
    cells: usize,
    vectors: usize,
    predicted_equals_observed: usize,
    mismatched: usize,
    unsupported: usize,
    could_not_run: usize,
    by_encoding: BTreeMap<&'static str, EncodingRow>,
    claims: Vec<ClaimRow>,
    processes: u64,
    /// The run phase's share of them.
    processes_run: u64,
    /// How many times longer two processes a cell would take, measured on a sample in the same run.
    #[serde(skip_serializing_if = "Option::is_none")]
    two_processes_a_cell: Option<f64>,
    seconds: Seconds,
}

#[derive(Debug, Serialize)]
struct EncodingRow {
    family: &'static str,
    cells: usize,
    correct: usize,
    not_correct: usize,
    unsupported: usize,
    could_not_run: usize,
}

#[derive(Debug, Serialize)]
struct ClaimRow {
    claim: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    except: Vec<&'static str>,
    held: bool,
    tried: usize,
}

#[derive(Debug, Serialize)]
struct Seconds {
    build: f64,
    prove: f64,
    run: f64,
}

impl Document {
    /// The document of a matrix.
    pub fn of(matrix: &Matrix<'_>) -> Document {
        let tally = Tally::of(matrix);
        Document {
            format: if matrix.results.is_some() {
                "crossum-matrix"
            } else {
                "crossum-prediction"
            },
            version: 1,
            vectors: matrix.vectors.len(),
            seed: match matrix.choice {
                Choice::Chosen { seed, .. } => Some(*seed),
                Choice::Given(_) => None,
            },
            interrupted: matrix.interrupted,
            participants: participants(matrix),
            left_out: matrix
                .roles
                .left_out
                .iter()
                .map(|left| LeftOutRow {
                    id: left.id.to_string(),
                    why: left.why.clone(),
                })
                .collect(),
            cells: matrix
                .judged
                .iter()
                .map(|judged| cell(matrix, judged))
                .collect(),
            summary: summary(matrix, &tally),
        }
    }
}

fn participants(matrix: &Matrix<'_>) -> Vec<ParticipantRow> {
    let row = |participant: &Arc<Participant>| {
        let standing = matrix
            .results
            .as_ref()
            .and_then(|results| results.standings.get(&participant.id));
        let (built, facts) = match standing {
            Some(Standing::Ready { built, proof }) => (Some(built), proof.facts.clone()),
            Some(Standing::Differs { built, facts, .. }) => (Some(built), facts.clone()),
            Some(Standing::Built(built)) => (Some(built), BTreeMap::new()),
            _ => (None, BTreeMap::new()),
        };
        ParticipantRow {
            id: participant.id.to_string(),
            implementation: participant.id.implementation.clone(),
            target: participant.target.name.clone(),
            abi: participant.target.abi.clone(),
            runner: built.map(|built| built.runner.clone()),
            compiler: built.map(|built| built.compiler.clone()),
            roles: roles(matrix, &participant.id),
            facts: facts
                .into_iter()
                .map(|(key, value)| (key, fact(value)))
                .collect(),
            trouble: standing.and_then(Standing::trouble).map(str::to_owned),
        }
    };
    matrix.roles.all.iter().map(row).collect()
}

/// The parts that a participant plays in this matrix.
fn roles(matrix: &Matrix<'_>, id: &ParticipantId) -> Vec<&'static str> {
    let plays = |those: &[Arc<Participant>]| those.iter().any(|participant| participant.id == *id);
    let parts = [
        ("client", plays(&matrix.roles.clients)),
        ("server", plays(&matrix.roles.servers)),
    ];
    parts
        .into_iter()
        .filter(|(_, plays)| *plays)
        .map(|(part, _)| part)
        .collect()
}

/// Numbers and truth values as such.
fn fact(value: String) -> Value {
    match (value.parse::<i64>(), value.as_str()) {
        (Ok(number), _) => number.into(),
        (_, "true") => true.into(),
        (_, "false") => false.into(),
        _ => value.into(),
    }
}

fn cell(matrix: &Matrix<'_>, judged: &Judged) -> CellRow {
    let cell = &judged.cell;
    let unsupported =
        matches!(judged.observation, Some(Observation::Unsupported)) || !cell.is_declared();
    let causes = if unsupported || judged.trouble().is_some() {
        &[][..]
    } else {
        &judged.expected.causes
    };
    CellRow {
        server: cell.server.id.to_string(),
        client: cell.client.id.to_string(),
        encoding: cell.encoding.name(),
        family: cell.encoding.family().name(),
        verdict: judged.verdict.map(|verdict| verdict.name()),
        result: judged.summary.map(|summary| summary.name()),
        causes: causes.iter().map(|cause| cause.name()).collect(),
        rerun: matrix.rerun(cell),
        why: judged.trouble().map(str::to_owned),
        vectors: if unsupported {
            Vec::new()
        } else {
            vectors(matrix, judged)
        },
    }
}

fn vectors(matrix: &Matrix<'_>, judged: &Judged) -> Vec<VectorRow> {
    let mut exchanges = judged.exchanges().iter();
    let row = |(vector, expected): (&crate::vectors::Vector, &crate::verdict::Expectation)| {
        let exchange = exchanges.next();
        let (sent, received) = match exchange {
            Some(exchange) => (&exchange.sent, &exchange.received),
            None => (&expected.prediction.sent, &expected.prediction.received),
        };
        VectorRow {
            a: vector.a,
            b: vector.b,
            predicted: outcome(&expected.prediction.outcome),
            observed: exchange.map(|exchange| outcome(&exchange.outcome)),
            sent: super::hex(sent),
            received: super::hex(received),
        }
    };
    // A cell that could not run has nothing to show; a prediction shows what it predicts.
    if judged.trouble().is_some() {
        return Vec::new();
    }
    matrix
        .vectors
        .iter()
        .zip(&judged.expected.vectors)
        .map(row)
        .collect()
}

fn outcome(outcome: &Outcome) -> OutcomeRow {
    match outcome {
        Outcome::Sum(sum) => OutcomeRow::Sum { sum: *sum },
        Outcome::Refused(why) => OutcomeRow::Refused { why: why.clone() },
        Outcome::Starved(short) => OutcomeRow::Starved {
            got: short.map(|short| short.got),
            want: short.map(|short| short.want),
        },
        Outcome::Closed => OutcomeRow::Closed,
        Outcome::Garbled => OutcomeRow::Garbled,
        Outcome::Unrepresentable => OutcomeRow::Unrepresentable,
        Outcome::Unsupported => OutcomeRow::Unsupported,
    }
}

fn summary(matrix: &Matrix<'_>, tally: &Tally) -> Summary {
    let results = matrix.results.as_ref();
    let processes = results.map(|results| results.processes).unwrap_or_default();
    let seconds = results.map(|results| results.seconds).unwrap_or_default();
    // Milliseconds: more digits would be noise.
    let rounded = |seconds: f64| (seconds * 1000.0).round() / 1000.0;
    Summary {
        participants: matrix.roles.all.len(),
        targets: tally.targets,
        big_endian_targets: tally.big_endian_targets,
        cells: matrix.judged.len(),
        vectors: tally.vectors,
        predicted_equals_observed: tally.predicted,
        mismatched: tally.mismatched,
        unsupported: tally.unsupported,
        could_not_run: tally.could_not_run,
        by_encoding: tally
            .encodings
            .iter()
            .map(|line| {
                let row = EncodingRow {
                    family: line.encoding.family().name(),
                    cells: line.ran(),
                    correct: line.correct,
                    not_correct: line.ran() - line.correct,
                    unsupported: line.unsupported,
                    could_not_run: line.could_not_run,
                };
                (line.encoding.name(), row)
            })
            .collect(),
        claims: matrix
            .claims
            .iter()
            .map(|claim| ClaimRow {
                claim: claim.claim,
                except: claim.except.clone(),
                held: claim.held,
                tried: claim.tried,
            })
            .collect(),
        processes: processes.build + processes.prove + processes.run + processes.sample,
        processes_run: processes.run,
        two_processes_a_cell: matrix.two_processes_a_cell(tally).map(rounded),
        seconds: Seconds {
            build: rounded(seconds.build),
            prove: rounded(seconds.prove),
            run: rounded(seconds.run),
        },
    }
}
