//! Clients as they are: a process for each request, with a relay between it and the server, that sees the octets.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use cross::process::Exit;

use super::build::Start;
use super::child::LAST_WORDS_WITHIN;
use super::contract::{Answer, ClientOutcome};
use super::listen::values;
use super::relay::{Passed, Relay};
use super::server_slot::{ServerSlot, ServerSlots};
use super::task::{Answered, Task};
use crate::participant::command::Builtin;
use kit::lines::{LONGEST_LINE, printable};

/// How long both ends may be silent, once the client has said something, before the relay ends the client's half. A server that has the whole request answers all the same.
const PATIENCE: Duration = Duration::from_millis(500);

/// The same, where it had to be ended before: what waits for ever once does so again.
const SHORT_PATIENCE: Duration = Duration::from_millis(100);

/// A client that is still running then hangs.
const ENDED_WITHIN: Duration = Duration::from_secs(30);

/// The same, where it came to no end with another server: what does so with all would take hours.
const ENDED_SOONER: Duration = Duration::from_secs(5);

/// Has a client ask everything, one request after the other; of a cell in which it does not come to an end, why.
pub(super) async fn ask(
    start: &Start,
    tasks: &[Task],
    slots: &ServerSlots,
    progress: impl Fn(),
) -> Vec<Result<Answered, String>> {
    let mut answers = Vec::with_capacity(tasks.len());
    let mut starved: BTreeSet<SocketAddr> = BTreeSet::new();
    // Each cell has an address of its own; the rest of one in trouble is not asked.
    let mut troubles: BTreeMap<SocketAddr, String> = BTreeMap::new();
    for (id, task) in (1..).zip(tasks) {
        if let Some(why) = troubles.get(&task.address) {
            answers.push(Err(why.clone()));
            progress();
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
        let asked = Asked {
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
        progress();
        answers.push(answer.map(|answer| Answered {
            answer,
            when: Instant::now(),
        }));
    }
    answers
}

/// A request, and how long who asks it is waited for.
struct Asked<'a> {
    start: &'a Start,
    id: usize,
    task: &'a Task,
    patience: Duration,
    within: Duration,
}

impl Asked<'_> {
    /// Asks a server that is as it is, and that may die of it.
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
            // It had ended before it got this request: not with it, then.
            if answer.sent.is_empty() && again == 1 {
                continue;
            }
            let said = ClientOutcome::Died(exit.to_string());
            return Ok(Answer { said, ..answer });
        }
    }

    /// Asks whoever listens there.
    async fn of(&self, server: SocketAddr) -> Result<Answer, String> {
        let Asked {
            start,
            id,
            task,
            patience,
            within,
        } = *self;
        let relay = Relay::open(server, patience).await;
        let relay = relay.map_err(|error| format!("no relay: {error}"))?;
        let request = task.vector.to_string();
        let mut values = values(task.encoding.name(), relay.address);
        let words = request.split(' ').map(str::to_owned).collect();
        values.insert(Builtin::Request, words);
        let ran = start.invocation(&values);
        let ran = tokio::select! {
            ran = ran.watch(within, LONGEST_LINE) => Some(ran.map_err(|error| error.to_string())?),
            // Dropped, it is killed: it waits for an answer though its connection has ended.
            () = relay.left_without() => None,
        };
        let passed = relay.close().await;
        let Some(ran) = ran else {
            return Ok(answer(id, ClientOutcome::Starved, passed));
        };
        let last_words = || {
            let line = ran.stderr.lines().last().unwrap_or_default();
            match line {
                "" => String::new(),
                line => format!(":\n    {}", printable(line.as_bytes())),
            }
        };
        let Some(exit) = ran.exit else {
            let seconds = within.as_secs();
            let told = format!(
                "asked `{request}` it did not end within {seconds} s{}",
                last_words()
            );
            return Err(told);
        };
        if !passed.connected {
            return Err(format!(
                "asked `{request}` it never connected to {}; it {exit}{}",
                relay_address(&values),
                last_words()
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

/// What an end, what was printed and what passed come to.
fn said(exit: Exit, printed: &str, passed: &Passed) -> ClientOutcome {
    let words = printed.split_whitespace().collect::<Vec<_>>().join(" ");
    match exit {
        Exit::Code(0) if !words.is_empty() => ClientOutcome::Reply(words),
        _ if passed.starved() => ClientOutcome::Starved,
        Exit::Code(0) => ClientOutcome::Reply(words),
        Exit::Signal(number) => ClientOutcome::Refused(format!("signal-{number}")),
        // It has nothing to refuse for but the server's silence.
        _ if passed.received.is_empty() => ClientOutcome::Closed,
        Exit::Code(code) => ClientOutcome::Refused(format!("exit-{code}")),
    }
}
