//! Waiting for a state that can be seen, with a bound that a busy machine does not use up.
//!
//! A bound counts what was seen, not what the clock says: between two looks passes at most twice the time that was meant to be between them, however long this process had to wait for a processor.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::kernel::{Ends, Pid};
use crate::observation::Halt;

/// The longest wait. Nothing takes so long on a machine that works: where TCP's timers matter, scenarios set them to seconds.
pub(crate) const MAX_WAIT: Duration = Duration::from_secs(20);

/// The time between the first looks. What does not come soon is looked for less and less often: a look costs the machine something, too.
const FIRST_INTERVAL: Duration = Duration::from_millis(5);
const LAST_INTERVAL: Duration = Duration::from_millis(50);

/// Time as it is seen by looking.
struct Looks {
    last: Instant,
    interval: Duration,
}

impl Looks {
    fn begin() -> Looks {
        Looks {
            last: Instant::now(),
            interval: FIRST_INTERVAL,
        }
    }

    /// The time since the last look, as far as it counts.
    fn passed(&mut self) -> Duration {
        let now = Instant::now();
        let passed = (now - self.last).min(2 * self.interval);
        self.last = now;
        self.interval = (self.interval * 5 / 4).min(LAST_INTERVAL);
        passed
    }
}

/// Looks again and again until `look` sees something.
///
/// # Errors
/// Those of `look`, and [`Halt::NeverSeen`] after [`MAX_WAIT`].
pub(crate) async fn until<T>(
    what: impl Display,
    look: impl FnMut() -> Result<Option<T>, Halt>,
) -> Result<T, Halt> {
    let seen = until_within(MAX_WAIT, look).await?;
    seen.ok_or_else(|| never(what))
}

/// The same with another bound; `None` when it is over.
pub(crate) async fn until_within<T>(
    bound: Duration,
    mut look: impl FnMut() -> Result<Option<T>, Halt>,
) -> Result<Option<T>, Halt> {
    let (mut looks, mut passed) = (Looks::begin(), Duration::ZERO);
    loop {
        if let Some(seen) = look()? {
            return Ok(Some(seen));
        }
        if passed > bound {
            return Ok(None);
        }
        sleep(looks.interval).await;
        passed += looks.passed();
    }
}

/// Waits for something that comes by itself.
pub(crate) async fn coming<T>(
    what: impl Display,
    coming: impl Future<Output = T>,
) -> Result<T, Halt> {
    let (come, _) = while_asleep(&[], MAX_WAIT, coming).await;
    come.ok_or_else(|| never(what))
}

/// What those do on whom something depends that is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doing {
    /// They wait: only this time counts.
    Sleep,
    /// They compute, or wait for a processor.
    Compute,
    /// They wait for a packet that the network has not carried yet.
    Send,
}

/// The longest wait for the network. TCP sends a segment again after 1 s, 2 s, 4 s and so on (RFC 6298): that one of five is lost seven times in turn happens to one in 80,000.
const MAX_SENDING: Duration = Duration::from_secs(120);

/// Waits for something that depends on these processes. Only the time counts in which all of them were seen asleep: a program that waits for a processor is not late. Gives that time, too; `None` when it was longer than `bound`.
///
/// A process that is gone counts as asleep.
pub(crate) async fn while_asleep<T>(
    processes: &[Pid],
    bound: Duration,
    coming: impl Future<Output = T>,
) -> (Option<T>, Duration) {
    let busy = Busy::since_now(processes);
    let waited = while_doing(bound, || Ok(busy.doing(processes)), coming).await;
    // Nobody was seen to send.
    waited.unwrap_or((None, bound))
}

/// The same, where `doing` says what time counts.
///
/// # Errors
/// Those of `doing`, and [`Halt::CouldNotRun`] after a packet was waited for for too long.
pub(crate) async fn while_doing<T>(
    bound: Duration,
    mut doing: impl FnMut() -> Result<Doing, Halt>,
    coming: impl Future<Output = T>,
) -> Result<(Option<T>, Duration), Halt> {
    let mut coming = std::pin::pin!(coming);
    let (mut looks, mut asleep, mut sending) = (Looks::begin(), Duration::ZERO, Duration::ZERO);
    loop {
        tokio::select! {
            biased;
            come = &mut coming => return Ok((Some(come), asleep)),
            () = sleep(looks.interval) => {}
        }
        let passed = looks.passed();
        match doing()? {
            Doing::Sleep => asleep += passed,
            Doing::Compute => {}
            Doing::Send => sending += passed,
        }
        if asleep > bound {
            return Ok((None, asleep));
        }
        if sending > MAX_SENDING {
            let seconds = MAX_SENDING.as_secs();
            return Err(Halt::CouldNotRun(format!(
                "the network did not carry a packet in {seconds} s"
            )));
        }
    }
}

