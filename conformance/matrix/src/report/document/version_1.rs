//! Version 1, in which each cell stands with all that is told of it: twenty to forty times as large.

use std::collections::HashMap;
use std::fmt;

use kit::saved_report::{SavedReport, Unreadable};
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    CellRow, Head, MatrixDocument, StoryRow, Summary, VERSION, VectorRow, Word, names, naming,
};
use crate::report::distinct::Distinct;

/// A document, to be written as version 1.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Version1<'d> {
    format: &'d Word<'d>,
    version: u32,
    #[serde(flatten)]
    head: &'d Head<'d>,
    #[cfg_attr(test, schemars(with = "Vec<Cell<'d>>"))]
    cells: Cells<'d>,
    summary: &'d Summary<'d>,
}

/// The cells, which are made one by one while they are written.
#[derive(Debug)]
struct Cells<'d>(&'d MatrixDocument<'d>);

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "CellRow"))]
struct Cell<'d> {
    /// The participant that serves.
    server: &'d str,
    /// The participant that asks.
    client: &'d str,
    encoding: &'d Word<'d>,
    /// `text`, `raw` or `explicit`.
    family: &'d Word<'d>,
    /// `held`, `broken`, `unsupported` or `could-not-run`; null where nothing was run.
    verdict: Option<&'d Word<'d>>,
    /// `correct`, `lucky` (some vectors right, some wrong), `wrong`, `starved` (it hangs), `refused` or `unrepresentable`; null where there is none.
    result: Option<&'d Word<'d>>,
    /// `byte-order`, `width`, `padding`, `charset`; in a user's own protocol also `char-sign`, `bit-field-order`, `long-double`.
    causes: &'d [Word<'d>],
    /// The command that runs this cell again.
    rerun: String,
    /// Why it could not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'d Word<'d>>,
    vectors: Vec<&'d VectorRow<'d>>,
}

impl<'d> MatrixDocument<'d> {
    /// The same as version 1, for programs that know no other.
    pub fn as_version_1(&'d self) -> Version1<'d> {
        Version1 {
            format: &self.format,
            version: 1,
            head: &self.head,
            cells: Cells(self),
            summary: &self.summary,
        }
    }
}

impl Serialize for Cells<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.reported().map(|cell| Cell {
            server: cell.server,
            client: cell.client,
            encoding: &cell.story.encoding,
            family: &cell.story.family,
            verdict: cell.story.verdict.as_ref(),
            result: cell.story.result.as_ref(),
            causes: &cell.story.causes,
            rerun: cell.rerun(),
            why: cell.story.why.as_ref(),
            vectors: cell.vectors(),
        }))
    }
}

/// A document of version 1, as it is read.
#[derive(Deserialize)]
struct Saved<'a> {
    #[serde(borrow)]
    format: Word<'a>,
    #[serde(borrow, flatten)]
    head: Head<'a>,
    #[serde(borrow)]
    cells: SavedCells<'a>,
    #[serde(borrow)]
    summary: Summary<'a>,
}

#[derive(Deserialize)]
struct SavedCell<'a> {
    #[serde(borrow)]
    server: Word<'a>,
    #[serde(borrow)]
    client: Word<'a>,
    #[serde(borrow)]
    encoding: Word<'a>,
    #[serde(borrow)]
    family: Word<'a>,
    #[serde(borrow)]
    verdict: Option<Word<'a>>,
    #[serde(borrow)]
    result: Option<Word<'a>>,
    #[serde(borrow)]
    causes: Vec<Word<'a>>,
    #[serde(borrow)]
    rerun: Word<'a>,
    #[serde(borrow, default)]
    why: Option<Word<'a>>,
    #[serde(borrow)]
    vectors: Vec<VectorRow<'a>>,
}

/// Cells that are put together while they are read: the half million exchanges of a full matrix are never there all at once.
struct SavedCells<'a> {
    names: Distinct<Word<'a>>,
    exchanges: Distinct<VectorRow<'a>>,
    stories: Distinct<StoryRow<'a>>,
    /// `server` and `client` are places in `names`.
    cells: Vec<CellRow>,
    rerun: Option<String>,
}

impl<'a> SavedCells<'a> {
    fn add(&mut self, cell: SavedCell<'a>) {
        if self.rerun.is_none() {
            let [server, client, encoding] = names();
            let its = naming(
                cell.server.as_str(),
                cell.client.as_str(),
                cell.encoding.as_str(),
            );
            let all = naming(server, client, encoding);
            self.rerun = Some(cell.rerun.as_str().replacen(&its, &all, 1));
        }
        let exchanges = cell.vectors.into_iter();
        let exchanges = exchanges.map(|row| self.exchanges.place(row)).collect();
        let story = self.stories.place(StoryRow {
            encoding: cell.encoding,
            family: cell.family,
            verdict: cell.verdict,
            result: cell.result,
            causes: cell.causes,
            why: cell.why,
            exchanges,
        });
        self.cells.push(CellRow {
            server: self.names.place(cell.server),
            client: self.names.place(cell.client),
            story,
        });
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for SavedCells<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reading;
        impl<'de> Visitor<'de> for Reading {
            type Value = SavedCells<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of cells")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Self::Value, A::Error> {
                let mut cells = SavedCells {
                    names: Distinct::new(),
                    exchanges: Distinct::new(),
                    stories: Distinct::new(),
                    cells: Vec::new(),
                    rerun: None,
                };
                while let Some(cell) = all.next_element()? {
                    cells.add(cell);
                }
                Ok(cells)
            }
        }
        deserializer.deserialize_seq(Reading)
    }
}

/// A document of version 1, with everything in it once.
pub(super) fn read(report: &SavedReport) -> Result<MatrixDocument<'_>, Unreadable> {
    let saved: Saved<'_> = report.document()?;
    let ids = saved.head.participants.iter().enumerate();
    let ids: HashMap<&str, usize> = ids.map(|(at, row)| (row.id.as_str(), at)).collect();
    let mut places = Vec::new();
    for name in saved.cells.names.rows() {
        let Some(place) = ids.get(name.as_str()) else {
            return Err(report.unreadable(&format!(
                "a cell is of `{name}`, which is not among its participants: it was changed, or another program wrote it"
            )));
        };
        places.push(*place);
    }
    let place = |name: usize| places.get(name).copied().unwrap_or(usize::MAX);
    let cells = saved.cells.cells.into_iter().map(|cell| CellRow {
        server: place(cell.server),
        client: place(cell.client),
        story: cell.story,
    });
    Ok(MatrixDocument {
        format: saved.format,
        version: VERSION,
        rerun: saved.cells.rerun.unwrap_or_default().into(),
        exchanges: saved.cells.exchanges.rows(),
        stories: saved.cells.stories.rows(),
        cells: cells.collect(),
        head: saved.head,
        summary: saved.summary,
    })
}
