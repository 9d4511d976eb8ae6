//! The scenarios: one file each, in the order in which the book has them.

mod accept_queue_full;
mod client_resets_before_accept;
mod descriptors_run_out;
mod five_connections_end_at_once;
mod grace_runs_out;
mod half_close;
mod host_unreachable;
mod idle_client_vanishes;
mod idle_server_vanishes;
mod interrupted_calls;
mod network_cut;
mod network_cut_and_mended;
mod network_unreachable;
mod nobody_listens;
mod normal_end;
mod pairs;
mod peer_is_gone;
mod restart_in_time_wait;
mod scenario;
mod server_dies;
mod server_host_crashes;
mod server_host_reboots;
mod server_host_shuts_down;

pub use scenario::{About, Place, Scenario, ScenarioFuture};

use kit::names::Unknown;

use crate::pair::PairLab;

/// All scenarios about a user's own server and client.
pub fn of_pairs() -> &'static [Scenario<PairLab>] {
    pairs::ALL
}

/// Those of [`of_pairs`] that are about the network's weather: this repository's own programs go through it, too.
pub fn weather() -> &'static [Scenario<PairLab>] {
    pairs::WEATHER
}

/// All scenarios about this repository's own programs alone.
pub fn all() -> &'static [Scenario] {
    ALL
}

static ALL: &[Scenario] = &[
    normal_end::SCENARIO,
    half_close::SCENARIO,
    five_connections_end_at_once::SCENARIO,
    client_resets_before_accept::SCENARIO,
    interrupted_calls::SCENARIO,
    server_dies::SCENARIO,
    peer_is_gone::SCENARIO,
    nobody_listens::SCENARIO,
    network_cut::SCENARIO,
    network_cut_and_mended::SCENARIO,
    host_unreachable::SCENARIO,
    network_unreachable::SCENARIO,
    server_host_crashes::SCENARIO,
    server_host_reboots::SCENARIO,
    idle_server_vanishes::SCENARIO,
    idle_client_vanishes::SCENARIO,
    server_host_shuts_down::SCENARIO,
    grace_runs_out::SCENARIO,
    accept_queue_full::SCENARIO,
    descriptors_run_out::SCENARIO,
    restart_in_time_wait::SCENARIO,
];

/// Those of some scenarios that have these names, in their order; all of them when none is named. `elsewhere` are names that others have.
///
/// # Errors
/// A name that is no scenario's, here or elsewhere.
pub fn named<L>(
    all: &'static [Scenario<L>],
    names: &[String],
    elsewhere: &[&str],
) -> Result<Vec<&'static Scenario<L>>, Unknown> {
    let known = || {
        all.iter()
            .map(|scenario| scenario.name)
            .chain(elsewhere.iter().copied())
    };
    if let Some(name) = names.iter().find(|name| !known().any(|one| one == *name)) {
        let hint = "; `crossum faults --list` lists them";
        return Err(Unknown::new("scenario", name, known(), hint));
    }
    let wanted = |scenario: &&Scenario<L>| {
        names.is_empty() || names.iter().any(|name| name == scenario.name)
    };
    Ok(all.iter().filter(wanted).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_words_with_hyphens_and_each_is_used_once() {
        let own: Vec<_> = all().iter().map(|scenario| scenario.name).collect();
        let of_weather: Vec<_> = weather().iter().map(|scenario| scenario.name).collect();
        let of_pairs: Vec<_> = of_pairs().iter().map(|scenario| scenario.name).collect();
        // In one report are those of the first two, or of the last.
        let all = [[own, of_weather].concat(), of_pairs];
        for names in &all {
            let different: BTreeSet<_> = names.iter().collect();
            assert_eq!(names.len(), different.len());
        }
        for name in all.into_iter().flatten() {
            let plain = |c: char| c.is_ascii_lowercase() || c == '-';
            assert!(name.chars().all(plain), "{name}");
        }
    }
}
