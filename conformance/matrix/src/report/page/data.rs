//! What the script looks cells up in. Every exchange, outcome and string of octets is kept once; a cell is a number, the place of its story.

use kit::words::hex;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use layout::abi::Scalar;
use layout::{Abi, ByteOrder};
use serde::Serialize;

use super::tone::Tone;
use crate::cause::Cause;
use crate::cell;
use crate::expectation::Expected;
use crate::judged::JudgedCell;
use crate::observation::Observation;
use crate::participant::{Participant, ParticipantId};
use crate::portability::Kind;
use crate::protocol::Vector;
use crate::report::distinct::Distinct;
use crate::report::grid::{self, Glyph};
use crate::report::{Matrix, evidence, explained};
use kit::names::short;

/// All of it.
#[derive(Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub(in crate::report) struct Data {
    /// Whether anything ran.
    pub(in crate::report) observed: bool,
    /// Whether it is a user's own protocol, of which nothing is predicted.
    own: bool,
    /// Why the cells of an encoding are not right: lines, by the encoding's name.
    explained: BTreeMap<String, Vec<String>>,
    /// The command that runs a cell again, with `{server}`, `{client}` and `{encoding}` for names.
    pub(in crate::report) rerun: String,
    /// What it ends with.
    pub(in crate::report) options: String,
    /// What `crossum explain` ends with.
    pub(in crate::report) model: String,
    pub(in crate::report) tones: Vec<ToneRow>,
    /// Byte order, width, padding, character set: their words.
    pub(in crate::report) causes: Vec<String>,
    pub(in crate::report) abis: Vec<AbiRow>,
    pub(in crate::report) participants: Vec<ParticipantRow>,
    /// Places of participants, as the rows and columns are.
    pub(in crate::report) servers: Vec<usize>,
    pub(in crate::report) clients: Vec<usize>,
    pub(in crate::report) encodings: Vec<EncodingRow>,
    /// The two numbers, or a request in a user's own words. Text: in JavaScript an integer has 53 bits.
    pub(in crate::report) vectors: Vec<Vec<String>>,
    /// Outcomes, as all reports spell them.
    pub(in crate::report) outcomes: Vec<String>,
    /// Octets, in hexadecimal.
    pub(in crate::report) octets: Vec<String>,
    /// The outcome, what was promised, octets sent, octets received: places of these.
    pub(in crate::report) exchanges: Vec<[usize; 4]>,
    /// An exchange for each vector.
    pub(in crate::report) runs: Vec<Vec<usize>>,
    pub(in crate::report) stories: Vec<Story>,
    /// By encoding, then server, then client: one more than the place of the story, or 0 where there is no cell.
    pub(in crate::report) cells: Vec<Vec<Vec<usize>>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub(in crate::report) struct ToneRow {
    class: String,
    words: String,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub(in crate::report) struct AbiRow {
    name: String,
    kind: String,
    big: bool,
    /// In octets.
    long: usize,
    /// The alignment of an `int64_t`, in octets.
    align: usize,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub(in crate::report) struct ParticipantRow {
    pub(in crate::report) id: String,
    implementation: String,
    label: String,
    abi: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    compiler: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    runner: Option<String>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub(in crate::report) struct EncodingRow {
    pub(in crate::report) name: String,
    family: String,
    /// Whether it claims to be correct everywhere.
    everywhere: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    trap: Option<String>,
}

/// What there is to tell of a cell, and of all others like it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub(in crate::report) struct Story {
    pub(in crate::report) tone: usize,
    pub(in crate::report) glyph: char,
    pub(in crate::report) verdict: Option<String>,
    pub(in crate::report) result: Option<String>,
    pub(in crate::report) causes: Vec<usize>,
    /// Whether the octets are part of the prediction.
    pub(in crate::report) exact: bool,
    /// Places of runs; `null` where there is nothing to run, or nothing ran.
    pub(in crate::report) predicted: Option<usize>,
    pub(in crate::report) observed: Option<usize>,
    pub(in crate::report) why: Option<String>,
}

impl Data {
    /// That of a matrix.
    pub(in crate::report) fn of(matrix: &Matrix<'_>) -> Data {
        let axis = grid::axis(matrix);
        let of_name: HashMap<&str, usize> = axis
            .iter()
            .enumerate()
            .map(|(place, axis)| (axis.abi.name(), place))
            .collect();
        let place_of = |name: &str| of_name.get(name).copied().unwrap_or(0);
        // Like machines stand side by side, and on each its implementations.
        let mut all: Vec<&Arc<Participant>> = matrix.roles.all.iter().collect();
        all.sort_by_key(|one| {
            let target = &one.target;
            (place_of(&target.abi), &target.name, &one.id)
        });
        let participant = |one: &&Arc<Participant>| {
            let found = matrix.found;
            let known = found.and_then(|found| found.known.get(&one.id));
            ParticipantRow {
                id: one.id.to_string(),
                implementation: one.id.implementation.clone(),
                label: format!("{} {}", short(&one.target.name), one.id.implementation),
                abi: place_of(&one.target.abi),
                compiler: known.and_then(|known| known.compiler.clone()),
                runner: known.and_then(|known| known.runner.clone()),
            }
        };
        let line = |those: &[Arc<Participant>]| -> Vec<usize> {
            let plays = |one: &&Arc<Participant>| those.iter().any(|other| other.id == one.id);
            let places = all.iter().enumerate().filter(|(_, one)| plays(one));
            places.map(|(place, _)| place).collect()
        };
        let (servers, clients) = (line(&matrix.roles.servers), line(&matrix.roles.clients));
        let mut teller = Teller::new();
        let cells = cells(matrix, &all, &servers, &clients, &mut teller);
        let abis_file = matrix.abis_file;
        let model = abis_file.map(|file| format!(" --abis {}", file.display()));
        let model = model.unwrap_or_default();
        Data {
            observed: matrix.found.is_some(),
            own: matrix.is_own(),
            explained: matrix
                .explained
                .iter()
                .map(|one| (one.encoding.to_owned(), explained::lines(one)))
                .collect(),
            rerun: cell::rerun(matrix.file, &"{server}", &"{client}", "{encoding}"),
            options: matrix.protocol.options() + &model,
            model,
            tones: Tone::ALL.map(tone).into(),
            causes: Cause::ALL.map(|cause| cause.to_string()).into(),
            abis: axis.iter().map(|axis| abi(axis.abi)).collect(),
            participants: all.iter().map(participant).collect(),
            servers,
            clients,
            encodings: encodings(matrix),
            vectors: matrix.protocol.vectors().iter().map(fields).collect(),
            outcomes: teller.outcomes.rows(),
            octets: teller.octets.rows().into_iter().map(hex).collect(),
            exchanges: teller.exchanges.rows(),
            runs: teller.runs.rows(),
            stories: teller.stories.rows(),
            cells,
        }
    }
}

fn fields(vector: &Vector) -> Vec<String> {
    let fields = vector.fields().iter();
    fields.map(|field| field.value.to_string()).collect()
}

fn tone(tone: Tone) -> ToneRow {
    ToneRow {
        class: tone.class().to_owned(),
        words: tone.words().to_owned(),
    }
}

fn abi(abi: &Abi) -> AbiRow {
    AbiRow {
        name: abi.name().to_owned(),
        kind: Kind::of(abi).to_string(),
        big: abi.byte_order() == ByteOrder::Big,
        long: abi.size(Scalar::Long),
        align: abi.align(Scalar::Int64),
    }
}

fn encodings(matrix: &Matrix<'_>) -> Vec<EncodingRow> {
    let encodings = matrix.encodings.iter();
    encodings
        .map(|encoding| EncodingRow {
            name: encoding.name().to_owned(),
            family: encoding.family().name().to_owned(),
            everywhere: encoding.is_correct_everywhere(),
            trap: encoding.trap().map(str::to_owned),
        })
        .collect()
}

/// A number for each cell: of an encoding, a server and a client.
fn cells<'a>(
    matrix: &Matrix<'a>,
    all: &[&'a Arc<Participant>],
    servers: &[usize],
    clients: &[usize],
    teller: &mut Teller<'a>,
) -> Vec<Vec<Vec<usize>>> {
    let places = |line: &[usize]| -> HashMap<&'a ParticipantId, usize> {
        let ids = line.iter().filter_map(|place| all.get(*place));
        ids.enumerate().map(|(at, one)| (&one.id, at)).collect()
    };
    let (rows, columns) = (places(servers), places(clients));
    let encodings: HashMap<&str, usize> = matrix
        .encodings
        .iter()
        .enumerate()
        .map(|(place, encoding)| (encoding.name(), place))
        .collect();
    let mut cells = vec![vec![vec![0; clients.len()]; servers.len()]; encodings.len()];
    for judged in matrix.judged {
        let cell = &judged.cell;
        let slot = encodings
            .get(cell.encoding.name())
            .and_then(|place| cells.get_mut(*place))
            .and_then(|rows_of| rows_of.get_mut(*rows.get(&cell.server.id)?))
            .and_then(|row| row.get_mut(*columns.get(&cell.client.id)?));
        if let Some(slot) = slot {
            *slot = teller.tell(judged) + 1;
        }
    }
    cells
}

/// Tells cells' stories, each different one once.
struct Teller<'a> {
    outcomes: Distinct<String>,
    octets: Distinct<&'a [u8]>,
    exchanges: Distinct<[usize; 4]>,
    runs: Distinct<Vec<usize>>,
    stories: Distinct<Story>,
    /// The runs of expectations, which cells share.
    expected: HashMap<*const Expected, Option<usize>>,
}

