//! The cut, as arithmetic: members, some of which each part has, and pairs of members, each of which goes to exactly one part.
//!
//! A member costs something in every part that has it, whatever its pairs are; so a good part has few members and all pairs among them. `k` members have `k(k+1)/2` pairs: of `P` equal ones, each of `N` parts must have at least about `P/√N`, where parts that are rows of the square would each have all `P`.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// What there is to be cut.
#[derive(Clone, Debug, Default)]
pub(crate) struct Work {
    /// What each member costs a part that has it.
    pub(crate) members: Vec<u64>,
    /// What each pair costs; the first of the two numbers is not the greater one.
    pub(crate) pairs: BTreeMap<(usize, usize), u64>,
}

/// One part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) members: BTreeSet<usize>,
    pub(crate) pairs: BTreeSet<(usize, usize)>,
    pub(crate) cost: u64,
}

/// Cuts work into so many parts, the costliest of which is as cheap as is easily found: the smallest budget is sought with which so many parts suffice. The same work gives the same parts.
///
/// `None` if there are fewer pairs than parts.
pub(crate) fn cut(work: &Work, parts: usize) -> Option<Vec<Part>> {
    if parts == 0 || work.pairs.len() < parts {
        return None;
    }
    let mut enough = work.of(work.pairs.keys().copied()).cost;
    let mut best = filled(work, enough, parts)?;
    let mut too_little = 0;
    // Filling is a heuristic. A larger budget may do slightly worse, which the search accepts.
    while enough - too_little > 1 {
        let budget = too_little + (enough - too_little) / 2;
        match filled(work, budget, parts) {
            Some(filled) => (enough, best) = (budget, filled),
            None => too_little = budget,
        }
    }
    while best.len() < parts {
        split_the_costliest(work, &mut best)?;
    }
    Some(best)
}

/// Fills one part after the other, each up to the budget; `None` where so many are not enough.
fn filled(work: &Work, budget: u64, parts: usize) -> Option<Vec<Part>> {
    let mut left = work.pairs.clone();
    let mut filled = Vec::new();
    while !left.is_empty() {
        if filled.len() == parts {
            return None;
        }
        let part = fill(work, budget, &left);
        if part.pairs.is_empty() {
            return None;
        }
        left.retain(|pair, _| !part.pairs.contains(pair));
        filled.push(part);
    }
    Some(filled)
}

/// Takes in that member which brings most pairs that nobody has yet, as long as the budget allows.
fn fill(work: &Work, budget: u64, left: &BTreeMap<(usize, usize), u64>) -> Part {
    let mut part = Part::default();
    loop {
        let members = (0..work.members.len()).filter(|member| !part.members.contains(member));
        let gains = members.filter_map(|member| gain(work, budget, left, &part, member));
        // Members without a pair were taken in for pairs that did not fit any more.
        let Some(best) = gains.max() else {
            return work.of(part.pairs);
        };
        let (_, _, Reverse((grown, member))) = best;
        let pairs = left.keys().filter(|pair| part.gets(pair, member)).copied();
        let brought: Vec<_> = pairs.collect();
        part.members.insert(member);
        part.pairs.extend(brought);
        part.cost = grown;
    }
}

/// The pairs that a member brings at once; those that it may bring later (at the beginning nobody brings much); and what the part costs with it.
type Gain = (usize, usize, Reverse<(u64, usize)>);

/// What a member brings; `None` where the budget does not allow it, or nobody needs it.
fn gain(
    work: &Work,
    budget: u64,
    left: &BTreeMap<(usize, usize), u64>,
    part: &Part,
    member: usize,
) -> Option<Gain> {
    let cost = part.cost.saturating_add(*work.members.get(member)?);
    let (mut brought, mut wanted, mut cost) = (0, 0, cost);
    for (pair, its) in left {
        wanted += usize::from(pair.0 == member || pair.1 == member);
        if part.gets(pair, member) {
            brought += 1;
            cost = cost.saturating_add(*its);
        }
    }
    (wanted > 0 && cost <= budget).then_some((brought, wanted, Reverse((cost, member))))
}

impl Part {
    /// Whether a pair becomes one of this part's by this member.
    fn gets(&self, (a, b): &(usize, usize), member: usize) -> bool {
        let is_there = |other: &usize| *other == member || self.members.contains(other);
        (*a == member && is_there(b)) || (*b == member && is_there(a))
    }
}

/// Where fewer parts would do, the costliest one gives half of its pairs to a part of their own.
fn split_the_costliest(work: &Work, parts: &mut Vec<Part>) -> Option<()> {
    let several = parts.iter().filter(|part| part.pairs.len() > 1);
    let costliest = several
        .max_by_key(|part| (part.cost, part.pairs.len()))?
        .clone();
    let half = costliest.pairs.len() / 2;
    let mut pairs = costliest.pairs.iter().copied();
    let first = work.of(pairs.by_ref().take(half));
    let second = work.of(pairs);
    let place = parts.iter_mut().find(|part| **part == costliest)?;
    *place = first;
    parts.push(second);
    Some(())
}

