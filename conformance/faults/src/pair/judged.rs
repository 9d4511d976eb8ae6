//! What was seen of a user's programs, beside what they are held to.

use std::time::Duration;

use super::asked::ClientEnd;
use super::hosts::{Hosts, ServerEnd};
use super::more::More;
use super::programs::Said;
use super::service::holdings;
use super::terms::{ClientEnds, Left, ServerEnds};
use crate::observation::{Halt, Observed};
use crate::testbed::{until_within, while_doing};

impl Hosts<'_> {
    /// Checks how a client ended.
    pub(crate) fn judge(&self, observed: &mut Observed, end: &ClientEnd) {
        let seconds = self.expected.within.as_secs_f64();
        let replied = self.is_right(end);
        let told = matches!(end.said, Some(Said::Failed(_)));
        let (words, held) = match self.expected.client {
            ClientEnds::Reply => (format!("the reply within {seconds} s"), replied),
            ClientEnds::Told => (format!("told within {seconds} s"), told),
            ClientEnds::ReplyOrTold => (
                format!("the reply, or told, within {seconds} s"),
                replied || told,
            ),
            ClientEnds::Waits => ("still waits, as is known".to_owned(), end.said.is_none()),
            ClientEnds::Any => ("whatever it likes".to_owned(), true),
        };
        let words = self.with_reason(&words);
        // Whoever got its reply, or still waits, did not end by what went wrong.
        if matches!(end.said, Some(Said::Failed(_) | Said::Hidden(_))) {
            observed.took = Some(end.took);
        }
        observed.client.point(words, self.told(end), held);
    }

    /// Checks how a server ended that was asked to.
    pub(crate) fn judge_end(&self, observed: &mut Observed, end: &ServerEnd) {
        let seconds = self.expected.within.as_secs_f64();
        let (how, left) = match end {
            ServerEnd::StillRuns => ("still runs".to_owned(), None),
            ServerEnd::Ended { how, left } => (how.clone(), Some(*left)),
        };
        let ended = format!("ends within {seconds} s");
        observed.server.point(ended, how, left.is_some());
        if let Some(left) = left {
            let held = match self.expected.left {
                Left::Nothing => left == 0,
                Left::Something => left > 0,
                Left::Any => true,
            };
            let seen = match left {
                1 => "1 process left".to_owned(),
                left => format!("{left} processes left"),
            };
            observed
                .server
                .point(self.expected.left.words(), seen, held);
        }
    }

    /// Checks that the next client is served, and that nothing is left then.
    pub(crate) async fn aftermath(&self, observed: &mut Observed) -> Result<(), Halt> {
        match self.next_client(observed).await? {
            true => self.nothing_left(observed).await,
            false => Ok(()),
        }
    }

    /// Checks that the next client is served. Whether it is.
    pub(crate) async fn next_client(&self, observed: &mut Observed) -> Result<bool, Halt> {
        if self.expected.server == ServerEnds::Any {
            return Ok(false);
        }
        let end = self.ask().await?;
        let serves = self.is_right(&end);
        let seen = match serves {
            true => "serves the next client".to_owned(),
            false => format!("the next client {}", self.told(&end)),
        };
        if self.expected.server == ServerEnds::Stuck {
            let known = self.with_reason("does not serve the next client, as is known");
            observed.server.point(known, seen, !serves);
            return Ok(false);
        }
        observed
            .server
            .point("serves the next client", seen, serves);
        Ok(serves)
    }

    /// Checks that the server has no more than it had before.
    pub(crate) async fn nothing_left(&self, observed: &mut Observed) -> Result<(), Halt> {
        if self.expected.left == Left::Any {
            return Ok(());
        }
        let clear = until_within(Duration::MAX, || {
            let more = More::of(holdings(&self.network)?, self.before);
            Ok((more == More::Nothing).then_some(()))
        });
        // A server that waits for a processor is not late, nor is one that the network keeps from hearing of an end.
        let (cleared, _) = while_doing(self.expected.within, self.doing(&[])?, clear).await?;
        cleared.transpose()?;
        let more = More::of(holdings(&self.network)?, self.before);
        let expected = self.with_reason(self.expected.left.words());
        let held = more.held(self.expected.left);
        observed.server.point(expected, more.words(), held);
        Ok(())
    }

    /// What is expected, with the user's reason for it.
    fn with_reason(&self, words: &str) -> String {
        match &self.expected.reason {
            Some(reason) => format!("{words} ({reason})"),
            None => words.to_owned(),
        }
    }

    /// Whether a client got the right reply.
    pub(crate) fn is_right(&self, end: &ClientEnd) -> bool {
        let right = self.lab.programs.right();
        matches!(&end.said, Some(Said::Reply(words)) if words == right)
    }

    /// How a client ended, in words.
    pub(crate) fn told(&self, end: &ClientEnd) -> String {
        let said = match (&end.said, end.words.as_str()) {
            (Some(said), "") => (said, String::new()),
            (Some(said), words) => (said, format!(" ({words})")),
            (None, _) => return "still waits".to_owned(),
        };
        match said {
            (Said::Reply(words), _) if words == self.lab.programs.right() => {
                "got the reply".to_owned()
            }
            (Said::Reply(words), _) => format!("got another reply: `{words}`"),
            (Said::Failed(how), words) => format!("was told: {how}{words}"),
            (Said::Hidden(how), words) => format!("tells nobody: {how}{words}"),
        }
    }
}
