//! Shards, merged, are the whole; and what does not fit is refused.

use std::sync::Arc;

use quickcheck::{QuickCheck, TestResult};

use super::Made;
use crate::observation::{Exchange, Observation};
use crate::outcome::Outcome;
use crate::report::MatrixDocument;
use crate::report::merge::{agree, asked, merge};
use crate::shards::{self, costs::Costs};
use crate::sums::Sums;
use crate::sums::vectors::{Pair, PairChoice};
use kit::saved_report::SavedReport;

fn shards(made: &Made, count: usize) -> Vec<Made> {
    let shards = shards::cut(&made.cells, &Costs::default(), count).unwrap();
    shards.iter().map(|shard| made.part(shard)).collect()
}

/// What a merge of these documents comes to, without its measurements.
fn merged(texts: &[(&str, String)]) -> Result<String, String> {
    let texts: Vec<_> = texts
        .iter()
        .map(|(file, text)| SavedReport::of(file, text.clone()))
        .collect();
    let mut parts = Vec::new();
    for text in &texts {
        parts.push((
            text.path(),
            MatrixDocument::read_from(text).map_err(|error| error.to_string())?,
        ));
    }
    let asked = asked(&parts).map_err(|error| error.to_string())?;
    let encodings: Vec<_> = asked.names.encodings.iter().map(String::as_str).collect();
    let mut whole = Made::new(&encodings, PairChoice::again(asked.vectors, &asked.choice));
    let all = merge(&parts, &whole.model, &whole.cells, whole.protocol.vectors());
    let all = all.map_err(|error| error.to_string())?;
    (whole.observations, whole.found) = (all.observations, all.found);
    let judged = whole.judge();
    agree(&parts, &judged.judged).map_err(|error| error.to_string())?;
    Ok(written(&whole))
}

/// The document, without its measurements.
fn written(made: &Made) -> String {
    let judged = made.judge();
    let document = MatrixDocument::of(&judged.matrix()).without_measurements();
    serde_json::to_string(&document).unwrap()
}

fn documents(parts: &[Made]) -> Vec<(&'static str, String)> {
    const FILES: [&str; 6] = ["a.json", "b.json", "c.json", "d.json", "e.json", "f.json"];
    parts
        .iter()
        .zip(FILES)
        .map(|(part, file)| (file, part.json()))
        .collect()
}

#[test]
fn the_shards_of_a_matrix_merged_are_the_whole_to_the_octet() {
    fn property(
        odd: Vec<(u16, u8, i64)>,
        count: u8,
        seed: Option<u64>,
        turned: bool,
    ) -> TestResult {
        let choice = match seed {
            Some(seed) => PairChoice::Chosen { count: 4, seed },
            None => PairChoice::Given(vec![Pair { a: -22, b: -77 }, Pair { a: 1, b: 2 }]),
        };
        let mut whole = Made::new(&["text", "raw-mixed", "cbor"], choice);
        let cells = whole.cells.len();
        for (at, what, sum) in odd {
            let cell = &mut whole.observations[usize::from(at) % cells];
            let Observation::Ran(exchanges) = cell else {
                continue;
            };
            if exchanges.is_empty() {
                continue;
            }
            let odd = match what % 7 {
                0 => Outcome::Sum(sum),
                1 => Outcome::Starved(None),
                2 => Outcome::Refused(format!("{sum} \"quoted\"\n")),
                3 => Outcome::Closed,
                4 => Outcome::Garbled,
                5 => {
                    // Fewer exchanges than vectors: the cell could not run.
                    *exchanges = exchanges[1..].into();
                    continue;
                }
                _ => {
                    *cell = Observation::CouldNotRun(format!("{sum}\u{1b}[31m"));
                    continue;
                }
            };
            Arc::make_mut(exchanges)[0] = Exchange {
                outcome: odd,
                sent: sum.to_be_bytes().to_vec(),
                received: Vec::new(),
            };
        }
        let count = usize::from(count % 6) + 1;
        let mut documents = documents(&shards(&whole, count));
        if turned {
            documents.reverse();
        }
        let merged = merged(&documents);
        if merged.as_ref() != Ok(&written(&whole)) {
            return TestResult::error(format!("{merged:?}"));
        }
        TestResult::passed()
    }
    QuickCheck::new()
        .tests(8)
        .quickcheck(property as fn(_, _, _, _) -> _);
}

