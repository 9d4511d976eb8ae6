//! Typedefs that are more than what they are declared to be on one machine: those of a C library's headers, and those whose name says a width.
//!
//! On x86_64 an `int64_t` is declared as a `long`; a reader that followed the declaration would take it for one of 4 octets on i386. A program's own `dev_t` is what the program declares.

use object::Architecture;

use super::base::integer_of;
use super::header::{CLibrary, Header};
use super::machine::Processor;
use crate::abi::Scalar;
use crate::abi::Typedef;
use crate::types::Type;

/// A typedef of an integer, as a file declares it.
pub(super) struct Declared<'a> {
    pub(super) name: &'a str,
    /// Of the integer, in this file, in octets.
    pub(super) size: u64,
    /// Where it is declared; `None` where nobody says.
    pub(super) header: Option<Header>,
    /// In octets.
    pub(super) pointer_size: u8,
    pub(super) processor: Processor,
}

/// What a typedef is on every ABI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// What it is declared to be.
    Declaration,
    /// This.
    Type(Type),
    /// What it is declared to be, or what a C library has under this name: nobody can tell which.
    Either {
        /// The name, as the C library's.
        name: Typedef,
        /// Why nobody can tell, in words.
        why: String,
    },
}

/// Whether a name may mean more than its declaration: only then it matters where it is declared.
pub(super) fn may_move(name: &str) -> bool {
    name == "wchar_t" || Typedef::named(name).is_some() || MOVING.contains(&plain(name))
}

impl Declared<'_> {
    pub(super) fn meaning(&self) -> Meaning {
        let &Declared { name, size, .. } = self;
        if let Some(width) = width(name) {
            // A name that its declaration contradicts is somebody else's.
            let fixed = integer_of(width).filter(|_| width == size);
            return fixed.map_or(Meaning::Declaration, Meaning::Type);
        }
        match Typedef::named(name) {
            Some(typedef) => self.of_typedef(typedef),
            None if self.is_librarys() && name == "wchar_t" => {
                Meaning::Type(Type::Scalar(Scalar::Wchar))
            }
            None if self.is_librarys() && MOVING.contains(&plain(name)) => {
                Meaning::Type(Type::Opaque {
                    what: format!("`{name}`, which is another type on each ABI"),
                })
            }
            None => Meaning::Declaration,
        }
    }

    fn of_typedef(&self, name: Typedef) -> Meaning {
        let &Declared { size, .. } = self;
        let pointer_size = u64::from(self.pointer_size);
        match name {
            Typedef::Size | Typedef::Ssize | Typedef::Ptrdiff | Typedef::Intptr
                if size != pointer_size =>
            {
                Meaning::Declaration
            }
            name if self.is_unclear() => {
                let declared = self.name;
                Meaning::Either {
                    name,
                    why: format!(
                        "`{declared}`, the C library's or the program's own: nothing tells which"
                    ),
                }
            }
            // musl has 64 bits of them everywhere. Elsewhere a program of such a machine asked for them, or its compiler did.
            name if size == 8
                && self.is_narrow_unasked(name)
                && self.header != Some(Header::CLibrary(CLibrary::Musl))
                && self.is_librarys() =>
            {
                let declared = self.name;
                Meaning::Either {
                    name,
                    why: format!(
                        "`{declared}`, of 64 bits in this file: by `-D_TIME_BITS=64`, by `-D_FILE_OFFSET_BITS=64`, or because its C library has it so"
                    ),
                }
            }
            name if self.is_librarys() => Meaning::Type(Type::Typedef(name)),
            _ => Meaning::Declaration,
        }
    }

    /// Whether glibc has fewer than 64 bits of it on this machine where nobody asks for more: on those of 32 bits what concerns times and files, on Alpha what counts files and blocks (its bits/typesizes.h).
    fn is_narrow_unasked(&self, name: Typedef) -> bool {
        let is_count = || {
            matches!(
                name,
                Typedef::Ino | Typedef::Blkcnt | Typedef::Fsblkcnt | Typedef::Fsfilcnt
            )
        };
        match self.processor {
            Processor::Known(Architecture::Alpha) => is_count(),
            _ => self.pointer_size == 4 && is_of_files_or_time(name),
        }
    }

    /// Whether it is in a header that has the meaning of the name.
    fn is_librarys(&self) -> bool {
        match self.header {
            None | Some(Header::Unclear) => true,
            Some(Header::CLibrary(_)) => true,
            Some(Header::Compiler) => true,
            Some(Header::Kernel) => self.name.starts_with("__kernel_"),
            Some(Header::Program) => false,
        }
    }

    /// Where no place is told (split debug information has none) the names of the language are its own.
    fn is_unclear(&self) -> bool {
        match self.header {
            None => !matches!(
                Typedef::named(self.name),
                Some(
                    Typedef::Size
                        | Typedef::Ssize
                        | Typedef::Ptrdiff
                        | Typedef::Intptr
                        | Typedef::Intmax
                        | Typedef::IntFast16
                        | Typedef::IntFast32
                        | Typedef::Wint
                )
            ),
            Some(header) => header == Header::Unclear,
        }
    }
}

