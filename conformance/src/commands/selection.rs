//! A selection on the command line, for every command that takes one.

use std::path::Path;

use cross::Target;
use layout::Abis;

use super::Unusable;
use crate::cli;
use matrix::select::{self, Names, Selection, SelectionError};
use matrix::sums::vectors::PairChoice;

/// What the command line selects.
pub(super) fn selection(options: cli::Selection) -> anyhow::Result<Selection> {
    with_extras(options, Extras::default())
}

/// What nobody needs, and is here.
#[derive(Default)]
pub(super) struct Extras {
    /// Targets that programs can be built for and run on.
    pub(super) targets: Vec<&'static Target>,
    /// Whether there is what builds for others' targets, too.
    pub(super) beside_others: bool,
}

/// The same; where it names no target these extras take part, too.
pub(super) fn with_extras(options: cli::Selection, extras: Extras) -> anyhow::Result<Selection> {
    let choice = match options.vector.is_empty() {
        true => PairChoice::Chosen {
            count: options.vectors,
            seed: options.seed,
        },
        false => PairChoice::Given(options.vector),
    };
    let names = Names {
        targets: options.targets,
        encodings: options.encodings,
        participants: options.participants,
        servers: options.server,
        clients: options.client,
        extras: extras.targets,
        beside_others: extras.beside_others,
    };
    let (file, abis) = (options.file.as_deref(), options.abis.as_deref());
    Selection::new(file, names, choice, abis).map_err(unselectable)
}

/// The ABIs: those of a file, or the builtin ones.
pub(super) fn abis(file: Option<&Path>) -> anyhow::Result<Abis> {
    select::abis(file).map_err(unselectable)
}

/// Whatever is wrong with a selection is the user's to mend.
pub(super) fn unselectable(error: SelectionError) -> anyhow::Error {
    Unusable(error.to_string()).into()
}
