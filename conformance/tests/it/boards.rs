//! Boards that take part: emulated ones, and commands that stand for one and misbehave.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;

use crate::bench::{Bench, Killed, Ran, extra_not_tried, host_command};

/// Who meets the board: a program of this machine.
const PARTNER: &str = "c-gcc@x86_64-unknown-linux-gnu";

/// Whether a board can be built for and run in here; says so where not.
fn is_here(target: &str) -> bool {
    let here = Bench::new().run(&["doctor", "--targets", target]).status == 0;
    if !here {
        extra_not_tried("boards", target);
    }
    here
}

/// Every board's facts are the model's, and every octet and answer is predicted, whichever part it plays.
#[test]
fn every_board_is_as_predicted_in_both_parts() {
    for board in cross::target::boards() {
        if !is_here(&board.name) {
            continue;
        }
        let bench = Bench::new();
        let both = format!("c-gcc@{},{PARTNER}", board.name);
        let encodings =
            "text,text-long,raw-long,raw-fixed,raw-mixed,raw-packed,network,little,xdr,varint";
        let ran = bench.matrix(&both, encodings, &["--vectors", "12"]);
        assert_eq!(ran.status, 0, "{}: {ran}", board.name);
        assert!(
            ran.stdout
                .contains("every participant's own facts equal the model's (2 tried)"),
            "{ran}"
        );
        assert_eq!(ran.cells().len(), 40, "{ran}");
        assert!(ran.stdout.contains("480 as predicted, 0 not"), "{ran}");
    }
}

/// An Uno and a PC, as a person would try them: wrong numbers, and why.
#[test]
fn an_uno_and_a_pc_disagree_about_a_long_and_about_padding() {
    let bench = Bench::new();
    let explained = |encoding: &str| {
        let ends = ["explain", "--server", "avr", "--client", PARTNER];
        let ran = bench.run(&[&ends[..], &["--encoding", encoding, "--vector", "1,2"]].concat());
        assert_eq!(ran.status, 0, "{ran}");
        ran.stdout
    };
    let long = explained("raw-long");
    assert!(long.contains("so: 8589934593, where 3 is right"), "{long}");
    assert!(long.contains("because of: width"), "{long}");
    let mixed = explained("raw-mixed");
    assert!(mixed.contains("its struct has 19"), "{mixed}");
    assert!(mixed.contains("because of: padding"), "{mixed}");
    if !is_here("avr-none") {
        return;
    }
    let ran = bench.matrix(
        &format!("c-gcc@avr-none,{PARTNER}"),
        "raw-long",
        &["--vector", "1,2"],
    );
    assert_eq!(ran.status, 0, "{ran}");
    let wrong = ran.cells().iter().find(|cell| {
        let end = |end: &str| cell[end].as_str().unwrap_or_default();
        end("server") == "c-gcc@avr-none" && end("client") == PARTNER
    });
    let wrong = wrong.unwrap().to_string();
    assert!(wrong.contains("8589934593"), "{wrong}");
}

/// `crossum board` with a shell script that stands for the board.
fn board(script: &str, words: &[&str]) -> Ran {
    let mut command = host_command(env!("CARGO_BIN_EXE_crossum"));
    command.args(["board", "--word=/bin/sh", "--word=-c"]);
    command
        .arg(format!("--word={script}"))
        .arg("--")
        .args(words);
    Ran::from(command.output().unwrap(), Path::new("none"))
}

/// What a boot loader says, and then a board that answers with what `$answer` is.
fn answering(answer: &str) -> String {
    format!(
        "printf 'boot\\377 loader\\r\\n'; read -r _; while read -r what rest; do \
         if [ \"$what\" = hello ]; then printf 'hello %s\\r\\n' \"$rest\"; \
         elif [ -n \"$what\" ]; then {answer}; fi; done"
    )
}

