//! `crossum board`: the contract of participants, for a board that has a serial line and no sockets.

use matrix::board;

use crate::cli;
use kit::exit::Exit;
use kit::interrupt::Interrupt;

/// Plays it until its input or an interrupt ends it.
pub(super) async fn run(options: &cli::Board, interrupt: &mut Interrupt) -> anyhow::Result<Exit> {
    let stands_for = board::Command {
        words: options.command.clone(),
        busy: options.busy,
    };
    let code = board::participant(&stands_for, &options.words, interrupt.arrived()).await?;
    Ok(Exit::Contract(code))
}
