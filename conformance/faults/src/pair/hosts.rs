//! Two hosts with a user's server on one of them, what its clients see, and what is left afterwards.

use std::time::Duration;

use nix::sys::signal::Signal;
use procfs::net::TcpState;

use super::asked::{Asked, ClientEnd};
use super::connections::{Connections, of_server};
use super::lab::PairLab;
use super::service::{Holdings, Service, holdings, kill_all, settled, signal_all, stop_all};
use super::terms::{ClientEnds, Expected};
use crate::observation::Halt;
use crate::testbed::{Addresses, Busy, Doing, Network, Pid, until, until_within, while_asleep};

/// Two hosts, and what the programs on them are held to.
pub(crate) struct Hosts<'a> {
    pub(crate) lab: &'a PairLab,
    pub(crate) network: Network,
    pub(crate) expected: Expected,
    /// Whether the network carries what is sent, sooner or later: then it is not the programs' time in which it does not. Where it carries nothing for good, a client must know it by itself.
    delivers: bool,
    service: Option<Service>,
    /// What the server had when nobody was connected.
    pub(super) before: Holdings,
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
            delivers: client == ClientEnds::Reply,
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
        self.before = settled(&self.network, self.expected.within).await?;
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
        let doing = self.doing(&[client.pid()])?;
        client.end(self.lab, self.expected.within, doing).await
    }

    /// What the server and these processes do from now on; and the network, where it is to carry what they send.
    pub(super) fn doing(
        &self,
        others: &[Pid],
    ) -> Result<impl FnMut() -> Result<Doing, Halt> + use<'_, 'a>, Halt> {
        let others = others.to_owned();
        let everybody = move || -> Result<Vec<Pid>, Halt> {
            Ok([self.network.server.residents()?, others.clone()].concat())
        };
        let busy = Busy::since_now(&everybody()?);
        Ok(move || match busy.doing(&everybody()?) {
            Doing::Sleep if self.delivers && self.connections()?.under_way => Ok(Doing::Send),
            doing => Ok(doing),
        })
    }

    fn connections(&self) -> Result<Connections, Halt> {
        Connections::between(self.network.client.pid()?, self.network.server.pid()?)
    }

    /// Starts a client, and waits until its request is at the server's host, which has not read it: the server is stopped.
    pub(crate) async fn client_that_waits(&self) -> Result<Asked, Halt> {
        let client = self.client().await?;
        let network = self.network.server.pid()?;
        let unread = until_within(Duration::MAX, || {
            let sockets = of_server(network)?;
            Ok(sockets.iter().any(|one| one.rx_queue > 0).then_some(()))
        });
        let (unread, _) = while_asleep(&[client.pid()], self.expected.within, unread).await;
        match unread.transpose()?.flatten() {
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
        let network = &self.network;
        until("a connection that the server accepts", || {
            Ok((holdings(network)?.descriptors > self.before.descriptors).then_some(()))
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

    /// The processes on both hosts.
    pub(crate) fn everybody(&self) -> Result<Vec<Pid>, Halt> {
        let mut all = self.network.server.residents()?;
        all.extend(self.network.client.residents()?);
        Ok(all)
    }
}
