//! What fails is reported with the targets on which it fails, and what cannot be built or run is no success.

use super::{FOUR, LIBRARY, fixture, listing, outcome, test};

#[test]
fn each_kind_of_failure_is_told_with_where_only() {
    let bench = fixture();
    let before = listing(bench.folder.path());
    let ran = test(&bench, &["--targets", FOUR, "--junit", "report.xml"]);
    assert_eq!(ran.status, 1, "{ran}");
    for (name, only, failed) in [
        (
            "tests::reads_a_length",
            "big-endian",
            ["powerpc-unknown-linux-gnu", "s390x-unknown-linux-gnu"],
        ),
        (
            "tests::counts_far",
            "32-bit",
            ["i686-unknown-linux-gnu", "powerpc-unknown-linux-gnu"],
        ),
        (
            "aborts_where_it_is_narrow",
            "32-bit",
            ["i686-unknown-linux-gnu", "powerpc-unknown-linux-gnu"],
        ),
    ] {
        let failures = ran.report()["failures"].as_array().unwrap();
        let failure = failures
            .iter()
            .find(|failure| failure["name"] == name)
            .unwrap_or_else(|| panic!("{ran}"));
        assert_eq!(failure["only"]["properties"][0], only, "{failure:#}");
        assert_eq!(
            failure["failed_on"],
            serde_json::json!(failed),
            "{failure:#}"
        );
    }
    assert_eq!(
        ran.report()["failures"].as_array().unwrap().len(),
        3,
        "{ran}"
    );
    for target in ["x86_64", "i686", "s390x", "powerpc"] {
        for (name, expected) in [
            ("lib tests::traps", "passed"),
            ("lib tests::waits", "ignored"),
            ("doc src/lib.rs - length (line 5)", "passed"),
            ("test it cargo_says_where_it_is", "passed"),
            ("test it flags_of_the_project_are_in_force", "passed"),
            ("test dies is_fine", "passed"),
            ("test bare ", "passed"),
        ] {
            assert_eq!(
                outcome(&ran, target, name),
                expected,
                "{name} on {target}: {ran}"
            );
        }
    }
    assert!(
        ran.stdout.contains("reads_a_length  big-endian only"),
        "{ran}"
    );
    assert!(ran.stdout.contains("going down"), "{ran}");

    let new: Vec<_> = listing(bench.folder.path())
        .into_iter()
        .filter(|name| !before.contains(name))
        .collect();
    assert_eq!(
        new,
        ["report.json", "report.xml", "target"],
        "no Cargo.lock, nothing else"
    );
    assert_eq!(listing(&bench.path("target")), ["crossum"]);

    // What is told to run a test again does so, and builds nothing.
    let again = ran.report()["failures"][2]["rerun"]
        .as_str()
        .unwrap()
        .to_owned();
    let words: Vec<_> = again.split(' ').skip(1).collect();
    let ran = bench.run(&words);
    assert_eq!(ran.status, 1, "{again}: {ran}");
    assert!(ran.stdout.contains("0 passed, 1 failed"), "{again}: {ran}");
}

#[test]
fn what_is_excluded_is_not_run_and_is_told() {
    let bench = fixture();
    let settings =
        "[[test.exclude]]\ntests = [\"tests::reads_*\"]\non = [\"big-endian\"]\nwhy = \"known\"\n";
    std::fs::write(bench.path("crossum.toml"), settings).unwrap();
    let ran = test(
        &bench,
        &[
            "--targets",
            FOUR,
            "--abi",
            "big-endian,64-bit",
            "--",
            "--lib",
        ],
    );
    assert_eq!(ran.status, 0, "{ran}");
    assert_eq!(
        outcome(&ran, "s390x", "lib tests::reads_a_length"),
        "excluded"
    );
    assert_eq!(outcome(&ran, "s390x", "lib tests::traps"), "passed");
    assert_eq!(ran.report()["targets"].as_array().unwrap().len(), 1);
}

#[test]
fn a_target_for_which_it_does_not_compile_could_not_be_built_and_the_others_go_on() {
    let bench = fixture();
    let narrow = "\n#[cfg(target_pointer_width = \"32\")]\nconst NO: u8 = \"no\";\n";
    std::fs::write(bench.path("src/lib.rs"), format!("{LIBRARY}{narrow}")).unwrap();
    let targets = "x86_64-unknown-linux-gnu,i686-unknown-linux-gnu,hppa-unknown-linux-gnu";
    let ran = test(
        &bench,
        &["--targets", targets, "--", "--lib", "--", "--skip", "reads"],
    );
    assert_eq!(ran.status, 3, "{ran}");
    let rows = ran.report()["targets"].as_array().unwrap();
    let standings: Vec<_> = rows
        .iter()
        .map(|row| row["standing"].as_str().unwrap())
        .collect();
    assert_eq!(
        standings,
        ["could-not-run", "could-not-build", "ran"],
        "{ran}"
    );
    assert_eq!(rows[1]["error"]["file"], "src/lib.rs");
    let line = LIBRARY.lines().count() + 3;
    assert_eq!(rows[1]["error"]["line"], line, "{}", rows[1]);
    assert!(ran.stdout.contains("PA-RISC"), "{ran}");
}
