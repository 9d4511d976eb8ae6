//! Participants in trouble: their cells could not run, with their last words; nothing is a pass.

use std::process::Stdio;

use crate::bench::{Bench, Ran, native};

fn could_not_run(script: &str, expected: &str) -> Ran {
    let ran = Bench::new()
        .with_runner(script)
        .matrix(&native(), "text,raw-long", &[]);
    assert_eq!(ran.status, 3, "{ran}");
    for cell in ran.cells() {
        assert_eq!(cell["verdict"], "could-not-run", "{ran}");
        assert!(cell["result"].is_null() && cell["vectors"].as_array().unwrap().is_empty());
        let why = cell["why"].as_str().unwrap();
        assert!(
            why.contains(expected),
            "{why:?} where {expected:?} was expected"
        );
        assert!(why.contains(&native()), "{why}");
    }
    assert!(ran.stdout.contains("could not run"), "{ran}");
    ran
}

fn when(part: &str, does: &str) -> String {
    format!("if [ \"$2\" = {part} ]; then\n{does}\nfi")
}

/// The decline probe is a `serve`, too; only the other one misbehaves.
fn when_serving(does: &str) -> String {
    format!("case \"$*\" in *made-up*) ;; *\" serve \"*)\n{does}\n;; esac")
}

#[test]
fn one_that_is_well_is_judged() {
    let ran = Bench::new()
        .with_runner("")
        .matrix(&native(), "text,raw-long", &[]);
    assert_eq!(ran.status, 0, "{ran}");
    assert!(
        ran.cells()
            .iter()
            .all(|cell| cell["verdict"] == "held" && cell["result"] == "correct"),
        "{ran}"
    );
}

#[test]
fn one_that_cannot_tell_its_facts() {
    could_not_run(
        &when("abi", "echo the floor is wet >&2; exit 9"),
        "the floor is wet",
    );
}

#[test]
fn one_that_does_not_decline_what_nobody_implements() {
    could_not_run(
        "case \"$*\" in *made-up*) exit 0;; esac",
        "where 127 was expected",
    );
    could_not_run(
        "case \"$*\" in *made-up*) exit 127;; esac",
        "did not say `unsupported made-up",
    );
    could_not_run(
        &when(
            "drive",
            "read line; echo '0 sum 3 sent - recv - from -'; cat >/dev/null",
        ),
        "did not decline",
    );
}

#[test]
fn a_server_that_crashes_at_once() {
    could_not_run(
        &when_serving("echo out of cheese >&2; kill -SEGV $$"),
        "out of cheese",
    );
    could_not_run(&when_serving("kill -SEGV $$"), "was killed by SIGSEGV");
}

#[test]
fn a_server_that_prints_nonsense() {
    could_not_run(
        &when_serving("echo 'listening text everywhere'; cat"),
        "`everywhere` is not an address",
    );
    could_not_run(
        &when_serving("echo ready; cat"),
        "said `ready` without `listening text ADDR`",
    );
    could_not_run(
        &when_serving("\"$@\" | sed -u '/^ready$/a what now'; exit"),
        "`short ENC PEER GOT WANT`",
    );
}

#[test]
fn a_server_that_floods_its_output() {
    could_not_run(
        &when_serving("exec cat /dev/zero"),
        "a line of more than 8192 octets",
    );
}

#[test]
fn a_server_that_does_not_end_well() {
    could_not_run(
        &when_serving("\"$@\" & trap 'kill $!; exit 5' TERM; wait"),
        "exited with status 5 where 0 was expected",
    );
}

#[test]
fn a_client_that_crashes() {
    could_not_run(
        &when(
            "drive",
            "read line; echo '0 unsupported sent - recv - from -'; echo ouch >&2; exit 4",
        ),
        "ouch",
    );
}

#[test]
fn a_client_that_prints_nonsense() {
    could_not_run(&when("drive", "echo hello; cat"), "in the line `hello`");
    could_not_run(
        &when("drive", "echo '999999 closed sent - recv - from -'; cat"),
        "which was never asked",
    );
    could_not_run(
        &when(
            "drive",
            "while :; do echo '0 unsupported sent - recv - from -'; done",
        ),
        "two answers to line 0",
    );
}

