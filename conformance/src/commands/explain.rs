//! `crossum explain`: one cell, octet by octet.

use super::{Unusable, print};
use crate::cli;
use kit::exit::Exit;
use matrix::explain::{CellOfSums, explain};

/// Explains.
pub(super) fn run(options: &cli::Explain) -> anyhow::Result<Exit> {
    let text = explain(&CellOfSums {
        server: &options.server,
        client: &options.client,
        encoding: &options.encoding,
        vectors: &options.vector,
        abis_file: options.abis.as_deref(),
    });
    print(&text.map_err(|error| Unusable(error.to_string()))?)?;
    Ok(Exit::Held)
}
