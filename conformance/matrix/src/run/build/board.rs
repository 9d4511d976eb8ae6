//! How a program in a board takes part: by way of this program, which has the sockets.

use std::path::Path;

use anyhow::Context as _;
use cross::process::Invocation;
use cross::runner::Board;

/// The command that plays the contract for an image in a board; the words of the contract are to be appended.
pub(super) fn invocation(board: &Board, image: &Path) -> anyhow::Result<Invocation> {
    let this = std::env::current_exe().context("where this program is, the system does not say")?;
    let bridge = Invocation::new(this).arg("board");
    let bridge = match board {
        Board::Command(command) => {
            let words = command.with(image).into_iter();
            let words = words.map(|word| format!("--word={word}"));
            bridge.args(command.busy.then_some("--busy")).args(words)
        }
        Board::Port(port) => {
            let reset = port.reset.map(|reset| format!("--reset={}", reset.word()));
            let bridge = bridge.arg("--port").arg(&port.path);
            bridge.arg(format!("--baud={}", port.baud)).args(reset)
        }
    };
    Ok(bridge.arg("--"))
}
