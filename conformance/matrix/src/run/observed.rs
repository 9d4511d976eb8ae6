//! What a client saw becomes an observation. Its time-outs are hangs only where the server reports them, too.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use super::contract::{Answer, ClientOutcome};
use super::plan::Plan;
use super::serve::Log;
use super::task::Answered;
use crate::observation::{Exchange, Observation};
use crate::outcome::Outcome;
use crate::participant::ParticipantId;

/// What the servers report about requests that were cut short.
pub(super) type Logs = BTreeMap<ParticipantId, Log>;

/// What was observed of one cell.
pub(super) struct Observed {
    /// Its number in the plan.
    pub(super) cell: usize,
    pub(super) observation: Observation,
    hangs: Vec<Hang>,
}

/// A time-out of the client, and the connection that the server must report, too.
struct Hang {
    vector: usize,
    peer: SocketAddr,
    when: Instant,
}

/// What a client's answers, or the reasons why there is none, come to. They are in the order of its cells, and in each cell in that of the vectors.
pub(super) fn by_client(
    plan: &Plan,
    id: &ParticipantId,
    cells: &[usize],
    answers: Vec<Result<Answered, String>>,
) -> Vec<Observed> {
    let mut answers = answers.into_iter();
    let mut of_cell = |cell| {
        let (mut exchanges, mut hangs) = (Vec::new(), Vec::new());
        // All of the cell's answers are taken, even where the first is a reason.
        let its: Vec<_> = answers
            .by_ref()
            .take(plan.protocol.vector_count())
            .collect();
        let its: Result<Vec<_>, _> = its.into_iter().collect();
        let its = match its {
            Ok(its) => its,
            Err(why) => return could_not_run(cell, format!("the client {id}: {why}")),
        };
        for (vector, Answered { answer, when }) in its.into_iter().enumerate() {
            if let (ClientOutcome::Starved, Some(peer)) = (&answer.said, answer.from) {
                hangs.push(Hang { vector, peer, when });
            }
            exchanges.push(exchange(answer));
        }
        Observed {
            cell,
            observation: Observation::Ran(exchanges.into()),
            hangs,
        }
    };
    cells.iter().map(|&cell| of_cell(cell)).collect()
}

fn could_not_run(cell: usize, why: String) -> Observed {
    Observed {
        cell,
        observation: Observation::CouldNotRun(why),
        hangs: Vec::new(),
    }
}

fn exchange(answer: Answer) -> Exchange {
    let outcome = match answer.said {
        ClientOutcome::Sum(sum) => Outcome::Sum(sum),
        ClientOutcome::Reply(words) => Outcome::Reply(words),
        ClientOutcome::Refused(why) => Outcome::Refused(why),
        // The client alone cannot prove a hang; see `with_proof`.
        ClientOutcome::Starved => Outcome::Starved(None),
        ClientOutcome::Closed => Outcome::Closed,
        ClientOutcome::Died(how) => Outcome::Died(how),
        ClientOutcome::Garbled => Outcome::Garbled,
        ClientOutcome::Unrepresentable => Outcome::Unrepresentable,
        ClientOutcome::Unsupported => Outcome::Unsupported,
    };
    Exchange {
        outcome,
        sent: answer.sent,
        received: answer.received,
    }
}

impl Observed {
    /// Confirms the client's time-outs by the server's reports so far: how many octets it had, and how many it was waiting for.
    pub(super) fn with_proof(mut self, plan: &Plan, logs: &Logs) -> Observed {
        let (Some(cell), Observation::Ran(exchanges)) =
            (plan.cells.get(self.cell), &mut self.observation)
        else {
            return self;
        };
        let log = logs.get(&cell.server.id);
        let exchanges = Arc::make_mut(exchanges);
        self.hangs.retain(|hang| {
            let short = log.and_then(|log| log.claim(cell.encoding.name(), hang.peer, hang.when));
            if let (Some(exchange), Some(_)) = (exchanges.get_mut(hang.vector), short) {
                exchange.outcome = Outcome::Starved(short);
            }
            short.is_none()
        });
        self
    }

    /// Whether no time-out waits for the server's report.
    pub(super) fn is_proved(&self) -> bool {
        self.hangs.is_empty()
    }
}
