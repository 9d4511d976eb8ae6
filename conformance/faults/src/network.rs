//! Hosts of our own: three network namespaces, two for the hosts and one for the switch between them, which is their router, too.
//!
//! They are made for one scenario. Each is held by a process that waits for the end of its input: when this program ends, however it ends, they are gone, and the kernel takes the links between them away.
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
use super::wait::coming;
use super::{Halt, Tools};

/// Addresses of RFC 5737's TEST-NET-1, for documentation: no real host is meant.
pub(super) const SERVER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));
/// On the hosts' own link, where nobody has it.
pub(super) const NOBODY: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 77));
/// In TEST-NET-2, where the router knows no way to.
pub(super) const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1));

/// A host that boots again has the hardware address it had.
const SERVER_HARDWARE: &str = "02:00:00:00:00:02";

const A_COMMAND: Duration = Duration::from_secs(10);

/// Two hosts and what is between them.
pub(super) struct Network {
    ip: PathBuf,
    unshare: PathBuf,
    /// Between the hosts.
    switch: Namespace,
    /// The client's host.
    pub(super) client: Namespace,
    /// The server's host.
    pub(super) server: Namespace,
}

/// A network namespace.
pub(super) struct Namespace {
    holder: Running,
    nsenter: PathBuf,
    /// Whether it belongs to a user namespace of ours, because this user may make no other.
    in_user_namespace: bool,
    /// Its end is that of the namespace.
    _input: ChildStdin,
}

impl Network {
    /// Makes the hosts and joins them.
    ///
    /// # Errors
    /// [`Halt::CouldNotRun`]: this user may not make namespaces here, or a program or a kernel module is missing.
    pub(super) async fn new(tools: &Tools) -> Result<Network, Halt> {
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
        // It has no way to anywhere else, and says so.
        let forward =
            Invocation::new("/bin/sh").args(["-c", "echo 1 >/proc/sys/net/ipv4/ip_forward"]);
        switch.inside(forward).run(A_COMMAND).await?;

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

    /// The client's cable is pulled: its interface has no carrier any more.
    pub(super) async fn cut(&self) -> Result<(), Halt> {
        self.ip(&self.switch, "link set client down").await
    }

    /// The client's cable is back.
    pub(super) async fn mend(&self) -> Result<(), Halt> {
        self.ip(&self.switch, "link set client up").await
    }

    /// The server's host goes silent: nothing comes from it any more, no FIN, no RST, and the client's own link stays up.
    pub(super) async fn silence_server(&self) -> Result<(), Halt> {
        self.ip(&self.switch, "link set server down").await
    }

    /// The client's host goes silent.
    pub(super) async fn silence_client(&self) -> Result<(), Halt> {
        self.cut().await
    }

    /// The server's host, silent before, is a new one at the same address, which remembers nothing.
    pub(super) async fn reboot_server(&mut self) -> Result<(), Halt> {
        self.ip(&self.switch, "link delete server").await?;
        // The old one, and whatever still ran in it, ends here.
        self.server = self.switch.sibling(&self.unshare).await?;
        self.plug_server().await
    }

    async fn ip(&self, host: &Namespace, command: &str) -> Result<(), Halt> {
        let ip = Invocation::new(&self.ip).args(command.split(' '));
        host.inside(ip).run(A_COMMAND).await?;
        Ok(())
    }
}

impl Namespace {
    /// A process in it.
    pub(super) fn pid(&self) -> Result<Pid, Halt> {
        let gone =
            || Halt::CouldNotRun("the process that holds a network namespace is gone".to_owned());
        self.holder.pid().map(Pid).ok_or_else(gone)
    }

    /// The same program, started in this namespace.
    pub(super) fn inside(&self, program: Invocation) -> Invocation {
        let mut enter = Invocation::new(&self.nsenter)
            .arg("--target")
            .arg(self.holder.pid().unwrap_or_default().to_string())
            .arg("--net");
        if self.in_user_namespace {
            enter = enter.args(["--user", "--preserve-credentials"]);
        }
        program.started_by(enter.arg("--"))
    }

    /// Another network namespace of the same user namespace, so that interfaces can be moved from one to the other.
    async fn sibling(&self, unshare: &Path) -> Result<Namespace, Halt> {
        let make = Invocation::new(unshare).args(["--net", "--"]);
        let program = self.inside(waiting().started_by(make));
        hold(program, self.nsenter.clone(), self.in_user_namespace).await
    }
}

/// The first namespace, in the first way that this user may make one: as it is, or in a user namespace where it is root.
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

/// Says that it runs, then waits for the end of its input.
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
