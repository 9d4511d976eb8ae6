//! libtest's output in all its forms.

use super::*;
use quickcheck::{TestResult, quickcheck};

fn failed(said: &str) -> TestOutcome {
    TestOutcome::Failed(said.to_owned())
}

fn check(stdout: &str, expected: &[(&str, TestOutcome)]) -> Transcript {
    let transcript = read(stdout);
    let expected: BTreeMap<_, _> = expected
        .iter()
        .map(|(name, outcome)| ((*name).to_owned(), outcome.clone()))
        .collect();
    assert_eq!(transcript.outcomes(), expected, "{stdout}");
    transcript
}

#[test]
fn every_kind_of_result_is_read() {
    // As cargo test of Rust 1.95 printed it.
    let transcript = check(
        "
running 5 tests
test i ... ignored, some reason
test a ... FAILED
test np - should panic ... FAILED
test p - should panic ... ok
test r ... FAILED

failures:

---- a stdout ----

thread 'a' (811) panicked at src/lib.rs:16:20:
assertion `left == right` failed
  left: 256
 right: 1
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace

---- np stdout ----
no panic
note: test did not panic as expected at src/lib.rs:18:23
---- r stdout ----
Error: \"no\"


failures:
    a
    np
    r

test result: FAILED. 1 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s

",
        &[
            ("i", TestOutcome::Ignored(Some("some reason".to_owned()))),
            (
                "a",
                failed(
                    "thread 'a' (811) panicked at src/lib.rs:16:20:\nassertion `left == right` failed\n  left: 256\n right: 1\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
                ),
            ),
            (
                "np",
                failed("no panic\nnote: test did not panic as expected at src/lib.rs:18:23"),
            ),
            ("p", TestOutcome::Passed),
            ("r", failed("Error: \"no\"")),
        ],
    );
    assert!(transcript.is_whole);
    assert_eq!(
        (transcript.announced, transcript.unreported()),
        (Some(5), 0)
    );
}

#[test]
fn doctests_come_in_several_sections() {
    let transcript = check(
        "
running 2 tests
test src/lib.rs - (line 11) - compile ... ok
test src/lib.rs - (line 3) ... ok

test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.33s


running 1 test
test src/lib.rs - (line 7) - compile fail ... FAILED

failures:

---- src/lib.rs - (line 7) stdout ----
Test compiled successfully, but it's marked `compile_fail`.

failures:
    src/lib.rs - (line 7)

test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.13s

all doctests ran in 0.48s; merged doctests compilation took 0.14s
",
        &[
            ("src/lib.rs - (line 11)", TestOutcome::Passed),
            ("src/lib.rs - (line 3)", TestOutcome::Passed),
            (
                "src/lib.rs - (line 7)",
                failed("Test compiled successfully, but it's marked `compile_fail`."),
            ),
        ],
    );
    assert!(transcript.is_whole);
    assert_eq!(transcript.announced, Some(3));
}

#[test]
fn one_thread_prints_what_a_test_says_between_its_name_and_its_result() {
    check(
        "running 4 tests\ntest a ... hello\nworld ok\nnot the end\nok\ntest b ... ok\ntest c ... noFAILED\ntest d ... so\nlong\n",
        &[("a", TestOutcome::Passed), ("b", TestOutcome::Passed)],
    );
}

#[test]
fn a_program_that_died_has_said_what_it_had_said() {
    let transcript = check(
        "\nrunning 3 tests\ntest fine ... ok\n",
        &[("fine", TestOutcome::Passed)],
    );
    assert!(!transcript.is_whole);
    assert_eq!(transcript.unreported(), 2);
}

#[test]
fn what_a_failing_test_prints_is_not_taken_for_results() {
    let transcript = check(
        "running 2 tests
test a ... ok
test b ... FAILED

failures:

---- b stdout ----
running 7 tests
test z ... FAILED
---- z stdout ----
---- b stdout ----

failures:
    b

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
",
        &[
            ("a", TestOutcome::Passed),
            (
                "b",
                failed(
                    "running 7 tests\ntest z ... FAILED\n---- z stdout ----\n---- b stdout ----",
                ),
            ),
        ],
    );
    assert!(transcript.is_whole);
}

