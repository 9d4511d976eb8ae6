//! An encoding, as the matrix sees it: one of PROTOCOL.md, of which there is a model, or one of a user's own protocol, of which there is a claim.

use layout::Abi;
use proto::Family;

use crate::own;
use crate::verdict::{Claim, Due};

/// An encoding.
#[derive(Clone, Copy)]
pub enum Encoding {
    /// One of PROTOCOL.md.
    Sum(&'static dyn proto::Encoding),
    /// One of a user's own protocol.
    Own(&'static own::Encoding),
}

impl Encoding {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Sum(sum) => sum.name(),
            Encoding::Own(own) => &own.name,
        }
    }

    /// Its family.
    pub fn family(self) -> Family {
        match self {
            Encoding::Sum(sum) => sum.family(),
            Encoding::Own(own) => own.family,
        }
    }

    /// Why it is not what its family promises, where it only looks like one of it.
    pub fn trap(self) -> Option<&'static str> {
        match self {
            Encoding::Sum(sum) => sum.trap(),
            Encoding::Own(_) => None,
        }
    }

    /// Whether a message has one spelling only, as far as that is known.
    pub fn is_canonical(self) -> bool {
        match self {
            Encoding::Sum(sum) => sum.is_canonical(),
            Encoding::Own(_) => false,
        }
    }

    /// Whether it is claimed to be correct between any two machines.
    pub fn is_correct_everywhere(self) -> bool {
        match self {
            Encoding::Sum(sum) => Claim::about(sum) == Claim::CorrectEverywhere,
            Encoding::Own(own) => own.claim == own::claim::Claim::CorrectEverywhere,
        }
    }

    /// What its claim asks of a cell between two machines.
    pub fn due(self, server: &Abi, client: &Abi) -> Due {
        match self {
            Encoding::Sum(sum) => match Claim::about(sum) {
                Claim::CorrectEverywhere => Due::RightAsPredicted,
                Claim::AsPredicted => Due::AsPredicted,
            },
            Encoding::Own(own) => own.claim.due(server, client),
        }
    }
}
