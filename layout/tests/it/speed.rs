//! How long the layouts of a large program take on every ABI of the table. No compiler is asked.

use std::time::{Duration, Instant};

use crossum_layout::Layouts;
use crossum_layout::abi::{Abi, Abis};
use crossum_layout::types::{Type, TypeId, Types};

use crate::random_types::generate::{Chance, into};

const TYPES: usize = 4_000;

#[test]
fn a_large_program_is_laid_out_on_every_abi_at_once() {
    let host = Abis::builtin().get("i386-sysv").expect("a row");
    let mut chance = Chance::new(1);
    let mut types = Types::new();
    let records: Vec<TypeId> = std::iter::repeat_with(|| into(&mut types, &mut chance, host))
        .take(TYPES)
        .collect();
    let abis: Vec<&Abi> = Abis::builtin().iter().collect();

    let start = Instant::now();
    let mut members = 0;
    let mut undetermined = 0;
    for abi in &abis {
        let layouts = Layouts::new(abi, &types);
        for &record in &records {
            match layouts.of(record) {
                Ok(layout) => members += layout.members.len(),
                Err(_) => undetermined += 1,
            }
        }
    }
    let took = start.elapsed();
    println!(
        "{TYPES} types on {} ABIs: {} members, {undetermined} undetermined, {took:?}",
        abis.len(),
        members
    );
    assert!(abis.len() >= 40);
    assert!(matches!(types.get(records[0]), Some(Type::Record(_))));
    // What an unoptimised build takes, on a machine with other things to do, says nothing.
    if cfg!(debug_assertions) {
        return;
    }
    assert!(took < Duration::from_secs(5), "{took:?}");
}
