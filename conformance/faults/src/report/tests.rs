//! Made-up results with one of every verdict, as people and programs read them.

use std::time::Duration;

use super::{FaultsReport, Subject, suites, terminal};
use crate::observation::{Halt, Observed};
use crate::run::ScenarioResult;
use crate::scenarios::{all, named, of_pairs};

fn result(name: &str, observed: Observed, halt: Option<Halt>) -> ScenarioResult {
    let scenario = named(all(), &[name.to_owned()], &[])
        .unwrap()
        .pop()
        .unwrap();
    ScenarioResult {
        scenario: scenario.about(),
        observed,
        halt,
    }
}

fn results() -> Vec<ScenarioResult> {
    let mut held = Observed::default();
    held.client.is("3", "3");
    held.at_once(Duration::from_millis(12), Duration::from_millis(12));
    held.server.is("exit 0", "exit 0");
    let mut broken = Observed::default();
    broken.client.is("ECONNREFUSED", "exit 0");
    let never = Halt::NeverSeen("waited 20 s in vain: the server's end".to_owned());
    let mut late = Observed::default();
    late.server.is("ESTABLISHED", "ESTABLISHED");
    let cannot = Halt::CouldNotRun("no network namespace can be made here".to_owned());
    vec![
        result("normal-end", held, None),
        result("nobody-listens", broken, None),
        result("grace-runs-out", late, Some(never)),
        result("network-cut", Observed::default(), Some(cannot)),
    ]
}

#[test]
fn people_read_what_was_observed_and_what_was_expected_instead() {
    let mut text = String::new();
    terminal::write(&results(), None, &mut text).unwrap();
    insta::assert_snapshot!(anstream::adapter::strip_str(&text).to_string());
}

#[test]
fn programs_read_the_same_sorted_by_name() {
    let report = FaultsReport::of(&results(), None, "native".to_owned());
    insta::assert_snapshot!(serde_json::to_string_pretty(&report).unwrap());
}

fn subject() -> Subject {
    Subject {
        file: "own/participants.toml".into(),
        server: "station".to_owned(),
        client: "sensor".to_owned(),
        encoding: "v3".to_owned(),
        request: "7 1".to_owned(),
    }
}

/// Of a user's pair: one that held in weather, one that did not hold.
fn results_of_a_pair() -> Vec<ScenarioResult> {
    let result = |name: &str, observed| {
        let scenario = named(of_pairs(), &[name.to_owned()], &[])
            .unwrap()
            .pop()
            .unwrap();
        ScenarioResult {
            scenario: scenario.about(),
            observed,
            halt: None,
        }
    };
    let mut lost = Observed::default();
    lost.client
        .is("the reply within 10 s", "the reply within 10 s");
    lost.network.is(
        "3 segments sent again; by tc netem",
        "3 segments sent again; by tc netem",
    );
    let mut crashed = Observed::default();
    crashed
        .client
        .point("told within 10 s", "still waits", false);
    vec![result("loss", lost), result("server-host-crashes", crashed)]
}

#[test]
fn a_users_own_programs_are_named() {
    let (results, subject) = (results_of_a_pair(), subject());
    let mut text = String::new();
    terminal::write(&results, Some(&subject), &mut text).unwrap();
    insta::assert_snapshot!(
        "own_people",
        anstream::adapter::strip_str(&text).to_string()
    );
    let report = FaultsReport::of(&results, Some(&subject), "native".to_owned());
    insta::assert_snapshot!(
        "own_programs",
        serde_json::to_string_pretty(&report).unwrap()
    );
}

#[test]
fn a_ci_server_reads_a_case_for_each_scenario() {
    let mut written = Vec::new();
    let own = suites::of(&results_of_a_pair(), Some(&subject()));
    let suites: Vec<_> = suites::of(&results(), None)
        .into_iter()
        .chain(own)
        .collect();
    kit::junit::write("crossum faults", &suites, &mut written).unwrap();
    insta::assert_snapshot!("suites", String::from_utf8(written).unwrap());
}
