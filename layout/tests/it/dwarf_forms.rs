//! The reader of debug information against the ways in which it is packed: type units, compressed sections, split files, 64-bit offsets, archives, executables, several units.

use std::fmt::Write as _;
use std::path::Path;

use crossum_layout::dwarf::{self, Problem, Program, ReadError};
use crossum_layout::{Abis, lay_out};

use crate::compiled::{Compiler, HOST, formatted, run};

const SOURCE: &str = r"
struct inner { char c; long l; };
enum kind { ONE, TWO };
union either { int i; struct inner s; };
typedef struct { struct inner in; enum kind k; union either u; } outer;
outer value; int main(void) { return value.k; }
";

const NAMES: &[&str] = &["struct inner", "enum kind", "union either", "outer"];

const FORMATTED: &str = "\
union either: Union { i int, s Struct { c char, l long } }
struct inner: Struct { c char, l long }
enum kind: enum 0..=1
outer: Struct { in Struct { c char, l long }, k enum 0..=1, u Union { i int, s Struct { c char, l long } } }
";

const BIG: Compiler = Compiler {
    program: "s390x-linux-gnu-gcc",
    args: &[],
};
const CLANG: Compiler = Compiler {
    program: "clang",
    args: &["--target=x86_64-linux-gnu"],
};

/// Whose format has no flag for a packed section, and no groups of sections.
const WINDOWS: Compiler = Compiler {
    program: "x86_64-w64-mingw32-gcc",
    args: &[],
};

const WASM: Compiler = Compiler {
    program: "clang",
    args: &["--target=wasm32"],
};

fn read(octets: &[u8]) -> Program {
    dwarf::read(octets).expect("a program")
}

/// Every name once, and nothing else about it.
fn check(octets: &[u8], what: &str) {
    let program = read(octets);
    assert_eq!(
        sorted(&formatted(&program, NAMES)),
        sorted(FORMATTED),
        "{what}"
    );
}

fn sorted(lines: &str) -> Vec<&str> {
    let mut lines: Vec<_> = lines.lines().collect();
    lines.sort_unstable();
    lines
}

#[test]
fn however_it_is_packed_the_same_is_read() {
    let ways: &[&[&str]] = &[
        &["-gdwarf-4", "-fdebug-types-section"],
        &["-gdwarf-5", "-fdebug-types-section"],
        &["-g", "-gz=zlib"],
        &["-g", "-gz=zlib-gnu"],
        &["-g", "-gz=zstd"],
        &["-gdwarf-4", "-gdwarf64"],
        &["-gdwarf-5", "-gdwarf64"],
        &["-g", "-gstrict-dwarf", "-gdwarf-2"],
        &["-g3"],
        &["-g", "-O2"],
    ];
    for compiler in [HOST, BIG, CLANG, WASM, WINDOWS] {
        let mut read = 0;
        for way in ways {
            let what = format!("{compiler} {way:?}");
            match compiler.object("c", SOURCE, way) {
                Ok(octets) => {
                    check(&octets, &what);
                    read += 1;
                }
                Err(why) => why.name(&what, compiler.program),
            }
        }
        // Some do not know every way, but none knows only a few.
        assert!(read == 0 || read > 5, "{compiler}: {read}");
    }
}

#[test]
fn split_debug_information_is_read_from_the_half_that_has_it() {
    for version in ["-gdwarf-4", "-gdwarf-5"] {
        for types in ["-fno-debug-types-section", "-fdebug-types-section"] {
            let directory = directory_with(&[("case.c", SOURCE)]);
            gcc(
                directory.path(),
                &[version, "-gsplit-dwarf", types, "-c", "case.c"],
            );
            let object = octets(directory.path(), "case.o");
            let error = dwarf::read(&object).expect_err("no types");
            assert!(
                matches!(&error.problem, Problem::Split { file } if file == "case.dwo"),
                "{error}"
            );
            check(
                &octets(directory.path(), "case.dwo"),
                &format!("{version} {types}"),
            );
        }
    }
}

