//! Base types (DWARF 5, 5.1): which scalar a name, an encoding and a size stand for.

use gimli::{DwAte, constants as c};

use super::language::Language;
use crate::abi::{Number, Scalar, Typedef};
use crate::types::{Record, RecordKind, Rules, Type};

/// A base type as the file describes it.
pub(super) struct Base<'a> {
    /// As the language spells it, or nearly: gcc says `long unsigned int`.
    pub(super) name: &'a str,
    /// Whether it is a number, a truth value, a character.
    pub(super) encoding: Option<DwAte>,
    /// In octets.
    pub(super) size: u64,
    /// Whether it has fewer bits than its size.
    pub(super) peculiar: bool,
    /// Whose it is: an `int` is not the same everywhere.
    pub(super) language: Language,
    pub(super) rules: Rules,
}

impl Base<'_> {
    /// The type it stands for; [`Type::Opaque`] where its name does not tell what it is on another machine.
    pub(super) fn kind(&self) -> Type {
        let known = match self.encoding {
            // `()` and `!` are types like others in Rust.
            _ if self.language == Language::Rust && self.size == 0 => {
                return Type::Record(Record {
                    rules: Rules::Rust,
                    ..Record::new(RecordKind::Struct)
                });
            }
            _ if self.peculiar => None,
            Some(c::DW_ATE_float) => self.float(),
            Some(c::DW_ATE_complex_float) => self.complex(),
            Some(
                c::DW_ATE_signed
                | c::DW_ATE_unsigned
                | c::DW_ATE_signed_char
                | c::DW_ATE_unsigned_char
                | c::DW_ATE_boolean
                | c::DW_ATE_UTF,
            ) => self.integer(),
            Some(c::DW_ATE_signed_fixed | c::DW_ATE_unsigned_fixed) => self.of_ranges(),
            _ => None,
        };
        let known = known.map(|kind| self.by_its_rules(kind));
        known.unwrap_or_else(|| Type::Opaque {
            what: self.unknown(),
        })
    }

    /// Of one that is not known on other machines, what it is and, where that is known, why.
    fn unknown(&self) -> String {
        let octets = if self.size == 1 { "octet" } else { "octets" };
        let what = format!("base type `{}` of {} {octets}", self.name, self.size);
        let word = |words: &[&str]| self.name.split(' ').any(|word| words.contains(&word));
        let why = match self.encoding {
            // GCC, configure, --enable-decimal-float: the formats of IEEE 754-2008, 3.5.2.
            Some(c::DW_ATE_decimal_float) => {
                "whose digits are binary (BID) on x86 and AArch64, and packed by three (DPD) on PowerPC and s390x"
            }
            _ if word(&["_BitInt"]) => {
                "of which debug information does not say how many bits it has"
            }
            _ if word(&["_Float16", "__fp16", "__bf16"]) => {
                "which compilers have where the processor or its ABI has it, by version and options"
            }
            _ if word(&["_Float64x"]) => {
                "which is an extended double on x86 and has a format of 16 octets elsewhere, if there is one"
            }
            _ => return what,
        };
        format!("{what}, {why}")
    }

    /// A number by the rules of its language, where these are not C's.
    fn by_its_rules(&self, kind: Type) -> Type {
        let number = match kind {
            Type::Scalar(Scalar::Int64) => Number::Int64,
            Type::Int128 => Number::Int128,
            Type::Scalar(Scalar::Float) => Number::Float32,
            Type::Scalar(Scalar::Double) => Number::Float64,
            Type::Complex(Scalar::Float) => Number::Complex64,
            Type::Complex(Scalar::Double) => Number::Complex128,
            _ => return kind,
        };
        match self.rules {
            Rules::C | Rules::Ada | Rules::Zig => kind,
            rules => Type::Number {
                kind: number,
                rules,
            },
        }
    }

    /// Whether a typedef of it can be one of the C library's integers.
    pub(super) fn is_integer(&self) -> bool {
        let encoded = matches!(
            self.encoding,
            Some(
                c::DW_ATE_signed
                    | c::DW_ATE_unsigned
                    | c::DW_ATE_signed_char
                    | c::DW_ATE_unsigned_char
                    | c::DW_ATE_UTF
            )
        );
        encoded && self.is_c() && !self.peculiar
    }

    fn is_c(&self) -> bool {
        matches!(self.language, Language::C | Language::Cpp)
    }

    fn integer(&self) -> Option<Type> {
        if let Some(width) = fixed_width(self.name) {
            return integer_of(width).filter(|_| width == self.size);
        }
        if let Some(known) = self.of_ranges() {
            return Some(known);
        }
        Some(match self.name {
            "usize" => Type::Typedef(Typedef::Size),
            "isize" => Type::Typedef(Typedef::Ptrdiff),
            // As wide as a word (The Go Programming Language Specification, Numeric types; gc and gccgo have it so).
            "uint" | "uintptr" if self.language == Language::Go => Type::Typedef(Typedef::Size),
            "int" if self.language == Language::Go => Type::Typedef(Typedef::Ptrdiff),
            name if self.language == Language::D => return integer_of(d_width(name)?),
            "bool" if self.size == 1 => Type::Scalar(Scalar::Bool),
            // Rust's is a code point; C's has a name of two words or more, or no encoding as UTF.
            "char" if self.encoding == Some(c::DW_ATE_UTF) => integer_of(self.size)?,
            _ if !self.is_c() => return None,
            "bool" | "_Bool" => Type::Scalar(Scalar::Bool),
            "wchar_t" => Type::Scalar(Scalar::Wchar),
            name => return c_integer(name, self.size),
        })
    }

    /// Integers of languages whose programs say what they range over: a type is as wide as its values ask for, on every machine.
    fn of_ranges(&self) -> Option<Type> {
        match (self.language, self.name) {
            // As wide as C's (GNAT, Standard).
            (Language::Ada, "long_integer") => Some(Type::Scalar(Scalar::Long)),
            (Language::Ada | Language::Pascal, _) => match self.encoding {
                Some(c::DW_ATE_boolean) if self.size == 1 => Some(Type::Scalar(Scalar::Bool)),
                _ => integer_of(self.size),
            },
            (Language::Fortran, _) => integer_of(self.size),
            (Language::Zig, name) => match name {
                "c_char" => Some(Type::Scalar(Scalar::Char)),
                "c_short" | "c_ushort" => Some(Type::Scalar(Scalar::Short)),
                "c_int" | "c_uint" => Some(Type::Scalar(Scalar::Int)),
                "c_long" | "c_ulong" => Some(Type::Scalar(Scalar::Long)),
                "c_longlong" | "c_ulonglong" => Some(Type::Scalar(Scalar::LongLong)),
                // `u24` lies as the next larger integer that a processor has.
                _ if is_of_bits(name) && self.size <= 8 => integer_of(self.size),
                _ => None,
            },
            _ => None,
        }
    }

    fn float(&self) -> Option<Type> {
        match (self.language, self.size) {
            // As wide as the processor has them: 10 octets on x86, 8 elsewhere, whatever C's `long double` is.
            (Language::Ada, _) if self.name == "long_long_float" => return None,
            (Language::Ada, 4) => return Some(Type::Scalar(Scalar::Float)),
            (Language::Ada, 8) => return Some(Type::Scalar(Scalar::Double)),
            (Language::Pascal, 4) => return Some(Type::Scalar(Scalar::Float)),
            (Language::Pascal, 8) => return Some(Type::Scalar(Scalar::Double)),
            _ => {}
        }
        let (kind, size) = match self.name {
            "real" if self.language == Language::D => (Type::Scalar(Scalar::LongDouble), self.size),
            "float" if self.language == Language::D => (Type::Scalar(Scalar::Float), 4),
            "double" if self.language == Language::D => (Type::Scalar(Scalar::Double), 8),
            "f32" | "float32" | "_Float32" | "real(kind=4)" => (Type::Scalar(Scalar::Float), 4),
            "f64" | "float64" | "_Float64" | "_Float32x" | "real(kind=8)" => {
                (Type::Scalar(Scalar::Double), 8)
            }
            // Only machines of x86 have that kind: C's `long double` there.
            "real(kind=10)" => (Type::Scalar(Scalar::LongDouble), self.size),
            "c_longdouble" if self.language == Language::Zig => {
                (Type::Scalar(Scalar::LongDouble), self.size)
            }
            "real(kind=16)" => (Type::Float128, 16),
            "_Float128" | "__float128" | "f128" => (Type::Float128, 16),
            name if self.is_c() => (Type::Scalar(c_float(name)?), self.size),
            _ => return None,
        };
        Some(kind).filter(|_| size == self.size)
    }

    /// gcc says `complex double`, clang `_Complex double`. Clang before 15 says `complex`: one of 16 octets may then be of either kind of `double`.
    fn complex(&self) -> Option<Type> {
        match (self.name, self.size) {
            ("complex", 8) | ("complex64", 8) | ("complex(kind=4)", 8) => {
                return Some(Type::Complex(Scalar::Float));
            }
            ("complex128", 16) | ("complex(kind=8)", 16) => {
                return Some(Type::Complex(Scalar::Double));
            }
            ("complex", 24 | 32) => return Some(Type::Complex(Scalar::LongDouble)),
            _ => {}
        }
        let of = self
            .name
            .strip_prefix("_Complex ")
            .or_else(|| self.name.strip_prefix("complex "))?;
        c_float(of).map(Type::Complex)
    }
}

