//! The commands: one file each. A command says what it found and gives an exit code.

mod doctor;
mod explain;
mod matrix;
mod predict;
mod setup;
mod targets;

use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use cross::Abis;

use crate::cli::Command;
use crate::exit::Exit;

/// Does what the command line says.
pub async fn run(command: Command) -> anyhow::Result<Exit> {
    match command {
        Command::Setup(options) => setup::run(&options.targets, options.yes).await,
        Command::Doctor(options) => doctor::run(&options.targets).await,
        Command::Targets(options) => targets::run(&options),
        Command::Matrix(options) => matrix::run(options).await,
        Command::Predict(options) => predict::run(options),
        Command::Explain(options) => explain::run(&options),
    }
}

/// What the user gave cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unusable(String);

/// Marks an error as the user's to mend: exit code 2.
fn unusable(error: anyhow::Error) -> anyhow::Error {
    Unusable(format!("{error:#}")).into()
}

/// The ABIs: those of a file, or the builtin ones.
fn abis(file: Option<&Path>) -> anyhow::Result<Abis> {
    let Some(file) = file else {
        return Ok(Abis::builtin().clone());
    };
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read {}", file.display()))
        .map_err(unusable)?;
    Abis::parse(&text)
        .with_context(|| file.display().to_string())
        .map_err(unusable)
}

/// Prints to standard output, in colour where it is a terminal that wants it.
fn print(text: &str) -> anyhow::Result<()> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush())?;
    Ok(())
}

/// How wide the report may be.
fn width() -> usize {
    terminal_size::terminal_size().map_or(120, |(width, _)| usize::from(width.0))
}
