//! `crossum test` in a project of somebody else's: a fresh crate with one of every kind of trouble.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::bench::{Bench, Ran};

const FOUR: &str = "x86_64-unknown-linux-gnu,i686-unknown-linux-gnu,s390x-unknown-linux-gnu,powerpc-unknown-linux-gnu";

const MANIFEST: &str = "
[package]
name = \"fixture\"
version = \"0.1.0\"
edition = \"2021\"

[[test]]
name = \"bare\"
harness = false
";

const LIBRARY: &str = r#"//! Wrong on purpose.

/// Reads a length as a file has it, little-endian.
///
/// ```
/// assert_eq!(fixture::length([0, 0, 0, 0]), 0);
/// ```
pub fn length(octets: [u8; 4]) -> u32 {
    u32::from_ne_bytes(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_length() {
        assert_eq!(length([1, 0, 0, 0]), 1);
    }

    #[test]
    fn counts_far() {
        assert!(usize::try_from(1_u64 << 33).is_ok());
    }

    #[test]
    #[ignore = "needs a board"]
    fn waits() {}

    #[test]
    #[should_panic]
    fn traps() {
        panic!("as it should");
    }
}
"#;

const INTEGRATION: &str = r#"
#[test]
fn cargo_says_where_it_is() {
    assert_eq!(std::env::var("CARGO_MANIFEST_DIR").as_deref(), Ok(env!("CARGO_MANIFEST_DIR")));
    assert_eq!(std::env::current_dir().unwrap(), std::path::Path::new(env!("CARGO_MANIFEST_DIR")));
}

#[test]
fn flags_of_the_project_are_in_force() {
    assert!(cfg!(of_the_project));
}
"#;

const DIES: &str = r#"
#[test]
fn aborts_where_it_is_narrow() {
    if cfg!(target_pointer_width = "32") {
        eprintln!("going down");
        std::process::abort();
    }
}

#[test]
fn is_fine() {}
"#;

/// The project, with configuration of its own: flags, and a linker for another machine that is not there.
fn fixture() -> Bench {
    let bench = Bench::new();
    let write = |path: &str, text: &str| {
        let path = bench.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("Cargo.toml", MANIFEST);
    write("src/lib.rs", LIBRARY);
    write("tests/it.rs", INTEGRATION);
    write("tests/dies.rs", DIES);
    write("tests/bare.rs", "fn main() {}");
    write(
        ".cargo/config.toml",
        "[build]\nrustflags = [\"--cfg\", \"of_the_project\"]\n[target.s390x-unknown-linux-gnu]\nlinker = \"no-such-linker\"\nrunner = [\"no-such-runner\", \"-x\"]\n",
    );
    // Wherever these tests themselves are built, the fixture is built in its own folder.
    let target = bench.path("target").display().to_string();
    bench.with_variable("CARGO_TARGET_DIR", target)
}

fn test(bench: &Bench, options: &[&str]) -> Ran {
    let args = [&["test", "--json", "report.json"], options].concat();
    bench.run(&args)
}

/// What came of a test on a target.
fn outcome<'a>(ran: &'a Ran, target: &str, name: &str) -> &'a str {
    let targets = ran.report()["targets"].as_array().unwrap();
    let row = targets
        .iter()
        .find(|row| row["target"].as_str().unwrap().starts_with(target));
    let tests = row.unwrap()["tests"].as_array().unwrap();
    let is_meant = |row: &&Value| {
        format!(
            "{} {}",
            row["program"].as_str().unwrap(),
            row["name"].as_str().unwrap()
        ) == name
    };
    let row = tests
        .iter()
        .find(is_meant)
        .unwrap_or_else(|| panic!("no {name} on {target}: {ran}"));
    row["outcome"].as_str().unwrap()
}

fn listing(folder: &Path) -> Vec<String> {
    let names = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

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

/// The ways to run tests that this machine has.
fn ways() -> Vec<&'static str> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_here = |folder: std::path::PathBuf| folder.join("cargo-nextest").is_file();
    match std::env::split_paths(&path).any(is_here) {
        true => vec!["cargo", "nextest"],
        false => vec!["cargo"],
    }
}

