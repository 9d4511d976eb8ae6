//! Clients in a network with weather: TCP makes good for it, and a program that relies on the borders of packets or on their time does not.

use std::time::Duration;

use crate::observation::{Halt, Observed};
use crate::pair::{ClientEnds, Hosts, PairLab};
use crate::testbed::Weather;

/// How many clients ask, one after the other.
const CLIENTS: usize = 5;

/// So many ask at most, until the kernel has seen the weather: where it is by chance, a few may be lucky.
const MAX_CLIENTS: usize = 25;

/// Makes the weather, has clients ask in it, and notes what the kernel saw of it. Weather that nobody saw could not be made.
pub(super) async fn weathered(
    lab: &PairLab,
    observed: &mut Observed,
    scenario: &str,
    weather: Weather,
) -> Result<(), Halt> {
    let hosts = Hosts::new(lab, scenario, ClientEnds::Reply).await?;
    let made = hosts
        .network
        .weather(weather, &lab.tools, &lab.inside)
        .await?;
    let mut quickest = Duration::MAX;
    for turn in 1..=MAX_CLIENTS {
        let end = hosts.ask().await?;
        quickest = quickest.min(end.took);
        hosts.judge(observed, &end);
        let is_seen = || made.seen(&hosts.network, quickest).is_ok();
        if !hosts.is_right(&end) || (turn >= CLIENTS && is_seen()) {
            break;
        }
    }
    let seen = made.seen(&hosts.network, quickest)?;
    observed.network.is(seen.clone(), seen);
    hosts.nothing_left(observed).await
}
