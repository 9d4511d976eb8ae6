//! Runners of the user's, from `crossum.toml`: another QEMU, and another machine behind something that behaves as ssh does.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::bench::{Bench, Ran, native};

const FOREIGN: &str = "s390x-unknown-linux-gnu";

/// The machine behind it has a folder, an environment and sessions of its own, and its shell splits the words again.
const SSH: &str = r#"#!/bin/sh
[ "$1" = board1 ] || { echo "ssh: Could not resolve hostname $1" >&2; exit 255; }
shift
echo "$*" >>"$(dirname "$0")/told"
cd "$(dirname "$0")/far" && exec env -i PATH=/usr/bin:/bin setsid --wait sh -c "$*"
"#;

fn native_target() -> String {
    native().replace("c-gcc@", "")
}

/// A project with an ssh of its own, whose settings lead this machine's programs to another one.
fn with_board(more: &str) -> Bench {
    let bench = Bench::new();
    std::fs::create_dir(bench.path("far")).unwrap();
    executable(&bench.path("ssh"), SSH);
    let far = bench.path("far").display().to_string();
    let settings = format!(
        "[target.{}]\nrunner = [\"./ssh\", \"board1\"]\ncopy = [\"cp\", \"{{program}}\", \"{{there}}\"]\nthere = \"{far}/{{name}}\"\n{more}",
        native_target(),
    );
    std::fs::write(bench.path("crossum.toml"), settings).unwrap();
    bench
}

fn executable(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// The programs of the other machine that run.
fn running(bench: &Bench) -> Vec<PathBuf> {
    let far = bench.path("far").canonicalize().unwrap();
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let programs = processes.filter_map(|entry| entry.path().join("exe").read_link().ok());
    programs.filter(|exe| exe.starts_with(&far)).collect()
}

fn until(what: &str, is_so: impl Fn() -> bool) {
    let limit = Instant::now() + Duration::from_secs(30);
    while !is_so() {
        assert!(Instant::now() < limit, "never: {what}");
        std::thread::yield_now();
    }
}

fn participants() -> String {
    format!("{},c-gcc@{FOREIGN}", native())
}

fn runner<'a>(ran: &'a Ran, id: &str) -> &'a str {
    let rows = ran.report()["participants"].as_array().unwrap();
    let row = rows.iter().find(|row| row["id"] == id).unwrap();
    row["runner"].as_str().unwrap()
}

const ADDRESSES: &str = "address = \"127.0.0.2\"\n[target.big-endian]\naddress = \"127.0.0.1\"\n";

#[test]
fn a_matrix_between_this_machine_and_another_holds_and_leaves_nobody_behind() {
    let bench = with_board(ADDRESSES);
    let ran = bench.matrix(&participants(), "text,raw-long,network", &[]);
    assert_eq!(ran.status, 0, "{ran}");
    assert_eq!(ran.cells().len(), 12);
    assert!(
        ran.cells().iter().all(|cell| cell["verdict"] == "held"),
        "{ran}"
    );
    let board = runner(&ran, &native());
    assert!(board.contains("/ssh board1 (Linux "), "{board}");
    let told = std::fs::read_to_string(bench.path("told")).unwrap();
    assert!(told.contains(" serve text=127.0.0.2:0 "), "{told}");
    let emulated = runner(&ran, &format!("c-gcc@{FOREIGN}"));
    assert!(emulated.starts_with("qemu-s390x"), "{emulated}");
    until("everybody there ends", || running(&bench).is_empty());
}

#[test]
fn without_an_address_two_machines_do_not_meet_and_each_goes_on_by_itself() {
    let ran = with_board("").matrix(&participants(), "text", &[]);
    assert_eq!(ran.status, 3, "{ran}");
    for cell in ran.cells() {
        if cell["server"] == cell["client"] {
            assert_eq!(cell["verdict"], "held", "{ran}");
        } else {
            assert_eq!(cell["verdict"], "could-not-run", "{ran}");
            let why = cell["why"].as_str().unwrap();
            assert!(why.contains("say where the first is reached"), "{why}");
        }
    }
}

