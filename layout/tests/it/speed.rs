//! What the layouts of a large program cost on every ABI of the table, in allocations: a clock would measure the machine. No compiler is asked.

use crossum_layout::Layouts;
use crossum_layout::abi::{Abi, Abis};
use crossum_layout::types::{Type, TypeId, Types};

use crate::random_types::generate::{Chance, into};

const TYPES: usize = 4_000;
/// Of a type on an ABI: a record needs some for its members and holes, a scalar none.
const MAX_ALLOCATIONS_PER_TYPE: u64 = 2;

#[test]
fn a_large_program_is_laid_out_on_every_abi_at_once() {
    let host = Abis::builtin().get("i386-sysv").expect("a row");
    let mut chance = Chance::new(1);
    let mut types = Types::new();
    let records: Vec<TypeId> = std::iter::repeat_with(|| into(&mut types, &mut chance, host))
        .take(TYPES)
        .collect();
    let abis: Vec<&Abi> = Abis::builtin().iter().collect();

    let mut members = 0;
    let mut undetermined = 0;
    let cost = allocation_counter::measure(|| {
        for abi in &abis {
            let layouts = Layouts::new(abi, &types);
            // What was worked out once is not worked out again.
            for &record in records.iter().chain(&records) {
                match layouts.of(record) {
                    Ok(layout) => members += layout.members.len(),
                    Err(_) => undetermined += 1,
                }
            }
        }
    });
    let places = types.len() * abis.len();
    let allocations = cost.count_total;
    println!(
        "{TYPES} types on {} ABIs: {members} members, {undetermined} undetermined, {allocations} allocations for {places} places",
        abis.len(),
    );
    assert!(abis.len() >= 40);
    assert!(matches!(types.get(records[0]), Some(Type::Record(_))));
    assert!(
        allocations < MAX_ALLOCATIONS_PER_TYPE * places as u64,
        "{allocations} for {places}"
    );
}
