//! Types by chance, as the compilers here lay them out and as the model does.
//!
//! `CROSSUM_RANDOM_TYPES=N` says how many layouts are compared in all, `CROSSUM_RANDOM_SEED=N` where chance begins, and
//! `CROSSUM_RANDOM_COMPILER=TEXT` that only compilers with this in their name or arguments are asked.

pub(crate) mod case;
pub(crate) mod declare;
pub(crate) mod generate;
pub(crate) mod measure;
mod shrink;

use std::time::Instant;

use crossum_layout::abi::{Abi, Abis, BitFieldOrder, Scalar};

use crate::compilers::{self, Compiler};
use case::{Case, Expected};
use generate::{Chance, generate};
use measure::{Failure, differences};

const LAYOUTS: u64 = 25_000;

#[test]
fn types_by_chance_lie_as_the_compilers_lay_them() {
    let number = |name: &str| Some(std::env::var(name).ok()?.parse::<u64>().expect("a number"));
    let wanted = number("CROSSUM_RANDOM_TYPES").unwrap_or(LAYOUTS);
    let seed = number("CROSSUM_RANDOM_SEED").unwrap_or(4);
    let only = std::env::var("CROSSUM_RANDOM_COMPILER").unwrap_or_default();
    let compilers: Vec<Compiler> = compilers::all()
        .filter(|compiler| compiler.to_string().contains(&only))
        .filter(is_here)
        .collect();

    assert!(!compilers.is_empty(), "no compiler `{only}` is here");
    let each = wanted.div_ceil(compilers.len() as u64);
    let mut compared = 0;
    let mut mismatches = Vec::new();
    for compiler in &compilers {
        let start = Instant::now();
        let abi = compiler.abi();
        let mut chance = Chance::new(seed);
        let mut done = 0;
        while done < each {
            let (count, mismatch) = batch(compiler, &abi, &mut chance, each - done);
            done += count;
            if let Some(mismatch) = mismatch {
                mismatches.push(format!("{compiler}: {mismatch}"));
                break;
            }
        }
        println!(
            "{compiler}: {done} layouts in {:.1} s",
            start.elapsed().as_secs_f64()
        );
        compared += done;
    }
    println!("{compared} layouts, {} compilers", compilers.len());
    assert!(mismatches.is_empty(), "{}", mismatches.join("\n\n"));
}

/// What is compared is worth nothing unless a wrong model fails.
#[test]
fn a_wrong_model_is_found_and_its_case_shrunk() {
    let compiler = compilers::host();
    let right = compiler.row();
    let m68k = Abis::builtin().get("m68k-sysv").expect("a row");
    let other_end = match right.bit_field_order() {
        BitFieldOrder::LowFirst => BitFieldOrder::HighFirst,
        BitFieldOrder::HighFirst => BitFieldOrder::LowFirst,
    };
    for (wrong, says) in [
        (right.with_alignment_of(m68k), "align is"),
        (right.with_width_of(m68k), "size is"),
        (right.with_bit_field_order(other_end), "bits of"),
    ] {
        let (_, mismatch) = batch(&compiler, &wrong, &mut Chance::new(1), 400);
        let mismatch = mismatch.expect("a mismatch");
        assert!(mismatch.contains(says), "`{says}` is not in: {mismatch}");
        assert!(mismatch.matches(';').count() < 5, "not shrunk: {mismatch}");
    }
}

/// Whether the compiler is here; it is said when it is not.
fn is_here(compiler: &Compiler) -> bool {
    match differences(compiler, &compiler.abi(), &[]) {
        Ok(_) => true,
        // An older clang does not know every triple.
        Err(Failure::Refused(says)) if !says.contains("unknown target") => {
            panic!("{compiler} refuses the empty program:\n{says}")
        }
        Err(failure) => {
            failure.name(compiler);
            false
        }
    }
}

/// How many cases one compilation has: a constant of a 16-bit target cannot be large.
fn batch_size(abi: &Abi) -> u64 {
    if abi.size(Scalar::Pointer) < 4 {
        25
    } else {
        400
    }
}

/// Compares some cases; how many, and the first mismatch, shrunk.
fn batch(
    compiler: &Compiler,
    abi: &Abi,
    chance: &mut Chance,
    at_most: u64,
) -> (u64, Option<String>) {
    let cases: Vec<Case> = std::iter::repeat_with(|| generate(chance, abi))
        .filter(|case| Expected::of(case, abi).is_ok())
        .take(usize::try_from(at_most.min(batch_size(abi))).expect("a small number"))
        .collect();
    let count = cases.len() as u64;
    (count, first_mismatch(compiler, abi, &cases))
}

fn first_mismatch(compiler: &Compiler, abi: &Abi, cases: &[Case]) -> Option<String> {
    let (mut case, mut difference) = first_that_differs(compiler, abi, cases)?;
    while let Some(simpler) = first_that_differs(compiler, abi, &shrink::simpler(&case)) {
        (case, difference) = simpler;
    }
    let (declarations, name) = declare::declare(&case, "t");
    Some(format!("{name}: {difference}\n{declarations}"))
}

/// The first case that the compiler lays out in another way, and how.
fn first_that_differs(compiler: &Compiler, abi: &Abi, cases: &[Case]) -> Option<(Case, String)> {
    let pairs: Vec<(&Case, Expected)> = cases
        .iter()
        .filter_map(|case| Some((case, Expected::of(case, abi).ok()?)))
        .collect();
    if pairs.is_empty() {
        return None;
    }
    match differences(compiler, abi, &pairs) {
        Ok(differences) => {
            let mut differing = pairs.iter().zip(differences);
            differing.find_map(|((case, _), difference)| Some(((*case).clone(), difference?)))
        }
        // Which one is it?
        Err(Failure::Refused(says)) if pairs.len() == 1 => {
            Some((pairs[0].0.clone(), format!("refused: {says}")))
        }
        Err(Failure::Refused(_)) => {
            let (first, second) = cases.split_at(cases.len() / 2);
            first_that_differs(compiler, abi, first)
                .or_else(|| first_that_differs(compiler, abi, second))
        }
        Err(Failure::NotHere(error)) => panic!("{compiler} has gone: {error}"),
    }
}
