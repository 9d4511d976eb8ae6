//! Alignments that a declaration asks for: what the compiler writes of them is what it has, and where it writes nothing none is told.

use std::fmt::Write as _;

use crossum_layout::dwarf;
use crossum_layout::fit::{self, Alignments};
use crossum_layout::{Abis, Layouts};

use crate::compiled::{Compiler, HOST};

/// Records that an attribute aligns, and some that none does.
const DECLARED: &[(&str, &str)] = &[
    ("two", "{ char a, b; } __attribute__((aligned(2)))"),
    ("four", "{ short a, b; } __attribute__((aligned(4)))"),
    ("eight", "{ int a, b; } __attribute__((aligned(8)))"),
    ("text", "{ char a[8]; } __attribute__((aligned(8)))"),
    ("twelve", "{ int a[3]; } __attribute__((aligned(8)))"),
    (
        "sixteen",
        "{ long long a, b; } __attribute__((aligned(16)))",
    ),
    ("member", "{ char a[4] __attribute__((aligned(8))); }"),
    ("around", "{ struct eight a; int b[4]; }"),
    ("plain", "{ char a; short b[2]; char c; }"),
    ("odd", "{ char a[3]; }"),
];

/// The names of those whose alignment an object of a compiler leaves open; those that it tells are as the compiler has them.
fn untold(compiler: Compiler, options: &[&str]) -> Option<String> {
    let what = format!("{compiler} {options:?}");
    let mut source = String::new();
    for (name, body) in DECLARED {
        let _ = writeln!(source, "struct {name} {body};\nstruct {name} a_{name};");
    }
    let octets = match compiler.object("c", &source, options) {
        Ok(octets) => octets,
        Err(why) => {
            why.name(&what, compiler.program);
            return None;
        }
    };
    let mut program = dwarf::read(&octets).expect("a program");
    let table = Abis::builtin();
    let fit = fit::best(&mut program, table, &[], &Alignments::default()).expect("an ABI");
    let layouts = Layouts::where_read(&fit.own[0].abi, &program.types);
    let mut untold = Vec::new();
    for (name, _) in DECLARED {
        let name = format!("struct {name}");
        let kind = program.of_name(&name).next().expect("a type").kind;
        if !layouts.tells_alignment(kind) {
            untold.push(name.trim_start_matches("struct ").to_owned());
            continue;
        }
        let layout = layouts.of(kind).expect("a layout");
        let _ = writeln!(
            source,
            "_Static_assert(_Alignof({name}) == {}, \"{name}\");",
            layout.align
        );
    }
    let agrees = compiler.object("c", &source, &[]);
    assert!(agrees.is_ok(), "{what}: {agrees:?}");
    Some(untold.join(" "))
}

#[test]
fn an_alignment_that_a_file_does_not_tell_is_left_open() {
    let gcc = |program| Compiler { program, args: &[] };
    let windows = Compiler {
        program: "clang",
        args: &["--target=x86_64-pc-windows-msvc", "-gcodeview"],
    };
    // What is a multiple of twice what its members ask for.
    let any = "two four eight text twelve sixteen member around plain";
    let as_integers = "two four eight text around plain";
    let strict: &[&str] = &["-gstrict-dwarf", "-gdwarf-4"];
    for (compiler, options, open) in [
        (gcc("gcc"), &["-g"][..], ""),
        (gcc("gcc"), strict, any),
        (gcc("gcc"), &["-gstrict-dwarf", "-gdwarf-5"], ""),
        (gcc("m68k-linux-gnu-gcc"), &["-g"], ""),
        (gcc("aarch64-linux-gnu-gcc"), &["-g"], ""),
        (
            gcc("aarch64-linux-gnu-gcc"),
            &["-g", "-mstrict-align"],
            "two four eight text sixteen around plain",
        ),
        (gcc("mips-linux-gnu-gcc"), &["-g"], as_integers),
        (gcc("arm-linux-gnueabihf-gcc"), &["-g"], as_integers),
        (
            gcc("riscv64-linux-gnu-gcc"),
            &["-g"],
            "two four eight text sixteen around plain",
        ),
        (gcc("sh4-linux-gnu-gcc"), &["-g"], "two four"),
        (gcc("clang"), &["-g"], ""),
        (gcc("avr-gcc"), &["-gdwarf"], any),
        (windows, &["-g"], any),
    ] {
        if let Some(untold) = untold(compiler, options) {
            assert_eq!(untold, open, "{compiler} {options:?}");
        }
    }
}

/// A number of octets in several spellings, less than `long double` is aligned to where the source was read and more than on i686: there it alone decides. `KNOWN` is a number by a name, which the text does not show.
#[test]
fn an_alignment_is_what_the_source_asks_for_and_not_what_a_member_had_where_it_was_read() {
    const ASKED: [(&str, bool); 8] = [
        ("8", true),
        ("8u", true),
        ("0x8", true),
        ("010", true),
        ("1 << 3", true),
        ("(2 + 2) * 2", true),
        ("2 * sizeof(char[4])", true),
        ("KNOWN", false),
    ];
    let mut source = "enum { KNOWN = 8 };\n".to_owned();
    for (at, (asked, _)) in ASKED.iter().enumerate() {
        let _ = writeln!(
            source,
            "struct s{at} {{ long double d; char c; }} __attribute__((aligned({asked}))) v{at};"
        );
    }
    let octets = HOST.object("c", &source, &["-g"]).expect("an object");
    let mut program = dwarf::read(&octets).expect("a program");
    let mut told = Alignments::default();
    told.read_source(&program, &source);
    let table = Abis::builtin();
    let i686 = table.get("i386-sysv").expect("an ABI");
    let fit = fit::best(&mut program, table, &[i686], &told).expect("an ABI");
    let layouts = Layouts::new(i686, &program.types);
    for (at, (asked, is_shown)) in ASKED.iter().enumerate() {
        let name = format!("struct s{at}");
        let kind = program.of_name(&name).next().expect("a type").kind;
        let about = fit.about(&program.types, kind);
        assert_eq!(about.is_empty(), *is_shown, "aligned({asked}): {about:?}");
        let layout = layouts.of(kind).expect("a layout");
        // i686-linux-gnu-gcc 12: 16 and 8 of each.
        if *is_shown {
            assert_eq!((layout.size, layout.align), (16, 8), "aligned({asked})");
        }
    }
}
