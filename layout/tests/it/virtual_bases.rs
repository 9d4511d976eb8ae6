//! Microsoft's room before virtual bases ("vtordisp"), and its pointers to virtual tables, by what functions override. Debug information of other machines' compilers decides it.

use crossum_layout::abi::Abis;
use crossum_layout::dwarf;
use crossum_layout::fit::{self, Alignments};

use crate::compiled::{Compiler, HOST};

const CLANG: Compiler = Compiler {
    program: "clang",
    args: &[],
};

/// As a preprocessor leaves it: of any other text nobody knows what macros hide.
const SOURCE: &str = "\
# 1 \"bases.hpp\"
struct V { int v; virtual void f(); virtual void g() const; };
struct Plain : virtual V { int d; void f(); };
struct With : virtual V { int d; void f(); With(); };
struct Pure : virtual V { int d; void f() = 0; Pure(); };
struct T : virtual V { int d; virtual void h(int, char); };
struct PureOfTwo : virtual T { int e; void h(int a, char b) = 0; PureOfTwo(); };
struct Made : virtual V { int d; void f(); template <class A> Made(A); };
struct a1fE : virtual V { int d; void f(); a1fE(); };
struct New : virtual V { int d; virtual void h(); New(); };
struct Hides : virtual V { int d; virtual void f(int); virtual void g(); Hides(); };
struct W : V { int w; };
struct Below : virtual W { int d; void g() const; ~Below(); };
struct Inherits : With { int e; };
struct Again : virtual With { int e; void g() const; Again(); };
struct Tidy : virtual V { int d; virtual ~Tidy(); };
struct Tidier : virtual Tidy { int e; ~Tidier(); };
V v; Plain *p1; With *p2; Pure *p3; New *p4; Hides *p5; Below *p6; Inherits *p7; Again *p8; Tidier *p9; PureOfTwo *p10; Made *p11; a1fE *p12;
unsigned long sizes = sizeof(Plain) + sizeof(With) + sizeof(Pure) + sizeof(New) + sizeof(Hides) + sizeof(Below) + sizeof(Inherits) + sizeof(Again) + sizeof(Tidier) + sizeof(PureOfTwo) + sizeof(Made) + sizeof(a1fE);
";

/// The size on each of Microsoft's ABIs, and where `v` lies. Clang 14 and 19, `-fdump-record-layouts`.
const CLANGS_WORD: [(&str, [(u64, u64); 2]); 13] = [
    ("Plain", [(32, 24), (16, 12)]),
    ("With", [(40, 32), (20, 16)]),
    ("Pure", [(32, 24), (16, 12)]),
    ("New", [(40, 32), (20, 16)]),
    ("Hides", [(40, 32), (20, 16)]),
    ("Below", [(48, 32), (24, 16)]),
    ("Inherits", [(48, 40), (24, 20)]),
    ("Again", [(56, 32), (28, 16)]),
    ("PureOfTwo", [(56, 24), (28, 12)]),
    ("Made", [(40, 32), (20, 16)]),
    ("a1fE", [(40, 32), (20, 16)]),
    ("Tidy", [(40, 32), (20, 16)]),
    ("Tidier", [(56, 24), (28, 12)]),
];

#[test]
fn microsofts_room_before_virtual_bases_is_decided_by_what_functions_override() {
    // GCC says of no function that it is pure. Nobody says which constructors a template makes, nor which of two names in a mangled one is the function's.
    for (compiler, undecided) in [
        (HOST, &["Pure", "PureOfTwo", "Made", "a1fE"][..]),
        (CLANG, &["Made", "a1fE"]),
    ] {
        let options = ["-g", "-std=c++14", "-fno-eliminate-unused-debug-types"];
        let object = match compiler.program {
            "clang" => compiler.object("c++", SOURCE, &["-g", "-std=c++14", "-fstandalone-debug"]),
            _ => compiler.object(
                "c++",
                SOURCE,
                &[&options[..], &["-femit-class-debug-always"]].concat(),
            ),
        };
        let octets = match object {
            Ok(octets) => octets,
            Err(why) => {
                why.name(&compiler.to_string(), compiler.program);
                continue;
            }
        };
        let table = Abis::builtin();
        let abis = ["x86_64-windows", "i386-windows"].map(|name| table.get(name).expect("an ABI"));
        let mut program = dwarf::read(&octets).expect("a program");
        let mut told = Alignments::default();
        told.read_source(&program, SOURCE);
        fit::best(&mut program, table, &abis, &told).expect("this machine");
        for (name, expected) in CLANGS_WORD {
            let kind = program.of_name(name).next().expect("it is declared").kind;
            for (abi, (size, place)) in abis.into_iter().zip(expected) {
                let laid_out = crossum_layout::lay_out(abi, &program.types, kind);
                let is_undecided = undecided.contains(&name);
                assert_eq!(laid_out.is_err(), is_undecided, "{compiler}: {name}");
                let Ok(layout) = laid_out else { continue };
                // The pointer to its virtual table comes before `v`.
                let base = layout.members.iter().find(|member| {
                    let of = program.tags.get(&member.kind);
                    of.is_some_and(|tag| matches!(&**tag, "V" | "W"))
                });
                let context = format!("{compiler}: {name} on {}", abi.name());
                assert_eq!(layout.size, size, "{context}");
                let pointer = if abi.name() == "i386-windows" { 4 } else { 8 };
                let place_of_v = base.map(|base| base.bit_offset / 8 + pointer);
                assert_eq!(place_of_v, Some(place), "{context}");
            }
        }
    }
}

#[test]
fn where_a_pragma_decides_nothing_is_said() {
    let source = "# 1 \"bases.hpp\"\n#pragma vtordisp(off)\nstruct V { int v; virtual void f(); };\nstruct D : virtual V { int d; void f(); D(); };\nV v; D *d; unsigned long size = sizeof(D);\n";
    let options = ["-g", "-std=c++14", "-femit-class-debug-always"];
    let octets = match HOST.object("c++", source, &options) {
        Ok(octets) => octets,
        Err(why) => return why.name(&HOST.to_string(), HOST.program),
    };
    let abi = Abis::builtin().get("x86_64-windows").expect("an ABI");
    for (text, is_decided) in [
        (source.to_owned(), false),
        (source.replace("#pragma vtordisp(off)", ""), true),
    ] {
        let mut program = dwarf::read(&octets).expect("a program");
        let mut told = Alignments::default();
        told.read_source(&program, &text);
        fit::best(&mut program, Abis::builtin(), &[abi], &told).expect("this machine");
        let kind = program.of_name("D").next().expect("it is declared").kind;
        let laid_out = crossum_layout::lay_out(abi, &program.types, kind);
        assert_eq!(laid_out.is_ok(), is_decided, "{text}");
    }
}
