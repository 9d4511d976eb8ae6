//! `sumsrv` as a process.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    process::{Child, ChildStderr, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::running::HANG;

pub(crate) const SUMSRV: &str = env!("CARGO_BIN_EXE_sumsrv");

/// A running `sumsrv`, killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    lines: Receiver<String>,
    pub(crate) listening: Vec<(String, SocketAddr)>,
}

impl Server {
    pub(crate) fn start(services: &[&str]) -> Self {
        let mut command = command(SUMSRV);
        // On a busy machine peers may be slow to take their last replies.
        let grace = format!("--grace={}", HANG.as_secs());
        command.args(["serve", &grace]).args(services);
        Server::from(command)
    }

    pub(crate) fn from(mut command: Command) -> Self {
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
    pub(crate) fn line(&mut self) -> String {
        self.lines
            .recv_timeout(HANG)
            .expect("the server prints another line")
    }

    /// Sends a signal and waits for the exit code.
    pub(crate) fn stop(&mut self, signal: &str) -> Option<i32> {
        self.signal(signal);
        self.end()
    }

    /// Waits for its end; the exit code.
    pub(crate) fn end(&mut self) -> Option<i32> {
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

    pub(crate) fn stderr(&mut self) -> ChildStderr {
        self.child.stderr.take().unwrap()
    }

    /// What it wrote to standard error until its end.
    pub(crate) fn errors(&mut self) -> String {
        let mut said = String::new();
        self.stderr().read_to_string(&mut said).unwrap();
        said
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // When the test passed, it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn connect(addr: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(addr).unwrap();
    stream.set_read_timeout(Some(HANG)).unwrap();
    stream
}

pub(crate) fn exchange(addr: SocketAddr, octets: &[u8]) -> Vec<u8> {
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
pub(crate) fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    // The variable of whoever runs the tests must not change what is logged.
    command.env_remove("RUST_LOG");
    command
}
