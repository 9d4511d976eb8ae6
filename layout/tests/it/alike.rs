//! ABIs that are said to place alike do so: with types by chance, on every ABI of the table. No compiler is asked.

use crossum_layout::Layouts;
use crossum_layout::abi::{Abi, Abis};
use crossum_layout::types::{TypeId, Types};

use crate::random_types::generate::{Chance, into};

const TYPES: usize = 20;

#[test]
fn what_places_alike_lays_every_type_out_alike() {
    let mut chance = Chance::new(7);
    let mut types = Types::new();
    // Each generator has the types of one ABI: of __int128, of Microsoft's bit-fields, ...
    let records: Vec<TypeId> = Abis::builtin()
        .iter()
        .flat_map(|abi| {
            (0..TYPES)
                .map(|_| into(&mut types, &mut chance, abi))
                .collect::<Vec<_>>()
        })
        .collect();
    let classes = Abi::alike(Abis::builtin().iter());
    let abis = Abis::builtin().iter().count();
    assert_eq!(classes.iter().map(Vec::len).sum::<usize>(), abis);
    assert!(classes.len() < abis, "{abis} ABIs, and none alike");
    let mut compared = 0_usize;
    for class in classes {
        let (first, others) = class.split_first().expect("no class is empty");
        let of_first = Layouts::new(first, &types);
        for other in others {
            let of_other = Layouts::new(other, &types);
            for &record in &records {
                let names = format!("{} and {}", first.name(), other.name());
                assert_eq!(of_first.of(record), of_other.of(record), "{names}");
                compared += 1;
            }
        }
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn where_a_long_or_an_alignment_differs_nothing_is_alike() {
    let abi = |name| Abis::builtin().get(name).expect("a row");
    for (one, other, alike) in [
        ("x86_64-sysv", "x86_64-windows", false),
        ("i386-sysv", "arm-aapcs", false),
        ("i386-sysv", "m68k-sysv", false),
        ("bpf-le", "bpf-be", true),
        ("mips-o32-le", "mips-o32-be", true),
        // A type of Go has a layout on one of them only.
        ("arm-aapcs", "arm-aapcs-be", false),
    ] {
        let classes = Abi::alike([abi(one), abi(other)]).len();
        assert_eq!(classes == 1, alike, "{one} and {other}");
    }
}
