//! SIGTERM in the middle of a run: everything it started is gone, and the report is complete and valid.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::bench::{Bench, Ran, native};

/// A client that never answers, and leaves word of its number.
const HANGS: &str = r#"
if [ "$2" = drive ]; then
    echo $$ > "$(dirname "$0")/hangs.pid"
    exec sleep 1000
fi"#;

/// Dead, whether or not somebody has waited for it yet.
fn is_gone(process: Pid) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/stat"));
    status.is_err() || status.is_ok_and(|status| status.contains(") Z "))
}

fn interrupted_by(signal: Signal) {
    let bench = Bench::new().with_runner(HANGS);
    let mut command = bench.command(&[
        "matrix",
        "--participants",
        &native(),
        "--encodings",
        "text",
        "--json",
        "report.json",
    ]);
    let mut running = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();

    // The run has begun when it says so, and the client when it has left its number.
    let mut lines = BufReader::new(running.stderr.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().starts_with("exchanging")));
    let number = bench.path("hangs.pid");
    let limit = Instant::now() + Duration::from_secs(30);
    let hanging = loop {
        match std::fs::read_to_string(&number)
            .ok()
            .and_then(|text| text.trim().parse().ok())
        {
            Some(pid) => break Pid::from_raw(pid),
            None => assert!(Instant::now() < limit, "the client never started"),
        }
        std::thread::yield_now();
    };

    let told = Instant::now();
    kill(Pid::from_raw(i32::try_from(running.id()).unwrap()), signal).unwrap();
    // Its standard error ends when the last process that could write to it is gone.
    let rest: Vec<_> = lines.map_while(Result::ok).collect();
    let ran = Ran::from(
        running.wait_with_output().unwrap(),
        &bench.path("report.json"),
    );
    assert!(
        told.elapsed() < Duration::from_secs(1),
        "it took {:?}",
        told.elapsed()
    );
    assert_eq!(ran.status, 3, "{ran}{rest:?}");
    while !is_gone(hanging) {
        assert!(
            told.elapsed() < Duration::from_secs(1),
            "the client still runs"
        );
        std::thread::yield_now();
    }

    assert_eq!(ran.report()["interrupted"], true);
    assert_eq!(ran.cells()[0]["verdict"], "could-not-run");
    assert!(ran.stdout.contains("interrupted"), "{ran}");
}

#[test]
fn sigterm_ends_everything_and_leaves_a_whole_report() {
    interrupted_by(Signal::SIGTERM);
}

#[test]
fn so_does_sigint() {
    interrupted_by(Signal::SIGINT);
}
