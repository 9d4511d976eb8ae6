//! What a failure is marked with: only what its own outcomes show, and never what a neighbour did to it.

use serde_json::{Value, json};

use super::{crate_in, outcome, test};
use crate::bench::{Bench, Ran};

const LIBRARY: &str = r#"
use std::ffi::{c_int, c_ulong, c_void};

#[repr(C)]
struct Piece(*const c_void, usize);

extern "C" {
    fn process_vm_readv(pid: c_int, to: *const Piece, ours: c_ulong, from: *const Piece, theirs: c_ulong, flags: c_ulong) -> isize;
}

/// The emulator has no such call.
#[test]
fn reads_a_process() {
    let (word, mut copy) = (7_u8, 0_u8);
    let (from, to) = (Piece((&raw const word).cast(), 1), Piece((&raw mut copy).cast(), 1));
    let read = unsafe { process_vm_readv(std::process::id() as c_int, &to, 1, &from, 1, 0) };
    assert_eq!(read, 1, "{:?}", std::io::Error::last_os_error());
}

#[test]
fn never_passes() {
    panic!("anywhere");
}

/// Fails for one reason on one kind of machine, and for another on another.
#[test]
fn has_two_causes() {
    assert!(cfg!(target_endian = "little"), "order");
    assert!(cfg!(target_pointer_width = "64"), "width");
}

/// The first of all runs is in the way of the next.
#[test]
fn wavers() {
    let place = concat!(env!("CARGO_MANIFEST_DIR"), "/been-here");
    if std::fs::File::create_new(place).is_ok() {
        panic!("somebody was here");
    }
}
"#;

fn failure<'a>(ran: &'a Ran, name: &str) -> &'a Value {
    let mut failures = ran.report()["failures"].as_array().unwrap().iter();
    let found = failures.find(|failure| failure["name"] == name);
    found.unwrap_or_else(|| panic!("{name}: {ran}"))
}

#[test]
fn each_failure_is_marked_by_what_its_outcomes_show() {
    let bench = Bench::new();
    crate_in(&bench, ".", "", LIBRARY);
    let settings = "[[test.exclude]]\ntests = [\"is_left_out\"]\non = [\"emulated\"]\n";
    std::fs::write(bench.path("crossum.toml"), settings).unwrap();
    std::fs::write(
        bench.path("src/lib.rs"),
        format!("{LIBRARY}\n#[test]\nfn is_left_out() {{}}\n"),
    )
    .unwrap();
    let targets = "x86_64,aarch64,i686,s390x";
    let ran = test(
        &bench,
        &["--targets", targets, "--junit", "report.xml", "--", "--lib"],
    );
    assert_eq!(ran.status, 1, "{ran}");

    let traced = failure(&ran, "reads_a_process");
    assert_eq!(
        traced["only"]["properties"],
        json!(["emulated"]),
        "{traced:#}"
    );
    assert_eq!(traced["mark"], "emulated only");

    let two = failure(&ran, "has_two_causes");
    assert_eq!(two["only"], Value::Null, "{two:#}");
    let marks = two["groups"].as_array().unwrap().iter();
    let marks: Vec<_> = marks
        .map(|group| group["only"]["properties"][0].as_str().unwrap())
        .collect();
    assert_eq!(marks, ["big-endian", "32-bit"], "{two:#}");

    let wavers = failure(&ran, "wavers");
    assert_eq!(wavers["failed_on"], json!([]), "{wavers:#}");
    assert_eq!(wavers["only"], Value::Null);
    assert_eq!(
        wavers["flaky_on"].as_array().unwrap().len(),
        1,
        "{wavers:#}"
    );
    assert!(
        ran.stdout.contains("flaky or in the way of another"),
        "{ran}"
    );

    // What fails here, too, says nothing of other machines, and is last.
    let last = ran.report()["failures"].as_array().unwrap().last().unwrap();
    assert_eq!(last["name"], "never_passes");
    assert_eq!(last["mark"], "fails on this machine, too");
    let told = "by mark: 1 32-bit only, 1 big-endian only, 1 emulated only, 1 fails on this machine, too, 1 flaky";
    assert!(ran.stdout.contains(told), "{ran}");

    assert_eq!(outcome(&ran, "x86_64", "lib is_left_out"), "passed");
    assert_eq!(outcome(&ran, "aarch64", "lib is_left_out"), "excluded");
    let junit = std::fs::read_to_string(bench.path("report.xml")).unwrap();
    assert!(junit.contains("message=\"emulated only\""), "{junit}");
}

#[test]
fn one_member_that_does_not_compile_is_marked_and_leaves_the_others() {
    let bench = Bench::new();
    let signed = "#[test]\nfn is_signed() { let _: std::ffi::c_char = -1_i8; }\n";
    crate_in(&bench, "signed", "", signed);
    crate_in(&bench, "made-up", "", "#[test]\nfn is_fine() {}\n");
    let script = "fn main() {\n for line in 0..60 { eprintln!(\"looking {line}\"); }\n let arch = std::env::var(\"CARGO_CFG_TARGET_ARCH\").unwrap();\n assert!(arch != \"s390x\", \"there is no libfoo for it\");\n}\n";
    crate_in(&bench, "scripted", "", "");
    for name in ["signed", "scripted"] {
        let manifest = bench.path(name).join("Cargo.toml");
        let text = std::fs::read_to_string(&manifest).unwrap();
        std::fs::write(manifest, text.replace("made-up", name)).unwrap();
    }
    std::fs::write(bench.path("scripted/build.rs"), script).unwrap();
    let workspace =
        "[workspace]\nresolver = \"2\"\nmembers = [\"signed\", \"made-up\", \"scripted\"]\n";
    std::fs::write(bench.path("Cargo.toml"), workspace).unwrap();

    let ran = test(
        &bench,
        &["--targets", "x86_64,i686,aarch64,s390x", "--", "--lib"],
    );
    assert_eq!(ran.status, 3, "{ran}");
    for target in ["x86_64", "i686", "aarch64", "s390x"] {
        assert_eq!(
            outcome(&ran, target, "lib is_fine"),
            "passed",
            "{target}: {ran}"
        );
    }
    let failures = ran.report()["build_failures"].as_array().unwrap();
    let found: Vec<_> = failures
        .iter()
        .map(|one| {
            (
                one["package"].as_str().unwrap(),
                &one["only"]["properties"][0],
            )
        })
        .collect();
    let expected = [
        ("scripted", &json!("big-endian")),
        ("signed", &json!("unsigned-char")),
    ];
    assert_eq!(found, expected, "{ran}");
    assert!(ran.stdout.contains("expected `u8`, found `i8`"), "{ran}");
    assert!(ran.stdout.contains("there is no libfoo for it"), "{ran}");
}
