//! The program held to `PARTICIPANTS.md`.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is a test, and clippy knows only `#[test]` functions as such"
)]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    process::{Child, ChildStdout, Command, Output, Stdio},
};

const PARTICIPANT: &str = env!("CARGO_BIN_EXE_participant");

#[allow(
    clippy::disallowed_methods,
    reason = "a program that is tested depends on nothing of the suite"
)]
fn program(name: &str) -> Command {
    Command::new(name)
}

fn command(words: &[&str]) -> Command {
    let mut command = program(PARTICIPANT);
    command
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn run(words: &[&str]) -> Output {
    command(words).output().unwrap()
}

fn said(octets: &[u8]) -> String {
    String::from_utf8(octets.to_vec()).unwrap()
}

/// A server, killed when it is dropped.
struct Server {
    child: Child,
    lines: BufReader<ChildStdout>,
    addresses: Vec<String>,
}

impl Server {
    fn start(services: &[&str]) -> Server {
        let mut child = command(&[&["serve"], services].concat()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        let mut server = Server {
            child,
            lines,
            addresses: Vec::new(),
        };
        loop {
            let line = server.line();
            match line.split(' ').collect::<Vec<_>>().as_slice() {
                ["ready"] => return server,
                ["listening", _, address] => server.addresses.push((*address).to_owned()),
                _ => panic!("{line:?}"),
            }
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn terminate(&mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        let kill = program("kill").args(["-TERM", &pid]).status();
        assert!(kill.unwrap().success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn its_facts_are_a_line_each() {
    let output = run(&["abi"]);
    assert_eq!(output.status.code(), Some(0));
    let facts = said(&output.stdout);
    for key in ["byte-order", "size.long", "align.int64", "char-signed"] {
        let of_key = |line: &&str| line.split(' ').next() == Some(key);
        assert_eq!(facts.lines().filter(of_key).count(), 1, "{key} in\n{facts}");
    }
}

#[test]
fn what_it_does_not_implement_is_named_and_nothing_is_bound() {
    let output = run(&["serve", "text", "made-up", "network", "morse"]);
    assert_eq!(output.status.code(), Some(127));
    assert_eq!(
        said(&output.stdout),
        "unsupported made-up\nunsupported morse\n"
    );
}

#[test]
fn its_client_asks_its_server_in_every_encoding() {
    let names = proto::all().iter().map(|encoding| encoding.name());
    // A trap even between two ends of one machine: they end their lines otherwise.
    let names: Vec<_> = names.filter(|name| *name != "text-ebcdic").collect();
    let mut server = Server::start(&names);
    let mut orders = String::new();
    for (id, (name, address)) in names.iter().zip(&server.addresses).enumerate() {
        orders += &format!("{id} {name} {address} 1 2\n");
    }
    let mut client = command(&["drive"]).spawn().unwrap();
    let mut input = client.stdin.take().unwrap();
    input.write_all(orders.as_bytes()).unwrap();
    drop(input);
    let output = client.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let mut answers: Vec<_> = said(&output.stdout).lines().map(str::to_owned).collect();
    answers.sort_by_key(|line| {
        line.split(' ')
            .next()
            .and_then(|id| id.parse::<usize>().ok())
    });
    assert_eq!(answers.len(), names.len());
    for (id, answer) in answers.iter().enumerate() {
        assert!(
            answer.starts_with(&format!("{id} sum 3 sent ")),
            "{}: {answer}",
            names[id]
        );
    }
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn a_request_cut_short_is_reported() {
    let mut server = Server::start(&["text", "network=127.0.0.1:0"]);
    let mut stream = TcpStream::connect(&server.addresses[1]).unwrap();
    let peer = stream.local_addr().unwrap();
    stream.write_all(&[0; 5]).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    stream.read_to_end(&mut Vec::new()).unwrap();
    // It was printed before the connection was closed. After its end nothing more can come, so nobody waits here.
    assert_eq!(server.terminate(), Some(0));
    assert_eq!(server.line(), format!("short network {peer} 5 16"));
}

#[test]
fn wrong_words_end_with_2_and_trouble_with_1_each_with_its_reason() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = format!("text={}", taken.local_addr().unwrap());
    for (words, code, why) in [
        (&[][..], 2, "usage: participant abi"),
        (&["abi", "x"], 2, "usage: participant abi"),
        (&["serve"], 2, "usage: participant abi"),
        (&["serve", "text=here"], 2, "`here` is not IP:PORT"),
        (&["serve", &taken], 1, "cannot listen on 127.0.0.1:"),
    ] {
        let output = run(words);
        let errors = said(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{words:?}: {errors}");
        assert!(errors.contains(why), "{words:?}: {errors}");
        assert_eq!(said(&output.stdout), "");
    }
    let output = command(&["drive"])
        .env("CROSSUM_PATIENCE_MS", "soon")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output.stderr).contains("CROSSUM_PATIENCE_MS is not a number"));
}
