//! Rules that are not C's, in tables of what the compilers say.

use crate::abi::{Abis, Number, Scalar};
use crate::layout::{Hole, lay_out};
use crate::types::{Class, Enum, Member, Record, RecordKind, Role, Rules, Type, TypeId, Types};

/// Size and the offsets of the members that have a name, in octets.
fn lies(abi: &str, types: &Types, id: TypeId) -> (u64, Vec<u64>) {
    let abi = Abis::builtin().get(abi).unwrap();
    let layout = lay_out(abi, types, id).unwrap();
    let fields = layout
        .members
        .iter()
        .filter(|member| member.role == Role::Field);
    let offsets = fields.map(|member| member.bit_offset / 8).collect();
    (layout.size, offsets)
}

fn record(types: &mut Types, rules: Rules, kinds: &[Type]) -> TypeId {
    let members = kinds.iter().zip('a'..).map(|(kind, name)| {
        let kind = types.add(kind.clone());
        Member::new(name.to_string(), kind)
    });
    let members = members.collect();
    types.add(Record {
        members,
        rules,
        ..Record::new(RecordKind::Struct)
    })
}

fn number(kind: Number, rules: Rules) -> Type {
    Type::Number { kind, rules }
}

/// What clang 14 shows with `-fdump-record-layouts`: of `struct C : virtual V { int c; virtual void f(); }`, and of `struct E : A, virtual V { int e; }`, where `A` has a virtual function and an `int`.
#[test]
fn microsofts_pointer_to_virtual_bases_is_no_padding() {
    let mut types = Types::new();
    let int = types.add(Type::Scalar(Scalar::Int));
    let table = types.add(Type::VtablePointer);
    let pointer = || Member {
        role: Role::VtablePointer,
        ..Member::new("_vptr", table)
    };
    let mut class = |members: Vec<Member>, has_virtual_function| {
        types.add(Record {
            members,
            class: Some(Class {
                has_virtual_function,
                ..Class::NO_POD
            }),
            ..Record::new(RecordKind::Struct)
        })
    };
    let v = class(vec![Member::new("v", int)], false);
    let a = class(vec![pointer(), Member::new("a", int)], true);
    let [b, c] = [false, true].map(|has_virtual_function| {
        let members = vec![Member::virtual_base(v), pointer(), Member::new("c", int)];
        class(members, has_virtual_function)
    });
    let e = vec![
        Member::base(a),
        Member::virtual_base(v),
        Member::new("e", int),
    ];
    let e = class(e, false);
    let octets = |hole: &Hole| (hole.bit_offset / 8, hole.bit_size / 8);
    for (abi, id, size, pointer, padding) in [
        ("x86_64-windows", b, 24, None, vec![(12, 4), (20, 4)]),
        (
            "x86_64-windows",
            c,
            32,
            Some((8, 8)),
            vec![(20, 4), (28, 4)],
        ),
        ("i386-windows", c, 16, Some((4, 4)), vec![]),
        (
            "x86_64-windows",
            e,
            40,
            Some((16, 8)),
            vec![(28, 4), (36, 4)],
        ),
        ("i386-windows", e, 20, Some((8, 4)), vec![]),
        ("x86_64-sysv", e, 24, None, vec![(20, 4)]),
    ] {
        let layout = lay_out(Abis::builtin().get(abi).unwrap(), &types, id).unwrap();
        assert_eq!(layout.size, size, "{abi}");
        assert_eq!(layout.base_pointer.as_ref().map(octets), pointer, "{abi}");
        let holes: Vec<_> = layout.padding.iter().map(octets).collect();
        assert_eq!(holes, padding, "{abi}");
    }
}

