//! Attributes found from how records lie in a file of one machine, against the compilers of the others: what is not ambiguous lies there as the rules say.

use std::collections::{BTreeMap, BTreeSet};

use crossum_layout::Layouts;
use crossum_layout::abi::{Abi, Abis};
use crossum_layout::dwarf::{self, Program};
use crossum_layout::fit::{self, Alignments, Fit};
use crossum_layout::types::{Type, TypeId};

use crate::compiled::{COMPILERS, Compiler, HOST};

const SOURCE: &str = r"
typedef __UINT64_TYPE__ uint64_t; typedef __UINT8_TYPE__ uint8_t;
typedef uint64_t aligned_u64 __attribute__((aligned(8)));
typedef long long loose __attribute__((aligned(2)));
#define PACKED __attribute__((packed))

struct args { long arg1, arg2; };
struct padded { char op; long long a; };
struct packed { char c; int i; short s; long long ll; } PACKED;
struct both_ways { int a; int b; };
struct both_ways_too { int a; int b; } PACKED;
struct tail { char c[8]; struct both_ways s; struct both_ways_too t; };
struct longs { long a; char b[8]; long long c; };
struct packed_longs { long a; char b[8]; long long c; } PACKED;
#pragma pack(push, 2)
struct pack2 { char c; int i; long long ll; char d; };
#pragma pack(pop)
#pragma pack(push, 4)
struct pack4 { int i; long long ll; void *p; short s; };
#pragma pack(pop)
struct member { char c; int i PACKED; long l; short s; };
struct trailing { long long a PACKED; int b; };
struct aligned { char c; int a __attribute__((aligned(16))); char b; };
struct very_aligned { char c; } __attribute__((aligned(32)));
struct through { char c; aligned_u64 a; loose b; };
struct packed_through { char c; aligned_u64 a; loose b; } PACKED;
struct packed_aligned { char c; long l; } __attribute__((packed, aligned(4)));
struct around { char c; struct very_aligned v; long double d; };
struct bits { unsigned a : 3; int b : 7; unsigned : 5; long long c : 33; unsigned char d : 4; char e; unsigned short f : 9; };
struct full_bits { unsigned a : 4, b : 28; unsigned char c : 1, d : 7; };
struct packed_bits { unsigned a : 3; int b : 30; unsigned c : 12; unsigned long long d : 51; } PACKED;
struct ended { unsigned a : 3; unsigned : 0; unsigned b : 5; char c; };
union either { char c[5]; int i; }; union packed_either { char c[5]; int i; } PACKED;
struct nest { char c; struct packed p; union either e; union packed_either f; struct pack2 q[2]; short s; };
enum shortest { P, Q = 200 } PACKED; enum small { A, B };
struct enums { enum shortest p; enum small s; };
struct floats { float f; double d; long double ld; };
";

/// Which of the types nothing but an alignment, or not even that, decides.
const NAMES: &[&str] = &[
    "args",
    "padded",
    "packed",
    "both_ways",
    "both_ways_too",
    "tail",
    "longs",
    "packed_longs",
    "pack2",
    "pack4",
    "member",
    "trailing",
    "aligned",
    "very_aligned",
    "through",
    "packed_through",
    "packed_aligned",
    "around",
    "bits",
    "full_bits",
    "packed_bits",
    "ended",
    "nest",
    "enums",
    "floats",
];

fn source() -> String {
    let mut source = SOURCE.to_owned();
    for name in NAMES {
        source += &format!("struct {name} {name};\n");
    }
    source + "union either either; union packed_either packed_either;\n"
}

fn read(compiler: Compiler, source: &str) -> Option<Program> {
    match compiler.object("c", source, &["-g", "-fno-eliminate-unused-debug-types"]) {
        Ok(octets) => Some(dwarf::read(&octets).expect("a program")),
        Err(why) => {
            why.name(&compiler.to_string(), compiler.program);
            None
        }
    }
}

/// What a compiler says of the alignments of a program's types.
fn reported(compiler: Compiler, program: &Program) -> Alignments {
    let records: Vec<_> = program
        .named
        .iter()
        .filter(|named| program.observed.contains_key(&named.kind))
        .cloned()
        .collect();
    let probe = source() + &fit::probe::source(program, &records);
    let answered = read(compiler, &probe).expect("the same source, and questions");
    fit::probe::answers(&answered, &records)
}

fn fitted(program: &mut Program, alignments: &Alignments) -> (Abi, Fit) {
    let table = Abis::builtin();
    let all: Vec<&Abi> = table.iter().collect();
    let fit = fit::best(program, table, &all, alignments).expect("the ABI of this machine");
    (fit.own[0].abi.clone(), fit)
}

