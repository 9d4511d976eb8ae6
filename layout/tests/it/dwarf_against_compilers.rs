//! The reader of debug information against every compiler here: what it says of a member is compared with a constant of the same object in which that member, and nothing else, is all ones.

use crossum_layout::abi::ByteOrder;
use crossum_layout::dwarf::{self, Program};
use crossum_layout::types::Type;
use object::{Object as _, ObjectSection as _, ObjectSymbol as _};

use crate::compiled::{COMPILERS, Compiler, HOST, formatted};

/// Declared as a C library and the kernel's headers do it, but without their files: not every compiler has some.
const SOURCE: &str = r#"
#line 1 "/usr/include/bits/types.h"
typedef __INT8_TYPE__ int8_t; typedef __UINT16_TYPE__ __uint16_t; typedef __uint16_t uint16_t;
typedef __INT32_TYPE__ int32_t; typedef __UINT64_TYPE__ uint64_t; typedef unsigned int __u32; typedef __u32 __be32;
typedef __SIZE_TYPE__ size_t; typedef long __time_t; typedef __time_t time_t; typedef __WCHAR_TYPE__ wchar_t;
#line 7 "case.c"
typedef uint64_t aligned_u64 __attribute__((aligned(8)));
typedef long long loose __attribute__((aligned(2)));

struct args { long arg1, arg2; };
struct numbers { char c; long long ll; signed char sc; short s; unsigned char uc; int i; unsigned long ul; unsigned short us; _Bool b; void *p; };
struct fixed { int8_t a; uint16_t b; int32_t c; uint64_t d; __be32 e; size_t f; time_t g; wchar_t h; };
struct floats { float f; double d; long double ld; _Complex float cf; };
struct packed { char c; int i; short s; long long ll; } __attribute__((packed));
struct bits { unsigned a : 3; int b : 7; unsigned : 5; long long c : 33; unsigned char d : 4; char e; unsigned short f : 9; };
struct packed_bits { unsigned a : 3; int b : 30; unsigned c : 12; unsigned long long d : 50; } __attribute__((packed));
union both { int i; unsigned f : 5; char c[9]; struct { short x; short y : 6; }; };
enum small { A, B = 300 }; enum negative { N = -1, M = 5 }; enum shortest { P, Q = 200 } __attribute__((packed));
enum wide { W = 0x7fffffffffffLL };
struct enums { enum small s; enum negative n; enum shortest p; enum wide w; enum small f : 11; };
struct flexible { int n; struct args all[]; };
struct zero { int n; int z[0]; };
struct arrays { char c; int m[2][3][4]; short s[5]; };
struct list { struct list *next; void (*call)(int); const char *name; struct unknown *u; };
struct aligned { char c; int a __attribute__((aligned(16))); char b; };
struct very_aligned { char c; } __attribute__((aligned(32)));
struct through { char c; aligned_u64 a; loose b; loose d[2]; };
typedef struct { int x; enum { X1, X2 } k; } unnamed;
struct nest { char c; struct packed p; unnamed a; union { char q; struct { char r; long s; }; }; };
"#;

/// The same from every machine: the graph has no sizes.
const FORMATTED: &str = "\
struct aligned: Struct { c char, a int aligned 16, b char }
struct args: Struct { arg1 long, arg2 long }
struct arrays: Struct { c char, m [2][3][4]int, s [5]short }
struct bits: Struct { a:3 int, b:7 int, c:33 long-long, d:4 int8, e char, f:9 short }
union both: Union { i int, f:5 int, c [9]char, _ Struct { x short, y:6 short } }
struct enums: Struct { s enum 0..=300, n enum -1..=5, p enum 0..=200 packed, w enum 140737488355327..=140737488355327, f:11 enum 0..=300 }
struct fixed: Struct { a int8, b int16, c int32, d int64, e big-endian int32, f size_t, g time_t, h wchar }
struct flexible: Struct { n int, all []Struct { arg1 long, arg2 long } }
struct floats: Struct { f float, d double, ld long-double, cf Complex(Float) }
struct list: Struct { next pointer, call pointer, name pointer, u pointer }
struct nest: Struct { c char, p Struct { c char, i int, s short, ll long-long }, a Struct { x int, k enum 0..=1 }, _ Union { q char, _ Struct { r char, s long } } }
struct numbers: Struct { c char, ll long-long, sc int8, s short, uc int8, i int, ul long, us short, b bool, p pointer }
struct packed: Struct { c char, i int, s short, ll long-long }
struct packed_bits: Struct { a:3 int, b:30 int, c:12 int, d:50 long-long }
struct through: Struct { c char, a int64 aligned 8, b long-long aligned 2, d [2]long-long aligned 2 }
unnamed: Struct { x int, k enum 0..=1 }
struct very_aligned: Struct { c char } aligned 32
struct zero: Struct { n int, z [0]int }
";

