//! A user's server, running on its host.

use std::time::Duration;

use cross::process::{Exit, Running};
use nix::sys::signal::{Signal, kill};
use procfs::net::TcpState;
use tokio::task::JoinHandle;

use super::asked::not_started;
use super::connections::Connections;
use super::lab::{ADDRESS, PairLab};
use super::programs::Programs;
use crate::observation::Halt;
use crate::testbed::{
    Namespace, Network, Pid, formatted, last_words, no_streams, until, until_within,
};

/// A server that listens.
pub(super) struct Service {
    running: Running,
    /// Its output, read so that it is never full.
    _output: JoinHandle<()>,
}

/// What a server has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Holdings {
    pub(super) connections: Connections,
    /// Descriptors of all its processes.
    pub(super) descriptors: usize,
    /// Its processes, and those that ended and were not waited for.
    pub(super) processes: usize,
}

impl Service {
    /// Starts it, and waits until it listens.
    pub(super) async fn start(lab: &PairLab, host: &Namespace) -> Result<Service, Halt> {
        let mut running = host.inside(programs(lab).serve(ADDRESS)).start()?;
        let (_, mut output, errors) = running.streams().ok_or_else(no_streams)?;
        let words = last_words(errors);
        let output = tokio::spawn(async move {
            // A pipe that breaks has ended, too.
            let _ = tokio::io::copy(&mut output, &mut tokio::io::sink()).await;
        });
        let network = host.pid()?;
        let what = format!("the server to listen at {ADDRESS}");
        let listening = until(what, || Ok(is_listened_to(network)?.then_some(())));
        let ended: Result<Exit, Halt> = tokio::select! {
            listens = listening => return listens.map(|()| Service { running, _output: output }),
            exit = running.wait() => Ok(exit?),
        };
        let exit = ended?;
        let words = words.await.unwrap_or_default();
        not_started(exit, &words)?;
        Err(Halt::NeverSeen(format!(
            "the server {exit} and does not listen at {ADDRESS}{}",
            if words.is_empty() {
                words
            } else {
                format!(": {words}")
            }
        )))
    }

    /// Sends a signal to the process that was started, and to none that it started.
    pub(super) fn signal(&self, signal: Signal) {
        self.running.signal(signal);
    }

    /// Waits for the end of the process that was started, and leaves alone what it started. Whether it came.
    pub(super) async fn ended_within(&self, within: Duration) -> Result<bool, Halt> {
        let pid = self.running.pid().map(Pid::of);
        let look = || Ok(pid.is_none_or(Pid::has_ended).then_some(()));
        Ok(until_within(within, look).await?.is_some())
    }

    /// How it ended, after it did. This ends what is left of its process group, too.
    pub(super) async fn exit(mut self) -> Result<String, Halt> {
        Ok(formatted(self.running.wait().await?))
    }
}

fn programs(lab: &PairLab) -> &dyn Programs {
    lab.programs.as_ref()
}

fn is_listened_to(network: Pid) -> Result<bool, Halt> {
    let sockets = network.sockets()?;
    let mut sockets = sockets.iter();
    Ok(sockets.any(|socket| {
        socket.state == TcpState::Listen && socket.local_address.port() == ADDRESS.port()
    }))
}

/// Sends a signal to every process on a host.
pub(super) fn signal_all(host: &Namespace, signal: Signal) -> Result<(), Halt> {
    for resident in host.residents()? {
        // It may have ended already.
        let _ = kill(nix::unistd::Pid::from_raw(resident.number()), signal);
    }
    Ok(())
}

/// Kills every process on a host, and waits until none is there.
pub(super) async fn kill_all(host: &Namespace) -> Result<(), Halt> {
    until("the end of every process of the server", || {
        signal_all(host, Signal::SIGKILL)?;
        Ok(host.residents()?.is_empty().then_some(()))
    })
    .await
}

/// Stops every process on a host, and waits until it is stopped.
pub(super) async fn stop_all(host: &Namespace) -> Result<(), Halt> {
    signal_all(host, Signal::SIGSTOP)?;
    until("a stopped server", || {
        let residents = host.residents()?;
        // One that ends meanwhile cannot be asked, and need not be stopped.
        let stopped = residents.iter().all(|one| one.is_stopped().unwrap_or(true));
        Ok(stopped.then_some(()))
    })
    .await
}

/// What the server has.
pub(super) fn holdings(network: &Network) -> Result<Holdings, Halt> {
    let residents = network.server.residents()?;
    let mut processes = residents.clone();
    let mut descriptors = 0;
    for resident in &residents {
        // One that ends meanwhile has none.
        descriptors += resident.descriptors().unwrap_or_default();
        processes.extend(resident.child_processes().unwrap_or_default());
    }
    processes.sort();
    processes.dedup();
    Ok(Holdings {
        connections: Connections::between(network.client.pid()?, network.server.pid()?)?,
        descriptors,
        processes: processes.len(),
    })
}

/// What it has when nothing moves any more, or after the time that it is given: the last connections are closed a moment after their client's end.
pub(super) async fn settled(network: &Network, within: Duration) -> Result<Holdings, Halt> {
    let (mut last, mut same) = (holdings(network)?, 0);
    until_within(within, || {
        let now = holdings(network)?;
        // One that waits for a processor has not closed yet what it will close.
        let rests = network.server.residents()?.into_iter().all(Pid::is_asleep);
        same = if now == last && rests { same + 1 } else { 0 };
        last = now;
        Ok((same > SAME_LOOKS && now.connections == Connections::default()).then_some(()))
    })
    .await?;
    Ok(last)
}

/// So many looks alike are a server at rest.
const SAME_LOOKS: u32 = 5;
