//! The rules by hand: what the documents say, written in C. The compilers' own word is in `layout/tests/it`.

mod hostile;
mod languages;
mod power;

use quickcheck::{Arbitrary, Gen, quickcheck};

use super::*;
use crate::abi::{Abis, Scalar};
use crate::types::{Count, Enum, Member, Record, RecordKind, Type};

fn builtin(name: &str) -> &'static Abi {
    Abis::builtin().get(name).unwrap()
}

/// Builds types from few words.
#[derive(Default)]
struct Builder {
    types: Types,
}

impl Builder {
    fn scalar(&mut self, scalar: Scalar) -> TypeId {
        self.types.add(Type::Scalar(scalar))
    }

    fn array(&mut self, element: TypeId, count: Count) -> TypeId {
        self.types.add(Type::Array { element, count })
    }

    fn record(&mut self, record: Record) -> TypeId {
        self.types.add(Type::Record(record))
    }

    /// A struct of these scalars: `f0`, `f1`, ...
    fn scalars(&mut self, scalars: &[Scalar], packed: bool) -> TypeId {
        let members = scalars
            .iter()
            .enumerate()
            .map(|(n, &scalar)| member(&format!("f{n}"), self.scalar(scalar)))
            .collect();
        self.record(Record {
            packed,
            ..structure(members)
        })
    }

    fn lay_out<'a>(&'a self, abi: &'a str, id: TypeId) -> Result<Layout<'a>, LayoutError> {
        lay_out(builtin(abi), &self.types, id)
    }
}

fn member(name: &str, kind: TypeId) -> Member {
    Member::new(name, kind)
}

fn bit_field(name: &str, kind: TypeId, bits: u32) -> Member {
    Member {
        bits: Some(bits),
        name: (!name.is_empty()).then(|| name.to_owned()),
        ..member("", kind)
    }
}

fn structure(members: Vec<Member>) -> Record {
    Record {
        members,
        ..Record::new(RecordKind::Struct)
    }
}

/// Size, alignment and offsets, in octets, of a struct of these scalars.
fn check(abi: &str, scalars: &[Scalar], packed: bool, expected: (u64, u64, &[u64])) {
    let mut builder = Builder::default();
    let id = builder.scalars(scalars, packed);
    let layout = builder.lay_out(abi, id).unwrap();
    let offsets: Vec<u64> = layout
        .members
        .iter()
        .map(|member| member.offset().unwrap())
        .collect();
    assert_eq!(
        (layout.size, layout.align, offsets.as_slice()),
        expected,
        "{scalars:?} in {abi}, packed: {packed}"
    );
}

#[test]
fn a_long_long_after_a_char_lies_where_the_abi_says() {
    let scalars = [Scalar::Char, Scalar::LongLong];
    check("x86_64-sysv", &scalars, false, (16, 8, &[0, 8]));
    check("arm-aapcs", &scalars, false, (16, 8, &[0, 8]));
    check("hppa-sysv", &scalars, false, (16, 8, &[0, 8]));
    check("i386-sysv", &scalars, false, (12, 4, &[0, 4]));
    check("sh4-linux", &scalars, false, (12, 4, &[0, 4]));
    check("m68k-sysv", &scalars, false, (10, 2, &[0, 2]));
}

#[test]
fn fixed_widths_do_not_fix_the_padding() {
    let scalars = [Scalar::Int8, Scalar::Int64, Scalar::Int16, Scalar::Int64];
    check("s390x-elf", &scalars, false, (32, 8, &[0, 8, 16, 24]));
    check("i386-sysv", &scalars, false, (24, 4, &[0, 4, 12, 16]));
    check("m68k-sysv", &scalars, false, (20, 2, &[0, 2, 10, 12]));
    for abi in Abis::builtin().iter() {
        check(abi.name(), &scalars, true, (19, 1, &[0, 1, 9, 11]));
    }
}

#[test]
fn a_long_double_is_padded_as_the_abi_says() {
    let scalars = [Scalar::Char, Scalar::LongDouble];
    check("x86_64-sysv", &scalars, false, (32, 16, &[0, 16]));
    check("s390x-elf", &scalars, false, (24, 8, &[0, 8]));
    check("i386-sysv", &scalars, false, (16, 4, &[0, 4]));
    check("m68k-sysv", &scalars, false, (14, 2, &[0, 2]));
    check("mips-o32-be", &scalars, false, (16, 8, &[0, 8]));
}

#[test]
fn trailing_padding_belongs_to_the_record() {
    let mut builder = Builder::default();
    let id = builder.scalars(&[Scalar::Char, Scalar::Int, Scalar::Short], false);
    let hole = |bit_offset, bit_size| Hole {
        bit_offset,
        bit_size,
    };
    let layout = builder.lay_out("x86_64-sysv", id).unwrap();
    assert_eq!(layout.padding, [hole(8, 24), hole(80, 16)]);
}

