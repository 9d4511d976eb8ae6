//! Two hosts made of network namespaces, and a third namespace between them that is their switch and their router.
//!
//! They are made for one scenario. A process holds each of them and waits for the end of its input. So they end with this program, however it ends, and the kernel removes the links between them.
//!
//! ```text
//!   client eth0 --- port `client` | switch, router 192.0.2.254 | port `server` --- eth0 server
//! ```

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use cross::process::Invocation;

use super::namespace::{Namespace, found};
use super::tools::HostTools;
use crate::observation::Halt;

/// An address of TEST-NET-1 (RFC 5737, section 3), which no real host has.
pub(crate) const SERVER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));
/// An address on the hosts' own link that no host has.
pub(crate) const NOBODY: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 77));
/// An address of TEST-NET-2 (RFC 5737), for which the router has no route.
pub(crate) const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1));

pub(super) const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);

/// Two hosts and what is between them.
pub(crate) struct Network {
    ip: PathBuf,
    unshare: PathBuf,
    addresses: Addresses,
    /// Between the hosts.
    pub(super) switch: Namespace,
    /// The client's host.
    pub(crate) client: Namespace,
    /// The server's host.
    pub(crate) server: Namespace,
}

/// Which addresses the hosts have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Addresses {
    /// Those of a network for examples: 192.0.2.1 and 192.0.2.2.
    TestNet,
    /// The loopback address, 127.0.0.1, is the server's alone, and is reached over the network. The client's is 127.0.0.2. So programs meet that know no other address.
    Loopback,
}

/// One of the two hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// The client's.
    Client,
    /// The server's.
    Server,
}

impl Side {
    /// Its port of the switch.
    pub(super) fn port(self) -> &'static str {
        match self {
            Side::Client => "client",
            Side::Server => "server",
        }
    }

    /// Its hardware address, which stays the same when the host boots again.
    fn hardware(self) -> &'static str {
        match self {
            Side::Client => "02:00:00:00:00:01",
            Side::Server => "02:00:00:00:00:02",
        }
    }

    fn other(self) -> Side {
        match self {
            Side::Client => Side::Server,
            Side::Server => Side::Client,
        }
    }
}

impl Network {
    /// Makes the hosts and joins them.
    ///
    /// # Errors
    /// [`Halt::CouldNotRun`]: this user may not make namespaces here, or a program or a kernel module is missing.
    pub(crate) async fn new(tools: &HostTools, addresses: Addresses) -> Result<Network, Halt> {
        let ip = found(&tools.ip)?;
        let unshare = found(&tools.unshare)?;
        let nsenter = found(&tools.nsenter)?;
        let switch = Namespace::first(&unshare, &nsenter).await?;
        let client = switch.sibling(&unshare).await?;
        let server = switch.sibling(&unshare).await?;
        let network = Network {
            ip,
            unshare,
            addresses,
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
        // The router has no route to anywhere else, and answers so by ICMP.
        let switch = "$ip link add switch type bridge
            $ip address add 192.0.2.254/24 dev switch
            $ip link set switch up
            echo 1 >/proc/sys/net/ipv4/ip_forward";
        self.shell(&self.switch, switch).await?;
        self.plug(Side::Client).await?;
        self.plug(Side::Server).await
    }

    /// Lays a cable from a host to the switch, and boots the host's network.
    async fn plug(&self, side: Side) -> Result<(), Halt> {
        let (port, hardware) = (side.port(), side.hardware());
        let host = self.host(side);
        let pid = host.pid()?.0;
        let cable = format!(
            "$ip link add {port} type veth peer name eth0 address {hardware} netns {pid}
            $ip link set {port} master switch up"
        );
        self.shell(&self.switch, &cable).await?;
        let boot = match self.addresses {
            Addresses::TestNet => test_net(side),
            Addresses::Loopback => loopback(side),
        };
        self.shell(host, &boot).await
    }

    fn host(&self, side: Side) -> &Namespace {
        match side {
            Side::Client => &self.client,
            Side::Server => &self.server,
        }
    }

    /// Pulls the client's cable: its interface loses the carrier.
    pub(crate) async fn cut(&self) -> Result<(), Halt> {
        self.silence(Side::Client).await
    }

    /// Plugs the client's cable in again.
    pub(crate) async fn mend(&self) -> Result<(), Halt> {
        self.shell(&self.switch, "$ip link set client up").await
    }

    /// Silences a host: neither FIN nor RST comes from it any more, and the other's own link stays up.
    pub(crate) async fn silence(&self, side: Side) -> Result<(), Halt> {
        let port = side.port();
        self.shell(&self.switch, &format!("$ip link set {port} down"))
            .await
    }

    /// Replaces a host, which is silent, by a new one at the same address that knows no connection.
    pub(crate) async fn reboot(&mut self, side: Side) -> Result<(), Halt> {
        let port = side.port();
        self.shell(&self.switch, &format!("$ip link delete {port}"))
            .await?;
        // The old host ends here, with every process that still runs in it.
        let host = self.switch.sibling(&self.unshare).await?;
        match side {
            Side::Client => self.client = host,
            Side::Server => self.server = host,
        }
        self.plug(side).await
    }

    /// Runs the lines of a script in a host, `$ip` being `ip`. The first that fails ends it.
    pub(super) async fn shell(&self, host: &Namespace, script: &str) -> Result<(), Halt> {
        let script = format!("set -e; ip=$1\n{script}");
        let shell = Invocation::new("/bin/sh").args(["-c", &script, "sh"]);
        host.inside(shell.arg(&self.ip))
            .run(COMMAND_TIMEOUT)
            .await?;
        Ok(())
    }

    /// Sets a variable of the server's kernel, such as `net/core/somaxconn`.
    pub(crate) async fn set_server(&self, variable: &str, value: &str) -> Result<(), Halt> {
        let script = format!("echo {value} >/proc/sys/{variable}");
        self.shell(&self.server, &script).await
    }
}

fn test_net(side: Side) -> String {
    let boot = |address: &str| {
        format!(
            "$ip link set lo up
            $ip address add {address} dev eth0
            $ip link set eth0 up"
        )
    };
    match side {
        Side::Client => boot("192.0.2.1/24") + "\n$ip route add default via 192.0.2.254",
        Side::Server => boot(&format!("{SERVER}/24")),
    }
}

/// A kernel takes 127.0.0.0/8 for itself, unless it is told to route it. The neighbour is known for good: a host that is silent is found by nobody, as behind a router.
fn loopback(side: Side) -> String {
    let (own, other, on) = match side {
        Side::Client => ("127.0.0.2", "127.0.0.1", "eth0"),
        Side::Server => ("127.0.0.1", "127.0.0.2", "lo"),
    };
    let hardware = side.other().hardware();
    format!(
        "echo 1 >/proc/sys/net/ipv4/conf/all/route_localnet
        $ip link set lo up
        $ip address delete 127.0.0.1/8 dev lo
        $ip link set eth0 up
        $ip address add {own}/32 dev {on}
        $ip route add {other}/32 dev eth0 src {own}
        $ip neighbour add {other} lladdr {hardware} dev eth0 nud permanent"
    )
}
