//! What a client saw becomes an observation. Its time-outs are hangs only where the server reports them, too.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use super::contract::{Answer, ClientOutcome};
use super::plan::Plan;
use super::serve::Log;
use super::share::Told;
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

/// What the answers to one cell, or the reasons why there is none, come to.
pub(super) fn of_cell(told: Told) -> Observed {
    let Told {
        client,
        cell,
        answers,
    } = told;
    let answers: Result<Vec<_>, _> = answers.into_iter().collect();
    let answers = match answers {
        Ok(answers) => answers,
        Err(why) => return could_not_run(cell, &client, &why),
    };
    let (mut exchanges, mut hangs) = (Vec::with_capacity(answers.len()), Vec::new());
    for (vector, Answered { answer, when }) in answers.into_iter().enumerate() {
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
}

/// A cell that its client brought to no end, and why.
pub(super) fn could_not_run(cell: usize, client: &ParticipantId, why: &str) -> Observed {
    Observed {
        cell,
        observation: Observation::CouldNotRun(format!("the client {client}: {why}")),
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
