//! nextest runs the tests as cargo does, and by the project's configuration.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{NATIVE, NO_NEXTEST, fixture, has_nextest, outcome, test};
use crate::bench::{Ran, not_tried};

/// What came of each test on each target, and what is claimed of those that fail. Times, printed words, and who ran the tests are left out.
fn outcomes_and_claims(ran: &Ran) -> BTreeMap<String, String> {
    let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    let mut found = BTreeMap::new();
    for target in ran.report()["targets"].as_array().unwrap() {
        for test in target["tests"].as_array().unwrap() {
            let id = ["program", "name"].map(|key| text(test, key)).join(" ");
            found.insert(
                format!("{} {id}", text(target, "target")),
                text(test, "outcome"),
            );
        }
    }
    for failure in ran.report()["failures"].as_array().unwrap() {
        let claim = [
            &failure["failed_on"],
            &failure["passed_on"],
            &failure["only"],
        ];
        let claim = claim.map(Value::to_string).join(" ");
        found.insert(text(failure, "name"), claim);
    }
    found
}

#[test]
fn nextest_and_cargo_come_to_the_same() {
    let bench = fixture();
    let settings = "[[test.exclude]]\ntests = [\"tests::traps\", \"is_fine\"]\non = [\"i686-unknown-linux-gnu\"]\nwhy = \"known\"\n[[test.exclude]]\ntests = [\"writes_*\"]\n";
    std::fs::write(bench.path("crossum.toml"), settings).unwrap();
    let mark = bench.path("mark");
    let hangs = format!(
        "#[test]\nfn hangs() {{ loop {{ std::thread::park(); }} }}\n#[test]\nfn ends() {{}}\n#[test]\nfn writes_a_mark() {{ std::fs::write({mark:?}, \"\").unwrap() }}\n"
    );
    std::fs::write(bench.path("tests/hangs.rs"), hangs).unwrap();
    let run = |with: &str| {
        let limit = ["--limit", "10", "--with", with];
        let two = "i686-unknown-linux-gnu,s390x-unknown-linux-gnu";
        test(&bench, &[&["--targets", two], &limit[..]].concat())
    };
    let cargo = run("cargo");
    assert_eq!(cargo.status, 1, "{cargo}");
    assert!(cargo.stdout.contains("tests run by libtest"), "{cargo}");
    assert_eq!(outcome(&cargo, "i686", "lib tests::traps"), "excluded");
    assert_eq!(outcome(&cargo, "i686", "test hangs hangs"), "could-not-run");
    assert_eq!(outcome(&cargo, "i686", "test hangs ends"), "passed");
    let nextest = run("nextest");
    if !has_nextest() {
        assert_eq!(nextest.status, 3, "{nextest}");
        assert!(nextest.stderr.contains("cargo install"), "{nextest}");
        not_tried(NO_NEXTEST);
        return;
    }
    assert!(
        nextest.stdout.contains("tests run by cargo-nextest "),
        "{nextest}"
    );
    assert_eq!(
        outcomes_and_claims(&nextest),
        outcomes_and_claims(&cargo),
        "{nextest}\n{cargo}"
    );
    assert!(!mark.exists(), "what is excluded ran");
    assert_eq!(nextest.status, cargo.status);
}

#[test]
fn a_profile_is_taken_whole_and_the_toolchain_is_told_as_cargo_tells_it() {
    if !has_nextest() {
        not_tried(NO_NEXTEST);
        return;
    }
    let bench = fixture();
    std::fs::create_dir(bench.path(".config")).unwrap();
    let ci = "[profile.ci]\ndefault-filter = 'not test(is_left_out)'\n[[profile.ci.overrides]]\nfilter = 'test(wavers)'\nretries = 2\n";
    std::fs::write(bench.path(".config/nextest.toml"), ci).unwrap();
    let once = bench.path("once");
    let variables = bench.path("variables");
    let tests = format!(
        "#[test]\nfn wavers() {{ if !std::fs::exists({once:?}).unwrap() {{ std::fs::write({once:?}, \"\").unwrap(); panic!(); }} }}\n#[test]\nfn is_left_out() {{ panic!() }}\n#[test]\nfn tells() {{ let all = [\"RUSTUP_TOOLCHAIN\", \"RUSTUP_HOME\", \"CARGO_HOME\", \"CARGO\"].map(std::env::var); std::fs::write({variables:?}, format!(\"{{all:?}}\")).unwrap(); }}\n"
    );
    std::fs::write(bench.path("tests/it.rs"), tests).unwrap();
    let bench = bench.with_variable("NEXTEST_PROFILE", "ci");
    let run = |with: &str, more: &[&str]| {
        let args = [
            &[
                "--targets",
                NATIVE,
                "--with",
                with,
                "--",
                "--test",
                "it",
                "--",
            ],
            more,
        ];
        test(&bench, &args.concat())
    };
    let ran = run("auto", &[]);
    assert_eq!(ran.status, 0, "{ran}");
    assert!(ran.stdout.contains("tests run by cargo-nextest"), "{ran}");
    assert!(
        ran.stdout
            .contains("wavers passed only when it was tried again"),
        "{ran}"
    );
    let by_nextest = std::fs::read_to_string(&variables).unwrap();
    run("cargo", &["tells"]);
    let by_cargo = std::fs::read_to_string(&variables).unwrap();
    assert_eq!(by_nextest, by_cargo);
}

