//! Types as C spells them, as far as a layout knows them.

use layout::Repeated;
use layout::abi::Number;
use layout::types::{Count, Type};

use crate::anatomy::Field;

/// `long`, `char[16]`, `enum`, `int:3`.
pub(crate) fn spelling(field: &Field) -> String {
    let mut spelt = element(field);
    if field.is_bit_field {
        return format!("{spelt}:{}", field.bit_size);
    }
    let (_, own) = field.arrays();
    for Repeated { count, .. } in own {
        spelt.push_str(&match count {
            Count::Fixed(count) => format!("[{count}]"),
            Count::Flexible => "[]".to_owned(),
        });
    }
    spelt
}

/// The type of one element, or of the unit of a bit-field.
pub(crate) fn element(field: &Field) -> String {
    match &field.kind {
        Type::Scalar(scalar) => scalar.c_name().to_owned(),
        Type::Typedef(name) | Type::Either { name, .. } => name.word().to_owned(),
        Type::Int128 => "__int128".to_owned(),
        Type::Float128 => "_Float128".to_owned(),
        Type::Complex(scalar) => format!("{} _Complex", scalar.c_name()),
        Type::Enum(_) => "enum".to_owned(),
        Type::Number { kind, .. } => match kind {
            Number::Int64 => "int64_t",
            Number::Int128 => "__int128",
            Number::Float32 => "float",
            Number::Float64 => "double",
            Number::Complex64 => "float _Complex",
            Number::Complex128 => "double _Complex",
        }
        .to_owned(),
        Type::VtablePointer => "vtable *".to_owned(),
        Type::MemberPointer { function: false } => "T C::*".to_owned(),
        Type::MemberPointer { function: true } => "T (C::*)()".to_owned(),
        Type::Opaque { what } | Type::Unspecified { what } => what.clone(),
        _ => "?".to_owned(),
    }
}

/// `4:8`: offset and size in octets; `4.3:5b`: offset in octets and bits, size in bits.
pub(crate) fn place(field: &Field) -> String {
    if field.is_bit_field {
        let (octet, bit) = (field.bit_offset / 8, field.bit_offset % 8);
        return format!("{octet}.{bit}:{}b", field.bit_size);
    }
    let (bits, _) = field.extent();
    format!("{}:{}", field.offset(), bits / 8)
}
