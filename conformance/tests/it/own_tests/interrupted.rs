//! An interrupt ends every process and removes every file, and leaves a whole report.

use nix::sys::signal::Signal;

use super::{NO_NEXTEST, fixture, has_nextest, listing};
use crate::bench::not_tried;
use crate::hanging::HangingRun;

#[test]
fn an_interrupt_leaves_no_process_and_no_file_where_cargo_runs_the_tests() {
    an_interrupt_leaves_nothing("cargo");
}

#[test]
fn an_interrupt_leaves_no_process_and_no_file_where_nextest_runs_the_tests() {
    match has_nextest() {
        true => an_interrupt_leaves_nothing("nextest"),
        false => not_tried(NO_NEXTEST),
    }
}

fn an_interrupt_leaves_nothing(with: &str) {
    let bench = fixture();
    let word = bench.path("word");
    let hangs = format!(
        "#[test]\nfn hangs() {{\n    let mut word = std::fs::File::options().write(true).open({word:?}).unwrap();\n    std::io::Write::write_all(&mut word, b\"up\\n\").unwrap();\n    loop {{ std::thread::park(); }}\n}}\n"
    );
    std::fs::write(bench.path("tests/it.rs"), hangs).unwrap();
    let scratch = bench.path("scratch");
    std::fs::create_dir(&scratch).unwrap();
    let mut command = bench.command(&[
        "test",
        "--json",
        "report.json",
        "--targets",
        "x86_64-unknown-linux-gnu",
        "--with",
        with,
        "--",
        "--test",
        "it",
    ]);
    command.env("TMPDIR", &scratch);
    let running = HangingRun::start(command, &word);
    let ran = running.end_by(Signal::SIGINT, &bench.path("report.json"));

    assert_eq!(ran.status, 3, "{ran}");
    assert!(listing(&scratch).is_empty(), "{:?}", listing(&scratch));
    assert!(!bench.path("Cargo.lock").exists());
    let report = ran.report();
    assert_eq!(report["interrupted"], true);
    let tests = report["targets"][0]["tests"].as_array().unwrap();
    assert!(
        tests.iter().any(|test| test["program"] == "test it"
                && test["outcome"] == "could-not-run"
                // The signal ended it. A time limit would be named as the reason.
                && test["said"] == "the run was interrupted before it was over"),
        "{report:#}"
    );
}