/// By go 1.19 (gc): `unsafe.Offsetof` and `unsafe.Sizeof` on each.
#[test]
fn go_aligns_nothing_to_more_than_a_word_and_pads_a_last_field_of_no_size() {
    let mut types = Types::new();
    let octet = Type::Scalar(Scalar::Int8);
    let wide = number(Number::Int64, Rules::Go);
    let short = Type::Scalar(Scalar::Int16);
    let p = record(&mut types, Rules::Go, &[octet.clone(), wide, short]);
    let complex = number(Number::Complex128, Rules::Go);
    let q = record(&mut types, Rules::Go, &[octet, complex]);
    let nothing = Type::Record(Record {
        rules: Rules::Go,
        ..Record::new(RecordKind::Struct)
    });
    let z = record(
        &mut types,
        Rules::Go,
        &[Type::Scalar(Scalar::Int32), nothing],
    );
    for (abi, of_p, of_q) in [
        ("i386-sysv", (16, vec![0, 4, 12]), (20, vec![0, 4])),
        ("arm-aapcs", (16, vec![0, 4, 12]), (20, vec![0, 4])),
        ("mips-o32-be", (16, vec![0, 4, 12]), (20, vec![0, 4])),
        ("mips-o32-le", (16, vec![0, 4, 12]), (20, vec![0, 4])),
        ("x86_64-sysv", (24, vec![0, 8, 16]), (24, vec![0, 8])),
        ("aarch64-aapcs64", (24, vec![0, 8, 16]), (24, vec![0, 8])),
        ("s390x-elf", (24, vec![0, 8, 16]), (24, vec![0, 8])),
        ("powerpc64-elfv2", (24, vec![0, 8, 16]), (24, vec![0, 8])),
    ] {
        assert_eq!(lies(abi, &types, p), of_p, "{abi}");
        assert_eq!(lies(abi, &types, q), of_q, "{abi}");
        assert_eq!(lies(abi, &types, z), (8, vec![0, 4]), "{abi}");
    }
    // None of these is in `go tool dist list`.
    for abi in [
        "avr-gcc",
        "arm-bare",
        "arm-aapcs-be",
        "xtensa-lx106",
        "powerpc-sysv",
        "m68k-sysv",
        "riscv32-ilp32d",
        "mips-n32-be",
        "sparc64-sysv",
        "aarch64-be",
        "x86_64-x32",
    ] {
        let refused = lay_out(Abis::builtin().get(abi).unwrap(), &types, p).unwrap_err();
        assert!(refused.to_string().contains("no port"), "{abi}: {refused}");
    }
}

/// By rustc 1.95: constant assertions, and `data-layout` of its targets.
#[test]
fn rust_aligns_its_numbers_as_its_targets_say_and_nothing_takes_no_room() {
    let mut types = Types::new();
    let octet = Type::Scalar(Scalar::Int8);
    let after = |types: &mut Types, kind| {
        let kinds = [octet.clone(), number(kind, Rules::Rust)];
        record(types, Rules::Rust, &kinds)
    };
    let (int64, int128) = (
        after(&mut types, Number::Int64),
        after(&mut types, Number::Int128),
    );
    let (float, double) = (
        after(&mut types, Number::Float32),
        after(&mut types, Number::Float64),
    );
    let offset = |abi: &str, types: &Types, id| lies(abi, types, id).1.last().copied();
    for (abi, of_int64, of_int128) in [
        ("x86_64-sysv", 8, 16),
        ("i386-sysv", 4, 16),
        ("aarch64-aapcs64", 8, 16),
        ("powerpc64-elfv1", 8, 16),
        ("riscv64-lp64d", 8, 16),
        ("mips-n64-be", 8, 16),
        ("s390x-elf", 8, 8),
        ("powerpc-sysv", 8, 8),
        ("arm-bare", 8, 8),
        ("mips-o32-be", 8, 8),
        ("riscv32-ilp32d", 8, 8),
        ("m68k-sysv", 4, 4),
        ("x86_64-windows", 8, 16),
        ("i386-windows", 8, 16),
    ] {
        assert_eq!(offset(abi, &types, int64), Some(of_int64), "{abi}");
        assert_eq!(offset(abi, &types, int128), Some(of_int128), "{abi}");
    }
    assert_eq!(lies("m68k-sysv", &types, int64), (12, vec![0, 4]));
    assert_eq!(lies("m68k-sysv", &types, float), (8, vec![0, 4]));
    assert_eq!(lies("m68k-sysv", &types, double), (16, vec![0, 8]));
    let nothing = record(&mut types, Rules::Rust, &[]);
    for abi in Abis::builtin().iter() {
        assert_eq!(
            lies(abi.name(), &types, nothing),
            (0, vec![]),
            "{}",
            abi.name()
        );
    }
}

