//! What a file says of its own machine is known there, whatever is known of it elsewhere.

use crossum_layout::dwarf::{self, Program};
use crossum_layout::fit::{self, Alignments, Fit};
use crossum_layout::{Abis, Layouts};

use crate::compiled::{Compiler, HOST};

/// The size of a type and the first octets of its values, on the machine that it was compiled for; and why it has none elsewhere.
fn there(program: &Program, fit: &Fit, name: &str) -> (u64, Vec<(String, u64)>, String) {
    let kind = program.of_name(name).next().expect("a type").kind;
    let own = Layouts::where_read(&fit.own[0].abi, &program.types);
    let size = own
        .of(kind)
        .unwrap_or_else(|why| panic!("{name}: {why}"))
        .size;
    let leaves = own.leaves(kind).expect("leaves");
    let values = leaves.filter(|leaf| leaf.kind != crossum_layout::LeafKind::Padding);
    let values = values
        .map(|leaf| (leaf.path, leaf.bit_offset / 8))
        .collect();
    let other = Abis::builtin().get("m68k-sysv").expect("a row");
    let why = match Layouts::new(other, &program.types).of(kind) {
        Ok(layout) => layout.to_string(),
        Err(why) => why.to_string(),
    };
    (size, values, why)
}

fn fitted(octets: &[u8]) -> (Program, Fit) {
    let mut program = dwarf::read(octets).expect("a program");
    let others: Vec<_> = Abis::builtin().iter().collect();
    let fit = fit::best(
        &mut program,
        Abis::builtin(),
        &others,
        &Alignments::default(),
    );
    (program, fit.expect("an ABI"))
}

/// As gcc 12 on x86_64 has them: `offsetof` and `sizeof`.
#[test]
fn a_number_that_is_known_nowhere_else_lies_as_its_file_says() {
    let source = "struct decimal { char c; _Decimal64 d; char e; } decimal;
        struct whole { int i; struct decimal d[2]; short s; } whole;
        struct complex { char c; _Complex int i; } complex;
        typedef float four __attribute__((vector_size(16))); struct vector { char c; four v; } vector;";
    let octets = match HOST.object("c", source, &["-g"]) {
        Ok(octets) => octets,
        Err(why) => return why.name("gcc with _Decimal64", "gcc"),
    };
    let (program, fit) = fitted(&octets);
    if fit.own[0].abi.name() != "x86_64-sysv" {
        return crate::tools::not_done("gcc for x86_64", "this machine is another");
    }
    let at = |places: &[(&str, u64)]| -> Vec<(String, u64)> {
        let places = places.iter();
        places
            .map(|(path, octet)| ((*path).to_owned(), *octet))
            .collect()
    };
    for (name, size, places, why) in [
        (
            "decimal",
            24,
            at(&[("c", 0), ("d", 8), ("e", 16)]),
            "`_Decimal64` of 8 octets",
        ),
        (
            "whole",
            64,
            at(&[
                ("i", 0),
                ("d[].c", 8),
                ("d[].d", 16),
                ("d[].e", 24),
                ("s", 56),
            ]),
            "`_Decimal64` of 8 octets",
        ),
        (
            "complex",
            12,
            at(&[("c", 0), ("i", 4)]),
            "`complex int` of 8 octets",
        ),
        (
            "vector",
            32,
            at(&[("c", 0), ("v", 16)]),
            "a vector of 16 octets",
        ),
    ] {
        let (found, values, said) = there(&program, &fit, name);
        assert_eq!((found, values), (size, places), "{name}");
        assert!(said.contains(why), "{name}: {said}");
        let kind = program.of_name(name).next().expect("a type").kind;
        let own = Layouts::where_read(&fit.own[0].abi, &program.types);
        assert!(!own.tells_alignment(kind), "{name}");
    }
}

/// CodeView tells the fields of a union without a name as if they were the struct's: no rule puts them there.
#[test]
fn a_record_that_no_rule_explains_lies_as_its_file_says() {
    let compiler = Compiler {
        program: "clang",
        args: &["--target=x86_64-pc-windows-msvc"],
    };
    let source = "struct outer { int i; union { int a; double d; }; short s; } outer;
        struct around { char c; struct outer o; } around;";
    let classes = "struct B { int b; }; struct C : virtual B { int c; };
        struct points { char c; int B::*plain; int C::*far; char d; } points;";
    let octets = match compiler.object("c", source, &["-g", "-gcodeview"]) {
        Ok(octets) => octets,
        Err(why) => return why.name("clang -gcodeview", "clang"),
    };
    let (program, fit) = fitted(&octets);
    let (size, values, why) = there(&program, &fit, "outer");
    let places = |values: &[(String, u64)]| -> Vec<u64> { values.iter().map(|of| of.1).collect() };
    assert_eq!((size, places(&values)), (24, vec![0, 8, 8, 16]));
    assert!(why.contains("lies as no attributes"), "{why}");
    let (size, values, why) = there(&program, &fit, "around");
    assert_eq!((size, places(&values)), (32, vec![0, 8, 16, 16, 24]));
    assert!(why.contains("`outer`"), "{why}");
    // How wide such a pointer is depends on its class.
    let octets = compiler.object("cc", classes, &["-g", "-gcodeview"]);
    let (program, fit) = fitted(&octets.expect("clang again"));
    let (size, values, _) = there(&program, &fit, "points");
    assert_eq!((size, places(&values)), (20, vec![0, 4, 8, 16]));
}
