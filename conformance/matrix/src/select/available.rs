//! What a matrix can be made of: the implementations that there are, and the protocol that they speak.

use std::sync::Arc;

use kit::names::{Unknown, named};

use crate::file::File;
use crate::own::Own;
use crate::participant::{self, Implementation};
use crate::protocol::{Encoding, Protocol};
use crate::sums::Sums;
use crate::sums::vectors::PairChoice;

/// What a matrix can be made of.
pub struct Available {
    /// Who can take part.
    pub implementations: Vec<Arc<Implementation>>,
    /// What they speak.
    pub protocol: Arc<dyn Protocol>,
    /// The names of a user's own that join the sums: where nobody else is named, the matrix is about them.
    pub joining: Vec<String>,
}

/// Who meets a program that joins the sums, where nobody is named: it is built in seconds for every target.
const PARTNER: &str = "c-gcc";

impl Available {
    /// The implementations of this repository and of a user's file, which speak the protocol of PROTOCOL.md; or those of a file that declares a protocol of its own alone.
    ///
    /// `choice` says which sums are asked; a protocol of its own has its vectors in its file.
    pub fn new(file: Option<&File>, choice: PairChoice) -> Available {
        let of_file = file.map(|file| file.implementations.iter().cloned());
        let of_file = of_file.into_iter().flatten();
        match file {
            Some(file) if file.has_protocol() => Available {
                implementations: of_file.collect(),
                protocol: Arc::new(Own::new(&file.path, &file.encodings, &file.vectors)),
                joining: Vec::new(),
            },
            _ => {
                let ours = participant::implementations().iter().cloned();
                let joining = file.into_iter().flat_map(|file| &file.implementations);
                Available {
                    joining: joining.map(|one| one.name.clone()).collect(),
                    implementations: ours.chain(of_file).collect(),
                    protocol: Arc::new(Sums::new(choice)),
                }
            }
        }
    }

    /// Whether an implementation takes part where nobody is named.
    pub(super) fn is_asked_for(&self, name: &str) -> bool {
        self.joining.is_empty() || name == PARTNER || self.is_joining(name)
    }

    /// Whether it is the user's own, and joins the sums.
    pub(super) fn is_joining(&self, name: &str) -> bool {
        self.joining.iter().any(|joining| joining == name)
    }

    /// The encodings of these names, in the order of reports; all of them when none is named, or those that somebody who joins implements.
    ///
    /// # Errors
    /// A name that is no encoding's.
    pub fn encodings(&self, names: &[String]) -> Result<Vec<Arc<dyn Encoding>>, Unknown> {
        let all = self.protocol.encodings();
        if names.is_empty() && !self.joining.is_empty() {
            let mut joining = self.implementations.iter();
            let joining = joining.by_ref().filter(|one| self.is_joining(&one.name));
            let joining: Vec<_> = joining.collect();
            let is_theirs = |encoding: &&Arc<dyn Encoding>| {
                joining.iter().any(|one| one.implements(encoding.name()))
            };
            return Ok(all.iter().filter(is_theirs).cloned().collect());
        }
        let listed = self.protocol.listed();
        named("encoding", all, names, |encoding| encoding.name(), &listed)
    }
}
