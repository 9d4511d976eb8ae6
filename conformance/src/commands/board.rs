//! `crossum board`: the contract of participants, for a board that has a serial line and no sockets.

use cross::choice::{Port, Reset};
use matrix::board::{self, Board};

use crate::cli::{self, ResetLine};
use kit::exit::Exit;
use kit::interrupt::Interrupt;

/// Plays it until its input or an interrupt ends it.
pub(super) async fn run(options: &cli::Board, interrupt: &mut Interrupt) -> anyhow::Result<Exit> {
    let board = match &options.port {
        None => Board::Command {
            words: options.command.clone(),
            busy: options.busy,
        },
        Some(path) => Board::Port(Port {
            path: path.clone(),
            baud: options.baud,
            reset: options.reset.map(|line| match line {
                ResetLine::Dtr => Reset::Dtr,
                ResetLine::Rts => Reset::Rts,
            }),
            flash: None,
        }),
    };
    let code = board::participant(&board, &options.words, interrupt.arrived()).await?;
    Ok(Exit::Contract(code))
}
