//! The language that a unit was written in, as far as it decides how its types are read.

use gimli::{DwLang, constants as c};

/// A source language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Language {
    /// C of any year, and what has its types: Objective-C, assembly.
    C,
    /// C++, whose types are C's and lie in namespaces.
    Cpp,
    /// Rust.
    Rust,
    /// Another: its base types are only known where their name says their width.
    Other,
}

impl Language {
    /// DWARF 5, 7.12, table 7.17, and the later codes of dwarfstd.org. A unit that does not say is C: assemblers leave it out.
    pub(super) fn of(code: Option<DwLang>) -> Language {
        match code {
            None
            | Some(
                c::DW_LANG_C89
                | c::DW_LANG_C
                | c::DW_LANG_C99
                | c::DW_LANG_C11
                | c::DW_LANG_C17
                | c::DW_LANG_ObjC
                | c::DW_LANG_Mips_Assembler
                | c::DW_LANG_OpenCL
                | c::DW_LANG_Zig,
            ) => Language::C,
            Some(
                c::DW_LANG_C_plus_plus
                | c::DW_LANG_C_plus_plus_03
                | c::DW_LANG_C_plus_plus_11
                | c::DW_LANG_C_plus_plus_14
                | c::DW_LANG_C_plus_plus_17
                | c::DW_LANG_C_plus_plus_20
                | c::DW_LANG_ObjC_plus_plus,
            ) => Language::Cpp,
            Some(c::DW_LANG_Rust) => Language::Rust,
            // C23, by the list of dwarfstd.org; gimli has no name for it.
            Some(DwLang(0x003e)) => Language::C,
            Some(_) => Language::Other,
        }
    }

    /// Whether a type has a path of namespaces. In C a tag in a struct is a tag of the file.
    pub(super) fn has_paths(self) -> bool {
        self != Language::C
    }
}
