//! A client and a server on two hosts, with a connection that works: the start of most network scenarios.

use super::client::Client;
use super::kernel::Ends;
use super::lab::Lab;
use super::network::{Network, SERVER};
use super::server::Server;
use crate::observation::Halt;

/// Two hosts, and a connection between them that works.
pub(crate) struct ConnectedHosts {
    pub(crate) network: Network,
    pub(crate) server: Server,
    pub(crate) client: Client,
    /// The server's end of the connection.
    pub(crate) ends: Ends,
}

impl ConnectedHosts {
    /// Starts server and client with these options, and makes one request.
    ///
    /// # Errors
    /// The hosts cannot be made, or the connection does not work.
    pub(crate) async fn new(
        lab: &Lab,
        serve: &[&str],
        connect: &[&str],
    ) -> Result<ConnectedHosts, Halt> {
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
        Ok(ConnectedHosts {
            network,
            server,
            client,
            ends,
        })
    }
}
