//! Options of compilers that move the layout of types: each makes another ABI of one.

use super::{Abi, BitFieldPacking, EnumRule, Extent, LongDoubleFormat, Scalar, align_for};

/// An option of a compiler that moves the layout of types, or what a file shows of one.
///
/// Those that choose a whole ABI (`-m32`, `-mabi=n32`) are none: they choose a row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Switch {
    /// `-fsigned-char`, `-funsigned-char`: whether plain `char` is signed.
    CharSigned(bool),
    /// `-fshort-enums`, `-fno-short-enums`: whether an enumeration has the shortest type that holds its values.
    ShortEnums(bool),
    /// `-fshort-wchar`: `wchar_t` is an `unsigned short`.
    ShortWchar,
    /// `-mlong-double-64`, `-80` and `-128`: the format of a `long double`, by its bits.
    LongDouble(u32),
    /// `-m96bit-long-double`, `-m128bit-long-double`: the room for one of the x87's, in bits.
    LongDoubleRoom(u32),
    /// `-mabi=ieeelongdouble`, `-mabi=ibmlongdouble`: whether PowerPC's `long double` of 16 octets is IEEE 754's binary128.
    IeeeLongDouble(bool),
    /// `-mms-bitfields`, `-mno-ms-bitfields`: whether bit-fields lie as on Windows.
    MsBitFields(bool),
    /// `-malign-double`, `-mno-align-double`: whether i386 aligns what has 8 octets to 8.
    AlignDouble(bool),
    /// `-malign-int`, `-mno-align-int`: whether m68k aligns what has 4 octets to 4.
    AlignInt(bool),
    /// `-malign-power`, `-malign-natural`: whether PowerPC aligns a `double` to 4 in records, but for some. No ABI is made of it, for which ones is not known.
    AlignPower(bool),
    /// `-mstructure-size-boundary=N`: Arm aligns every record to so many bits.
    RecordBoundary(u32),
    /// `-fpack-struct`, `-fpack-struct=N`: every record is packed, or no member aligned to more octets.
    PackStruct(Option<u32>),
    /// No option that is known, but what the file shows: this scalar has so many octets.
    Size(Scalar, u64),
}

impl Switch {
    /// By the words of a command line, or of what a compiler writes of it into debug information (`DW_AT_producer`): of those that contradict each other the last counts, as for the compiler.
    pub fn of(words: &str) -> Vec<Switch> {
        let mut switches: Vec<Switch> = Vec::new();
        for word in words.split_whitespace() {
            let Some(switch) = Switch::of_word(word) else {
                continue;
            };
            switches
                .retain(|other| std::mem::discriminant(other) != std::mem::discriminant(&switch));
            switches.push(switch);
        }
        switches.retain(|switch| *switch != Switch::PackStruct(Some(0)));
        switches.sort();
        switches
    }