fn by_name(program: &Program) -> BTreeMap<String, TypeId> {
    let named = program.named.iter();
    named
        .map(|named| (named.name.to_string(), named.kind))
        .collect()
}

/// A program that was fitted, and how its records compare with those of other machines.
struct Found {
    program: Program,
    fit: Fit,
    /// The records that lie as the compiler of another machine lays them out.
    equal: usize,
    /// The ABIs whose compilers were asked.
    asked: BTreeSet<String>,
}

impl Found {
    /// The records that are ambiguous on an ABI.
    fn ambiguous(&self, abi: &str) -> Vec<String> {
        let named = by_name(&self.program).into_iter();
        named
            .filter(|(_, id)| matches!(self.program.types.get(*id), Some(Type::Record(_))))
            .filter(|(_, id)| self.is_ambiguous(*id, abi))
            .map(|(name, _)| name)
            .collect()
    }

    fn is_ambiguous(&self, id: TypeId, abi: &str) -> bool {
        let about = self.fit.about(&self.program.types, id);
        about.iter().any(|ambiguity| ambiguity.abis.contains(abi))
    }

    /// How many records lie on another machine as its compiler lays them out, and those that do not.
    fn compare(&self, other: &Program, abi: &Abi) -> (usize, Vec<String>) {
        let mut equal = 0;
        let mut wrong = Vec::new();
        let others = by_name(other);
        let layouts = Layouts::new(abi, &self.program.types);
        for (name, id) in by_name(&self.program) {
            let Some(Type::Record(record)) = self.program.types.get(id) else {
                continue;
            };
            if self.is_ambiguous(id, abi.name()) {
                continue;
            }
            let model = match layouts.of(id) {
                Ok(model) => model,
                Err(error) => {
                    wrong.push(format!("{name}: {error}"));
                    continue;
                }
            };
            let observed = &other.observed[&others[&name]];
            let places: Vec<_> = model
                .members
                .iter()
                .filter(|member| member.name.is_some() || !member.is_bit_field)
                .map(|member| (member.bit_offset, Some(member.bit_size)))
                .collect();
            let found: Vec<_> = observed
                .members
                .iter()
                .map(|member| (member.bit_offset, member.bit_size))
                .collect();
            if (model.size, &places) == (observed.size, &found) {
                equal += 1;
            } else {
                wrong.push(format!(
                    "{name}: model {} {places:?}, compiler {} {found:?}, read as {record:?}",
                    model.size, observed.size
                ));
            }
        }
        (equal, wrong)
    }
}

