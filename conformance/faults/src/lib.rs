//! The failure scenarios: a real server, a real client, and a real kernel that does the failing.
//!
//! Each is a file in `scenarios`. It is given a [`Lab`] to start programs and networks in, and writes down what it [`Seen`] beside what had to be seen.
//! No scenario sleeps for luck: it waits until it sees a state, with a bound ([`wait`]).

mod client;
mod halt;
mod kernel;
mod lab;
mod log;
mod network;
pub mod report;
mod scenarios;
mod seen;
mod server;
mod tools;
mod unreachable;
mod wait;
mod wired;

pub use halt::Halt;
pub use lab::Lab;
pub use scenarios::{all, named};
pub use seen::{Account, Point, Seen};
pub use tools::Tools;

use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use kit::progress::Bar;

/// A failure, and how to make it happen.
pub struct Scenario {
    /// Its name on the command line and in reports.
    pub name: &'static str,
    /// What must be seen, in words.
    pub must: &'static str,
    /// Where it happens.
    pub place: Place,
    /// Makes it happen and writes down what was seen.
    pub run: for<'a> fn(&'a Lab, &'a mut Seen) -> Running<'a>,
}

/// Where a scenario happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// On this machine, over its loopback.
    Here,
    /// Between hosts of its own, made of network namespaces.
    Network,
}

/// A scenario under way.
pub type Running<'a> = Pin<Box<dyn Future<Output = Result<(), Halt>> + Send + 'a>>;

/// What became of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All that must be seen was seen.
    Held,
    /// Something else was seen.
    Broken,
    /// It did not happen: this machine cannot make it happen.
    CouldNotRun,
}

/// A scenario that was run, or tried.
pub struct Judged {
    /// Which.
    pub scenario: &'static Scenario,
    /// What was seen, as far as it came.
    pub seen: Seen,
    /// Why it ended early, if it did.
    pub halt: Option<Halt>,
}

impl Judged {
    /// From what was seen alone.
    pub fn verdict(&self) -> Verdict {
        match &self.halt {
            Some(Halt::CouldNotRun(_)) => Verdict::CouldNotRun,
            Some(Halt::NeverSeen(_)) => Verdict::Broken,
            None if self.seen.held() => Verdict::Held,
            None => Verdict::Broken,
        }
    }
}

/// Runs scenarios, `jobs` at a time; the results are in their order.
pub async fn run(
    scenarios: &[&'static Scenario],
    lab: &Arc<Lab>,
    jobs: usize,
    bar: &Bar,
) -> Vec<Judged> {
    let turns = Arc::new(Semaphore::new(jobs));
    let mut running = JoinSet::new();
    for (place, &scenario) in scenarios.iter().enumerate() {
        let (lab, turns, bar) = (Arc::clone(lab), Arc::clone(&turns), bar.clone());
        running.spawn(async move {
            // The semaphore is never closed, so the turn comes.
            let _turn = turns.acquire().await;
            bar.at(scenario.name);
            let mut seen = Seen::default();
            let halt = (scenario.run)(&lab, &mut seen).await.err();
            bar.done();
            (
                place,
                Judged {
                    scenario,
                    seen,
                    halt,
                },
            )
        });
    }
    let mut judged = Vec::new();
    while let Some(done) = running.join_next().await {
        // A scenario that panicked is a bug of this program, which has told it.
        judged.extend(done.ok());
    }
    judged.sort_by_key(|(place, _)| *place);
    judged.into_iter().map(|(_, judged)| judged).collect()
}
