//! What scenarios are made with: the programs, and networks to start them in.

use cross::process::Invocation;

use super::network::Network;
use super::{Halt, Tools};

/// The programs, ready to be started.
pub struct Lab {
    /// `sumsrv`.
    pub server: Invocation,
    /// `sumcli`.
    pub client: Invocation,
    /// What else is needed.
    pub tools: Tools,
}

impl Lab {
    /// The server, with a log that can be read by a program.
    pub(super) fn serve(&self, options: &[&str]) -> Invocation {
        let server = self.server.clone().env("RUST_LOG", "info");
        server.args(["serve", "--log-format", "json"]).args(options)
    }

    /// The client for people.
    pub(super) fn connect(&self, options: &[&str], to: impl std::fmt::Display) -> Invocation {
        let client = self.client.clone().arg("connect").args(options);
        client.arg(format!("text={to}"))
    }

    /// Two hosts of our own.
    pub(super) async fn network(&self) -> Result<Network, Halt> {
        Network::new(&self.tools).await
    }
}
