//! The serial line of a board: one question at a time, and its answer.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cross::Host;
use cross::process::Invocation;
use nix::sys::signal::Signal;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::port::Port;
use super::question::{Answer, Question};
use super::{Board, Trouble};
use crate::run::Child;
use kit::lines::NoLine;

/// How long a board may take to answer: at 9600 baud the longest question takes two seconds.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// How long a board is asked whether it is there: a boot loader may listen first, and swallow what it does not understand.
const THERE_WITHIN: Duration = Duration::from_secs(30);

/// The first wait for an answer to `hello`; each is twice as long as the one before.
const HELLO_WITHIN: Duration = Duration::from_millis(250);

/// What a board says before it answers, a boot loader's words for example, is not listened to. Lines of it: more than that is no board that starts.
const MOST_NOISE: usize = 10_000;

/// How many lines of facts a board may have.
const MOST_FACTS: usize = 1000;

/// A board that has answered. Whoever asks it waits for those who asked before.
pub(super) struct Line {
    way: Mutex<Way>,
    /// How many ask, or wait for that.
    asking: AtomicUsize,
}

/// How it is reached.
enum Way {
    Command { child: Box<Child>, busy: bool },
    Port(Box<Port>),
}

impl Line {
    /// Starts the command that stands for a board, or opens its port, and waits until the board answers.
    pub(super) async fn open(board: &Board) -> Result<Line, Trouble> {
        let mut way = match board {
            Board::Command { words, busy } => Way::Command {
                child: Box::new(start(words)?),
                busy: *busy,
            },
            Board::Port(place) => {
                let port = Port::open(place).await;
                Way::Port(Box::new(
                    port.map_err(|error| Trouble::Board(error.to_string()))?,
                ))
            }
        };
        match timeout(THERE_WITHIN, greet(&mut way)).await {
            Ok(Ok(())) => {
                way.end(true);
                Ok(Line {
                    way: Mutex::new(way),
                    asking: AtomicUsize::new(0),
                })
            }
            Ok(Err(why)) => Err(way.trouble(why).await),
            Err(_) => {
                let seconds = THERE_WITHIN.as_secs();
                let why = format!("the board did not answer `hello` within {seconds} s");
                Err(way.trouble(why).await)
            }
        }
    }

    /// The facts that it measured, a line each.
    pub(super) async fn facts(&self) -> Result<String, Trouble> {
        let mut way = self.way.lock().await;
        way.begin().await?;
        way.write("abi\n").await?;
        let mut facts = Vec::new();
        while facts.len() < MOST_FACTS {
            let line = way.answer("abi").await?;
            if line == "done" {
                way.end(true);
                return Ok(facts.join("\n"));
            }
            facts.push(line);
        }
        let why = format!("asked `abi`, it said {MOST_FACTS} lines and not `done`");
        Err(Trouble::Board(why))
    }

    /// Its answer to a question.
    pub(super) async fn ask(&self, question: &Question<'_>) -> Result<Answer, Trouble> {
        let asked = question.line();
        self.asking.fetch_add(1, Ordering::Relaxed);
        let mut way = self.way.lock().await;
        way.begin().await?;
        way.write(&format!("{asked}\n")).await?;
        let line = way.answer(&asked).await?;
        let was_last = self.asking.fetch_sub(1, Ordering::Relaxed) == 1;
        way.end(was_last);
        question.read(&line).map_err(Trouble::Board)
    }
}

fn start(words: &[String]) -> Result<Child, Trouble> {
    let (program, args) = words
        .split_first()
        .ok_or_else(|| Trouble::Board("no command was given that stands for a board".to_owned()))?;
    let invocation = Invocation::new(program).args(args);
    let child = Child::start(&invocation.kill_with_parent(&Host::this()));
    child.map_err(|error| Trouble::Board(error.to_string()))
}

/// Asks whether it is there until it says so. Each `hello` has a number: when the last one is answered, nothing is under way any more.
async fn greet(way: &mut Way) -> Result<(), String> {
    let (mut wait, mut noise) = (HELLO_WITHIN, 0);
    for number in 1_u32.. {
        // The first end of line is that of whatever came before us.
        let hello = format!("hello {number}");
        way.write(&format!("\n{hello}\n"))
            .await
            .map_err(|trouble| trouble.to_string())?;
        let answered = async {
            loop {
                match way.next().await {
                    Ok(line) if line == hello => return Ok(()),
                    Ok(_) => {}
                    Err(NoLine::End) => return Err(format!("{} before it answered", NoLine::End)),
                    // Whatever a boot loader says, or a line without a ground.
                    Err(NoLine::TooLong | NoLine::Unreadable(_)) => {}
                }
                noise += 1;
                if noise > MOST_NOISE {
                    return Err(format!(
                        "it said {MOST_NOISE} lines, and no answer to `hello`"
                    ));
                }
            }
        };
        if let Ok(answered) = timeout(wait, answered).await {
            return answered;
        }
        wait *= 2;
    }
    Ok(())
}

impl Way {
    /// Before a question: a busy command runs on, and a port is for one at a time.
    async fn begin(&mut self) -> Result<(), Trouble> {
        match self {
            Way::Command { child, busy: true } => child.signal(Signal::SIGCONT),
            Way::Command { .. } => {}
            Way::Port(port) => port.begin().await?,
        }
        Ok(())
    }

    /// After its answer; `is_last` where nobody here waits to ask. To be stopped and to run on takes an emulator longer than to answer.
    fn end(&mut self, is_last: bool) {
        match self {
            Way::Command { child, busy: true } if is_last => child.signal(Signal::SIGSTOP),
            Way::Command { .. } => {}
            Way::Port(port) => port.end(),
        }
    }

    /// The next line, after something was asked.
    async fn answer(&mut self, asked: &str) -> Result<String, Trouble> {
        match timeout(ANSWER_WITHIN, self.next()).await {
            Ok(Ok(line)) => Ok(line),
            Ok(Err(why)) => Err(Trouble::Board(format!("asked `{asked}`: {why}"))),
            Err(_) => {
                let seconds = ANSWER_WITHIN.as_secs();
                let why = format!("asked `{asked}`, it did not answer within {seconds} s");
                Err(Trouble::Board(why))
            }
        }
    }

    /// The next line; its end may have a CR, as many boards print it.
    async fn next(&mut self) -> Result<String, NoLine> {
        let line = match self {
            Way::Command { child, .. } => child.lines.next().await?,
            Way::Port(port) => port.lines.next().await?,
        };
        Ok(line.strip_suffix('\r').map(str::to_owned).unwrap_or(line))
    }

    async fn write(&mut self, text: &str) -> Result<(), Trouble> {
        let written = async {
            match self {
                Way::Port(port) => port.write(text).await,
                Way::Command { child, .. } => {
                    let input = child.input.as_mut();
                    let input = input.ok_or_else(|| io::Error::other("its input is not piped"))?;
                    let written = input.write_all(text.as_bytes()).await;
                    match written.and(input.flush().await) {
                        // It ended: what reads its output says how.
                        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                        other => other,
                    }
                }
            }
        };
        written
            .await
            .map_err(|error| Trouble::Board(format!("it cannot be asked: {error}")))
    }

    async fn trouble(self, why: String) -> Trouble {
        Trouble::Board(match self {
            Way::Command { child, .. } => child.trouble(why).await,
            Way::Port(_) => why,
        })
    }
}