/// Those that `_TIME_BITS` and `_FILE_OFFSET_BITS` move.
fn is_of_files_or_time(name: Typedef) -> bool {
    matches!(
        name,
        Typedef::Time
            | Typedef::Suseconds
            | Typedef::Off
            | Typedef::Ino
            | Typedef::Blkcnt
            | Typedef::Fsblkcnt
            | Typedef::Fsfilcnt
            | Typedef::Rlim
    )
}
/// In octets: `<stdint.h>`, the older BSD names, `<linux/types.h>`, and those of the C library that are fixed.
fn width(name: &str) -> Option<u64> {
    Some(match plain(name) {
        "int8_t" | "uint8_t" | "u_int8_t" | "int_fast8_t" | "uint_fast8_t" | "int_least8_t"
        | "uint_least8_t" => 1,
        "int16_t" | "uint16_t" | "u_int16_t" | "int_least16_t" | "uint_least16_t" | "char16_t" => 2,
        "int32_t" | "uint32_t" | "u_int32_t" | "int_least32_t" | "uint_least32_t" | "char32_t" => 4,
        "int64_t" | "uint64_t" | "u_int64_t" | "int_fast64_t" | "uint_fast64_t"
        | "int_least64_t" | "uint_least64_t" | "quad_t" | "u_quad_t" | "off64_t" | "loff_t"
        | "time64_t" | "ino64_t" | "rlim64_t" | "blkcnt64_t" | "fsblkcnt64_t" | "fsfilcnt64_t"
        | "suseconds64_t" => 8,
        _ => match name {
            "__u8" | "__s8" => 1,
            "__u16" | "__s16" | "__le16" | "__be16" | "__sum16" => 2,
            "__u32" | "__s32" | "__le32" | "__be32" | "__wsum" => 4,
            "__u64" | "__s64" | "__le64" | "__be64" => 8,
            _ => return None,
        },
    })
}

/// The name under which a user knows it: the C library declares `time_t` as `__time_t`.
fn plain(name: &str) -> &str {
    name.strip_prefix("__").unwrap_or(name)
}

/// Names whose type differs between ABIs of one C library (glibc, `bits/typesizes.h`) and that the table of moving names does not have.
const MOVING: &[&str] = &["cpu_mask", "u_register_t"];

#[cfg(test)]
mod tests {
    use super::*;

    const GLIBC: Option<Header> = Some(Header::CLibrary(CLibrary::Other));
    const PROGRAM: Option<Header> = Some(Header::Program);

    fn meaning(name: &str, size: u64, pointer_size: u8, header: Option<Header>) -> Meaning {
        let declared = Declared {
            name,
            size,
            header,
            pointer_size,
            processor: Processor::Known(Architecture::Unknown),
        };
        declared.meaning()
    }

