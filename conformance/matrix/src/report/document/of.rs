//! The document of a matrix.

use kit::words::hex;
use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::{
    ByTypeRow, CellRow, ClaimRow, EncodingRow, ExplainedRow, Head, LeftOutRow, MATRIX,
    MatrixDocument, OutcomeRow, PREDICTION, ParticipantRow, SelectionRow, ShardRow, SignRow,
    StoryRow, Summary, VERSION, VectorRow, Word, names,
};
use crate::cause::Cause;
use crate::cell;
use crate::expectation::{Expectation, Expected};
use crate::infer::{Alternative, Distinction, Explained, Explanation};
use crate::judged::JudgedCell;
use crate::observation::Observation;
use crate::outcome::Outcome;
use crate::participant::{Participant, ParticipantId};
use crate::protocol::Vector;
use crate::report::distinct::Distinct;
use crate::report::{Matrix, Tally};
use crate::summary;
use crate::verdict::CellVerdict;

impl<'a> MatrixDocument<'a> {
    /// The document of a matrix.
    pub fn of(matrix: &Matrix<'a>) -> MatrixDocument<'a> {
        let tally = Tally::of(matrix);
        let (mut teller, places) = (Teller::new(matrix), places(matrix));
        let place = |id: &ParticipantId| places.get(id).copied().unwrap_or(usize::MAX);
        let cells = matrix.judged.iter().map(|judged| CellRow {
            server: place(&judged.cell.server.id),
            client: place(&judged.cell.client.id),
            story: teller.tell(judged),
        });
        let cells = cells.collect();
        let [server, client, encoding] = names();
        let rerun = cell::rerun(matrix.file, &server, &client, encoding);
        MatrixDocument {
            format: match matrix.found {
                Some(_) => MATRIX.into(),
                None => PREDICTION.into(),
            },
            version: VERSION,
            head: Head {
                crossum: Some(env!("CARGO_PKG_VERSION").into()),
                model: Some(matrix.model.into()),
                vectors: matrix.protocol.vector_count(),
                seed: matrix.protocol.choice().seed,
                selection: SelectionRow::of(matrix),
                shard: matrix.shard.map(|shard| ShardRow {
                    number: shard.number,
                    of: shard.of,
                    plan: shard.plan.as_str().into(),
                }),
                interrupted: matrix.interrupted,
                participants: participants(matrix),
                left_out: matrix
                    .roles
                    .left_out
                    .iter()
                    .map(|left| LeftOutRow {
                        id: left.id.to_string().into(),
                        why: left.why.as_str().into(),
                    })
                    .collect(),
            },
            rerun: (rerun + &matrix.options()).into(),
            exchanges: teller.exchanges.rows(),
            stories: teller.stories.rows(),
            cells,
            summary: counted(matrix, &tally),
        }
    }
}

impl<'a> SelectionRow<'a> {
    fn of(matrix: &Matrix<'a>) -> Self {
        // The order in which names were given, or that one was given twice, makes no difference.
        let sorted = |names: &'a [String]| {
            let mut words: Vec<Word<'a>> = names.iter().map(|name| name.as_str().into()).collect();
            words.sort();
            words.dedup();
            words
        };
        let names = matrix.names;
        SelectionRow {
            targets: sorted(&names.targets),
            encodings: sorted(&names.encodings),
            participants: sorted(&names.participants),
            server: sorted(&names.servers),
            client: sorted(&names.clients),
            vector: matrix.protocol.choice().given,
            file: matrix.file.map(|file| file.display().to_string().into()),
            abis: matrix
                .abis_file
                .map(|file| file.display().to_string().into()),
        }
    }
}

fn participants<'a>(matrix: &Matrix<'a>) -> Vec<ParticipantRow<'a>> {
    let row = |participant: &'a Arc<Participant>| {
        let known = matrix
            .found
            .and_then(|found| found.known.get(&participant.id));
        let facts = known.map(|known| &known.facts).into_iter().flatten();
        let word = |text: Option<&'a String>| text.map(|text| text.as_str().into());
        ParticipantRow {
            id: participant.id.to_string().into(),
            implementation: participant.id.implementation.as_str().into(),
            target: participant.target.name.as_str().into(),
            abi: participant.target.abi.as_str().into(),
            runner: word(known.and_then(|known| known.runner.as_ref())),
            compiler: word(known.and_then(|known| known.compiler.as_ref())),
            roles: roles(matrix, &participant.id),
            facts: facts
                .map(|(key, value)| (key.clone(), fact(value)))
                .collect(),
            differs: known.is_some_and(|known| known.differs),
            trouble: word(known.and_then(|known| known.trouble.as_ref())),
        }
    };
    matrix.roles.all.iter().map(row).collect()
}

