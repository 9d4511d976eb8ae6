//! What is said to lie alike does so: types by chance, on every ABI of the table. No compiler is asked.

use crossum_layout::abi::{Abi, Abis, Number, Scalar, Typedef};
use crossum_layout::types::{
    Class, Enum, Member, Record, RecordKind, Role, Rules, Type, TypeId, Types,
};
use crossum_layout::{Alike, Layouts};

use crate::random_types::generate::{Chance, into};

const TYPES: usize = 20;

/// Types of C that some ABI has, and made of them those of other languages.
fn by_chance() -> Types {
    let mut chance = Chance::new(7);
    let mut types = Types::new();
    // Each generator has the types of one ABI: of __int128, of Microsoft's bit-fields, ...
    for abi in Abis::builtin().iter() {
        for _ in 0..TYPES {
            into(&mut types, &mut chance, abi);
        }
    }
    let ids: Vec<(TypeId, Type)> = types.all().map(|(id, kind)| (id, kind.clone())).collect();
    for (id, kind) in ids {
        match kind {
            Type::Scalar(_) if chance.once_in(6) => {
                let other = elsewhere(&mut types, &mut chance, &kind);
                types.replace(id, other);
            }
            Type::Record(mut record) if chance.once_in(2) => {
                record.rules = *chance.one_of(&[
                    Rules::C,
                    Rules::Rust,
                    Rules::Go,
                    Rules::Ada,
                    Rules::Pascal,
                    Rules::Zig,
                ]);
                let is_class = record.kind == RecordKind::Struct && chance.once_in(2);
                record.class = is_class.then(|| class(&mut chance));
                types.replace(id, Type::Record(record));
                if is_class {
                    derived(&mut types, &mut chance, id);
                }
            }
            _ => {}
        }
    }
    types
}

fn class(chance: &mut Chance) -> Class {
    let mut class = Class::NO_POD;
    class.is_pod = chance.once_in(2);
    class.is_pod_by_clang = chance.once_in(2);
    class.is_pod_undefaulted = chance.once_in(2);
    class.is_pod_11 = chance.once_in(2);
    class
}

/// One that has this class for a base, and one with a virtual function, where a table comes first.
fn derived(types: &mut Types, chance: &mut Chance, base: TypeId) {
    let letter = types.add(Scalar::Char);
    let table = types.add(Type::VtablePointer);
    for has_table in [false, true] {
        let mut record = Record::new(RecordKind::Struct);
        let mut class = class(chance);
        class.has_virtual_function = has_table;
        record.class = Some(class);
        if has_table {
            let mut pointer = Member::unnamed(table);
            pointer.role = Role::VtablePointer;
            record.members.push(pointer);
        }
        record.members.push(match chance.once_in(3) {
            true => Member::virtual_base(base),
            false => Member::base(base),
        });
        record.members.push(Member::new("letter", letter));
        types.add(Type::Record(record));
    }
}

/// What a scalar may be instead.
fn elsewhere(types: &mut Types, chance: &mut Chance, kind: &Type) -> Type {
    let name = *chance.one_of(Typedef::ALL);
    let of = types.add(kind.clone());
    match chance.below(8) {
        0..=2 => Type::Typedef(name),
        3 => Type::Either {
            name,
            declared: of,
            why: String::new(),
        },
        4 => Type::Untraced {
            declared: of,
            may_be: vec![Type::Typedef(name), Type::Scalar(Scalar::Long)],
            why: String::new(),
        },
        5 => Type::Atomic { of },
        6 => {
            let mut values = Enum::new(0, 300);
            values.fixed = Some(of);
            values.may_be_c = chance.once_in(2);
            Type::Enum(values)
        }
        _ => Type::Number {
            kind: *chance.one_of(&[
                Number::Int64,
                Number::Int128,
                Number::Float32,
                Number::Float64,
                Number::C(Scalar::Long),
            ]),
            rules: *chance.one_of(&[Rules::Rust, Rules::Go, Rules::Pascal, Rules::C]),
        },
    }
}