#[test]
fn an_archive_an_executable_and_a_library_are_read_as_their_objects_are() {
    let other = "struct other { short s; } other; struct inner { char c; long l; } inner;";
    let directory = directory_with(&[
        ("case.c", SOURCE),
        ("other.c", other),
        ("note.txt", "a note"),
    ]);
    let folder = directory.path();
    gcc(folder, &["-g", "-fPIC", "-c", "case.c", "other.c"]);
    gcc(folder, &["-g", "case.o", "other.o", "-o", "program"]);
    gcc(
        folder,
        &["-shared", "case.o", "other.o", "-o", "library.so"],
    );
    let archived = run(
        "ar",
        &["rc", "all.a", "case.o", "note.txt", "other.o"],
        folder,
    );
    assert!(archived.expect("ar").status.success());
    for file in ["program", "library.so", "all.a"] {
        let octets = octets(folder, file);
        check(&octets, file);
        let program = read(&octets);
        assert_eq!(program.of_name("struct other").count(), 1, "{file}");
        let inner = program.of_name("struct inner").next().expect("a type");
        let places: Vec<_> = inner
            .declared
            .iter()
            .map(|place| place.to_string())
            .collect();
        let at = |place: &str| folder.join(place).display().to_string();
        assert_eq!(places, [at("case.c:2"), at("other.c:1")], "{file}");
    }
}

#[test]
fn one_name_with_different_contents_is_told_as_variants() {
    let directory = directory_with(&[
        (
            "a.c",
            "struct twice { int a; } a; struct packed { char c; int i; } p;",
        ),
        (
            "b.c",
            "struct twice { long a; } b; struct packed { char c; int i; } __attribute__((packed)) q;",
        ),
        ("c.c", "struct twice { int a; } c;"),
    ]);
    gcc(
        directory.path(),
        &[
            "-g", "-shared", "-fPIC", "a.c", "b.c", "c.c", "-o", "all.so",
        ],
    );
    let program = read(&octets(directory.path(), "all.so"));
    let twice = formatted(&program, &["struct twice"]);
    assert_eq!(
        sorted(&twice),
        [
            "struct twice: Struct { a int }",
            "struct twice: Struct { a long }"
        ]
    );
    // Only where they lie differs.
    let sizes: Vec<_> = program
        .of_name("struct packed")
        .map(|named| program.observed[&named.kind].size)
        .collect();
    assert_eq!(sizes, [8, 5]);
}

/// gcc writes what comes out of attributes, Clang what was asked for.
#[test]
fn what_was_asked_of_an_alignment_is_told_from_what_came_out() {
    let source = r"
typedef __UINT64_TYPE__ uint64_t; typedef uint64_t aligned_u64 __attribute__((aligned(8)));
struct packed { char c; aligned_u64 a; } __attribute__((packed));
struct own { char c; } __attribute__((aligned(8)));
struct inherited { char c; struct own o; };
struct around { struct own o; long double d; };
struct packed p; struct inherited i; struct around a;
";
    let names = [
        "struct packed",
        "struct own",
        "struct inherited",
        "struct around",
    ];
    let gcc = read(&HOST.object("c", source, &["-g"]).expect("an object"));
    let own = "Struct { c char } aligned 8";
    let packed = "Struct { c char, a int64 aligned 8 packed }";
    assert_eq!(
        sorted(&formatted(&gcc, &names)),
        [
            &format!("struct around: Struct {{ o {own}, d long-double }} aligned 16"),
            &format!("struct inherited: Struct {{ c char, o {own} }}"),
            &format!("struct own: {own}"),
            &format!("struct packed: {packed}"),
        ]
    );
    let align = |name| gcc.observed[&gcc.of_name(name).next().expect(name).kind].align;
    assert_eq!(align("struct inherited"), Some(8));
    assert_eq!(align("struct around"), Some(16));
    match CLANG.object("c", source, &["-g"]) {
        Ok(octets) => {
            let clang = formatted(&read(&octets), &names);
            assert!(clang.contains("d long-double }\n"), "{clang}");
            assert!(clang.contains(&format!("struct own: {own}")), "{clang}");
        }
        Err(why) => why.name(&CLANG.to_string(), CLANG.program),
    }
}