/// The parts that a participant plays in this matrix.
fn roles(matrix: &Matrix<'_>, id: &ParticipantId) -> Vec<Word<'static>> {
    let plays = |those: &[Arc<Participant>]| those.iter().any(|participant| participant.id == *id);
    let parts = [
        ("client", plays(&matrix.roles.clients)),
        ("server", plays(&matrix.roles.servers)),
    ];
    parts
        .into_iter()
        .filter(|(_, plays)| *plays)
        .map(|(part, _)| part.into())
        .collect()
}

/// Numbers and truth values as such.
fn fact(value: &str) -> Value {
    match (value.parse::<i64>(), value) {
        (Ok(number), _) => number.into(),
        (_, "true") => true.into(),
        (_, "false") => false.into(),
        _ => value.into(),
    }
}

/// Where each participant stands.
fn places<'a>(matrix: &Matrix<'a>) -> HashMap<&'a ParticipantId, usize> {
    let all = matrix.roles.all.iter().enumerate();
    all.map(|(at, one)| (&one.id, at)).collect()
}

/// Tells of cells, of those that are alike once.
struct Teller<'m, 'a> {
    matrix: &'m Matrix<'a>,
    exchanges: Distinct<VectorRow<'a>>,
    stories: Distinct<StoryRow<'a>>,
    /// Places of stories, by what they are made from: half a million exchanges are compared, and few are formatted.
    known: HashMap<Alike<'a>, usize>,
}

/// Cells for which all this is the same have the same story.
#[derive(PartialEq, Eq, Hash)]
struct Alike<'a> {
    encoding: &'a str,
    is_declared: bool,
    expected: *const Expected,
    observation: Option<&'a Observation>,
    verdict: Option<CellVerdict>,
    summary: Option<summary::Summary>,
    inferred: &'a [Cause],
}

impl<'m, 'a> Teller<'m, 'a> {
    fn new(matrix: &'m Matrix<'a>) -> Self {
        Teller {
            matrix,
            exchanges: Distinct::new(),
            stories: Distinct::new(),
            known: HashMap::new(),
        }
    }

    fn tell(&mut self, judged: &'a JudgedCell) -> usize {
        let alike = Alike {
            encoding: judged.cell.encoding.name(),
            is_declared: judged.cell.is_declared(),
            expected: Arc::as_ptr(&judged.expected),
            observation: judged.observation.as_ref(),
            verdict: judged.verdict,
            summary: judged.summary,
            inferred: &judged.inferred,
        };
        if let Some(known) = self.known.get(&alike) {
            return *known;
        }
        let story = self.story(judged);
        let place = self.stories.place(story);
        self.known.insert(alike, place);
        place
    }

