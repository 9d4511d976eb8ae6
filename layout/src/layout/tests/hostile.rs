//! Types that no compiler would take end in a layout or a reason, too.

use quickcheck::{Arbitrary, Gen, quickcheck};

use crate::abi::Typedef;
use crate::abi::{Abi, Abis, Dialect, Scalar};
use crate::layout::{Layouts, Repeated};
use crate::types::{
    Class, Count, Enum, Member, Record, RecordKind, Role, Rules, Type, TypeId, Types,
};

/// Places that are not there, cycles, numbers at the ends of their ranges.
#[derive(Clone, Debug)]
struct Hostile {
    abi: Abi,
    types: Types,
    ids: Vec<TypeId>,
}

impl Arbitrary for Hostile {
    fn arbitrary(g: &mut Gen) -> Hostile {
        let abis: Vec<&Abi> = Abis::builtin().iter().collect();
        let (abi, other) = (*g.choose(&abis).unwrap(), *g.choose(&abis).unwrap());
        let compiler = *g.choose(Dialect::ALL).unwrap();
        let mut types = Types::new();
        let count = 2 + usize::arbitrary(g) % 12;
        let mut ids: Vec<TypeId> = (0..count)
            .map(|_| types.add(Type::Scalar(Scalar::Int)))
            .collect();
        // One that is not there, and many more of those that come first than cycles.
        let mut elsewhere = types.clone();
        ids.push(elsewhere.add(Type::Int128));
        for place in 0..count {
            let mut known = ids[..place.max(1)].to_vec();
            if u8::arbitrary(g) < 20 {
                known = ids.clone();
            }
            let kind = hostile_type(g, &known);
            types.replace(ids[place], kind);
        }
        Hostile {
            abi: abi.with_alignment_of(other).with_compiler(compiler),
            types,
            ids,
        }
    }
}

fn hostile_type(g: &mut Gen, known: &[TypeId]) -> Type {
    let any = |g: &mut Gen| *g.choose(known).unwrap();
    let align = |g: &mut Gen| {
        *g.choose(&[0, 1, 2, 3, 4, 8, 64, 1 << 31, u32::MAX])
            .unwrap()
    };
    let maybe = |g: &mut Gen| u8::arbitrary(g) < 40;
    match u8::arbitrary(g) % 10 {
        0 => Type::Array {
            element: any(g),
            count: *g
                .choose(&[
                    Count::Flexible,
                    Count::Fixed(0),
                    Count::Fixed(3),
                    Count::Fixed(1 << 40),
                    Count::Fixed(1 << 63),
                    Count::Fixed(u64::MAX),
                ])
                .unwrap(),
        },
        1 => Type::Aligned {
            of: any(g),
            align: align(g),
        },
        2 => Type::Enum(Enum {
            least: *g.choose(&[0, -1, i128::MIN, i128::MAX]).unwrap(),
            greatest: *g.choose(&[0, 1 << 40, i128::MIN, i128::MAX]).unwrap(),
            packed: bool::arbitrary(g),
            fixed: maybe(g).then(|| any(g)),
            may_be_c: maybe(g),
        }),
        3 => Type::Scalar(*g.choose(Scalar::ALL).unwrap()),
        4 => Type::Typedef(*g.choose(Typedef::ALL).unwrap()),
        5 => Type::Either {
            name: *g.choose(Typedef::ALL).unwrap(),
            declared: any(g),
            why: "one or the other".to_owned(),
        },
        6 => Type::Untraced {
            declared: any(g),
            may_be: vec![Type::Scalar(*g.choose(Scalar::ALL).unwrap())],
            why: "one or the other".to_owned(),
        },
        _ => Type::Record(Record {
            kind: *g.choose(&[RecordKind::Struct, RecordKind::Union]).unwrap(),
            members: (0..u8::arbitrary(g) % 6)
                .map(|n| Member {
                    name: bool::arbitrary(g).then(|| format!("f{n}")),
                    kind: any(g),
                    bits: bool::arbitrary(g)
                        .then(|| *g.choose(&[0, 1, 3, 8, 31, 32, 64, 128, u32::MAX]).unwrap()),
                    packed: maybe(g),
                    aligned: maybe(g).then(|| align(g)),
                    role: if maybe(g) {
                        *g.choose(&[Role::Base, Role::VirtualBase, Role::VtablePointer])
                            .unwrap()
                    } else {
                        Role::Field
                    },
                    no_unique_address: maybe(g),
                })
                .collect(),
            packed: maybe(g),
            pack: maybe(g).then(|| align(g)),
            aligned: maybe(g).then(|| align(g)),
            functions: None,
            placed: maybe(g).then(|| Vec::arbitrary(g)),
            rules: *g
                .choose(&[
                    Rules::C,
                    Rules::Rust,
                    Rules::Go,
                    Rules::Ada,
                    Rules::Pascal,
                    Rules::Zig,
                ])
                .unwrap(),
            class: bool::arbitrary(g).then(|| *g.choose(&[Class::POD, Class::NO_POD]).unwrap()),
        }),
    }
}

/// Nothing lies outside of its record, and what is said of its parts is a part of it.
fn is_sound(layouts: &Layouts<'_>, id: TypeId) -> bool {
    let Ok(layout) = layouts.of(id) else {
        return layouts.leaves(id).is_err();
    };
    let bits = 8 * layout.size;
    let is_inside = |offset: u64, size: u64| offset <= bits && size <= bits - offset;
    layout.align.is_power_of_two()
        && layout
            .members
            .iter()
            .all(|member| is_inside(member.bit_offset, member.bit_size))
        && layout
            .padding
            .iter()
            .all(|hole| hole.bit_size > 0 && is_inside(hole.bit_offset, hole.bit_size))
        && layouts.leaves(id).unwrap().take(1000).all(|leaf| {
            let is_there = |repeated: &Repeated| match repeated.count {
                Count::Fixed(count) => count > 0,
                Count::Flexible => false,
            };
            is_inside(leaf.bit_offset, leaf.bit_size) || !leaf.repeated.iter().all(is_there)
        })
}

quickcheck! {
    fn any_types_end_in_a_layout_or_a_reason(hostile: Hostile) -> bool {
        let layouts = Layouts::new(&hostile.abi, &hostile.types);
        hostile.ids.iter().all(|&id| is_sound(&layouts, id))
    }
}
