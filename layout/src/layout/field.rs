//! A record and its members, made ready for the rules: everything that an ABI decides about a member's type is known.

use std::sync::Arc;

use crate::abi::{Abi, BitFieldPacking};
use crate::types::{Member, Record, RecordKind, Role, TypeId};

use super::class::Class;
use super::shape::{Shape, octets};
use super::{Hole, LayoutError};

/// A member. Alignments are in bits from here on, as in the compilers.
pub(super) struct Field<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) kind: TypeId,
    pub(super) shape: Shape,
    /// The width of a bit-field.
    pub(super) width: Option<u64>,
    /// On itself; not because its record is.
    pub(super) packed: bool,
    /// What an attribute on the member asks for.
    pub(super) aligned: Option<u64>,
    pub(super) role: Role,
    pub(super) no_unique_address: bool,
}

impl<'a> Field<'a> {
    /// # Errors
    ///
    /// When the attributes or the width are not possible.
    pub(super) fn new(
        abi: &Abi,
        member: &'a Member,
        shape: Shape,
    ) -> Result<Field<'a>, LayoutError> {
        let name = member.name.as_deref();
        if let Some(bits) = member.bits {
            let wrong = |expected: String| LayoutError::BitField {
                name: name.unwrap_or_default().to_owned(),
                bits,
                expected,
            };
            if !shape.integer {
                return Err(wrong("an integer type".to_owned()));
            }
            if u64::from(bits) > 8 * shape.size {
                return Err(wrong(format!(
                    "at most {}, the width of its type",
                    8 * shape.size
                )));
            }
            if bits == 0 && name.is_some() {
                return Err(wrong("a width, or no name".to_owned()));
            }
        }
        // Microsoft's compiler takes no notice of the standard attribute.
        let no_unique_address =
            member.no_unique_address && abi.bit_field_packing() != BitFieldPacking::Msvc;
        let mut shape = shape;
        if let Some(class) = &shape.class {
            let overlaps = no_unique_address && !class.is_array;
            if member.role != Role::Field {
                (shape.size, shape.align) = (class.base_size, class.base_align);
            } else if overlaps && (class.is_empty || !class.is_pod) {
                shape.size = class.data_size;
            }
        }
        Ok(Field {
            name,
            kind: member.kind,
            shape,
            width: member.bits.map(u64::from),
            packed: member.packed,
            aligned: power_of_two(member.aligned)?,
            role: member.role,
            no_unique_address,
        })
    }

    /// A base that is not among the members of a record, because another class declares it.
    pub(super) fn of_base(class: &Arc<Class>) -> Field<'a> {
        let (size, align) = (class.base_size, class.base_align);
        Field {
            name: None,
            kind: class.id,
            shape: Shape {
                size,
                align,
                first: align,
                natural: align,
                required: 1,
                scalar: 0,
                integer: false,
                flexible: false,
                is_reference: false,
                class: Some(Arc::clone(class)),
            },
            width: None,
            packed: false,
            aligned: None,
            role: Role::VirtualBase,
            no_unique_address: false,
        }
    }

    /// In bits. A flexible array has none.
    pub(super) fn size(&self) -> u64 {
        self.width.unwrap_or(8 * self.shape.size)
    }

    /// Of its type, in bits.
    pub(super) fn type_align(&self) -> u64 {
        8 * self.shape.align
    }

    /// Of its type, in bits; for a bit-field not its width.
    pub(super) fn type_size(&self) -> u64 {
        8 * self.shape.size
    }

    pub(super) fn is_bit_field(&self) -> bool {
        self.width.is_some()
    }

    pub(super) fn is_empty_bit_field(&self) -> bool {
        self.width == Some(0)
    }
}

/// What is said of the record itself.
pub(super) struct Frame<'a> {
    pub(super) abi: &'a Abi,
    pub(super) is_union: bool,
    pub(super) packed: bool,
    /// `#pragma pack`, in bits.
    pub(super) pack: Option<u64>,
    /// In bits.
    pub(super) aligned: Option<u64>,
    /// In octets.
    limit: u64,
}

impl<'a> Frame<'a> {
    /// # Errors
    ///
    /// When an alignment is no power of two.
    pub(super) fn new(abi: &'a Abi, record: &Record) -> Result<Frame<'a>, LayoutError> {
        Ok(Frame {
            abi,
            is_union: record.kind == RecordKind::Union,
            packed: record.packed,
            pack: power_of_two(record.pack)?,
            aligned: power_of_two(record.aligned)?,
            limit: limit(abi),
        })
    }

    /// A place in the record, in bits; refused where no object reaches so far.
    pub(super) fn within_limit(&self, bits: u64) -> Result<u64, LayoutError> {
        if bits.div_ceil(8) > self.limit {
            return Err(LayoutError::TooLarge { limit: self.limit });
        }
        Ok(bits)
    }
}

/// Where the members of a record lie.
pub(super) struct Places {
    /// In octets, a multiple of the alignment (except in Microsoft's compiler).
    pub(super) size: u64,
    /// In octets.
    pub(super) align: u64,
    /// See [`Shape::first`].
    pub(super) first: u64,
    /// See [`Shape::required`].
    pub(super) required: u64,
    /// Of each field, in bits.
    pub(super) offsets: Vec<u64>,
    /// What is in it beside its fields.
    pub(super) virtual_bases: Vec<VirtualBase>,
    /// Where Microsoft's compiler has a pointer that no field stands for, and how long it is, in bits.
    pub(super) base_pointer: Option<Hole>,
    /// Of a C++ class.
    pub(super) class: Option<Arc<Class>>,
}

impl Places {
    /// In octets, the offsets in bits.
    pub(super) fn new(size: u64, align: u64, offsets: Vec<u64>) -> Places {
        Places {
            size,
            align,
            first: align,
            required: 1,
            offsets,
            virtual_bases: Vec::new(),
            base_pointer: None,
            class: None,
        }
    }
}

/// A virtual base class and where it lies.
pub(super) struct VirtualBase {
    pub(super) kind: TypeId,
    pub(super) bit_offset: u64,
    pub(super) bit_size: u64,
}

/// The largest object, in octets: `PTRDIFF_MAX`; but never so large that its bits, or a sum of two sizes in bits,
/// cannot be counted in 64.
pub(super) fn limit(abi: &Abi) -> u64 {
    let pointer = octets(abi.size(crate::abi::Scalar::Pointer));
    match 8 * pointer {
        0 => 0,
        bits @ 1..=60 => (1 << (bits - 1)) - 1,
        _ => (1 << 59) - 1,
    }
}

/// Of octets to bits.
pub(super) fn power_of_two(align: Option<u32>) -> Result<Option<u64>, LayoutError> {
    match align.map(u64::from) {
        None => Ok(None),
        Some(align) if align.is_power_of_two() => Ok(Some(8 * align)),
        Some(found) => Err(LayoutError::Alignment { found }),
    }
}
