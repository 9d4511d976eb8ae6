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
mod peer_is_gone;
mod restart_in_time_wait;
mod scenario;
mod server_dies;
mod server_host_crashes;
mod server_host_reboots;
mod server_host_shuts_down;

pub use scenario::{Place, Scenario, ScenarioFuture};

use kit::names::Unknown;

/// All scenarios.
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

/// The scenarios of these names, in the order of [`all`]; all of them when none is named.
///
/// # Errors
/// A name that is no scenario's.
pub fn named(names: &[String]) -> Result<Vec<&'static Scenario>, Unknown> {
    let names_of_all = || all().iter().map(|scenario| scenario.name);
    if let Some(name) = names
        .iter()
        .find(|name| !names_of_all().any(|known| known == *name))
    {
        return Err(Unknown::new(
            "scenario",
            name,
            names_of_all(),
            "; `crossum faults --list` lists them",
        ));
    }
    let wanted =
        |scenario: &&Scenario| names.is_empty() || names.iter().any(|name| name == scenario.name);
    Ok(all().iter().filter(wanted).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_words_with_hyphens_and_each_is_used_once() {
        let names: BTreeSet<_> = all().iter().map(|scenario| scenario.name).collect();
        assert_eq!(names.len(), all().len());
        for name in names {
            let plain = |c: char| c.is_ascii_lowercase() || c == '-';
            assert!(name.chars().all(plain), "{name}");
        }
    }
}
