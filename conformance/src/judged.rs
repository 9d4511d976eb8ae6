//! Judged cells: what reports are made of.

use std::collections::HashMap;
use std::sync::Arc;

use layout::{Abi, Abis};

use crate::cell::Cell;
use crate::encoding::Encoding;
use crate::outcome::Outcome;
use crate::own::Promise;
use crate::predict::{self, Cause, Ends};
use crate::summary::Summary;
use crate::vectors::{Pair, Vector};
use crate::verdict::{Due, Expectation, Observation, Verdict, verdict};

/// What the model expects of every cell. Cells between the same two ABIs share one expectation.
pub struct Model<'a> {
    abis: &'a Abis,
    vectors: &'a [Vector],
    pairs: Vec<Pair>,
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
    /// What its claim asks of it.
    pub due: Due,
    /// What becomes of it; `None` where only the model was asked.
    pub verdict: Option<Verdict>,
    /// All outcomes in one word: the observed ones, or the predicted ones where only the model was asked.
    pub summary: Option<Summary>,
    /// Why it is not as promised, where no model says so: found by comparing it with the others.
    pub inferred: Vec<Cause>,
}

impl<'a> Model<'a> {
    /// A model of these ABIs, for these vectors.
    pub fn new(abis: &'a Abis, vectors: &'a [Vector]) -> Self {
        let pairs = vectors.iter().filter_map(|vector| match vector {
            Vector::Pair(pair) => Some(*pair),
            Vector::Own(_) => None,
        });
        Model {
            abis,
            vectors,
            pairs: pairs.collect(),
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
        let expected = Arc::new(match cell.encoding {
            Encoding::Sum(encoding) => self.predicted(ends, encoding),
            Encoding::Own(_) => self.promised(),
        });
        self.known.insert(key, Arc::clone(&expected));
        expected
    }

    fn predicted(&self, ends: Ends<'_>, encoding: &dyn proto::Encoding) -> Expected {
        let mut vectors = Vec::with_capacity(self.pairs.len());
        let mut outcomes = Vec::with_capacity(self.pairs.len());
        for &pair in &self.pairs {
            let prediction = predict::predict(ends, encoding, pair);
            let promised = predict::promised(ends.client, encoding, pair);
            outcomes.push((prediction.outcome.clone(), promised.clone()));
            vectors.push(Expectation {
                prediction: Some(prediction),
                promised,
                octets_too: encoding.is_canonical(),
            });
        }
        Expected {
            vectors,
            summary: Summary::of(
                outcomes
                    .iter()
                    .map(|(predicted, promised)| (predicted, promised)),
            ),
            causes: predict::causes(ends, encoding, &self.pairs),
        }
    }

    /// Of a user's own protocol there is no model: only what is promised is expected.
    fn promised(&self) -> Expected {
        let own = self.vectors.iter().filter_map(|vector| match vector {
            Vector::Own(own) => Some(own),
            Vector::Pair(_) => None,
        });
        let expectation = |own: &crate::own::Vector| Expectation {
            prediction: None,
            promised: match &own.promise {
                Promise::Reply(words) => Outcome::Reply(words.clone()),
                Promise::Refused(why) => Outcome::Refused(why.clone()),
            },
            octets_too: false,
        };
        Expected {
            vectors: own.map(|own| expectation(own)).collect(),
            summary: None,
            causes: Vec::new(),
        }
    }

    fn due(&self, cell: &Cell) -> Due {
        let (server, client) = (&cell.server.target.abi, &cell.client.target.abi);
        cell.encoding.due(self.abi(server), self.abi(client))
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
            due: self.due(&cell),
            cell,
            expected,
            observation: None,
            verdict: None,
            summary,
            inferred: Vec::new(),
        }
    }

    /// Judges a cell.
    pub fn judge(&mut self, cell: Cell, observation: Observation) -> Judged {
        let expected = self.expect(&cell);
        let due = self.due(&cell);
        let verdict = verdict(&observation, &expected.vectors, due);
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
            due,
            verdict: Some(verdict),
            summary,
            inferred: Vec::new(),
        }
    }
}

impl Judged {
    /// Why it is not as promised: by the model, or by comparison.
    pub fn causes(&self) -> &[Cause] {
        match self.cell.encoding {
            Encoding::Sum(_) => &self.expected.causes,
            Encoding::Own(_) => &self.inferred,
        }
    }

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
