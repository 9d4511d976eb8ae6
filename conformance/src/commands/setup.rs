//! `crossum setup`: installs and builds what is missing, after saying what.

use std::io::{IsTerminal as _, Write as _};

use cross::find::Missing;
use cross::{Host, Target};

use super::print;
use crate::cli::Extra;
use faults::HostTools;
use kit::exit::Exit;
use kit::setup::{Libraries, Setup};

/// Installs and builds.
pub(super) async fn run(
    host: Host,
    names: &[String],
    with: Option<Extra>,
    yes: bool,
    libraries: Libraries,
) -> anyhow::Result<Exit> {
    let is_wanted =
        |target: &&Target| with.is_some() && target.with.as_deref() == with.map(Extra::word);
    let extras = cross::target::extras().filter(is_wanted);
    let targets = kit::names::targets_and_extras(names, &[])?.into_iter();
    let targets = targets
        .chain(extras)
        .map(|target| target.name.as_str())
        .collect();
    let setup = Setup::look(host, targets, of_faults).await?;
    let todo = setup.todo();
    for misnamed in setup.misnamed() {
        print(&format!("setup: {misnamed}; that is yours to correct\n"))?;
    }
    let foreign = setup.foreign();
    if !foreign.is_empty() {
        print(&format!("setup: {}", kit::setup::of_others(&foreign)))?;
    }
    if todo.is_nothing() {
        print("setup: nothing is to be installed\n")?;
        return Ok(Exit::Held);
    }
    print(&todo.to_string())?;
    if !yes && !agreed()? {
        print("setup: nothing was done\n")?;
        return Ok(Exit::CouldNotRun);
    }
    setup.install(&todo, libraries).await?;
    print(match libraries {
        Libraries::Now => "setup: everything is there\n",
        Libraries::WhenNeeded => {
            "setup: everything is there; Rust's standard libraries are built with what needs them\n"
        }
    })?;
    Ok(Exit::Held)
}

/// What the failure scenarios lack.
fn of_faults(host: &Host) -> Vec<Missing> {
    HostTools::find(host).missing().cloned().collect()
}

/// Asks on the terminal. Without one there is nobody to ask, and the answer is no.
fn agreed() -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        print("setup: there is no terminal to ask on; say --yes to go on\n")?;
        return Ok(false);
    }
    print("go on? [y/N] ")?;
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
