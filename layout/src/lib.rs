//! How C types lie in memory, on every ABI: data models, scalars, layout rules, and types read from debug information.
//!
//! Data first ([`abi`]), then the types of a program as a graph without sizes ([`types`]), and the rules that lay one out on an ABI ([`lay_out`], [`Layouts`]). [`dwarf`] reads such a graph from an object file, and [`fit`] finds what debug information does not say.

pub mod abi;
pub mod dwarf;
pub mod fit;
mod layout;
pub mod octets;
pub mod types;

pub use abi::{Abi, Abis, ByteOrder};
pub use layout::{
    Hole, Layout, LayoutError, Layouts, Leaf, LeafKind, Leaves, Placed, Repeated, lay_out,
};
