//! Compilation databases: which one counts, and whether its commands may run.

use std::path::Path;

use cross::{Host, trust};
use input::source::database::Database;

use super::unusable;
use crate::cli;

/// The one that the command line names, if it does.
///
/// # Errors
/// It cannot be read, or it is another user's.
pub(super) fn named(options: &cli::Check, host: &Host) -> anyhow::Result<Option<Database>> {
    let Some(path) = options.how.database.as_deref() else {
        return Ok(None);
    };
    // What is not there is told by whoever reads it.
    let both = [path.to_owned(), path.join(Database::NAME)];
    for path in both.iter().filter(|path| path.exists()) {
        trust::check(path, host)?;
    }
    Database::read(path).map(Some).map_err(unusable)
}

/// The one that is nearest to a file, if there is one that can be read.
///
/// # Errors
/// It is another user's.
pub(super) fn nearest(file: &Path, host: &Host) -> anyhow::Result<Option<Database>> {
    let Some(path) = Database::find(file) else {
        return Ok(None);
    };
    trust::check(&path, host)?;
    Ok(Database::read(&path).ok())
}