#[test]
fn a_client_that_floods_both_its_outputs() {
    could_not_run(
        &when("drive", "cat /dev/zero >&2 & exec cat /dev/zero"),
        "a line of more than 8192 octets",
    );
}

#[test]
fn a_compiler_that_fails_says_why() {
    let ran = Bench::new().with_variable(
        cross::target("m68k-unknown-linux-gnu")
            .unwrap()
            .variable("GCC"),
        "/bin/false",
    );
    let ran = ran.matrix(
        &format!("{},c-gcc@m68k-unknown-linux-gnu", native()),
        "text",
        &[],
    );
    assert_eq!(ran.status, 3, "{ran}");
    let verdicts: Vec<_> = ran
        .cells()
        .iter()
        .map(|cell| cell["verdict"].as_str().unwrap())
        .collect();
    // The machine that is well talks to itself; all others could not run.
    assert_eq!(
        verdicts
            .iter()
            .filter(|verdict| **verdict == "held")
            .count(),
        1,
        "{ran}"
    );
    assert_eq!(verdicts.len(), 4);
}

#[test]
fn two_runs_at_once_do_not_disturb_each_other() {
    let benches = [Bench::new(), Bench::new()];
    let start = |bench: &Bench| {
        let args = [
            "matrix",
            "--participants",
            &native(),
            "--encodings",
            "text,raw-mixed",
            "--json",
            "report.json",
        ];
        let mut command = bench.command(&args);
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let running = benches.each_ref().map(start);
    for (child, bench) in running.into_iter().zip(&benches) {
        let ran = Ran::from(
            child.wait_with_output().unwrap(),
            &bench.path("report.json"),
        );
        assert_eq!(ran.status, 0, "{ran}");
        assert!(
            ran.cells().iter().all(|cell| cell["verdict"] == "held"),
            "{ran}"
        );
    }
}

#[test]
fn what_a_program_leaves_in_a_session_of_its_own_is_ended_with_the_run() {
    // It says who it is, and does not end when it is asked to. In the second case it holds the program's output, whose end then nobody sees.
    for (output, status, verdict) in [(">/dev/null 2>&1", 0, "held"), ("", 3, "could-not-run")] {
        let leaves = format!(
            r#"setsid sh -c 'trap "" TERM; echo $$ >> "$0"; while :; do sleep 1; done' "$(dirname "$0")/left" {output} &"#
        );
        let bench = Bench::new().with_runner(&leaves);
        let ran = bench.matrix(&native(), "text", &[]);
        assert_eq!(ran.status, status, "{ran}");
        assert!(
            ran.cells().iter().all(|cell| cell["verdict"] == verdict),
            "{ran}"
        );
        let left = std::fs::read_to_string(bench.path("left")).unwrap();
        assert!(!left.is_empty());
        for pid in left.lines() {
            let process = std::path::Path::new("/proc").join(pid);
            assert!(!process.exists(), "{pid} is still there");
        }
    }
}

#[test]
fn temporary_files_of_programs_end_with_the_run() {
    let bench = Bench::new().with_runner("mktemp >/dev/null");
    let folder = bench.path("tmp");
    std::fs::create_dir(&folder).unwrap();
    // Of a run that was killed, and of somebody else.
    std::fs::create_dir(folder.join("crossum-run-killed")).unwrap();
    std::fs::write(folder.join("crossum-run-killed/file"), "").unwrap();
    std::fs::write(folder.join("other"), "").unwrap();
    let bench = bench.with_variable("TMPDIR", folder.display().to_string());
    let ran = bench.matrix(&native(), "text", &[]);
    assert_eq!(ran.status, 0, "{ran}");
    let left = folder.read_dir().unwrap().flatten();
    let left: Vec<_> = left.map(|entry| entry.file_name()).collect();
    assert_eq!(left, ["other"], "{ran}");
}
