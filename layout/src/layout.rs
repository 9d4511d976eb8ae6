//! How C types lie in memory under an ABI. Pure: an ABI and a graph of types in, offsets out.
//!
//! [`Layouts`] answers for many types of one ABI and works each one out once; [`lay_out`] is for a single type. Whatever
//! the input, there is a layout or a [`LayoutError`] that says why there is none.
//!
//! The rules of records are one file each; those of C++ classes (`itanium`) ask them where a member lies: `gcc` (System V and Arm as GCC has them), `clang` (the same as Clang has them), `microsoft` (Windows as GCC has it) and `msvc` (Windows as Microsoft has it).

mod alike;
mod atomic;
mod clang;
mod class;
mod field;
mod gcc;
mod itanium;
mod layouts;
mod leaves;
mod microsoft;
mod msvc;
mod overriding;
mod record;
mod shape;
mod table;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::abi::Abi;
use crate::types::{Role, TypeId, Types};

pub use alike::Alike;
pub use layouts::Layouts;
pub use leaves::{Leaf, LeafKind, Leaves, Repeated};
use shape::Shape;

/// How a type lies in memory. Sizes and alignments are in octets, places of members in bits.
///
/// It is displayed as a line for the whole and one for each member and hole, each with its first octet and its size:
///
/// ```text
/// 16 octets, aligned to 8
///   0:1 op
///   1:7 (padding)
///   8:8 length
/// ```
///
/// Of a bit-field that is an octet and a bit, and a number of bits: `4.3:5b flags`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout<'a> {
    /// `sizeof`: trailing padding is part of it. 0 for a record without members, as in GNU C.
    pub size: u64,
    /// As a member of a record; at least 1.
    pub align: u64,
    /// In the order of their declaration; none where the type is no record.
    pub members: Vec<Placed<'a>>,
    /// The bits of a record that belong to none of its members, in order; none is empty, and no two touch. Padding
    /// inside of a member is the member's own.
    pub padding: Vec<Hole>,
    /// In a C++ class as Microsoft's compiler lays it out: the pointer by which virtual bases are found, where none of the members stands for it. Other compilers have one pointer to a virtual table for both.
    pub base_pointer: Option<Hole>,
    /// What a record that contains it must know.
    shape: Shape,
}

impl Layout<'_> {
    /// The member of this name; not one of an anonymous struct or union.
    pub fn member(&self, name: &str) -> Option<&Placed<'_>> {
        self.members.iter().find(|member| member.name == Some(name))
    }
}

impl fmt::Display for Layout<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} octets, aligned to {}", self.size, self.align)?;
        let members = self.members.iter().map(|member| {
            let name = member.name.unwrap_or("(unnamed)");
            (member.bit_offset, member.bit_size, name)
        });
        let padding = self.padding.iter();
        let padding = padding.map(|hole| (hole.bit_offset, hole.bit_size, "(padding)"));
        let pointer = self.base_pointer.iter();
        let pointer = pointer.map(|hole| (hole.bit_offset, hole.bit_size, "(virtual bases)"));
        let mut pieces: Vec<_> = members.chain(padding).chain(pointer).collect();
        // Members keep the order in which they were declared: in a union all are at 0.
        pieces.sort_by_key(|(offset, ..)| *offset);
        for (offset, size, name) in pieces {
            if offset.is_multiple_of(8) && size.is_multiple_of(8) {
                write!(formatter, "\n  {}:{} {name}", offset / 8, size / 8)?;
            } else {
                write!(
                    formatter,
                    "\n  {}.{}:{size}b {name}",
                    offset / 8,
                    offset % 8
                )?;
            }
        }
        Ok(())
    }
}

/// A member and where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Placed<'a> {
    /// As declared; `None` for an anonymous struct or union, and for a bit-field without a name.
    pub name: Option<&'a str>,
    /// Its type, as declared.
    pub kind: TypeId,
    /// Its first bit, from the start of the record, as DWARF 5 counts in `DW_AT_data_bit_offset`: bits are numbered
    /// from the least significant of each octet where the first bit-field takes these, else from the most significant.
    pub bit_offset: u64,
    /// In bits: of a bit-field its width, else eight times `sizeof`. 0 for a flexible array. Of a base class and of a member without an address of its own: as much as nothing else can use.
    pub bit_size: u64,
    /// Whether it was declared as a bit-field.
    pub is_bit_field: bool,
    /// A field, or what a C++ class has beside fields. The virtual bases are all that the class has, be they declared by a base.
    pub role: Role,
}

impl Placed<'_> {
    /// From the start of the record, in octets; `None` for a bit-field.
    pub fn offset(&self) -> Option<u64> {
        (!self.is_bit_field).then_some(self.bit_offset / 8)
    }
}

/// Bits that no member covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hole {
    /// From the start of the record, numbered as [`Placed::bit_offset`].
    pub bit_offset: u64,
    /// In bits; never 0.
    pub bit_size: u64,
}

/// The layout of one type. For many, [`Layouts`] is faster.
///
/// # Errors
///
/// See [`LayoutError`].
pub fn lay_out<'a>(abi: &'a Abi, types: &'a Types, id: TypeId) -> Result<Layout<'a>, LayoutError> {
    Layouts::new(abi, types).of_one(id)
}

/// Why a type has no layout on an ABI. It is about the type itself or the first one in it that has none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LayoutError {
    /// C refuses it too.
    #[error("a type contains itself")]
    ContainsItself,
    /// Its [`TypeId`] belongs to other [`Types`].
    #[error("a type is not among those given")]
    Missing,
    /// Its layout is known only where it was compiled.
    #[error("undetermined: {what}")]
    Opaque {
        /// What it is.
        what: String,
    },
    /// A class of the C++ standard library is in it, or it is one.
    #[error("opaque: `{name}`, which each C++ library lays out in its own way")]
    LibraryClass {
        /// Its outermost name: `std::string`.
        name: String,
    },
    /// Its language leaves its layout to the compiler.
    #[error("unspecified: {what}")]
    Unspecified {
        /// What it is.
        what: String,
    },
    /// The compilers of this ABI do not have it, or nobody says what it is there.
    #[error("undetermined: `{name}` has no known meaning there")]
    NoSuchType {
        /// In C.
        name: String,
    },
    /// The ABI has a rule for it that is not known here.
    #[error("undetermined: {what}")]
    NotModelled {
        /// What it is, and why.
        what: String,
    },
    /// Only a C++ class has bases, and only classes are bases.
    #[error("a base that is no class: expected a C++ class")]
    Base,
    /// An object of this ABI cannot be so large.
    #[error("a type of more than {limit} octets: expected one that fits the address space")]
    TooLarge {
        /// In octets.
        limit: u64,
    },
    /// No compiler takes it.
    #[error("an alignment of {found} octets: expected a power of two")]
    Alignment {
        /// In octets.
        found: u64,
    },
    /// The second element of the array would not be aligned.
    #[error("array elements of {size} octets, aligned to {align}: expected a multiple")]
    Element {
        /// In octets.
        size: u64,
        /// In octets.
        align: u64,
    },
    /// It is wider than its type here, or its type is no integer, or it has a name and no width.
    #[error("bit-field `{name}` of {bits} bits: expected {expected}")]
    BitField {
        /// Empty where it has none.
        name: String,
        /// Its width.
        bits: u32,
        /// What is possible here.
        expected: String,
    },
    /// No integer type holds all its values.
    #[error("undetermined: an enumeration of {bits} bits")]
    WideEnum {
        /// What its values need.
        bits: u32,
    },
}