#[test]
fn names_may_have_spaces_and_dots_as_other_harnesses_have_them() {
    check(
        "running 2 tests\ntest [kind] with spaces ... and dots ... ok\ntest t ... ignored\n",
        &[
            ("[kind] with spaces ... and dots", TestOutcome::Passed),
            ("t", TestOutcome::Ignored(None)),
        ],
    );
}

#[test]
fn a_program_that_is_no_libtest_announces_nothing() {
    assert_eq!(read("hello\nrunning 2 errands\n").announced, None);
    assert_eq!(read("").announced, None);
}

#[test]
fn what_is_drowned_by_output_is_deduced_from_the_end() {
    let whole = |failed: usize, ignored: usize| {
        read(&format!("running 3 tests
test seen ... ok
noise test drowned ... ok
noisetest sunk ... FAILED

failures:

---- sunk stdout ----
failures:
    sunk

test result: FAILED. 1 passed; {failed} failed; {ignored} ignored; 0 measured; 0 filtered out; finished in 0.00s
"))
    };
    let unread = ["drowned".to_owned(), "sunk".to_owned()];
    let transcript = whole(1, 0);
    assert!(transcript.is_whole && transcript.unreported() == 2 && transcript.knows("seen"));
    let outcomes = transcript.deduced(&unread);
    assert_eq!(outcomes["drowned"], TestOutcome::Passed);
    assert!(matches!(outcomes["sunk"], TestOutcome::Failed(_)));
    let outcomes = whole(1, 1).deduced(&unread);
    assert!(matches!(outcomes["drowned"], TestOutcome::CouldNotRun(_)));
}

quickcheck! {
    /// Lines of libtest's in any order, and others.
    fn whatever_a_program_prints_it_is_read(lines: Vec<Result<u8, String>>) -> bool {
        const LINES: [&str; 10] = [
            "running 2 tests", "test a ... ok", "test b - should panic ... FAILED", "test c ... ", "ok",
            "failures:", "---- b stdout ----", "    b", "test result: ok. 1 passed; x failed", "",
        ];
        let line = |line: Result<u8, String>| match line {
            Ok(which) => LINES[usize::from(which) % LINES.len()].to_owned(),
            Err(other) => other,
        };
        let text = lines.into_iter().map(line).collect::<Vec<_>>().join("\n");
        let outcomes = read(&text).outcomes();
        outcomes.keys().all(|name| text.contains(&format!("test {name}")))
    }

    /// What is written as libtest writes it comes back, whatever the tests print.
    fn what_libtest_writes_comes_back(tests: Vec<(u16, Option<String>)>) -> TestResult {
        let mut tests: BTreeMap<_, _> = tests.into_iter().map(|(name, printed)| (format!("t{name}"), printed)).collect();
        if tests.values().flatten().any(|printed| printed.lines().any(|line| line == "failures:")) {
            return TestResult::discard();
        }
        for printed in tests.values_mut().flatten() {
            printed.retain(|c| !c.is_control());
            *printed = printed.trim().to_owned();
        }
        let mut text = format!("running {} tests\n", tests.len());
        for (name, printed) in &tests {
            text += &format!("test {name} ... {}\n", if printed.is_some() { "FAILED" } else { "ok" });
        }
        let failed: Vec<_> = tests.iter().filter_map(|(name, printed)| Some((name, printed.as_ref()?))).collect();
        if !failed.is_empty() {
            text += "\nfailures:\n\n";
            for (name, printed) in &failed {
                text += &format!("---- {name} stdout ----\n{printed}\n\n");
            }
            text += "\nfailures:\n";
            for (name, _) in &failed {
                text += &format!("    {name}\n");
            }
        }
        text += &format!("\ntest result: x. {} passed; {} failed; 0 ignored; 0 measured; 0 filtered out\n", tests.len() - failed.len(), failed.len());
        let transcript = read(&text);
        let expected = tests.iter().map(|(name, printed)| {
            let outcome = printed.as_ref().map_or(TestOutcome::Passed, |printed| TestOutcome::Failed(printed.clone()));
            (name.clone(), outcome)
        });
        TestResult::from_bool(transcript.is_whole && transcript.outcomes() == expected.collect())
    }
}
