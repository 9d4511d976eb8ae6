//! What is expected of a cell: what its protocol promises, and what the model predicts where there is one.

use layout::Abi;

use crate::cause::Cause;
use crate::observation::Exchange;
use crate::outcome::Outcome;
use crate::summary::Summary;

/// The machines at the two ends of a cell.
#[derive(Clone, Copy, Debug)]
pub struct Ends<'a> {
    /// The server's ABI.
    pub server: &'a Abi,
    /// The client's ABI.
    pub client: &'a Abi,
}

/// What the model says will happen to one vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prediction {
    /// The outcome.
    pub outcome: Outcome,
    /// The octets that the client sends.
    pub sent: Vec<u8>,
    /// The octets that come back.
    pub received: Vec<u8>,
}

/// What is expected of one vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// What the model says; `None` where there is no model.
    pub prediction: Option<Prediction>,
    /// What the protocol promises.
    pub promised: Outcome,
    /// Whether the octets of the prediction must be those on the wire: so where a message has one spelling only.
    pub octets_too: bool,
}

/// What is expected of a cell.
#[derive(Debug, PartialEq, Eq)]
pub struct Expected {
    /// For each vector.
    pub vectors: Vec<Expectation>,
    /// All predictions in one word; `None` where there is no model.
    pub summary: Option<Summary>,
    /// Why they are not all as promised, by the model.
    pub causes: Vec<Cause>,
}

impl Expectation {
    /// Whether an exchange went as predicted; `None` where nothing was.
    pub fn predicted(&self, exchange: &Exchange) -> Option<bool> {
        let prediction = self.prediction.as_ref()?;
        let octets = prediction.sent == exchange.sent && prediction.received == exchange.received;
        Some(prediction.outcome == exchange.outcome && (octets || !self.octets_too))
    }

    /// Whether an exchange went as the protocol promises.
    pub fn kept(&self, exchange: &Exchange) -> bool {
        exchange.outcome == self.promised
    }
}
