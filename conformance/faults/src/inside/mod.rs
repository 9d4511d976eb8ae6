//! What this program does inside a host that a scenario made, as a process of its own: peers that misbehave, and a cable that does.
//!
//! A scenario starts it there, with words that say what to do. It says on standard output what it did, a line each, and ends with its input: so it is gone when whoever started it is.

mod cable;
mod peers;

use std::io;
use std::net::SocketAddr;

use tokio::io::AsyncReadExt as _;

pub(crate) use cable::Trouble;

/// Does what these words say.
///
/// # Errors
/// The words say nothing that is known, or the system refuses.
pub async fn run(words: &[String]) -> io::Result<()> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let work = async {
        match *words.as_slice() {
            ["reset", address] => peers::reset(parsed(address)?).await,
            ["hold", address, count] => peers::hold(parsed(address)?, parsed(count)?).await,
            ["record", port] => peers::record(parsed(port)?).await,
            ["replay", address, octets, manner, want] => {
                let address: SocketAddr = parsed(address)?;
                let octets = hex::decode(octets).map_err(unknown)?;
                peers::replay(address, &octets, manner, parsed(want)?).await
            }
            ["cable", one, other, trouble] => cable::run(one, other, parsed(trouble)?).await,
            _ => Err(unknown(format!(
                "`{}` is nothing to be done",
                words.join(" ")
            ))),
        }
    };
    tokio::select! {
        done = work => done,
        () = end_of_input() => Ok(()),
    }
}

async fn end_of_input() {
    let mut octets = [0; 64];
    let mut input = tokio::io::stdin();
    while matches!(input.read(&mut octets).await, Ok(1..)) {}
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(word: &str) -> io::Result<T> {
    word.parse()
        .map_err(|why| unknown(format!("`{word}`: {why}")))
}

fn unknown(why: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, why.to_string())
}

/// Says a line at once.
fn say(line: impl std::fmt::Display) -> io::Result<()> {
    use std::io::Write as _;
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
