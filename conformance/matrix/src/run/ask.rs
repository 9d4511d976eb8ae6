//! Black-box clients: a process for each request. A relay between it and the server sees the octets.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use cross::process::Exit;

use super::build::Start;
use super::child::LAST_WORDS_WITHIN;
use super::complaints::Complaints;
use super::contract::{Answer, ClientOutcome};
use super::listen::values;
use super::relay::{Passed, Relay};
use super::server_slot::{ServerSlot, ServerSlots};
use super::task::{Answered, Task};
use crate::participant::command::Builtin;
use kit::lines::LONGEST_LINE;

/// How long both ends may be silent, once the client has said something, before the relay ends the client's half. A server that has the whole request answers all the same.
const PATIENCE: Duration = Duration::from_millis(500);

/// The same, with a server to which the client's half had to be ended before: it will have to be again.
const SHORT_PATIENCE: Duration = Duration::from_millis(100);

/// A client that runs longer than this hangs.
const ENDED_WITHIN: Duration = Duration::from_secs(30);

/// The same, after the client hung with another server: a client that hangs with all servers would take hours.
const ENDED_SOONER: Duration = Duration::from_secs(5);

/// Has a client ask everything, one request after the other. Where it hangs, the rest of that cell is not asked, and the reason is its answer. `heard` gets the answer to each, with the number of the task, from 0.
pub(super) async fn ask(
    start: &Start,
    tasks: &[Task],
    slots: &ServerSlots,
    mut heard: impl FnMut(usize, Result<Answered, String>),
) {
    let mut starved: BTreeSet<SocketAddr> = BTreeSet::new();
    // Each cell has an address of its own.
    let mut troubles: BTreeMap<SocketAddr, String> = BTreeMap::new();
    for (id, task) in (1..).zip(tasks) {
        if let Some(why) = troubles.get(&task.address) {
            heard(id - 1, Err(why.clone()));
            continue;
        }
        let patience = match starved.contains(&task.address) {
            true => SHORT_PATIENCE,
            false => PATIENCE,
        };
        let within = match troubles.is_empty() {
            true => ENDED_WITHIN,
            false => ENDED_SOONER,
        };
        let asked = Request {
            start,
            id,
            task,
            patience,
            within,
        };
        let answer = match slots.get(&task.address) {
            Some(slot) => asked.at(&mut *slot.lock().await).await,
            None => asked.of(task.address).await,
        };
        match &answer {
            Ok(answer) if answer.said == ClientOutcome::Starved => {
                starved.insert(task.address);
            }
            Ok(_) => {}
            Err(why) => {
                troubles.insert(task.address, why.clone());
            }
        }
        let when = Instant::now();
        heard(id - 1, answer.map(|answer| Answered { answer, when }));
    }
}

/// A request that is asked, and how long its client may take.
struct Request<'a> {
    start: &'a Start,
    id: usize,
    task: &'a Task,
    patience: Duration,
    within: Duration,
}

impl Request<'_> {
    /// Asks a black-box server, which may die of the request.
    async fn at(&self, slot: &mut ServerSlot) -> Result<Answer, String> {
        let mut again = 0;
        loop {
            let address = slot.listening().await?;
            let answer = slot.during(self.of(address)).await?;
            if matches!(answer.said, ClientOutcome::Reply(_)) {
                return Ok(answer);
            }
            let Some(exit) = slot.ended_within(LAST_WORDS_WITHIN).await else {
                return Ok(answer);
            };
            again += 1;
            // It ended before it got this request, and so not because of it.
            if answer.sent.is_empty() && again == 1 {
                continue;
            }
            let said = ClientOutcome::Died(exit.to_string());
            return Ok(Answer { said, ..answer });
        }
    }

    /// Asks whoever listens there.
    async fn of(&self, server: SocketAddr) -> Result<Answer, String> {
        let Request {
            start,
            id,
            task,
            patience,
            within,
        } = *self;
        let relay = Relay::open(server, &start.network, patience).await;
        let relay = relay.map_err(|error| format!("no relay: {error}"))?;
        let request = task.vector.to_string();
        let mut values = values(task.encoding.name(), relay.address);
        let words = request.split(' ').map(str::to_owned).collect();
        values.insert(Builtin::Request, words);
        let ran = start.invocation(&values);
        let ran = tokio::select! {
            ran = ran.watch(within, LONGEST_LINE) => Some(ran.map_err(|error| error.to_string())?),
            // It waits for an answer although its connection has ended. It is killed when it is dropped.
            () = relay.left_without() => None,
        };
        let passed = relay.close().await;
        let Some(ran) = ran else {
            return Ok(answer(id, ClientOutcome::Starved, passed));
        };
        let complaints = Complaints::of(&ran.stderr).told();
        let Some(exit) = ran.exit else {
            let seconds = within.as_secs();
            let told = format!(
                "asked `{request}` it did not end within {seconds} s{}",
                complaints
            );
            return Err(told);
        };
        if !passed.connected {
            return Err(format!(
                "asked `{request}` it never connected to {}; it {exit}{}",
                relay_address(&values),
                complaints
            ));
        }
        Ok(answer(id, said(exit, &ran.stdout, &passed), passed))
    }
}

fn answer(id: usize, said: ClientOutcome, passed: Passed) -> Answer {
    Answer {
        id,
        said,
        sent: passed.sent,
        received: passed.received,
        from: None,
    }
}

fn relay_address(values: &crate::participant::command::Values) -> String {
    let address = values.get(&Builtin::Address);
    address.map(|words| words.join(" ")).unwrap_or_default()
}

/// What a client saw, from how it ended, what it printed and what passed the relay.
fn said(exit: Exit, printed: &str, passed: &Passed) -> ClientOutcome {
    let words = printed.split_whitespace().collect::<Vec<_>>().join(" ");
    match exit {
        Exit::Code(0) if !words.is_empty() => ClientOutcome::Reply(words),
        _ if passed.hung() => ClientOutcome::Starved,
        Exit::Code(0) => ClientOutcome::Reply(words),
        Exit::Signal(number) => ClientOutcome::Refused(format!("signal-{number}")),
        // It got nothing to refuse: the server said nothing.
        _ if passed.received.is_empty() => ClientOutcome::Closed,
        Exit::Code(code) => ClientOutcome::Refused(format!("exit-{code}")),
    }
}