#[test]
fn a_member_is_found_by_its_name() {
    let mut builder = Builder::default();
    let id = builder.scalars(&[Scalar::Int8, Scalar::Int64], false);
    let layout = builder.lay_out("i386-sysv", id).unwrap();
    let member = layout.member("f1").unwrap();
    assert_eq!((member.bit_offset, member.bit_size), (32, 64));
    assert_eq!(layout.member("f2"), None);
}

#[test]
fn a_record_without_members_has_no_size() {
    for packed in [false, true] {
        check("x86_64-sysv", &[], packed, (0, 1, &[]));
    }
}

#[test]
fn a_type_that_contains_itself_is_refused_from_every_side() {
    let mut builder = Builder::default();
    let one = builder.scalar(Scalar::Int);
    let other = builder.array(one, Count::Fixed(2));
    builder
        .types
        .replace(one, Type::Record(structure(vec![member("x", other)])));
    let around = builder.record(structure(vec![member("one", one), member("other", other)]));
    let layouts = Layouts::new(builtin("x86_64-sysv"), &builder.types);
    for id in [around, one, other] {
        assert_eq!(layouts.of(id), Err(LayoutError::ContainsItself));
    }
    let mut own = Types::new();
    let own_id = own.add(Type::Scalar(Scalar::Int));
    own.replace(
        own_id,
        Type::Aligned {
            of: own_id,
            align: 4,
        },
    );
    assert_eq!(
        lay_out(builtin("x86_64-sysv"), &own, own_id),
        Err(LayoutError::ContainsItself)
    );
}

#[test]
fn a_cycle_far_inside_is_found() {
    let mut builder = Builder::default();
    let first = builder.scalar(Scalar::Int);
    let second = builder.record(structure(vec![member("x", first)]));
    let third = builder.array(second, Count::Fixed(1));
    builder
        .types
        .replace(first, Type::Record(structure(vec![member("x", third)])));
    let mut around = first;
    for _ in 0..10 {
        around = builder.record(structure(vec![member("x", around)]));
    }
    assert_eq!(
        builder.lay_out("x86_64-sysv", around),
        Err(LayoutError::ContainsItself)
    );
}

#[test]
fn no_nesting_is_too_deep_and_no_record_too_long() {
    let mut builder = Builder::default();
    let int = builder.scalar(Scalar::Int);
    let mut deep = int;
    for _ in 0..100_000 {
        deep = builder.record(structure(vec![member("x", deep)]));
    }
    let members = (0..10_000)
        .map(|n| member(&format!("f{n}"), deep))
        .collect();
    let long = builder.record(structure(members));
    let layouts = Layouts::new(builtin("m68k-sysv"), &builder.types);
    assert_eq!(layouts.of(long).unwrap().size, 40_000);
    let first = layouts.leaves(long).unwrap().next().unwrap();
    assert_eq!(first.path.len(), 2 + 2 * 100_000);
}

#[test]
fn what_no_address_reaches_is_refused() {
    let mut builder = Builder::default();
    let char = builder.scalar(Scalar::Char);
    for count in [1 << 31, 1 << 59, 1 << 63, u64::MAX] {
        let array = builder.array(char, Count::Fixed(count));
        let limit = (1 << 31) - 1;
        assert_eq!(
            builder.lay_out("i386-sysv", array),
            Err(LayoutError::TooLarge { limit })
        );
    }
    let half = builder.array(char, Count::Fixed(1 << 30));
    let twice = builder.record(structure(vec![member("a", half), member("b", half)]));
    let limit = (1 << 31) - 1;
    assert_eq!(
        builder.lay_out("i386-sysv", twice),
        Err(LayoutError::TooLarge { limit })
    );
    assert_eq!(builder.lay_out("x86_64-sysv", twice).unwrap().size, 1 << 31);
}

#[test]
fn what_cannot_be_known_says_why() {
    let mut builder = Builder::default();
    let opaque = builder.types.add(Type::Opaque {
        what: "a vector of 3 floats".to_owned(),
    });
    let int128 = builder.types.add(Type::Int128);
    let wide = builder.types.add(Type::Enum(Enum {
        least: -1,
        greatest: i128::from(u64::MAX),
        packed: false,
        fixed: None,
        may_be_c: false,
    }));
    let ids = [opaque, int128, wide];
    let records = ids.map(|id| builder.record(structure(vec![member("x", id)])));
    let said = records.map(|id| builder.lay_out("i386-sysv", id).unwrap_err().to_string());
    assert_eq!(
        said,
        [
            "undetermined: a vector of 3 floats",
            "undetermined: `__int128` has no known meaning there",
            "undetermined: an enumeration of 65 bits",
        ]
    );

    let none = Types::new();
    assert_eq!(
        lay_out(builtin("i386-sysv"), &none, opaque),
        Err(LayoutError::Missing)
    );
}

