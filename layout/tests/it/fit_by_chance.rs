//! Types by chance, compiled here, read back from debug information and fitted: on every ABI of the table they lie as they were declared to, or are ambiguous.
//!
//! `CROSSUM_RANDOM_FITS=N` says how many types, `CROSSUM_RANDOM_SEED=N` where chance begins.

use std::collections::BTreeMap;

use crossum_layout::abi::{Abi, Abis};
use crossum_layout::dwarf::{self, Named, Program};
use crossum_layout::fit::{self, Alignments, Fit};
use crossum_layout::types::{Member, TypeId, Types};
use crossum_layout::{LayoutError, Layouts, LeafKind};

use crate::compiled::{Compiler, HOST};
use crate::compilers;
use crate::random_types::case::{Case, Expected};
use crate::random_types::declare::declare;
use crate::random_types::generate::{Chance, generate};

const PRELUDE: &str = "enum small { ZERO };
#line 1 \"/usr/include/stddef.h\"
typedef __INT16_TYPE__ int16_t; typedef __INT32_TYPE__ int32_t; typedef __INT64_TYPE__ int64_t; typedef __WCHAR_TYPE__ wchar_t;
#line 1 \"case.c\"
#ifdef __clang__
#define FLOAT128 __float128
#else
#define FLOAT128 _Float128
#endif
";

const AT_ONCE: usize = 200;

/// Cases of this machine's ABI, and the names of their types.
struct Batch {
    cases: Vec<(Case, String)>,
    source: String,
}

impl Batch {
    fn new(chance: &mut Chance, abi: &Abi, compiler: Compiler) -> Batch {
        let mut source = PRELUDE.to_owned();
        let cases = std::iter::repeat_with(|| generate(chance, abi))
            .filter(|case| Expected::of(case, abi).is_ok() && shows_all(case, abi, compiler))
            .take(AT_ONCE)
            .enumerate()
            .map(|(number, case)| {
                let (declarations, name) = declare(&case, &format!("t{number}"));
                source += &declarations;
                (case, name)
            })
            .collect();
        for width in ["INT16", "INT32", "INT64", "WCHAR"] {
            let macro_name = format!("__{width}_TYPE__ ");
            let (head, body) = source.split_at(PRELUDE.len());
            source = head.to_owned()
                + &body.replace(&macro_name, &format!("{}_t ", width.to_lowercase()));
        }
        Batch { cases, source }
    }

    fn read(&self, compiler: Compiler, more: &str) -> Program {
        let args = ["-g", "-std=gnu11", "-fno-eliminate-unused-debug-types"];
        let octets = compiler.object("c", &(self.source.clone() + more), &args);
        dwarf::read(&octets.expect("an object")).expect("a program")
    }
}

/// Whether debug information shows all that was declared. Compilers leave bit-fields without a name out, and an `aligned(N)` that asks for less than there is anyhow; Clang does not say that a member is a bit-field when it is as wide as its type, nor how that is aligned.
fn shows_all(case: &Case, abi: &Abi, compiler: Compiler) -> bool {
    let layouts = Layouts::new(abi, &case.types);
    let is_less = |aligned: Option<u32>, than: TypeId| {
        let align = layouts.of(than).map_or(0, |layout| layout.align);
        aligned.is_some_and(|aligned| u64::from(aligned) < align)
    };
    let hidden = |member: &Member| {
        let unnamed = member.bits.is_some() && member.name.is_none();
        let size = layouts.of(member.kind).map_or(0, |layout| layout.size);
        let full = member.bits.is_some_and(|bits| u64::from(bits) == 8 * size);
        let aligned = member.bits.is_some() && member.aligned.is_some();
        let hidden_by_clang = compiler.program == "clang" && (full || aligned);
        unnamed || hidden_by_clang || is_less(member.aligned, member.kind)
    };
    case.records.iter().all(|&id| {
        let record = case.record(id);
        !record.members.iter().any(hidden) && !is_less(record.aligned, id)
    })
}

/// A path, its first bit, and its size in bits.
type Place = (String, u64, u64);

