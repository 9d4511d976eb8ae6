//! Tests find what they find on the real machine: their own programs start, and temporary files are theirs alone.

use std::os::unix::fs::PermissionsExt as _;

use super::{NO_NEXTEST, crate_in, has_nextest, outcome, test};
use crate::bench::{Bench, Ran, host_command, not_tried};

const PROGRAM: &str = "fn main() { println!(\"{} {}\", std::env::consts::ARCH, std::env::args().nth(1).unwrap()); }\n";

/// Starts the package's program, without any variable of the environment, and itself.
const TESTS: &str = r#"
use std::process::Command;

#[test]
fn starts_its_program() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_made-up"));
    let said = program.arg("a word").env_clear().output().unwrap();
    let expected = format!("{} a word\n", std::env::consts::ARCH);
    assert_eq!(String::from_utf8(said.stdout).unwrap(), expected);
}

#[test]
fn has_a_folder_of_its_own() {
    let place = std::env::temp_dir().join("mine");
    std::fs::File::create_new(place).unwrap();
}

#[test]
fn writes_where_it_is() {
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/written"), "").unwrap();
}
"#;

fn fixture() -> Bench {
    let bench = Bench::new();
    crate_in(&bench, ".", "", "");
    std::fs::write(bench.path("src/main.rs"), PROGRAM).unwrap();
    std::fs::create_dir(bench.path("tests")).unwrap();
    std::fs::write(bench.path("tests/it.rs"), TESTS).unwrap();
    bench
}

fn everything_passes(ran: &Ran) {
    assert_eq!(ran.status, 0, "{ran}");
    for target in ["x86_64", "s390x", "i686"] {
        for name in [
            "starts_its_program",
            "has_a_folder_of_its_own",
            "writes_where_it_is",
        ] {
            assert_eq!(
                outcome(ran, target, &format!("test it {name}")),
                "passed",
                "{target}: {ran}"
            );
        }
    }
}

#[test]
fn a_test_starts_the_program_of_its_package_on_every_machine() {
    let bench = fixture();
    let targets = ["--targets", "x86_64,i686,s390x"];
    everything_passes(&test(
        &bench,
        &[&targets[..], &["--", "--test", "it"]].concat(),
    ));
    match has_nextest() {
        true => {
            let nextest = ["--with", "nextest", "--", "--test", "it"];
            everything_passes(&test(&bench, &[&targets[..], &nextest].concat()));
        }
        false => not_tried(NO_NEXTEST),
    }
}

/// Starts itself once more, as tests do that want a process of their own.
const EXAMPLE: &str = r#"/// ```
/// let mut words = std::env::args();
/// let own = words.next().unwrap();
/// if words.next().is_none() {
///     let status = std::process::Command::new(own).arg("again").status().unwrap();
///     assert!(status.success(), "{status}");
/// }
/// ```
pub fn f() {}
"#;

#[test]
fn an_example_starts_itself_on_every_machine() {
    if !has_namespaces() {
        not_tried("no namespace that a kernel starts programs of other machines in");
        return;
    }
    let bench = Bench::new();
    crate_in(&bench, ".", "", EXAMPLE);
    let ran = test(&bench, &["--targets", "s390x", "--", "--doc"]);
    assert_eq!(ran.status, 0, "{ran}");
    assert!(ran.stdout.contains("1 passed, 0 failed"), "{ran}");
}

#[test]
fn where_the_kernel_cannot_be_told_a_script_takes_the_programs_place() {
    let bench = fixture();
    // No namespace is to be had.
    std::fs::create_dir(bench.path("bin")).unwrap();
    let unshare = bench.path("bin/unshare");
    std::fs::write(&unshare, "#!/bin/sh\nexit 1\n").unwrap();
    std::fs::set_permissions(&unshare, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", bench.path("bin").display());
    let bench = bench.with_variable("PATH", path);
    // The second run finds the scripts of the first in the places of the programs.
    for _ in 0..2 {
        everything_passes(&test(
            &bench,
            &["--targets", "x86_64,i686,s390x", "--", "--test", "it"],
        ));
    }
}

/// Wants a port and a file for itself, and the second test something that only this machine's network has.
const COLLIDING: &str = r#"
use std::net::{TcpStream, UdpSocket};

#[test]
fn has_a_port_and_a_file_for_itself() {
    let _held = UdpSocket::bind(("127.0.0.1", TAKEN)).unwrap();
    let place = concat!(env!("CARGO_MANIFEST_DIR"), "/state");
    std::fs::File::create_new(place).unwrap();
    let place = concat!(env!("CARGO_MANIFEST_DIR"), "/src/lib.rs");
    std::fs::write(place, "broken").unwrap();
}

#[test]
fn finds_who_listens_here() {
    TcpStream::connect(("127.0.0.1", LISTENS)).unwrap();
}
"#;

/// Whether a namespace with a network and a view of files can be had here.
fn has_namespaces() -> bool {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().display();
    let script = format!(
        "mount -t tmpfs tmpfs {place} && mkdir {place}/a {place}/b {place}/c && mount -t overlay overlay -o userxattr,lowerdir={place}/a,upperdir={place}/b,workdir={place}/c {place}/a && ip link set lo up"
    );
    let asked = host_command("unshare")
        .args(["--user", "--map-root-user", "--mount", "--net", "sh", "-c"])
        .arg(script)
        .output();
    asked.is_ok_and(|answer| answer.status.success())
}

#[test]
fn targets_at_once_are_not_in_each_others_way() {
    if !has_namespaces() {
        not_tried("no namespace with a network and an overlay is to be had");
        return;
    }
    let bench = Bench::new();
    crate_in(&bench, ".", "", "");
    std::fs::create_dir(bench.path("tests")).unwrap();
    // This machine has that port, and so no test of it can. The two tests run at once: none is to find what the other has.
    let taken = std::net::UdpSocket::bind(("127.0.0.1", 0)).unwrap();
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let tests = format!(
        "const TAKEN: u16 = {};\nconst LISTENS: u16 = {};\n{COLLIDING}",
        taken.local_addr().unwrap().port(),
        listener.local_addr().unwrap().port()
    );
    std::fs::write(bench.path("tests/it.rs"), tests).unwrap();
    let options = ["--targets", "s390x,i686", "--", "--test", "it"];
    let ran = test(&bench, &options);
    assert_eq!(ran.status, 0, "{ran}");
    for target in ["s390x", "i686"] {
        for name in ["has_a_port_and_a_file_for_itself", "finds_who_listens_here"] {
            let name = format!("test it {name}");
            assert_eq!(outcome(&ran, target, &name), "passed", "{target}: {ran}");
        }
    }
    let told = "only in this machine's network and in the project itself, not in others of their own, these pass: made-up test it finds_who_listens_here\n";
    assert!(ran.stdout.contains(told), "{ran}");
    // What they wrote into the project is gone.
    assert!(!bench.path("state").exists(), "{ran}");
    assert_eq!(std::fs::read(bench.path("src/lib.rs")).unwrap(), b"");
}