/// What came of each test on each target, and what is claimed of those that fail: all of a report but times, words, and who ran it.
fn told(ran: &Ran) -> BTreeMap<String, String> {
    let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    let mut told = BTreeMap::new();
    for target in ran.report()["targets"].as_array().unwrap() {
        for test in target["tests"].as_array().unwrap() {
            let id = ["program", "name"].map(|key| text(test, key)).join(" ");
            told.insert(
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
        told.insert(text(failure, "name"), claim);
    }
    told
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
    if !ways().contains(&"nextest") {
        assert_eq!(nextest.status, 3, "{nextest}");
        assert!(nextest.stderr.contains("cargo install"), "{nextest}");
        return;
    }
    assert!(
        nextest.stdout.contains("tests run by cargo-nextest "),
        "{nextest}"
    );
    assert_eq!(told(&nextest), told(&cargo), "{nextest}\n{cargo}");
    assert!(!mark.exists(), "what is excluded ran");
    assert_eq!(nextest.status, cargo.status);
}

#[test]
fn nextest_goes_by_the_projects_configuration() {
    if !ways().contains(&"nextest") {
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

    configure(
        "[profile.default]\ndefault-filter = 'not test(is_slow)'\n[profile.again]\nretries = 2\n",
    );
    let ran = run(&["--", "--test", "it"]);
    assert_eq!(ran.status, 1, "{ran}");
    assert_eq!(outcome(&ran, "x86_64", "test it wavers"), "failed");
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

#[test]
fn without_a_project_or_with_arguments_that_cannot_be_it_is_the_users_mistake() {
    let empty = Bench::new();
    let ran = empty.run(&["test"]);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(ran.stderr.contains("could not find `Cargo.toml`"), "{ran}");
    let bench = fixture();
    for (args, told) in [
        (&["--abi", "big-endain"][..], "did you mean `big-endian`?"),
        (
            &["--targets", "s390-unknown-linux-gnu"],
            "did you mean `s390x-unknown-linux-gnu`?",
        ),
        (
            &["--targets", FOUR, "--abi", "64-bit,32-bit"],
            "no target is left",
        ),
        (&["--", "--target", "x"], "`--target` cannot be given on"),
        (
            &[
                "--targets",
                "x86_64-unknown-linux-gnu",
                "--",
                "--no-such-option",
            ],
            "--no-such-option",
        ),
    ] {
        let ran = bench.run(&[&["test"], args].concat());
        assert_eq!(ran.status, 2, "{args:?}: {ran}");
        assert!(ran.stderr.contains(told), "{args:?}: {ran}");
    }
    std::fs::write(bench.path("crossum.toml"), "[test]\nexcludes = []").unwrap();
    let ran = bench.run(&["test"]);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(ran.stderr.contains("line 2"), "{ran}");
}

#[test]
fn an_interrupt_leaves_no_process_and_no_file() {
    for with in ways() {
        an_interrupt_leaves_nothing(with);
    }
}

fn an_interrupt_leaves_nothing(with: &str) {
    let bench = fixture();
    let word = bench.path("word");
    let hangs = format!(
        "#[test]\nfn hangs() {{\n    std::fs::write({word:?}, std::process::id().to_string()).unwrap();\n    std::thread::sleep(std::time::Duration::from_secs(1000));\n}}\n"
    );
    std::fs::write(bench.path("tests/it.rs"), hangs).unwrap();
    let scratch = bench.path("scratch");
    std::fs::create_dir(&scratch).unwrap();
    let report = bench.path("report.json");
    let args = [
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
    ];
    let mut running = bench
        .command(&args)
        .env("TMPDIR", &scratch)
        .spawn()
        .unwrap();
    let limit = Instant::now() + Duration::from_secs(300);
    let hanging = loop {
        match std::fs::read_to_string(&word)
            .ok()
            .and_then(|text| text.parse().ok())
        {
            Some(pid) => break Pid::from_raw(pid),
            None => assert!(Instant::now() < limit, "the test never started"),
        }
        std::thread::yield_now();
    };
    kill(
        Pid::from_raw(i32::try_from(running.id()).unwrap()),
        Signal::SIGINT,
    )
    .unwrap();
    assert_eq!(running.wait().unwrap().code(), Some(3));
    let limit = Instant::now() + Duration::from_secs(10);
    let is_gone = || match std::fs::read_to_string(format!("/proc/{hanging}/stat")) {
        Ok(stat) => stat.contains(") Z "),
        Err(_) => true,
    };
    while !is_gone() {
        assert!(Instant::now() < limit, "the test still runs");
        std::thread::yield_now();
    }
    assert!(listing(&scratch).is_empty(), "{:?}", listing(&scratch));
    assert!(!bench.path("Cargo.lock").exists());
    let report: Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
    assert_eq!(report["interrupted"], true);
    let tests = report["targets"][0]["tests"].as_array().unwrap();
    assert!(
        tests
            .iter()
            .any(|test| test["program"] == "test it" && test["outcome"] == "could-not-run"),
        "{report:#}"
    );
}
