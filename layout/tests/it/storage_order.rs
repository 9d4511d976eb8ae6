//! `scalar_storage_order`: what of a record it swaps, by the octets that compilers write.

use crossum_layout::abi::ByteOrder;
use crossum_layout::dwarf::{self, Program};
use crossum_layout::fit::{self, Alignments};
use crossum_layout::types::{Type, TypeId};
use crossum_layout::{Abi, Abis, Layouts};
use object::{Object as _, ObjectSection as _, ObjectSymbol as _};

use crate::compiled::{Compiler, HOST};

const SOURCE: &str = r#"
enum colour { red, blue = 0x01020304 };
struct __attribute__((scalar_storage_order("big-endian"))) be { short s; enum colour e; int n[2]; char c; void *p; };
struct __attribute__((scalar_storage_order("little-endian"))) le { short s; enum colour e; int n[2]; char c; void *p; };
struct plain { short s; enum colour e; };
const struct be b = { 0x0102, blue, { 0x01020304, 0 }, 1, 0 };
const struct le l = { 0x0102, blue, { 0x01020304, 0 }, 1, 0 };
struct plain p;
"#;

/// The compilers of a little-endian machine and of two big-endian ones.
const COMPILERS: [&str; 3] = ["gcc", "s390x-linux-gnu-gcc", "powerpc-linux-gnu-gcc"];

/// The octets of a constant at an offset.
fn octets(object: &[u8], symbol: &str, at: usize, count: usize) -> Vec<u8> {
    let file = object::File::parse(object).expect("an object");
    let named = |found: &object::Symbol<'_, '_>| found.name() == Ok(symbol);
    let symbol = file.symbols().find(named).expect("the constant");
    let section = symbol.section_index().expect("a section");
    let section = file.section_by_index(section).expect("a section");
    let start = usize::try_from(symbol.address()).expect("an offset") + at;
    section.data().expect("octets")[start..start + count].to_vec()
}

/// The order that a member's type names, through arrays.
fn order(program: &Program, mut id: TypeId) -> Option<ByteOrder> {
    loop {
        match program.types.get(id) {
            Some(Type::Array { element: of, .. } | Type::Aligned { of, .. }) => id = *of,
            Some(Type::Ordered { order, .. }) => return Some(*order),
            _ => return None,
        }
    }
}

#[test]
fn numbers_and_enumerations_are_swapped_and_pointers_and_octets_are_not() {
    for program in COMPILERS {
        let compiler = Compiler { program, args: &[] };
        let object = match compiler.object("c", SOURCE, &["-g"]) {
            Ok(object) => object,
            Err(why) => {
                why.name(program, program);
                continue;
            }
        };
        let mut read = dwarf::read(&object).expect("a program");
        let mut told = Alignments::default();
        told.read_source(&read, SOURCE);
        let all: Vec<&Abi> = Abis::builtin().iter().collect();
        let fit = fit::best(&mut read, Abis::builtin(), &all, &told).expect("a row");
        assert!(fit.unread.is_empty(), "{program}");
        for (name, symbol, of) in [("be", "b", ByteOrder::Big), ("le", "l", ByteOrder::Little)] {
            let kind = read.of_name(name).next().expect("the type").kind;
            let layouts = Layouts::as_declared(&fit.own[0].abi, &read.types);
            let layout = layouts.of(kind).expect("a layout");
            let place = |member: &str| {
                let placed = layout.member(member).expect("a member");
                let at = usize::try_from(placed.bit_offset / 8).expect("an offset");
                (order(&read, placed.kind), at)
            };
            let mut short = vec![1, 2];
            let mut int = vec![1, 2, 3, 4];
            if of == ByteOrder::Little {
                short.reverse();
                int.reverse();
            }
            for (member, found) in [("s", &short), ("e", &int), ("n", &int)] {
                let (order, at) = place(member);
                assert_eq!(order, Some(of), "{member} of {name}, {program}");
                let found_there = octets(&object, symbol, at, found.len());
                assert_eq!(&found_there, found, "{member} of {name}, {program}");
            }
            assert_eq!(place("c").0, None, "{program}");
            assert_eq!(place("p").0, None, "{program}");
        }
        let plain = read.of_name("plain").next().expect("the type").kind;
        let Some(Type::Record(record)) = read.types.get(plain) else {
            panic!("no record");
        };
        let ordered = record
            .members
            .iter()
            .filter_map(|member| order(&read, member.kind));
        assert_eq!(ordered.count(), 0, "{program}");
    }
}

/// Without the source it shows where the order is not the machine's, and there enumerations are swapped all the same.
#[test]
fn debug_information_tells_an_order_that_is_not_the_machines() {
    let object = HOST
        .object("c", SOURCE, &["-g"])
        .expect("the compiler of this machine");
    let program = dwarf::read(&object).expect("a program");
    let of = |name: &str| {
        let kind = program.of_name(name).next().expect("the type").kind;
        match program.types.get(kind) {
            Some(Type::Record(record)) => record
                .members
                .iter()
                .map(|member| order(&program, member.kind))
                .collect::<Vec<_>>(),
            other => panic!("{name}: {other:?}"),
        }
    };
    let (swapped, own) = if cfg!(target_endian = "little") {
        ("be", "le")
    } else {
        ("le", "be")
    };
    let order = if swapped == "be" {
        Some(ByteOrder::Big)
    } else {
        Some(ByteOrder::Little)
    };
    assert_eq!(of(swapped), [order, order, order, None, None]);
    assert_eq!(of(own), [None; 5]);
}

/// LDC and Zig write the alignment of every member: by ldc 1.30 and zig 0.17.1 the second lies at 4 on i686.
#[test]
fn an_alignment_that_a_compiler_writes_everywhere_asks_for_nothing() {
    const SOURCE: &str =
        "struct e { unsigned char a; unsigned long long b __attribute__((aligned(8))); } e;";
    let object = HOST
        .object("c", SOURCE, &["-g"])
        .expect("the compiler of this machine");
    let i386 = Abis::builtin().get("i386-sysv").expect("a row");
    for (producer, offset) in [("GNU C17 ", 8), ("LDC 1.30", 4), ("zig 0.17", 4)] {
        let place = object.windows(8).position(|at| at == b"GNU C17 ");
        let place = place.expect("the name of the compiler");
        let mut object = object.clone();
        object[place..place + 8].copy_from_slice(producer.as_bytes());
        if producer.starts_with("zig") {
            // Which has other names for its integers. A shorter one ends with its 0.
            put(&mut object, b"unsigned char\0", b"u8\0");
            put(&mut object, b"long long unsigned int\0", b"u64\0");
        }
        let program = dwarf::read(&object).expect("a program");
        let kind = program.of_name("e").next().expect("the type").kind;
        let layouts = Layouts::new(i386, &program.types);
        let layout = layouts.of(kind).expect("a layout");
        assert_eq!(
            layout.member("b").expect("a member").offset(),
            Some(offset),
            "{producer}"
        );
    }
}

/// Puts octets in the place of others, of which there are as many or more.
fn put(object: &mut [u8], old: &[u8], new: &[u8]) {
    let place = object.windows(old.len()).position(|at| at == old);
    let place = place.expect("a name in the debug information");
    object[place..place + new.len()].copy_from_slice(new);
}
