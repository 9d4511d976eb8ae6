//! How a type lies in an object, as its compiler wrote it down: taken apart like the model's.

use layout::dwarf::Program;
use layout::types::{Count, Type, TypeId};

use crate::anatomy::{Anatomy, Field};

/// A value in a type: where a compiler put it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// As of a [`Field`].
    pub path: String,
    /// From the start of the outermost type.
    pub bit_offset: u64,
    /// With all elements, where it is an array.
    pub bit_size: u64,
}

/// A type as it lies: by the model, or by a compiler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservedLayout {
    /// In octets.
    pub size: u64,
    /// In the order of their declaration.
    pub spots: Vec<Spot>,
}

/// Types in types are followed so deep.
const MAX_DEPTH: usize = 64;

/// More values are not compared.
const MAX_VALUES: usize = 100_000;

impl ObservedLayout {
    /// By the model.
    pub fn modelled(anatomy: &Anatomy) -> ObservedLayout {
        let spot = |field: &Field| Spot {
            path: field.path.clone(),
            bit_offset: field.bit_offset,
            bit_size: field.extent().0,
        };
        ObservedLayout {
            size: anatomy.size,
            spots: anatomy.fields.iter().map(spot).collect(),
        }
    }

    /// By the compiler that made an object; `None` where the object does not say it.
    pub fn compiled(program: &Program, id: TypeId) -> Option<ObservedLayout> {
        let mut observed = ObservedLayout {
            size: size(program, id)?,
            spots: Vec::new(),
        };
        let bits = observed.size.checked_mul(8);
        observed.enter(program, id, &Way::default(), bits)?;
        Some(observed)
    }

    /// Whether every value lies in both in the same place. How a compiler calls a value's type is its own affair.
    pub fn lies_as(&self, other: &ObservedLayout) -> bool {
        let place = |spot: &Spot| (spot.path.clone(), spot.bit_offset, spot.bit_size);
        self.size == other.size
            && self
                .spots
                .iter()
                .map(place)
                .eq(other.spots.iter().map(place))
    }

    fn enter(
        &mut self,
        program: &Program,
        id: TypeId,
        way: &Way,
        bit_size: Option<u64>,
    ) -> Option<()> {
        if way.depth > MAX_DEPTH || self.spots.len() > MAX_VALUES {
            return None;
        }
        let (base, arrays) = element(program, id)?;
        let Type::Record(record) = program.types.get(base)? else {
            self.spots.push(Spot {
                path: way.path.clone(),
                bit_offset: way.bit_offset,
                bit_size: bit_size?,
            });
            return Some(());
        };
        let observed = program.observed.get(&base)?;
        let path = way.path.clone() + &"[]".repeat(arrays);
        for (member, place) in record.members.iter().zip(&observed.members) {
            let name = member.name.as_deref().unwrap_or_default();
            let dot = if path.is_empty() || name.is_empty() {
                ""
            } else {
                "."
            };
            let way = Way {
                path: format!("{path}{dot}{name}"),
                bit_offset: way.bit_offset + place.bit_offset,
                depth: way.depth + 1,
            };
            self.enter(program, member.kind, &way, place.bit_size)?;
        }
        Some(())
    }
}

/// How we came to a type in a type.
#[derive(Default)]
struct Way {
    path: String,
    bit_offset: u64,
    depth: usize,
}

/// What an array is made of in the end, and how many arrays there are.
fn element(program: &Program, id: TypeId) -> Option<(TypeId, usize)> {
    let (mut base, mut arrays) = (id, 0);
    for _ in 0..MAX_DEPTH {
        match program.types.get(base)? {
            Type::Array { element, .. } => {
                arrays += 1;
                base = *element;
            }
            Type::Aligned { of, .. } => base = *of,
            _ => return Some((base, arrays)),
        }
    }
    None
}

/// In octets, where the object says it.
fn size(program: &Program, id: TypeId) -> Option<u64> {
    let mut times = 1_u64;
    let mut base = id;
    for _ in 0..MAX_DEPTH {
        match program.types.get(base)? {
            Type::Array { element, count } => {
                times = match count {
                    Count::Fixed(count) => times.checked_mul(*count)?,
                    Count::Flexible => 0,
                };
                base = *element;
            }
            Type::Aligned { of, .. } => base = *of,
            Type::Scalar(scalar) => return program.scalar(*scalar)?.checked_mul(times),
            _ => return program.observed.get(&base)?.size.checked_mul(times),
        }
    }
    None
}
