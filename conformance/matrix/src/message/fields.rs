//! The values of a message, and where each lies on a machine.

use layout::abi::{LongDoubleFormat, Scalar};
use layout::types::{Count, Type};
use layout::{Abi, ByteOrder, LayoutError, Layouts, LeafKind, TypeId};

use super::MessageType;

/// A message as it lies on one machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    /// `sizeof`, in octets.
    pub size: usize,
    /// Every value in it, in the order of their declaration; padding is none.
    pub all: Vec<Field>,
    /// In which order the octets of a number lie.
    pub byte_order: ByteOrder,
    /// Whether the first bit-field takes the least significant bits.
    pub low_first: bool,
    /// Whether plain `char` is signed.
    pub char_signed: bool,
    /// What a `long double` is.
    pub long_double: LongDoubleFormat,
}

/// One value, and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// As in C: `a.b[3]`.
    pub path: String,
    /// What it is.
    pub kind: FieldKind,
    /// Its first bit, numbered as the layout's members are.
    pub bit_offset: usize,
    /// In bits.
    pub bits: usize,
}

/// What a value is, as far as reading it on another machine depends on that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// An integer, an enumeration, an address, a `_Bool`, a `float` or a `double`.
    Number,
    /// A plain `char`.
    Char,
    /// A `long double`.
    LongDouble,
    /// A bit-field.
    Bits,
}

/// Why the values of a type are not known on a machine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoFields {
    /// It has no layout there.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// It has more values than are compared.
    #[error("a message of more than {MAX_FIELDS} values: expected fewer")]
    TooMany,
    /// A kind of type that is not compared.
    #[error("`{path}` is {what}, whose values are not compared")]
    Kind {
        /// Where in the message.
        path: String,
        /// What it is.
        what: &'static str,
    },
}

/// No message of more values is compared.
pub const MAX_FIELDS: usize = 4096;

impl Fields {
    /// The values of a message on a machine.
    ///
    /// # Errors
    /// The type has no layout there, has too many values, or values that are not compared.
    pub fn of(message: &MessageType, abi: &Abi) -> Result<Fields, NoFields> {
        let layouts = Layouts::new(abi, &message.types);
        let size = to_usize(layouts.of(message.id)?.size)?;
        let mut all = Vec::new();
        for leaf in layouts.leaves(message.id)? {
            let (id, is_bits) = match leaf.kind {
                LeafKind::Padding | LeafKind::BasePointer => continue,
                LeafKind::Value(id) => (id, false),
                LeafKind::BitField(id) => (id, true),
            };
            let kind = match is_bits {
                true => FieldKind::Bits,
                false => kind(&message.types, id, &leaf.path)?,
            };
            let bits = to_usize(leaf.bit_size)?;
            let mut places = vec![(leaf.path.clone(), to_usize(leaf.bit_offset)?)];
            for array in &leaf.repeated {
                let Count::Fixed(count) = array.count else {
                    places.clear();
                    break;
                };
                let (count, stride) = (to_usize(count)?, to_usize(array.bit_stride)?);
                if places.len().saturating_mul(count) > MAX_FIELDS {
                    return Err(NoFields::TooMany);
                }
                let each = places.into_iter().flat_map(|(path, offset)| {
                    (0..count).map(move |at| (format!("{path}[{at}]"), offset + at * stride))
                });
                places = each.collect();
            }
            if all.len() + places.len() > MAX_FIELDS {
                return Err(NoFields::TooMany);
            }
            all.extend(places.into_iter().map(|(path, bit_offset)| Field {
                path,
                kind,
                bit_offset,
                bits,
            }));
        }
        Ok(Fields {
            size,
            all,
            byte_order: abi.byte_order(),
            low_first: abi.bit_field_order() == layout::abi::BitFieldOrder::LowFirst,
            char_signed: abi.char_signed(),
            long_double: abi.long_double_format(),
        })
    }

    /// The value of this path.
    pub fn named(&self, path: &str) -> Option<&Field> {
        self.all.iter().find(|field| field.path == path)
    }
}

fn kind(types: &layout::Types, id: TypeId, path: &str) -> Result<FieldKind, NoFields> {
    let refused = |what| {
        Err(NoFields::Kind {
            path: path.to_owned(),
            what,
        })
    };
    match types.get(id) {
        Some(Type::Scalar(Scalar::Char)) => Ok(FieldKind::Char),
        Some(Type::Scalar(Scalar::LongDouble)) => Ok(FieldKind::LongDouble),
        Some(Type::Complex(_)) => refused("a complex number"),
        Some(Type::Opaque { .. }) | None => refused("of an unknown type"),
        Some(_) => Ok(FieldKind::Number),
    }
}

fn to_usize(number: u64) -> Result<usize, NoFields> {
    usize::try_from(number).map_err(|_| NoFields::TooMany)
}