/// `u24`, `i7`: an integer of as many bits as its name says.
fn is_of_bits(name: &str) -> bool {
    let bits = name.strip_prefix(['u', 'i']);
    bits.is_some_and(|bits| bits.parse::<u16>().is_ok())
}

fn c_float(name: &str) -> Option<Scalar> {
    Some(match name {
        "float" => Scalar::Float,
        "double" => Scalar::Double,
        "long double" => Scalar::LongDouble,
        _ => return None,
    })
}

/// C's integers by their words, in whatever order a compiler puts them (C17, 6.7.2).
fn c_integer(name: &str, size: u64) -> Option<Type> {
    let mut signed_or_unsigned = false;
    let mut rest = Vec::new();
    for word in name.split_whitespace() {
        match word {
            "signed" | "unsigned" => signed_or_unsigned = true,
            "int" => {}
            word => rest.push(word),
        }
    }
    Some(match rest.as_slice() {
        [] if !name.trim().is_empty() => Type::Scalar(Scalar::Int),
        ["char"] if signed_or_unsigned => Type::Scalar(Scalar::Int8),
        ["char"] => Type::Scalar(Scalar::Char),
        ["short"] => Type::Scalar(Scalar::Short),
        ["long"] => Type::Scalar(Scalar::Long),
        ["long", "long"] => Type::Scalar(Scalar::LongLong),
        ["__int128" | "__int128_t" | "__uint128_t"] if size == 16 => Type::Int128,
        _ => return None,
    })
}

