//! What is wrong with the command line is said at once, with exit status 2.

use crate::bench::Bench;

#[test]
fn an_unknown_name_exits_with_2_and_names_the_nearest() {
    let bench = Bench::new();
    for (args, expected) in [
        (
            &["matrix", "--targets", "s390-unknown-linux-gnu"][..],
            "unknown target `s390-unknown-linux-gnu`, did you mean `s390x-unknown-linux-gnu`?",
        ),
        (
            &["matrix", "--encodings", "netwrok"],
            "unknown encoding `netwrok`, did you mean `network`?",
        ),
        (
            &["matrix", "--participants", "c-gc"],
            "unknown participant `c-gc`, did you mean `c-gcc`?",
        ),
        (
            &["predict", "--server", "rust@m68k-unknown-linux-gnu"],
            "unknown server `rust@m68k-unknown-linux-gnu`: std does not link",
        ),
        (&["doctor", "--targets", "x"], "unknown target `x`"),
        (
            &[
                "explain",
                "--server",
                "rust",
                "--client",
                "rust",
                "--encoding",
                "rawlong",
            ],
            "unknown encoding `rawlong`, did you mean `raw-long`?",
        ),
    ] {
        let ran = bench.run(args);
        assert_eq!(ran.status, 2, "{args:?}: {ran}");
        assert!(ran.stderr.contains(expected), "{args:?}: {ran}");
    }
}

#[test]
fn help_names_a_document_that_is_there() {
    let ran = Bench::new().run(&["doctor", "--help"]);
    assert!(
        ran.stdout.contains("docs/runners.md says the rest"),
        "{ran}"
    );
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    assert!(root.join("docs/runners.md").is_file());
}

#[test]
fn a_choice_that_leaves_nothing_is_no_success() {
    let bench = Bench::new();
    let ran = bench.run(&["matrix", "--participants", "rust", "--server", "c-gcc"]);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(ran.stderr.contains("no cell is left"), "{ran}");
    let ran = bench.run(&["predict", "--vectors", "100000"]);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(ran.stderr.contains("at most 4000000 are kept"), "{ran}");
}

#[test]
fn what_clap_finds_exits_with_2_too() {
    let bench = Bench::new();
    for args in [
        &["matrix", "--vectors", "0"][..],
        &["matrix", "--colour"],
        &["explain"],
        &["matrix", "--yes"],
        &[],
    ] {
        assert_eq!(bench.run(args).status, 2, "{args:?}");
    }
}

#[test]
fn an_unwritable_report_is_found_before_anything_runs() {
    let bench = Bench::new();
    for path in ["no/such/folder/report.json", "."] {
        let ran = bench.run(&["matrix", "--json", path]);
        assert_eq!(ran.status, 2, "{ran}");
        assert!(
            ran.stderr.contains("the report cannot be written to"),
            "{ran}"
        );
        assert!(!ran.stderr.contains("building"), "{ran}");
    }
}

#[test]
fn an_abi_table_that_cannot_be_used_is_the_users_to_mend() {
    let bench = Bench::new();
    std::fs::write(bench.path("abis.toml"), "[abi.x]\nbyte-order = 'middle'\n").unwrap();
    let ran = bench.run(&["predict", "--abis", "abis.toml"]);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(ran.stderr.contains("abis.toml"), "{ran}");
    assert_eq!(bench.run(&["predict", "--abis", "nowhere.toml"]).status, 2);
}

#[test]
fn no_colour_goes_into_a_pipe() {
    let ran = Bench::new().run(&["predict", "--encodings", "text,raw-long"]);
    assert_eq!(ran.status, 0, "{ran}");
    assert!(!ran.stdout.contains('\u{1b}'));
}

#[test]
fn predict_needs_no_toolchain() {
    let ran = Bench::new()
        .with_variable("PATH", "/nowhere")
        .run(&["predict"]);
    assert_eq!(ran.status, 0, "{ran}");
    assert!(ran.stdout.contains("nothing was run"), "{ran}");
}

#[test]
fn a_cache_that_others_may_write_to_is_not_used_and_named() {
    let shared = tempfile::tempdir().unwrap();
    let everybody = std::os::unix::fs::PermissionsExt::from_mode(0o777);
    std::fs::set_permissions(shared.path(), everybody).unwrap();
    let ran = Bench::new()
        .with_variable("PATH", "/nowhere")
        .with_variable("CROSSUM_CACHE", shared.path().display().to_string())
        .matrix("c-gcc@s390x-unknown-linux-gnu", "text", &[]);
    let said = format!("others may write to {}", shared.path().display());
    assert!(
        ran.stderr.contains("nothing that is built is kept") && ran.stderr.contains(&said),
        "{ran}"
    );
    assert_eq!(shared.path().read_dir().unwrap().count(), 0);
}

#[test]
fn without_a_toolchain_the_matrix_could_not_run_and_says_what_brings_it() {
    let bench = Bench::new()
        .with_variable("PATH", "/nowhere")
        .with_variable("HOME", "/nowhere");
    let ran = bench.matrix("c-gcc@s390x-unknown-linux-gnu", "text", &[]);
    assert_eq!(ran.status, 3, "{ran}");
    assert!(ran.stdout.contains("Debian's qemu-user brings it"), "{ran}");
    let ran = bench.run(&["doctor", "--targets", "s390x-unknown-linux-gnu"]);
    assert_eq!(ran.status, 3, "{ran}");
    assert!(
        ran.stdout
            .contains("missing: Debian's gcc-s390x-linux-gnu libc6-dev-s390x-cross"),
        "{ran}"
    );
}
