//! A type with everything it is made of, and what the model says about it.

use crossum_layout::abi::Abi;
use crossum_layout::types::{Count, Record, Type, TypeId, Types};
use crossum_layout::{LayoutError, Layouts, Leaf, LeafKind};

/// A record and the types in it.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) types: Types,
    /// Every record, what is inside before what is around.
    pub(crate) records: Vec<TypeId>,
    pub(crate) root: TypeId,
}

impl Case {
    pub(crate) fn record(&self, id: TypeId) -> &Record {
        match self.types.get(id) {
            Some(Type::Record(record)) => record,
            other => panic!("{id:?} is no record: {other:?}"),
        }
    }

    /// The same, with one record changed.
    pub(crate) fn with(&self, id: TypeId, record: Record) -> Case {
        let mut case = self.clone();
        case.types.replace(id, Type::Record(record));
        case
    }
}

/// What a compiler must agree with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) size: u64,
    pub(crate) align: u64,
    /// How to name it in C, its offset and its size in octets.
    pub(crate) values: Vec<(String, u64, u64)>,
    /// How to name it in C, its first bit and its size in bits.
    pub(crate) bit_fields: Vec<(String, u64, u64)>,
}

impl Expected {
    pub(crate) fn of(case: &Case, abi: &Abi) -> Result<Expected, LayoutError> {
        let layouts = Layouts::new(abi, &case.types);
        let layout = layouts.of(case.root)?;
        let mut expected = Expected {
            size: layout.size,
            align: layout.align,
            values: Vec::new(),
            bit_fields: Vec::new(),
        };
        for leaf in layouts.leaves(case.root)? {
            match leaf.kind {
                LeafKind::Padding | LeafKind::BasePointer => {}
                LeafKind::Value(_) => expected.values.extend([
                    value(&leaf, |_| 0),
                    value(&leaf, |count| count.saturating_sub(1)),
                ]),
                // There is nothing to fill in an array without elements.
                LeafKind::BitField(_)
                    if leaf.repeated.iter().all(|r| r.count != Count::Fixed(0)) =>
                {
                    expected.bit_fields.push((
                        element(&leaf, |_| 0),
                        leaf.bit_offset,
                        leaf.bit_size,
                    ));
                }
                LeafKind::BitField(_) => {}
            }
        }
        Ok(expected)
    }
}

/// The elements of this index in each array around a value.
fn value(leaf: &Leaf, index: impl Fn(u64) -> u64) -> (String, u64, u64) {
    let offsets = leaf.repeated.iter().map(|repeated| match repeated.count {
        Count::Fixed(count) => index(count) * repeated.bit_stride,
        Count::Flexible => 0,
    });
    let bit_offset = leaf.bit_offset + offsets.sum::<u64>();
    (element(leaf, index), bit_offset / 8, leaf.bit_size / 8)
}

/// `a[].b` of an array of 3, itself an array of 2: `a[0].b[0]`, or `a[2].b[1]`.
fn element(leaf: &Leaf, index: impl Fn(u64) -> u64) -> String {
    let mut indices = leaf.repeated.iter().map(|repeated| match repeated.count {
        Count::Fixed(count) => format!("[{}]", index(count)),
        Count::Flexible => "[0]".to_owned(),
    });
    let mut name = String::new();
    let mut parts = leaf.path.split("[]");
    name += parts.next().unwrap_or_default();
    for part in parts {
        name += &indices.next().expect("an array for each []");
        name += part;
    }
    name + &indices.collect::<String>()
}
