//! The serial line of a board: one question at a time, and its answer.

use std::time::Duration;

use cross::Host;
use cross::process::Invocation;
use nix::sys::signal::Signal;
use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;

use super::question::{Answer, Question};
use super::{Command, Trouble};
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

/// A board that has answered.
pub(super) struct Line {
    child: Child,
    busy: bool,
}

impl Line {
    /// Starts the command that stands for a board, and waits until the board answers.
    pub(super) async fn open(command: &Command) -> Result<Line, Trouble> {
        let (program, args) = command.words.split_first().ok_or_else(|| {
            Trouble::Board("no command was given that stands for a board".to_owned())
        })?;
        let invocation = Invocation::new(program).args(args);
        let child = Child::start(&invocation.kill_with_parent(&Host::this()));
        let mut child = child.map_err(|error| Trouble::Board(error.to_string()))?;
        match timeout(THERE_WITHIN, greet(&mut child)).await {
            Ok(Ok(())) => Ok(Line {
                child,
                busy: command.busy,
            }),
            Ok(Err(why)) => Err(Trouble::Board(child.trouble(why).await)),
            Err(_) => {
                let seconds = THERE_WITHIN.as_secs();
                let why = format!("the board did not answer `hello` within {seconds} s");
                Err(Trouble::Board(child.trouble(why).await))
            }
        }
    }

    /// The facts that it measured, a line each.
    pub(super) async fn facts(&mut self) -> Result<String, Trouble> {
        write(&mut self.child, "abi\n").await?;
        let mut facts = Vec::new();
        while facts.len() < MOST_FACTS {
            let line = self.next("abi").await?;
            if line == "done" {
                return Ok(facts.join("\n"));
            }
            facts.push(line);
        }
        let why = format!("asked `abi`, it said {MOST_FACTS} lines and not `done`");
        Err(Trouble::Board(why))
    }

    /// Its answer to a question.
    pub(super) async fn ask(&mut self, question: &Question<'_>) -> Result<Answer, Trouble> {
        let asked = question.line();
        self.awake(true);
        write(&mut self.child, &format!("{asked}\n")).await?;
        let line = self.next(&asked).await?;
        self.awake(false);
        question.read(&line).map_err(Trouble::Board)
    }

    /// Has a busy command run on, or stop, which costs no core.
    fn awake(&self, awake: bool) {
        match (self.busy, awake) {
            (false, _) => {}
            (true, true) => self.child.signal(Signal::SIGCONT),
            (true, false) => self.child.signal(Signal::SIGSTOP),
        }
    }

    async fn next(&mut self, asked: &str) -> Result<String, Trouble> {
        match timeout(ANSWER_WITHIN, next(&mut self.child)).await {
            Ok(Ok(line)) => Ok(line),
            Ok(Err(why)) => Err(Trouble::Board(format!("asked `{asked}`: {why}"))),
            Err(_) => {
                let seconds = ANSWER_WITHIN.as_secs();
                let why = format!("asked `{asked}`, it did not answer within {seconds} s");
                Err(Trouble::Board(why))
            }
        }
    }
}

/// Asks whether it is there until it says so. Each `hello` has a number: when the last one is answered, nothing is under way any more.
async fn greet(child: &mut Child) -> Result<(), String> {
    let (mut wait, mut noise) = (HELLO_WITHIN, 0);
    for number in 1_u32.. {
        // The first end of line is that of whatever came before us.
        let hello = format!("hello {number}");
        write(child, &format!("\n{hello}\n"))
            .await
            .map_err(|trouble| trouble.to_string())?;
        let answered = async {
            loop {
                match next(child).await {
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

/// The next line; its end may have a CR, as many boards print it.
async fn next(child: &mut Child) -> Result<String, NoLine> {
    let line = child.lines.next().await?;
    Ok(line.strip_suffix('\r').map(str::to_owned).unwrap_or(line))
}

async fn write(child: &mut Child, text: &str) -> Result<(), Trouble> {
    let Some(input) = &mut child.input else {
        return Err(Trouble::Board("its input is not piped".to_owned()));
    };
    let written = async {
        input.write_all(text.as_bytes()).await?;
        input.flush().await
    };
    written
        .await
        .map_err(|error| Trouble::Board(format!("it cannot be asked: {error}")))
}