    fn of_word(word: &str) -> Option<Switch> {
        Some(match word {
            "-fsigned-char" | "-fno-unsigned-char" => Switch::CharSigned(true),
            "-funsigned-char" | "-fno-signed-char" => Switch::CharSigned(false),
            "-fshort-enums" => Switch::ShortEnums(true),
            "-fno-short-enums" => Switch::ShortEnums(false),
            "-fshort-wchar" => Switch::ShortWchar,
            "-mlong-double-64" => Switch::LongDouble(64),
            "-mlong-double-80" => Switch::LongDouble(80),
            "-mlong-double-128" => Switch::LongDouble(128),
            "-m96bit-long-double" => Switch::LongDoubleRoom(96),
            "-m128bit-long-double" => Switch::LongDoubleRoom(128),
            "-mabi=ieeelongdouble" => Switch::IeeeLongDouble(true),
            "-mabi=ibmlongdouble" => Switch::IeeeLongDouble(false),
            "-mms-bitfields" => Switch::MsBitFields(true),
            "-mno-ms-bitfields" => Switch::MsBitFields(false),
            "-malign-double" => Switch::AlignDouble(true),
            "-mno-align-double" => Switch::AlignDouble(false),
            "-malign-int" => Switch::AlignInt(true),
            "-mno-align-int" => Switch::AlignInt(false),
            "-malign-power" => Switch::AlignPower(true),
            "-malign-natural" => Switch::AlignPower(false),
            "-fpack-struct" => Switch::PackStruct(None),
            // What takes it back; it is left out of what comes of all words.
            "-fno-pack-struct" => Switch::PackStruct(Some(0)),
            _ => {
                let number = |option| word.strip_prefix(option)?.parse::<u32>().ok();
                let power = |number: &u32| number.is_power_of_two();
                if let Some(octets) = number("-fpack-struct=").filter(power) {
                    Switch::PackStruct(Some(octets))
                } else {
                    let bits = number("-mstructure-size-boundary=");
                    Switch::RecordBoundary(bits.filter(|bits| power(bits) && *bits >= 8)?)
                }
            }
        })
    }

    /// As it is written on a command line; for what a file shows, what that is.
    pub fn words(self) -> String {
        match self {
            Switch::CharSigned(true) => "-fsigned-char".to_owned(),
            Switch::CharSigned(false) => "-funsigned-char".to_owned(),
            Switch::ShortEnums(true) => "-fshort-enums".to_owned(),
            Switch::ShortEnums(false) => "-fno-short-enums".to_owned(),
            Switch::ShortWchar => "-fshort-wchar".to_owned(),
            Switch::LongDouble(bits) => format!("-mlong-double-{bits}"),
            Switch::LongDoubleRoom(bits) => format!("-m{bits}bit-long-double"),
            Switch::IeeeLongDouble(true) => "-mabi=ieeelongdouble".to_owned(),
            Switch::IeeeLongDouble(false) => "-mabi=ibmlongdouble".to_owned(),
            Switch::MsBitFields(true) => "-mms-bitfields".to_owned(),
            Switch::MsBitFields(false) => "-mno-ms-bitfields".to_owned(),
            Switch::AlignDouble(true) => "-malign-double".to_owned(),
            Switch::AlignDouble(false) => "-mno-align-double".to_owned(),
            Switch::AlignInt(true) => "-malign-int".to_owned(),
            Switch::AlignInt(false) => "-mno-align-int".to_owned(),
            Switch::AlignPower(true) => "-malign-power".to_owned(),
            Switch::AlignPower(false) => "-malign-natural".to_owned(),
            Switch::RecordBoundary(bits) => format!("-mstructure-size-boundary={bits}"),
            Switch::PackStruct(None) => "-fpack-struct".to_owned(),
            Switch::PackStruct(Some(octets)) => format!("-fpack-struct={octets}"),
            Switch::Size(scalar, octets) => format!("{} of {octets} octets", scalar.c_name()),
        }
    }
}

