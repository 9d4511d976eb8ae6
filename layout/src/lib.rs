//! How C types lie in memory, on every ABI.
//!
//! Sixty-odd ABIs are here as data, each with the document it is from; so are the rules by which GCC, Clang and Microsoft's compiler lay out structs, unions, bit-fields and classes. No compiler is needed, and nothing of the machine that this runs on is asked.
//!
//! ```
//! use crossum_layout::{Abis, Scalar, Types, lay_out};
//!
//! let mut types = Types::new();
//! let packet = types
//!     .structure()
//!     .field("op", Scalar::Int8)
//!     .field("length", Scalar::Long)
//!     .field("tag", Scalar::Int16)
//!     .add();
//!
//! let s390x = Abis::builtin().get("s390x-elf").unwrap();
//! let layout = lay_out(s390x, &types, packet)?;
//! assert_eq!(layout.size, 24);
//! assert_eq!(layout.member("length").unwrap().offset(), Some(8));
//! # Ok::<(), crossum_layout::LayoutError>(())
//! ```
//!
//! # Where to start
//!
//! | to | |
//! |---|---|
//! | see what the model of an ABI holds | [`Abi`]; [`Abis::builtin`] is the table of all |
//! | declare a type | [`Types::structure`], [`Types::union`], [`Type`] |
//! | lay one type out | [`lay_out`], which gives a [`Layout`] |
//! | lay many out, or go through all that is in one | [`Layouts`], [`Layouts::leaves`] |
//! | lay one out once for all ABIs on which it lies alike | [`Alike`] |
#![cfg_attr(
    feature = "dwarf",
    doc = "| read the types of an object file | [`dwarf::read`] (feature `dwarf`, which is on by default) |",
    doc = "| lay those out on other ABIs | [`fit::best`] first: debug information does not say what is `packed` |"
)]
//! | know what a machine's compiler predefines | [`macros::Machines`] |
//! | know the types of a C library on a machine | [`libc::Library`] |
//! | ask what one difference between two ABIs does | the methods [`Abi::with_byte_order`], [`Abi::with_alignment_of`], [`Abi::with_width_of`], ... |
//! | read or write an integer in a given byte order | [`octets`] |
//! | bring an ABI of your own | [`Abis::parse`] |
//!
//! # What always holds
//!
//! - Nothing here starts a process, opens a file or reads a clock: octets and text go in, values come out.
//! - A layout is a pure and total function: an ABI and a graph of types end in a [`Layout`] or in a [`LayoutError`] that says why there is none. The rules do not recurse into types, so no nesting is too deep.
//! - Foreign octets are read through a byte order that is a value ([`ByteOrder`]), never through that of this machine.
//! - Sizes and alignments are in octets; places of members in bits, from the start of the record. Bits are numbered as DWARF 5 does in `DW_AT_data_bit_offset`: see [`Placed::bit_offset`].
//! - Where GCC and Clang disagree about records, both are here ([`abi::Dialect`]), and each ABI says whose word counts.
//! - What is not known is said: an undetermined type is an error, and what debug information leaves open is an ambiguity with the ABIs on which it matters. Nothing is guessed.
//! - Reading a file costs no more than its size allows, whatever is in it: each entry of debug information has a price.
//! - All results are `Send` and `Sync`.
//!
//! # How it is verified
//!
//! The tests ask the compilers themselves: every row of the table that a compiler of the machine can target is compared with it, in its scalars, the typedefs of its C library, and records and C++ classes made by chance; every record that is read from debug information is compared with where the compiler put it. Rows for which Debian has no compiler (csky, ia64, microblaze, nios2) are what GCC's sources say.
//!
//! # Where it ends
//!
//! C; C++ by the Itanium C++ ABI and, without virtual bases, by Microsoft's rules; Rust's `repr(C)`; Go. No vector types, no `_BitInt`, no decimal floating point; a function or a `void` is [`Type::Sizeless`], and what a language leaves to its compiler is [`Type::Unspecified`].

pub mod abi;
pub mod drivers;
#[cfg(feature = "dwarf")]
pub mod dwarf;
#[cfg(feature = "dwarf")]
pub mod fit;
mod layout;
pub mod libc;
pub mod macros;
pub mod octets;
pub mod types;

pub use abi::{Abi, Abis, ByteOrder, Scalar, Typedef};
pub use layout::{
    Alike, Hole, Layout, LayoutError, Layouts, Leaf, LeafKind, Leaves, Placed, Repeated, lay_out,
};
pub use types::{Type, TypeId, Types};
