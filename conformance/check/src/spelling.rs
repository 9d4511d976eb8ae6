//! Types as C spells them, as far as a layout knows them.

use layout::Repeated;
use layout::abi::{Number, Scalar};
use layout::dwarf::MemberSource;
use layout::types::{Count, Type};

use crate::anatomy::Field;

/// As the source has it, where that is known: `uint16_t:3`, `unsigned long[4]`.
pub(crate) fn declared(field: &Field, source: Option<&MemberSource>) -> String {
    let name = source.and_then(|source| source.type_name.as_deref());
    with_element(field, name.map_or_else(|| element(field), str::to_owned))
}

/// What it is, whatever the source calls it, and with its sign.
pub(crate) fn meant(field: &Field, source: Option<&MemberSource>) -> String {
    let is_unsigned = source.is_some_and(|source| source.signed == Some(false));
    let element = element(field);
    let element = match &field.kind {
        Type::Scalar(Scalar::Int8 | Scalar::Int16 | Scalar::Int32 | Scalar::Int64)
            if is_unsigned =>
        {
            format!("u{element}")
        }
        Type::Scalar(Scalar::Short | Scalar::Int | Scalar::Long | Scalar::LongLong)
            if is_unsigned =>
        {
            format!("unsigned {element}")
        }
        _ => element,
    };
    with_element(field, element)
}

/// `long`, `char[16]`, `enum`, `int:3`.
pub(crate) fn spelling(field: &Field) -> String {
    with_element(field, element(field))
}

fn with_element(field: &Field, mut spelt: String) -> String {
    if field.is_bit_field {
        return format!("{spelt}:{}", field.bit_size);
    }
    spelt.push_str(&lengths(field));
    spelt
}

/// The lengths of an array: `[4][2]`.
pub(crate) fn lengths(field: &Field) -> String {
    let (_, own) = field.arrays();
    let lengths = own.iter().map(|Repeated { count, .. }| match count {
        Count::Fixed(count) => format!("[{count}]"),
        Count::Flexible => "[]".to_owned(),
    });
    lengths.collect()
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
            Number::C(scalar) => scalar.c_name(),
        }
        .to_owned(),
        Type::Reference => "T &".to_owned(),
        Type::VtablePointer => "vtable *".to_owned(),
        Type::MemberPointer { function: false } => "T C::*".to_owned(),
        Type::MemberPointer { function: true } => "T (C::*)()".to_owned(),
        Type::Opaque { what } | Type::Sizeless { what } | Type::Unspecified { what } => {
            what.clone()
        }
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
