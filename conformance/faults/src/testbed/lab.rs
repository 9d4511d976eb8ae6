//! The programs that scenarios start, and the networks that they start them in.

use cross::process::Invocation;

use super::network::{Addresses, Network};
use super::tools::HostTools;
use crate::observation::Halt;

/// The programs under test, ready to be started.
pub struct Lab {
    /// `sumsrv`.
    pub server: Invocation,
    /// `sumcli`.
    pub client: Invocation,
    /// The programs that make hosts and limits.
    pub tools: HostTools,
}

impl Lab {
    /// The server, with its log in JSON.
    pub(crate) fn serve(&self, options: &[&str]) -> Invocation {
        let server = self.server.clone().env("RUST_LOG", "info");
        server.args(["serve", "--log-format", "json"]).args(options)
    }

    /// The interactive client.
    pub(crate) fn connect(&self, options: &[&str], to: impl std::fmt::Display) -> Invocation {
        let client = self.client.clone().arg("connect").args(options);
        client.arg(format!("text={to}"))
    }

    /// Makes two hosts.
    pub(crate) async fn network(&self) -> Result<Network, Halt> {
        Network::new(&self.tools, Addresses::TestNet).await
    }
}
