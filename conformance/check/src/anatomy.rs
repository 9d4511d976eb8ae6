//! A type on one ABI, taken apart into values and padding.

use input::reading::library::{INSIDE, UNNAMED};
use layout::types::{Count, Type, TypeId, Types};
use layout::{Abi, ByteOrder, LayoutError, Layouts, LeafKind, Repeated};

/// More values than this are not taken apart: a short declaration can have more than memory holds.
const MAX_VALUES: usize = 100_000;

/// How Microsoft's pointer to the places of virtual bases is called.
pub(crate) const VIRTUAL_BASES: &str = "(virtual bases)";

/// Whether a path leads into what a C library declares and no program names.
pub fn is_inside_library(path: &str) -> bool {
    path.split('.').any(|name| name.starts_with(INSIDE))
}

/// A path as far as the source declares it, and not a C library.
pub(crate) fn as_declared(path: &str) -> &str {
    let end = path.find(INSIDE).unwrap_or(path.len());
    path.get(..end).unwrap_or_default().trim_end_matches('.')
}

/// A type as it lies on one ABI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anatomy {
    /// In octets.
    pub size: u64,
    /// In octets; `None` where the input does not say it.
    pub align: Option<u64>,
    /// Everything in it that is no record, in the order of its declaration: the same on every ABI.
    pub fields: Vec<Field>,
    /// The padding, outermost record first where several begin together.
    pub holes: Vec<Hole>,
    /// Pointers of the compiler's that only this ABI has, and no field stands for: see [`layout::Layout::base_pointer`].
    pub pointers: Vec<Hole>,
}

/// A value in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The names that lead to it, as in C; empty for a type that is itself a value.
    pub path: String,
    /// What it is, without what only aligns it: no record, and no array.
    pub kind: Type,
    /// Whether it was declared as a bit-field.
    pub is_bit_field: bool,
    /// From the start of the outermost type, counted as DWARF 5's DW_AT_data_bit_offset. In arrays, of the first element.
    pub bit_offset: u64,
    /// Of one element.
    pub bit_size: u64,
    /// The alignment that its type has by itself, in octets.
    pub align: u64,
    /// The arrays that it is in, the outermost first.
    pub repeated: Vec<Repeated>,
    /// The order of its octets, where its declaration names one: else it is the machine's.
    pub order: Option<ByteOrder>,
}

/// What no field lies in: padding, or a pointer of the compiler's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hole {
    /// The record that it is in; empty for the outermost one.
    pub path: String,
    /// The field that it lies before, as an index; the number of fields for padding at the end.
    pub before: usize,
    /// As of a [`Field`].
    pub bit_offset: u64,
    /// Never 0.
    pub bit_size: u64,
}

/// Why a type is not taken apart on an ABI.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Whole {
    /// It has no layout there.
    #[error(transparent)]
    NoLayout(#[from] LayoutError),
    /// It has too many values.
    #[error("more than {MAX_VALUES} fields, which are not taken apart")]
    TooMany,
    /// What that machine's compiler sees of it is not known, and why.
    #[error("{0}")]
    Unread(String),
    /// That machine's compiler sees no such type.
    #[error("not declared there")]
    Undeclared,
}

impl Whole {
    /// Whether a compiler of that ABI refuses the type: nothing is undecided there, there is no such type.
    pub fn is_refused(&self) -> bool {
        use LayoutError::{Alignment, BitField, ContainsItself, Element, TooLarge};
        matches!(
            self,
            Whole::Undeclared
                | Whole::NoLayout(
                    BitField { .. }
                        | TooLarge { .. }
                        | Element { .. }
                        | Alignment { .. }
                        | ContainsItself
                )
        )
    }
}

