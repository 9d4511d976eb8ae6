//! Judged cells: what reports are made of.

use std::collections::HashMap;
use std::sync::Arc;

use cross::{Abi, Abis};

use crate::cell::Cell;
use crate::predict::{self, Cause, Ends};
use crate::summary::Summary;
use crate::vectors::Vector;
use crate::verdict::{Claim, Expectation, Observation, Verdict, verdict};

/// What the model expects of every cell. Cells between the same two ABIs share one expectation.
pub struct Model<'a> {
    abis: &'a Abis,
    vectors: &'a [Vector],
    known: HashMap<(String, String, &'static str), Arc<Expected>>,
}

/// What the model expects of a cell.
#[derive(Debug, PartialEq, Eq)]
pub struct Expected {
    /// For each vector.
    pub vectors: Vec<Expectation>,
    /// All predictions in one word.
    pub summary: Option<Summary>,
    /// Why they are not all as promised.
    pub causes: Vec<Cause>,
}

/// A cell, what was expected of it, what was observed, and what becomes of it.
#[derive(Debug)]
pub struct Judged {
    /// The cell.
    pub cell: Cell,
    /// What the model expects.
    pub expected: Arc<Expected>,
    /// What happened; `None` where nothing was run because only the model was asked.
    pub observation: Option<Observation>,
    /// What becomes of it; `None` where only the model was asked.
    pub verdict: Option<Verdict>,
    /// All outcomes in one word: the observed ones, or the predicted ones where only the model was asked.
    pub summary: Option<Summary>,
}

impl<'a> Model<'a> {
    /// A model of these ABIs, for these vectors.
    pub fn new(abis: &'a Abis, vectors: &'a [Vector]) -> Self {
        Model {
            abis,
            vectors,
            known: HashMap::new(),
        }
    }

    fn abi(&self, name: &str) -> &'a Abi {
        #[expect(
            clippy::expect_used,
            reason = "every target's ABI was looked up when the matrix was chosen"
        )]
        self.abis
            .get(name)
            .expect("the target's ABI is in the table")
    }

    /// What the model expects of a cell.
    pub fn expect(&mut self, cell: &Cell) -> Arc<Expected> {
        let (server, client) = (&cell.server.target.abi, &cell.client.target.abi);
        let key = (server.clone(), client.clone(), cell.encoding.name());
        if let Some(expected) = self.known.get(&key) {
            return Arc::clone(expected);
        }
        let ends = Ends {
            server: self.abi(server),
            client: self.abi(client),
        };
        let vectors: Vec<_> = self
            .vectors
            .iter()
            .map(|&vector| Expectation {
                prediction: predict::predict(ends, cell.encoding, vector),
                promised: predict::promised(ends.client, cell.encoding, vector),
                octets_too: cell.encoding.is_canonical(),
            })
            .collect();
        let expected = Arc::new(Expected {
            summary: Summary::of(
                vectors
                    .iter()
                    .map(|vector| (&vector.prediction.outcome, &vector.promised)),
            ),
            causes: predict::causes(ends, cell.encoding, self.vectors),
            vectors,
        });
        self.known.insert(key, Arc::clone(&expected));
        expected
    }

    /// A cell of which only the prediction is asked.
    pub fn foresee(&mut self, cell: Cell) -> Judged {
        let expected = self.expect(&cell);
        let summary = if cell.is_declared() {
            expected.summary
        } else {
            None
        };
        Judged {
            cell,
            expected,
            observation: None,
            verdict: None,
            summary,
        }
    }

    /// Judges a cell.
    pub fn judge(&mut self, cell: Cell, observation: Observation) -> Judged {
        let expected = self.expect(&cell);
        let verdict = verdict(&observation, &expected.vectors, Claim::about(cell.encoding));
        let summary = match &observation {
            Observation::Ran(exchanges) => Summary::of(
                exchanges
                    .iter()
                    .zip(&expected.vectors)
                    .map(|(exchange, vector)| (&exchange.outcome, &vector.promised)),
            ),
            _ => None,
        };
        Judged {
            cell,
            expected,
            observation: Some(observation),
            verdict: Some(verdict),
            summary,
        }
    }
}

impl Judged {
    /// The exchanges, if it ran.
    pub fn exchanges(&self) -> &[crate::verdict::Exchange] {
        match &self.observation {
            Some(Observation::Ran(exchanges)) => exchanges,
            _ => &[],
        }
    }

    /// Why it could not run, if it could not.
    pub fn trouble(&self) -> Option<&str> {
        match &self.observation {
            Some(Observation::CouldNotRun(why)) => Some(why),
            _ => None,
        }
    }
}
