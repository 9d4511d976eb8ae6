//! `sumsrv` as a process: the contract of `PARTICIPANTS.md`.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Output, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::running::HANG;

const SUMSRV: &str = env!("CARGO_BIN_EXE_sumsrv");

#[test]
fn abi_prints_the_facts_that_every_participant_must_give() {
    let output = command(SUMSRV).arg("abi").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let facts = String::from_utf8(output.stdout).unwrap();
    for key in ["byte-order", "size.long", "align.int64", "char-signed"] {
        let lines = facts
            .lines()
            .filter(|line| line.split(' ').next() == Some(key))
            .count();
        assert_eq!(lines, 1, "{key} in\n{facts}");
    }
    let order = if cfg!(target_endian = "big") {
        "byte-order big"
    } else {
        "byte-order little"
    };
    assert!(facts.lines().any(|line| line == order), "{facts}");
    assert!(
        facts.lines().all(|line| line.split(' ').count() == 2),
        "{facts}"
    );
}

#[test]
fn every_unknown_encoding_is_named_and_nothing_is_bound() {
    let output = command(SUMSRV)
        .args(["serve", "text", "made-up", "network", "morse"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(127));
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "unsupported made-up\nunsupported morse\n"
    );
}

#[test]
fn all_encodings_are_implemented() {
    let names = proto::all().iter().map(|encoding| encoding.name());
    let mut server = Server::start(&names.clone().collect::<Vec<_>>());
    let listening: Vec<&str> = server
        .listening
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(listening, names.collect::<Vec<_>>(), "in the order asked");
    assert!(server.listening.iter().all(|(_, addr)| addr.port() != 0));
    assert_eq!(server.stop("TERM"), Some(0));
}

#[test]
fn a_line_of_text_is_answered() {
    let mut server = Server::start(&["text=127.0.0.1:0"]);
    assert_eq!(
        exchange(server.addr(0), b"1 2\nx\n-22 -77\n"),
        b"3\ninput error\n-99\n"
    );
    assert_eq!(server.stop("TERM"), Some(0));
}

#[test]
fn a_request_cut_short_is_told_on_standard_output() {
    let mut server = Server::start(&["text", "network"]);
    let mut stream = connect(server.addr(1));
    let peer = stream.local_addr().unwrap();
    stream.write_all(&[0; 21]).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut replies = Vec::new();
    stream.read_to_end(&mut replies).unwrap();
    assert_eq!(replies, [0; 16]);
    assert_eq!(server.line(), format!("short network {peer} 5 16"));
    assert_eq!(server.stop("TERM"), Some(0));
}

#[test]
fn sigterm_and_sigint_answer_what_is_whole_and_exit_0() {
    for signal in ["TERM", "INT"] {
        let mut server = Server::start(&["text"]);
        let mut stream = connect(server.addr(0));
        let mut replies = BufReader::new(stream.try_clone().unwrap());
        let mut reply = String::new();
        stream.write_all(b"1 2\n").unwrap();
        replies.read_line(&mut reply).unwrap();
        // Stopped, it finds the octets and the signal at once when it continues.
        server.signal("STOP");
        stream.write_all(b"3 4\n5").unwrap();
        server.signal(signal);
        assert_eq!(server.stop("CONT"), Some(0), "{signal}");
        replies.read_to_string(&mut reply).unwrap();
        assert_eq!(reply, "3\n7\n", "{signal}");
    }
}

#[test]
fn an_address_in_use_is_trouble_that_says_what_to_do() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = other.local_addr().unwrap();
    let output = command(SUMSRV)
        .args(["serve", &format!("text={addr}")])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(&addr.to_string()), "{said}");
    assert!(said.contains("Address already in use"), "{said}");
    assert!(said.contains("another port"), "{said}");
}

#[test]
fn wrong_arguments_exit_2() {
    for arguments in [
        &["serve"][..],
        &["serve", "text=here"],
        &["serve", "text=127.0.0.1"],
        &["dance"],
        &[],
    ] {
        let output: Output = command(SUMSRV).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(output.stdout, b"", "{arguments:?}");
    }
}

