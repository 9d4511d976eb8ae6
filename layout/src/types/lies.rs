//! How types lie on the one machine where they were read, whatever is known of them elsewhere.

use super::{Role, TypeId};

/// A type as its file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lies {
    /// In octets.
    pub size: u64,
    /// In octets; `None` where the file does not say.
    pub align: Option<u64>,
    /// Of a record, its members in the order of their declaration.
    pub members: Vec<LiesMember>,
}

/// A member of a record as its file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LiesMember {
    /// As declared; `None` for an anonymous struct or union.
    pub name: Option<String>,
    /// Its type.
    pub kind: TypeId,
    /// From the start of the record, numbered as [`Placed::bit_offset`](crate::layout::Placed::bit_offset).
    pub bit_offset: u64,
    /// In bits.
    pub bit_size: u64,
    /// Whether it was declared as a bit-field.
    pub is_bit_field: bool,
    /// A field, or what a C++ class has beside fields.
    pub role: Role,
}

impl Lies {
    /// Of what has no members.
    pub fn of_size(size: u64) -> Lies {
        Lies {
            size,
            align: None,
            members: Vec::new(),
        }
    }
}