    fn story(&mut self, judged: &'a JudgedCell) -> StoryRow<'a> {
        let encoding = &judged.cell.encoding;
        let unsupported = matches!(judged.observation, Some(Observation::Unsupported))
            || !judged.cell.is_declared();
        let causes = if unsupported || judged.trouble().is_some() {
            &[][..]
        } else {
            judged.causes()
        };
        let rows = if unsupported {
            Vec::new()
        } else {
            vectors(self.matrix, judged)
        };
        let exchanges = rows.into_iter().map(|row| self.exchanges.place(row));
        StoryRow {
            encoding: encoding.name().into(),
            family: encoding.family().name().into(),
            verdict: judged.verdict.map(|verdict| verdict.name().into()),
            result: judged.summary.map(|summary| summary.name().into()),
            causes: causes.iter().map(|cause| cause.name().into()).collect(),
            why: judged.trouble().map(Word::from),
            exchanges: exchanges.collect(),
        }
    }
}

fn vectors<'a>(matrix: &Matrix<'a>, judged: &'a JudgedCell) -> Vec<VectorRow<'a>> {
    let mut exchanges = judged.exchanges().iter();
    let row = |(vector, expected): (&'a Vector, &'a Expectation)| {
        let exchange = exchanges.next();
        let prediction = expected.prediction.as_ref();
        let (sent, received) = match (exchange, prediction) {
            (Some(exchange), _) => (&*exchange.sent, &*exchange.received),
            (None, Some(prediction)) => (&*prediction.sent, &*prediction.received),
            (None, None) => (&[][..], &[][..]),
        };
        VectorRow {
            a: vector.number("a"),
            b: vector.number("b"),
            request: vector.words("request").map(Word::from),
            // A prediction says more than a promise.
            promised: match prediction {
                Some(_) => None,
                None => Some(outcome(&expected.promised)),
            },
            predicted: prediction.map(|prediction| outcome(&prediction.outcome)),
            observed: exchange.map(|exchange| outcome(&exchange.outcome)),
            sent: hex(sent).into(),
            received: hex(received).into(),
        }
    };
    // A cell that could not run has nothing to show; a prediction shows what it predicts.
    if judged.trouble().is_some() {
        return Vec::new();
    }
    let vectors = matrix.protocol.vectors().iter();
    vectors.zip(&judged.expected.vectors).map(row).collect()
}

fn outcome(outcome: &Outcome) -> OutcomeRow<'_> {
    match outcome {
        Outcome::Sum(sum) => OutcomeRow::Sum { sum: *sum },
        Outcome::Reply(words) => OutcomeRow::Reply {
            reply: words.as_str().into(),
        },
        Outcome::Refused(why) => OutcomeRow::Refused {
            why: why.as_str().into(),
        },
        Outcome::Starved(short) => OutcomeRow::Starved {
            got: short.map(|short| short.got),
            want: short.map(|short| short.want),
        },
        Outcome::Closed => OutcomeRow::Closed,
        Outcome::Died(how) => OutcomeRow::Died {
            how: how.as_str().into(),
        },
        Outcome::Garbled => OutcomeRow::Garbled,
        Outcome::Unrepresentable => OutcomeRow::Unrepresentable,
        Outcome::Unsupported => OutcomeRow::Unsupported,
    }
}

fn explained(explained: &Explained) -> ExplainedRow<'_> {
    let sign = |distinction: &Distinction| SignRow {
        // Where the machines do not decide which cause it is, none is said.
        cause: match distinction.causes().as_slice() {
            [Some(cause)] => Some(cause.name().into()),
            _ => None,
        },
        sign: distinction.likeliest.to_string().into(),
        or: distinction
            .or
            .iter()
            .map(|condition| condition.to_string().into())
            .collect(),
    };
    let signs = |alternative: &Alternative| alternative.0.iter().map(sign).collect();
    let mut alternatives: Vec<Vec<SignRow<'_>>> = match &explained.explanation {
        Explanation::Where(all) => all.iter().map(signs).collect(),
        Explanation::ByType { .. }
        | Explanation::Everywhere
        | Explanation::Alone
        | Explanation::Nothing => Vec::new(),
    };
    let first = alternatives.drain(..alternatives.len().min(1)).next();
    ExplainedRow {
        encoding: explained.encoding.as_str().into(),
        cells: explained.ran,
        not_correct: explained.wrong,
        explanation: explained.explanation.to_string().into(),
        signs: first.unwrap_or_default(),
        or_else: alternatives,
        by_type: match &explained.explanation {
            Explanation::ByType { cells, .. } => cells.iter().map(of_type).collect(),
            _ => Vec::new(),
        },
        untyped: explained.untyped.as_deref().map(Into::into),
    }
}

fn of_type((sets, cells): &(Vec<Vec<Cause>>, usize)) -> ByTypeRow<'static> {
    let names = |set: &Vec<Cause>| set.iter().map(|cause| cause.name().into()).collect();
    ByTypeRow {
        causes: sets.iter().map(names).collect(),
        cells: *cells,
    }
}

fn counted<'a>(matrix: &Matrix<'a>, tally: &Tally) -> Summary<'a> {
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
                    family: line.encoding.family().name().into(),
                    cells: line.ran(),
                    correct: line.correct,
                    not_correct: line.ran() - line.correct,
                    unsupported: line.unsupported,
                    could_not_run: line.could_not_run,
                };
                (line.encoding.name().to_owned().into(), row)
            })
            .collect(),
        claims: matrix
            .claims
            .iter()
            .map(|claim| ClaimRow {
                claim: claim.claim.as_str().into(),
                except: claim
                    .except
                    .iter()
                    .map(|name| name.as_str().into())
                    .collect(),
                held: claim.held,
                tried: claim.tried,
            })
            .collect(),
        explained: matrix.explained.iter().map(explained).collect(),
        measured: matrix
            .found
            .map(|found| found.measured.clone())
            .unwrap_or_default(),
    }
}