impl Anatomy {
    /// Takes a type apart.
    ///
    /// # Errors
    /// It has no layout, or too many fields.
    pub fn of(layouts: &Layouts<'_>, types: &Types, id: TypeId) -> Result<Anatomy, Whole> {
        let layout = layouts.of(id)?;
        let mut anatomy = Anatomy {
            size: layout.size,
            align: layouts.tells_alignment(id).then_some(layout.align),
            fields: Vec::new(),
            holes: Vec::new(),
            pointers: Vec::new(),
        };
        for leaf in layouts.leaves(id)? {
            if anatomy.fields.len() + anatomy.holes.len() + anatomy.pointers.len() >= MAX_VALUES {
                return Err(Whole::TooMany);
            }
            let (kind, is_bit_field) = match leaf.kind {
                LeafKind::Value(kind) => (kind, false),
                LeafKind::BitField(kind) if !leaf.path.ends_with(UNNAMED) => (kind, true),
                LeafKind::BitField(_) | LeafKind::Padding | LeafKind::BasePointer => {
                    let among = match leaf.kind {
                        LeafKind::BasePointer => &mut anatomy.pointers,
                        _ => &mut anatomy.holes,
                    };
                    among.push(Hole {
                        path: leaf
                            .path
                            .strip_suffix(UNNAMED)
                            .map_or(leaf.path.clone(), |record| {
                                record.trim_end_matches('.').to_owned()
                            }),
                        before: anatomy.fields.len(),
                        bit_offset: leaf.bit_offset,
                        bit_size: leaf.bit_size,
                    });
                    continue;
                }
            };
            let (plain, order) = plain(types, kind);
            anatomy.fields.push(Field {
                path: leaf.path,
                kind: plain,
                order,
                is_bit_field,
                bit_offset: leaf.bit_offset,
                bit_size: leaf.bit_size,
                align: layouts.of(kind)?.align,
                repeated: leaf.repeated,
            });
        }
        Ok(anatomy)
    }
}

/// The padding before a field; of as many fields as there are, that at the end.
pub(crate) fn holes(anatomy: &Anatomy, place: usize) -> &[Hole] {
    before(&anatomy.holes, place)
}

/// The pointers of the compiler's before a field, and at the end.
pub(crate) fn pointers(anatomy: &Anatomy, place: usize) -> &[Hole] {
    before(&anatomy.pointers, place)
}

/// They are in the order of the fields.
fn before(holes: &[Hole], place: usize) -> &[Hole] {
    let begin = holes.partition_point(|hole| hole.before < place);
    let end = holes.partition_point(|hole| hole.before <= place);
    holes.get(begin..end).unwrap_or_default()
}

/// A type without what only aligns or orders it, and the order.
fn plain(types: &Types, mut id: TypeId) -> (Type, Option<ByteOrder>) {
    let mut named = None;
    // Bounded by the number of types: a name that renames itself is no field of a layout.
    loop {
        match types.get(id) {
            Some(
                Type::Aligned { of, .. }
                | Type::Atomic { of }
                | Type::Untraced { declared: of, .. },
            ) => id = *of,
            Some(Type::Ordered { of, order, .. }) => {
                named = named.or(Some(*order));
                id = *of;
            }
            Some(kind) => return (kind.clone(), named),
            None => {
                let what = "a type that is nowhere".to_owned();
                return (Type::Opaque { what }, named);
            }
        }
    }
}

impl Field {
    /// Which of its octets comes first on an ABI.
    pub fn byte_order(&self, abi: &Abi) -> ByteOrder {
        self.order.unwrap_or(abi.byte_order())
    }

    /// In octets, rounded down for a bit-field.
    pub fn offset(&self) -> u64 {
        self.bit_offset / 8
    }

    /// How many bits it has with all its elements, where it is an array itself; and the arrays around it, where it is in records that are elements.
    pub fn extent(&self) -> (u64, &[Repeated]) {
        let (around, own) = self.arrays();
        let times = own
            .iter()
            .try_fold(1_u64, |times, array| match array.count {
                Count::Fixed(count) => times.checked_mul(count),
                Count::Flexible => Some(0),
            });
        (
            self.bit_size.saturating_mul(times.unwrap_or(u64::MAX)),
            around,
        )
    }

    /// The arrays of records that it is in, which its path tells, and the arrays that it is itself.
    pub fn arrays(&self) -> (&[Repeated], &[Repeated]) {
        let around = self.path.matches("[]").count();
        self.repeated
            .split_at_checked(around)
            .unwrap_or((&self.repeated, &[]))
    }
}