/// By GNAT 12.2 (`-gnatR2`, and the objects) on x86_64, i686, powerpc, s390x and m68k.
#[test]
fn components_that_a_clause_places_are_there_on_every_machine() {
    let mut types = Types::new();
    let kinds = [Type::Scalar(Scalar::Int16), Type::Scalar(Scalar::Int32)];
    let by_itself = record(&mut types, Rules::Ada, &kinds);
    let with = |types: &mut Types, kinds: &[Type], places: &[u64]| {
        let id = record(types, Rules::Ada, kinds);
        if let Some(Type::Record(record)) = types.get(id) {
            let record = Record {
                placed: Some(places.to_vec()),
                ..record.clone()
            };
            types.replace(id, Type::Record(record));
        }
        id
    };
    let far = with(&mut types, &kinds, &[0, 64]);
    let octet_last = [Type::Scalar(Scalar::Int8), Type::Scalar(Scalar::Int32)];
    let reversed = with(&mut types, &octet_last, &[32, 0]);
    let too_near = with(&mut types, &kinds, &[0, 16]);
    for (abi, of_itself, of_reversed) in [
        ("x86_64-sysv", (8, vec![0, 4]), 8),
        ("i386-sysv", (8, vec![0, 4]), 8),
        ("powerpc-sysv", (8, vec![0, 4]), 8),
        ("s390x-elf", (8, vec![0, 4]), 8),
        ("m68k-sysv", (6, vec![0, 2]), 6),
    ] {
        assert_eq!(lies(abi, &types, by_itself), of_itself, "{abi}");
        assert_eq!(lies(abi, &types, far), (12, vec![0, 8]), "{abi}");
        assert_eq!(
            lies(abi, &types, reversed),
            (of_reversed, vec![4, 0]),
            "{abi}"
        );
        assert_eq!(lies(abi, &types, too_near), (6, vec![0, 2]), "{abi}");
    }
}

/// By Free Pascal 3.2.2 on x86_64 and i386: `record a: byte; b: int64 end`.
#[test]
fn pascal_aligns_a_number_to_its_size() {
    let mut types = Types::new();
    let wide = number(Number::Int64, Rules::Pascal);
    let r = record(
        &mut types,
        Rules::Pascal,
        &[Type::Scalar(Scalar::Int8), wide],
    );
    for abi in ["x86_64-sysv", "i386-sysv"] {
        assert_eq!(lies(abi, &types, r), (16, vec![0, 8]), "{abi}");
    }
}

/// By rustc 1.95: `c_enum_min_bits` of its targets, and `size_of` on those that have a standard library.
#[test]
fn an_enumeration_of_rust_with_repr_c_is_as_short_as_c_has_it() {
    let mut types = Types::new();
    let octets = types.add(Scalar::Int32);
    let fixed = Enum {
        fixed: Some(octets),
        ..Enum::new(0, 2)
    };
    let as_c = types.add(Type::Enum(Enum::new(0, 2)));
    let wide = types.add(Type::Enum(Enum::new(1, 0x7fff_ffff)));
    let as_integer = types.add(Type::Enum(fixed.clone()));
    let either = types.add(Type::Enum(Enum {
        may_be_c: true,
        ..fixed
    }));
    for (abi, size) in [
        ("x86_64-sysv", 4),
        ("arm-bare", 1),
        ("arm-aapcs", 4),
        ("avr-gcc", 2),
        ("hexagon-linux", 1),
        ("s390x-elf", 4),
        ("powerpc-sysv", 4),
        ("x86_64-windows", 4),
        ("wasm32", 4),
    ] {
        assert_eq!(lies(abi, &types, as_c).0, size, "{abi}");
        assert_eq!(lies(abi, &types, wide).0, 4, "{abi}");
        assert_eq!(lies(abi, &types, as_integer).0, 4, "{abi}");
        let abi = Abis::builtin().get(abi).unwrap();
        assert_eq!(
            lay_out(abi, &types, either).is_ok(),
            size == 4,
            "{}",
            abi.name()
        );
    }
}

/// By rustc 1.95: the sizes and offsets of `repr(C) struct { u8, c_long }` and `{ u8, c_int }` on targets with a standard library, else by `core::ffi` and the `data-layout`.
#[test]
fn a_c_long_of_rust_is_as_wide_as_cs_and_aligned_as_rusts() {
    let mut types = Types::new();
    let octet = Type::Scalar(Scalar::Int8);
    let long = number(Number::C(Scalar::Long), Rules::Rust);
    let declared = types.add(number(Number::Int64, Rules::Rust));
    let either = types.add(Type::Untraced {
        declared,
        may_be: vec![long.clone()],
        why: "`i64` or `c_long`".to_owned(),
    });
    let int = number(Number::C(Scalar::Int), Rules::Rust);
    let of_long = record(&mut types, Rules::Rust, &[octet.clone(), long]);
    let of_int = record(&mut types, Rules::Rust, &[octet, int]);
    for (abi, of, is_same) in [
        ("x86_64-sysv", (16, vec![0, 8]), true),
        ("i386-sysv", (8, vec![0, 4]), false),
        ("arm-aapcs", (8, vec![0, 4]), false),
        ("powerpc-sysv", (8, vec![0, 4]), false),
        ("s390x-elf", (16, vec![0, 8]), true),
        ("powerpc64-elfv1", (16, vec![0, 8]), true),
        ("x86_64-windows", (8, vec![0, 4]), false),
        ("m68k-sysv", (6, vec![0, 2]), false),
        ("avr-gcc", (5, vec![0, 1]), false),
    ] {
        assert_eq!(lies(abi, &types, of_long), of, "{abi}");
        let row = Abis::builtin().get(abi).unwrap();
        assert_eq!(lay_out(row, &types, either).is_ok(), is_same, "{abi}");
    }
    assert_eq!(lies("m68k-sysv", &types, of_int), (6, vec![0, 2]));
    assert_eq!(lies("avr-gcc", &types, of_int), (3, vec![0, 1]));
    assert_eq!(lies("s390x-elf", &types, of_int), (8, vec![0, 4]));
}

