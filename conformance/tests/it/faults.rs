//! `crossum faults`: the failure scenarios, with the real programs and with a server that is wrong on purpose.
//!
//! What needs no real program is tested in the crate `faults`.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use serde_json::Value;

use crate::bench::{Bench, Ran, not_tried};

#[test]
fn every_scenario_holds_or_says_why_it_could_not_run() {
    let ran = faults(&Bench::new(), &[]);
    let scenarios = scenarios(&ran);
    let count = faults::all().len() + faults::weather().len();
    assert_eq!(scenarios.len(), count);
    let mut could_not_run = Vec::new();
    for scenario in &scenarios {
        match scenario["verdict"].as_str() {
            Some("held") => {}
            Some("could-not-run") => {
                assert_eq!(place(scenario), faults::Place::Network, "{scenario}");
                could_not_run.push(format!("{}: {}", scenario["scenario"], scenario["why"]));
            }
            _ => panic!("{scenario:#}"),
        }
    }
    assert_eq!(ran.status, if could_not_run.is_empty() { 0 } else { 3 });
    if !could_not_run.is_empty() {
        not_tried(&could_not_run.join("; "));
    }
}

#[test]
fn a_server_that_does_not_serve_is_found_out() {
    let bench = Bench::new();
    let script = "echo listening text 127.0.0.1:1; echo ready; exec cat";
    let server = program(&bench, "server", script);
    let server = server.to_str().unwrap();
    let ran = faults(
        &bench,
        &[
            "--only",
            "server-dies-while-client-waits",
            "--sumsrv",
            server,
        ],
    );
    assert_eq!(ran.status, 1, "{}", ran.stderr);
    assert_eq!(
        scenarios(&ran)[0]["client"]["observed"],
        "no answer; ECONNREFUSED; at once"
    );
    let heading = "BROKEN  server-dies-while-client-waits";
    assert!(ran.stdout.contains(heading), "{ran}");
}

#[test]
fn scenarios_are_listed_and_a_wrong_name_is_told_with_the_nearest() {
    let bench = Bench::new();
    let ran = bench.run(&["faults", "--list"]);
    assert_eq!(ran.status, 0);
    let book = faults::all().iter().map(faults::Scenario::about);
    let weather = faults::weather().iter().map(faults::Scenario::about);
    for scenario in book.chain(weather) {
        let line = format!("{}  ", scenario.name);
        assert!(
            ran.stdout.lines().any(|shown| shown.starts_with(&line)),
            "{line}"
        );
    }
    let ran = bench.run(&["faults", "--only", "half-closed"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.stderr.contains("did you mean `half-close`?"),
        "{}",
        ran.stderr
    );
}

fn faults(bench: &Bench, options: &[&str]) -> Ran {
    bench.run(&[&["faults", "--json", "report.json"], options].concat())
}

/// In the order of their names.
fn scenarios(ran: &Ran) -> Vec<Value> {
    let report = ran.report();
    assert_eq!(report["format"], "crossum-faults");
    report["scenarios"].as_array().unwrap().clone()
}

fn place(scenario: &Value) -> faults::Place {
    let book = faults::all().iter().map(faults::Scenario::about);
    let weather = faults::weather().iter().map(faults::Scenario::about);
    let mut named = book
        .chain(weather)
        .filter(|known| scenario["scenario"] == known.name);
    named.next().unwrap().place
}

/// A shell script in a folder of its own.
fn program(bench: &Bench, name: &str, script: &str) -> PathBuf {
    let folder = bench.path("programs");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}
