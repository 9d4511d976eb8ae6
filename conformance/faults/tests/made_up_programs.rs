//! Scenarios with programs that are wrong on purpose: what is wrong is found, and stays with its own scenario.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use cross::Host;
use cross::process::Invocation;
use faults::{
    Halt, HostTools, Lab, Observed, Place, Scenario, ScenarioFuture, ScenarioResult,
    ScenarioVerdict, all, exit, named, run,
};
use kit::exit::Exit;
use kit::progress::Progress;
use tempfile::TempDir;

/// A folder for shell scripts that stand in for programs.
struct Scripts(TempDir);

impl Scripts {
    fn new() -> Scripts {
        Scripts(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, body: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn program(&self, name: &str, body: &str) -> Invocation {
        Invocation::new(self.write(name, body))
    }
}

/// A program that must not be started.
fn unused() -> Invocation {
    Invocation::new("/nowhere")
}

async fn run_in(lab: Lab, scenarios: &[&'static Scenario]) -> Vec<ScenarioResult> {
    let bar = Progress::on_stderr().phase("running scenarios", 0);
    run(scenarios, &Arc::new(lab), 2, &bar).await
}

async fn run_named(lab: Lab, name: &str) -> ScenarioResult {
    let scenarios = named(all(), &[name.to_owned()], &[]).unwrap();
    run_in(lab, &scenarios).await.pop().unwrap()
}

fn lab(server: Invocation, client: Invocation) -> Lab {
    Lab {
        server,
        client,
        tools: HostTools::find(&Host::this()),
    }
}

#[tokio::test]
async fn a_client_that_hides_an_error_is_found_out() {
    let scripts = Scripts::new();
    let client = scripts.program("client", "exit 0");
    let result = run_named(lab(unused(), client), "nobody-listens").await;
    assert_eq!(result.verdict(), ScenarioVerdict::Broken);
    assert_eq!(result.observed.client.expected(), "ECONNREFUSED; at once");
    assert_eq!(result.observed.client.observed(), "exit 0; at once");
    assert_eq!(exit(&[result]), Exit::Failed);
}

#[tokio::test]
async fn a_server_that_does_not_start_is_found_out() {
    let scripts = Scripts::new();
    let server = scripts.program("server", "echo 'no such option' >&2; exit 2");
    let result = run_named(lab(server, unused()), "normal-end").await;
    assert_eq!(result.verdict(), ScenarioVerdict::Broken);
    let why = "the server was not ready: no such option".to_owned();
    assert_eq!(result.halt, Some(Halt::NeverSeen(why)));
}

#[tokio::test]
async fn where_no_namespace_can_be_made_a_network_scenario_could_not_run() {
    let scripts = Scripts::new();
    let refuses = "echo 'unshare: Operation not permitted' >&2; exit 1";
    scripts.write("unshare", refuses);
    for tool in ["ip", "nsenter", "prlimit"] {
        scripts.write(tool, "exit 1");
    }
    let path = ("PATH".to_owned(), scripts.0.path().display().to_string());
    let lab = Lab {
        server: unused(),
        client: unused(),
        tools: HostTools::find(&Host::new([path], "/")),
    };
    let result = run_named(lab, "network-cut").await;
    assert_eq!(result.verdict(), ScenarioVerdict::CouldNotRun);
    let why = result.halt.as_ref().unwrap().to_string();
    assert!(why.contains("Operation not permitted"), "{why}");
    assert_eq!(exit(&[result]), Exit::CouldNotRun);
}

fn holds<'a>(_: &'a Lab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    observed.took = Some(std::time::Duration::ZERO);
    Box::pin(std::future::ready(Ok(())))
}

fn panics<'a>(_: &'a Lab, _: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async { panic!("the cable is on fire") })
}

#[tokio::test]
async fn a_scenario_that_panics_could_not_run_and_the_others_go_on() {
    static BEFORE: Scenario = made_up("before", holds);
    static PANICS: Scenario = made_up("panics", panics);
    static AFTER: Scenario = made_up("after", holds);
    let lab = lab(unused(), unused());
    let results = run_in(lab, &[&BEFORE, &PANICS, &AFTER]).await;
    let names: Vec<_> = results.iter().map(|result| result.scenario.name).collect();
    assert_eq!(names, ["before", "panics", "after"]);
    let [before, panicked, after] = results.as_slice() else {
        unreachable!("there are three");
    };
    assert_eq!(panicked.verdict(), ScenarioVerdict::CouldNotRun);
    let why = panicked.halt.as_ref().unwrap().to_string();
    assert!(why.contains("the cable is on fire"), "{why}");
    for other in [before, after] {
        assert_eq!(other.halt, None, "{}", other.scenario.name);
        assert!(other.observed.took.is_some(), "{}", other.scenario.name);
    }
    assert_eq!(
        exit(&results),
        Exit::Failed,
        "nothing was looked at in the others"
    );
}

const fn made_up(
    name: &'static str,
    run: for<'a> fn(&'a Lab, &'a mut Observed) -> ScenarioFuture<'a>,
) -> Scenario {
    Scenario {
        name,
        must: "nothing",
        place: Place::Here,
        run,
    }
}