/// A class of these bases and fields.
fn class(types: &mut Types, class: Class, bases: &[TypeId], fields: &[Scalar]) -> TypeId {
    let bases = bases.iter().map(|&base| Member::base(base));
    let mut members: Vec<Member> = bases.collect();
    for (&scalar, name) in fields.iter().zip('a'..) {
        let kind = types.add(scalar);
        members.push(Member::new(name.to_string(), kind));
    }
    types.add(Record {
        members,
        class: Some(class),
        ..Record::new(RecordKind::Struct)
    })
}

/// By g++ 12.2 and clang++ 14 (`-fdump-record-layouts`) on each.
#[test]
fn windows_keeps_empty_bases_apart_and_no_tail_is_reused_there() {
    let mut types = Types::new();
    let pod = Class::POD;
    let (one, other) = (
        class(&mut types, pod, &[], &[]),
        class(&mut types, pod, &[], &[]),
    );
    let no_pod = Class::NO_POD;
    let price = class(&mut types, no_pod, &[one, other], &[Scalar::Int16]);
    let twice = class(&mut types, no_pod, &[one], &[]);
    let conflict = class(&mut types, no_pod, &[twice, one], &[Scalar::Char]);
    let hidden = [Scalar::Int8, Scalar::Int32, Scalar::Int64, Scalar::Bool];
    let base = class(&mut types, no_pod, &[], &hidden);
    let more = [Scalar::Int8, Scalar::Int16];
    let message = class(&mut types, no_pod, &[base], &more);
    let plain = class(&mut types, pod, &[], &hidden);
    let of_plain = class(&mut types, no_pod, &[plain], &more);
    for (abi, of_price, of_message, of_of_plain) in [
        (
            "x86_64-sysv",
            (2, vec![0]),
            (24, vec![17, 18]),
            (32, vec![24, 26]),
        ),
        (
            "i386-sysv",
            (2, vec![0]),
            (20, vec![17, 18]),
            (24, vec![20, 22]),
        ),
        (
            "s390x-elf",
            (2, vec![0]),
            (24, vec![17, 18]),
            (32, vec![24, 26]),
        ),
        (
            "mips-o32-be",
            (2, vec![0]),
            (24, vec![17, 18]),
            (32, vec![24, 26]),
        ),
        (
            "m68k-sysv",
            (2, vec![0]),
            (18, vec![15, 16]),
            (20, vec![16, 18]),
        ),
        (
            "x86_64-mingw",
            (2, vec![0]),
            (24, vec![17, 18]),
            (32, vec![24, 26]),
        ),
        (
            "x86_64-windows",
            (4, vec![2]),
            (32, vec![24, 26]),
            (32, vec![24, 26]),
        ),
        (
            "i386-windows",
            (4, vec![2]),
            (32, vec![24, 26]),
            (32, vec![24, 26]),
        ),
    ] {
        assert_eq!(lies(abi, &types, price), of_price, "{abi}");
        assert_eq!(lies(abi, &types, message), of_message, "{abi}");
        assert_eq!(lies(abi, &types, of_plain), of_of_plain, "{abi}");
        assert_eq!(lies(abi, &types, one), (1, vec![]), "{abi}");
    }
    // The second of one kind has another address.
    let layout = lay_out(
        Abis::builtin().get("x86_64-sysv").unwrap(),
        &types,
        conflict,
    )
    .unwrap();
    let places = layout.members.iter().map(|member| member.bit_offset / 8);
    assert_eq!(
        (layout.size, places.collect::<Vec<_>>()),
        (2, vec![0, 1, 0])
    );
}