impl Abi {
    /// With an option of its compilers: as GCC has it. Where they do not have it, the ABI is as it was. It keeps its name.
    ///
    /// `-fpack-struct` is an attribute of every record. An ABI has of it only what it is to bit-fields of width 0.
    pub fn with_switch(&self, switch: Switch) -> Abi {
        let mut abi = self.clone();
        let is_i386 = self.name.starts_with("i386-");
        match switch {
            Switch::CharSigned(signed) => abi.char_signed = signed,
            Switch::ShortEnums(short) if self.enum_rule != EnumRule::Always => {
                let scalar = if short { Scalar::Char } else { Scalar::Int };
                abi.extents.enum_ = self.extents.of(scalar);
                abi.enum_rule = if short {
                    EnumRule::Shortest
                } else {
                    EnumRule::Int
                };
            }
            Switch::ShortWchar => {
                abi.extents.wchar = self.extents.short;
                abi.wchar_signed = false;
            }
            Switch::LongDouble(64) => {
                abi.extents.long_double = self.extents.double;
                abi.long_double_format = LongDoubleFormat::IeeeDouble;
            }
            Switch::LongDouble(80) if is_x86(&self.name) => {
                let size = if is_i386 { 12 } else { 16 };
                abi.extents.long_double = self.extent_of(size);
                abi.long_double_format = LongDoubleFormat::X87Extended;
            }
            Switch::LongDouble(128) => {
                abi.extents.long_double = self.wide_float();
                if self.long_double_format != LongDoubleFormat::IbmDoubleDouble {
                    abi.long_double_format = LongDoubleFormat::IeeeQuad;
                }
            }
            Switch::LongDoubleRoom(96) if is_i386 => abi.extents.long_double = self.extent_of(12),
            Switch::LongDoubleRoom(128) if is_i386 => abi.extents.long_double = self.wide_float(),
            Switch::MsBitFields(true)
                if matches!(
                    self.bit_field_packing,
                    BitFieldPacking::Sysv | BitFieldPacking::Aapcs
                ) =>
            {
                abi.bit_field_packing = BitFieldPacking::Microsoft;
                if is_i386 {
                    // There is no ADJUST_FIELD_ALIGN in such a record.
                    abi = abi.with_switch(Switch::AlignDouble(true));
                }
            }
            Switch::MsBitFields(false) if self.bit_field_packing == BitFieldPacking::Microsoft => {
                abi.bit_field_packing = BitFieldPacking::Sysv;
            }
            Switch::IeeeLongDouble(ieee)
                if self.name.starts_with("powerpc") && self.extents.long_double.size == 16 =>
            {
                abi.long_double_format = if ieee {
                    LongDoubleFormat::IeeeQuad
                } else {
                    LongDoubleFormat::IbmDoubleDouble
                };
            }
            // GCC, config/i386/i386.cc, x86_field_alignment.
            Switch::AlignDouble(aligned) if is_i386 => {
                let align = if aligned { 8 } else { 4 };
                for extent in [
                    &mut abi.extents.long_long,
                    &mut abi.extents.int64,
                    &mut abi.extents.double,
                ] {
                    extent.align = align;
                }
            }
            Switch::AlignInt(aligned) if self.name.starts_with("m68k-") => {
                let at_most = if aligned { 4 } else { 2 };
                abi = self.aligned_at_most(at_most);
            }
            Switch::RecordBoundary(bits) if self.name.starts_with("arm-") => {
                abi.record_align_at_least = usize::try_from(bits / 8).unwrap_or(1);
            }
            Switch::PackStruct(octets) => abi.pack_struct = octets.filter(|octets| *octets > 0),
            Switch::Size(scalar, octets) => {
                let size = usize::try_from(octets).unwrap_or(usize::MAX);
                abi = self.with_size(scalar, size);
            }
            _ => {}
        }
        abi
    }

    fn extent_of(&self, size: usize) -> Extent {
        Extent {
            size,
            align: align_for(size, self.align_at_most),
        }
    }

    /// Of 16 octets: GCC does not cut its alignment, where it cuts that of a `double` (i386).
    fn wide_float(&self) -> Extent {
        Extent {
            size: 16,
            align: align_for(16, self.mode_align_at_most),
        }
    }

    fn aligned_at_most(&self, at_most: usize) -> Abi {
        let mut abi = self.clone();
        abi.align_at_most = at_most;
        abi.mode_align_at_most = at_most;
        abi.extents = super::Extents::try_from_fn(|scalar| {
            let Extent { size, .. } = self.extents.of(scalar);
            let align = align_for(size, at_most);
            Ok::<_, std::convert::Infallible>(Extent { size, align })
        })
        .unwrap_or_else(|never| match never {});
        abi
    }

