//! A client and a server on two hosts, talking to each other: where most failures of networks begin.

use super::client::Client;
use super::kernel::Ends;
use super::network::{Network, SERVER};
use super::server::Server;
use super::{Halt, Lab};

/// Two hosts, and a connection between them that works.
pub(super) struct Wired {
    pub(super) network: Network,
    pub(super) server: Server,
    pub(super) client: Client,
    /// The server's end of the connection.
    pub(super) ends: Ends,
}

impl Wired {
    /// Starts both with these options, and has the client ask something.
    ///
    /// # Errors
    /// There are no two hosts, or the connection does not work.
    pub(super) async fn new(lab: &Lab, serve: &[&str], connect: &[&str]) -> Result<Wired, Halt> {
        let network = lab.network().await?;
        let listen = format!("text={SERVER}:0");
        let serve = lab.serve(&[serve, &[&listen]].concat());
        let server = Server::start(network.server.inside(serve)).await?;
        let connect = lab.connect(connect, server.addr);
        let mut client = Client::start(network.client.inside(connect))?;
        match client.asks("1 2").await?.as_str() {
            "3" => {}
            other => return Err(Halt::NeverSeen(format!("`{other}` is no answer to `1 2`"))),
        }
        let ends = server.connection(1).await?;
        Ok(Wired {
            network,
            server,
            client,
            ends,
        })
    }
}
