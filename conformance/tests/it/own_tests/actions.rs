//! What else can be done with the tests: build them only, list them, stop one before its first instruction.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::process::Stdio;

use super::{crate_in, test};
use crate::bench::{Bench, Killed};

const LIBRARY: &str = "#[test]\nfn is_everywhere() {}\n#[cfg(target_endian = \"big\")]\n#[test]\nfn is_big() { let left_behind = concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/ran\"); std::fs::write(left_behind, \"\").unwrap(); }\n";

fn fixture() -> Bench {
    let bench = Bench::new();
    crate_in(&bench, ".", "", LIBRARY);
    bench
}

#[test]
fn tests_are_built_and_listed_without_running_one() {
    let bench = fixture();
    let two = ["--targets", "x86_64,s390x"];
    let built = test(&bench, &[&two[..], &["--no-run", "--", "--lib"]].concat());
    assert_eq!(built.status, 0, "{built}");
    for row in built.report()["targets"].as_array().unwrap() {
        assert_eq!(row["standing"], "built", "{built}");
        assert_eq!(row["tests"].as_array().unwrap().len(), 0, "{built}");
    }
    assert!(!built.stdout.contains("no test ran"), "{built}");

    let listed = bench.run(&[&["test", "--list"], &two[..], &["--", "--lib"]].concat());
    assert_eq!(listed.status, 0, "{listed}");
    let expected = "made-up lib is_big  (on s390x)\nmade-up lib is_everywhere\n";
    assert_eq!(listed.stdout, expected, "{listed}");
    assert!(!bench.path("ran").exists(), "a test ran");

    std::fs::write(bench.path("src/lib.rs"), "no Rust").unwrap();
    for action in ["--list", "--no-run"] {
        let ran = bench.run(&[&["test", action], &two[..], &["--", "--lib"]].concat());
        assert_eq!(ran.status, 3, "{action}: {ran}");
    }
}

#[test]
fn a_test_waits_for_a_debugger() {
    let bench = fixture();
    let mut command = bench.command(&[
        "test",
        "--debug",
        "big",
        "--targets",
        "s390x",
        "--",
        "--lib",
    ]);
    // Whoever runs this test may have decided otherwise.
    for profile in ["DEV", "TEST"] {
        command.env_remove(format!("CARGO_PROFILE_{profile}_DEBUG"));
    }
    command.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = Killed(command.spawn().unwrap());
    let mut lines = BufReader::new(child.0.stdout.take().unwrap()).lines();
    let gdb = lines
        .by_ref()
        .map(Result::unwrap)
        .find(|line| line.contains("gdb-multiarch -ex"))
        .unwrap();
    // The debugger knows its variables.
    let program = std::fs::read(gdb.rsplit(' ').next().unwrap()).unwrap();
    let name = b"\0left_behind\0";
    let is_named = program.windows(name.len()).any(|octets| octets == name);
    assert!(is_named, "{gdb}");
    let socket = gdb.split("target remote ").nth(1).unwrap();
    let socket = socket.split('\'').next().unwrap();
    // QEMU makes the socket, and then waits.
    let mut stub = loop {
        match UnixStream::connect(socket) {
            Ok(stub) => break stub,
            Err(_) => assert!(child.0.try_wait().unwrap().is_none(), "it ended: {gdb}"),
        }
        std::thread::yield_now();
    };
    assert!(!bench.path("ran").exists(), "it did not wait");
    // "Go on", in the language of gdb's remote protocol.
    stub.write_all(b"+$c#63").unwrap();
    // It answers how the program ended ("W", the status, and a checksum), and waits until that is acknowledged.
    let mut said = String::new();
    while !said.contains("$W00#b7") {
        let mut octet = [0];
        stub.read_exact(&mut octet)
            .unwrap_or_else(|error| panic!("{said}: {error}"));
        said.push(char::from(octet[0]));
    }
    stub.write_all(b"+").unwrap();
    assert_eq!(child.0.wait().unwrap().code(), Some(0), "{gdb}");
    assert!(bench.path("ran").exists(), "it did not run");
}

#[test]
fn what_cannot_be_debugged_is_said_with_what_can() {
    let bench = fixture();
    for (args, message) in [
        (&["--debug", "is"][..], "--debug wants one target"),
        (
            &["--debug", "is", "--targets", "x86_64", "--", "--lib"],
            "--debug wants an emulated target",
        ),
        (
            &["--debug", "is_", "--targets", "s390x", "--", "--lib"],
            "made-up lib is_everywhere",
        ),
        (
            &["--debug", "no_such", "--targets", "s390x", "--", "--lib"],
            "no test `no_such` is built",
        ),
    ] {
        let ran = bench.run(&[&["test"], args].concat());
        assert_eq!(ran.status, 2, "{args:?}: {ran}");
        assert!(ran.stderr.contains(message), "{args:?}: {ran}");
    }
}
