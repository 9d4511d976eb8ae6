//! The data model of a target: what a C compiler must know to lay a type out in memory.
//!
//! An [`Abi`] is a row of the table `abis.toml`; [`Abis`] is that table. An ABI says how large scalars are and which rules records follow; [`lay_out`](crate::lay_out) applies them.

mod counterfactual;
mod facts;
mod question;
mod scalar;
mod switch;
mod table;
#[cfg(test)]
mod tests;
mod typedef;
mod wide;
pub(crate) mod word;

use std::collections::BTreeMap;

pub(crate) use question::Question;
use word::words;

pub use facts::{Fact, FactValue, UnknownFact};
pub use scalar::{Number, Scalar};
pub use switch::Switch;
pub use table::{AbiError, Abis};
pub use typedef::Typedef;
pub use word::UnknownWord;

/// One ABI: a row of the table, whose values were checked when it was read. Sizes and alignments are in octets.
///
/// | of | |
/// |---|---|
/// | numbers | [`byte_order`](Abi::byte_order), [`char_signed`](Abi::char_signed), [`wchar_signed`](Abi::wchar_signed), [`long_double_format`](Abi::long_double_format) |
/// | each scalar | [`size`](Abi::size), [`align`](Abi::align); [`int128`](Abi::int128), [`float128`](Abi::float128) |
/// | typedefs of the C library | [`typedef`](Abi::typedef) |
/// | records | [`compiler`](Abi::compiler), [`bit_field_packing`](Abi::bit_field_packing), [`bit_field_order`](Abi::bit_field_order), [`record_align_at_least`](Abi::record_align_at_least), [`pod_rule`](Abi::pod_rule) |
/// | enumerations | [`enum_rule`](Abi::enum_rule) |
/// | the row itself | [`name`](Abi::name), [`source`](Abi::source), [`compared`](Abi::compared), [`since`](Abi::since), [`apart`](Abi::apart) |
///
/// The methods `with_...` make ABIs that do not exist: a copy in which one property is another's.
///
/// ```
/// use crossum_layout::abi::{Abis, ByteOrder, Scalar};
///
/// let arm = Abis::builtin().get("arm-aapcs").unwrap();
/// assert_eq!((arm.size(Scalar::Long), arm.align(Scalar::LongLong)), (4, 8));
/// assert!(!arm.char_signed());
/// println!("{}", arm.source());
/// assert_eq!(arm.with_byte_order(ByteOrder::Big).align(Scalar::LongLong), 8);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Abi {
    name: String,
    source: String,
    compared: Vec<Dialect>,
    since: Option<String>,
    apart: Option<String>,
    byte_order: ByteOrder,
    extents: Extents,
    first_aligns: BTreeMap<Scalar, usize>,
    align_at_most: usize,
    mode_align_at_most: usize,
    int128: bool,
    float128: bool,
    char_signed: bool,
    wchar_signed: bool,
    long_double_format: LongDoubleFormat,
    bit_field_order: BitFieldOrder,
    bit_field_packing: BitFieldPacking,
    empty_bit_field_align: usize,
    pack_struct: Option<u32>,
    record_align_at_least: usize,
    compiler: Dialect,
    enum_rule: EnumRule,
    pod_rule: PodRule,
    rust: RustAligns,
    go_port: bool,
    typedefs: BTreeMap<Typedef, Scalar>,
}

impl Abi {
    /// Its row in the table, for example `i386-sysv`. A copy that does not exist says in its name what was changed.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The document that defines it, and where in it.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The compilers that every fact of the row is compared with; none where it is what its source says.
    pub fn compared(&self) -> &[Dialect] {
        &self.compared
    }

    /// The version of crossum that had the row first, where the table says it.
    pub fn since(&self) -> Option<&str> {
        self.since.as_deref()
    }

    /// Why it stands apart from what people mean by "everywhere", if it does: too small, or dead.
    pub fn apart(&self) -> Option<&str> {
        self.apart.as_deref()
    }

    /// Which octet of a number comes first, of integers and floating-point numbers alike.
    pub fn byte_order(&self) -> ByteOrder {
        self.byte_order
    }

    /// `sizeof`, in octets.
    pub fn size(&self, scalar: Scalar) -> usize {
        self.extents.of(scalar).size
    }

    /// The alignment of a field of a record, in octets. Not `_Alignof` of a variable: on i386 old compilers answer 8 for
    /// `double` there, and a field is aligned to 4.
    pub fn align(&self, scalar: Scalar) -> usize {
        self.extents.of(scalar).align
    }

