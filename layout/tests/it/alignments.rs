//! Alignments that a declaration asks for: what the compiler writes of them is what it has, and where it writes nothing none is told.

use std::fmt::Write as _;

use crossum_layout::dwarf::{self, Program};
use crossum_layout::fit::{self, Alignments, Fit};
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

fn on_i386(source: &str, options: &[&str], reads: bool) -> Option<(Program, Fit)> {
    fitted_for("i386-sysv", source, options, reads)
}

/// A program of x86_64's gcc, fitted for another ABI with or without its source, or `None` where there is no such compiler.
fn fitted_for(there: &str, source: &str, options: &[&str], reads: bool) -> Option<(Program, Fit)> {
    let gcc = Compiler {
        program: "gcc",
        args: &[],
    };
    let octets = match gcc.object("c", source, options) {
        Ok(octets) => octets,
        Err(why) => {
            why.name("gcc with alignments", gcc.program);
            return None;
        }
    };
    let mut program = dwarf::read(&octets).expect("a program");
    let mut told = Alignments::default();
    if reads {
        told.read_source(&program, source);
    }
    let there = Abis::builtin().get(there)?;
    let fit = fit::best(&mut program, Abis::builtin(), &[there], &told).expect("an ABI");
    if fit.own[0].abi.name() != "x86_64-sysv" {
        crate::tools::not_done("gcc for x86_64", "this machine is another");
        return None;
    }
    Some((program, fit))
}

#[test]
fn where_an_alignment_that_is_not_told_would_move_something_the_type_is_ambiguous() {
    let mut source = String::new();
    for (name, body) in [
        // 16 octets here; on i386 8, or 16 by aligned(16).
        ("moves", "{ long a; int b; }"),
        ("around", "{ struct moves a[2]; }"),
        ("stays", "{ int a, b; }"),
        // It lies at 8, and so aligned(16) is none of it.
        ("shown", "{ long a; char b; }"),
        ("shows", "{ long a; struct shown b; }"),
    ] {
        let _ = writeln!(source, "struct {name} {body};\nstruct {name} a_{name};");
    }
    let strict = ["-gstrict-dwarf", "-gdwarf-4"];
    let Some((program, fit)) = on_i386(&source, &strict, false) else {
        return;
    };
    let i386 = Abis::builtin().get("i386-sysv").expect("a row");
    let layouts = Layouts::new(i386, &program.types);
    for (name, is_ambiguous, is_told) in [
        ("struct moves", true, true),
        ("struct around", true, true),
        ("struct stays", false, false),
        ("struct shown", false, true),
        ("struct shows", false, true),
    ] {
        let kind = program.of_name(name).next().expect("a type").kind;
        let about = fit.about(&program.types, kind);
        assert_eq!(!about.is_empty(), is_ambiguous, "{name}: {about:?}");
        assert_eq!(layouts.tells_alignment(kind), is_told, "{name}");
    }
}

/// GCC writes down that all of it is aligned to 8: because of the pointer, as `aligned(8)` would. What in it is aligned to 4 asks for nothing more.
#[test]
fn an_alignment_of_something_in_a_record_is_none_of_the_record() {
    let source = "struct s { int a; void *p; struct __attribute__((aligned(4))) { char b; _Alignas(4) char c[4]; }; int d; _Alignas(4) char e[3]; };
        struct s s;";
    let i386 = Abis::builtin().get("i386-sysv").expect("a row");
    for (reads, told) in [(true, Some(4)), (false, None)] {
        let Some((program, fit)) = on_i386(source, &["-g"], reads) else {
            return;
        };
        let kind = program.of_name("struct s").next().expect("a type").kind;
        assert!(fit.about(&program.types, kind).is_empty(), "{reads}");
        let layouts = Layouts::new(i386, &program.types);
        let align = layouts.of(kind).expect("a layout").align;
        let align = layouts.tells_alignment(kind).then_some(align);
        assert_eq!(align, told, "{reads}");
        let own = Layouts::where_read(&fit.own[0].abi, &program.types);
        assert!(own.tells_alignment(kind), "{reads}");
    }
}

/// Taken as packed, for that explains it; `#pragma pack(2)` and `#pragma pack(4)` do, too.
#[test]
fn a_record_that_is_explained_in_two_ways_has_no_alignment_that_is_told() {
    let source = "#pragma pack(2)\nstruct s { double a; int b; double c; };\nstruct s s;";
    let Some((program, fit)) = on_i386(source, &["-g"], false) else {
        return;
    };
    let kind = program.of_name("struct s").next().expect("a type").kind;
    let own = Layouts::where_read(&fit.own[0].abi, &program.types);
    assert!(!own.tells_alignment(kind));
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

/// By armv7's gcc 12.2: here the pointer aligns as much as the `long long` would if it were not packed.
#[test]
fn what_the_source_packs_in_one_of_several_ways_does_not_lie_as_if_it_packed_nothing() {
    let source = "struct s { union __attribute__((aligned(4))) { void *p; unsigned long long f __attribute__((packed, aligned(2))); }; };
        struct around { char c; struct s s; char d; };
        struct around around;";
    let Some((program, fit)) = fitted_for("arm-aapcs", source, &["-g"], true) else {
        return;
    };
    let arm = Abis::builtin().get("arm-aapcs").expect("a row");
    let layouts = Layouts::new(arm, &program.types);
    for (name, size, align) in [("struct s", 8, 4), ("struct around", 16, 4)] {
        let kind = program.of_name(name).next().expect("a type").kind;
        let layout = layouts.of(kind).expect("a layout");
        let about = fit.about(&program.types, kind);
        let is_open = about.iter().any(|of| of.abis.contains("arm-aapcs"));
        assert!(is_open || layout.size == size, "{name}: {}", layout.size);
        let is_told = layouts.tells_alignment(kind) && !is_open;
        assert!(
            !is_told || layout.align == align,
            "{name}: {}",
            layout.align
        );
    }
}