#[test]
fn a_document_read_and_written_again_is_the_same() {
    fn property(seed: u64) -> bool {
        let made = Made::new(&["raw-long", "xdr"], PairChoice::Chosen { count: 20, seed });
        let text = SavedReport::of("r.json", made.json());
        let document = MatrixDocument::read_from(&text).unwrap();
        serde_json::to_string(&document).unwrap() == made.json()
    }
    QuickCheck::new()
        .tests(5)
        .quickcheck(property as fn(_) -> _);
}

#[test]
fn a_whole_one_is_merged_with_itself() {
    let mut whole = Made::troubled();
    whole.found.measured.two_processes_a_cell = Some(12.5);
    let alone = merged(&[("whole.json", whole.json())]);
    assert_eq!(alone.as_ref(), Ok(&written(&whole)));

    let text = SavedReport::of("whole.json", whole.json());
    let part = (text.path(), MatrixDocument::read_from(&text).unwrap());
    let vectors = whole.protocol.vectors();
    let all = merge(&[part], &whole.model, &whole.cells, vectors).unwrap();
    assert_eq!(all.found, whole.found);
}

#[test]
fn shards_of_both_versions_fit_together() {
    let whole = Made::troubled();
    let mut documents = documents(&shards(&whole, 3));
    let text = SavedReport::of("b.json", documents[1].1.clone());
    let document = MatrixDocument::read_from(&text).unwrap();
    documents[1].1 = serde_json::to_string(&document.as_version_1()).unwrap();
    assert_eq!(merged(&documents).as_ref(), Ok(&written(&whole)));
}

#[test]
fn jobs_on_other_kernels_fit_together() {
    let mut parts = shards(&Made::small(), 2);
    for (part, release) in parts.iter_mut().zip(["6.1", "6.8"]) {
        for known in part.found.known.values_mut() {
            known.runner = Some(format!("native (Linux {release})"));
        }
    }
    let merged = merged(&documents(&parts));
    assert!(merged.is_ok_and(|text| text.contains("native (Linux 6.1)")));
}