#[test]
fn running_out_of_descriptors_ends_when_peers_leave() {
    let mut shell = command("sh");
    shell.args(["-c", "ulimit -n 24 && exec \"$0\" serve text", SUMSRV]);
    let mut server = Server::from(shell);
    let mut streams: Vec<TcpStream> = (0..40).map(|_| connect(server.addr(0))).collect();
    for stream in &mut streams {
        stream.write_all(b"1 2\n").unwrap();
    }
    // Those that were accepted leave one after the other, and all the others come to their turn.
    for mut stream in streams {
        let mut reply = [0; 2];
        stream.read_exact(&mut reply).unwrap();
        assert_eq!(&reply, b"3\n");
    }
    assert_eq!(server.stop("TERM"), Some(0));
    let said = server.errors();
    assert!(said.contains("Too many open files"), "{said}");
}

#[test]
fn a_listener_that_has_no_peers_recovers_when_descriptors_are_given_back_elsewhere() {
    let mut shell = command("sh");
    shell.args([
        "-c",
        "ulimit -n 24 && exec \"$0\" serve text network",
        SUMSRV,
    ]);
    let mut server = Server::from(shell);
    let text: Vec<TcpStream> = (0..40).map(|_| connect(server.addr(0))).collect();
    let mut network = connect(server.addr(1));
    network.write_all(&[0; 16]).unwrap();
    // It has been refused a descriptor before any is given back.
    let stderr = BufReader::new(server.child.stderr.take().unwrap());
    let refused = stderr
        .lines()
        .map_while(Result::ok)
        .find(|line| line.contains("network"));
    assert!(refused.is_some_and(|line| line.contains("Too many open files")));
    drop(text);
    let mut reply = [1; 16];
    network.read_exact(&mut reply).unwrap();
    assert_eq!(reply, [0; 16]);
    assert_eq!(server.stop("TERM"), Some(0));
}

/// A running `sumsrv`, killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    lines: Receiver<String>,
    listening: Vec<(String, SocketAddr)>,
}

impl Server {
    pub(crate) fn start(services: &[&str]) -> Self {
        let mut command = command(SUMSRV);
        command.arg("serve").args(services);
        Server::from(command)
    }

    fn from(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (line, lines) = mpsc::channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || {
            stdout
                .lines()
                .map_while(Result::ok)
                .try_for_each(|text| line.send(text))
        });
        let mut server = Server {
            child,
            lines,
            listening: Vec::new(),
        };
        loop {
            let line = server.line();
            if line == "ready" {
                return server;
            }
            let words: Vec<&str> = line.split(' ').collect();
            let ["listening", encoding, addr] = words[..] else {
                panic!("{line:?}")
            };
            server
                .listening
                .push((encoding.to_owned(), addr.parse().unwrap()));
        }
    }

    pub(crate) fn addr(&self, index: usize) -> SocketAddr {
        self.listening[index].1
    }

    /// The next line of its standard output.
    fn line(&mut self) -> String {
        self.lines
            .recv_timeout(HANG)
            .expect("the server prints another line")
    }

    /// Sends a signal and waits for the exit code.
    fn stop(&mut self, signal: &str) -> Option<i32> {
        self.signal(signal);
        self.child.wait().unwrap().code()
    }

    pub(crate) fn signal(&self, signal: &str) {
        let signal: Signal = format!("SIG{signal}").parse().unwrap();
        kill(
            Pid::from_raw(i32::try_from(self.child.id()).unwrap()),
            signal,
        )
        .unwrap();
    }

    fn errors(&mut self) -> String {
        let mut said = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        said
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already where the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn connect(addr: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(addr).unwrap();
    stream.set_read_timeout(Some(HANG)).unwrap();
    stream
}

fn exchange(addr: SocketAddr, octets: &[u8]) -> Vec<u8> {
    let mut stream = connect(addr);
    stream.write_all(octets).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut replies = Vec::new();
    stream.read_to_end(&mut replies).unwrap();
    replies
}

#[expect(
    clippy::disallowed_methods,
    reason = "the program under test, and it ends with the test"
)]
fn command(program: &str) -> Command {
    Command::new(program)
}
