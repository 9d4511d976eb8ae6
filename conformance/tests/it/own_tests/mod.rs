//! `crossum test` in a project of somebody else's: a fresh crate with one of every kind of trouble.

mod actions;
mod emulator;
mod failures;
mod interrupted;
mod marks;
mod miri;
mod nextest;
mod rerun;
mod surroundings;
mod toolchain;
mod usage;

use std::path::Path;

use serde_json::Value;

use crate::bench::{Bench, Ran, host_command};

const FOUR: &str = "x86_64-unknown-linux-gnu,i686-unknown-linux-gnu,s390x-unknown-linux-gnu,powerpc-unknown-linux-gnu";

/// This machine, on which most tests are run.
const NATIVE: &str = "x86_64-unknown-linux-gnu";

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

/// A package `made-up` in a folder of the bench: what its manifest says besides its name, and its library.
fn crate_in(bench: &Bench, folder: &str, manifest: &str, library: &str) {
    let folder = bench.path(folder);
    std::fs::create_dir_all(folder.join("src")).unwrap();
    let head = "[package]\nname = \"made-up\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
    std::fs::write(folder.join("Cargo.toml"), format!("{head}{manifest}")).unwrap();
    std::fs::write(folder.join("src/lib.rs"), library).unwrap();
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

/// Whether cargo finds nextest on this machine.
fn has_nextest() -> bool {
    let asked = host_command("cargo")
        .args(["nextest", "--version"])
        .output();
    asked.is_ok_and(|answer| answer.status.success())
}

/// What a test says where nextest is missing.
const NO_NEXTEST: &str =
    "nextest runs no test here: `cargo install --locked cargo-nextest` installs it";
