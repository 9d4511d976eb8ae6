//! What surprised when types by chance were compared with the compilers: each with a name, the layouts it has, and, where
//! GCC and Clang disagree, both of theirs. The compilers that are here are asked about all of them.

mod shape;

use crossum_layout::abi::{Abi, Abis, Dialect, Scalar};
use crossum_layout::lay_out;
use crossum_layout::types::Count;

use shape::{Shape, aligned, bits, of_array, of_typedef, plain, structure, union};

use crate::compilers::{self, Compiler};
use crate::random_types::case::{Case, Expected};
use crate::random_types::declare::declare;
use crate::random_types::measure::{Failure, differences};

/// A record, and how it lies: `ABI: size/align name@bit...`.
struct Named {
    name: &'static str,
    case: Case,
    layouts: &'static [&'static str],
}

#[test]
fn every_named_case_lies_as_it_is_said() {
    let mut wrong = Vec::new();
    for Named {
        name,
        case,
        layouts,
    } in cases()
    {
        for expected in layouts {
            let (abi, _) = expected.split_once(": ").expect("an ABI");
            let found = format!("{abi}: {}", places(&case, &named_abi(abi)));
            if found != *expected {
                let (declared, _) = declare(&case, "t");
                wrong.push(format!(
                    "{name}: {declared}  said  {expected}\n  found {found}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_compiler_here_lays_out_every_named_case_so() {
    let cases = cases();
    let mut mismatches = Vec::new();
    for compiler in compilers::all() {
        let abi = compiler.abi();
        let possible: Vec<(&Named, Expected)> = cases
            .iter()
            .filter_map(|named| Some((named, Expected::of(&named.case, &abi).ok()?)))
            .collect();
        mismatches.extend(mismatches_of(&compiler, &abi, possible));
    }
    assert!(mismatches.is_empty(), "{}", mismatches.join("\n"));
}

fn mismatches_of(compiler: &Compiler, abi: &Abi, possible: Vec<(&Named, Expected)>) -> Vec<String> {
    let names: Vec<&str> = possible.iter().map(|(named, _)| named.name).collect();
    let cases: Vec<(&Case, Expected)> = possible
        .into_iter()
        .map(|(named, expected)| (&named.case, expected))
        .collect();
    match differences(compiler, abi, &cases) {
        Ok(differences) => names
            .iter()
            .zip(differences)
            .filter_map(|(name, difference)| Some(format!("{compiler}: {name}: {}", difference?)))
            .collect(),
        Err(Failure::Refused(says)) if !says.contains("unknown target") => {
            vec![format!("{compiler} refuses: {says}")]
        }
        Err(failure) => {
            failure.name(compiler);
            Vec::new()
        }
    }
}

/// `ABI`, or `ABI by clang`.
fn named_abi(name: &str) -> Abi {
    let builtin = |name| Abis::builtin().get(name).expect("a row of the table");
    match name.strip_suffix(" by clang") {
        Some(name) => builtin(name).with_compiler(Dialect::Clang),
        None => builtin(name).clone(),
    }
}

fn places(case: &Case, abi: &Abi) -> String {
    let layout = lay_out(abi, &case.types, case.root).expect("a layout");
    let mut places = format!("{}/{}", layout.size, layout.align);
    for member in &layout.members {
        if let Some(name) = member.name {
            places += &format!(" {name}@{}", member.bit_offset);
        }
    }
    places
}

fn named(name: &'static str, shape: Shape, layouts: &'static [&'static str]) -> Named {
    Named {
        name,
        case: shape.case(),
        layouts,
    }
}

fn cases() -> Vec<Named> {
    use Scalar::{Char, Int, Long, LongLong, Short};
    vec![
        named(
            "a bit-field of width 0 in a union on arm",
            union(vec![plain("a", Char), bits("", Int, 0)]),
            &[
                "x86_64-sysv: 1/1 a@0",
                "arm-aapcs: 4/4 a@0",
                "aarch64-aapcs64: 4/4 a@0",
                "x86_64-mingw: 1/1 a@0",
            ],
        ),
        named(
            "a bit-field of width 0 and no other",
            structure(vec![bits("", LongLong, 0)]),
            &[
                "x86_64-sysv: 0/1",
                "arm-aapcs: 0/8",
                "m68k-sysv: 0/2",
                "x86_64-windows: 4/1",
            ],
        ),
        named(
            "a bit-field that fills a machine word, where bit-fields are dense",
            structure(vec![bits("a", Int, 32)]),
            &["m68k-sysv: 4/2 a@0"],
        ),
        named(
            "a bit-field that nearly fills a machine word, where bit-fields are dense",
            structure(vec![bits("a", Int, 31)]),
            &["m68k-sysv: 4/1 a@0", "x86_64-sysv: 4/4 a@0"],
        ),
        named(
            "an aligned bit-field of 64 bits on i386 is aligned as a variable",
            structure(vec![aligned(4, bits("a", LongLong, 64))]),
            &["i386-sysv: 8/8 a@0", "i386-sysv by clang: 8/4 a@0"],
        ),
        named(
            "units of long long overlap where it is aligned to 4",
            structure(vec![
                plain("a", Int),
                plain("b", Char),
                bits("c", LongLong, 40),
            ]),
            &[
                "i386-sysv: 12/4 a@0 b@32 c@40",
                "x86_64-sysv: 16/8 a@0 b@32 c@64",
                "arm-aapcs: 16/8 a@0 b@32 c@64",
            ],
        ),
        named(
            "under pragma pack bit-fields lie across the boundaries of their units",
            Shape {
                pack: Some(4),
                ..structure(vec![bits("a", Int, 20), bits("b", Int, 20)])
            },
            &["x86_64-sysv: 8/4 a@0 b@20", "x86_64-mingw: 8/4 a@0 b@32"],
        ),
        named(
            "pragma pack does not reach a bit-field of width 0",
            Shape {
                pack: Some(1),
                ..structure(vec![plain("a", Char), bits("", Int, 0), plain("b", Char)])
            },
            &[
                "x86_64-sysv: 5/1 a@0 b@32",
                "arm-aapcs: 8/4 a@0 b@32",
                "m68k-sysv: 4/2 a@0 b@16",
                "x86_64-mingw: 2/1 a@0 b@8",
            ],
        ),
        named(
            "pragma pack and a bit-field that is aligned to more",
            Shape {
                pack: Some(1),
                ..structure(vec![bits("a", Int, 1), aligned(4, bits("b", Int, 3))])
            },
            &[
                "x86_64-sysv: 2/1 a@0 b@8",
                "x86_64-sysv by clang: 1/1 a@0 b@1",
            ],
        ),
        named(
            "a bit-field of a typedef that is aligned to more than its size",
            Shape {
                typedefs: vec![8],
                ..structure(vec![bits("a", Int, 1), of_typedef(0, bits("b", Int, 3))])
            },
            &[
                "x86_64-sysv: 16/8 a@0 b@64",
                "x86_64-sysv by clang: 8/8 a@0 b@1",
            ],
        ),
        named(
            "the position is rounded up, and not the sum of position and offset",
            Shape {
                typedefs: vec![32],
                ..structure(vec![
                    plain("a", LongLong),
                    plain("b", Short),
                    of_typedef(0, aligned(8, bits("c", Int, 32))),
                ])
            },
            &["x86_64-sysv: 64/32 a@0 b@64 c@256"],
        ),
        named(
            "every record is aligned to 4 by the old ABI of arm",
            structure(vec![plain("a", Char)]),
            &["arm-oabi: 4/4 a@0", "arm-aapcs: 1/1 a@0"],
        ),
        named(
            "but for packed ones",
            Shape {
                packed: true,
                ..structure(vec![plain("a", Char), plain("b", Short)])
            },
            &["arm-oabi: 3/1 a@0 b@8"],
        ),
        named(
            "nothing is aligned on avr",
            structure(vec![plain("a", Char), plain("b", LongLong)]),
            &["avr-gcc: 9/1 a@0 b@8", "x86_64-sysv: 16/8 a@0 b@64"],
        ),
        named(
            "a bit-field of another size opens a unit on windows",
            structure(vec![
                bits("a", Char, 1),
                bits("b", Short, 1),
                plain("c", Char),
            ]),
            &[
                "x86_64-mingw: 6/2 a@0 b@16 c@32",
                "x86_64-windows: 6/2 a@0 b@16 c@32",
                "x86_64-sysv: 2/2 a@0 b@1 c@8",
            ],
        ),
        named(
            "a bit-field in a union on windows",
            union(vec![bits("a", Int, 3)]),
            &[
                "x86_64-mingw: 4/4 a@0",
                "x86_64-mingw by clang: 4/1 a@0",
                "x86_64-windows: 4/1 a@0",
            ],
        ),
        named(
            "a packed record of bit-fields on windows",
            Shape {
                packed: true,
                ..structure(vec![bits("a", Int, 3), plain("b", Char)])
            },
            &[
                "x86_64-mingw: 5/1 a@0 b@32",
                "x86_64-mingw by clang: 8/4 a@0 b@32",
                "x86_64-windows: 5/1 a@0 b@32",
            ],
        ),
        named(
            "an aligned bit-field within a unit on windows",
            structure(vec![bits("a", Int, 1), aligned(8, bits("b", Int, 1))]),
            &[
                "x86_64-mingw: 8/8 a@0 b@1",
                "x86_64-mingw by clang: 8/8 a@0 b@1",
                "x86_64-windows: 4/4 a@0 b@1",
            ],
        ),
        named(
            "an empty struct on windows",
            structure(vec![]),
            &["x86_64-mingw: 0/1", "x86_64-windows: 4/1"],
        ),
        named(
            "an alignment that is asked for, under pragma pack",
            Shape {
                pack: Some(1),
                ..structure(vec![plain("a", Char), aligned(8, plain("b", Int))])
            },
            &[
                "x86_64-sysv: 5/1 a@0 b@8",
                "x86_64-mingw: 5/1 a@0 b@8",
                "x86_64-windows: 16/8 a@0 b@64",
            ],
        ),
        named(
            "an alignment that is asked for, in a packed record",
            Shape {
                packed: true,
                ..structure(vec![plain("a", Char), aligned(2, plain("b", LongLong))])
            },
            &["x86_64-sysv: 10/2 a@0 b@16", "i386-sysv: 10/2 a@0 b@16"],
        ),
        named(
            "an array of no elements, and one without a length",
            Shape {
                arrays: vec![Count::Fixed(0), Count::Flexible],
                ..structure(vec![
                    plain("a", Char),
                    of_array(0, plain("b", LongLong)),
                    of_array(1, plain("c", Int)),
                ])
            },
            &[
                "x86_64-sysv: 8/8 a@0 b@64 c@64",
                "i386-sysv: 4/4 a@0 b@32 c@32",
                "m68k-sysv: 2/2 a@0 b@16 c@16",
            ],
        ),
        named(
            "a long bit-field is as wide as a long",
            structure(vec![bits("a", Int, 20), bits("b", Long, 20)]),
            &["x86_64-sysv: 8/8 a@0 b@20", "i386-sysv: 8/4 a@0 b@32"],
        ),
    ]
}
