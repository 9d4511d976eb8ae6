//! Two hosts with a user's server on one of them, what its clients see, and what is left afterwards.

use nix::sys::signal::Signal;
use procfs::net::TcpState;

use super::asked::{Asked, ClientEnd};
use super::lab::PairLab;
use super::programs::Said;
use super::service::{
    Holdings, Service, holdings, kill_all, of_server, settled, signal_all, stop_all,
};
use super::terms::{ClientEnds, Expected, Left, ServerEnds};
use crate::observation::{Halt, Observed};
use crate::testbed::{Addresses, Network, Pid, until, until_within};

/// Two hosts, and what the programs on them are held to.
pub(crate) struct Hosts<'a> {
    pub(crate) lab: &'a PairLab,
    pub(crate) network: Network,
    pub(crate) expected: Expected,
    service: Option<Service>,
    /// What the server had when nobody was connected.
    before: Holdings,
}

/// What came of a server that was asked to end.
pub(crate) enum ServerEnd {
    /// It still runs.
    StillRuns,
    /// It ended.
    Ended {
        /// `exit 0`, `killed by SIGTERM`.
        how: String,
        /// How many processes that it started did not.
        left: usize,
    },
}

impl<'a> Hosts<'a> {
    /// Two hosts on which nothing runs.
    pub(crate) async fn bare(
        lab: &'a PairLab,
        scenario: &str,
        client: ClientEnds,
    ) -> Result<Hosts<'a>, Halt> {
        Ok(Hosts {
            lab,
            network: Network::new(&lab.tools, Addresses::Loopback).await?,
            expected: lab.terms.of(scenario, client),
            service: None,
            before: Holdings::default(),
        })
    }

    /// Two hosts with a server that has served a client: what goes wrong afterwards is due to what a scenario does.
    ///
    /// # Errors
    /// The hosts cannot be made, or the programs do not get on even where nothing disturbs them.
    pub(crate) async fn new(
        lab: &'a PairLab,
        scenario: &str,
        client: ClientEnds,
    ) -> Result<Hosts<'a>, Halt> {
        let mut hosts = Hosts::bare(lab, scenario, client).await?;
        hosts.begin_undisturbed().await?;
        Ok(hosts)
    }

    /// As [`begin`](Hosts::begin), before anything goes wrong: what is wrong even then is another scenario's.
    pub(crate) async fn begin_undisturbed(&mut self) -> Result<(), Halt> {
        self.begin().await.map_err(|halt| match halt {
            Halt::NeverSeen(why) => Halt::CouldNotRun(format!(
                "the programs do not get on where nothing disturbs them (scenario `undisturbed`): {why}"
            )),
            other => other,
        })
    }

    /// Starts the server, has it serve a client, and notes what it has then.
    pub(crate) async fn begin(&mut self) -> Result<(), Halt> {
        self.serve().await?;
        let end = self.ask().await?;
        if !self.is_right(&end) {
            return Err(Halt::NeverSeen(format!(
                "the client was to get its reply, and {}",
                self.told(&end)
            )));
        }
        self.before = settled(&self.network.server, self.expected.within).await?;
        Ok(())
    }

    /// Starts the server, and waits until it listens.
    pub(crate) async fn serve(&mut self) -> Result<(), Halt> {
        // The old one goes first.
        self.service = None;
        self.service = Some(Service::start(self.lab, &self.network.server).await?);
        Ok(())
    }

    /// Has a client make its request, and waits for its end.
    pub(crate) async fn ask(&self) -> Result<ClientEnd, Halt> {
        let client = self.client().await?;
        self.end_of(client).await
    }

    /// Starts a client.
    pub(crate) async fn client(&self) -> Result<Asked, Halt> {
        Asked::start(self.lab, &self.network.client).await
    }

    /// Waits for a client's end, as long as not everybody sleeps for longer than is expected.
    pub(crate) async fn end_of(&self, client: Asked) -> Result<ClientEnd, Halt> {
        let servers = self.network.server.residents()?;
        client.end(self.lab, &servers, self.expected.within).await
    }

    /// Starts a client, and waits until its request is at the server's host, which has not read it: the server is stopped.
    pub(crate) async fn client_that_waits(&self) -> Result<Asked, Halt> {
        let client = self.client().await?;
        let network = self.network.server.pid()?;
        let unread = until_within(self.expected.within, || {
            let sockets = of_server(network)?;
            Ok(sockets.iter().any(|one| one.rx_queue > 0).then_some(()))
        });
        match unread.await? {
            Some(()) => Ok(client),
            None => Err(Halt::CouldNotRun(
                "no octet of a request came to the server's host: a client that waits for the server to speak cannot be made to wait for a reply".to_owned(),
            )),
        }
    }

    /// Stops the server: its kernel goes on.
    pub(crate) async fn stop_server(&self) -> Result<(), Halt> {
        stop_all(&self.network.server).await
    }

    /// Has the server go on.
    pub(crate) fn go_on(&self) -> Result<(), Halt> {
        signal_all(&self.network.server, Signal::SIGCONT)
    }

    /// Kills the server, with everything that it started.
    pub(crate) async fn kill_server(&mut self) -> Result<(), Halt> {
        kill_all(&self.network.server).await?;
        self.service = None;
        Ok(())
    }

    /// Asks the server's first process to end (SIGTERM), and waits until it and everything that it started have.
    pub(crate) async fn terminate_server(&mut self) -> Result<ServerEnd, Halt> {
        let Some(service) = self.service.take() else {
            return Err(Halt::CouldNotRun("no server runs".to_owned()));
        };
        service.signal(Signal::SIGTERM);
        if !service.ended_within(self.expected.within).await? {
            return Ok(ServerEnd::StillRuns);
        }
        let host = &self.network.server;
        let look = || Ok(host.residents()?.is_empty().then_some(()));
        until_within(self.expected.within, look).await?;
        let left = host.residents()?.len();
        Ok(ServerEnd::Ended {
            how: service.exit().await?,
            left,
        })
    }

    /// Waits until the server's host has a connection in one of these states.
    pub(crate) async fn connection_in(&self, what: &str, states: &[TcpState]) -> Result<(), Halt> {
        let network = self.network.server.pid()?;
        until(what, || {
            let sockets = of_server(network)?;
            Ok(sockets
                .iter()
                .any(|one| states.contains(&one.state))
                .then_some(()))
        })
        .await
    }

    /// Waits until the server has accepted a connection.
    pub(crate) async fn accepted(&self) -> Result<(), Halt> {
        let host = &self.network.server;
        until("a connection that the server accepts", || {
            Ok((holdings(host)?.descriptors > self.before.descriptors).then_some(()))
        })
        .await
    }

    /// Waits until the server has sent something that nobody acknowledges.
    pub(crate) async fn unacknowledged(&self) -> Result<(), Halt> {
        let network = self.network.server.pid()?;
        until("a reply that nobody acknowledges", || {
            let sockets = of_server(network)?;
            Ok(sockets.iter().any(|one| one.tx_queue > 0).then_some(()))
        })
        .await
    }

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
        observed.took = Some(end.took);
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
        let host = &self.network.server;
        let mut left = Vec::new();
        until_within(self.expected.within, || {
            left = more(holdings(host)?, self.before);
            Ok(left.is_empty().then_some(()))
        })
        .await?;
        let held = left.is_empty() == (self.expected.left == Left::Nothing);
        let expected = self.with_reason(self.expected.left.words());
        let seen = match left.is_empty() {
            true => "nothing left".to_owned(),
            false => format!("left: {}", left.join(", ")),
        };
        observed.server.point(expected, seen, held);
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

    /// The processes on both hosts.
    pub(crate) fn everybody(&self) -> Result<Vec<Pid>, Halt> {
        let mut all = self.network.server.residents()?;
        all.extend(self.network.client.residents()?);
        Ok(all)
    }
}

/// What there is more than before, in words.
fn more(now: Holdings, before: Holdings) -> Vec<String> {
    let count = |now: usize, before: usize, one: &str, many: &str| match now.saturating_sub(before)
    {
        0 => None,
        1 => Some(format!("1 {one}")),
        more => Some(format!("{more} {many}")),
    };
    [
        count(
            now.connections,
            before.connections,
            "connection",
            "connections",
        ),
        count(
            now.descriptors,
            before.descriptors,
            "descriptor",
            "descriptors",
        ),
        count(now.processes, before.processes, "process", "processes"),
    ]
    .into_iter()
    .flatten()
    .collect()
}
