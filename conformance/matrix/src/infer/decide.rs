//! The target that would decide between alternatives, if it took part.

use layout::{Abi, Abis};

use super::condition::Condition;
use super::explanation::Alternative;
use super::fact::{Facts, Tier, of_machine};
use super::ran::Ran;
use crate::cell::Cell;
use crate::participant::Participant;

/// Names, beside each condition that others hold with, the target that distinguishes most of these from it, in the parts that participants can play there. Beside the first of an alternative it is the target that distinguishes most of the other alternatives, too.
pub(super) fn decide(
    alternatives: &mut [Alternative],
    abis: &Abis,
    ran: &[Ran<'_>],
    cells: &[&Cell],
) {
    let others: Vec<Alternative> = alternatives.to_vec();
    for (number, alternative) in alternatives.iter_mut().enumerate() {
        let own = others.get(number).cloned();
        for (at, distinction) in alternative.0.iter_mut().enumerate() {
            let likeliest = distinction.likeliest.clone();
            // Another target says nothing about what is no fact of a machine.
            let or = distinction.or.iter();
            let or: Vec<&Condition> = or.filter(|one| one.tier() != Tier::Last).collect();
            let rest = others.iter().enumerate();
            let rest: Vec<&Alternative> = rest
                .filter(|(other, _)| at == 0 && *other != number)
                .map(|(_, alternative)| alternative)
                .collect();
            let own = own.as_ref();
            distinction.distinguished_by = best(abis, cells, |abi, serves, asks| {
                let facts = &of_machine(abi);
                let is_new = |differs: &dyn Fn(&Facts, &Facts) -> bool| {
                    ran.iter().any(|one| {
                        (serves && differs(facts, one.client))
                            || (asks && differs(one.server, facts))
                    })
                };
                let of_conditions = or.iter().filter(|other| {
                    is_new(&|server, client| {
                        other.holds(server, client) != likeliest.holds(server, client)
                    })
                });
                let of_alternatives = rest.iter().filter(|other| {
                    is_new(&|server, client| {
                        own.is_some_and(|own| own.holds(server, client))
                            != other.holds(server, client)
                    })
                });
                of_conditions.count() + of_alternatives.count()
            });
        }
    }
}

/// The first of the targets for which the count is highest, if it is not 0 for all. It is given the target's ABI, and whether somebody can serve and ask there.
pub(super) fn best(
    abis: &Abis,
    cells: &[&Cell],
    count: impl Fn(&Abi, bool, bool) -> usize,
) -> Option<&'static str> {
    let observed = cross::targets().filter(|target| target.unobserved.is_none());
    let counted = observed.filter_map(|target| {
        let abi: &Abi = abis.get(&target.abi)?;
        let possible =
            |end: &Participant| end.implementation.impossible(target, Some(abi)).is_none();
        let serves = cells.iter().any(|cell| possible(&cell.server));
        let asks = cells.iter().any(|cell| possible(&cell.client));
        Some((count(abi, serves, asks), target.name.as_str()))
    });
    let best = counted.min_by_key(|(count, _)| std::cmp::Reverse(*count));
    best.filter(|(count, _)| *count > 0).map(|(_, name)| name)
}
