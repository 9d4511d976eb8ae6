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
struct New : virtual V { int d; virtual void h(); New(); };
struct Hides : virtual V { int d; virtual void f(int); virtual void g(); Hides(); };
struct W : V { int w; };
struct Below : virtual W { int d; void g() const; ~Below(); };
struct Inherits : With { int e; };
struct Again : virtual With { int e; void g() const; Again(); };
struct Tidy : virtual V { int d; virtual ~Tidy(); };
struct Tidier : virtual Tidy { int e; ~Tidier(); };
V v; Plain *p1; With *p2; Pure *p3; New *p4; Hides *p5; Below *p6; Inherits *p7; Again *p8; Tidier *p9;
unsigned long sizes = sizeof(Plain) + sizeof(With) + sizeof(Pure) + sizeof(New) + sizeof(Hides) + sizeof(Below) + sizeof(Inherits) + sizeof(Again) + sizeof(Tidier);
";

/// The size on each of Microsoft's ABIs, and where `v` lies. Clang 14 and 19, `-fdump-record-layouts`.
const CLANGS_WORD: [(&str, [(u64, u64); 2]); 10] = [
    ("Plain", [(32, 24), (16, 12)]),
    ("With", [(40, 32), (20, 16)]),
    ("Pure", [(32, 24), (16, 12)]),
    ("New", [(40, 32), (20, 16)]),
    ("Hides", [(40, 32), (20, 16)]),
    ("Below", [(48, 32), (24, 16)]),
    ("Inherits", [(48, 40), (24, 20)]),
    ("Again", [(56, 32), (28, 16)]),
    ("Tidy", [(40, 32), (20, 16)]),
    ("Tidier", [(56, 24), (28, 12)]),
];

#[test]
fn microsofts_room_before_virtual_bases_is_decided_by_what_functions_override() {
    for (compiler, undecided) in [(HOST, &["Pure"][..]), (CLANG, &[])] {
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
                let Ok(layout) = laid_out else {
                    assert!(undecided.contains(&name), "{compiler}: {name}");
                    continue;
                };
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
