//! The language that a unit was written in, as far as it decides how its types are read.

use gimli::{DwLang, constants as c};

use crate::types::Rules;

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
    /// Go.
    Go,
    /// D, whose types are C's, each of one width.
    D,
    /// Fortran, whose types say their widths.
    Fortran,
    /// Ada.
    Ada,
    /// Pascal.
    Pascal,
    /// Zig.
    Zig,
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
                | c::DW_LANG_OpenCL,
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
            Some(c::DW_LANG_Go) => Language::Go,
            Some(c::DW_LANG_D) => Language::D,
            Some(c::DW_LANG_Zig) => Language::Zig,
            Some(c::DW_LANG_Ada83 | c::DW_LANG_Ada95 | c::DW_LANG_Ada2005 | c::DW_LANG_Ada2012) => {
                Language::Ada
            }
            Some(c::DW_LANG_Pascal83) => Language::Pascal,
            Some(
                c::DW_LANG_Fortran77
                | c::DW_LANG_Fortran90
                | c::DW_LANG_Fortran95
                | c::DW_LANG_Fortran03
                | c::DW_LANG_Fortran08
                | c::DW_LANG_Fortran18,
            ) => Language::Fortran,
            // C23, by the list of dwarfstd.org; gimli has no name for it.
            Some(DwLang(0x003e)) => Language::C,
            Some(_) => Language::Other,
        }
    }

    /// The language of a compiler's own, where it writes another into its units: Zig writes C.
    pub(super) fn by(self, producer: &str) -> Language {
        match producer.starts_with("zig ") {
            true => Language::Zig,
            false => self,
        }
    }

    /// Whose rules its types lie by, compiled by such a compiler: gccgo has C's.
    pub(super) fn rules(self, producer: &str) -> Rules {
        match self {
            Language::Rust => Rules::Rust,
            Language::Ada => Rules::Ada,
            Language::Pascal => Rules::Pascal,
            Language::Zig => Rules::Zig,
            Language::Go if !producer.starts_with("GNU ") => Rules::Go,
            _ => Rules::C,
        }
    }

    /// Whether a type has a path of namespaces. In C a tag in a struct is a tag of the file.
    pub(super) fn has_paths(self) -> bool {
        !matches!(self, Language::C | Language::Zig)
    }
}

/// Where arrays begin in a language, unless they say so (DWARF 5, 7.12, table 7.17); `None` where the table has no such language.
pub(super) fn lower_bound(code: Option<DwLang>) -> Option<i128> {
    let Some(code) = code else {
        return Some(0);
    };
    Some(match code {
        c::DW_LANG_Ada83
        | c::DW_LANG_Ada95
        | c::DW_LANG_Cobol74
        | c::DW_LANG_Cobol85
        | c::DW_LANG_Fortran77
        | c::DW_LANG_Fortran90
        | c::DW_LANG_Fortran95
        | c::DW_LANG_Fortran03
        | c::DW_LANG_Fortran08
        | c::DW_LANG_Julia
        | c::DW_LANG_Modula2
        | c::DW_LANG_Modula3
        | c::DW_LANG_Pascal83
        | c::DW_LANG_PLI => 1,
        c::DW_LANG_BLISS
        | c::DW_LANG_D
        | c::DW_LANG_Dylan
        | c::DW_LANG_Go
        | c::DW_LANG_Haskell
        | c::DW_LANG_Java
        | c::DW_LANG_OCaml
        | c::DW_LANG_OpenCL
        | c::DW_LANG_Python
        | c::DW_LANG_RenderScript
        | c::DW_LANG_Rust
        | c::DW_LANG_Swift
        | c::DW_LANG_UPC
        | c::DW_LANG_Kotlin
        | c::DW_LANG_Zig
        | c::DW_LANG_Crystal => 0,
        code => match Language::of(Some(code)) {
            Language::C | Language::Cpp => 0,
            Language::Ada => 1,
            _ => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_begin_where_the_table_of_the_standard_says() {
        for (code, bound) in [
            (None, Some(0)),
            (Some(c::DW_LANG_C99), Some(0)),
            (Some(c::DW_LANG_C_plus_plus_14), Some(0)),
            (Some(c::DW_LANG_D), Some(0)),
            (Some(c::DW_LANG_Go), Some(0)),
            (Some(c::DW_LANG_Swift), Some(0)),
            (Some(c::DW_LANG_Ada95), Some(1)),
            (Some(c::DW_LANG_Fortran08), Some(1)),
            (Some(c::DW_LANG_Pascal83), Some(1)),
            (Some(DwLang(0xfffe)), None),
        ] {
            assert_eq!(lower_bound(code), bound, "{code:?}");
        }
    }
}
