//! The types that CodeView has a number for instead of a record (LLVM, docs/PDB/TpiStream.rst, "Type Indices").

use ms_codeview::types::TypeIndex;

use super::super::machine::Machine;
use crate::abi::{Scalar, Typedef};
use crate::types::Type;

/// A scalar, and what its source may have called it: CodeView keeps no name of a typedef in a member.
pub(super) struct Primitive {
    /// In C.
    pub(super) name: &'static str,
    pub(super) kind: Type,
    /// In octets.
    pub(super) size: u64,
    /// Of an integer, whether it has a sign.
    pub(super) signed: Option<bool>,
    /// What else it may be, under a name that is lost.
    pub(super) may_be: Vec<(Type, &'static str)>,
}

/// Below it types have no records.
pub(super) const FIRST_RECORD: u32 = 0x1000;

/// A type that is not a pointer; `None` for what is none of C's.
pub(super) fn of(index: TypeIndex, machine: &Machine, is_cxx: bool) -> Option<Primitive> {
    use Scalar::{
        Bool, Char, Double, Float, Int, Int8, Int16, Int32, Int64, Long, LongDouble, LongLong,
        Short, Wchar,
    };
    let scalar = |name, scalar, size, signed| Primitive {
        name,
        kind: Type::Scalar(scalar),
        size,
        signed,
        may_be: Vec::new(),
    };
    let (yes, no) = (Some(true), Some(false));
    let is_64 = machine.pointer_size == 8;
    let named = |may_be: &[(Scalar, &'static str)], words: &[(Typedef, &'static str)]| {
        let scalars = may_be.iter();
        let scalars = scalars.map(|(of, name)| (Type::Scalar(*of), *name));
        let words = words.iter().map(|(of, name)| (Type::Typedef(*of), *name));
        scalars.chain(words).collect::<Vec<_>>()
    };
    Some(match index {
        TypeIndex::T_RCHAR => scalar("char", Char, 1, None),
        TypeIndex::T_CHAR | TypeIndex::T_INT1 => scalar("signed char", Int8, 1, yes),
        TypeIndex::T_UCHAR | TypeIndex::T_UINT1 => scalar("unsigned char", Int8, 1, no),
        TypeIndex::T_CHAR8 => scalar("char8_t", Int8, 1, no),
        TypeIndex::T_CHAR16 => scalar("char16_t", Int16, 2, no),
        TypeIndex::T_CHAR32 => scalar("char32_t", Int32, 4, no),
        TypeIndex::T_BOOL8 => scalar("bool", Bool, 1, no),
        TypeIndex::T_WCHAR => scalar("wchar_t", Wchar, 2, no),
        TypeIndex::T_SHORT | TypeIndex::T_INT2 => scalar("short", Short, 2, yes),
        TypeIndex::T_USHORT | TypeIndex::T_UINT2 => Primitive {
            // C++ has a type of that name, of another number.
            may_be: named(if is_cxx { &[] } else { &[(Wchar, "wchar_t")] }, &[]),
            ..scalar("unsigned short", Short, 2, no)
        },
        TypeIndex::T_INT4 => Primitive {
            may_be: named(
                &[(Int32, "int32_t")],
                if is_64 {
                    &[]
                } else {
                    &[(Typedef::Ptrdiff, "ptrdiff_t")]
                },
            ),
            ..scalar("int", Int, 4, yes)
        },
        TypeIndex::T_UINT4 => Primitive {
            may_be: named(
                &[(Int32, "uint32_t")],
                if is_64 {
                    &[]
                } else {
                    &[(Typedef::Size, "size_t")]
                },
            ),
            ..scalar("unsigned int", Int, 4, no)
        },
        TypeIndex::T_LONG => Primitive {
            may_be: named(
                &[],
                if is_64 {
                    &[]
                } else {
                    &[(Typedef::Ptrdiff, "LONG_PTR")]
                },
            ),
            ..scalar("long", Long, 4, yes)
        },
        TypeIndex::T_ULONG => Primitive {
            may_be: named(
                &[],
                if is_64 {
                    &[]
                } else {
                    &[(Typedef::Size, "ULONG_PTR")]
                },
            ),
            ..scalar("unsigned long", Long, 4, no)
        },
        TypeIndex::T_HRESULT => scalar("HRESULT", Long, 4, yes),
        TypeIndex::T_QUAD | TypeIndex::T_INT8 => Primitive {
            may_be: named(
                &[(Int64, "int64_t")],
                if is_64 {
                    &[(Typedef::Ptrdiff, "ptrdiff_t"), (Typedef::Time, "time_t")]
                } else {
                    &[(Typedef::Time, "time_t")]
                },
            ),
            ..scalar("long long", LongLong, 8, yes)
        },
        TypeIndex::T_UQUAD | TypeIndex::T_UINT8 => Primitive {
            may_be: named(
                &[(Int64, "uint64_t")],
                if is_64 {
                    &[(Typedef::Size, "size_t")]
                } else {
                    &[]
                },
            ),
            ..scalar("unsigned long long", LongLong, 8, no)
        },
        TypeIndex::T_OCT | TypeIndex::T_INT16 => Primitive {
            kind: Type::Int128,
            ..scalar("__int128", LongLong, 16, yes)
        },
        TypeIndex::T_UOCT | TypeIndex::T_UINT16 => Primitive {
            kind: Type::Int128,
            ..scalar("unsigned __int128", LongLong, 16, no)
        },
        TypeIndex::T_REAL32 => scalar("float", Float, 4, None),
        TypeIndex::T_REAL64 => Primitive {
            may_be: named(&[(LongDouble, "long double")], &[]),
            ..scalar("double", Double, 8, None)
        },
        TypeIndex::T_CPLX32 => Primitive {
            kind: Type::Complex(Float),
            ..scalar("_Complex float", Float, 8, None)
        },
        TypeIndex::T_CPLX64 => Primitive {
            kind: Type::Complex(Double),
            may_be: vec![(Type::Complex(LongDouble), "_Complex long double")],
            ..scalar("_Complex double", Double, 16, None)
        },
        _ => return None,
    })
}

/// The size of a pointer that has a number instead of a record: the upper octet of it says which.
pub(super) fn pointer(index: TypeIndex) -> Option<u64> {
    match index.0 >> 8 & 0xf {
        4 => Some(4),
        6 => Some(8),
        _ => None,
    }
}
