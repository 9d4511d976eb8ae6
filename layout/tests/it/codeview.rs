//! Types as CodeView has them, against the DWARF that the same compiler writes of them; and a PDB that a linker made.

use std::collections::BTreeMap;
use std::path::Path;

use crossum_layout::dwarf::{self, ObservedMember, Program};
use crossum_layout::fit::{self, Alignments};
use crossum_layout::{Abi, Abis, Layouts};

use crate::compiled::{Compiler, formatted};

const SOURCE: &str = r"
namespace a {
struct B { int x; };
class D : public B { public: D(); virtual void f(); char c; long long y; private: short z; };
struct E {}; template<class T> struct W { T t; char c; };
enum class K : unsigned char { A, B }; enum O { P, Q = -3 };
struct F : E { int q; }; struct G : F { char t; ~G(); }; struct V : virtual B { int k; };
}
struct U { int i; wchar_t w; unsigned short u; bool b; a::K k; a::O o; int &ref; int (*fp)(int); double d;
           unsigned long long n; char16_t c16; float f[2][3]; long l; signed char sc; int bf : 3; unsigned bg : 7; long long bh : 40; };
#pragma pack(push, 1)
struct Pk { char c; int i; short s; };
#pragma pack(pop)
struct T { int n; char tail[]; };
typedef struct { int m; struct { char z; } in; } anon_t;
U *u; a::D d; a::W<long> w; a::E e; a::F f; a::G g; a::V v; Pk pk; anon_t at; T *t; int use() { return sizeof(*u) + sizeof(*t); }
";

const NAMES: &[&str] = &[
    "a::B",
    "a::D",
    "a::E",
    "a::F",
    "a::G",
    "a::V",
    "a::W<long>",
    "a::K",
    "a::O",
    "U",
    "Pk",
    "T",
    "anon_t",
];

const TARGETS: [(&[&str], &str); 3] = [
    (&["--target=x86_64-pc-windows-msvc"], "x86_64-windows"),
    (&["--target=i686-pc-windows-msvc"], "i386-windows"),
    (&["--target=aarch64-pc-windows-msvc"], "aarch64-windows"),
];

fn program(args: &'static [&'static str], format: &str) -> Option<Program> {
    let compiler = Compiler {
        program: "clang",
        args,
    };
    match compiler.object("cc", SOURCE, &["-g", format, "-fstandalone-debug"]) {
        Ok(octets) => Some(dwarf::read(&octets).expect("a program")),
        Err(why) => {
            why.name(&format!("{compiler} {format}"), "clang");
            None
        }
    }
}

/// How the types lie in their file, by their names.
fn observed(program: &Program) -> BTreeMap<String, (u64, Vec<ObservedMember>)> {
    let named = program.named.iter().filter_map(|named| {
        let observed = program.observed.get(&named.kind)?;
        let lies = (observed.size, observed.members.clone());
        Some((named.name.to_string(), lies))
    });
    named.collect()
}

#[test]
fn what_both_formats_tell_is_the_same() {
    for (args, own) in TARGETS {
        let (Some(codeview), Some(dwarf)) = (program(args, "-gcodeview"), program(args, "-gdwarf"))
        else {
            continue;
        };
        assert_eq!(codeview.machine, dwarf.machine);
        let (by_codeview, by_dwarf) = (observed(&codeview), observed(&dwarf));
        for name in NAMES {
            assert_eq!(by_codeview.get(*name), by_dwarf.get(*name), "{own}: {name}");
            assert!(by_codeview.contains_key(*name), "{own}: {name}");
        }
        let abis: Vec<&Abi> = Abis::builtin().iter().collect();
        let (mut codeview, mut dwarf) = (codeview, dwarf);
        let table = Abis::builtin();
        let of = |program: &mut Program| {
            fit::best(program, table, &abis, &Alignments::default()).expect("an ABI")
        };
        let (by_codeview, by_dwarf) = (of(&mut codeview), of(&mut dwarf));
        assert_eq!(by_codeview.own[0].abi.name(), own);
        let (mut decided, mut same) = (0, 0);
        for name in NAMES {
            let one = codeview.of_name(name).next().expect("a type").kind;
            let other = dwarf.of_name(name).next().expect("a type").kind;
            // Where it was compiled it lies as it was read.
            let there = Layouts::as_declared(&by_codeview.own[0].abi, &codeview.types);
            let size = there
                .of(one)
                .unwrap_or_else(|why| panic!("{name}: {why}"))
                .size;
            assert_eq!(size, codeview.observed[&one].size, "{own}: {name}");
            for abi in &abis {
                let (here, there) = (
                    Layouts::new(abi, &codeview.types),
                    Layouts::new(abi, &dwarf.types),
                );
                let is_open = |fit: &fit::Fit, program: &Program, kind| {
                    let mut about = fit.about(&program.types, kind).into_iter();
                    about.any(|of| of.abis.contains(abi.name()))
                };
                if is_open(&by_codeview, &codeview, one) || is_open(&by_dwarf, &dwarf, other) {
                    continue;
                }
                let (Ok(here), Ok(there)) = (here.of(one), there.of(other)) else {
                    continue;
                };
                decided += 1;
                let is_same = here.to_string() == there.to_string();
                assert!(is_same, "{own}: {name} on {}: {here}\n{there}", abi.name());
                same += usize::from(is_same);
            }
        }
        assert!(decided > 300 && decided == same, "{own}: {decided}");
    }
}