#[test]
fn what_ssh_itself_says_is_no_verdict() {
    let bench = with_board(ADDRESSES);
    let settings = std::fs::read_to_string(bench.path("crossum.toml")).unwrap();
    let settings = settings.replace("\"board1\"", "\"board9\"");
    std::fs::write(bench.path("crossum.toml"), settings).unwrap();
    let ran = bench.matrix(&participants(), "text", &[]);
    assert_eq!(ran.status, 3, "{ran}");
    let told = |cell: &serde_json::Value| {
        let why = cell["why"].as_str().unwrap_or_default();
        why.contains("Could not resolve hostname board9") && why.contains("/ssh board9` did not")
    };
    let of_board = |cell: &&serde_json::Value| {
        [&cell["server"], &cell["client"]].contains(&&serde_json::Value::from(native()))
    };
    assert_eq!(ran.cells().iter().filter(of_board).count(), 3);
    assert!(ran.cells().iter().filter(of_board).all(told), "{ran}");
}

#[test]
fn nobody_is_left_there_after_a_sigkill() {
    let bench = with_board(ADDRESSES);
    let mut command = bench.command(&[
        "matrix",
        "--participants",
        &participants(),
        "--encodings",
        "text,network",
        "--vectors",
        "50000",
    ]);
    let mut running_here = command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(running_here.stderr.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().starts_with("exchanging")));
    until("server and client run there", || running(&bench).len() >= 2);
    let pid = Pid::from_raw(i32::try_from(running_here.id()).unwrap());
    kill(pid, Signal::SIGKILL).unwrap();
    running_here.wait().unwrap();
    until("everybody there ends", || running(&bench).is_empty());
}

const TESTS: &str = r#"
/// ```
/// assert_eq!(fixture::one(), 1);
/// ```
pub fn one() -> i32 { 1 }

#[test]
fn cargos_variables_cross() {
    assert_eq!(std::env::var("CARGO_PKG_NAME").as_deref(), Ok("fixture"));
    assert!(std::env::var("OF_THE_SHELL").is_err());
}

#[test]
fn runs_in_the_packages_folder_where_it_is_shared() {
    assert!(std::path::Path::new("Cargo.toml").exists());
}

#[test]
fn fails() { panic!("it's \"wrong\" here") }
"#;

fn crate_on_board(tests: &str) -> (Bench, Ran) {
    let bench = with_board("");
    std::fs::write(
        bench.path("Cargo.toml"),
        "[package]\nname = \"fixture\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
    )
    .unwrap();
    std::fs::create_dir(bench.path("src")).unwrap();
    std::fs::write(bench.path("src/lib.rs"), tests).unwrap();
    let target = bench.path("target").display().to_string();
    let bench = bench
        .with_variable("CARGO_TARGET_DIR", target)
        .with_variable("OF_THE_SHELL", "1");
    let ran = bench.run(&[
        "test",
        "--targets",
        &native_target(),
        "--json",
        "report.json",
    ]);
    (bench, ran)
}

fn outcomes(ran: &Ran) -> Vec<(String, String)> {
    let tests = ran.report()["targets"][0]["tests"].as_array().unwrap();
    let word =
        |row: &serde_json::Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let mut all: Vec<_> = tests
        .iter()
        .map(|row| (word(row, "name"), word(row, "outcome")))
        .collect();
    all.sort();
    all
}

#[test]
fn a_crates_tests_run_on_another_machine() {
    let (bench, ran) = crate_on_board(TESTS);
    assert_eq!(ran.status, 1, "{ran}");
    let expected = [
        ("cargos_variables_cross", "passed"),
        ("fails", "failed"),
        ("runs_in_the_packages_folder_where_it_is_shared", "passed"),
    ]
    .map(|(name, result)| (name.to_owned(), result.to_owned()));
    assert_eq!(outcomes(&ran), expected, "{ran}");
    let runner = ran.report()["targets"][0]["runner"].as_str().unwrap();
    assert!(runner.contains("/ssh board1 (Linux "), "{runner}");
    assert!(ran.stdout.contains("doctests not run"), "{ran}");
    until("everybody there ends", || running(&bench).is_empty());
}

