//! Packed classes with classes in them: GCC packs none that is no plain old data, Clang 14 packs all, and neither leaves a trace of what it did not do.

use crossum_layout::abi::{Abis, Dialect};
use crossum_layout::dwarf;
use crossum_layout::fit::{self, Alignments};

use crate::compiled::{Compiler, HOST};

const CLANG: Compiler = Compiler {
    program: "clang",
    args: &[],
};

const SOURCE: &str = "\
struct init { char c = 1; int i = 2; };
struct made { made(); char c; int i; };
struct plain { char c; int i; };
struct __attribute__((packed)) p_init { char x; init a; };
struct __attribute__((packed)) p_made { char x; made a; };
struct __attribute__((packed)) p_mixed { char x; int y; init a; };
struct __attribute__((packed)) p_plain { char x; plain a; };
struct loose { char x; made a; };
p_init v1; p_made v2; p_mixed v3; p_plain v4; loose v5;
";

#[test]
fn what_one_compiler_packs_and_another_does_not_is_undecided_on_the_others_machines() {
    // GCC's `p_init` has 12 octets, Clang 14's has 9.
    for (compiler, elsewhere, open) in [
        (HOST, "aarch64-darwin", &["p_init", "p_made", "p_mixed"][..]),
        (HOST, "x86_64-windows", &["p_init", "p_made", "p_mixed"][..]),
        (HOST, "i386-sysv", &[][..]),
        (CLANG, "i386-sysv", &["p_init", "p_made", "p_mixed"][..]),
    ] {
        let octets = match compiler.object("cc", SOURCE, &["-g", "-std=c++14"]) {
            Ok(octets) => octets,
            Err(why) => {
                why.name(&compiler.to_string(), compiler.program);
                continue;
            }
        };
        // Clang 16 and later pack as GCC does: nothing is open then.
        let as_gcc = format!("{SOURCE}static_assert(sizeof(p_init) == 12, \"\");");
        if compiler.program == CLANG.program
            && compiler.object("cc", &as_gcc, &["-std=c++14"]).is_ok()
        {
            continue;
        }
        let mut program = dwarf::read(&octets).expect("a program");
        let mut told = Alignments::default();
        told.read_source(&program, SOURCE);
        let table = Abis::builtin();
        let others: Vec<_> = table.get(elsewhere).into_iter().collect();
        let fit = fit::best(&mut program, table, &others, &told).expect("this machine");
        let is_open = |name: &str| {
            let named = program.named.iter();
            let mut named = named.filter(|named| &*named.name.path == name);
            let kind = named.next().expect("it is declared").kind;
            let layout = crossum_layout::lay_out(others[0], &program.types, kind);
            layout.is_err() || !fit.about(&program.types, kind).is_empty()
        };
        for name in ["p_init", "p_made", "p_mixed", "loose"] {
            let is_gcc = compiler.program == HOST.program;
            if open.contains(&name) {
                assert!(is_open(name), "{compiler}: {name} on {elsewhere}");
            } else if is_gcc {
                assert!(!is_open(name), "{compiler}: {name} on {elsewhere}");
            }
        }
    }
}

/// What Clang reads for a machine whose usual compiler is GCC is laid out as GCC has it: the first has 9 octets by Clang 14, and 12 by GCC.
#[test]
fn what_clang_packed_is_not_taken_for_what_gcc_packs_on_the_same_machine() {
    let octets = match CLANG.object("cc", SOURCE, &["-g", "-fstandalone-debug", "-std=c++14"]) {
        Ok(octets) => octets,
        Err(why) => return why.name("clang", CLANG.program),
    };
    let as_gcc = format!("{SOURCE}static_assert(sizeof(p_made) == 12, \"\");");
    let is_as_gcc = CLANG.object("cc", &as_gcc, &["-std=c++14"]).is_ok();
    let mut program = dwarf::read(&octets).expect("a program");
    let mut told = Alignments::default();
    told.read_source(&program, SOURCE);
    let usual = Abis::builtin().get("x86_64-sysv").expect("an ABI");
    let own = usual.with_compiler(Dialect::Clang);
    let fit = fit::fit(&mut program, &own, &[usual], &told);
    for (name, octets) in [("p_made", 12), ("p_plain", 9), ("loose", 12)] {
        let kind = program.of_name(name).next().expect("it is declared").kind;
        let is_open = !fit.about(&program.types, kind).is_empty();
        assert_eq!(is_open, name == "p_made" && !is_as_gcc, "{name}");
        let layout = crossum_layout::lay_out(usual, &program.types, kind).expect("a layout");
        assert!(is_open || layout.size == octets, "{name}: {}", layout.size);
    }
}
