//! The model against the world.

mod abi_against_compilers;
mod compilers;
mod random_types;
