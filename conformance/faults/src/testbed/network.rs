//! Two hosts made of network namespaces, and a third namespace between them that is their switch and their router.
//!
//! They are made for one scenario. A process holds each of them and waits for the end of its input. So they end with this program, however it ends, and the kernel removes the links between them.
//!
//! ```text
//!   client 192.0.2.1 eth0 --- port `client` | switch, router 192.0.2.254 | port `server` --- eth0 192.0.2.2 server
//! ```

use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use cross::process::{Invocation, ProcessError, Running};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::ChildStdin;

use super::kernel::Pid;
use super::tools::HostTools;
use super::wait::coming;
use crate::observation::Halt;

/// An address of TEST-NET-1 (RFC 5737, section 3), which no real host has.
pub(crate) const SERVER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));
/// An address on the hosts' own link that no host has.
pub(crate) const NOBODY: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 77));
/// An address of TEST-NET-2 (RFC 5737), for which the router has no route.
pub(crate) const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1));

/// The hardware address of the server's host. It stays the same when the host boots again.
const SERVER_HARDWARE: &str = "02:00:00:00:00:02";

const COMMAND_TIMEOUT: Duration = Duration::from_secs(10);

/// Two hosts and what is between them.
pub(crate) struct Network {
    ip: PathBuf,
    unshare: PathBuf,
    /// Between the hosts.
    switch: Namespace,
    /// The client's host.
    pub(crate) client: Namespace,
    /// The server's host.
    pub(crate) server: Namespace,
}

/// A network namespace.
pub(crate) struct Namespace {
    holder: Running,
    nsenter: PathBuf,
    /// Whether it belongs to a user namespace that was made for it, because this user may not make a network namespace otherwise.
    in_user_namespace: bool,
    /// When it is closed, the namespace ends.
    _input: ChildStdin,
}

impl Network {
    /// Makes the hosts and joins them.
    ///
    /// # Errors
    /// [`Halt::CouldNotRun`]: this user may not make namespaces here, or a program or a kernel module is missing.
    pub(crate) async fn new(tools: &HostTools) -> Result<Network, Halt> {
        let ip = found(&tools.ip)?;
        let unshare = found(&tools.unshare)?;
        let nsenter = found(&tools.nsenter)?;
        let switch = first(&unshare, &nsenter).await?;
        let client = switch.sibling(&unshare).await?;
        let server = switch.sibling(&unshare).await?;
        let network = Network {
            ip,
            unshare,
            switch,
            client,
            server,
        };
        network.join().await.map_err(|why| {
            Halt::could_not("two hosts cannot be joined by network interfaces", why)
        })?;
        Ok(network)
    }

    async fn join(&self) -> Result<(), Halt> {
        let switch = &self.switch;
        self.ip(switch, "link add switch type bridge").await?;
        let router = "address add 192.0.2.254/24 dev switch";
        self.ip(switch, router).await?;
        self.ip(switch, "link set switch up").await?;
        // The router has no route to anywhere else, and answers so by ICMP.
        let forward =
            Invocation::new("/bin/sh").args(["-c", "echo 1 >/proc/sys/net/ipv4/ip_forward"]);
        switch.inside(forward).run(COMMAND_TIMEOUT).await?;

        let client = self.client.pid()?.0;
        let cable = format!("link add client type veth peer name eth0 netns {client}");
        self.ip(switch, &cable).await?;
        self.ip(switch, "link set client master switch up").await?;
        self.boot(&self.client, "192.0.2.1/24").await?;
        let gateway = "route add default via 192.0.2.254";
        self.ip(&self.client, gateway).await?;
        self.plug_server().await
    }

    async fn plug_server(&self) -> Result<(), Halt> {
        let server = self.server.pid()?.0;
        let cable = format!(
            "link add server type veth peer name eth0 address {SERVER_HARDWARE} netns {server}"
        );
        self.ip(&self.switch, &cable).await?;
        self.ip(&self.switch, "link set server master switch up")
            .await?;
        self.boot(&self.server, &format!("{SERVER}/24")).await
    }

    async fn boot(&self, host: &Namespace, address: &str) -> Result<(), Halt> {
        self.ip(host, "link set lo up").await?;
        self.ip(host, &format!("address add {address} dev eth0"))
            .await?;
        self.ip(host, "link set eth0 up").await
    }

    /// Pulls the client's cable: its interface loses the carrier.
    pub(crate) async fn cut(&self) -> Result<(), Halt> {
        self.ip(&self.switch, "link set client down").await
    }

