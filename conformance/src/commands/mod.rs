//! The commands: one file each. A command says what it found and gives an exit code.

mod board;
mod check;
mod compat;
mod databases;
mod decode;
mod diff;
mod doctor;
mod encodings;
mod explain;
mod faults;
mod forms;
mod input;
mod interop;
mod lock;
mod manual;
mod matrix;
mod merge;
mod plan;
mod port;
mod predict;
mod reports;
mod selection;
mod setup;
mod targets;
mod test;

use std::borrow::Cow;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use anyhow::Context as _;
use cross::{Host, room};

use crate::cli::Command;
use crate::settings::Settings;
use kit::exit::Exit;
use kit::interrupt::Interrupt;
use kit::setup::Libraries;

/// Does what the command line says. An interrupt ends it, and everything it started.
pub async fn run(command: Command, interrupt: &mut Interrupt) -> anyhow::Result<Exit> {
    match command {
        Command::Setup(options) => {
            let host = host(options.config.as_deref())?;
            until(
                interrupt,
                setup::run(
                    host,
                    &options.targets,
                    options.with,
                    options.yes,
                    Libraries::Now,
                ),
            )
            .await
        }
        Command::Doctor(options) => {
            let host = host(options.config.as_deref())?;
            until(interrupt, doctor::run(host, &options.targets)).await
        }
        Command::Targets(options) => targets::run(&options),
        // It has a report to write, interrupted or not; and so has `test`.
        Command::Matrix(options) => matrix::run(options, interrupt).await,
        Command::Board(options) => board::run(&options, interrupt).await,
        Command::Sockets { path } => {
            ::matrix::run::hand_over(&path)?;
            Ok(Exit::Held)
        }
        Command::Plan(options) => plan::run(options),
        Command::Merge(options) => until(interrupt, merge::run(&options)).await,
        Command::Diff(options) => diff::run(&options),
        Command::Predict(options) => predict::run(options),
        Command::Explain(options) => explain::run(&options),
        Command::Check(options) => until(interrupt, check::run(options)).await,
        Command::Decode(options) => until(interrupt, decode::run(options)).await,
        Command::Lock(options) => until(interrupt, lock::run(options)).await,
        Command::Port(options) => until(interrupt, port::run(options)).await,
        Command::Compat(options) => until(interrupt, compat::run(options)).await,
        Command::Encodings(options) => until(interrupt, encodings::run(options)).await,
        Command::Faults(options) => until(interrupt, faults::run(options)).await,
        Command::Inside(options) => faults::inside(&options).await,
        Command::Interop(options) => until(interrupt, interop::run(options)).await,
        Command::Completions { shell } => manual::completions(shell),
        Command::Man { folder } => manual::pages(&folder),
        Command::Test(options) => test::run(options, interrupt).await,
        Command::Record(options) => test::record(&options),
    }
}

async fn until(
    interrupt: &mut Interrupt,
    work: impl Future<Output = anyhow::Result<Exit>>,
) -> anyhow::Result<Exit> {
    tokio::select! {
        done = work => done,
        () = interrupt.arrived() => Err(anyhow::anyhow!("interrupted")),
    }
}

/// The settings in a file that is named, or else in that of the project around this folder.
fn settings(named: Option<&Path>) -> anyhow::Result<Settings> {
    let folder = std::env::current_dir().unwrap_or_default();
    Settings::of(named, &folder).map_err(unusable)
}

/// This machine, with what these settings choose for the targets.
fn host(named: Option<&Path>) -> anyhow::Result<Host> {
    Ok(settings(named)?.host())
}

/// Says why nothing that is built is kept after this run, where that is so.
fn say_if_nothing_is_kept(host: &Host) {
    if let Some(trouble) = host.cache_trouble() {
        eprintln!(
            "crossum: nothing that is built is kept after this run: {trouble}; $CROSSUM_CACHE can name a folder of your own"
        );
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

/// Marks what a compiler refused as the user's to mend; but not where it had no room, for then it refuses any text.
fn refused(error: anyhow::Error) -> anyhow::Error {
    match room::full_temporary() {
        Some(full) => error.context(full),
        None => unusable(error),
    }
}

/// Prints to standard output, in colour where it is a terminal that wants it.
fn print(text: &str) -> anyhow::Result<()> {
    let mut out = anstream::stdout().lock();
    let text = match out.current_choice() {
        anstream::ColorChoice::Never => Cow::Owned(plain(text)),
        _ => Cow::Borrowed(text),
    };
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // Whoever read our output has seen enough (`crossum matrix | head -1`); what we found out stays as it is.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result.context("cannot write to standard output"),
    }
}

/// The text without the escapes that colour it. What takes them out looks at each octet, and most lines have none.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match line.contains('\x1b') {
            true => plain.extend(anstream::adapter::strip_str(line)),
            false => plain.push_str(line),
        }
    }
    plain
}

/// How wide the report may be.
fn width() -> usize {
    terminal_size::terminal_size().map_or(120, |(width, _)| usize::from(width.0))
}
