//! Numbers of other languages that may have a name of C's in their source: compilers write down what the name stands for on the machine, and not the name.

use super::language::Language;
use super::machine::{Format, Machine};
use crate::abi::{self, Scalar, Typedef};
use crate::types::{Rules, Type};

/// A number, as its language calls it.
pub(super) struct Number<'a> {
    pub(super) language: Language,
    /// As the file has it: `u64`, `integer(kind=8)`.
    pub(super) name: &'a str,
    /// In octets.
    pub(super) size: u64,
    pub(super) is_float: bool,
}

impl Number<'_> {
    /// What else it may be, and what there is to decide in words; `None` for a number that is what it is called.
    pub(super) fn may_be(&self, machine: &Machine) -> Option<(Vec<Type>, String)> {
        let candidates = [
            (Scalar::Int, int(machine), "int"),
            (Scalar::Long, long(machine), "long"),
        ];
        let fitting = candidates.iter().filter(|(_, size, _)| *size == self.size);
        let (mut may_be, mut names) = (Vec::new(), Vec::new());
        match self.language {
            Language::Pascal if self.is_float => {
                if self.size == 8 {
                    may_be.push(Type::Scalar(Scalar::Double));
                    names.push("in `{$packrecords C}`".to_owned());
                }
            }
            _ if self.is_float => return None,
            Language::Rust => {
                let signed = self.name.strip_prefix('i');
                let sign = match (signed, self.name.strip_prefix('u')) {
                    (Some(bits), _) if is_number(bits) => "",
                    (_, Some(bits)) if is_number(bits) => "u",
                    _ => return None,
                };
                for (scalar, _, name) in fitting {
                    may_be.push(Type::Number {
                        kind: abi::Number::C(*scalar),
                        rules: Rules::Rust,
                    });
                    names.push(format!("`c_{sign}{name}`"));
                }
            }
            Language::Fortran if self.name.starts_with("integer(") => {
                for (scalar, _, name) in fitting {
                    may_be.push(Type::Scalar(*scalar));
                    names.push(format!("`c_{name}`"));
                }
                if u64::from(machine.pointer_size) == self.size {
                    may_be.push(Type::Typedef(Typedef::Size));
                    names.push("`c_size_t`".to_owned());
                }
            }
            // `c_long` and `size_t` are aliases (core.stdc.config, object.d).
            Language::D if matches!(self.name, "int" | "uint" | "long" | "ulong") => {
                let sign = if self.name.starts_with('u') { "u" } else { "" };
                if long(machine) == self.size {
                    may_be.push(Type::Scalar(Scalar::Long));
                    names.push(format!("`c_{sign}long`"));
                }
                if u64::from(machine.pointer_size) == self.size {
                    may_be.push(Type::Typedef(Typedef::Size));
                    let name = if sign.is_empty() {
                        "ptrdiff_t"
                    } else {
                        "size_t"
                    };
                    names.push(format!("`{name}`"));
                }
            }
            Language::Ada if self.name.starts_with("interfaces__c__") => {
                if u64::from(machine.pointer_size) == self.size {
                    may_be.push(Type::Typedef(Typedef::Size));
                    names.push("`Interfaces.C.size_t`".to_owned());
                }
                for (scalar, _, name) in fitting {
                    may_be.push(Type::Scalar(*scalar));
                    names.push(format!("`Interfaces.C.{name}`"));
                }
            }
            // A type of a program's own may be derived from one of these.
            Language::Ada if self.name.contains("__") && !self.name.starts_with("interfaces__") => {
                if long(machine) == self.size {
                    may_be.push(Type::Scalar(Scalar::Long));
                    names.push("a type derived from `Long_Integer`".to_owned());
                }
            }
            Language::Pascal if matches!(self.size, 4 | 8) => {
                if u64::from(machine.pointer_size) == self.size {
                    may_be.push(Type::Typedef(Typedef::Size));
                    names.push("`NativeInt` or its kin".to_owned());
                }
                if self.size == 8 {
                    may_be.push(Type::Scalar(Scalar::Int64));
                    names.push("in `{$packrecords C}`".to_owned());
                }
            }
            _ => return None,
        }
        if may_be.is_empty() {
            return None;
        }
        let why = format!(
            "`{}` may be {} in the source, which debug information does not tell, and which is not as wide there",
            self.name,
            names.join(" or ")
        );
        Some((may_be, why))
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit())
}

/// Of C's `int`: the machines with 16 bits of address have 16 bits of it.
fn int(machine: &Machine) -> u64 {
    u64::from(machine.pointer_size.clamp(2, 4))
}

/// Of C's `long`: as wide as an address, but for Windows and small machines.
fn long(machine: &Machine) -> u64 {
    match machine.format {
        Format::Coff => 4,
        Format::Elf | Format::MachO => u64::from(machine.pointer_size.max(4)),
    }
}

#[cfg(test)]
mod tests {
    use object::Architecture;

    use super::*;
    use crate::abi::ByteOrder;
    use crate::dwarf::Processor;

    fn machine(architecture: Architecture, pointer_size: u8, format: Format) -> Machine {
        Machine {
            processor: Processor::Known(architecture),
            byte_order: ByteOrder::Little,
            pointer_size,
            flags: 0,
            format,
            bsd: None,
        }
    }

    #[test]
    fn a_number_may_be_what_is_as_wide_where_its_file_is_from() {
        let linux = machine(Architecture::X86_64, 8, Format::Elf);
        let windows = machine(Architecture::X86_64, 8, Format::Coff);
        let small = machine(Architecture::I386, 4, Format::Elf);
        let avr = machine(Architecture::Avr, 2, Format::Elf);
        let (rust, fortran) = (Language::Rust, Language::Fortran);
        for (language, name, size, machine, names) in [
            (rust, "u64", 8, &linux, "`c_ulong`"),
            (rust, "i64", 8, &linux, "`c_long`"),
            (rust, "i64", 8, &windows, ""),
            (rust, "i32", 4, &linux, "`c_int`"),
            (rust, "u32", 4, &windows, "`c_uint` or `c_ulong`"),
            (rust, "u32", 4, &small, "`c_uint` or `c_ulong`"),
            (rust, "u16", 2, &avr, "`c_uint`"),
            (rust, "u16", 2, &linux, ""),
            (rust, "usize", 8, &linux, ""),
            (
                fortran,
                "integer(kind=8)",
                8,
                &linux,
                "`c_long` or `c_size_t`",
            ),
            (fortran, "integer(kind=8)", 8, &windows, "`c_size_t`"),
            (
                fortran,
                "integer(kind=4)",
                4,
                &small,
                "`c_int` or `c_long` or `c_size_t`",
            ),
            (fortran, "logical(kind=4)", 4, &small, ""),
            (Language::C, "long", 8, &linux, ""),
        ] {
            let number = Number {
                language,
                name,
                size,
                is_float: false,
            };
            let why = number.may_be(machine).map(|(_, why)| why);
            match why {
                None => assert_eq!(names, "", "{name}"),
                Some(why) => assert!(why.contains(&format!("may be {names} in")), "{name}: {why}"),
            }
        }
    }
}
