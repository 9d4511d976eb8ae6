//! The matrix as a page: nothing of it is lost in its data, nothing in it becomes markup, and it stays small.

use kit::words::hex;
use std::collections::BTreeMap;

use layout::Abis;

use super::{JudgedMatrix, Made};
use crate::cause::Cause;
use crate::cell;
use crate::judged::{JudgedCell, Model};
use crate::observation::Observation;
use crate::outcome::Outcome;
use crate::report::page::data::{Data, Story};
use crate::report::page::page;
use crate::report::{Matrix, MatrixDocument, evidence};
use crate::select::{Available, Names};
use crate::shards::{self, costs::Costs};
use crate::sums::vectors::PairChoice;

/// What the script would read.
fn data(page: &str) -> Data {
    let (_, data) = page
        .split_once("<script type=\"application/json\" id=\"data\">")
        .expect("the page has data");
    let (data, _) = data.split_once("</script>").expect("they end");
    serde_json::from_str(data).expect("they are JSON")
}

fn page_of(judged: &JudgedMatrix<'_>) -> String {
    page(&judged.matrix()).unwrap()
}

/// Looks a cell up, as the script does.
fn story<'a>(data: &'a Data, judged: &JudgedCell) -> Option<&'a Story> {
    let participant = |line: &[usize], id: &dyn ToString| {
        line.iter()
            .position(|place| data.participants[*place].id == id.to_string())
    };
    let encoding = data
        .encodings
        .iter()
        .position(|encoding| encoding.name == judged.cell.encoding.name())?;
    let row = participant(&data.servers, &judged.cell.server.id)?;
    let column = participant(&data.clients, &judged.cell.client.id)?;
    let place = data.cells[encoding][row][column].checked_sub(1)?;
    data.stories.get(place)
}

/// A run in words: outcome, what was promised, sent, received.
fn run(data: &Data, place: usize) -> Vec<[&str; 4]> {
    let exchanges = data.runs[place]
        .iter()
        .map(|exchange| data.exchanges[*exchange]);
    exchanges
        .map(|[outcome, promised, sent, received]| {
            [
                &*data.outcomes[outcome],
                &*data.outcomes[promised],
                &*data.octets[sent],
                &*data.octets[received],
            ]
        })
        .collect()
}

fn is_whole(data: &Data, matrix: &Matrix<'_>) {
    let document = MatrixDocument::of(matrix);
    for (judged, row) in matrix.judged.iter().zip(document.reported()) {
        let cell = &judged.cell;
        let story_of_it = story(data, judged).unwrap_or_else(|| panic!("{cell} is not there"));
        let verdict = judged.verdict.map(|verdict| verdict.name());
        let result = judged.summary.map(|summary| summary.name());
        assert_eq!(story_of_it.verdict.as_deref(), verdict, "{cell}");
        assert_eq!(story_of_it.result.as_deref(), result, "{cell}");
        assert_eq!(
            story_of_it.why.as_deref(),
            evidence::trouble(judged),
            "{cell}"
        );
        let causes = story_of_it
            .causes
            .iter()
            .map(|cause| Cause::ALL[*cause].name());
        let in_document = row.story.causes.iter().map(|cause| cause.as_str());
        assert!(causes.eq(in_document), "{cell}");
        let rerun = data
            .rerun
            .replace("{server}", &cell.server.id.to_string())
            .replace("{client}", &cell.client.id.to_string())
            .replace("{encoding}", cell.encoding.name());
        assert_eq!(rerun + &data.options, matrix.rerun(cell));

        let expected = &judged.expected.vectors;
        let predicted: Vec<_> = expected
            .iter()
            .map(|expected| {
                let prediction = expected.prediction.as_ref().unwrap();
                [
                    prediction.outcome.to_string(),
                    expected.promised.to_string(),
                    hex(&prediction.sent),
                    hex(&prediction.received),
                ]
            })
            .collect();
        let observed: Vec<_> = judged
            .exchanges()
            .iter()
            .zip(expected)
            .map(|(exchange, expected)| {
                [
                    exchange.outcome.to_string(),
                    expected.promised.to_string(),
                    hex(&exchange.sent),
                    hex(&exchange.received),
                ]
            })
            .collect();
        match story_of_it.predicted {
            Some(place) => assert_eq!(run(data, place), predicted, "{cell}"),
            None => assert_eq!(story_of_it.tone, 0, "{cell}"),
        }
        match story_of_it.observed {
            Some(place) => assert_eq!(run(data, place), observed, "{cell}"),
            None => assert!(observed.is_empty(), "{cell}"),
        }
    }
    let cells = data.cells.iter().flatten().flatten();
    let there = cells.filter(|place| **place > 0).count();
    assert_eq!(there, matrix.judged.len());
}

#[test]
fn every_cell_is_in_it_and_reads_back_as_it_was() {
    let mut made = Made::troubled();
    let (i686, powerpc) = (
        "rust@i686-unknown-linux-gnu",
        "c-gcc@powerpc-unknown-linux-gnu",
    );
    // Octets that are not those predicted, and a run that broke off.
    for (server, client, kept) in [(i686, powerpc, 3), (powerpc, i686, 1)] {
        made.set("raw-long", server, client, Observation::Unsupported);
        let judged = made.judge();
        let of_it = |judged: &&JudgedCell| {
            judged.cell.encoding.name() == "text"
                && judged.cell.server.id.to_string() == server
                && judged.cell.client.id.to_string() == client
        };
        let cell = judged.judged.iter().find(of_it).expect("there is one");
        let mut exchanges = cell.exchanges().to_vec();
        exchanges.truncate(kept);
        exchanges[0].sent.push(0x2a);
        made.set("text", server, client, Observation::Ran(exchanges.into()));
    }
    let judged = made.judge();
    is_whole(&data(&page_of(&judged)), &judged.matrix());
}

