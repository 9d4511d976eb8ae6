//! Notes each cell as soon as its client has told it.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;

use super::observed::{self, Logs, Observed};
use super::partial::Partial;
use super::plan::Plan;
use super::share::{Share, Told};
use super::so_far::SoFar;
use crate::observation::{Exchange, Observation};
use crate::participant::ParticipantId;
use kit::pool::Pool;

/// Why a client did not do its share, if it did not; and how long all of it took.
pub(super) type Driven = (Result<(), String>, Duration);

/// The clients at work, each with its share.
pub(super) type Clients = Pool<(ParticipantId, Arc<Share>), Driven>;

/// What is observed, on its way into what is known.
pub(super) struct Noting<'a, 's> {
    plan: &'a Plan,
    logs: &'a Logs,
    partial: &'a Partial,
    so_far: &'a mut SoFar<'s>,
    /// What waits for a server's report of a hang.
    unproved: Vec<Observed>,
    /// Most cells see what others saw, and share it.
    seen: HashSet<Arc<[Exchange]>>,
}

impl<'a, 's> Noting<'a, 's> {
    /// Nothing was observed yet.
    pub(super) fn new(
        plan: &'a Plan,
        logs: &'a Logs,
        partial: &'a Partial,
        so_far: &'a mut SoFar<'s>,
    ) -> Noting<'a, 's> {
        Noting {
            plan,
            logs,
            partial,
            so_far,
            unproved: Vec::new(),
            seen: HashSet::new(),
        }
    }

    /// Notes each cell as soon as its client has told it, until all clients are done.
    ///
    /// No cell counts of a client that went wrong, whatever it told before; so it is with one whose task panicked, and with no others.
    pub(super) async fn all(&mut self, mut clients: Clients, mut told: UnboundedReceiver<Told>) {
        loop {
            let ended = tokio::select! {
                Some(told) = told.recv() => {
                    self.told(told);
                    continue;
                }
                ended = clients.next() => ended,
            };
            // What it told before its end is noted before that.
            while let Ok(told) = told.try_recv() {
                self.told(told);
            }
            let Some(((id, share), driven)) = ended else {
                return;
            };
            let (done, took) = driven.unwrap_or_else(|why| (Err(why), Duration::ZERO));
            self.partial.note(|results| {
                let cost = results.costs.entry(id.clone()).or_default();
                cost.driving += took.as_secs_f64();
                cost.cells += share.cells().len();
            });
            if let Err(why) = done {
                let cells: BTreeSet<usize> = share.cells().collect();
                self.unproved.retain(|one| !cells.contains(&one.cell));
                for cell in cells {
                    self.observed(observed::could_not_run(cell, &id, &why));
                }
            }
        }
    }

    fn told(&mut self, told: Told) {
        let observed = observed::of_cell(told).with_proof(self.plan, self.logs);
        match observed.is_proved() {
            true => self.observed(observed),
            false => self.unproved.push(observed),
        }
    }

    /// Notes what has waited until all servers have ended, with what they have reported since.
    pub(super) fn last(&mut self) {
        for observed in std::mem::take(&mut self.unproved) {
            self.observed(observed.with_proof(self.plan, self.logs));
        }
    }

    fn observed(&mut self, observed: Observed) {
        let observation = match observed.observation {
            Observation::Ran(exchanges) => Observation::Ran(self.seen(exchanges)),
            other => other,
        };
        self.so_far.note(observed.cell, &observation);
        self.partial.note_cell(observed.cell, observation);
    }

    /// The same exchanges, once.
    fn seen(&mut self, exchanges: Arc<[Exchange]>) -> Arc<[Exchange]> {
        if let Some(same) = self.seen.get(&exchanges) {
            return Arc::clone(same);
        }
        self.seen.insert(Arc::clone(&exchanges));
        exchanges
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::outcome::Outcome;
    use crate::run::contract::{Answer, ClientOutcome};
    use crate::run::share::Telling;
    use crate::run::task::Answered;
    use crate::select::{Names, Selection};
    use crate::sums::vectors::{Pair, PairChoice};
    use kit::progress::Progress;
    use tokio::sync::mpsc::unbounded_channel;

    /// A client's answers to one cell, all the same.
    fn answers(count: usize) -> Vec<Result<Answered, String>> {
        let answered = |id| Answered {
            answer: Answer {
                id,
                said: ClientOutcome::Sum(3),
                sent: Vec::new(),
                received: Vec::new(),
                from: None,
            },
            when: Instant::now(),
        };
        (0..count).map(|id| Ok(answered(id))).collect()
    }

    /// What becomes of a client's work, and what of its cells, which it has all told before.
    async fn noted(work: fn() -> Result<(), String>, expected: &str) {
        let names = Names {
            targets: vec!["i686-unknown-linux-gnu".to_owned()],
            encodings: vec!["text".to_owned()],
            ..Names::default()
        };
        let choice = PairChoice::Given(vec![Pair { a: 1, b: 2 }]);
        let selection = Selection::new(None, names, choice, None);
        let selection = selection.unwrap_or_else(|error| panic!("{error}"));
        let plan = Plan::of(&selection);
        let partial = Partial::new(&plan);
        let bad = plan.participants[0].id.clone();
        let mut clients = Clients::new(plan.jobs);
        let (to, told) = unbounded_channel();
        for client in &plan.participants {
            let mut share = Share::default();
            for (number, cell) in plan.cells.iter().enumerate() {
                if cell.client.id == client.id {
                    share.add(number, &cell.encoding, "127.0.0.1:1".parse().unwrap());
                }
            }
            let share = Arc::new(share);
            let mut telling = Telling::new(client.id.clone(), Arc::clone(&share), 1, to.clone());
            let (is_bad, count) = (client.id == bad, share.cells().len());
            clients.spawn((client.id.clone(), share), async move {
                for (task, answer) in answers(count).into_iter().enumerate() {
                    telling.hear(task, answer);
                }
                let done = if is_bad { work() } else { Ok(()) };
                (done, Duration::ZERO)
            });
        }
        drop(to);
        let abis = layout::Abis::builtin();
        let (logs, progress) = (Logs::new(), Progress::quiet());
        let mut so_far = SoFar::new(&plan, abis, &progress);
        let mut noting = Noting::new(&plan, &logs, &partial, &mut so_far);
        noting.all(clients, told).await;
        assert_eq!(noting.seen.len(), 1, "what all saw is kept once");
        let observations = partial.results().unwrap().observations;
        for (cell, observation) in plan.cells.iter().zip(&observations) {
            match observation {
                Observation::CouldNotRun(why) if cell.client.id == bad => {
                    assert!(why.contains(expected), "{why}");
                }
                Observation::Ran(exchanges) if cell.client.id != bad => {
                    assert_eq!(exchanges[0].outcome, Outcome::Sum(3));
                }
                other => panic!("{cell}: {other:?}"),
            }
        }
    }

    #[tokio::test]
    async fn a_client_that_panics_takes_its_own_cells_with_it_and_no_others() {
        noted(|| panic!("out of cheese"), "out of cheese").await;
    }

    #[tokio::test]
    async fn no_cell_counts_of_a_client_that_went_wrong_after_it() {
        noted(|| Err("exited with 3".to_owned()), "exited with 3").await;
    }
}
