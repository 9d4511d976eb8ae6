//! The client's host vanishes while it has nothing to say.

use super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::testbed::{ConnectedHosts, Lab, Side};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "idle-client-vanishes",
    must: "the server's keep-alive finds it without sending data (asked after 1 s, every second, twice), and the handler ends",
    place: Place::Network,
    run,
};

fn run<'a>(lab: &'a Lab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        let ConnectedHosts {
            network,
            server,
            client,
            ends,
        } = ConnectedHosts::new(lab, &["--keepalive", "1,1,2"], &[]).await?;
        let with_it = server.pid().descriptors()?;
        network.silence(Side::Client).await?;
        drop(client);
        let fates = ["broke: ETIMEDOUT", "broke: EHOSTUNREACH"];
        observed
            .server
            .is_one_of(&fates, server.log.fate(ends.remote).await?);
        let left = server.descriptors_left(with_it - 1).await?;
        observed.server.is("0 descriptors left", left);
        Ok(())
    })
}
