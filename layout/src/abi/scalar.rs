//! The C scalars an ABI gives a size and an alignment to.

use super::word::words;

words! {
    /// A C scalar. Its word is the `T` of the keys `size.T` and `align.T` of a table of ABIs.
    ///
    /// Signed and unsigned variants always agree in size and alignment, so there is one for both.
    #[non_exhaustive]
    pub enum Scalar {
        /// `_Bool`
        Bool = "bool",
        /// `char`: 1 everywhere.
        Char = "char",
        /// `short`
        Short = "short",
        /// `int`
        Int = "int",
        /// `long`
        Long = "long",
        /// `long long`
        LongLong = "long-long",
        /// `int8_t`: a `char`.
        Int8 = "int8",
        /// `int16_t`: a `short`, or an `int` where that has 16 bits.
        Int16 = "int16",
        /// `int32_t`: an `int`, or a `long` where that has 16 bits.
        Int32 = "int32",
        /// `int64_t`: a `long` or a `long long`, as the ABI has it.
        Int64 = "int64",
        /// `void *`
        Pointer = "pointer",
        /// `float`
        Float = "float",
        /// `double`
        Double = "double",
        /// `long double`
        LongDouble = "long-double",
        /// `wchar_t`
        Wchar = "wchar",
        /// An `enum` whose values all fit an `int`.
        Enum = "enum",
    }
}

impl Scalar {
    /// Its name in C.
    pub fn c_name(self) -> &'static str {
        match self {
            Scalar::Bool => "_Bool",
            Scalar::Char => "char",
            Scalar::Short => "short",
            Scalar::Int => "int",
            Scalar::Long => "long",
            Scalar::LongLong => "long long",
            Scalar::Int8 => "int8_t",
            Scalar::Int16 => "int16_t",
            Scalar::Int32 => "int32_t",
            Scalar::Int64 => "int64_t",
            Scalar::Pointer => "void *",
            Scalar::Float => "float",
            Scalar::Double => "double",
            Scalar::LongDouble => "long double",
            Scalar::Wchar => "wchar_t",
            Scalar::Enum => "enum",
        }
    }
}

/// A number whose alignment languages disagree about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Number {
    /// An integer of 8 octets.
    Int64,
    /// An integer of 16 octets.
    Int128,
    /// IEEE 754 binary32.
    Float32,
    /// IEEE 754 binary64.
    Float64,
    /// Two of binary32.
    Complex64,
    /// Two of binary64.
    Complex128,
    /// As wide as this scalar of C's on each ABI: Rust's `c_long`.
    C(Scalar),
}
