//! `sumsrv`, running.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use cross::process::{Exit, Invocation, Running};
use nix::sys::signal::Signal;
use tokio::process::{ChildStdin, ChildStdout};

use super::kernel::{Ends, Pid};
use super::log::Log;
use super::wait::{MAX_WAIT, coming, never, until, while_asleep};
use crate::observation::Halt;
use kit::lines::Lines;

/// A server that is ready.
pub(crate) struct Server {
    running: Running,
    /// Where it listens; on this machine where it listens everywhere.
    pub(crate) addr: SocketAddr,
    pub(crate) log: Log,
    pid: Pid,
    _streams: (ChildStdin, Lines<ChildStdout>),
}

impl Server {
    /// Starts it, and waits until it is ready.
    pub(crate) async fn start(program: Invocation) -> Result<Server, Halt> {
        let mut running = program.start()?;
        let streams = running.streams();
        let (input, output, errors) = streams.ok_or_else(no_streams)?;
        let pid = running.pid().map(Pid).ok_or_else(no_streams)?;
        let mut log = Log::follow(errors);
        let mut lines = Lines::new(output);
        let addr = match coming("`ready` from the server", ready(&mut lines)).await? {
            Some(addr) => addr,
            None => {
                let words = log.words().await;
                return Err(Halt::NeverSeen(format!(
                    "the server was not ready: {words}"
                )));
            }
        };
        Ok(Server {
            running,
            addr: reachable(addr),
            log,
            pid,
            _streams: (input, lines),
        })
    }

    /// Its process.
    pub(crate) fn pid(&self) -> Pid {
        self.pid
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        self.running.signal(signal);
    }

    /// Stops it (SIGSTOP) and waits until it is stopped.
    pub(crate) async fn stop(&self) -> Result<(), Halt> {
        self.signal(Signal::SIGSTOP);
        until("a stopped server", || {
            Ok(self.pid.is_stopped()?.then_some(()))
        })
        .await
    }

    /// Has it go on (SIGCONT).
    pub(crate) fn go_on(&self) {
        self.signal(Signal::SIGCONT);
    }

    /// The server's end of the connection that it logged as the `nth`, counted from 1.
    pub(crate) async fn connection(&self, nth: usize) -> Result<Ends, Halt> {
        let connected = self.log.wait_for("connected", nth).await?;
        let peer = connected.last().and_then(|entry| entry.peer);
        let remote =
            peer.ok_or_else(|| Halt::NeverSeen("a peer's address in the server's log".to_owned()))?;
        Ok(Ends {
            local: self.addr,
            remote,
        })
    }

    /// Waits until the kernel has octets of a client that the server has not read.
    pub(crate) async fn has_unread(&self, ends: Ends) -> Result<(), Halt> {
        until("octets that wait to be read", || {
            let socket = self.pid.socket(ends)?;
            Ok(socket.filter(|socket| socket.rx_queue > 0).map(drop))
        })
        .await
    }

    /// How many descriptors more than `before` it has, once there is none or the wait is over: `0 descriptors left`.
    pub(crate) async fn descriptors_left(&self, before: usize) -> Result<String, Halt> {
        let left = || -> Result<usize, Halt> { Ok(self.pid.descriptors()?.saturating_sub(before)) };
        // A handler logs its end a moment before its descriptor is closed.
        let none = until("the server's descriptors", || {
            Ok((left()? == 0).then_some(0))
        })
        .await;
        let left = match none {
            Ok(none) => none,
            Err(_) => left()?,
        };
        Ok(format!("{left} descriptors left"))
    }

    /// Waits for its end: `exit 0`, `killed by SIGKILL`.
    pub(crate) async fn end(mut self) -> Result<String, Halt> {
        let (end, _) = self.ending().await?;
        Ok(end)
    }

    /// The same, and how long it was seen asleep before.
    pub(crate) async fn ending(&mut self) -> Result<(String, Duration), Halt> {
        let (exit, asleep) = while_asleep(&[self.pid], MAX_WAIT, self.running.wait()).await;
        let exit = exit.ok_or_else(|| never("the server's end"))??;
        Ok((formatted(exit), asleep))
    }
}

/// How a program ended, in two words.
pub(crate) fn formatted(exit: Exit) -> String {
    match exit {
        Exit::Code(code) => format!("exit {code}"),
        Exit::Signal(number) => match Signal::try_from(number) {
            Ok(signal) => format!("killed by {signal}"),
            Err(_) => format!("killed by signal {number}"),
        },
    }
}

pub(crate) fn no_streams() -> Halt {
    Halt::CouldNotRun("a program was started without its streams".to_owned())
}

/// The address in the line `listening NAME ADDR`, once the line `ready` has followed.
async fn ready(lines: &mut Lines<ChildStdout>) -> Option<SocketAddr> {
    let mut addr = None;
    loop {
        let line = lines.next().await.ok()?;
        match line.split(' ').collect::<Vec<_>>().as_slice() {
            ["listening", _, listening] => addr = listening.parse().ok(),
            ["ready"] => return addr,
            _ => return None,
        }
    }
}

fn reachable(addr: SocketAddr) -> SocketAddr {
    match addr.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => (Ipv4Addr::LOCALHOST, addr.port()).into(),
        _ => addr,
    }
}