#[test]
fn what_does_not_fit_is_told_with_its_file() {
    let whole = Made::troubled();
    let parts = shards(&whole, 3);
    let good = documents(&parts);
    let other = |change: &dyn Fn(&mut Made)| {
        let mut part = whole.part(parts[1].shard.as_ref().unwrap());
        change(&mut part);
        let mut documents = good.clone();
        documents[1].1 = part.json();
        documents
    };
    let replaced = |from: &str, to: &str| {
        let mut documents = good.clone();
        assert!(documents[1].1.contains(from), "{from}");
        documents[1].1 = documents[1].1.replacen(from, to, 1);
        documents
    };
    let id = parts[1].roles.all[0].id.clone();
    let seventh = PairChoice::Chosen { count: 3, seed: 8 };
    for (documents, expected) in [
        (
            good[..2].to_vec(),
            "shard missing: 3/3; a.json and the others make a plan of 3",
        ),
        (
            [&good[..], &good[2..]].concat(),
            "c.json: it is shard 3/3, as c.json is",
        ),
        (
            documents(&shards(&whole, 2))
                .into_iter()
                .chain(good.clone())
                .collect(),
            "a.json: the number of shards: it has 3, and a.json has 2",
        ),
        (
            vec![("whole.json", whole.json()), ("whole.json", whole.json())],
            "whole.json: it is no shard: `crossum matrix --shard K/N --json` writes one",
        ),
        (
            replaced("\"crossum\":\"0.", "\"crossum\":\"9."),
            "b.json: the version of crossum: it has 9.1.0, and a.json has 0.1.0",
        ),
        (
            other(&|part| part.protocol = Arc::new(Sums::new(seventh.clone()))),
            "b.json: the seed: it has 8, and a.json has 7",
        ),
        (
            other(&|part| part.names.targets.truncate(2)),
            "b.json: --targets: it has i686-unknown-linux-gnu,powerpc-unknown-linux-gnu, and a.json has i686",
        ),
        (
            other(&|part| part.model = "0".repeat(16)),
            "b.json: the tables of ABIs and participants: it has 0000000000000000, and",
        ),
        (
            other(&|part| part.shard.as_mut().unwrap().plan = "1".to_owned()),
            "b.json: the plan (another --costs?): it has 1, and",
        ),
        (
            other(&|part| {
                part.found.known.get_mut(&id).unwrap().compiler = Some("gcc 13.1".to_owned())
            }),
            "b.json: compiler of c-gcc@i686-unknown-linux-gnu: it has gcc 13.1, and a.json has gcc 12.2.0",
        ),
        (
            other(&|part| {
                let known = part.found.known.get_mut(&id).unwrap();
                known.runner = Some("ssh board1 (Linux 6.6.20 armv7l)".to_owned());
            }),
            "b.json: runner of c-gcc@i686-unknown-linux-gnu: it has ssh board1 (Linux 6.6.20 armv7l), and a.json has qemu 7.2",
        ),
        (
            other(&|part| {
                let known = part.found.known.get_mut(&id).unwrap();
                known.facts.insert("size.long".to_owned(), "3".to_owned());
            }),
            "b.json: the facts of c-gcc@i686-unknown-linux-gnu are not those in a.json",
        ),
        (
            other(&|part| {
                part.cells.pop();
                part.observations.pop();
            }),
            "is in none of the shards",
        ),
        (
            other(&|part| {
                part.cells.push(part.cells[0].clone());
                part.observations.push(part.observations[0].clone());
            }),
            "is in b.json, too",
        ),
        (
            replaced("\"a\":1,\"b\":2", "\"a\":1,\"b\":3"),
            "it has the vector 1 3 where 1 2 was expected",
        ),
        (
            replaced("\"verdict\":\"held\"", "\"verdict\":\"broken\""),
            "is `broken` there, and by this crossum `held`: another one wrote it",
        ),
        (
            replaced("\"encoding\":\"text\"", "\"encoding\":\"tixt\""),
            "b.json: no cell of this matrix is `tixt: ",
        ),
        (
            replaced("\"sent\":\"", "\"sent\":\"0x"),
            "is not octets in hexadecimal",
        ),
    ] {
        let error = merged(&documents).unwrap_err();
        assert!(error.contains(expected), "{error}\n{expected}");
    }
    assert_eq!(merged(&good).as_ref(), Ok(&written(&whole)));
}

#[test]
fn a_count_of_shards_that_nobody_has_costs_nothing() {
    let whole = Made::small();
    let part = &shards(&whole, 2)[0];
    let json = part
        .json()
        .replacen("\"of\":2", "\"of\":18446744073709551615", 1);
    let error = merged(&[("a.json", json)]).unwrap_err();
    assert!(
        error.starts_with("shards missing: 2/18446744073709551615, "),
        "{error}"
    );
}

#[test]
fn a_participant_in_trouble_somewhere_is_in_trouble_in_the_whole() {
    let whole = Made::small();
    let mut parts = shards(&whole, 3);
    let id = parts[1].roles.all[0].id.clone();
    let known = parts[1].found.known.get_mut(&id).unwrap();
    (known.trouble, known.compiler) = (Some("no gcc".to_owned()), None);
    let merged = merged(&documents(&parts)).unwrap();
    assert!(merged.contains("\"trouble\":\"no gcc\""));
}
