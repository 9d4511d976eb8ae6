//! `crossum targets`: the targets, and the machines that types are laid out for, with their ABIs.

use cross::Target;

use super::{print, width};
use crate::cli;
use check::report::machines;
use kit::exit::Exit;
use kit::target_list;

/// Lists them.
pub(super) fn run(options: &cli::Targets) -> anyhow::Result<Exit> {
    print(&match (options.json, options.github) {
        (true, _) => target_list::json()?,
        (_, true) => target_list::github()?,
        _ => {
            let mut text = String::new();
            target_list::write(participants, width(), &mut text)?;
            text.push_str(
                "\nMachines that types are laid out for, those that are only modelled, too:\n\n",
            );
            machines::write(width(), &mut text)?;
            text
        }
    })?;
    Ok(Exit::Held)
}

/// The participants of this repository that there can be for a target.
fn participants(target: &Target) -> Vec<&'static str> {
    let all = [
        ("c-gcc", !target.is_of_zig_alone()),
        ("c-clang", target.no_clang.is_none()),
        // Beside others it is told apart.
        ("c-zig", target.is_of_zig_alone()),
        ("rust", target.no_rust.is_none()),
    ];
    let possible = all.into_iter().filter(|(_, possible)| *possible);
    possible.map(|(name, _)| name).collect()
}
