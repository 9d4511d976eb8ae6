//! Programs of musl that take part, built by zig.

use cross::Target;

use crate::bench::{Bench, extras_here};

const PARTNER: &str = "c-gcc@x86_64-unknown-linux-gnu";
const ENCODINGS: &str =
    "text,text-long,raw-long,raw-fixed,raw-mixed,raw-packed,network,little,xdr,varint";

/// The targets that zig builds for and that run here; says so where not.
fn here() -> Vec<&'static Target> {
    let of_zig = cross::target::hosted().filter(|target| target.zig.is_some());
    let observed = of_zig.filter(|target| target.unobserved.is_none());
    extras_here("zig", observed, |tools| tools.zig)
}

/// Every target's facts are the model's, and every octet and answer is predicted, whichever part it plays.
#[test]
fn every_target_of_zig_is_as_predicted_in_both_parts() {
    for target in here() {
        let bench = Bench::new();
        let both = format!("c-zig@{},{PARTNER}", target.name);
        let ran = bench.matrix(&both, ENCODINGS, &["--vectors", "12"]);
        assert_eq!(ran.status, 0, "{}: {ran}", target.name);
        assert!(
            ran.stdout
                .contains("every participant's own facts equal the model's (2 tried)"),
            "{ran}"
        );
        assert_eq!(ran.cells().len(), 40, "{ran}");
        assert!(ran.stdout.contains("480 as predicted, 0 not"), "{ran}");
        let compiler = ran.report()["participants"][1]["compiler"].to_string();
        assert_eq!(compiler, format!("\"zig {}\"", cross::zig::VERSION));
    }
}

/// Where zig is not brought, nobody misses it: it is in no default run, and who names it is told what brings it.
#[test]
fn without_zig_its_targets_say_what_brings_it() {
    let empty = tempfile::tempdir().unwrap();
    let cache = empty.path().join("cache");
    let bench = Bench::new().with_variable("CROSSUM_CACHE", cache.display().to_string());
    let doctor = bench.run(&["doctor", "--targets", "aarch64_be-unknown-linux-musl"]);
    assert_eq!(doctor.status, 3, "{doctor}");
    let remedy = "`crossum setup --with zig` brings it";
    assert!(doctor.stdout.contains(remedy), "{doctor}");
    let ran = bench.matrix(
        "c-zig@aarch64_be-unknown-linux-musl",
        "text",
        &["--vectors", "1"],
    );
    assert_eq!(ran.status, 3, "{ran}");
    let told = ran.stdout.contains(remedy) || ran.stderr.contains(remedy);
    assert!(told, "{ran}");
    let test = bench.run(&["test", "--targets", "aarch64_be-unknown-linux-musl"]);
    assert!(test.stderr.contains("for zig builds C for it"), "{test}");
}