    /// To how many octets a record is rounded up that begins with a scalar: its alignment nearly everywhere; on AIX more, for a `double`.
    pub fn first_align(&self, scalar: Scalar) -> usize {
        let align = self.align(scalar);
        self.first_aligns.get(&scalar).copied().unwrap_or(align)
    }

    /// Whether any scalar gives a record that it begins more than its own alignment.
    pub(crate) fn has_first_aligns(&self) -> bool {
        !self.first_aligns.is_empty()
    }

    /// Size and alignment of `__int128`, in octets; `None` where the compilers do not have it.
    pub fn int128(&self) -> Option<Extent> {
        self.int128.then(|| Extent {
            size: 16,
            align: align_for(16, self.align_at_most),
        })
    }

    /// Size and alignment of IEEE 754 binary128 by its own name (`_Float128`), in octets; `None` where the compilers do
    /// not have it. They have it wherever `long double` is the same, and elsewhere where the row says so.
    pub fn float128(&self) -> Option<Extent> {
        if self.long_double_format == LongDoubleFormat::IeeeQuad {
            return Some(self.extents.long_double);
        }
        self.float128.then(|| Extent {
            size: 16,
            align: align_for(16, self.mode_align_at_most),
        })
    }

    /// To how many octets an integer of `size` octets is aligned outside of records, at most: GCC's `BIGGEST_ALIGNMENT`.
    ///
    /// It differs from the alignment of a field on i386 only, where a `long long` variable is aligned to 8 and a field
    /// to 4; and it shows in bit-fields that fill a machine word.
    pub fn mode_align(&self, size: usize) -> usize {
        align_for(size.max(1), self.mode_align_at_most)
    }

    /// The most octets that a scalar is aligned to as a field of a record, unless the row names another alignment for it.
    pub fn align_at_most(&self) -> usize {
        self.align_at_most
    }

    /// Which scalar a typedef of the C library stands for; `None` where the table does not say.
    pub fn typedef(&self, name: Typedef) -> Option<Scalar> {
        self.typedefs.get(&name).copied()
    }

    /// Whether plain `char` is signed.
    pub fn char_signed(&self) -> bool {
        self.char_signed
    }

    /// Whether `wchar_t` is signed.
    pub fn wchar_signed(&self) -> bool {
        self.wchar_signed
    }

    /// How a `long double` is written; its size alone does not tell.
    pub fn long_double_format(&self) -> LongDoubleFormat {
        self.long_double_format
    }

    /// From which end an allocation unit is filled with bit-fields.
    pub fn bit_field_order(&self) -> BitFieldOrder {
        self.bit_field_order
    }

    /// Where the next bit-field may begin.
    pub fn bit_field_packing(&self) -> BitFieldPacking {
        self.bit_field_packing
    }

    /// The ABI as it is in one record, where it is another in records that are packed: the packing of RX is one of two others.
    pub(crate) fn in_record(&self, is_packed: bool) -> Option<Abi> {
        let packing = match is_packed {
            true => BitFieldPacking::Sysv,
            false => BitFieldPacking::Microsoft,
        };
        (self.bit_field_packing == BitFieldPacking::Rx).then(|| Abi {
            bit_field_packing: packing,
            ..self.clone()
        })
    }

    /// Where bit-fields are dense: what a bit-field of width 0 pads to, in octets.
    pub fn empty_bit_field_align(&self) -> usize {
        self.empty_bit_field_align
    }

    /// What `-fpack-struct=N` asked for, in octets; `None` without it. Beside what it is for every record, GCC aligns no bit-field of width 0 to more, which a `#pragma pack` does not reach (stor-layout.cc, `initial_max_fld_align`).
    pub fn pack_struct(&self) -> Option<u32> {
        self.pack_struct
    }

    /// To how many octets every record is aligned that is not packed: 1 nearly everywhere.
    pub fn record_align_at_least(&self) -> usize {
        self.record_align_at_least
    }

    /// The alignment that rustc gives a number, in octets.
    pub fn rust_align(&self, number: Number) -> usize {
        match number {
            Number::C(scalar) if self.size(scalar) == 8 => self.rust_align(Number::Int64),
            Number::C(scalar) => self.align(scalar),
            Number::Int64 => self.rust.int64.unwrap_or(self.align(Scalar::Int64)),
            Number::Int128 => self.rust.int128,
            Number::Float32 | Number::Complex64 => {
                self.rust.float.unwrap_or(self.align(Scalar::Float))
            }
            Number::Float64 | Number::Complex128 => {
                self.rust.double.unwrap_or(self.align(Scalar::Double))
            }
        }
    }