impl<'a> Teller<'a> {
    fn new() -> Self {
        Teller {
            outcomes: Distinct::new(),
            octets: Distinct::new(),
            exchanges: Distinct::new(),
            runs: Distinct::new(),
            stories: Distinct::new(),
            expected: HashMap::new(),
        }
    }

    fn tell(&mut self, judged: &'a JudgedCell) -> usize {
        let glyph = Glyph::of(judged);
        let tone = Tone::of(glyph);
        let nothing = tone == Tone::None;
        let trouble = evidence::trouble(judged);
        let mut causes = Vec::new();
        if !nothing && judged.trouble().is_none() {
            let all = Cause::ALL.iter().enumerate();
            let those = all.filter(|(_, cause)| judged.causes().contains(cause));
            causes.extend(those.map(|(place, _)| place));
        }
        let predicted = match nothing {
            true => None,
            false => self.predicted(judged),
        };
        let observed = match &judged.observation {
            Some(Observation::Ran(_)) if !nothing => Some(self.observed(judged, predicted)),
            _ => None,
        };
        let mut expectations = judged.expected.vectors.iter();
        self.stories.place(Story {
            tone: Tone::ALL.iter().position(|one| *one == tone).unwrap_or(0),
            glyph: glyph.character(),
            verdict: judged.verdict.map(|verdict| verdict.name().to_owned()),
            result: judged.summary.map(|summary| summary.name().to_owned()),
            causes,
            exact: expectations.any(|expectation| expectation.octets_too),
            predicted,
            observed,
            why: trouble.map(str::to_owned),
        })
    }