fn check(from: Compiler, with_alignments: bool) -> Found {
    let mut program = read(from, &source()).expect("an object");
    let alignments = if with_alignments {
        reported(from, &program)
    } else {
        Alignments::default()
    };
    let (own, fit) = fitted(&mut program, &alignments);
    assert!(
        fit.unread.is_empty(),
        "{from}: {:?}",
        fit.unread
            .iter()
            .map(|id| &program.tags[id])
            .collect::<Vec<_>>()
    );
    let mut found = Found {
        program,
        fit,
        equal: 0,
        asked: BTreeSet::new(),
    };
    let mut wrong = Vec::new();
    for &compiler in COMPILERS
        .iter()
        .filter(|compiler| compiler.program != "clang")
    {
        let Some(other) = read(compiler, &source()) else {
            continue;
        };
        let abis = fit::candidates(&other, &other.builds[0], Abis::builtin());
        let Some(abi) = abis.first().map(|own| &own.abi) else {
            panic!("no row of the table is for {compiler}: {}", other.machine);
        };
        let (equal, differing) = found.compare(&other, abi);
        found.equal += equal;
        found.asked.insert(abi.name().to_owned());
        let (own, abi) = (own.name(), abi.name());
        wrong.extend(
            differing
                .iter()
                .map(|wrong| format!("{from} ({own}) to {compiler} ({abi}): {wrong}")),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    found
}

#[test]
fn what_is_not_ambiguous_lies_as_the_compilers_of_other_machines_lay_it_out() {
    let found = check(HOST, true);
    println!("{} equal", found.equal);
    // Of this machine alone there are some 25.
    assert!(found.equal > 20 * found.asked.len(), "{}", found.equal);
    // What may be between and after bit-fields is in no debug information.
    for abi in &found.asked {
        for name in found.ambiguous(abi) {
            let has_bits =
                ["struct bits", "struct ended", "struct full_bits"].contains(&name.as_str());
            assert!(has_bits, "{name} on {abi}");
        }
    }
    assert_eq!(found.ambiguous("mips-n64-be"), [""; 0]);
}

#[test]
fn what_only_an_alignment_decides_is_ambiguous_without_it_and_only_where_it_matters() {
    let found = check(HOST, false);
    let on_arm = found.ambiguous("arm-aapcs");
    for name in ["struct longs", "struct packed_longs"] {
        assert!(on_arm.iter().any(|found| found == name), "{on_arm:?}");
    }
    assert_eq!(found.ambiguous("mips-n64-be"), [""; 0]);
}

/// Clang tells the alignments of records only, and that is enough for them.
#[test]
fn what_clang_tells_decides_too() {
    let clang = Compiler {
        program: "clang",
        args: &["--target=x86_64-linux-gnu"],
    };
    if !clang.is_here() {
        return;
    }
    let on_arm = check(clang, true).ambiguous("arm-aapcs");
    let packed = "struct packed_longs";
    assert!(on_arm.iter().all(|found| found != packed), "{on_arm:?}");
}

#[test]
fn every_machine_can_be_the_one_that_is_known() {
    let programs = [
        "i686-linux-gnu-gcc",
        "m68k-linux-gnu-gcc",
        "s390x-linux-gnu-gcc",
        "arm-linux-gnueabi-gcc",
        "sh4-linux-gnu-gcc",
    ];
    for program in programs {
        let compiler = Compiler { program, args: &[] };
        if !compiler.is_here() {
            continue;
        }
        let found = check(compiler, true);
        println!("from {program} {} equal", found.equal);
        assert!(found.equal > 0, "{program}");
        // Where nothing is aligned to 8, what is packed to 4 looks like the rest.
        if program.starts_with("i686") {
            let names = found.ambiguous("x86_64-sysv");
            let has = |name: &str| names.iter().any(|found| found == name);
            assert!(has("struct padded") && has("struct pack4"), "{names:?}");
            assert!(!has("struct packed") && !has("struct aligned"), "{names:?}");
        }
    }
}

/// `struct hidden` looks the same as without its bit-field here, and does not on m68k.
#[test]
fn a_bit_field_without_a_name_that_nothing_shows_of_is_ambiguous_when_the_source_tells() {
    let source = "struct hidden { int i; short s; short : 16; int j; }; struct hidden h;\n\
                  struct plain { unsigned a : 4, b : 28; unsigned char c : 1, d : 7; }; struct plain p;";
    let mut program = read(HOST, source).expect("an object");
    let mut known = Alignments::default();
    known.read_source(&program, source);
    let is_ambiguous = |program: &Program, fit: &Fit, name: &str| {
        let id = program.of_name(name).next().expect("a type").kind;
        let ambiguities = fit.about(&program.types, id);
        ambiguities
            .iter()
            .any(|ambiguity| ambiguity.abis.contains("m68k-sysv"))
    };
    let (_, fit) = fitted(&mut program.clone(), &known);
    assert!(is_ambiguous(&program, &fit, "struct hidden"));
    assert!(!is_ambiguous(&program, &fit, "struct plain"));
    known.unnamed = None;
    let (_, fit) = fitted(&mut program, &known);
    assert!(!is_ambiguous(&program, &fit, "struct hidden"));
    assert!(is_ambiguous(&program, &fit, "struct plain"));
}

/// By avr-gcc 5.4, `v` of the first two is at 2 of 6 octets there and of the third at 1 of 4. gcc writes no alignment at a member that `#pragma pack` cuts down.
#[test]
fn an_alignment_that_a_pack_hides_is_ambiguous_where_the_type_alone_is_aligned_to_less() {
    let source = "#pragma pack(push, 2)\n\
                  struct standard { char k; _Alignas(8) unsigned v; char t; } standard;\n\
                  struct gnu { char k; unsigned v __attribute__((aligned(8))); char t; } gnu;\n\
                  struct plain { char k; unsigned v; char t; } plain;\n";
    let program = read(HOST, source).expect("an object");
    let mut in_source = Alignments::default();
    in_source.read_source(&program, source);
    for known in [Alignments::default(), in_source] {
        let mut program = program.clone();
        let (_, fit) = fitted(&mut program, &known);
        for (name, hides) in [
            ("struct standard", true),
            ("struct gnu", true),
            ("struct plain", false),
        ] {
            let id = program.of_name(name).next().expect("a type").kind;
            let about = fit.about(&program.types, id);
            let on = |abi: &str| about.iter().any(|found| found.abis.contains(abi));
            assert_eq!(on("avr-gcc"), hides, "{name}: {about:?}");
            assert!(!on("i386-sysv") && !on("m68k-sysv"), "{name}: {about:?}");
        }
    }
}