/// Members that can be all ones: not those of `_Bool` and floating types.
const MEMBERS: &[(&str, &[&str])] = &[
    ("struct args", &["arg1", "arg2"]),
    (
        "struct numbers",
        &["c", "ll", "sc", "s", "uc", "i", "ul", "us", "p"],
    ),
    ("struct fixed", &["a", "b", "c", "d", "e", "f", "g", "h"]),
    ("struct packed", &["c", "i", "s", "ll"]),
    ("struct bits", &["a", "b", "c", "d", "e", "f"]),
    ("struct packed_bits", &["a", "b", "c", "d"]),
    ("union both", &["i", "f"]),
    ("struct enums", &["s", "n", "p", "w", "f"]),
    ("struct flexible", &["n"]),
    ("struct zero", &["n"]),
    ("struct arrays", &["c"]),
    ("struct list", &["next", "call", "name", "u"]),
    ("struct aligned", &["c", "a", "b"]),
    ("struct very_aligned", &["c"]),
    ("struct through", &["c", "a", "b"]),
    ("unnamed", &["x", "k"]),
    ("struct nest", &["c"]),
];

/// Every type once, so that compilers tell it, and each member by itself.
fn source() -> String {
    let mut source = SOURCE.to_owned();
    for (index, (name, members)) in MEMBERS.iter().enumerate() {
        for member in *members {
            source += &format!(
                "const {name} ones_{index}_{member} = {{ .{member} = (__typeof__(1 ? (({name} *)0)->{member} : 0))-1ll }};\n"
            );
        }
    }
    source + "struct floats floats;\n"
}

/// What is wrong with what was read of an object.
fn wrong(octets: &[u8], program: &Program) -> Vec<String> {
    let names: Vec<&str> = FORMATTED
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, _)| name)
        .collect();
    let mut wrong = Vec::new();
    let formatted = formatted(program, &names);
    for (is, expected) in formatted.lines().zip(FORMATTED.lines()) {
        if is != expected {
            wrong.push(format!("read {is}\nexpected {expected}"));
        }
    }
    if formatted.lines().count() != FORMATTED.lines().count() {
        wrong.push(format!("read {formatted}"));
    }
    for (index, (name, members)) in MEMBERS.iter().enumerate() {
        for member in *members {
            let read = place(program, name, member);
            let ones = ones(octets, program, name, &format!("ones_{index}_{member}"));
            if read != ones {
                wrong.push(format!(
                    "{name}.{member}: read {read:?}, its ones are {ones:?}"
                ));
            }
        }
    }
    wrong
}

/// First bit and number of bits, as they were read.
fn place(program: &Program, name: &str, member: &str) -> Option<(u64, u64)> {
    let named = program.of_name(name).next()?;
    let Some(Type::Record(record)) = program.types.get(named.kind) else {
        return None;
    };
    let is_it = |of: &crossum_layout::types::Member| of.name.as_deref() == Some(member);
    let index = record.members.iter().position(is_it)?;
    let observed = program.observed.get(&named.kind)?.members.get(index)?;
    Some((observed.bit_offset, observed.bit_size?))
}

/// First bit and number of bits of the ones in a constant of a type; `None` unless they are one run.
fn ones(octets: &[u8], program: &Program, name: &str, constant: &str) -> Option<(u64, u64)> {
    let size = program
        .observed
        .get(&program.of_name(name).next()?.kind)?
        .size;
    let file = object::File::parse(octets).ok()?;
    let symbol = file.symbols().find(|symbol| {
        symbol
            .name()
            .is_ok_and(|name| name == constant || name.strip_prefix('_') == Some(constant))
    })?;
    let section = file.section_by_index(symbol.section_index()?).ok()?;
    let start = usize::try_from(symbol.address().checked_sub(section.address())?).ok()?;
    let end = start + usize::try_from(size).ok()?;
    let bits = section
        .data()
        .ok()?
        .get(start..end)?
        .iter()
        .flat_map(|octet| {
            (0..8).map(move |bit| match program.machine.byte_order {
                ByteOrder::Little => octet >> bit & 1,
                ByteOrder::Big => octet << bit >> 7,
            })
        });
    let bits: Vec<u8> = bits.collect();
    let first = bits.iter().position(|&bit| bit == 1)?;
    let run = bits.iter().skip(first).take_while(|&&bit| bit == 1).count();
    let all = bits.iter().filter(|&&bit| bit == 1).count();
    (run == all).then_some(())?;
    Some((first as u64, run as u64))
}

/// Reads what a compiler makes of the source; `None` where it cannot be asked.
fn check(compiler: Compiler, version: &str) -> Option<Vec<String>> {
    let args = ["-g", version, "-fno-common", "-fno-section-anchors"];
    let args = if compiler.program == "clang" {
        &args[..3]
    } else {
        &args[..]
    };
    match compiler.object("c", &source(), args) {
        Ok(octets) => Some(match dwarf::read(&octets) {
            Ok(program) => wrong(&octets, &program),
            Err(error) => vec![error.to_string()],
        }),
        Err(why) => {
            why.name(&format!("{compiler} {version}"), compiler.program);
            None
        }
    }
}

#[test]
fn every_compiler_here_is_read_alike_and_as_it_lays_out() {
    let mut failures = Vec::new();
    let mut read = 0;
    for &compiler in COMPILERS {
        for version in ["-gdwarf-2", "-gdwarf-3", "-gdwarf-4", "-gdwarf-5"] {
            let Some(wrong) = check(compiler, version) else {
                continue;
            };
            read += 1;
            failures.extend(
                wrong
                    .iter()
                    .map(|wrong| format!("{compiler} {version}: {wrong}")),
            );
        }
    }
    println!("{read} objects were read");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    let host = check(HOST, "-gdwarf-5");
    assert_eq!(host, Some(Vec::new()), "the compiler of this machine");
}
