//! A run of `crossum` in which something that it started hangs: it never ends by itself.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::sys::stat::Mode;
use nix::unistd::{Pid, mkfifo};

use crate::bench::Ran;

/// A run in which something hangs.
pub(crate) struct HangingRun {
    crossum: Child,
    events: Receiver<Event>,
}

/// What is waited for. Each event is the end of a read, so none depends on how fast this machine is.
#[derive(Debug, PartialEq, Eq)]
enum Event {
    /// What hangs has written a line into its FIFO.
    Hangs,
    /// What hangs holds its FIFO open no more: it is gone.
    Gone,
    /// Nothing can write to the standard error of `crossum` any more. With what was written there.
    Ended(String),
}

/// The time after which an event is taken for one that never comes. Nothing is measured by it.
const NEVER: Duration = Duration::from_secs(600);

impl HangingRun {
    /// Starts it, and waits until something that it started hangs.
    ///
    /// What hangs opens `fifo`, writes a line into it, and holds it open as long as it lives.
    pub(crate) fn start(mut command: Command, fifo: &Path) -> HangingRun {
        mkfifo(fifo, Mode::S_IRUSR | Mode::S_IWUSR).unwrap();
        let streams = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut crossum = streams.spawn().unwrap();
        let (send, events) = channel();
        let stderr = crossum.stderr.take().unwrap();
        std::thread::spawn({
            let send = send.clone();
            move || {
                let mut text = String::new();
                BufReader::new(stderr).read_to_string(&mut text).unwrap();
                report(&send, Event::Ended(text));
            }
        });
        let fifo = fifo.to_owned();
        std::thread::spawn(move || {
            // This waits for the writer.
            let mut lines = BufReader::new(std::fs::File::open(fifo).unwrap()).lines();
            if lines.next().is_some() {
                report(&send, Event::Hangs);
            }
            assert!(lines.next().is_none(), "one line is enough");
            report(&send, Event::Gone);
        });
        let run = HangingRun { crossum, events };
        assert_eq!(run.next(), Event::Hangs, "nothing that hangs was started");
        run
    }

    /// Sends a signal to `crossum`, and waits for its end and for the end of what hangs.
    pub(crate) fn end_by(self, signal: Signal, report: &Path) -> Ran {
        let nothing = self.events.try_recv();
        assert_eq!(nothing, Err(TryRecvError::Empty), "it ended by itself");
        let pid = i32::try_from(self.crossum.id()).unwrap();
        kill(Pid::from_raw(pid), signal).unwrap();
        let mut stderr = None;
        let mut is_gone = false;
        while stderr.is_none() || !is_gone {
            match self.next() {
                Event::Ended(text) => stderr = Some(text),
                Event::Gone => is_gone = true,
                Event::Hangs => panic!("it was started again"),
            }
        }
        let mut ran = Ran::from(self.crossum.wait_with_output().unwrap(), report);
        ran.stderr = stderr.unwrap_or_default();
        ran
    }

    /// Kills `crossum`, which can do nothing about it.
    pub(crate) fn kill(mut self) {
        self.crossum.kill().unwrap();
        self.crossum.wait().unwrap();
    }

    fn next(&self) -> Event {
        self.events
            .recv_timeout(NEVER)
            .expect("neither its end nor anything else came")
    }
}

/// Nobody listens where the test has failed already.
fn report(send: &Sender<Event>, event: Event) {
    let _ = send.send(event);
}