#[test]
fn a_test_that_ends_with_the_status_of_ssh_has_no_verdict() {
    let (_bench, ran) = crate_on_board("#[test] fn ends() { std::process::exit(255) }");
    assert_eq!(ran.status, 3, "{ran}");
    assert!(
        outcomes(&ran)
            .iter()
            .all(|(_, result)| result == "could-not-run"),
        "{ran}"
    );
}

#[test]
fn a_qemu_by_its_path_is_taken_and_told_with_its_version() {
    let bench = Bench::new();
    std::fs::create_dir(bench.path("opt")).unwrap();
    // Of whichever of Debian's packages is here.
    let names = ["/usr/bin/qemu-s390x-static", "/usr/bin/qemu-s390x"];
    let qemu = names.into_iter().map(Path::new).find(|path| path.exists());
    let qemu = qemu.expect("an emulator, which `crossum setup` brings");
    std::os::unix::fs::symlink(qemu, bench.path("opt/qemu-s390x")).unwrap();
    let settings = "[target.\"s390x-*\"]\nrunner = \"opt/qemu-s390x -cpu max\"\n";
    std::fs::write(bench.path("crossum.toml"), settings).unwrap();
    let id = format!("c-gcc@{FOREIGN}");
    let ran = bench.matrix(&id, "text", &[]);
    assert_eq!(ran.status, 0, "{ran}");
    let told = runner(&ran, &id);
    assert!(
        told.starts_with("qemu-s390x ") && told.ends_with(" -cpu max"),
        "{told}"
    );
    let doctor = bench.run(&["doctor", "--targets", FOREIGN]);
    let line = doctor.stdout.lines().find(|line| line.contains("runner"));
    assert!(line.unwrap().ends_with("crossum.toml:2"), "{doctor}");
}

#[test]
fn a_runner_that_is_not_there_stops_nobody_else() {
    let bench = Bench::new();
    let settings = format!("[target.{FOREIGN}]\nrunner = \"/opt/qemu-9/bin/qemu-s390x\"\n");
    std::fs::write(bench.path("crossum.toml"), settings).unwrap();
    let ran = bench.matrix(&participants(), "text", &[]);
    assert_eq!(ran.status, 3, "{ran}");
    let named = "crossum.toml:2, which names `/opt/qemu-9/bin/qemu-s390x`: no such program";
    for cell in ran.cells() {
        match cell["why"].as_str() {
            Some(why) => assert!(why.contains(named), "{why}"),
            None => assert_eq!(cell["verdict"], "held", "{ran}"),
        }
    }
    let doctor = bench.run(&["doctor", "--targets", FOREIGN]);
    assert_eq!(doctor.status, 3, "{doctor}");
    assert!(doctor.stdout.contains(named), "{doctor}");
    let setup = bench.run(&["setup", "--targets", FOREIGN, "--yes"]);
    assert_eq!(setup.status, 0, "{setup}");
    assert!(setup.stdout.contains(named), "{setup}");
}

#[test]
fn what_is_wrong_in_the_settings_is_told_by_every_command_that_takes_them() {
    let bench = Bench::new();
    let settings = "[check]\n[target.s390x-unknown-linux]\nrunner = \"wine\"\n";
    std::fs::write(bench.path("crossum.toml"), settings).unwrap();
    for command in ["doctor", "setup", "matrix", "encodings"] {
        let ran = bench.run(&[command]);
        assert_eq!(ran.status, 2, "{command}: {ran}");
        assert!(
            ran.stderr.contains("line 2")
                && ran.stderr.contains(&format!("did you mean `{FOREIGN}`?")),
            "{command}: {ran}"
        );
    }
}