/// The width of D's integers and characters, in octets (D Language Specification, Basic Data Types).
fn d_width(name: &str) -> Option<u64> {
    Some(match name {
        "byte" | "ubyte" | "char" | "bool" => 1,
        "short" | "ushort" | "wchar" => 2,
        "int" | "uint" | "dchar" => 4,
        "long" | "ulong" => 8,
        "cent" | "ucent" => 16,
        _ => return None,
    })
}

/// The width that a base type's name promises, in octets: Rust's and Zig's, C++'s characters, and what other languages call theirs.
fn fixed_width(name: &str) -> Option<u64> {
    Some(match name {
        "u8" | "i8" | "int8" | "uint8" | "char8_t" | "integer(kind=1)" | "character(kind=1)" => 1,
        "u16" | "i16" | "int16" | "uint16" | "char16_t" | "integer(kind=2)" => 2,
        "u32" | "i32" | "int32" | "uint32" | "char32_t" | "integer(kind=4)" => 4,
        "u64" | "i64" | "int64" | "uint64" | "integer(kind=8)" => 8,
        "u128" | "i128" => 16,
        _ => return None,
    })
}

/// The type of exactly so many octets, whatever it is called.
pub(super) fn integer_of(size: u64) -> Option<Type> {
    Some(match size {
        1 => Type::Scalar(Scalar::Int8),
        2 => Type::Scalar(Scalar::Int16),
        4 => Type::Scalar(Scalar::Int32),
        8 => Type::Scalar(Scalar::Int64),
        16 => Type::Int128,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(name: &str, encoding: DwAte, size: u64, language: Language) -> Type {
        Base {
            name,
            encoding: Some(encoding),
            size,
            peculiar: false,
            language,
            rules: language.rules(""),
        }
        .kind()
    }

    #[test]
    fn a_c_integer_is_told_by_its_words_and_not_by_its_size() {
        let long = Type::Scalar(Scalar::Long);
        for name in ["long int", "long unsigned int", "unsigned long", "long"] {
            for size in [4, 8] {
                assert_eq!(base(name, c::DW_ATE_signed, size, Language::C), long);
            }
        }
        let long_long = Type::Scalar(Scalar::LongLong);
        for name in [
            "long long int",
            "unsigned long long",
            "long long unsigned int",
        ] {
            assert_eq!(base(name, c::DW_ATE_unsigned, 8, Language::Cpp), long_long);
        }
        let int = Type::Scalar(Scalar::Int);
        for name in ["int", "unsigned int", "unsigned", "signed"] {
            assert_eq!(base(name, c::DW_ATE_signed, 4, Language::C), int);
        }
    }

    #[test]
    fn plain_char_is_neither_signed_nor_unsigned() {
        let plain = Type::Scalar(Scalar::Char);
        let octet = Type::Scalar(Scalar::Int8);
        assert_eq!(base("char", c::DW_ATE_signed_char, 1, Language::C), plain);
        assert_eq!(base("char", c::DW_ATE_unsigned_char, 1, Language::C), plain);
        for name in ["signed char", "unsigned char"] {
            assert_eq!(base(name, c::DW_ATE_signed_char, 1, Language::C), octet);
        }
        let code_point = Type::Scalar(Scalar::Int32);
        assert_eq!(base("char", c::DW_ATE_UTF, 4, Language::Rust), code_point);
    }

    #[test]
    fn rust_says_its_widths_and_its_pointer_sized_integers_move() {
        let of = |name, size| base(name, c::DW_ATE_unsigned, size, Language::Rust);
        assert_eq!(of("u8", 1), Type::Scalar(Scalar::Int8));
        let number = |kind| Type::Number {
            kind,
            rules: Rules::Rust,
        };
        assert_eq!(of("i64", 8), number(Number::Int64));
        assert_eq!(of("u128", 16), number(Number::Int128));
        assert_eq!(of("usize", 8), Type::Typedef(Typedef::Size));
        assert_eq!(
            base("f64", c::DW_ATE_float, 8, Language::Rust),
            number(Number::Float64)
        );
    }

    /// As gfortran 12, GNAT 12, Free Pascal 3.2 and Zig 0.17 write them.
    #[test]
    fn other_languages_say_what_their_numbers_range_over() {
        let int = |size: usize| Type::Scalar([Scalar::Int8, Scalar::Int16, Scalar::Int32][size]);
        let scalar = Type::Scalar;
        let single = Type::Number {
            kind: Number::Float32,
            rules: Rules::Pascal,
        };
        let complex = Type::Complex(Scalar::Float);
        use Language::{Ada, Fortran, Pascal, Zig};
        for (language, name, encoding, size, expected) in [
            (Fortran, "logical(kind=4)", c::DW_ATE_boolean, 4, int(2)),
            (Fortran, "integer(kind=2)", c::DW_ATE_signed, 2, int(1)),
            (
                Fortran,
                "real(kind=8)",
                c::DW_ATE_float,
                8,
                scalar(Scalar::Double),
            ),
            (
                Fortran,
                "real(kind=10)",
                c::DW_ATE_float,
                12,
                scalar(Scalar::LongDouble),
            ),
            (
                Fortran,
                "complex(kind=4)",
                c::DW_ATE_complex_float,
                8,
                complex,
            ),
            (Ada, "interfaces__unsigned_8", c::DW_ATE_unsigned, 1, int(0)),
            (
                Ada,
                "long_integer",
                c::DW_ATE_signed,
                8,
                scalar(Scalar::Long),
            ),
            (Ada, "p__TfxB", c::DW_ATE_signed_fixed, 2, int(1)),
            (Ada, "boolean", c::DW_ATE_boolean, 1, scalar(Scalar::Bool)),
            (
                Ada,
                "long_float",
                c::DW_ATE_float,
                8,
                scalar(Scalar::Double),
            ),
            (Pascal, "Word", c::DW_ATE_unsigned, 2, int(1)),
            (Pascal, "Single", c::DW_ATE_float, 4, single),
            (Zig, "c_ulong", c::DW_ATE_unsigned, 4, scalar(Scalar::Long)),
            (Zig, "u24", c::DW_ATE_unsigned, 4, int(2)),
            (Zig, "f32", c::DW_ATE_float, 4, scalar(Scalar::Float)),
        ] {
            assert_eq!(base(name, encoding, size, language), expected, "{name}");
        }
        for (language, name, encoding, size) in [
            (Ada, "long_long_float", c::DW_ATE_float, 16),
            (Pascal, "Extended", c::DW_ATE_float, 10),
            (Zig, "u24x", c::DW_ATE_unsigned, 4),
        ] {
            let kind = base(name, encoding, size, language);
            assert!(matches!(kind, Type::Opaque { .. }), "{name}: {kind:?}");
        }
    }

    #[test]
    fn a_type_of_rust_without_values_takes_no_room() {
        let unit = base("()", c::DW_ATE_unsigned, 0, Language::Rust);
        assert!(matches!(unit, Type::Record(of) if of.members.is_empty()));
    }

    #[test]
    fn what_a_name_does_not_tell_is_opaque() {
        let opaque = |kind| matches!(kind, Type::Opaque { .. });
        assert!(opaque(base("int", c::DW_ATE_signed, 8, Language::Other)));
        assert!(opaque(base("u32", c::DW_ATE_unsigned, 8, Language::Rust)));
        assert!(opaque(base("_Float16", c::DW_ATE_float, 2, Language::C)));
        assert!(opaque(base(
            "_Decimal64",
            c::DW_ATE_decimal_float,
            8,
            Language::C
        )));
        for (name, encoding, why) in [
            ("_Decimal64", c::DW_ATE_decimal_float, "(BID) on x86"),
            ("unsigned _BitInt", c::DW_ATE_unsigned, "how many bits"),
            ("__bf16", c::DW_ATE_float, "by version and options"),
        ] {
            let kind = base(name, encoding, 8, Language::C);
            assert!(
                matches!(&kind, Type::Opaque { what } if what.contains(why)),
                "{kind:?}"
            );
        }
        assert!(opaque(base("complex int", DwAte(0x80), 8, Language::C)));
        assert!(opaque(base("", c::DW_ATE_signed, 4, Language::C)));
    }
}