    #[test]
    fn an_int64_t_is_64_bits_however_it_is_declared() {
        for name in [
            "int64_t",
            "uint64_t",
            "__int64_t",
            "__u64",
            "__le64",
            "u_int64_t",
        ] {
            let expected = Meaning::Type(Type::Scalar(Scalar::Int64));
            assert_eq!(meaning(name, 8, 8, GLIBC), expected, "{name}");
        }
    }

    #[test]
    fn a_name_that_its_declaration_contradicts_promises_nothing() {
        assert_eq!(meaning("int64_t", 4, 4, GLIBC), Meaning::Declaration);
        assert_eq!(meaning("size_t", 4, 8, GLIBC), Meaning::Declaration);
    }

    #[test]
    fn a_moving_name_stands_for_itself_where_its_library_declares_it() {
        for (name, typedef, header) in [
            ("size_t", Typedef::Size, Some(Header::Compiler)),
            ("uintptr_t", Typedef::Intptr, GLIBC),
            ("__time_t", Typedef::Time, GLIBC),
            ("off_t", Typedef::Off, GLIBC),
            ("uint_fast32_t", Typedef::IntFast32, GLIBC),
            ("__kernel_size_t", Typedef::KernelSize, Some(Header::Kernel)),
        ] {
            let expected = Meaning::Type(Type::Typedef(typedef));
            assert_eq!(meaning(name, 8, 8, header), expected, "{name}");
        }
    }

    #[test]
    fn a_programs_own_is_what_it_declares_whatever_it_is_called() {
        for name in [
            "dev_t",
            "off_t",
            "size_t",
            "time_t",
            "wchar_t",
            "__kernel_mode_t",
            "cpu_mask",
            "u64",
            "DWORD",
        ] {
            assert_eq!(meaning(name, 8, 8, PROGRAM), Meaning::Declaration, "{name}");
        }
        assert_eq!(
            meaning("mode_t", 4, 8, Some(Header::Kernel)),
            Meaning::Declaration
        );
    }

    #[test]
    fn what_may_be_either_is_taken_for_neither() {
        for header in [None, Some(Header::Unclear)] {
            let found = meaning("dev_t", 4, 8, header);
            assert!(
                matches!(
                    found,
                    Meaning::Either {
                        name: Typedef::Dev,
                        ..
                    }
                ),
                "{found:?}"
            );
        }
    }

    #[test]
    fn times_of_64_bits_on_a_machine_of_32_were_asked_for_unless_the_library_is_musl() {
        for name in ["time_t", "off_t", "ino_t", "blkcnt_t", "rlim_t"] {
            let found = meaning(name, 8, 4, GLIBC);
            assert!(matches!(found, Meaning::Either { .. }), "{name}: {found:?}");
            let musl = Some(Header::CLibrary(CLibrary::Musl));
            let found = meaning(name, 8, 4, musl);
            assert!(
                matches!(found, Meaning::Type(Type::Typedef(_))),
                "{name}: {found:?}"
            );
            let found = meaning(name, 4, 4, GLIBC);
            assert!(
                matches!(found, Meaning::Type(Type::Typedef(_))),
                "{name}: {found:?}"
            );
        }
    }

    #[test]
    fn alpha_counts_files_in_64_bits_only_where_that_was_asked_for() {
        for (name, asked) in [
            ("ino_t", true),
            ("__blkcnt_t", true),
            ("fsfilcnt_t", true),
            ("off_t", false),
            ("time_t", false),
        ] {
            let declared = Declared {
                name,
                size: 8,
                header: GLIBC,
                pointer_size: 8,
                processor: Processor::Known(Architecture::Alpha),
            };
            let found = declared.meaning();
            let is_either = matches!(found, Meaning::Either { .. });
            assert_eq!(is_either, asked, "{name}: {found:?}");
        }
    }

    #[test]
    fn a_moving_name_that_the_table_lacks_is_never_taken_for_its_declaration() {
        let found = meaning("__cpu_mask", 8, 8, GLIBC);
        assert!(
            matches!(found, Meaning::Type(Type::Opaque { .. })),
            "{found:?}"
        );
    }
}