#[test]
fn enumerators_have_their_names_and_signs() {
    let source = "enum e { LOW = -3, NEXT, HIGH = 250 } e; enum u { TOP = 0xffffffff } u;";
    let folder = directory_with(&[("e.c", source)]);
    gcc(folder.path(), &["-g", "-c", "e.c", "-o", "e.o"]);
    let program = read(&octets(folder.path(), "e.o"));
    let names = |name: &str| -> Vec<(String, i128)> {
        let named = program.of_name(name).next().unwrap();
        let enumerators = program.enumerators[&named.kind].iter();
        enumerators
            .map(|one| (one.name.to_string(), one.value))
            .collect()
    };
    let expected = [("LOW", -3), ("NEXT", -2), ("HIGH", 250)];
    assert_eq!(
        names("enum e"),
        expected.map(|(name, value)| (name.to_owned(), value))
    );
    assert_eq!(names("enum u"), [("TOP".to_owned(), 0xffff_ffff)]);
}

#[test]
fn only_what_is_wanted_is_read() {
    let octets = HOST.object("c", SOURCE, &["-g"]).expect("an object");
    let mut asked = Vec::new();
    let program = dwarf::read_where(&octets, |declaration| {
        asked.push(declaration.name.to_string());
        declaration.name.to_string() == "union either"
    });
    let program = program.expect("a program");
    assert_eq!(
        formatted(&program, NAMES),
        "union either: Union { i int, s Struct { c char, l long } }\n"
    );
    asked.sort_unstable();
    assert_eq!(
        asked,
        ["enum kind", "outer", "struct inner", "union either"]
    );
}

#[test]
fn what_cannot_be_read_is_told_with_what_was_found() {
    let error = |octets: &[u8]| dwarf::read(octets).expect_err("an error").to_string();
    let begins = |octets: &[u8], with: &str| {
        let said = error(octets);
        assert!(said.starts_with(with), "{said}");
    };
    begins(b"", "found an empty file, expected an object file");
    begins(
        b"#include <stdio.h>\n",
        "found text that begins with `#include <stdio.`",
    );
    begins(&[0, 1, 2, 255], "found a file that begins with 00 01 02 ff");
    begins(b"!<thin>\n", "a thin archive");
    for (octets, said) in [
        (
            &b"\x1f\x8b\x08\x00"[..],
            "found a file packed by gzip, expected DWARF: `gzip -d`",
        ),
        (
            b"\xfd7zXZ\0\0\x04",
            "found a file packed by xz, expected DWARF: `xz -d`",
        ),
        (
            b"\x28\xb5\x2f\xfd\x24",
            "found a file packed by zstd, expected DWARF: `zstd -d`",
        ),
        (
            b"BC\xc0\xde5\x14",
            "found LLVM's bitcode, which `clang -flto` makes",
        ),
        (
            b"Microsoft C/C++ program database 2.00\r\n",
            "found a PDB of before 2002",
        ),
        (
            b"Microsoft C/C++ MSF 7.00\r\n\x1aDS\0\0\0",
            "PDB at 0x0: found too few octets",
        ),
        (
            b"!<arch>\ndebian-binary   1342943816  0",
            "found a Debian package, expected DWARF: `dpkg-deb -x",
        ),
    ] {
        begins(octets, said);
    }
    let bare = HOST.object("c", SOURCE, &["-g0"]).expect("an object");
    let said = error(&bare);
    assert!(
        said.starts_with("no debug information: found sections .text, "),
        "{said}"
    );
    begins(
        b"!<arch>\n",
        "no debug information: found an archive without object files",
    );
}

#[test]
fn debug_information_of_other_formats_is_named_with_what_to_do() {
    let clang = |target: &'static [&'static str]| Compiler {
        program: "clang",
        args: target,
    };
    let avr = Compiler {
        program: "avr-gcc",
        args: &[],
    };
    for (compiler, args, said) in [
        (
            avr,
            &["-gstabs"][..],
            "another format, stabs, expected DWARF: compile with -gdwarf",
        ),
        (
            clang(&["--target=x86_64-linux-gnu"]),
            &["-g", "-flto"],
            "LLVM's bitcode",
        ),
        (HOST, &["-gctf"], "another format, CTF"),
        (
            HOST,
            &["-flto", "-fno-fat-lto-objects"],
            "GCC's LTO without debug information",
        ),
    ] {
        match compiler.object("c", SOURCE, args) {
            Ok(octets) => {
                let error = dwarf::read(&octets).expect_err("no DWARF").to_string();
                assert!(error.contains(said), "{compiler} {args:?}: {error}");
            }
            Err(why) => why.name(&format!("{compiler} {args:?}"), compiler.program),
        }
    }
}