#[test]
fn of_a_shard_only_its_cells_are_there() {
    let made = Made::small();
    let shards = shards::cut(&made.cells, &Costs::default(), 2).unwrap();
    for shard in &shards {
        let part = made.part(shard);
        let judged = part.judge();
        is_whole(&data(&page_of(&judged)), &judged.matrix());
    }
}

#[test]
fn what_participants_say_is_text() {
    let hostile =
        "</script><script>alert(1)</script><!-- <img src=x onerror='alert(2)'> \" & \u{1b}[2J";
    let mut made = Made::troubled();
    let (rust, c) = (
        "rust@i686-unknown-linux-gnu",
        "c-gcc@i686-unknown-linux-gnu",
    );
    let why = || Observation::CouldNotRun(hostile.to_owned());
    made.set("text", rust, c, why());
    made.set("text", c, rust, {
        let judged = made.judge();
        let ran = judged.judged.iter().find_map(|judged| {
            (!judged.exchanges().is_empty()).then(|| judged.exchanges().to_vec())
        });
        let mut exchanges = ran.expect("some cell ran");
        exchanges[0].outcome = Outcome::Refused(hostile.to_owned());
        Observation::Ran(exchanges.into())
    });
    for known in made.found.known.values_mut() {
        known.runner = Some(hostile.to_owned());
        known.compiler = Some(hostile.to_owned());
        known.trouble = Some(hostile.to_owned());
    }
    let judged = made.judge();
    let page = page_of(&judged);
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(page.matches("</script").count(), 2);
    for markup in ["<img", "<!--", "\u{1b}"] {
        assert!(!page.contains(markup), "{markup:?}");
    }
    let data = data(&page);
    is_whole(&data, &judged.matrix());
    let refused = format!("refused ({hostile})");
    assert!(data.outcomes.contains(&refused));
}

#[test]
fn the_essential_is_there_without_a_script() {
    let page = page_of(&Made::troubled().judge());
    let (without, _) = page.split_once("<script").unwrap();
    for essential in [
        "2 of 3 claims failing: 2 cells broke; 1 cell could not run.",
        "✗ fails</strong> text and explicit encodings are correct in every cell",
        "Not as claimed: 2 cells",
        "-22 -77: predicted -99, observed 77",
        "#cell=text&amp;server=c-gcc%40i686-unknown-linux-gnu&amp;client=rust%40powerpc-unknown-linux-gnu",
        "crossum matrix --server c-gcc@i686-unknown-linux-gnu --client rust@powerpc-unknown-linux-gnu --encodings text",
        "`out of cheese` &amp; &lt;more&gt;",
        "<a href=\"#encoding=text\">text</a> <span class=\"quiet\">(1 cell not as claimed)</span>",
        "? Not known: 1</dt><dd><a href=\"#encoding=json\">json</a> <span class=\"quiet\">(1 cell could not run)</span>",
        "<noscript>",
        "aria-label=\"raw-long: of 9 pairs of ABIs",
        "✗ 1 cell broke",
    ] {
        assert!(without.contains(essential), "{essential}");
    }
    let well = page_of(&Made::small().judge());
    assert!(well.contains("Every claim holds."));
    assert!(!well.contains("Not as claimed: ") && !well.contains("Could not run: "));
}

#[test]
fn the_whole_matrix_is_a_small_file() {
    let names = Names::default();
    let available = Available::new(None, PairChoice::default());
    let roles = names.roles(&available, Abis::builtin()).unwrap();
    let encodings = available.encodings(&names.encodings).unwrap();
    let mut model = Model::new(Abis::builtin());
    let cells = cell::cells(&roles.servers, &roles.clients, &encodings);
    let judged: Vec<_> = cells.into_iter().map(|cell| model.predict(cell)).collect();
    let matrix = Matrix {
        abis: Abis::builtin(),
        abis_file: None,
        file: None,
        explained: &[],
        model: "",
        roles: &roles,
        encodings: &encodings,
        names: &names,
        protocol: &*available.protocol,
        judged: &judged,
        claims: &[],
        found: None,
        shard: None,
        interrupted: false,
    };
    let page = page(&matrix).unwrap();
    assert!(judged.len() > 50_000, "{} cells", judged.len());
    assert!(page.len() < 5_000_000, "{} octets", page.len());
    let data = data(&page);
    assert!(!data.observed);
    let mut stories = BTreeMap::new();
    for judged in &judged {
        let story_of_it = story(&data, judged).expect("it is there");
        *stories.entry(story_of_it.tone).or_insert(0_usize) += 1;
        let result = judged.summary.map(|summary| summary.name());
        assert_eq!(story_of_it.result.as_deref(), result, "{}", judged.cell);
    }
    assert!(stories.len() > 4, "{stories:?}");
}