impl Work {
    /// A part with these pairs, and the members that they need.
    fn of(&self, pairs: impl IntoIterator<Item = (usize, usize)>) -> Part {
        let pairs: BTreeSet<_> = pairs.into_iter().collect();
        let members: BTreeSet<_> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
        let of_members = members
            .iter()
            .filter_map(|member| self.members.get(*member));
        let of_pairs = pairs.iter().filter_map(|pair| self.pairs.get(pair));
        let cost = of_members
            .chain(of_pairs)
            .fold(0, |cost: u64, one| cost.saturating_add(*one));
        Part {
            members,
            pairs,
            cost,
        }
    }
}

#[cfg(test)]
mod tests {
    use quickcheck::{QuickCheck, TestResult};

    use super::*;

    /// Every pair of so many members.
    fn square(members: Vec<u64>, pair: u64) -> Work {
        let count = members.len();
        let pairs = (0..count).flat_map(|a| (a..count).map(move |b| ((a, b), pair)));
        Work {
            pairs: pairs.collect(),
            members,
        }
    }

    fn costliest(parts: &[Part]) -> u64 {
        parts.iter().map(|part| part.cost).max().unwrap_or(0)
    }

    #[test]
    fn every_pair_is_in_exactly_one_part_and_no_part_is_empty() {
        fn property(members: Vec<u16>, wanted: Vec<(u8, u8, u16)>, parts: u8) -> TestResult {
            let members: Vec<_> = members.into_iter().take(12).map(u64::from).collect();
            let parts = usize::from(parts % 20) + 1;
            if members.is_empty() {
                return TestResult::discard();
            }
            let member = |number: u8| usize::from(number) % members.len();
            let pairs = wanted.into_iter().map(|(a, b, cost)| {
                let (a, b) = (member(a), member(b));
                ((a.min(b), a.max(b)), u64::from(cost))
            });
            let work = Work {
                pairs: pairs.collect(),
                members: members.clone(),
            };
            let Some(cut) = cut(&work, parts) else {
                return TestResult::from_bool(work.pairs.len() < parts);
            };
            let all: Vec<_> = cut.iter().flat_map(|part| part.pairs.iter()).collect();
            let distinct: BTreeSet<_> = all.iter().copied().collect();
            TestResult::from_bool(
                cut.len() == parts
                    && cut.iter().all(|part| !part.pairs.is_empty())
                    && all.len() == work.pairs.len()
                    && distinct == work.pairs.keys().collect()
                    && cut.iter().all(|part| *part == work.of(part.pairs.clone())),
            )
        }
        QuickCheck::new()
            .tests(50)
            .quickcheck(property as fn(_, _, _) -> _);
    }

    #[test]
    fn the_same_work_gives_the_same_parts() {
        fn property(members: Vec<u16>, parts: u8) -> bool {
            let members = members.into_iter().take(12).map(u64::from).collect();
            let work = square(members, 3);
            let parts = usize::from(parts % 8) + 1;
            cut(&work, parts) == cut(&work.clone(), parts)
        }
        QuickCheck::new()
            .tests(20)
            .quickcheck(property as fn(_, _) -> _);
    }

    /// The costliest part against P/√N, below which no cut can be; and against what the best cuts known have (Mills' coverings of pairs: 2/3, 3/5, 5/9, 1/2, 3/7 of the members for 3 to 7 parts).
    #[test]
    fn the_costliest_part_is_near_what_is_possible() {
        fn property(members: Vec<u8>, parts: u8) -> TestResult {
            let members: Vec<u64> = members.iter().map(|cost| u64::from(*cost) + 40).collect();
            let members: Vec<_> = members.into_iter().take(18).collect();
            let parts = usize::from(parts % 12) + 1;
            if members.len() < 12 {
                return TestResult::discard();
            }
            let all: u64 = members.iter().sum();
            let most = members.iter().max().copied().unwrap_or(0);
            let work = square(members, 0);
            let costliest = costliest(&cut(&work, parts).unwrap());
            let parts = u32::try_from(parts).unwrap();
            let least = f64::from(u32::try_from(all).unwrap()) / f64::from(parts).sqrt();
            let costliest = f64::from(u32::try_from(costliest).unwrap());
            let one_more = f64::from(u32::try_from(most).unwrap());
            TestResult::from_bool(
                costliest < 1.0 + 1.45 * least + one_more && costliest >= least * 0.7,
            )
        }
        QuickCheck::new()
            .tests(10)
            .quickcheck(property as fn(_, _) -> _);
    }

    #[test]
    fn what_equal_members_come_to() {
        let costs: Vec<_> = [1, 2, 3, 4, 6, 8, 12, 20]
            .into_iter()
            .map(|parts| costliest(&cut(&square(vec![100; 18], 0), parts).unwrap()) / 100)
            .collect();
        // Of 18 members, the costliest part has so many.
        assert_eq!(costs, [18, 18, 12, 12, 10, 9, 6, 6]);
    }
}
