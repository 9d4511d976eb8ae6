//! `crossum check --crate`: cargo builds a crate, and its own types are told by Rust's own rules.

use serde_json::Value;

use crate::bench::{Bench, Ran};

/// A crate of these files, which depends on nothing.
fn package(manifest: &str, files: &[(&str, &str)]) -> Bench {
    let bench = Bench::new();
    let manifest = format!(
        "[package]\nname = \"wire-format\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[workspace]\n{manifest}"
    );
    let files = files.iter().copied();
    for (name, text) in files.chain([("Cargo.toml", manifest.as_str())]) {
        let file = bench.path(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    bench
}

const MACHINES: &str = "x86_64-unknown-linux-gnu,i686-unknown-linux-gnu,powerpc-unknown-linux-gnu,s390x-unknown-linux-gnu,m68k-unknown-linux-gnu,x86_64-windows,thumbv7em-none-eabihf,avr";

fn check(bench: &Bench, options: &[&str]) -> Ran {
    let all = [
        &["check", "--json", "report.json", "--targets", MACHINES],
        options,
    ];
    bench.run(&all.concat())
}

fn names(ran: &Ran) -> Vec<String> {
    let types = ran.report()["types"].as_array().unwrap();
    let names = types.iter().map(|row| row["name"].as_str().unwrap());
    names.map(str::to_owned).collect()
}

fn row<'r>(ran: &'r Ran, name: &str) -> &'r Value {
    let types = ran.report()["types"].as_array().unwrap();
    let row = types.iter().find(|row| row["name"] == name);
    row.unwrap_or_else(|| panic!("no {name}: {}{}", ran.stdout, ran.stderr))
}

/// Its size on each machine, the machines sorted: arm-bare, avr, i686, m68k, powerpc, s390x, x86_64, x86_64-windows.
fn sizes(ran: &Ran, name: &str) -> Vec<u64> {
    let layouts = row(ran, name)["layouts"].as_object().unwrap().values();
    layouts
        .map(|layout| layout["size"].as_u64().unwrap())
        .collect()
}

fn codes(ran: &Ran, name: &str) -> Vec<String> {
    let findings = row(ran, name)["findings"].as_array().unwrap();
    let codes = findings.iter().map(|one| one["code"].as_str().unwrap());
    codes.map(str::to_owned).collect()
}

const LIBRARY: &str = "\
use std::ffi::{c_char, c_long as long};
mod private;
pub use private::Handed;
pub mod wire {
    type Length = crate::long;
    #[repr(C)] pub struct Header { pub kind: u8, pub length: Length, pub sign: crate::c_char }
    #[repr(C)] pub struct Fixed { pub kind: u8, pub at: u64 }
    #[repr(C)] pub enum Colour { Red, Green }
    #[repr(u32)] pub enum Wide { A, B }
    #[repr(u8)] pub enum Shape { Point, Circle(u32), Box { w: u16, h: u64 } }
    #[repr(C, u8)] pub enum Tagged { Point, Circle(u32), Box { w: u16, h: u64 } }
    pub enum Void {}
    pub struct Plain { pub a: u32, pub b: u8 }
    #[repr(C)] pub struct Unit { pub n: u32, pub unit: std::marker::PhantomData<u8> }
    #[repr(C, align(16))] pub struct Aligned { pub a: u8 }
    #[repr(C, packed(2))] pub struct Packed { pub a: u8, pub b: u64 }
    #[repr(transparent)] pub struct Id(pub u32);
    #[repr(C)] pub struct Maybe<'a> { pub a: u8, pub p: Option<&'a u8>, pub n: Option<std::num::NonZeroU16> }
    pub struct Of<T>(pub T);
}
";