#[test]
fn a_board_that_speaks_after_its_boot_loader_is_understood() {
    let ran = board(&answering("printf 'size.long 4\\ndone\\n'"), &["abi"]);
    assert_eq!(
        (ran.status, ran.stdout.as_str()),
        (0, "size.long 4\n"),
        "{ran}"
    );
}

#[test]
fn what_a_board_does_not_implement_is_declined() {
    let script = answering("echo unsupported");
    let ran = board(&script, &["serve", "text", "cbor"]);
    assert_eq!(ran.status, 127, "{ran}");
    assert_eq!(ran.stdout, "unsupported text\nunsupported cbor\n");
}

#[test]
fn a_board_that_breaks_its_contract_is_told_with_the_question() {
    for (script, why) in [
        ("exit 7", "its output ended before it answered"),
        (
            &*answering("echo octets 5 00"),
            "asked `serve text -`, it answered `octets 5 00` where",
        ),
        (
            &*answering("exit 3"),
            "asked `serve text -`: its output ended",
        ),
    ] {
        let ran = board(script, &["serve", "text"]);
        assert_eq!(ran.status, 3, "{ran}");
        assert!(ran.stderr.contains(why), "{ran}");
    }
}

/// A real board, as far as this machine can tell: a terminal, with an Uno behind it that somebody else started.
#[test]
fn a_board_at_a_serial_port_serves_and_asks_at_once() {
    if !is_here("avr-none") {
        return;
    }
    let bench = Bench::new();
    let code = Path::new(env!("CARGO_MANIFEST_DIR")).join("matrix/participants/c");
    let image = bench.path("uno.elf");
    let mut make = host_command("make");
    make.arg("-C").arg(&code).arg("uno");
    make.arg(format!("UNO={}", image.display()));
    assert!(make.status().unwrap().success());
    let mut uno = host_command("qemu-system-avr");
    uno.args([
        "-M", "uno", "-display", "none", "-monitor", "none", "-serial", "pty",
    ]);
    uno.arg("-bios").arg(&image).stdout(Stdio::piped());
    let mut uno = Killed(uno.spawn().unwrap());
    // "char device redirected to /dev/pts/3 (label serial0)"
    let mut said = BufReader::new(uno.0.stdout.take().unwrap());
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    let port = line
        .split(' ')
        .find(|word| word.starts_with("/dev/"))
        .unwrap();
    let settings = format!("[target.avr-none]\nserial = \"{port}\"\nbaud = 57600\n");
    std::fs::write(bench.path("crossum.toml"), settings).unwrap();
    let both = format!("c-gcc@avr-none,{PARTNER}");
    let ran = bench.matrix(&both, "text,raw-long,raw-mixed", &["--vectors", "12"]);
    assert_eq!(ran.status, 0, "{ran}");
    assert!(ran.stdout.contains("144 as predicted, 0 not"), "{ran}");
    let report = ran.report().to_string();
    assert!(
        report.contains(&format!("a board at {port}, 57600 baud")),
        "{report}"
    );
}

#[test]
fn a_serial_port_that_is_not_there_or_not_for_a_board_is_told() {
    let bench = Bench::new();
    let board = ["board", "--port", "/dev/none", "--", "abi"];
    let ran = bench.run(&board);
    assert_eq!(ran.status, 3, "{ran}");
    assert!(ran.stderr.contains("the serial port /dev/none: "), "{ran}");
    for (settings, why) in [
        (
            "[target.s390x-unknown-linux-gnu]\nserial = \"/dev/ttyUSB0\"\n",
            "line 2: `serial` is where a board is",
        ),
        ("[target.avr-none]\nbaud = 9600\n", "belong to a `serial`"),
        (
            "[target.avr-none]\nserial = \"/dev/ttyUSB0\"\nrunner = \"x\"\n",
            "and not both",
        ),
    ] {
        std::fs::write(bench.path("crossum.toml"), settings).unwrap();
        let ran = bench.run(&["doctor", "--targets", "avr"]);
        assert_eq!(ran.status, 2, "{ran}");
        assert!(ran.stderr.contains(why), "{ran}");
    }
}
