//! Types as BTF has them, against the DWARF that the same compiler writes of them.

use std::collections::BTreeMap;

use crossum_layout::dwarf::{self, ObservedMember, Problem, Program};

use crate::compiled::{formatted, run};
use crate::tools;

const SOURCE: &str = r"
typedef unsigned int __be32; typedef unsigned long long __u64; typedef int (*call)(void);
enum kind { ONE, TWO = -7 }; enum wide { LARGE = 0x7ffffffff }; enum wide wide;
union either { int i; struct { short s; char c; }; };
struct bits { unsigned a : 3; int b : 9; unsigned char c : 2; unsigned long long d : 40; };
struct all { char c; _Bool t; __u64 l; short s[2][3]; struct bits b; enum kind k; union either u;
             struct all *next; call f; __be32 order; const volatile long q; signed char sc; char tail[]; };
struct all all;
";

const NAMES: &[&str] = &["struct all", "struct bits", "union either", "enum kind"];

/// An object with BTF and DWARF, and the same without DWARF; `None` where it cannot be made here.
fn objects(target: &str) -> Option<[Vec<u8>; 2]> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("case.c"), SOURCE).expect("a file");
    let commands: [(&str, &[&str]); 2] = [
        ("clang", &[target, "-g", "-c", "case.c", "-o", "both.o"]),
        (
            "llvm-objcopy",
            &["--remove-section=.debug_*", "both.o", "btf.o"],
        ),
    ];
    for (program, args) in commands {
        match run(program, args, folder.path()) {
            Ok(output) if output.status.success() => {}
            Ok(output) => {
                let said = String::from_utf8_lossy(&output.stderr);
                tools::not_done(format!("{program} {args:?}"), &said);
                return None;
            }
            Err(why) => {
                why.name(&format!("{program} {args:?}"), program);
                return None;
            }
        }
    }
    let octets = |name| std::fs::read(folder.path().join(name)).expect("an object");
    Some([octets("both.o"), octets("btf.o")])
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
    for target in ["--target=bpfel", "--target=bpfeb"] {
        let Some([both, btf]) = objects(target) else {
            continue;
        };
        let by_dwarf = dwarf::read(&both).expect("a program");
        let by_btf = dwarf::read(&btf).expect("a program");
        assert_eq!(by_btf.machine, by_dwarf.machine);
        let text = formatted(&by_btf, NAMES);
        assert_eq!(text, formatted(&by_dwarf, NAMES), "{target}");
        assert!(text.contains("d:40"), "{text}");
        // What of it is in the file depends on the compiler, and is never another number.
        let wide = formatted(&by_btf, &["enum wide"]);
        let is_whole = wide.contains("enum 34359738367..=34359738367");
        assert!(is_whole || wide.contains("only 32 bits of"), "{wide}");
        let (btf, dwarf) = (observed(&by_btf), observed(&by_dwarf));
        for name in NAMES {
            assert_eq!(btf.get(*name), dwarf.get(*name), "{target}: {name}");
            assert!(btf.contains_key(*name), "{target}: {name}");
        }
    }
}

#[test]
fn damaged_btf_ends_in_a_program_or_an_error() {
    let Some([_, btf]) = objects("--target=bpfel") else {
        return;
    };
    let magic = btf.windows(4).position(|of| of == [0x9f, 0xeb, 1, 0]);
    let start = magic.expect("BTF");
    let (mut programs, mut errors) = (0, 0);
    for place in start..btf.len() {
        for change in [0x01, 0x10, 0xff] {
            let mut damaged = btf.clone();
            damaged[place] ^= change;
            let cost = allocation_counter::measure(|| match dwarf::read(&damaged) {
                Ok(_) => programs += 1,
                Err(_) => errors += 1,
            });
            assert!(cost.count_total <= damaged.len() as u64, "{place}");
        }
    }
    assert!(programs > 100 && errors > 100, "{programs} {errors}");
    // Each type contains all that it contains again, and itself.
    let types = start + 24;
    for place in (types..btf.len() - 4).step_by(4) {
        let mut damaged = btf.clone();
        damaged[place..place + 4].copy_from_slice(&[9, 0, 0, 0]);
        let cost = allocation_counter::measure(|| drop(dwarf::read(&damaged)));
        assert!(cost.count_total <= damaged.len() as u64, "{place}");
    }
    let mut other = btf.clone();
    other[start] = 0;
    let error = dwarf::read(&other).expect_err("no magic");
    assert!(matches!(error.problem, Problem::Dwarf { .. }), "{error}");
}
