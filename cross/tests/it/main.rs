//! The model against the world.

mod abi_against_compilers;
mod compiled;
mod compilers;
mod dwarf_against_compilers;
mod dwarf_forms;
mod dwarf_hostile;
mod dwarf_languages;
mod fit_against_compilers;
mod fit_by_chance;
mod random_types;
