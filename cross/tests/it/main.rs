//! The model against the world.

mod abi_against_compilers;
mod compiled;
mod dwarf_against_compilers;