/// Everything in a type that has a name: where it is, and how large.
fn places(types: &Types, id: TypeId, abi: &Abi) -> Result<(u64, Vec<Place>), LayoutError> {
    let layouts = Layouts::new(abi, types);
    let leaves = layouts.leaves(id)?;
    let named = leaves.filter(|leaf| leaf.kind != LeafKind::Padding);
    let named = named.map(|leaf| (leaf.path, leaf.bit_offset, leaf.bit_size));
    Ok((layouts.of(id)?.size, named.collect()))
}

#[derive(Default)]
struct Tally {
    equal: usize,
    ambiguous: usize,
    undetermined: usize,
    wrong: Vec<String>,
}

fn compare(batch: &Batch, program: &Program, fit: &Fit, tally: &mut Tally) {
    let ids: BTreeMap<String, TypeId> = program
        .named
        .iter()
        .map(|named| (named.name.to_string(), named.kind))
        .collect();
    for (case, name) in &batch.cases {
        let id = ids[name];
        let ambiguities = fit.about(&program.types, id);
        for abi in Abis::builtin().iter() {
            // A bit-field may be too wide for another machine's int.
            let Ok(declared) = places(&case.types, case.root, abi) else {
                continue;
            };
            if ambiguities
                .iter()
                .any(|ambiguity| ambiguity.abis.contains(abi.name()))
            {
                tally.ambiguous += 1;
                continue;
            }
            match places(&program.types, id, abi) {
                Ok(fitted) if fitted == declared => tally.equal += 1,
                Err(LayoutError::Opaque { .. }) => tally.undetermined += 1,
                other => {
                    let (declarations, _) = declare(case, "t");
                    tally.wrong.push(format!(
                        "{name} on {}: fitted {other:?}, declared {declared:?}\n{declarations}{:?}",
                        abi.name(),
                        program.types.get(id)
                    ));
                }
            }
        }
    }
}

fn check(compiler: Compiler, with_alignments: bool) {
    let number = |name: &str| Some(std::env::var(name).ok()?.parse::<u64>().expect("a number"));
    let wanted = number("CROSSUM_RANDOM_FITS").unwrap_or(300);
    let mut chance = Chance::new(number("CROSSUM_RANDOM_SEED").unwrap_or(7));
    let abi = compilers::host().abi();
    let all: Vec<&Abi> = Abis::builtin().iter().collect();
    let mut tally = Tally::default();
    let mut done = 0;
    while done < wanted {
        let batch = Batch::new(&mut chance, &abi, compiler);
        let mut program = batch.read(compiler, "");
        let mut alignments = Alignments::default();
        if with_alignments {
            let records = program
                .named
                .iter()
                .filter(|named| program.observed.contains_key(&named.kind));
            let records: Vec<Named> = records.cloned().collect();
            let answered = batch.read(compiler, &fit::probe::source(&program, &records));
            alignments = fit::probe::answers(&answered, &records);
        }
        let fit = fit::best(&mut program, Abis::builtin(), &all, &alignments)
            .expect("this machine's ABI");
        compare(&batch, &program, &fit, &mut tally);
        done += batch.cases.len() as u64;
        if !tally.wrong.is_empty() {
            break;
        }
    }
    let Tally {
        equal,
        ambiguous,
        undetermined,
        wrong,
    } = tally;
    println!(
        "{compiler}, alignments {with_alignments}: {done} types, {equal} layouts equal, {ambiguous} ambiguous, {undetermined} undetermined"
    );
    assert!(
        wrong.is_empty(),
        "{} wrong, the first {}",
        wrong.len(),
        wrong[0]
    );
    assert!(equal > ambiguous + undetermined);
}

#[test]
fn a_fitted_type_lies_on_every_abi_as_it_was_declared_or_is_ambiguous() {
    check(HOST, true);
}

#[test]
fn so_it_does_when_clang_compiled_it() {
    let clang = Compiler {
        program: "clang",
        args: &[],
    };
    if !clang.is_here() {
        return;
    }
    check(clang, true);
}

#[test]
fn so_it_does_without_alignments() {
    check(HOST, false);
}
