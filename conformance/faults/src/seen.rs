//! What had to be seen, and what was.

use std::time::Duration;

/// What both ends saw.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    /// The client, or whoever plays it.
    pub client: Account,
    /// The server, and what the kernel says about it.
    pub server: Account,
    /// How long the client took, from the failure to its end; nothing where it did not fail.
    pub took: Option<Duration>,
}

/// What one end saw.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Account {
    /// In the order in which it was seen.
    pub points: Vec<Point>,
}

/// One thing that must be seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// In words.
    pub expected: String,
    /// In the same words, where it was seen.
    pub observed: String,
    /// Whether it was.
    pub held: bool,
}

/// What comes at once comes sooner than this.
pub(super) const AT_ONCE: Duration = Duration::from_secs(1);

impl Seen {
    /// Whether all was seen that had to be. Where nothing was looked at, nothing held.
    pub fn held(&self) -> bool {
        let mut points = self
            .client
            .points
            .iter()
            .chain(&self.server.points)
            .peekable();
        points.peek().is_some() && points.all(|point| point.held)
    }

    /// The client's end must have come at once.
    pub(super) fn at_once(&mut self, took: Duration) {
        self.took = Some(took);
        self.client.within(AT_ONCE, took);
    }
}

impl Account {
    /// `observed` must be `expected`.
    pub(super) fn is(&mut self, expected: impl Into<String>, observed: impl Into<String>) {
        let (expected, observed) = (expected.into(), observed.into());
        let held = expected == observed;
        self.points.push(Point {
            expected,
            observed,
            held,
        });
    }

    /// `observed` must be one of these.
    pub(super) fn is_one_of(&mut self, expected: &[&str], observed: impl Into<String>) {
        let observed = observed.into();
        self.points.push(Point {
            expected: expected.join(" or "),
            held: expected.contains(&observed.as_str()),
            observed,
        });
    }

    /// It must have taken less than `bound`.
    pub(super) fn within(&mut self, bound: Duration, took: Duration) {
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
        assert!(!Seen::default().held());
    }

    #[test]
    fn one_point_that_did_not_hold_is_enough() {
        let mut seen = Seen::default();
        seen.client.is("3", "3");
        assert!(seen.held());
        seen.server.is_one_of(&["ECONNRESET", "EPIPE"], "EPIPE");
        assert!(seen.held());
        seen.server.is_one_of(&["ECONNRESET", "EPIPE"], "ETIMEDOUT");
        assert!(!seen.held());
        assert_eq!(
            (seen.server.expected(), seen.server.observed()),
            (
                "ECONNRESET or EPIPE; ECONNRESET or EPIPE".to_owned(),
                "EPIPE; ETIMEDOUT".to_owned()
            )
        );
    }

    #[test]
    fn late_is_told_with_its_time() {
        let mut seen = Seen::default();
        seen.at_once(Duration::from_millis(999));
        assert!(seen.held());
        seen.at_once(Duration::from_millis(1500));
        assert!(!seen.held());
        assert_eq!(seen.client.observed(), "at once; after 1.5 s");
        assert_eq!(seen.took, Some(Duration::from_millis(1500)));
    }
}