#[test]
fn what_codeview_does_not_tell_is_undecided_by_its_name() {
    let Some(mut program) = program(TARGETS[0].0, "-gcodeview") else {
        return;
    };
    let table = Abis::builtin();
    let elf = table.get("x86_64-sysv").expect("a row");
    let small = table.get("i386-sysv").expect("a row");
    fit::best(&mut program, table, &[elf, small], &Alignments::default()).expect("an ABI");
    let kind = program.of_name("U").next().expect("a type").kind;
    let why = |abi| match Layouts::new(abi, &program.types).of(kind) {
        Ok(layout) => layout.to_string(),
        Err(why) => why.to_string(),
    };
    let said = why(elf);
    assert!(said.contains("`double` may be `long double`"), "{said}");
    let kind = program.of_name("a::D").next().expect("a type").kind;
    let layout = Layouts::new(elf, &program.types);
    assert_eq!(layout.of(kind).expect("a layout").size, 32);
    let said = Layouts::new(small, &program.types);
    let said = said.of(kind).expect_err("undecided").to_string();
    assert!(
        said.contains("`long long` may be `int64_t` or `ptrdiff_t`"),
        "{said}"
    );
}

/// gcc on x86_64 gives `V` 16 octets: a pointer, `k`, `x`. Microsoft's DWARF has no member for it.
#[test]
fn a_pointer_to_virtual_bases_is_there_on_every_abi() {
    for format in ["-gcodeview", "-gdwarf"] {
        let Some(mut program) = program(TARGETS[0].0, format) else {
            continue;
        };
        let table = Abis::builtin();
        let elf = table.get("x86_64-sysv").expect("a row");
        let own = table.get("x86_64-windows").expect("a row");
        fit::best(&mut program, table, &[elf], &Alignments::default()).expect("an ABI");
        let kind = program.of_name("a::V").next().expect("a type").kind;
        let places = |abi| {
            let layouts = Layouts::new(abi, &program.types);
            let layout = layouts.of(kind).expect("a layout");
            let members = layout.members.iter();
            let places = members.map(|of| of.bit_offset / 8).collect::<Vec<_>>();
            (layout.size, places)
        };
        assert_eq!(places(elf), (16, vec![0, 8, 12]), "{format}");
        assert_eq!(places(own), (24, vec![0, 8, 16]), "{format}");
    }
}

/// A file of `layout/tests/files/pdb`, whose `make.sh` says what made it.
fn file(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files/pdb");
    std::fs::read(folder.join(name)).expect("a committed file")
}

