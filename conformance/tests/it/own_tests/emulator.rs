//! A failure that comes from the emulator is marked as such, and not as the crate's.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use super::{crate_in, test};
use crate::bench::{Bench, Ran, host_command, not_tried};

const LIBRARY: &str = r#"
/// Its number is wrong with the faulty emulator.
#[test]
fn scales() {
    let is_faulty = cfg!(target_arch = "s390x") && std::env::var_os("FAULTY").is_some();
    assert!(!is_faulty, "left: 0.05");
}

/// Its number is wrong with every emulator.
#[test]
fn scales_again() {
    assert!(!cfg!(target_arch = "s390x"), "left: 0.05");
}

/// A program that is not there is started, by every emulator of today.
#[test]
fn misses_a_program() {
    let ended = std::process::Command::new("/nowhere/at-all").status();
    assert_eq!(ended.map_err(|error| error.kind()), Err(std::io::ErrorKind::NotFound));
}

/// The same, and nothing that is printed says so.
#[test]
fn misses_a_program_quietly() {
    assert!(std::process::Command::new("no-such-program-at-all").spawn().is_err());
}

/// No number is wrong.
#[test]
fn swaps() {
    assert!(cfg!(target_endian = "little"), "order");
}
"#;

/// The emulator of this machine for s390x.
fn emulator() -> Option<String> {
    let find = "command -v qemu-s390x-static || command -v qemu-s390x";
    let found = host_command("sh").args(["-c", find]).output().unwrap();
    let path = String::from_utf8(found.stdout).unwrap().trim().to_owned();
    (!path.is_empty()).then_some(path)
}

fn failure<'a>(ran: &'a Ran, name: &str) -> &'a Value {
    let mut failures = ran.report()["failures"].as_array().unwrap().iter();
    let found = failures.find(|failure| failure["name"] == name);
    found.unwrap_or_else(|| panic!("{name}: {ran}"))
}

#[test]
fn what_another_emulator_passes_is_the_emulators_fault() {
    let Some(real) = emulator() else {
        not_tried("qemu-user emulates s390x");
        return;
    };
    let bench = Bench::new();
    crate_in(&bench, ".", "", LIBRARY);
    std::fs::create_dir(bench.path("bin")).unwrap();
    let install = |name: &str, script: &str| {
        let path = bench.path("bin").join(name);
        std::fs::write(&path, format!("#!/bin/sh\ncase \"$*\" in {script} esac\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    // Multiplies wrongly, and tells the tests that it does.
    let asked = bench.path("asked");
    install(
        "qemu-s390x-static",
        &format!(
            "--version) echo qemu-s390x version 0.1.2;; *f32-product) echo >>{}; echo 0.05;; *) FAULTY=1 exec {real} \"$@\";;",
            asked.display()
        ),
    );
    // Multiplies rightly.
    install(
        "qemu-s390x",
        &format!(
            "--version) echo qemu-s390x version 99.0;; *f32-product) echo 2.4000000953674316;; *) exec {real} \"$@\";;"
        ),
    );
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", bench.path("bin").display());
    let cache = bench.path("cache").display().to_string();
    let bench = bench
        .with_variable("PATH", path)
        .with_variable("CROSSUM_CACHE", cache);
    let run = || test(&bench, &["--targets", "x86_64,s390x", "--", "--lib"]);
    let ran = run();
    assert_eq!(ran.status, 1, "{ran}");

    let scales = failure(&ran, "scales");
    assert_eq!(scales["mark"], "the emulator's fault", "{scales:#}");
    assert_eq!(scales["only"], Value::Null);
    assert_eq!(scales["failed_on"], json!(["s390x-unknown-linux-gnu"]));
    let told = scales["emulators"][0].as_str().unwrap();
    let other = told.strip_prefix("QEMU 0.1.2 multiplies f32 pairs wrongly on s390x; QEMU ");
    let other = other.unwrap_or_else(|| panic!("{told}"));
    assert!(other.ends_with(" passes this test"), "{told}");

    // The other has this fault, too, and so is no judge of it.
    for name in ["misses_a_program", "misses_a_program_quietly"] {
        let misses = failure(&ran, name);
        assert_eq!(misses["mark"], "perhaps the emulator's fault", "{misses:#}");
        let told = misses["emulators"][0].as_str().unwrap();
        let what = "QEMU 0.1.2 starts a program that is not there, which ends with status 127 on s390x (exit status: 127 for NotFound)";
        assert!(told.starts_with(what), "{told}");
    }

    // The other emulator multiplies rightly, and fails it, too.
    let again = failure(&ran, "scales_again");
    assert_eq!(again["only"]["properties"][0], "big-endian", "{again:#}");

    let swaps = failure(&ran, "swaps");
    assert_eq!(swaps["only"]["properties"][0], "big-endian", "{swaps:#}");
    assert!(swaps.get("emulators").is_none(), "{swaps:#}");

    // What was found is kept: the emulator is not asked again.
    let before = std::fs::read(&asked).unwrap();
    assert_eq!(failure(&run(), "scales")["mark"], "the emulator's fault");
    assert_eq!(std::fs::read(&asked).unwrap(), before);
}
