//! The scenarios about a user's own server and client: one file each.

mod client_dies;
mod client_resets_before_accept;
mod delay;
mod duplication;
mod half_close;
mod half_open;
mod loss;
mod network_cut;
mod network_cut_and_mended;
mod queue_full;
mod reordering;
mod replayed;
mod restart_in_time_wait;
mod server_dies;
mod server_host_crashes;
mod server_host_reboots;
mod server_shuts_down;
mod slow_peer;
mod small_mtu;
mod undisturbed;
mod weathered;

use super::scenario::Scenario;
use crate::pair::PairLab;

/// All of them.
pub(super) static ALL: &[Scenario<PairLab>] = &[
    undisturbed::SCENARIO,
    half_close::SCENARIO,
    slow_peer::SCENARIO,
    client_dies::SCENARIO,
    client_resets_before_accept::SCENARIO,
    server_dies::SCENARIO,
    server_shuts_down::SCENARIO,
    restart_in_time_wait::SCENARIO,
    queue_full::SCENARIO,
    half_open::SCENARIO,
    network_cut::SCENARIO,
    network_cut_and_mended::SCENARIO,
    server_host_crashes::SCENARIO,
    server_host_reboots::SCENARIO,
    delay::SCENARIO,
    loss::SCENARIO,
    duplication::SCENARIO,
    reordering::SCENARIO,
    small_mtu::SCENARIO,
];

/// Those that are about the network's weather, which this repository's own programs go through as well.
pub(super) static WEATHER: &[Scenario<PairLab>] = &[
    half_open::SCENARIO,
    delay::SCENARIO,
    loss::SCENARIO,
    duplication::SCENARIO,
    reordering::SCENARIO,
    small_mtu::SCENARIO,
];
