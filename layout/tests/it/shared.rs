//! What the crate gives out can be sent to other threads and shared among them.

use crossum_layout::abi::{Abi, AbiError, Abis, Fact, FactValue};
use crossum_layout::dwarf::{Machine, Program, ReadError};
use crossum_layout::fit::{Alignments, Ambiguity, Fit};
use crossum_layout::libc::Library;
use crossum_layout::macros::Machines;
use crossum_layout::types::{RecordBuilder, TypeId, Types};
use crossum_layout::{Layout, LayoutError, Layouts, Leaf, Leaves};

use crate::random_types::generate::{Chance, into};

/// The compiler refuses this for a type that is not both.
fn is_shared<T: Send + Sync>() {}

#[test]
fn every_public_type_can_be_shared_among_threads() {
    is_shared::<(Abi, Abis, AbiError, Fact, FactValue)>();
    is_shared::<(Types, RecordBuilder<'_>)>();
    is_shared::<(Layout<'_>, Layouts<'_>, LayoutError, Leaf, Leaves<'_, '_>)>();
    is_shared::<(Machine, Program, ReadError)>();
    is_shared::<(Alignments, Ambiguity, Fit)>();
    is_shared::<(Library, Machines)>();
}

#[test]
fn threads_that_ask_one_layouts_at_once_get_what_one_alone_gets() {
    const TYPES: usize = 500;
    let abi = Abis::builtin().get("arm-aapcs").expect("a row");
    let mut chance = Chance::new(3);
    let mut types = Types::new();
    let records: Vec<TypeId> = std::iter::repeat_with(|| into(&mut types, &mut chance, abi))
        .take(TYPES)
        .collect();
    let alone = Layouts::new(abi, &types);
    let together = Layouts::new(abi, &types);
    // Two from the front and two from the back, so that they meet.
    std::thread::scope(|scope| {
        for turn in 0..4 {
            let (together, records) = (&together, &records);
            scope.spawn(move || {
                for place in 0..records.len() {
                    let place = if turn % 2 == 0 {
                        place
                    } else {
                        records.len() - 1 - place
                    };
                    let _ = together.of(records[place]);
                }
            });
        }
    });
    for &record in &records {
        assert_eq!(together.of(record), alone.of(record));
    }
    assert!(records.iter().any(|&record| alone.of(record).is_ok()));
}
