//! The command that is told to run a test again builds it as it was built, wherever it is typed.

use super::{NATIVE, crate_in, test};
use crate::bench::{Bench, host_command};

#[test]
fn what_is_told_to_run_a_test_again_builds_it_as_it_was_built() {
    let bench = Bench::new();
    let library = "#[cfg(not(all(feature = \"wide\", not(feature = \"default\"), not(debug_assertions))))]\ncompile_error!(\"built otherwise\");\n#[test]\n#[ignore]\nfn fails() { panic!(\"as it should\"); }\n#[test]\nfn is_fine() {}\n";
    crate_in(
        &bench,
        "it's a folder",
        "[features]\ndefault = []\nwide = []\n",
        library,
    );
    let options = "--features wide --no-default-features --release -p made-up -- --ignored";
    let manifest = bench.path("it's a folder/Cargo.toml");
    let manifest = manifest.to_str().unwrap();
    let mut args = vec!["--targets", NATIVE, "--manifest-path", manifest, "--"];
    args.extend(options.split(' '));
    let ran = test(&bench, &args);
    assert_eq!(ran.status, 1, "{ran}");
    let again = ran.report()["failures"][0]["rerun"].as_str().unwrap();
    assert!(ran.stdout.contains(again), "{ran}");

    let (program, rest) = again.split_once(' ').unwrap();
    assert_eq!(program, "crossum");
    let elsewhere = tempfile::tempdir().unwrap();
    let output = host_command("sh")
        .args(["-c", &format!("{} {rest}", env!("CARGO_BIN_EXE_crossum"))])
        .current_dir(elsewhere.path())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains("0 passed, 1 failed (1 test), 0 ignored"),
        "{again}: {said}"
    );
}