#[test]
fn an_impossible_bit_field_or_alignment_is_refused() {
    let mut builder = Builder::default();
    let (long, float) = (builder.scalar(Scalar::Long), builder.scalar(Scalar::Float));
    let mut said = |record: Record| {
        let id = builder.record(record);
        builder.lay_out("i386-sysv", id).unwrap_err().to_string()
    };
    assert_eq!(
        said(structure(vec![bit_field("a", long, 33)])),
        "bit-field `a` of 33 bits: expected at most 32, the width of its type"
    );
    assert_eq!(
        said(structure(vec![bit_field("a", float, 3)])),
        "bit-field `a` of 3 bits: expected an integer type"
    );
    assert_eq!(
        said(structure(vec![bit_field("a", long, 0)])),
        "bit-field `a` of 0 bits: expected a width, or no name"
    );
    let pack = Some(3);
    assert_eq!(
        said(Record {
            pack,
            ..structure(vec![])
        }),
        "an alignment of 3 octets: expected a power of two"
    );
    let aligned = builder.types.add(Type::Aligned { of: long, align: 8 });
    let array = builder.array(aligned, Count::Fixed(2));
    assert_eq!(
        builder.lay_out("i386-sysv", array).unwrap_err().to_string(),
        "array elements of 4 octets, aligned to 8: expected a multiple"
    );
}

#[test]
fn an_enum_is_as_wide_as_its_values_need() {
    let check = |abi: &str, (least, greatest): (i128, i128), packed: bool, size: u64| {
        let mut types = Types::new();
        let id = types.add(Type::Enum(Enum {
            least,
            greatest,
            packed,
            fixed: None,
            may_be_c: false,
        }));
        let layout = lay_out(builtin(abi), &types, id).unwrap();
        assert_eq!(
            layout.size, size,
            "{least}..={greatest} on {abi}, packed: {packed}"
        );
    };
    let int = i128::from(i32::MAX);
    check("x86_64-sysv", (0, 0), false, 4);
    check("x86_64-sysv", (0, 2 * int + 1), false, 4);
    check("x86_64-sysv", (-1, int), false, 4);
    check("x86_64-sysv", (-1, int + 1), false, 8);
    check("x86_64-sysv", (0, 2 * int + 2), false, 8);
    check("x86_64-sysv", (0, 255), true, 1);
    check("x86_64-sysv", (-1, 127), true, 1);
    check("x86_64-sysv", (-1, 128), true, 2);
    check("x86_64-sysv", (-129, 0), true, 2);
    check("x86_64-sysv", (0, 65536), true, 4);
}

#[test]
fn leaves_are_told_with_their_paths_arrays_and_padding() {
    let mut builder = Builder::default();
    let (char, int) = (builder.scalar(Scalar::Char), builder.scalar(Scalar::Int));
    let matrix = builder.array(int, Count::Fixed(3));
    let matrix = builder.array(matrix, Count::Fixed(2));
    let inner = builder.record(structure(vec![
        member("c", char),
        bit_field("bits", int, 3),
        bit_field("", int, 2),
        member("m", matrix),
    ]));
    let inners = builder.array(inner, Count::Fixed(4));
    let anonymous = Member {
        name: None,
        ..member("", inner)
    };
    let outer = builder.record(structure(vec![member("a", inners), anonymous]));
    let layouts = Layouts::new(builtin("x86_64-sysv"), &builder.types);
    let formatted: Vec<String> = layouts
        .leaves(outer)
        .unwrap()
        .map(|leaf| {
            let strides: Vec<u64> = leaf.repeated.iter().map(|r| r.bit_stride / 8).collect();
            let kind = match leaf.kind {
                LeafKind::Value(_) => "",
                LeafKind::BitField(_) => " bit-field",
                LeafKind::Padding => " padding",
                LeafKind::BasePointer => " virtual bases",
            };
            format!(
                "{}{kind} {}+{} {strides:?}",
                leaf.path, leaf.bit_offset, leaf.bit_size
            )
        })
        .collect();
    assert_eq!(
        formatted,
        [
            "a[].c 0+8 [28]",
            "a[].bits bit-field 8+3 [28]",
            "a[] padding 11+2 [28]",
            "a[] padding 13+19 [28]",
            "a[].m 32+32 [28, 12, 4]",
            "c 896+8 []",
            "bits bit-field 904+3 []",
            " padding 907+2 []",
            " padding 909+19 []",
            "m 928+32 [12, 4]",
        ]
    );
    let leaves: Vec<Leaf> = layouts.leaves(matrix).unwrap().collect();
    assert_eq!(leaves.len(), 1);
}

