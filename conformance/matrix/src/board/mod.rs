//! A participant that is in a board: it has no sockets, only a serial line, and answers questions there about octets. What has the sockets is this, in a process of its own, which plays the contract of PARTICIPANTS.md for it.
//!
//! Every octet that is sent is the board's, and what octets mean is asked of it: `serve ENC HEX` says how a request that begins so is answered, `request ENC A B` how one is written, `reply ENC HEX` what one says. A board remembers nothing, so that a few kilooctets of memory are enough.

mod drive;
mod line;
mod port;
mod question;
mod serve;

use std::io::{self, Write as _};

use line::Line;
use question::Question;

/// How the process ends: the exit codes of the contract.
pub type Code = u8;

/// It did what was asked.
const DONE: Code = 0;
/// It was asked something that the contract does not know.
const USAGE: Code = 2;
/// The board does not implement something.
const NOT_IMPLEMENTED: Code = 127;

/// No message of PROTOCOL.md is longer, the length before it included: a board need not hold more.
const LONGEST: usize = 1028;

/// Where a board is.
pub enum Board {
    /// Behind a command that stands for it: its standard streams are the serial line.
    Command {
        /// The program and its arguments.
        words: Vec<String>,
        /// Whether it takes a core for itself as long as it runs: it is stopped while nobody asks anything.
        busy: bool,
    },
    /// At a serial port of this machine.
    Port(cross::choice::Port),
}

/// Why a board cannot take part.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// Its line, or what it said there.
    #[error("{0}")]
    Board(String),
    /// This machine.
    #[error(transparent)]
    System(#[from] io::Error),
}

/// Plays the contract for a board. `words` are `abi`, `serve ENC[=ADDR] ...` or `drive`; all of it ends when `stopped` does.
///
/// # Errors
/// The board does not answer, or not as it should; or this machine has no socket for it.
pub async fn participant(
    board: &Board,
    words: &[String],
    stopped: impl Future<Output = ()>,
) -> Result<Code, Trouble> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if let ["serve", ref specs @ ..] = *words.as_slice()
        && !specs.is_empty()
    {
        return serve::serve(Line::open(board).await?, specs, stopped).await;
    }
    tokio::select! {
        code = answer(board, &words) => code,
        () = stopped => Ok(DONE),
    }
}

async fn answer(board: &Board, words: &[&str]) -> Result<Code, Trouble> {
    match words {
        ["abi"] => {
            say(Line::open(board).await?.facts().await?)?;
            Ok(DONE)
        }
        ["drive"] => drive::drive(Line::open(board).await?).await,
        _ => {
            let found = words.join(" ");
            eprintln!(
                "found `{found}`, expected `abi`, `serve ENC[=ADDR] ...` or `drive` (PARTICIPANTS.md)"
            );
            Ok(USAGE)
        }
    }
}

/// Prints a line, or several, at once.
fn say(line: impl std::fmt::Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