/// Sizes by rustc 1.95: `size_of` on the machines that have a standard library, else by the rules of the RFCs and the targets' `data-layout`.
#[test]
fn types_that_nothing_uses_are_laid_out_by_what_their_source_says() {
    let private = "#[repr(C)] pub struct Handed { pub a: u8, pub b: u16 }";
    let bench = package("", &[("src/lib.rs", LIBRARY), ("src/private.rs", private)]);
    let ran = check(&bench, &["--crate"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let of = |name: &str| sizes(&ran, &format!("wire_format::wire::{name}"));
    //                         arm avr i686 m68k ppc s390x x64 win
    assert_eq!(of("Header"), [12, 6, 12, 8, 12, 24, 24, 12]);
    assert_eq!(of("Fixed"), [16, 9, 12, 12, 16, 16, 16, 16]);
    assert_eq!(of("Colour"), [1, 2, 4, 4, 4, 4, 4, 4]);
    assert_eq!(of("Wide"), [4; 8]);
    assert_eq!(of("Shape"), [16, 11, 12, 12, 16, 16, 16, 16]);
    assert_eq!(of("Tagged"), [24, 11, 16, 16, 24, 24, 24, 24]);
    assert_eq!(of("Void"), [0; 8]);
    assert_eq!(of("Unit"), [4; 8]);
    assert_eq!(of("Aligned"), [16; 8]);
    assert_eq!(of("Packed"), [10, 9, 10, 10, 10, 10, 10, 10]);
    assert_eq!(of("Id"), [4; 8]);
    assert_eq!(of("Maybe"), [12, 5, 12, 8, 12, 24, 24, 24]);
    assert!(of("Plain").is_empty());
    assert_eq!(
        codes(&ran, "wire_format::wire::Plain"),
        ["unspecified-layout"]
    );
    assert_eq!(
        sizes(&ran, "wire_format::private::Handed"),
        [4, 3, 4, 4, 4, 4, 4, 4]
    );
    let header = codes(&ran, "wire_format::wire::Header");
    for code in ["width", "plain-char"] {
        assert!(header.iter().any(|found| found == code), "{header:?}");
    }
    let declared = row(&ran, "wire_format::wire::Header")["declared"].to_string();
    assert!(declared.contains("src/lib.rs:6"), "{declared}");
    let note = "not looked at, because nothing that was built has them (generic, behind a `cfg`, or private and unused): `wire_format::wire::Of`";
    assert!(ran.stdout.contains(note), "{}", ran.stdout);
    assert!(!bench.path("Cargo.lock").exists());
}

#[test]
fn only_a_crates_own_types_are_told_and_features_are_passed_on() {
    let library = "#[cfg(feature = \"more\")] #[repr(C)] pub struct More { pub a: u8 } #[repr(C)] pub struct Less { pub v: Vec<u8> } pub fn f(l: &Less) -> usize { let all = l.v.iter().map(|x| *x as usize); all.sum() }";
    let program = "#[repr(C)] struct Own { a: u16, b: u64 } fn main() { let own = Own { a: 1, b: std::env::args().count() as u64 }; println!(\"{} {}\", own.a, own.b + wire_format::f(&wire_format::Less { v: Vec::new() }) as u64); }";
    let files = [("src/lib.rs", library), ("src/main.rs", program)];
    let bench = package(
        "[features]\nmore = []\n[[bin]]\nname = \"tool\"\npath = \"src/main.rs\"\n",
        &files,
    );
    let ran = check(&bench, &["--crate", "."]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(names(&ran), ["tool::Own", "wire_format::Less"]);
    let ran = check(&bench, &["--crate", ".", "--", "--features", "more"]);
    assert_eq!(
        names(&ran),
        ["tool::Own", "wire_format::Less", "wire_format::More"]
    );
    let ran = check(&bench, &["--crate", ".", "--type", "*::Own"]);
    assert_eq!(names(&ran), ["tool::Own"]);
}

#[test]
fn padding_at_the_end_is_written_behind_a_comma() {
    let library = "#[repr(C)] pub struct A { pub b: u64, pub c: u8 }\n#[repr(C)]\npub struct B {\n    pub b: u64,\n    pub c: u8 // the last\n}\npub fn f(a: &A, b: &B) -> u64 { a.b + b.b }\n";
    let bench = package("", &[("src/lib.rs", library)]);
    let fixes = |ran: &Ran| {
        let mut fixes = Vec::new();
        for row in ran.report()["types"].as_array().unwrap() {
            let found = row["findings"].as_array().unwrap().iter();
            for fix in found.filter_map(|one| one["fixes"].as_array()).flatten() {
                let number = |name: &str| fix["place"][name].as_u64().unwrap();
                let text = fix["text"].as_str().unwrap().to_owned();
                fixes.push((number("line"), number("column"), text));
            }
        }
        fixes.sort();
        fixes
    };
    let mut lines: Vec<String> = library.lines().map(str::to_owned).collect();
    for (line, column, text) in fixes(&check(&bench, &["--crate"])).into_iter().rev() {
        let line = &mut lines[usize::try_from(line).unwrap() - 1];
        line.insert_str(usize::try_from(column).unwrap() - 1, &text);
    }
    let mended = lines.join("\n");
    assert!(
        mended.contains("pub c: u8, reserved: [u8; 7], }"),
        "{mended}"
    );
    assert!(
        mended.contains("    pub c: u8, // the last\n    reserved: [u8; 7],\n}"),
        "{mended}"
    );
    std::fs::write(bench.path("src/lib.rs"), mended).unwrap();
    let ran = check(&bench, &["--crate"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(fixes(&ran), []);
}

#[test]
fn a_crate_is_an_end_of_a_comparison() {
    let library = "#[repr(C)] pub struct Packet { pub kind: u8, pub length: u64 }\npub fn f(p: &Packet) -> u64 { p.length }\n";
    let bench = package("", &[("src/lib.rs", library)]);
    let header = "#include <stdint.h>\nstruct packet { uint8_t kind; unsigned long length; };\n";
    std::fs::write(bench.path("packet.h"), header).unwrap();
    for end in [".:wire_format::Packet", "Cargo.toml:wire_format::Packet"] {
        let ran = bench.run(&[
            "check",
            "--same",
            "packet.h:struct packet",
            end,
            "--targets",
            "x86_64,i686",
        ]);
        assert_eq!(ran.status, 1, "{}", ran.stderr);
        assert!(
            ran.stdout
                .contains("(src/lib.rs:1)\nsame on x86_64\ndifferent on i686\n"),
            "{}",
            ran.stdout
        );
        assert!(
            ran.stdout
                .contains("length                 4:4 unsigned long  4:8 u64"),
            "{}",
            ran.stdout
        );
    }
    let ran = bench.run(&["check", "--same", "packet.h:packet", ".:Packet"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.stderr.contains("did you mean `wire_format::Packet`?"),
        "{}",
        ran.stderr
    );
    let ran = bench.run(&["check", "--same", "packet.h:packet", "src:Packet"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("no regular file"), "{}", ran.stderr);
}

#[test]
fn cargos_own_words_are_shown_where_it_does_not_build() {
    let bench = package("", &[("src/lib.rs", "pub struct Broken { a: Missing }")]);
    let ran = check(&bench, &["--crate", "."]);
    assert_eq!(ran.status, 2, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("cargo does not build it"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("cannot find type `Missing`"),
        "{}",
        ran.stderr
    );

    let empty = Bench::new();
    let ran = check(&empty, &["--crate", "."]);
    assert_eq!(ran.status, 2, "{}", ran.stderr);
    assert!(
        ran.stderr
            .contains("no cargo project: could not find `Cargo.toml`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_type_that_no_crate_declares_is_told_with_the_nearest() {
    let library = [("src/lib.rs", "#[repr(C)] pub struct Packet { pub a: u8 }")];
    let program = [(
        "src/main.rs",
        "struct P { a: u16 } fn main() { println!(\"{}\", P { a: 1 }.a); }",
    )];
    for (files, name, told) in [
        (&library, "Nope", "no type `Nope` in it\n"),
        (&library, "Paket", "did you mean `wire_format::Packet`?"),
        (
            &program,
            "P",
            "no type `P` in it, did you mean `wire_format::P`?",
        ),
    ] {
        let bench = package("", files);
        let ran = check(&bench, &["--crate", ".", "--type", name]);
        assert_eq!(ran.status, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains(told), "{name}: {}", ran.stderr);
    }
}

#[test]
fn a_folder_that_is_not_there_is_the_users_to_mend() {
    let bench = package("", &[("src/lib.rs", "")]);
    for (folder, told) in [
        ("missing", "missing: there is no such folder, expected"),
        ("Cargo.toml", "Cargo.toml: found a file, expected"),
    ] {
        let ran = check(&bench, &["--crate", folder]);
        assert_eq!(ran.status, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
    }
}

#[test]
fn without_cargo_nothing_could_run() {
    let bench = package("", &[("src/lib.rs", "")]).with_variable("PATH", "/nowhere");
    let ran = check(&bench, &["--crate", "."]);
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("no cargo here"), "{}", ran.stderr);
}
