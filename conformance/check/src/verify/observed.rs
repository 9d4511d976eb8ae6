//! How a type lies in an object, as its compiler wrote it down: taken apart like the model's.

use layout::dwarf::Program;
use layout::types::{Count, Type, TypeId};

use crate::Case;
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
    /// How it is declared, whatever that means on an ABI.
    pub text: Text,
}

/// A value's declaration: two that are equal say the same, wherever they are compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Without what only aligns it.
    kind: Option<Type>,
    /// The lengths of the arrays that it is in, the outermost first.
    lengths: Vec<Count>,
    /// The width of a bit-field.
    bits: Option<u64>,
}

/// A type as it lies: by the model, or by a compiler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lying {
    /// In octets.
    pub size: u64,
    /// In the order of their declaration.
    pub spots: Vec<Spot>,
}

/// Types in types are followed so deep.
const DEEPEST: usize = 64;

/// More values are not compared.
const MOST: usize = 100_000;

impl Lying {
    /// By the model.
    pub fn modelled(case: &Case<'_>, anatomy: &Anatomy) -> Lying {
        let spot = |field: &Field| Spot {
            path: field.path.clone(),
            bit_offset: field.bit_offset,
            bit_size: field.extent().0,
            text: Text {
                kind: case.kind(field).cloned(),
                lengths: field.repeated.iter().map(|array| array.count).collect(),
                bits: field.is_bit_field.then_some(field.bit_size),
            },
        };
        Lying {
            size: anatomy.size,
            spots: anatomy.fields.iter().map(spot).collect(),
        }
    }

    /// By the compiler that made an object; `None` where the object does not say it.
    pub fn compiled(program: &Program, id: TypeId) -> Option<Lying> {
        let mut lying = Lying {
            size: size(program, id)?,
            spots: Vec::new(),
        };
        let bits = lying.size.checked_mul(8);
        lying.enter(program, id, &Way::default(), bits, None)?;
        Some(lying)
    }

    /// Whether both are declared alike, wherever the values lie.
    pub fn same_text(&self, other: &Lying) -> bool {
        let texts = |lying: &Lying| {
            let texts = lying
                .spots
                .iter()
                .map(|spot| (spot.path.clone(), spot.text.clone()));
            texts.collect::<Vec<_>>()
        };
        texts(self) == texts(other)
    }

    fn enter(
        &mut self,
        program: &Program,
        id: TypeId,
        way: &Way,
        bit_size: Option<u64>,
        bits: Option<u64>,
    ) -> Option<()> {
        if way.depth > DEEPEST || self.spots.len() > MOST {
            return None;
        }
        let (base, own) = element(program, id)?;
        let mut lengths = way.lengths.clone();
        lengths.extend(&own);
        let Type::Record(record) = program.types.get(base)? else {
            self.spots.push(Spot {
                path: way.path.clone(),
                bit_offset: way.bit_offset,
                bit_size: bit_size?,
                text: Text {
                    kind: program.types.get(base).cloned(),
                    lengths,
                    bits,
                },
            });
            return Some(());
        };
        let observed = program.observed.get(&base)?;
        let path = way.path.clone() + &"[]".repeat(own.len());
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
                lengths: lengths.clone(),
                depth: way.depth + 1,
            };
            let bits = member.bits.map(u64::from);
            self.enter(program, member.kind, &way, place.bit_size, bits)?;
        }
        Some(())
    }
}

/// How we came to a type in a type.
#[derive(Default)]
struct Way {
    path: String,
    bit_offset: u64,
    lengths: Vec<Count>,
    depth: usize,
}

/// What an array is made of in the end, and its lengths.
fn element(program: &Program, id: TypeId) -> Option<(TypeId, Vec<Count>)> {
    let (mut base, mut lengths) = (id, Vec::new());
    for _ in 0..DEEPEST {
        match program.types.get(base)? {
            Type::Array { element, count } => {
                lengths.push(*count);
                base = *element;
            }
            Type::Aligned { of, .. } => base = *of,
            _ => return Some((base, lengths)),
        }
    }
    None
}

/// In octets, where the object says it.
fn size(program: &Program, id: TypeId) -> Option<u64> {
    let mut times = 1_u64;
    let mut base = id;
    for _ in 0..DEEPEST {
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