#[test]
fn objects_for_a_later_link_have_the_types_of_others() {
    for args in [
        &["-g", "-flto", "-fno-fat-lto-objects"][..],
        &["-g", "-flto", "-ffat-lto-objects"],
        &["-gdwarf-4", "-flto", "-fno-fat-lto-objects"],
    ] {
        let octets = HOST.object("c", SOURCE, args).expect("an object");
        check(&octets, &format!("{args:?}"));
    }
}

#[test]
fn members_of_an_archive_that_have_no_dwarf_are_named() {
    let directory = directory_with(&[
        ("case.c", SOURCE),
        ("other.c", "struct other { short s; } other;"),
        ("bare.c", "int bare;"),
    ]);
    let folder = directory.path();
    gcc(folder, &["-g", "-c", "case.c"]);
    gcc(folder, &["-c", "bare.c"]);
    let args = ["--target=x86_64-linux-gnu", "-g", "-flto", "-c", "other.c"];
    match run("clang", &args, folder) {
        Ok(output) if output.status.success() => {}
        other => panic!("clang {args:?}: {other:?}"),
    }
    let archived = run(
        "ar",
        &["rcS", "all.a", "case.o", "other.o", "bare.o"],
        folder,
    );
    assert!(archived.expect("ar").status.success());
    let octets = octets(folder, "all.a");
    check(&octets, "all.a");
    let unread: Vec<_> = read(&octets)
        .unread
        .iter()
        .map(ToString::to_string)
        .collect();
    let [other, bare] = unread.as_slice() else {
        panic!("{unread:?}");
    };
    assert!(
        other.starts_with("member `other.o`: found LLVM's bitcode"),
        "{other}"
    );
    assert!(
        bare.starts_with("member `bare.o`: no debug information"),
        "{bare}"
    );
}

#[test]
fn an_archive_for_two_machines_is_refused() {
    let directory = directory_with(&[]);
    let folder = directory.path();
    if !BIG.is_here() {
        return;
    }
    let big = BIG.object("c", SOURCE, &["-g"]).expect("an object");
    std::fs::write(folder.join("big.o"), big).expect("a file");
    let host = HOST.object("c", SOURCE, &["-g"]).expect("an object");
    std::fs::write(folder.join("host.o"), host).expect("a file");
    let archived = run("ar", &["rcS", "both.a", "host.o", "big.o"], folder);
    assert!(archived.expect("ar").status.success());
    let error = dwarf::read(&octets(folder, "both.a")).expect_err("two machines");
    let ReadError {
        member, problem, ..
    } = &error;
    assert_eq!(member.as_deref(), Some("big.o"));
    assert!(
        matches!(problem, Problem::SeveralMachines { .. }),
        "{error}"
    );
}

fn directory_with(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    for (name, text) in files {
        std::fs::write(directory.path().join(name), text).expect("a file");
    }
    directory
}

