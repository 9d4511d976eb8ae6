//! Judged cells: what reports are made of.

use std::sync::Arc;

use fnv::FnvHashMap;
use layout::{Abi, Abis};

use crate::cause::Cause;
use crate::cell::Cell;
use crate::expectation::{Ends, Expected};
use crate::observation::{Exchange, Observation};
use crate::summary::Summary;
use crate::verdict::{CellVerdict, Due, verdict};

/// What is expected of every cell, by these ABIs. Cells between the same two ABIs share one expectation.
pub struct Model<'a> {
    abis: &'a Abis,
    known: FnvHashMap<(&'static str, &'static str, String), Arc<Expected>>,
}

/// A cell, what was expected of it, what was observed, and what becomes of it.
#[derive(Debug)]
pub struct JudgedCell {
    /// The cell.
    pub cell: Cell,
    /// What the model expects.
    pub expected: Arc<Expected>,
    /// What happened; `None` where nothing was run because only the model was asked.
    pub observation: Option<Observation>,
    /// What its claim asks of it.
    pub due: Due,
    /// What becomes of it; `None` where only the model was asked.
    pub verdict: Option<CellVerdict>,
    /// All outcomes in one word: the observed ones, or the predicted ones where only the model was asked.
    pub summary: Option<Summary>,
    /// Why it is not as promised, where there is no model: found by comparing it with the other cells.
    pub inferred: Vec<Cause>,
}

impl<'a> Model<'a> {
    /// By these ABIs.
    pub fn new(abis: &'a Abis) -> Self {
        Model {
            abis,
            known: FnvHashMap::default(),
        }
    }

    fn abi(&self, name: &str) -> &'a Abi {
        #[expect(
            clippy::expect_used,
            reason = "every target's ABI was looked up when the matrix was selected"
        )]
        self.abis
            .get(name)
            .expect("the target's ABI is in the table")
    }

    /// What is expected of a cell.
    pub fn expect(&mut self, cell: &Cell) -> Arc<Expected> {
        let (server, client) = (cell.server.target, cell.client.target);
        let encoding = cell.encoding.name().to_owned();
        let key = (server.abi.as_str(), client.abi.as_str(), encoding);
        if let Some(expected) = self.known.get(&key) {
            return Arc::clone(expected);
        }
        let expected = cell.encoding.expect(self.ends(cell));
        self.known.insert(key, Arc::clone(&expected));
        expected
    }

    fn ends(&self, cell: &Cell) -> Ends<'a> {
        Ends {
            server: self.abi(&cell.server.target.abi),
            client: self.abi(&cell.client.target.abi),
        }
    }

    /// A cell of which only the prediction is asked.
    pub fn predict(&mut self, cell: Cell) -> JudgedCell {
        let expected = self.expect(&cell);
        let summary = if cell.is_declared() {
            expected.summary
        } else {
            None
        };
        JudgedCell {
            due: cell.encoding.due(self.ends(&cell)),
            cell,
            expected,
            observation: None,
            verdict: None,
            summary,
            inferred: Vec::new(),
        }
    }

    /// Judges a cell.
    pub fn judge(&mut self, cell: Cell, observation: Observation) -> JudgedCell {
        let expected = self.expect(&cell);
        let due = cell.encoding.due(self.ends(&cell));
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
        JudgedCell {
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

/// These cells, each with what was observed of it.
pub fn judge(
    abis: &Abis,
    cells: &[Cell],
    observations: impl IntoIterator<Item = Observation>,
) -> Vec<JudgedCell> {
    let mut model = Model::new(abis);
    let cells = cells.iter().cloned().zip(observations);
    cells
        .map(|(cell, observation)| model.judge(cell, observation))
        .collect()
}

/// These cells, each with what the model predicts of it.
pub fn predict(abis: &Abis, cells: &[Cell]) -> Vec<JudgedCell> {
    let mut model = Model::new(abis);
    let cells = cells.iter().cloned();
    cells.map(|cell| model.predict(cell)).collect()
}

impl JudgedCell {
    /// Why it is not as promised: by the model, or by comparison.
    pub fn causes(&self) -> &[Cause] {
        match self.inferred.as_slice() {
            [] => &self.expected.causes,
            inferred => inferred,
        }
    }

    /// The exchanges, if it ran.
    pub fn exchanges(&self) -> &[Exchange] {
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
