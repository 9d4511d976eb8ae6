use std::collections::BTreeSet;

use quickcheck::{QuickCheck, TestResult, quickcheck};

use super::*;
use crate::cell;
use crate::select::{Available, Names};
use crate::sums::vectors::PairChoice;

fn cells(targets: &[&str], participants: &[&str]) -> Vec<Cell> {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let names = Names {
        targets: owned(targets),
        participants: owned(participants),
        ..Names::default()
    };
    let available = Available::new(None, PairChoice::default());
    let roles = names.roles(&available, layout::Abis::builtin()).unwrap();
    cell::cells(
        &roles.servers,
        &roles.clients,
        available.protocol.encodings(),
    )
}

#[test]
fn every_cell_is_in_exactly_one_shard_whatever_was_chosen() {
    fn property(chosen: Vec<u8>, shards: u8, implementation: Option<bool>) -> TestResult {
        let all: Vec<_> = cross::targets()
            .map(|target| target.name.as_str())
            .collect();
        let mut targets: Vec<_> = chosen
            .iter()
            .map(|at| all[usize::from(*at) % all.len()])
            .collect();
        targets.truncate(6);
        let participants: &[&str] = match implementation {
            None => &[],
            Some(true) => &["c-gcc"],
            Some(false) => &["c-clang", "rust"],
        };
        if targets.is_empty() || implementation == Some(false) {
            // Not every target has either of these two: all targets together do.
            targets.clear();
        }
        let cells = cells(&targets, participants);
        let shards = usize::from(shards % 24) + 1;
        let Ok(cut) = cut(&cells, &Costs::default(), shards) else {
            return TestResult::from_bool(!targets.is_empty());
        };
        let of_shards: Vec<_> = cut.iter().flat_map(|shard| &shard.cells).copied().collect();
        let distinct: BTreeSet<_> = of_shards.iter().copied().collect();
        let has_its_targets = |shard: &Shard| {
            shard.cells.iter().all(|at| {
                let cell = &cells[*at];
                [&cell.server, &cell.client].iter().all(|end| {
                    let name = end.target.name.as_str();
                    shard.targets.contains(&name)
                })
            })
        };
        TestResult::from_bool(
            cut.len() == shards
                && of_shards.len() == cells.len()
                && distinct == (0..cells.len()).collect()
                && cut.iter().all(|shard| !shard.cells.is_empty())
                && cut.iter().all(has_its_targets),
        )
    }
    QuickCheck::new()
        .tests(10)
        .quickcheck(property as fn(_, _, _) -> _);
}

#[test]
fn two_machines_make_the_same_plan_and_other_costs_another() {
    let cells = cells(&[], &["c-gcc", "c-clang"]);
    let plan = |costs: &Costs| cut(&cells, costs, 5).unwrap();
    assert_eq!(plan(&Costs::default()), plan(&Costs::default()));
    let cost = costs::Cost {
        build: Some(500.0),
        run: 1.0,
        cells: 1,
    };
    let s390x = "c-gcc@s390x-unknown-linux-gnu".to_owned();
    let other = plan(&Costs::new([(s390x, cost)].into()));
    assert_ne!(plan(&Costs::default())[0].plan, other[0].plan);
    let with_s390x = |shard: &&Shard| shard.targets.contains(&"s390x-unknown-linux-gnu");
    assert!(
        other
            .iter()
            .filter(with_s390x)
            .all(|shard| shard.cost > 500_000),
        "what costs most is reckoned with"
    );
}

#[test]
fn more_shards_than_pairs_of_targets_are_refused() {
    let cells = cells(
        &["i686-unknown-linux-gnu", "s390x-unknown-linux-gnu"],
        &["c-gcc"],
    );
    assert_eq!(cut(&cells, &Costs::default(), 3).unwrap().len(), 3);
    let error = cut(&cells, &Costs::default(), 4).unwrap_err();
    assert_eq!(
        error.to_string(),
        "these cells are between 3 pairs of targets, which can be cut into 1 to 3 shards, and not into 4"
    );
}

#[test]
fn a_shards_name_reads_back_and_nothing_else_is_one() {
    fn property(number: usize, of: usize) -> bool {
        let which = Which { number, of };
        (which.to_string().parse() == Ok(which)) == (1 <= number && number <= of)
    }
    quickcheck(property as fn(_, _) -> _);
    for text in ["", "1", "/", "0/3", "4/3", "1/3/5", "-1/3", "a/b"] {
        assert_eq!(text.parse::<Which>(), Err(NotAShard), "{text}");
    }
}
