//! What a record must know about the type of a member, and what that is for types that are no records.

use std::sync::Arc;

use crate::abi::{Abi, BitFieldPacking, EnumRule, Extent, Number, Scalar};
use crate::types::{Enum, Rules, Type};

use super::LayoutError;
use super::class::Class;

/// A type as a member sees it. Sizes and alignments are in octets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) size: u64,
    pub(super) align: u64,
    /// To this a record is rounded up that begins with it: [`Abi::first_align`].
    pub(super) first: u64,
    /// The alignment it has without those that attributes asked for.
    pub(super) natural: u64,
    /// The alignment that attributes asked for: no `#pragma pack` takes it away in Microsoft's compiler.
    pub(super) required: u64,
    /// Of the arithmetic type that it is, or is an array of; 0 for records, pointers, enumerations and complex numbers.
    pub(super) scalar: u64,
    /// Whether a bit-field may have this type.
    pub(super) integer: bool,
    /// An array without a length.
    pub(super) flexible: bool,
    /// A reference of C++.
    pub(super) is_reference: bool,
    /// Of a C++ class, and of an array of them.
    pub(super) class: Option<Arc<Class>>,
}

impl Shape {
    fn scalar(extent: Extent, integer: bool) -> Shape {
        let (size, align) = (octets(extent.size), octets(extent.align));
        Shape {
            size,
            align,
            first: align,
            natural: align,
            required: 1,
            scalar: size,
            integer,
            flexible: false,
            is_reference: false,
            class: None,
        }
    }

    pub(super) fn of_pointer(abi: &Abi) -> Shape {
        of_scalar(abi, Scalar::Pointer)
    }
}

/// An [`Abi`] counts octets of small things in `usize`.
pub(super) fn octets(octets: usize) -> u64 {
    u64::try_from(octets).unwrap_or(u64::MAX)
}

/// The shape of a type that refers to no other; `None` for one that does.
pub(super) fn shape(abi: &Abi, kind: &Type) -> Option<Result<Shape, LayoutError>> {
    let no_such_type = |name: &str| LayoutError::NoSuchType {
        name: name.to_owned(),
    };
    Some(match kind {
        Type::Scalar(scalar) => Ok(of_scalar(abi, *scalar)),
        Type::Typedef(name) => match abi.typedef(*name) {
            Some(scalar) => Ok(Shape {
                integer: true,
                ..of_scalar(abi, scalar)
            }),
            None => Err(no_such_type(name.word())),
        },
        Type::Int128 => match abi.int128() {
            Some(extent) => Ok(Shape::scalar(extent, true)),
            None => Err(no_such_type("__int128")),
        },
        Type::Float128 => match abi.float128() {
            Some(extent) => Ok(Shape::scalar(extent, false)),
            None => Err(no_such_type("_Float128")),
        },
        Type::Complex(scalar) => {
            let part = of_scalar(abi, *scalar);
            Ok(Shape {
                size: 2 * part.size,
                scalar: 0,
                integer: false,
                ..part
            })
        }
        Type::Number { kind, rules } => Ok(of_number(abi, *kind, *rules)),
        Type::Reference => Ok(Shape {
            is_reference: true,
            ..Shape::of_pointer(abi)
        }),
        Type::VtablePointer => Ok(Shape::of_pointer(abi)),
        Type::MemberPointer { .. } if abi.bit_field_packing() == BitFieldPacking::Msvc => {
            Err(LayoutError::NotModelled {
                what: "a pointer to a member, whose size depends on how its class inherits in Microsoft's compiler".to_owned(),
            })
        }
        Type::MemberPointer { function } => Ok(member_pointer(abi, *function)),
        Type::Enum(Enum { fixed: Some(_), .. }) => return None,
        Type::Enum(values) => of_enum(abi, values),
        Type::Unspecified { what } => Err(LayoutError::Unspecified { what: what.clone() }),
        Type::Sizeless { what } | Type::Opaque { what } => {
            Err(LayoutError::Opaque { what: what.clone() })
        }
        Type::Array { .. }
        | Type::Aligned { .. }
        | Type::Atomic { .. }
        | Type::Either { .. }
        | Type::Untraced { .. }
        | Type::Library { .. }
        | Type::Ordered { .. }
        | Type::Record(_) => return None,
    })
}

fn of_scalar(abi: &Abi, scalar: Scalar) -> Shape {
    let extent = Extent {
        size: abi.size(scalar),
        align: abi.align(scalar),
    };
    let integer = !matches!(
        scalar,
        Scalar::Pointer | Scalar::Float | Scalar::Double | Scalar::LongDouble
    );
    Shape {
        first: octets(abi.first_align(scalar)),
        scalar: match scalar {
            Scalar::Pointer | Scalar::Enum => 0,
            _ => octets(extent.size),
        },
        ..Shape::scalar(extent, integer)
    }
}

fn of_number(abi: &Abi, kind: Number, rules: Rules) -> Shape {
    let (size, parts) = match kind {
        Number::C(scalar) => (abi.size(scalar), 1),
        Number::Float32 => (4, 1),
        Number::Int64 | Number::Float64 => (8, 1),
        Number::Int128 => (16, 1),
        Number::Complex64 => (8, 2),
        Number::Complex128 => (16, 2),
    };
    let align = match rules {
        Rules::Go => (size / parts).min(abi.size(Scalar::Pointer)),
        Rules::Pascal => size / parts,
        Rules::C | Rules::Rust | Rules::Ada | Rules::Zig => abi.rust_align(kind),
    };
    let is_integer = matches!(kind, Number::Int64 | Number::Int128 | Number::C(_));
    Shape::scalar(Extent { size, align }, is_integer)
}

/// GCC, c/c-decl.cc, `finish_enum`: an `int` unless a value does not fit; the shortest where that was asked for.
fn of_enum(abi: &Abi, values: &Enum) -> Result<Shape, LayoutError> {
    let bits = values.bits();
    let int = u32::try_from(8 * abi.size(Scalar::Enum)).unwrap_or(u32::MAX);
    let shortest = values.packed || abi.enum_rule() == EnumRule::Shortest;
    let scalar = match bits {
        _ if abi.enum_rule() == EnumRule::Always => Scalar::Enum,
        _ if shortest && bits <= 8 => Scalar::Char,
        _ if shortest && bits <= 16 => Scalar::Short,
        _ if !shortest && bits <= int => Scalar::Enum,
        _ if bits <= 32 => Scalar::Int32,
        _ if bits <= 64 => Scalar::LongLong,
        _ => return Err(LayoutError::WideEnum { bits }),
    };
    Ok(Shape {
        scalar: 0,
        ..of_scalar(abi, scalar)
    })
}

/// How a pointer to a member lies (Itanium C++ ABI, 2.3): to data it is an offset, to a function a pointer and an adjustment.
fn member_pointer(abi: &Abi, function: bool) -> Shape {
    let pointer = octets(abi.size(Scalar::Pointer));
    let times = if function { 2 } else { 1 };
    Shape {
        size: times * pointer,
        scalar: 0,
        integer: false,
        ..Shape::of_pointer(abi)
    }
}