    /// `None` where there is no prediction: in a user's own protocol.
    fn predicted(&mut self, judged: &'a JudgedCell) -> Option<usize> {
        let key = Arc::as_ptr(&judged.expected);
        if let Some(known) = self.expected.get(&key) {
            return *known;
        }
        let exchanges = judged.expected.vectors.iter().map(|expectation| {
            let prediction = expectation.prediction.as_ref()?;
            let row = [
                self.outcomes.place(prediction.outcome.to_string()),
                self.outcomes.place(expectation.promised.to_string()),
                self.octets.place(&prediction.sent),
                self.octets.place(&prediction.received),
            ];
            Some(self.exchanges.place(row))
        });
        let run: Option<Vec<usize>> = exchanges.collect();
        let place = run.map(|run| self.runs.place(run));
        self.expected.insert(key, place);
        place
    }

    fn observed(&mut self, judged: &'a JudgedCell, predicted: Option<usize>) -> usize {
        let exchanges = judged.exchanges();
        let expected = &judged.expected.vectors;
        let same = exchanges.len() == expected.len()
            && exchanges.iter().zip(expected).all(|(exchange, expected)| {
                expected.prediction.as_ref().is_some_and(|prediction| {
                    exchange.outcome == prediction.outcome
                        && exchange.sent == prediction.sent
                        && exchange.received == prediction.received
                })
            });
        if let (true, Some(predicted)) = (same, predicted) {
            return predicted;
        }
        let rows = exchanges.iter().zip(expected).map(|(exchange, expected)| {
            let row = [
                self.outcomes.place(exchange.outcome.to_string()),
                self.outcomes.place(expected.promised.to_string()),
                self.octets.place(&exchange.sent),
                self.octets.place(&exchange.received),
            ];
            self.exchanges.place(row)
        });
        let run = rows.collect();
        self.runs.place(run)
    }
}
