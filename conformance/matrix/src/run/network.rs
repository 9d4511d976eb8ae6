//! Where programs meet: in this machine's network, or in one of the run's own, a namespace so that this machine keeps none of their connections in TIME_WAIT, and gives none of its ports away.
//!
//! It lives as long as a process that waits for the end of its input, and so ends with this program, however that ends. Where this user may make none, the programs meet in this machine's own network.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use cross::Host;
use cross::process::{Invocation, Running};
use procfs::net::{TcpNetEntry, TcpState};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::ChildStdin;

use super::sockets::Sockets;

const MADE_WITHIN: Duration = Duration::from_secs(10);

/// How many connections may wait at a relay; it has one client.
const BACKLOG: u32 = 128;

/// The network in which programs meet.
#[derive(Clone)]
pub(super) struct Network(Option<Arc<OwnNetwork>>);

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "own"
        } else {
            "this machine's"
        })
    }
}

impl From<OwnNetwork> for Network {
    fn from(own: OwnNetwork) -> Network {
        Network(Some(Arc::new(own)))
    }
}

impl Network {
    /// This machine's.
    pub(super) const fn this_machines() -> Network {
        Network(None)
    }

    /// The same program, to be started in this network.
    pub(super) fn inside(&self, program: Invocation) -> Invocation {
        match &self.0 {
            Some(own) => own.inside(program),
            None => program,
        }
    }

    /// Listens at a port that the kernel chooses.
    pub(super) async fn listen(&self) -> io::Result<TcpListener> {
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let Some(own) = &self.0 else {
            return TcpListener::bind(anywhere).await;
        };
        let socket = own.sockets()?.next().await?;
        socket.bind(anywhere)?;
        socket.listen(BACKLOG)
    }

    /// Connects to whoever listens there.
    pub(super) async fn connect(&self, server: SocketAddr) -> io::Result<TcpStream> {
        match &self.0 {
            Some(own) => own.sockets()?.next().await?.connect(server).await,
            None => TcpStream::connect(server).await,
        }
    }

    /// Whether a program listens on a port, by the kernel's table. To connect and see would be an exchange with the server.
    pub(super) fn is_listened_to(&self, port: u16) -> bool {
        let of_own = |own: &OwnNetwork| {
            let holder = own.holder.pid()?;
            let holder = procfs::process::Process::new(holder).ok()?;
            Some([holder.tcp(), holder.tcp6()])
        };
        let tables: Option<[procfs::ProcResult<Vec<TcpNetEntry>>; 2]> = match &self.0 {
            Some(own) => of_own(own),
            None => Some([procfs::net::tcp(), procfs::net::tcp6()]),
        };
        let mut entries = tables.into_iter().flatten().flatten().flatten();
        entries.any(|entry| entry.state == TcpState::Listen && entry.local_address.port() == port)
    }
}

/// A network that only this run's programs are in.
pub(super) struct OwnNetwork {
    /// Where this program has sockets of it from, if it needs any. It ends first.
    sockets: Option<Sockets>,
    holder: Running,
    nsenter: PathBuf,
    /// Whether it belongs to a user namespace of its own.
    in_user_namespace: bool,
    /// When it is closed, the network ends.
    _input: ChildStdin,
}

impl OwnNetwork {
    /// Makes one, in the first way that this user is allowed: directly, or in a user namespace.
    ///
    /// # Errors
    /// Why there is none, in words.
    pub(super) async fn new(host: &Host) -> Result<OwnNetwork, String> {
        let found = |name: &str| {
            let program = host.program(name);
            program.ok_or_else(|| format!("no program `{name}`"))
        };
        let (unshare, nsenter, ip) = (found("unshare")?, found("nsenter")?, found("ip")?);
        let mut refused = String::new();
        for (in_user_namespace, options) in [
            (false, &["--net", "--"][..]),
            (true, &["--user", "--map-root-user", "--net", "--"]),
        ] {
            let script = format!("{} link set lo up && echo here && exec cat", ip.display());
            let waiting = Invocation::new("/bin/sh").args(["-c", &script]);
            let make = Invocation::new(&unshare).args(options);
            match hold(&waiting.started_by(make).kill_with_parent(host)).await {
                Ok((holder, input)) => {
                    return Ok(OwnNetwork {
                        sockets: None,
                        holder,
                        nsenter,
                        in_user_namespace,
                        _input: input,
                    });
                }
                Err(why) => refused = why,
            }
        }
        Err(refused)
    }

    /// The same, with sockets of it for a relay of this program's.
    ///
    /// # Errors
    /// There are none, in words.
    pub(super) async fn with_sockets(mut self, host: &Host) -> Result<OwnNetwork, String> {
        let this = std::env::current_exe().map_err(|error| error.to_string())?;
        let sockets = Sockets::of(|path| {
            let maker = Invocation::new(this).arg("sockets").arg(path);
            self.inside(maker).kill_with_parent(host)
        });
        self.sockets = Some(sockets.await?);
        Ok(self)
    }

    fn sockets(&self) -> io::Result<&Sockets> {
        let none = || io::Error::other("this run has no sockets in its own network");
        self.sockets.as_ref().ok_or_else(none)
    }

    fn inside(&self, program: Invocation) -> Invocation {
        let mut enter = Invocation::new(&self.nsenter)
            .arg("--target")
            .arg(self.holder.pid().unwrap_or_default().to_string())
            .arg("--net");
        if self.in_user_namespace {
            enter = enter.args(["--user", "--preserve-credentials"]);
        }
        program.started_by(enter.arg("--"))
    }
}

/// Starts what holds a network, and waits until it says that it does.
async fn hold(program: &Invocation) -> Result<(Running, ChildStdin), String> {
    let mut holder = program.start().map_err(|error| error.to_string())?;
    let streams = holder.streams();
    let (input, output, errors) = streams.ok_or("its streams are not piped")?;
    let mut lines = (
        BufReader::new(output).lines(),
        BufReader::new(errors).lines(),
    );
    let said = tokio::time::timeout(MADE_WITHIN, lines.0.next_line()).await;
    match said {
        Ok(Ok(Some(line))) if line == "here" => Ok((holder, input)),
        Err(_) => Err(format!("nothing within {} s", MADE_WITHIN.as_secs())),
        _ => {
            let why = tokio::time::timeout(MADE_WITHIN, lines.1.next_line()).await;
            Err(why.ok().and_then(Result::ok).flatten().unwrap_or_default())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn programs_in_it_meet_in_a_network_that_nobody_else_is_in() {
        let own = std::fs::read_link("/proc/self/ns/net").unwrap();
        let network = match OwnNetwork::new(&Host::this()).await {
            Ok(network) => network,
            // Where this user may make none, that is what the run says.
            Err(why) => return assert!(!why.is_empty()),
        };
        let network = Network::from(network);
        let link = || {
            let program = Invocation::new("/bin/readlink").arg("/proc/self/ns/net");
            network.inside(program)
        };
        let (one, other) = (link(), link());
        let (one, other) = (one.run(MADE_WITHIN).await, other.run(MADE_WITHIN).await);
        let (one, other) = (one.unwrap(), other.unwrap());
        assert_eq!(one, other);
        assert_ne!(one.trim_end(), own.to_str().unwrap());
        let interfaces = Invocation::new("/bin/cat").arg("/proc/net/dev");
        let interfaces = network.inside(interfaces).run(MADE_WITHIN).await.unwrap();
        assert!(
            interfaces.contains("lo:") && !interfaces.contains("eth0:"),
            "{interfaces}"
        );
    }
}