    /// Whether Go's own compiler (gc) has a port for its machines (`go tool dist list`), whose words are as wide as its pointers.
    pub fn has_go_port(&self) -> bool {
        self.go_port
    }

    /// By which standard a C++ class is plain old data, and its trailing padding its own.
    pub fn pod_rule(&self) -> PodRule {
        self.pod_rule
    }

    /// Whose records it has where compilers disagree.
    pub fn compiler(&self) -> Dialect {
        self.compiler
    }

    /// Which integer type an `enum` is.
    pub fn enum_rule(&self) -> EnumRule {
        self.enum_rule
    }
}

words! {
    /// Which octet of a number comes first.
    pub enum ByteOrder {
        /// The most significant.
        Big = "big",
        /// The least significant.
        Little = "little",
    }
}

words! {
    /// How a `long double` is written.
    #[non_exhaustive]
    pub enum LongDoubleFormat {
        /// IEEE 754 binary32, the same as `float`: 24 bits of precision.
        IeeeSingle = "ieee-single",
        /// IEEE 754 binary64, the same as `double`: 53 bits of precision.
        IeeeDouble = "ieee-double",
        /// 80 bits of the x87, then 2 or 6 octets of padding: 64 bits of precision.
        X87Extended = "x87-extended",
        /// 96 bits of the 68881, with 16 bits of padding after the exponent: 64 bits of precision.
        M68kExtended = "m68k-extended",
        /// The sum of two `double`s, the larger one first: 106 bits of precision.
        IbmDoubleDouble = "ibm-double-double",
        /// IEEE 754 binary128: 113 bits of precision.
        IeeeQuad = "ieee-quad",
    }
}

impl LongDoubleFormat {
    /// `LDBL_MANT_DIG`, in bits.
    pub fn mantissa_bits(self) -> u32 {
        match self {
            LongDoubleFormat::IeeeSingle => 24,
            LongDoubleFormat::IeeeDouble => 53,
            LongDoubleFormat::X87Extended | LongDoubleFormat::M68kExtended => 64,
            LongDoubleFormat::IbmDoubleDouble => 106,
            LongDoubleFormat::IeeeQuad => 113,
        }
    }

    /// `LDBL_MAX_EXP`: double-double is wide in precision only.
    pub fn max_exponent(self) -> u32 {
        match self {
            LongDoubleFormat::IeeeSingle => 128,
            LongDoubleFormat::IeeeDouble | LongDoubleFormat::IbmDoubleDouble => 1024,
            LongDoubleFormat::X87Extended
            | LongDoubleFormat::M68kExtended
            | LongDoubleFormat::IeeeQuad => 16384,
        }
    }
}

words! {
    /// From which end an allocation unit is filled with bit-fields.
    pub enum BitFieldOrder {
        /// The first bit-field takes the least significant bits.
        LowFirst = "low-first",
        /// The first bit-field takes the most significant bits.
        HighFirst = "high-first",
    }
}

words! {
    /// Where a bit-field may lie, and what it does to the alignment of its record.
    ///
    /// A *unit* of a type is as large as the type and lies at a multiple of its alignment (so on i386 units of
    /// `long long` overlap: they lie at multiples of 4).
    #[non_exhaustive]
    pub enum BitFieldPacking {
        /// System V: a bit-field takes the next free bits unless it would then lie in no one unit of its declared
        /// type; then it begins at the next boundary. The declared type of a *named* bit-field raises the
        /// record's alignment; an unnamed one does not. One of width 0 ends the unit: what follows begins at the
        /// next boundary of its declared type.
        Sysv = "sysv",
        /// Arm: as `sysv`, but unnamed bit-fields, those of width 0 among them, raise the record's alignment too.
        Aapcs = "aapcs",
        /// AIX: as `aapcs`, but a unit is as large as an `int` at least; and where a `long` has 32 bits, a bit-field of
        /// 32 bits at most lies in a unit of 32, whatever its declared type.
        Aix = "aix",
        /// m68k, avr: a bit-field takes the next free bits, whatever its declared type, and does not raise the
        /// record's alignment (unless it fills a machine word and lies where that would be aligned). One of width 0, of
        /// any type, pads to [`Abi::empty_bit_field_align`] and raises the alignment to it.
        Dense = "dense",
        /// Windows, as GCC's `-mms-bitfields` has it: a bit-field opens a unit of its declared type, which later ones
        /// of types of the same size fill.
        Microsoft = "microsoft",
        /// RX: as `microsoft`, and in a record that is packed as `sysv`.
        Rx = "rx",
        /// Windows, as Microsoft's own compiler has it. What follows from alignment attributes and `#pragma pack`
        /// differs from GCC's idea of it, outside of bit-fields too.
        Msvc = "msvc",
    }
}

