//! What must be observed in a scenario, and what was.

use std::time::Duration;

/// What both ends observed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed {
    /// At the client, or at the socket that plays it.
    pub client: Account,
    /// At the server, including what the kernel shows of it.
    pub server: Account,
    /// What the network did to what they sent, where it was to do something.
    pub network: Account,
    /// The time from the failure to the client's end; `None` where the client did not fail.
    pub took: Option<Duration>,
}

/// What one end observed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Account {
    /// In the order of observation.
    pub points: Vec<Point>,
}

/// One thing that must be observed.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// What must be observed, in words.
    pub expected: String,
    /// What was observed. Equal to `expected` where it held, unless `expected` is a choice.
    pub observed: String,
    /// Whether it is as expected.
    pub held: bool,
}

/// The bound of what must come at once.
pub(crate) const AT_ONCE: Duration = Duration::from_secs(1);

impl Observed {
    /// Whether every point held. Without a single point nothing held.
    pub fn held(&self) -> bool {
        let mut points = self
            .client
            .points
            .iter()
            .chain(&self.server.points)
            .peekable();
        points.peek().is_some() && points.all(|point| point.held)
    }

    /// Checks that the client's end came within a bound. `took` is by the clock, and what counts is how long the client was seen `asleep`: a client that waits for a processor is not late.
    pub(crate) fn ended_within(&mut self, bound: Duration, took: Duration, asleep: Duration) {
        self.took = Some(took);
        self.client.within(bound, asleep);
    }

    /// The same, at once.
    pub(crate) fn at_once(&mut self, took: Duration, asleep: Duration) {
        self.ended_within(AT_ONCE, took, asleep);
    }
}

impl Account {
    /// Checks that `observed` is `expected`.
    pub(crate) fn is(&mut self, expected: impl Into<String>, observed: impl Into<String>) {
        let (expected, observed) = (expected.into(), observed.into());
        let held = expected == observed;
        self.points.push(Point {
            expected,
            observed,
            held,
        });
    }

    /// Notes whether what was observed is as it must be.
    pub(crate) fn point(
        &mut self,
        expected: impl Into<String>,
        observed: impl Into<String>,
        held: bool,
    ) {
        self.points.push(Point {
            expected: expected.into(),
            observed: observed.into(),
            held,
        });
    }

    /// Checks that `observed` is one of these.
    pub(crate) fn is_one_of(&mut self, expected: &[&str], observed: impl Into<String>) {
        let observed = observed.into();
        self.points.push(Point {
            expected: expected.join(" or "),
            held: expected.contains(&observed.as_str()),
            observed,
        });
    }

    /// Checks that it took less than `bound`, `took` being time in which nobody waited for a processor.
    pub(crate) fn within(&mut self, bound: Duration, took: Duration) {
        let expected = if bound == AT_ONCE {
            "at once".to_owned()
        } else {
            format!("within {} s", bound.as_secs_f64())
        };
        let held = took < bound;
        let observed = if held {
            expected.clone()
        } else {
            format!("after {:.1} s", took.as_secs_f64())
        };
        self.points.push(Point {
            expected,
            observed,
            held,
        });
    }

    /// What was expected, in one line.
    pub fn expected(&self) -> String {
        self.line(|point| &point.expected)
    }

    /// What was observed, in one line.
    pub fn observed(&self) -> String {
        self.line(|point| &point.observed)
    }

    fn line(&self, which: fn(&Point) -> &str) -> String {
        let words: Vec<_> = self.points.iter().map(which).collect();
        words.join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_that_looked_at_nothing_did_not_hold() {
        assert!(!Observed::default().held());
    }

    #[test]
    fn one_point_that_did_not_hold_is_enough() {
        let mut observed = Observed::default();
        observed.client.is("3", "3");
        assert!(observed.held());
        observed.server.is_one_of(&["ECONNRESET", "EPIPE"], "EPIPE");
        assert!(observed.held());
        observed
            .server
            .is_one_of(&["ECONNRESET", "EPIPE"], "ETIMEDOUT");
        assert!(!observed.held());
        assert_eq!(
            (observed.server.expected(), observed.server.observed()),
            (
                "ECONNRESET or EPIPE; ECONNRESET or EPIPE".to_owned(),
                "EPIPE; ETIMEDOUT".to_owned()
            )
        );
    }

    #[test]
    fn lateness_is_reported_with_its_time() {
        let mut observed = Observed::default();
        let late = Duration::from_secs(43);
        observed.at_once(late, Duration::from_millis(999));
        assert!(observed.held(), "a busy machine is no lateness");
        observed.at_once(Duration::from_millis(1500), Duration::from_millis(1500));
        assert!(!observed.held());
        assert_eq!(observed.client.observed(), "at once; after 1.5 s");
        assert_eq!(observed.took, Some(Duration::from_millis(1500)));
    }
}
