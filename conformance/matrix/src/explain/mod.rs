//! One cell of sums, octet by octet, from the model alone: what is written, how it is read, and why it breaks.

mod integers;
mod octets;
mod story;
mod structs;

use std::fmt::{self, Write as _};
use std::path::Path;
use std::sync::Arc;

use kit::names::Unknown;

use crate::cell::Cell;
use crate::expectation::Ends;
use crate::participant::Participant;
use crate::select::{Available, Names, SelectionError, abi, abis};
use crate::sums;
use crate::sums::vectors::{Pair, PairChoice};
use story::Story;

/// Which cell, and what is asked in it.
pub struct CellOfSums<'a> {
    /// Who serves: a participant, an implementation or a target.
    pub server: &'a str,
    /// Who asks.
    pub client: &'a str,
    /// In which encoding.
    pub encoding: &'a str,
    /// What is asked.
    pub vectors: &'a [Pair],
    /// The file of the ABIs, where it is not the builtin table.
    pub abis_file: Option<&'a Path>,
}

/// A cell that cannot be explained, and why.
#[derive(Debug, thiserror::Error)]
pub enum Unexplained {
    /// A name that is nobody's, or ABIs that cannot be used.
    #[error(transparent)]
    Selection(#[from] SelectionError),
    /// The names leave no cell.
    #[error("there is no such cell")]
    NoCell,
    /// One of the two ends does not implement the encoding.
    #[error("there is nothing to explain: {server} and {client} do not both implement {encoding}")]
    NotImplemented {
        /// Who serves.
        server: String,
        /// Who asks.
        client: String,
        /// The encoding.
        encoding: String,
    },
    /// The text cannot be written, which for a text in memory does not happen.
    #[error(transparent)]
    Format(#[from] fmt::Error),
}

impl From<Unknown> for Unexplained {
    fn from(unknown: Unknown) -> Unexplained {
        SelectionError::from(unknown).into()
    }
}

/// Explains a cell.
///
/// # Errors
/// As [`Unexplained`] says.
pub fn explain(subject: &CellOfSums<'_>) -> Result<String, Unexplained> {
    let abis = abis(subject.abis_file)?;
    let name = subject.encoding.to_owned();
    let encodings = sums::encodings(std::slice::from_ref(&name))?;
    let choice = PairChoice::Given(subject.vectors.to_vec());
    let available = Available::new(None, choice);
    let names = Names {
        servers: vec![subject.server.to_owned()],
        clients: vec![subject.client.to_owned()],
        ..Names::default()
    };
    let roles = names.roles(&available, &abis)?;
    let of_cell = available.encodings(std::slice::from_ref(&name))?;
    let (Some(encoding), Some(of_cell), Some(server), Some(client)) = (
        encodings.first().copied(),
        of_cell.first(),
        one(&roles.servers, &name),
        one(&roles.clients, &name),
    ) else {
        return Err(Unexplained::NoCell);
    };
    let (server_abi, client_abi) = (abi(&abis, server.target)?, abi(&abis, client.target)?);
    let cell = Cell {
        server,
        client,
        encoding: Arc::clone(of_cell),
    };
    if !cell.is_declared() {
        return Err(Unexplained::NotImplemented {
            server: cell.server.id.to_string(),
            client: cell.client.id.to_string(),
            encoding: name,
        });
    }
    let mut story = Story {
        ends: Ends {
            server: server_abi,
            client: client_abi,
        },
        encoding,
        text: String::new(),
    };
    story.heading(&cell)?;
    for vector in subject.vectors {
        story.vector(*vector)?;
    }
    story.causes(subject.vectors)?;
    let file = subject.abis_file;
    let file = file.map(|file| format!(" --abis {}", file.display()));
    writeln!(
        story.text,
        "\nsee it happen: {}{}{}",
        cell.rerun(None),
        available.protocol.options(),
        file.unwrap_or_default()
    )?;
    Ok(story.text)
}

/// Of the participants that a name stands for, the first that implements the encoding.
fn one(participants: &[Arc<Participant>], encoding: &str) -> Option<Arc<Participant>> {
    let mut all = participants.iter();
    let implementing = all.find(|one| one.implementation.implements(encoding));
    implementing.or(participants.first()).cloned()
}