words! {
    /// A compiler, where compilers disagree about records with unusual attributes.
    #[non_exhaustive]
    pub enum Dialect {
        /// GCC's: `place_field` in stor-layout.cc.
        Gcc = "gcc",
        /// Clang's: `ItaniumRecordLayoutBuilder` in RecordLayoutBuilder.cpp.
        Clang = "clang",
    }
}

words! {
    /// Which integer type an `enum` is.
    #[non_exhaustive]
    pub enum EnumRule {
        /// `int` or `unsigned int`; something wider only when a value does not fit.
        Int = "int",
        /// The smallest type that holds all values.
        Shortest = "shortest",
        /// `int`, whatever the values: Microsoft's compiler cuts what does not fit.
        Always = "always-int",
    }
}

words! {
    /// By which standard a C++ class is plain old data: nothing that derives from it lies in its trailing padding.
    #[non_exhaustive]
    pub enum PodRule {
        /// C++03's (Itanium C++ ABI, 1.1).
        Cpp03 = "c++03",
        /// C++11's: trivial and of standard layout (Clang's `TargetCXXABI::UseTailPaddingUnlessPOD11`).
        Cpp11 = "c++11",
        /// C++03's, and a function that is defaulted or deleted counts as one that is written (Clang's `areDefaultedSMFStillPOD`).
        Undefaulted = "c++03-undefaulted",
    }
}

/// How much room something takes, and where it may begin. In octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Extent {
    /// `sizeof`: a multiple of the alignment.
    pub size: usize,
    /// A power of two.
    pub align: usize,
}

/// The alignments of rustc's numbers, in octets; `None` where they are C's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RustAligns {
    int64: Option<usize>,
    float: Option<usize>,
    double: Option<usize>,
    int128: usize,
}

/// One extent for each scalar that is not some other scalar's second name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Extents {
    bool_: Extent,
    char_: Extent,
    short: Extent,
    int: Extent,
    long: Extent,
    long_long: Extent,
    int64: Extent,
    pointer: Extent,
    float: Extent,
    double: Extent,
    long_double: Extent,
    wchar: Extent,
    enum_: Extent,
}

impl Extents {
    /// Each of these.
    fn all(one: Extent) -> Extents {
        Extents {
            bool_: one,
            char_: one,
            short: one,
            int: one,
            long: one,
            long_long: one,
            int64: one,
            pointer: one,
            float: one,
            double: one,
            long_double: one,
            wchar: one,
            enum_: one,
        }
    }

    fn of(&self, scalar: Scalar) -> Extent {
        match scalar {
            Scalar::Bool => self.bool_,
            Scalar::Char | Scalar::Int8 => self.char_,
            // Where an int is so short (avr), it is the int16_t, and an int32_t is a long.
            Scalar::Int16 if self.int.size == 2 => self.int,
            Scalar::Short | Scalar::Int16 => self.short,
            Scalar::Int32 if self.int.size < 4 => self.long,
            Scalar::Int | Scalar::Int32 => self.int,
            Scalar::Long => self.long,
            Scalar::LongLong => self.long_long,
            Scalar::Int64 => self.int64,
            Scalar::Pointer => self.pointer,
            Scalar::Float => self.float,
            Scalar::Double => self.double,
            Scalar::LongDouble => self.long_double,
            Scalar::Wchar => self.wchar,
            Scalar::Enum => self.enum_,
        }
    }

    /// Asks for each extent once.
    fn try_from_fn<E>(mut extent: impl FnMut(Scalar) -> Result<Extent, E>) -> Result<Extents, E> {
        Ok(Extents {
            bool_: extent(Scalar::Bool)?,
            char_: extent(Scalar::Char)?,
            short: extent(Scalar::Short)?,
            int: extent(Scalar::Int)?,
            long: extent(Scalar::Long)?,
            long_long: extent(Scalar::LongLong)?,
            int64: extent(Scalar::Int64)?,
            pointer: extent(Scalar::Pointer)?,
            float: extent(Scalar::Float)?,
            double: extent(Scalar::Double)?,
            long_double: extent(Scalar::LongDouble)?,
            wchar: extent(Scalar::Wchar)?,
            enum_: extent(Scalar::Enum)?,
        })
    }
}

/// The largest power of two that is at most `at_most` and divides `size`: an array of such things has no gaps.
///
/// `size` is not 0 and `at_most` is a power of two.
fn align_for(size: usize, at_most: usize) -> usize {
    at_most.min(1 << size.trailing_zeros())
}