fn gcc(folder: &Path, args: &[&str]) {
    let output = run("gcc", args, folder).expect("the compiler of this machine");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn octets(folder: &Path, file: &str) -> Vec<u8> {
    std::fs::read(folder.join(file)).expect(file)
}

/// What is `_Atomic` is aligned as each compiler has it; where that is not known, there is no layout.
#[test]
fn an_atomic_lies_as_the_machines_compiler_has_it() {
    let source = "struct three { char c[3]; };
        struct small { char c; _Atomic struct three v; } small; struct wide { char c; _Atomic long long v; } wide;
        struct two { short a, b; }; struct pair { char c; _Atomic struct two v; } pair;";
    let object = HOST.object("c", source, &["-g"]);
    let program = read(&object.expect("the compiler of this machine"));
    // gcc 12.2; clang 14 for Darwin.
    for (abi, name, size) in [
        ("i386-sysv", "struct small", Some(4)),
        ("i386-sysv", "struct wide", Some(16)),
        ("m68k-sysv", "struct wide", Some(10)),
        ("avr-gcc", "struct wide", Some(9)),
        ("i386-darwin", "struct wide", Some(16)),
        ("i386-darwin", "struct small", None),
        ("aarch64-darwin", "struct pair", Some(8)),
        ("m68k-sysv", "struct pair", Some(6)),
    ] {
        let kind = program.of_name(name).next().expect("the type").kind;
        let row = Abis::builtin().get(abi).expect("a row");
        let layout = lay_out(row, &program.types, kind);
        let found = layout.as_ref().ok().map(|layout| layout.size);
        assert_eq!(found, size, "{name} on {abi}: {layout:?}");
    }
}

/// Two units declare the name, differently; a third has one that ends so, which a linker makes one string with it; the largest has none.
#[test]
fn a_type_that_is_asked_for_by_name_is_found_in_every_unit_that_has_it() {
    let mut large = String::new();
    for index in 0..20_000 {
        let _ = writeln!(large, "struct s{index} {{ int a; char b; }} v{index};");
    }
    // More than what is read without a look at what it mentions.
    let mut one = "struct needle { int a; } one;\n".to_owned();
    for index in 0..50 {
        let _ = writeln!(
            one,
            "struct other{index} {{ int a; char b; }} other{index};"
        );
    }
    let directory = directory_with(&[
        ("large.c", &large),
        ("one.c", &one),
        (
            "two.c",
            "struct needle { char c; long b; } two; typedef struct { int i; } needle_t; needle_t n;",
        ),
        (
            "tail.c",
            "struct a_needle { short s; } tail; int main(void) { return tail.s; }",
        ),
    ]);
    let folder = directory.path();
    // An object of several has a string for each of them, and no merged ones.
    for way in [&[][..], &["-r", "-nostdlib"]] {
        let files = ["-g", "large.c", "one.c", "two.c", "tail.c", "-o", "program"];
        gcc(folder, &[way, &files].concat());
        let octets = octets(folder, "program");
        let is_needle = |declaration: &dwarf::Declaration| &*declaration.name.path == "needle";
        let all = dwarf::read_where(&octets, is_needle).expect("a program");
        let mut asked = 0;
        let names = vec!["needle".to_owned()];
        let companions = dwarf::Companions::default();
        let named = dwarf::read_named(&octets, &companions, names.clone(), |declaration| {
            asked += 1;
            is_needle(declaration)
        });
        let named = named.expect("a program");
        let told = |program: &Program| formatted(program, &["struct needle"]);
        assert_eq!(told(&named), told(&all), "{way:?}");
        assert_eq!(told(&named).lines().count(), 2, "{}", told(&named));
        assert!(asked < 10, "{asked}");
        let (part, left_out) = without_unneeded(octets, &names);
        // Of an object nothing is left out; of a program all of the largest unit, of which 20,000 records take more than ten octets each.
        let is_program = way.is_empty();
        assert_eq!(left_out > 200_000, is_program, "{way:?}: {left_out}");
        let of_part = dwarf::read_named(&part, &companions, names, is_needle);
        assert_eq!(told(&of_part.expect("a program")), told(&all), "{way:?}");
    }
}

/// A file with zeros where nothing is needed for types of these names, and how much more is left out of it than for all.
fn without_unneeded(mut octets: Vec<u8>, names: &[String]) -> (Vec<u8>, usize) {
    let left_out = |names: &[String]| dwarf::unneeded(std::io::Cursor::new(&octets), names);
    let sum = |parts: &[std::ops::Range<u64>]| -> u64 {
        parts.iter().map(|part| part.end - part.start).sum()
    };
    let (of_all, of_names) = (left_out(&[]), left_out(names));
    let more = sum(&of_names) - sum(&of_all);
    for part in of_names {
        let place = |octet: u64| usize::try_from(octet).expect("a place");
        octets[place(part.start)..place(part.end)].fill(0);
    }
    (octets, usize::try_from(more).expect("a number"))
}