/// Some record of scalars in some ABI, counterfactual ones included.
#[derive(Clone, Debug)]
struct Case {
    abi: Abi,
    scalars: Vec<Scalar>,
}

impl Case {
    /// Whether what it is asked holds of the layout.
    fn holds(&self, packed: bool, holds: impl Fn(&Layout<'_>) -> bool) -> bool {
        let mut builder = Builder::default();
        let id = builder.scalars(&self.scalars, packed);
        holds(&lay_out(&self.abi, &builder.types, id).unwrap())
    }
}

impl Arbitrary for Case {
    fn arbitrary(g: &mut Gen) -> Case {
        let abis: Vec<&Abi> = Abis::builtin().iter().collect();
        let (abi, other) = (*g.choose(&abis).unwrap(), *g.choose(&abis).unwrap());
        let abi = g
            .choose(&[
                abi.clone(),
                abi.with_alignment_of(other),
                abi.with_width_of(other),
            ])
            .unwrap()
            .clone();
        let scalars: Vec<Scalar> = Vec::<u8>::arbitrary(g)
            .iter()
            .map(|_| *g.choose(Scalar::ALL).unwrap())
            .collect();
        Case { abi, scalars }
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = Case>> {
        let Case { abi, scalars } = self.clone();
        Box::new((0..scalars.len()).map(move |dropped| {
            let mut scalars = scalars.clone();
            scalars.remove(dropped);
            Case {
                abi: abi.clone(),
                scalars,
            }
        }))
    }
}

/// Whether members and holes, in order, cover the record without gap or overlap.
fn is_covered(layout: &Layout<'_>) -> bool {
    let mut pieces: Vec<(u64, u64)> = layout
        .members
        .iter()
        .map(|member| (member.bit_offset, member.bit_size))
        .collect();
    pieces.extend(
        layout
            .padding
            .iter()
            .map(|hole| (hole.bit_offset, hole.bit_size)),
    );
    pieces.sort_unstable();
    let end = pieces.iter().try_fold(0, |end, &(offset, size)| {
        (offset == end).then_some(end + size)
    });
    end == Some(8 * layout.size)
}

quickcheck! {
    fn members_are_aligned_and_padding_is_as_small_as_it_can_be(case: Case) -> bool {
        // What Microsoft's compiler makes of an empty struct is no rule for others.
        case.scalars.is_empty() || case.holds(false, |layout| {
            let members = || layout.members.iter().zip(&case.scalars);
            let align = |scalar: Scalar| case.abi.align(scalar) as u64;
            members().all(|(member, &scalar)| member.offset().unwrap().is_multiple_of(align(scalar)))
                && members().all(|(_, &scalar)| layout.align.is_multiple_of(align(scalar)))
                && layout.size.is_multiple_of(layout.align)
                && layout.padding.iter().all(|hole| 0 < hole.bit_size && hole.bit_size < 8 * layout.align)
                && is_covered(layout)
        })
    }

    fn a_packed_record_has_no_holes(case: Case) -> bool {
        case.scalars.is_empty() || case.holds(true, |layout| {
            layout.align == 1
                && layout.padding.is_empty()
                && is_covered(layout)
                && layout.size == case.scalars.iter().map(|scalar| case.abi.size(*scalar) as u64).sum::<u64>()
        })
    }

    fn members_keep_their_order(case: Case) -> bool {
        [true, false].into_iter().all(|packed| case.holds(packed, |layout| {
            layout.members.iter().enumerate().all(|(n, member)| member.name == Some(&format!("f{n}")))
                && layout.members.is_sorted_by(|one, next| one.bit_offset + one.bit_size <= next.bit_offset)
        }))
    }
}

#[test]
fn a_layout_is_displayed_with_its_members_and_holes_in_order() {
    let mut builder = Builder::default();
    let (int, short) = (builder.scalar(Scalar::Int), builder.scalar(Scalar::Short));
    let id = builder.record(structure(vec![
        member("op", short),
        bit_field("flags", int, 5),
        bit_field("", int, 8),
        member("length", int),
    ]));
    let layout = builder.lay_out("s390x-elf", id).unwrap();
    let lines = "8 octets, aligned to 4\n  0:2 op\n  2.0:5b flags\n  2.5:8b (unnamed)\n  3.5:3b (padding)\n  4:4 length";
    assert_eq!(layout.to_string(), lines);
    let id = builder.record(Record {
        kind: RecordKind::Union,
        ..structure(vec![member("i", int), member("s", short)])
    });
    let layout = builder.lay_out("s390x-elf", id).unwrap();
    assert_eq!(
        layout.to_string(),
        "4 octets, aligned to 4\n  0:4 i\n  0:2 s"
    );
}