    /// Plugs the client's cable in again.
    pub(crate) async fn mend(&self) -> Result<(), Halt> {
        self.ip(&self.switch, "link set client up").await
    }

    /// Silences the server's host: neither FIN nor RST comes from it any more, and the client's own link stays up.
    pub(crate) async fn silence_server(&self) -> Result<(), Halt> {
        self.ip(&self.switch, "link set server down").await
    }

    /// Silences the client's host.
    pub(crate) async fn silence_client(&self) -> Result<(), Halt> {
        self.cut().await
    }

    /// Replaces the server's host, which is silent, by a new one at the same address that knows no connection.
    pub(crate) async fn reboot_server(&mut self) -> Result<(), Halt> {
        self.ip(&self.switch, "link delete server").await?;
        // The old host ends here, with every process that still runs in it.
        self.server = self.switch.sibling(&self.unshare).await?;
        self.plug_server().await
    }

    async fn ip(&self, host: &Namespace, command: &str) -> Result<(), Halt> {
        let ip = Invocation::new(&self.ip).args(command.split(' '));
        host.inside(ip).run(COMMAND_TIMEOUT).await?;
        Ok(())
    }
}

impl Namespace {
    /// A process in it.
    pub(crate) fn pid(&self) -> Result<Pid, Halt> {
        let gone =
            || Halt::CouldNotRun("the process that holds a network namespace is gone".to_owned());
        self.holder.pid().map(Pid).ok_or_else(gone)
    }

    /// The same program, to be started in this namespace.
    pub(crate) fn inside(&self, program: Invocation) -> Invocation {
        let mut enter = Invocation::new(&self.nsenter)
            .arg("--target")
            .arg(self.holder.pid().unwrap_or_default().to_string())
            .arg("--net");
        if self.in_user_namespace {
            enter = enter.args(["--user", "--preserve-credentials"]);
        }
        program.started_by(enter.arg("--"))
    }

    /// Makes another network namespace in the same user namespace. Interfaces can be moved between the two.
    async fn sibling(&self, unshare: &Path) -> Result<Namespace, Halt> {
        let make = Invocation::new(unshare).args(["--net", "--"]);
        let program = self.inside(waiting().started_by(make));
        hold(program, self.nsenter.clone(), self.in_user_namespace).await
    }
}

/// Makes the first namespace in the first way that this user is allowed: directly, or in a user namespace where it is root.
async fn first(unshare: &Path, nsenter: &Path) -> Result<Namespace, Halt> {
    let ways = [
        ("as this user", &["--net", "--"][..]),
        (
            "in a user namespace",
            &["--user", "--map-root-user", "--net", "--"][..],
        ),
    ];
    let mut refused = Vec::new();
    for (turn, (way, options)) in ways.into_iter().enumerate() {
        let make = Invocation::new(unshare).args(options);
        match hold(waiting().started_by(make), nsenter.to_owned(), turn > 0).await {
            Ok(namespace) => return Ok(namespace),
            Err(why) => refused.push(format!("{way}: {why}")),
        }
    }
    let refused = refused.join("; ");
    Err(Halt::CouldNotRun(format!(
        "no network namespace can be made here ({refused}); root can, and others where user namespaces are allowed"
    )))
}

/// A program that prints `here` and then waits for the end of its input.
fn waiting() -> Invocation {
    Invocation::new("/bin/sh").args(["-c", "echo here; exec cat"])
}

async fn hold(
    program: Invocation,
    nsenter: PathBuf,
    in_user_namespace: bool,
) -> Result<Namespace, Halt> {
    let mut holder = program.start()?;
    let streams = holder.streams();
    let (input, output, mut errors) = streams.ok_or_else(|| ProcessError::Lost {
        program: program.program().to_owned(),
        source: std::io::Error::other("its streams are not piped"),
    })?;
    let mut line = String::new();
    let mut output = BufReader::new(output);
    coming("a network namespace", output.read_line(&mut line)).await??;
    if line == "here\n" {
        return Ok(Namespace {
            holder,
            nsenter,
            in_user_namespace,
            _input: input,
        });
    }
    drop(input);
    let mut why = String::new();
    let reading = tokio::io::AsyncReadExt::read_to_string(&mut errors, &mut why);
    coming("the reason why there is no network namespace", reading).await??;
    Err(Halt::CouldNotRun(why.trim_end().to_owned()))
}

fn found(tool: &cross::find::Finding<PathBuf>) -> Result<PathBuf, Halt> {
    match tool {
        Ok(found) => Ok(found.value.clone()),
        Err(missing) => Err(Halt::CouldNotRun(missing.to_string())),
    }
}
