//! `crossum completions` and `crossum man`: what the command line says of itself.

use std::path::Path;

use anyhow::Context as _;
use clap::CommandFactory as _;
use clap_complete::Shell;

use super::{print, unusable};
use crate::cli::Cli;
use kit::exit::Exit;

/// Prints a shell's completions.
pub(super) fn completions(shell: Shell) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "crossum", &mut script);
    print(&String::from_utf8(script).context("a completion script is text")?)?;
    Ok(Exit::Held)
}

/// Writes the manual's pages.
pub(super) fn pages(folder: &Path) -> anyhow::Result<Exit> {
    let failed = || format!("cannot write manual pages into {}", folder.display());
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(Cli::command(), folder));
    written.with_context(failed).map_err(unusable)?;
    Ok(Exit::Held)
}