    fn with_size(&self, scalar: Scalar, size: usize) -> Abi {
        let mut abi = self.clone();
        // Whoever shows a long double of another size has another format of it, too.
        let extent = match (scalar, size) {
            (_, 0) => return abi,
            (Scalar::LongDouble, 8) => return self.with_switch(Switch::LongDouble(64)),
            (Scalar::LongDouble, 16) => self.wide_float(),
            _ => self.extent_of(size),
        };
        if scalar == Scalar::Int && self.enum_rule == EnumRule::Int {
            abi.extents.enum_ = extent;
        }
        let place = match scalar {
            Scalar::Bool => &mut abi.extents.bool_,
            Scalar::Short => &mut abi.extents.short,
            Scalar::Int => &mut abi.extents.int,
            Scalar::Long => &mut abi.extents.long,
            Scalar::LongLong => &mut abi.extents.long_long,
            Scalar::Pointer => &mut abi.extents.pointer,
            Scalar::Float => &mut abi.extents.float,
            Scalar::Double => &mut abi.extents.double,
            Scalar::LongDouble => &mut abi.extents.long_double,
            Scalar::Wchar => &mut abi.extents.wchar,
            // A char is an octet, and the others are names for one of these.
            Scalar::Char
            | Scalar::Int8
            | Scalar::Int16
            | Scalar::Int32
            | Scalar::Int64
            | Scalar::Enum => return abi,
        };
        *place = extent;
        abi
    }
}

fn is_x86(name: &str) -> bool {
    name.starts_with("i386-") || name.starts_with("x86_64-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::Abis;

    #[test]
    fn what_a_compiler_writes_of_its_command_line_is_read_and_the_last_word_counts() {
        let words = "GNU C17 12.2.0 -malign-double -m32 -mlong-double-80 -mlong-double-64 -mtune=generic -g -fpack-struct=4 -funsigned-char -fno-common";
        assert_eq!(
            Switch::of(words),
            [
                Switch::CharSigned(false),
                Switch::LongDouble(64),
                Switch::AlignDouble(true),
                Switch::PackStruct(Some(4)),
            ]
        );
        assert_eq!(Switch::of("-fpack-struct -fno-pack-struct"), []);
        assert_eq!(
            Switch::of("-fpack-struct=3 -mstructure-size-boundary=0"),
            []
        );
        assert_eq!(Switch::of("clang version 14.0.6"), []);
    }

    #[test]
    fn an_option_is_written_as_it_is_read() {
        for words in [
            "-fsigned-char",
            "-funsigned-char",
            "-fshort-enums",
            "-fno-short-enums",
            "-fshort-wchar",
            "-mlong-double-64",
            "-mlong-double-80",
            "-mlong-double-128",
            "-m96bit-long-double",
            "-m128bit-long-double",
            "-mms-bitfields",
            "-mno-ms-bitfields",
            "-malign-double",
            "-mno-align-double",
            "-malign-int",
            "-mno-align-int",
            "-malign-power",
            "-malign-natural",
            "-fpack-struct",
            "-fpack-struct=2",
            "-mstructure-size-boundary=32",
        ] {
            let read = Switch::of(words);
            let written: Vec<_> = read.iter().map(|switch| switch.words()).collect();
            assert_eq!(written, [words]);
        }
    }

    #[test]
    fn an_option_that_a_machine_does_not_have_changes_nothing_there() {
        for (abi, switch) in [
            ("x86_64-sysv", Switch::AlignDouble(true)),
            ("x86_64-sysv", Switch::LongDoubleRoom(96)),
            ("arm-aapcs", Switch::AlignInt(true)),
            ("i386-sysv", Switch::RecordBoundary(32)),
            ("s390x-elf", Switch::LongDouble(80)),
            ("x86_64-windows", Switch::ShortEnums(true)),
        ] {
            let abi = Abis::builtin().get(abi).unwrap();
            assert_eq!(&abi.with_switch(switch), abi, "{switch:?}");
        }
    }
}
