//! What keeps a project from being built at all is said once, by what it is: its toolchain, its lock file.

use super::{FOUR, NATIVE, crate_in, fixture, test};
use crate::bench::{Bench, host_command, not_tried};

/// What a test says where rustup is missing.
const NO_RUSTUP: &str = "rustup chooses no toolchain here: https://rustup.rs";

fn has_rustup() -> bool {
    let asked = host_command("rustup").arg("--version").output();
    asked.is_ok_and(|answer| answer.status.success())
}

#[test]
fn a_toolchain_that_is_not_installed_is_told_at_once_with_how_to_install_it() {
    if !has_rustup() {
        not_tried(NO_RUSTUP);
        return;
    }
    let bench = fixture().without_toolchain();
    std::fs::write(bench.path("rust-toolchain"), "1.11.0\n").unwrap();
    let ran = bench.run(&["test", "--targets", FOUR]);
    assert_eq!(ran.status, 2, "{ran}");
    let install = "`rustup toolchain install 1.11.0`";
    assert_eq!(ran.stderr.matches(install).count(), 1, "{ran}");
    assert!(!ran.stderr.contains("backtrace"), "{ran}");
    assert!(!bench.path("target").exists(), "nothing was built");
}

#[test]
fn a_toolchain_that_is_asked_for_is_the_only_one() {
    if !has_rustup() {
        not_tried(NO_RUSTUP);
        return;
    }
    // Made up: a toolchain of this machine with another name, without a standard library for any other machine.
    let home = tempfile::tempdir().unwrap();
    let sysroot = host_command("rustc")
        .args(["--print", "sysroot"])
        .output()
        .unwrap();
    let sysroot = String::from_utf8(sysroot.stdout).unwrap();
    let ours = home.path().join("toolchains/lonely");
    for folder in ["bin", "lib/rustlib"] {
        std::fs::create_dir_all(ours.join(folder)).unwrap();
    }
    let link = |from: &str, place: &str| {
        std::os::unix::fs::symlink(format!("{}/{from}", sysroot.trim()), ours.join(place)).unwrap();
    };
    let rustc = format!(
        "#!/bin/sh\nexec {}/bin/rustc --sysroot={} \"$@\"\n",
        sysroot.trim(),
        ours.display()
    );
    std::fs::write(ours.join("bin/rustc"), rustc).unwrap();
    use std::os::unix::fs::PermissionsExt as _;
    let executable = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(ours.join("bin/rustc"), executable).unwrap();
    link("bin/cargo", "bin/cargo");
    link("bin/rustdoc", "bin/rustdoc");
    link(
        &format!("lib/rustlib/{NATIVE}"),
        &format!("lib/rustlib/{NATIVE}"),
    );

    let bench = fixture().without_toolchain();
    let bench = bench.with_variable("RUSTUP_HOME", home.path().display().to_string());
    std::fs::write(
        bench.path("rust-toolchain.toml"),
        "[toolchain]\nchannel = \"lonely\"\n",
    )
    .unwrap();
    let two = format!("{NATIVE},s390x");
    let ran = test(&bench, &["--targets", &two, "--", "--test", "dies"]);
    assert_eq!(ran.status, 3, "{ran}");
    let rows = ran.report()["targets"].as_array().unwrap();
    assert_eq!(rows[0]["standing"], "could-not-run", "{ran}");
    let why = rows[0]["why"].as_str().unwrap();
    assert!(
        why.contains("rustup target add --toolchain lonely s390x-unknown-linux-gnu"),
        "{why}"
    );
    assert_eq!(rows[1]["standing"], "ran", "{ran}");
    assert_eq!(rows[1]["counts"]["passed"], 2, "{ran}");
}

#[test]
fn a_lock_file_that_does_not_fit_is_told_once() {
    let bench = Bench::new();
    crate_in(&bench, ".", "", "");
    let lock = "version = 4\n\n[[package]]\nname = \"another\"\nversion = \"0.1.0\"\n";
    std::fs::write(bench.path("Cargo.lock"), lock).unwrap();
    let ran = bench.run(&["test", "--targets", FOUR]);
    assert_eq!(ran.status, 2, "{ran}");
    let told = "Cargo.lock does not fit Cargo.toml any more";
    assert_eq!(ran.stderr.matches(told).count(), 1, "{ran}");
    assert!(!ran.stderr.contains("--locked"), "{ran}");
    assert_eq!(
        std::fs::read_to_string(bench.path("Cargo.lock")).unwrap(),
        lock
    );
}

#[test]
fn the_tests_of_a_procedural_macro_run_on_this_machine_and_that_is_told() {
    let bench = Bench::new();
    let library = "#[test]\nfn is_fine() {}\n";
    crate_in(&bench, ".", "[lib]\nproc-macro = true\n", library);
    let ran = test(&bench, &["--targets", "x86_64,s390x", "--", "--lib"]);
    assert_eq!(ran.status, 0, "{ran}");
    let rows = ran.report()["targets"].as_array().unwrap();
    assert_eq!(rows[0]["target"], "s390x-unknown-linux-gnu");
    let note = rows[0]["notes"].to_string();
    assert!(
        note.contains("made-up lib not run: a procedural macro"),
        "{note}"
    );
    assert_eq!(rows[0]["counts"]["passed"], 0);
    assert_eq!(rows[1]["counts"]["passed"], 1, "{ran}");
    assert_eq!(rows[1]["notes"].as_array().unwrap().len(), 0, "{ran}");
}
