//! A made-up run with one of everything, as people and programs see it.

use super::{Rerun, TestReport, could_not, emulators, suites, terminal};
use crate::results::fixture::run;
use crate::results::{
    CompileError, EmulatorFault, ProgramId, Signs, TargetRun, TargetStatus, TestId, TestOutcome,
};
use kit::junit;

fn test(kind: &str, program: &str, name: &str) -> TestId {
    TestId {
        package: "codec".to_owned(),
        program: ProgramId {
            kind: kind.to_owned(),
            name: program.to_owned(),
        },
        name: name.to_owned(),
    }
}

/// One of everything.
fn runs() -> Vec<TargetRun> {
    let reads = || test("lib", "", "tests::reads");
    let failed = |number: u32, left: u32| {
        TestOutcome::Failed(format!(
            "thread 'tests::reads' ({number}) panicked at src/lib.rs:9:5:\nassertion failed\n  left: {left}\nstack backtrace:\n   0: frame_{number}\nnote: Some details are omitted, run with `RUST_BACKTRACE=full`"
        ))
    };
    let fine = || (test("test", "it", "writes"), TestOutcome::Passed);
    let mut mips = run("mips-unknown-linux-gnu", Vec::new());
    mips.status = TargetStatus::NotBuilt(CompileError {
        place: Some(("src/lib.rs".to_owned(), 3)),
        message: "mismatched types".to_owned(),
        rendered: "error[E0308]: mismatched types\n --> src/lib.rs:3:5".to_owned(),
    });
    let mut m68k = run("m68k-unknown-linux-gnu", Vec::new());
    m68k.status = TargetStatus::CouldNotRun("no Rust standard library".to_owned());
    m68k.rust = None;
    m68k.tests_by = None;
    let mut i686 = run(
        "i686-unknown-linux-gnu",
        vec![
            (reads(), TestOutcome::Passed),
            (
                test("test", "it", "hangs"),
                TestOutcome::CouldNotRun("was still running after 900 s".to_owned()),
            ),
            (
                test("bin", "tool", ""),
                TestOutcome::Excluded("needs SSE".to_owned()),
            ),
        ],
    );
    i686.notes.insert("doctests not run: too old".to_owned());
    i686.unbuilt.insert(
        "narrow".to_owned(),
        CompileError {
            place: None,
            message: "no `AtomicU64` in `sync::atomic`".to_owned(),
            rendered: "error[E0432]: unresolved import".to_owned(),
        },
    );
    let both = || test("lib", "", "tests::both");
    i686.tests.insert(both(), failed(1, 1));
    i686.tests.insert(
        test("test", "it", "listens"),
        TestOutcome::Flaky("port 80 is in use".to_owned()),
    );
    let here = || test("test", "it", "always_fails");
    vec![
        run(
            "aarch64-unknown-linux-gnu",
            vec![
                (reads(), TestOutcome::Passed),
                (both(), TestOutcome::Passed),
                fine(),
            ],
        ),
        i686,
        m68k,
        mips,
        run(
            "powerpc-unknown-linux-gnu",
            vec![(reads(), failed(7, 256)), fine()],
        ),
        run(
            "s390x-unknown-linux-gnu",
            vec![
                (reads(), failed(8, 256)),
                (both(), failed(2, 2)),
                (here(), failed(3, 3)),
                fine(),
            ],
        ),
        run(
            "sparc64-unknown-linux-gnu",
            vec![(reads(), failed(9, 0)), fine()],
        ),
        run(
            "x86_64-unknown-linux-gnu",
            vec![
                (reads(), TestOutcome::Passed),
                (both(), TestOutcome::Passed),
                (here(), failed(4, 3)),
                (
                    test("doc", "", "src/lib.rs - read (line 3)"),
                    TestOutcome::Ignored(None),
                ),
                (
                    test("lib", "", "tests::waits"),
                    TestOutcome::Ignored(Some("needs a board".to_owned())),
                ),
            ],
        ),
    ]
}

#[test]
fn people_see_a_table_and_what_failed_where_only() {
    let mut text = String::new();
    terminal::write(&runs(), &Rerun::default(), false, &mut text).unwrap();
    insta::assert_snapshot!(anstream::adapter::strip_str(&text).to_string());
}

#[test]
fn programs_see_the_same() {
    let document = TestReport::of(&runs(), &Rerun::default(), false, 2.5);
    insta::assert_snapshot!(serde_json::to_string_pretty(&document).unwrap());
}

#[test]
fn ci_servers_see_a_suite_for_each_target() {
    let mut xml = Vec::new();
    junit::write("crossum test", &suites(&runs()), &mut xml).unwrap();
    insta::assert_snapshot!(String::from_utf8(xml).unwrap());
}

#[test]
fn nothing_ran_is_told() {
    let mut text = String::new();
    terminal::write(
        &[run("s390x-unknown-linux-gnu", Vec::new())],
        &Rerun::default(),
        true,
        &mut text,
    )
    .unwrap();
    assert!(text.contains("no test ran"), "{text}");
    assert!(text.contains("interrupted: what was not over"), "{text}");
}

#[test]
fn what_makes_a_warning_of_a_lint_is_told_where_nothing_was_built() {
    let lint = || {
        let mut run = run("s390x", Vec::new());
        run.status = TargetStatus::NotBuilt(CompileError {
            place: Some(("src/lib.rs".to_owned(), 2)),
            message: "unused import".to_owned(),
            rendered: "error: unused import\n --> src/lib.rs:2:5\nnote: the lint level is defined here\n#![deny(warnings)]".to_owned(),
        });
        run
    };
    let built = run("i686", vec![(test("lib", "", "a"), TestOutcome::Passed)]);
    for (runs, is_told) in [(vec![lint()], true), (vec![lint(), built], false)] {
        let mut told = String::new();
        could_not::could_not(&runs, &mut told).unwrap();
        assert!(told.contains("could not build"), "{told}");
        assert_eq!(told.contains("--cap-lints=warn"), is_told, "{told}");
    }
}

#[test]
fn what_is_known_of_several_emulators_is_told_in_a_line() {
    let scales = || test("lib", "", "scales");
    let faulty = |target: &str, observed: &str| {
        let outcome = TestOutcome::Failed("left: 0.05".to_owned());
        let mut run = run(target, vec![(scales(), outcome)]);
        run.emulator_faults = vec![EmulatorFault {
            what: "is wrong".to_owned(),
            observed: observed.to_owned(),
            signs: Signs::Fraction,
        }];
        run
    };
    let native = run("x86_64", vec![(scales(), TestOutcome::Passed)]);
    let runs = [
        native,
        faulty("s390x", "1"),
        faulty("mips", "1"),
        faulty("i686", "2"),
    ];
    let failures = crate::results::failures(&runs);
    let lines = emulators(&failures[0]);
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].contains("is wrong on mips, s390x (1)")
            || lines[0].contains("is wrong on s390x, mips (1)"),
        "{lines:?}"
    );
    assert!(lines[1].contains("is wrong on i686 (2)"), "{lines:?}");
}
