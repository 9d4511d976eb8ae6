//! A signal in the middle of a matrix: everything that it started is gone, and the report is complete and valid.

use nix::sys::signal::Signal;

use crate::bench::{Bench, native};
use crate::hanging::HangingRun;

/// A client that never answers, and that lives until somebody ends it. It holds the FIFO open.
pub(crate) const HANGS: &str = r#"
if [ "$2" = drive ]; then
    exec 3> "$(dirname "$0")/hangs"
    echo up >&3
    exec sleep infinity
fi"#;

fn interrupted_by(signal: Signal) {
    let bench = Bench::new().with_runner(HANGS);
    let command = bench.command(&[
        "matrix",
        "--participants",
        &native(),
        "--encodings",
        "text",
        "--json",
        "report.json",
    ]);
    let running = HangingRun::start(command, &bench.path("hangs"));
    let ran = running.end_by(signal, &bench.path("report.json"));

    assert_eq!(ran.status, 3, "{ran}");
    assert_eq!(ran.report()["interrupted"], true);
    let cell = &ran.cells()[0];
    assert_eq!(cell["verdict"], "could-not-run");
    // The signal ended the run. A time limit of the client would be named as the reason.
    assert_eq!(cell["why"], "the run ended before this cell");
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