#[test]
fn a_pdb_has_the_types_of_all_units() {
    let program = dwarf::read(&file("wire.pdb")).expect("a program");
    assert_eq!(program.machine.processor(), "X86_64");
    let names = [
        "struct all",
        "struct packet_t",
        "wire::message",
        "wire::differs",
        "union either",
        "enum kind",
        "number",
    ];
    // What else a number may be called is not the question here.
    let text = formatted(&program, &names).replace(" or 1 of C's", "");
    let mut lines: Vec<_> = text.lines().collect();
    lines.sort_unstable();
    let packet = "Struct { op int8, length int, at Struct { x short, y short } }";
    let all = format!(
        "struct all: Struct {{ c char, k enum -7..=0, name [4]short, d Struct {{ a int }}, u Union {{ i int, s short }}, a:3 int, b:9 int, next pointer, packet {packet} }}"
    );
    let header = "Struct { kind int8, length int }";
    let message = format!("wire::message: Struct {{ _ {header}, id short, list [2]{header} }}");
    assert_eq!(
        lines,
        [
            "enum kind: enum -7..=0",
            "number: int",
            &all,
            &format!("struct packet_t: {packet}"),
            "union either: Union { i int, s short }",
            "wire::differs: Struct { a int, b int }",
            &message,
        ]
    );
    // Of C and of C++, of one name: both are told, and where.
    let differing: Vec<_> = program.of_name("differs").collect();
    let places: Vec<_> = differing.iter().flat_map(|of| &of.declared).collect();
    let places: Vec<_> = places.iter().map(|of| of.to_string()).collect();
    let last = |place: &String| {
        place
            .rsplit(['/', '\\'])
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let places: Vec<_> = places.iter().map(last).collect();
    assert_eq!(places, ["one.c:2", "two.cpp:7"]);
}

#[test]
fn a_program_says_which_pdb_is_its() {
    let links = dwarf::links(&file("wire.exe")).expect("links");
    let pdb = links.pdb.expect("a PDB");
    assert_eq!(pdb.file, "wire.pdb");
    assert!(!links.has_types);
    let links = dwarf::links(&file("wire.pdb")).expect("links");
    assert_eq!((links.id, links.has_types), (pdb.id, true));
    let error = dwarf::read(&file("wire.exe"))
        .expect_err("no types")
        .to_string();
    assert!(error.contains("in `wire.pdb`"), "{error}");
}

/// Reads within what the file's size allows; whether there was a program.
fn is_read(octets: &[u8]) -> bool {
    let mut is_read = false;
    let cost = allocation_counter::measure(|| is_read = dwarf::read(octets).is_ok());
    assert!(
        cost.count_total <= octets.len() as u64,
        "{}",
        cost.count_total
    );
    let most = 64 * octets.len() as u64 + (1 << 20);
    assert!(cost.bytes_max <= most, "{}", cost.bytes_max);
    is_read
}

#[test]
fn a_damaged_pdb_ends_in_a_program_or_an_error() {
    let whole = file("wire.pdb");
    let (mut programs, mut errors) = (0, 0);
    let mut count = |octets: &[u8]| match is_read(octets) {
        true => programs += 1,
        false => errors += 1,
    };
    // Most of it is nothing.
    let filled = whole.iter().enumerate().filter(|(_, octet)| **octet != 0);
    for (place, _) in filled.step_by(7) {
        let mut damaged = whole.clone();
        damaged[place] ^= [0x01, 0x10, 0xff][place % 3];
        count(&damaged);
    }
    for end in (509..whole.len()).step_by(509) {
        count(&whole[..end]);
    }
    assert!(programs > 100 && errors > 100, "{programs} {errors}");
}

#[test]
fn damaged_codeview_ends_in_a_program_or_an_error() {
    let compiler = Compiler {
        program: "clang",
        args: TARGETS[0].0,
    };
    let whole = match compiler.object("cc", SOURCE, &["-g", "-gcodeview", "-fstandalone-debug"]) {
        Ok(octets) => octets,
        Err(why) => return why.name("clang -gcodeview", "clang"),
    };
    let start = whole
        .windows(4)
        .position(|of| of == [4, 0, 0, 0])
        .expect("CodeView");
    let (mut programs, mut errors) = (0, 0);
    // Each place would take half a minute.
    for place in (start..whole.len()).step_by(5) {
        let mut damaged = whole.clone();
        damaged[place] ^= [0x01, 0x10, 0xff][place % 3];
        match is_read(&damaged) {
            true => programs += 1,
            false => errors += 1,
        }
        // Each refers to one list of fields, or to itself.
        if place + 4 <= whole.len() {
            damaged = whole.clone();
            damaged[place..place + 4].copy_from_slice(&[0x08, 0x10, 0, 0]);
            is_read(&damaged);
        }
    }
    assert!(programs > 100 && errors > 100, "{programs} {errors}");
}