#[test]
fn what_is_said_to_lie_alike_does() {
    let types = by_chance();
    let abis: Vec<&Abi> = Abis::builtin().iter().collect();
    let alike = Alike::new(abis.iter().copied(), &types);
    let layouts: Vec<Layouts<'_>> = abis.iter().map(|abi| Layouts::new(abi, &types)).collect();
    let (mut compared, mut of_records) = (0_usize, 0_usize);
    for (id, kind) in types.all() {
        let firsts = alike.firsts([id]);
        assert_eq!(firsts.len(), abis.len());
        for ((on, first), abi) in layouts.iter().zip(firsts.iter()).zip(&abis) {
            let of_first = &layouts[*first];
            if of_first.abi().name() == abi.name() {
                continue;
            }
            let names = format!("{} and {}: {kind:?}", of_first.abi().name(), abi.name());
            assert_eq!(of_first.of(id), on.of(id), "{names}");
            compared += 1;
            of_records += usize::from(matches!(kind, Type::Record(_)));
        }
    }
    // Of 80 ABIs half and more lie like another, records with bit-fields among them.
    assert!(compared > 40 * types.len(), "{compared}");
    assert!(of_records > 20_000, "{of_records}");
}

#[test]
fn only_what_a_type_asks_about_tells_abis_apart() {
    let abi = |name| Abis::builtin().get(name).expect("a row");
    let mut types = Types::new();
    let short = types
        .structure()
        .field("a", Scalar::Char)
        .field("b", Scalar::Short)
        .add();
    let long = types
        .structure()
        .field("a", Scalar::Char)
        .field("b", Scalar::Long)
        .add();
    let float = types
        .structure()
        .field("a", Scalar::Char)
        .field("b", Scalar::LongDouble)
        .add();
    let time = types.structure().field("a", Typedef::Time).add();
    let int = types.add(Scalar::Int);
    let mut bits = Record::new(RecordKind::Struct);
    bits.members.push(Member::new("b", int).bits(3));
    bits.members.push(Member::unnamed(int).bits(0));
    let bits = types.add(bits);
    for (one, other, id, is_alike) in [
        ("x86_64-sysv", "x86_64-windows", short, false),
        ("x86_64-sysv", "x86_64-mingw", short, false),
        ("x86_64-sysv", "aarch64-aapcs64", long, true),
        ("x86_64-sysv", "aarch64-aapcs64", float, true),
        ("x86_64-sysv", "aarch64-aapcs64", bits, false),
        ("x86_64-sysv", "s390x-elf", long, true),
        ("x86_64-sysv", "s390x-elf", float, false),
        ("i386-sysv", "arm-aapcs", long, true),
        ("i386-sysv", "arm-aapcs", time, true),
        ("i386-sysv", "m68k-sysv", long, false),
        ("i386-sysv", "m68k-sysv", short, true),
    ] {
        let firsts = Alike::new([abi(one), abi(other)], &types).firsts([id]);
        assert_eq!(firsts[1] == 0, is_alike, "{one} and {other}, {id:?}");
    }
}

#[test]
fn a_type_of_many_others_asks_what_any_of_them_asks() {
    let abi = |name| Abis::builtin().get(name).expect("a row");
    // What is in others comes behind them, deeper than what is waited for.
    let mut types = Types::new();
    let ids: Vec<TypeId> = (0..100).map(|_| types.add(Scalar::Char)).collect();
    for (outer, inner) in ids.iter().zip(&ids[1..]) {
        let mut record = Record::new(RecordKind::Struct);
        record.members.push(Member::new("in", *inner));
        types.replace(*outer, Type::Record(record));
    }
    types.replace(ids[99], Type::Scalar(Scalar::Long));
    for first in [ids[0], ids[90]] {
        let firsts = Alike::new([abi("x86_64-sysv"), abi("i386-sysv")], &types).firsts([first]);
        assert_eq!(*firsts, [0, 1]);
    }
}
