//! Made-up results with one of every verdict, as people and programs read them.

use std::time::Duration;

use super::{FaultsReport, terminal};
use crate::observation::{Halt, Observed};
use crate::run::ScenarioResult;
use crate::scenarios::named;

fn result(name: &str, observed: Observed, halt: Option<Halt>) -> ScenarioResult {
    let scenario = named(&[name.to_owned()]).unwrap().pop().unwrap();
    ScenarioResult {
        scenario,
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
    terminal::write(&results(), &mut text).unwrap();
    insta::assert_snapshot!(anstream::adapter::strip_str(&text).to_string());
}

#[test]
fn programs_read_the_same_sorted_by_name() {
    let report = FaultsReport::of(&results(), "native".to_owned());
    insta::assert_snapshot!(serde_json::to_string_pretty(&report).unwrap());
}
