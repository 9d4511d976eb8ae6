//! The model against the world.

#![allow(
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is a test, and clippy knows only `#[test]` functions as such"
)]

mod abi_against_compilers;
mod alignments;
mod alike;
mod bsd;
mod btf;
mod classes_by_chance;
mod codeview;
mod compiled;
mod compilers;
mod dwarf_against_compilers;
mod dwarf_beside;
mod dwarf_forms;
mod dwarf_hostile;
mod dwarf_languages;
mod dwarf_repeats;
mod fit_against_compilers;
mod fit_by_chance;
mod library_types;
mod named_cases;
mod native;
mod options;
mod packed_classes;
mod random_types;
mod shared;
mod speed;
mod storage_order;
mod tools;
mod typedefs;
mod virtual_bases;