/// How much processes had computed before they were waited for.
pub(crate) struct Busy {
    before: BTreeMap<Pid, u64>,
}

impl Busy {
    /// These processes, from now on.
    pub(crate) fn since_now(processes: &[Pid]) -> Busy {
        let before = processes.iter().map(|one| (*one, cpu_time(*one)));
        Busy {
            before: before.collect(),
        }
    }

    /// Whether all of these are asleep, those among them that were started since. One that has computed for longer than [`MAX_WAIT`] never ends by itself, and counts as asleep.
    pub(crate) fn doing(&self, processes: &[Pid]) -> Doing {
        let rests = |process: &Pid| {
            let before = self.before.get(process).copied().unwrap_or_default();
            process.is_asleep() || cpu_time(*process).saturating_sub(before) > MAX_CPU_TIME
        };
        if processes.iter().all(rests) {
            Doing::Sleep
        } else {
            Doing::Compute
        }
    }
}

/// [`MAX_WAIT`] in hundredths of a second.
const MAX_CPU_TIME: u64 = MAX_WAIT.as_secs() * 100;

/// That of a process that is gone is none.
fn cpu_time(process: Pid) -> u64 {
    process.cpu_time().unwrap_or_default()
}

impl Pid {
    /// Waits until a connection's end is in this state.
    pub(crate) async fn in_state(self, ends: Ends, state: &str) -> Result<(), Halt> {
        let what = format!("{} <-> {} in state {state}", ends.local, ends.remote);
        until(what, || Ok((self.state(ends)? == state).then_some(()))).await
    }
}

/// It did not come within [`MAX_WAIT`].
pub(super) fn never(what: impl Display) -> Halt {
    let seconds = MAX_WAIT.as_secs();
    Halt::NeverSeen(format!("waited {seconds} s in vain: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cross::process::Invocation;

    const BOUND: Duration = Duration::from_millis(100);

    #[tokio::test]
    async fn only_the_time_in_which_a_program_sleeps_counts() {
        let sleeps = Invocation::new("/bin/sleep").arg("1000").start().unwrap();
        let spins = Invocation::new("/bin/sh").args(["-c", "while :; do :; done"]);
        let spins = spins.start().unwrap();
        let (sleeps, spins) = (Pid(sleeps.pid().unwrap()), Pid(spins.pid().unwrap()));
        let never = std::future::pending::<()>();
        let (come, asleep) = while_asleep(&[sleeps], BOUND, never).await;
        assert_eq!(come, None);
        assert!(asleep > BOUND);
        // As long as it takes the other one twice: the clock says nothing.
        let clock =
            async { while_asleep(&[sleeps], 2 * BOUND, std::future::pending::<()>()).await };
        let (come, asleep) = while_asleep(&[spins], BOUND, clock).await;
        assert!(come.is_some(), "asleep for {asleep:?}");
    }

    #[tokio::test]
    async fn the_time_in_which_the_network_carries_a_packet_counts_for_itself() {
        let mut looks = 0;
        let doing = || {
            looks += 1;
            Ok(if looks > 20 {
                Doing::Sleep
            } else {
                Doing::Send
            })
        };
        let never = std::future::pending::<()>();
        let (come, _) = while_doing(BOUND, doing, never).await.unwrap();
        assert_eq!(come, None);
        assert!(looks > 20, "{looks}");
    }

    #[tokio::test]
    async fn a_look_counts_for_little_however_late_it_is() {
        let begun = Instant::now();
        let mut looks = 0;
        let seen = until_within(BOUND, || {
            looks += 1;
            // For longer than the bound this process has something else to do.
            let busy = Instant::now();
            while busy.elapsed() < 2 * BOUND {
                std::hint::spin_loop();
            }
            Ok((looks == 5).then_some(()))
        });
        assert_eq!(seen.await.unwrap(), Some(()));
        assert!(begun.elapsed() > BOUND);
    }
}
