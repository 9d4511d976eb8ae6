//! The result of a measurement.

use std::{collections::BTreeMap, fmt, net::SocketAddr, time::Duration};

use tokio::time::Instant;

use super::{pipeline::Ending, plan::Plan, tally::Shared};
use crate::errno::Errno;

/// Counts, speed and latency.
#[derive(Clone, Debug)]
pub struct Report {
    /// The encoding's name.
    pub encoding: &'static str,
    /// The server's address.
    pub addr: SocketAddr,
    /// What was to be measured.
    pub plan: Plan,
    /// Requests that the kernel took whole.
    pub sent: u64,
    /// Replies that came, right or not.
    pub answered: u64,
    /// Replies with a wrong sum.
    pub wrong: u64,
    /// Replies that refuse.
    pub refused: u64,
    /// The first wrong sum or refusal, in words.
    pub first_wrong: Option<String>,
    /// Connections that ended early: how, and how many.
    pub lost: BTreeMap<String, usize>,
    /// From the first request to the last reply.
    pub elapsed: Duration,
    /// From the write of a request to its reply; `None` when no reply came.
    pub latency: Option<Latency>,
}

/// How long replies took, with three significant digits.
#[derive(Clone, Copy, Debug)]
pub struct Latency {
    /// Half of them took no longer.
    pub p50: Duration,
    /// 99 of 100 took no longer.
    pub p99: Duration,
    /// 999 of 1000 took no longer.
    pub p99_9: Duration,
    /// None took longer.
    pub max: Duration,
}

impl Report {
    pub(super) fn new(
        encoding: &'static str,
        addr: SocketAddr,
        plan: Plan,
        start: Instant,
        endings: Vec<Ending>,
        tally: Shared,
    ) -> Self {
        let tally = tally.lock();
        let mut lost = BTreeMap::new();
        for ending in endings {
            if let Some(words) = words(&ending) {
                *lost.entry(words).or_insert(0) += 1;
            }
        }
        let quantile = |part| Duration::from_nanos(tally.latencies.value_at_quantile(part));
        Report {
            encoding,
            addr,
            plan,
            sent: tally.sent,
            answered: tally.answered(),
            wrong: tally.wrong,
            refused: tally.refused,
            first_wrong: tally.first_wrong.clone(),
            lost,
            elapsed: tally.last.map_or(Duration::ZERO, |last| last - start),
            latency: (!tally.latencies.is_empty()).then(|| Latency {
                p50: quantile(0.5),
                p99: quantile(0.99),
                p99_9: quantile(0.999),
                max: Duration::from_nanos(tally.latencies.max()),
            }),
        }
    }

    /// Requests that were sent whole and got no reply.
    pub fn unanswered(&self) -> u64 {
        self.sent - self.answered
    }

    /// Replies a second.
    pub fn throughput(&self) -> f64 {
        let seconds = self.elapsed.as_secs_f64();
        if seconds > 0.0 {
            self.answered as f64 / seconds
        } else {
            0.0
        }
    }

    /// What went wrong, in words; `None` when every request got its sum.
    pub fn failure(&self) -> Option<String> {
        let mut failures = Vec::new();
        if let Some(first) = &self.first_wrong {
            failures.push(format!(
                "{} sums were wrong and {} requests refused (the first: {first})",
                self.wrong, self.refused
            ));
        }
        if !self.lost.is_empty() {
            let total: usize = self.lost.values().sum();
            let how: Vec<String> = self
                .lost
                .iter()
                .map(|(how, count)| format!("{count} {how}"))
                .collect();
            failures.push(format!(
                "of {} connections {total} were lost ({})",
                self.plan.connections,
                how.join(", ")
            ));
        }
        if failures.is_empty() && self.unanswered() == 0 {
            return None;
        }
        failures.push(self.counts());
        Some(failures.join("; "))
    }

    fn counts(&self) -> String {
        format!(
            "sent {}, answered {}, unanswered {}",
            self.sent,
            self.answered,
            self.unanswered()
        )
    }
}

/// For people.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Plan {
            connections, depth, ..
        } = self.plan;
        writeln!(
            f,
            "{} at {}: connections {connections}, depth {depth}, {:.3} s",
            self.encoding,
            self.addr,
            self.elapsed.as_secs_f64()
        )?;
        writeln!(
            f,
            "{}; wrong {}, refused {}",
            self.counts(),
            self.wrong,
            self.refused
        )?;
        write!(f, "{:.0} requests/s", self.throughput())?;
        if let Some(latency) = self.latency {
            let Latency {
                p50,
                p99,
                p99_9,
                max,
            } = latency;
            write!(
                f,
                "; latency p50 {p50:.1?}, p99 {p99:.1?}, p99.9 {p99_9:.1?}, max {max:.1?}"
            )?;
        }
        Ok(())
    }
}

fn words(ending: &Ending) -> Option<String> {
    Some(match ending {
        Ending::Done => return None,
        Ending::Closed => "closed by the server".to_owned(),
        Ending::Broken(error) => Errno(error).to_string(),
        Ending::Garbled => "with what is no reply in this encoding".to_owned(),
        Ending::Unasked => "with a reply too many".to_owned(),
        Ending::Silent => "without a reply for too long".to_owned(),
        Ending::Lost => "by a fault of this program".to_owned(),
    })
}