#[test]
fn nextest_goes_by_the_projects_configuration() {
    if !has_nextest() {
        not_tried(NO_NEXTEST);
        return;
    }
    let bench = fixture();
    std::fs::create_dir(bench.path(".config")).unwrap();
    let configure = |text: &str| std::fs::write(bench.path(".config/nextest.toml"), text).unwrap();
    let once = bench.path("once");
    let wavers = format!(
        "#[test]\nfn wavers() {{ if !std::fs::exists({once:?}).unwrap() {{ std::fs::write({once:?}, \"\").unwrap(); panic!(); }} }}\n#[test]\nfn is_slow() {{}}\n"
    );
    std::fs::write(bench.path("tests/it.rs"), wavers).unwrap();
    let run = |more: &[&str]| {
        let native = ["--targets", "x86_64-unknown-linux-gnu"];
        test(&bench, &[&native[..], more].concat())
    };

    // Without a configuration of its own, a project is not nextest's.
    std::fs::remove_dir_all(bench.path(".config")).unwrap();
    let ran = run(&["--", "--test", "it", "--", "is_slow"]);
    assert!(ran.stdout.contains("tests run by libtest"), "{ran}");
    std::fs::create_dir(bench.path(".config")).unwrap();

    configure(
        "[profile.default]\ndefault-filter = 'not test(is_slow)'\n[profile.again]\nretries = 2\n",
    );
    let ran = run(&["--", "--test", "it"]);
    assert_eq!(ran.status, 1, "{ran}");
    assert_eq!(outcome(&ran, "x86_64", "test it wavers"), "flaky");
    assert!(ran.stdout.contains("(default-filter): 1"), "{ran}");

    std::fs::remove_file(&once).unwrap();
    let bench = bench.with_variable("NEXTEST_PROFILE", "again");
    let ran = test(
        &bench,
        &[
            "--targets",
            "x86_64-unknown-linux-gnu",
            "--",
            "--test",
            "it",
        ],
    );
    assert_eq!(ran.status, 0, "{ran}");
    assert!(
        ran.stdout
            .contains("fixture::it wavers passed only when it was tried again"),
        "{ran}"
    );

    for (text, expected) in [
        (
            "[profile.default]\nretries = []\n",
            "profile.default.retries",
        ),
        ("[profile.default", "line 1"),
        ("", "profile `again` not found"),
    ] {
        std::fs::write(bench.path(".config/nextest.toml"), text).unwrap();
        let ran = bench.run(&["test", "--targets", "x86_64-unknown-linux-gnu"]);
        assert_eq!(ran.status, 2, "{text}: {ran}");
        assert!(ran.stderr.contains(expected), "{text}: {ran}");
        assert!(ran.stderr.contains("--with cargo"), "{text}: {ran}");
    }

    // What nextest finds out only when it runs is no pass, either.
    std::fs::write(
        bench.path(".config/nextest.toml"),
        "experimental = [\"setup-scripts\"]\n[profile.again]\n[scripts.setup.fails]\ncommand = 'false'\n[[profile.default.scripts]]\nfilter = 'all()'\nsetup = 'fails'\n",
    )
    .unwrap();
    let ran = test(
        &bench,
        &[
            "--targets",
            "x86_64-unknown-linux-gnu",
            "--",
            "--test",
            "it",
        ],
    );
    assert_eq!(ran.status, 3, "{ran}");
    assert_eq!(outcome(&ran, "x86_64", "test it wavers"), "could-not-run");
    assert!(
        ran.stdout.contains("nextest exited with status 105"),
        "{ran}"
    );
}
