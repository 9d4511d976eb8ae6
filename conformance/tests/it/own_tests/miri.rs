//! A test that fails gets a second opinion, where Miri is asked for.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use super::{crate_in, test};
use crate::bench::{Bench, host_command};

const LIBRARY: &str = r#"
#[test]
fn is_fine() {}

#[test]
fn order() {
    assert_eq!(u16::from_ne_bytes([1, 0]), 1);
}

#[test]
fn meaning() {
    assert!(cfg!(target_endian = "little"));
}

#[test]
fn number() {
    assert!(cfg!(target_endian = "little"), "left: 0.05");
}

#[test]
fn library() {
    assert!(cfg!(target_endian = "little"));
}
"#;

/// Behaves as `cargo miri test` of Rust 1.97 does when it is asked for one test, and writes its arguments down.
const MIRI: &str = r#"#!/bin/sh
case "$*" in "miri --version") echo "miri 0.1.0 (made up)"; exit 0;; esac
echo "$MIRIFLAGS $*" >>asked
for name; do :; done
printf '\nrunning 1 test\n'
case $name in
order) printf 'test order ... FAILED\n\nfailures:\n\n---- order stdout ----\nleft: 256\n\n\nfailures:\n    order\n\ntest result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 4 filtered out\n\n'
  echo 'error: test failed, to rerun pass `--lib`' >&2; exit 101;;
meaning) printf 'test meaning ... '
  echo 'error: Undefined Behavior: constructing invalid value' >&2; exit 1;;
number) printf 'test number ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 4 filtered out\n\n';;
library) printf 'test library ... '
  printf "error: unsupported operation: can't call foreign function\n" >&2; exit 1;;
esac
"#;

fn fixture(miri: &str) -> Bench {
    let bench = Bench::new();
    crate_in(&bench, ".", "[features]\nwide = []\n", LIBRARY);
    std::fs::create_dir(bench.path("bin")).unwrap();
    let program = bench.path("bin/cargo-miri");
    std::fs::write(&program, miri).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", bench.path("bin").display());
    bench.with_variable("PATH", path)
}

#[test]
fn miri_is_asked_about_each_test_that_fails() {
    let bench = fixture(MIRI);
    let options = [
        "--targets",
        "x86_64,s390x",
        "--with",
        "cargo,miri",
        "--",
        "--lib",
        "--features",
        "wide",
    ];
    let ran = test(&bench, &options);
    assert_eq!(ran.status, 1, "{ran}");
    let failures = ran.report()["failures"].as_array().unwrap();
    let told = failures.iter().map(|failure| {
        let opinion = &failure["miri"][0];
        assert_eq!(opinion["target"], "s390x-unknown-linux-gnu", "{failure:#}");
        json!([failure["name"], opinion["outcome"], opinion["told"]])
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            json!([
                "library",
                "could-not-run",
                "cannot tell as s390x: can't call foreign function"
            ]),
            json!([
                "meaning",
                "undefined-behaviour",
                "undefined behaviour as s390x: constructing invalid value"
            ]),
            json!(["number", "passed", "passes this test as s390x"]),
            json!(["order", "failed", "fails this test as s390x, too"]),
        ]
    );
    assert!(
        ran.stdout
            .contains("    Miri       fails this test as s390x, too\n"),
        "{ran}"
    );
    assert!(
        ran.stdout
            .contains("asked for a second opinion: miri 0.1.0 (made up): s390x\n"),
        "{ran}"
    );
    // Only what fails is asked about, and it is built as it was.
    let asked = std::fs::read_to_string(bench.path("asked")).unwrap();
    let mut asked: Vec<_> = asked.lines().collect();
    asked.sort_unstable();
    let line = |name: &str| {
        format!(
            "-Zmiri-disable-isolation miri test --target s390x-unknown-linux-gnu -p made-up --lib --features wide -- --exact {name}"
        )
    };
    assert_eq!(asked, ["library", "meaning", "number", "order"].map(line));
    // The test is run again with it.
    let again = failures[3]["rerun"].as_str().unwrap();
    assert!(again.contains(" --with cargo,miri "), "{again}");
}

#[test]
fn where_miri_is_not_installed_nothing_is_built_and_that_is_said() {
    // As rustup's program of this name says it.
    let bench = fixture(
        "#!/bin/sh\necho \"error: 'cargo-miri' is not installed for the toolchain 'x'.\" >&2\nexit 1\n",
    );
    // No toolchain is to be found but the one that builds this test, and of rustup nothing.
    let asked = host_command("rustc").args(["--print", "sysroot"]).output();
    let sysroot = String::from_utf8(asked.unwrap().stdout).unwrap();
    let (bin, home) = (bench.path("bin"), bench.path("home"));
    let path = format!("{}:{}/bin:/usr/bin:/bin", bin.display(), sysroot.trim());
    let bench = bench.with_variable("PATH", path);
    let home = home.display().to_string();
    let bench = bench
        .with_variable("HOME", &home)
        .with_variable("RUSTUP_HOME", home);
    let ran = test(&bench, &["--targets", "x86_64", "--with", "miri"]);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(
        ran.stderr
            .contains("`rustup toolchain install nightly --component miri,rust-src`"),
        "{ran}"
    );
    assert!(!bench.path("target").exists(), "{ran}");
}
