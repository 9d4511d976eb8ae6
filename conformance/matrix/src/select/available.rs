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
}

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
            },
            _ => {
                let ours = participant::implementations().iter().cloned();
                Available {
                    implementations: ours.chain(of_file).collect(),
                    protocol: Arc::new(Sums::new(choice)),
                }
            }
        }
    }

    /// The encodings of these names, in the order of reports; all of them when none is named.
    ///
    /// # Errors
    /// A name that is no encoding's.
    pub fn encodings(&self, names: &[String]) -> Result<Vec<Arc<dyn Encoding>>, Unknown> {
        let all = self.protocol.encodings();
        let listed = self.protocol.listed();
        named("encoding", all, names, |encoding| encoding.name(), &listed)
    }
}
