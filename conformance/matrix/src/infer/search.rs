//! The smallest sets of conditions that hold in every cell that breaks, and in none that is right: all that explain the same equally well.

use std::collections::BTreeSet;

use super::condition::Condition;
use super::explanation::{Alternative, Distinction, Explanation};
use super::fact::{DistinguishingFact, Facts, LAST, LIKELIEST, Tier};
use super::ran::Ran;
use super::wire::Wire;
use crate::cause::Cause;

/// No explanation of more conditions than this is sought.
const MAX_CONDITIONS: usize = 3;

/// Of more facts than this, two may be together.
const MAX_FACTS: usize = 5;

/// No more alternatives than this are kept.
const MAX_ALTERNATIVES: usize = 16;

/// Explains; `None` where nothing broke. `is_raw` where a message is the machine's own struct.
pub fn explain(cells: &[Ran<'_>], is_raw: bool) -> Option<Explanation> {
    let (right, wrong): (Vec<_>, Vec<_>) = cells.iter().partition(|cell| cell.right);
    if wrong.is_empty() {
        return None;
    }
    if right.is_empty() {
        let alike = |cell: &&Ran<'_>| of_machine(cell.server).eq(of_machine(cell.client));
        return Some(match wrong.iter().any(alike) {
            true => Explanation::Everywhere,
            false => Explanation::Alone,
        });
    }
    let wire = Wire::of(cells, is_raw);
    if wire.is_lucky(&right) {
        return Some(Explanation::Nothing);
    }
    let facts = facts(cells, &wire);
    let of_tier = |tier: Tier| -> Covers {
        let facts = facts.iter().filter(|fact| fact.tier() <= tier);
        let conditions = conditions(facts.cloned().collect());
        let candidates = candidates(conditions, &right, &wrong, &wire);
        covers(&candidates, &wrong, &wire)
    };
    // What accounts for all that is seen is named before what does not; of either what comes to mind first, and what explains the same in fewer words beside it. Of those with the same causes one is enough.
    let tiers = [Tier::Likely, Tier::Fact].map(of_tier);
    let [likely, all] = &tiers;
    let accounted = likely.accounted.iter().chain(&all.accounted);
    let rest = likely.unaccounted.iter().chain(&all.unaccounted);
    let mut told: Vec<Alternative> = Vec::new();
    for alternative in accounted.chain(rest) {
        if let Some(same) = told.iter_mut().find(|other| other.is_same(alternative)) {
            // With more that holds in the same cells.
            if same.conditions() < alternative.conditions() {
                *same = alternative.clone();
            }
        } else if !told
            .iter()
            .any(|other| other.causes() == alternative.causes())
        {
            told.push(alternative.clone());
        }
    }
    if told.is_empty() {
        let last = of_tier(Tier::Last);
        told = [last.accounted, last.unaccounted].concat();
    }
    Some(match told.is_empty() {
        true => Explanation::Nothing,
        false => Explanation::Where(told),
    })
}

fn of_machine(facts: &Facts) -> impl Iterator<Item = (&String, &String)> {
    let facts = facts.iter();
    facts.filter(|(key, _)| !LAST.contains(&key.as_str()))
}

/// All facts that may distinguish cells, the likeliest first.
fn facts(cells: &[Ran<'_>], wire: &Wire<'_>) -> Vec<DistinguishingFact> {
    let keys: BTreeSet<&String> = cells
        .iter()
        .flat_map(|cell| cell.server.keys().chain(cell.client.keys()))
        .collect();
    let mut keys: Vec<_> = keys.into_iter().collect();
    let rank = |key: &str| {
        let likely = LIKELIEST.iter().position(|likely| *likely == key);
        likely.unwrap_or(LIKELIEST.len())
    };
    keys.sort_by_key(|key| rank(key));
    let last = |key: &&String| LAST.contains(&key.as_str());
    keys.sort_by_key(last);
    let values = |key: &String| -> BTreeSet<String> {
        let facts = cells.iter().flat_map(|cell| [cell.server, cell.client]);
        facts.filter_map(|facts| facts.get(key).cloned()).collect()
    };
    let between = keys
        .iter()
        .map(|key| DistinguishingFact::Between((*key).clone()));
    let sizes = keys
        .iter()
        .filter(|key| key.starts_with("size.") || key.starts_with("align."));
    let larger = sizes.flat_map(|key| {
        [
            DistinguishingFact::ServerLarger((*key).clone()),
            DistinguishingFact::ClientLarger((*key).clone()),
        ]
    });
    let at_one_end = keys.iter().flat_map(|key| {
        values(key).into_iter().flat_map(|value| {
            [
                DistinguishingFact::Server((*key).clone(), value.clone()),
                DistinguishingFact::Client((*key).clone(), value),
            ]
        })
    });
    let all = between.chain(larger).chain(at_one_end);
    all.filter(|fact| wire.admits(fact)).collect()
}

/// Each fact alone, and what goes wrong together with the byte order of one end: the upper half of a number is read where its first octets are the most significant.
fn conditions(facts: Vec<DistinguishingFact>) -> Vec<Condition> {
    let is_order = |fact: &&DistinguishingFact| fact.is_of_one_end() && fact.key() == "byte-order";
    let orders: Vec<_> = facts.iter().filter(is_order).cloned().collect();
    let differences = facts.iter().filter(|fact| {
        !fact.is_of_one_end() && fact.key() != "byte-order" && fact.tier() != Tier::Last
    });
    // Which of the two is larger says more than that they differ.
    let mut differences: Vec<_> = differences.collect();
    differences.sort_by_key(|fact| matches!(fact, DistinguishingFact::Between(_)));
    let together: Vec<Condition> = differences
        .into_iter()
        .flat_map(|fact| {
            orders.iter().map(|order| Condition {
                fact: fact.clone(),
                and: Some(order.clone()),
            })
        })
        .collect();
    let alone = facts.into_iter().map(Condition::from);
    alone.chain(together).collect()
}

/// Conditions that hold in no cell that is right, and in the same cells that break.
struct Candidate {
    distinction: Distinction,
    /// How many facts the shortest of them has.
    facts: usize,
    cells: CellSet,
}

/// Cells that break, by number: a bit each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct CellSet(Vec<u64>);

impl CellSet {
    fn of(cells: impl Iterator<Item = bool>) -> CellSet {
        let mut words = Vec::new();
        for (at, is_in) in cells.enumerate() {
            if at % 64 == 0 {
                words.push(0);
            }
            if let Some(word) = words.last_mut() {
                *word |= u64::from(is_in) << (at % 64);
            }
        }
        CellSet(words)
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    fn without(&self, other: &CellSet) -> CellSet {
        let words = self.0.iter().zip(&other.0);
        CellSet(words.map(|(word, others)| word & !others).collect())
    }

    fn first(&self) -> Option<usize> {
        let at = self.0.iter().position(|word| *word != 0)?;
        let word = self.0.get(at)?;
        Some(64 * at + usize::try_from(word.trailing_zeros()).ok()?)
    }

    fn contains(&self, cell: usize) -> bool {
        let word = self.0.get(cell / 64);
        word.is_some_and(|word| word >> (cell % 64) & 1 == 1)
    }
}

fn candidates(
    conditions: Vec<Condition>,
    right: &[&Ran<'_>],
    wrong: &[&Ran<'_>],
    wire: &Wire<'_>,
) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = Vec::new();
    for condition in conditions {
        let holds = |cell: &&Ran<'_>| condition.holds(cell.server, cell.client);
        if right.iter().any(holds) {
            continue;
        }
        let cells = CellSet::of(wrong.iter().map(holds));
        if cells.is_empty() {
            continue;
        }
        let facts = condition.facts().count();
        let is_certain = |condition: &Condition| matches!(condition, Condition { fact: DistinguishingFact::Between(key), and: None } if wire.is_certain(key));
        match candidates.iter_mut().find(|other| other.cells == cells) {
            // What is longer says no more.
            Some(same) if same.facts < facts => {}
            // What is seen in the octets needs no other reason.
            Some(same) if is_certain(&same.distinction.likeliest) => {}
            Some(same) if is_certain(&condition) => {
                same.distinction.likeliest = condition;
                same.distinction.or.clear();
            }
            Some(same) => same.distinction.or.push(condition),
            None => candidates.push(Candidate {
                distinction: Distinction {
                    likeliest: condition,
                    or: Vec::new(),
                    distinguished_by: None,
                },
                facts,
                cells,
            }),
        }
    }
    candidates
}

/// Sets of conditions that hold in all cells that break.
#[derive(Default)]
struct Covers {
    /// Those that account for what is seen of the octets.
    accounted: Vec<Alternative>,
    /// Those that do not.
    unaccounted: Vec<Alternative>,
}

/// All sets of candidates that hold in all cells together, of the smallest number of facts; and where none of them accounts for what is seen of the octets, the smallest that do.
fn covers(candidates: &[Candidate], wrong: &[&Ran<'_>], wire: &Wire<'_>) -> Covers {
    let all = CellSet::of(wrong.iter().map(|_| true));
    let mut covers = Covers::default();
    for facts in 1..=MAX_FACTS {
        let mut found = BTreeSet::new();
        seek(candidates, &all, facts, &mut Vec::new(), &mut found);
        let alternatives = found.into_iter().map(|chosen| {
            let chosen = chosen.into_iter().filter_map(|at| candidates.get(at));
            Alternative(chosen.map(|one| one.distinction.clone()).collect())
        });
        let is_accounted_for = |alternative: &Alternative| {
            let conditions = alternative.0.iter().flat_map(Distinction::conditions);
            let facts = conditions.flat_map(Condition::facts);
            wire.is_accounted_for(&facts.map(DistinguishingFact::key).collect())
                && wrong.iter().all(|cell| {
                    !is_a_sign_alone(alternative, cell) || !wire.differ(cell.server, cell.client)
                })
        };
        let (accounted, rest): (Vec<_>, Vec<_>) = alternatives.partition(is_accounted_for);
        if covers.unaccounted.is_empty() {
            covers.unaccounted = rest;
        }
        if !accounted.is_empty() {
            covers.accounted = accounted;
            break;
        }
    }
    covers
}

/// Whether nothing holds in a cell but that one machine's `char` has a sign and the other's has not.
fn is_a_sign_alone(alternative: &Alternative, cell: &Ran<'_>) -> bool {
    let held = alternative.0.iter();
    let held = held.filter(|one| one.likeliest.holds(cell.server, cell.client));
    held.flat_map(Distinction::conditions)
        .all(|one| one.cause() == Some(Cause::CharSign) && !one.fact.is_of_one_end())
}

/// Adds candidates until they hold in all cells and have exactly so many facts. The first cell that is left must be covered by one of them.
fn seek(
    candidates: &[Candidate],
    left: &CellSet,
    facts: usize,
    chosen: &mut Vec<usize>,
    found: &mut BTreeSet<Vec<usize>>,
) {
    let Some(first) = left.first() else {
        if facts == 0 {
            let mut chosen = chosen.clone();
            chosen.sort_unstable();
            found.insert(chosen);
        }
        return;
    };
    if facts == 0 || chosen.len() == MAX_CONDITIONS || found.len() == MAX_ALTERNATIVES {
        return;
    }
    for (at, candidate) in candidates.iter().enumerate() {
        if candidate.facts <= facts && candidate.cells.contains(first) {
            let left = left.without(&candidate.cells);
            chosen.push(at);
            seek(candidates, &left, facts - candidate.facts, chosen, found);
            chosen.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use layout::Abis;
    use quickcheck::quickcheck;

    /// All pairs of these ABIs, right where `right` says so.
    fn explained(abis: &[&str], right: impl Fn(&Facts, &Facts) -> bool) -> Option<Explanation> {
        let facts = |name: &&str| Abis::builtin().get(name).unwrap().fact_words();
        let all: Vec<Facts> = abis.iter().map(facts).collect();
        let pairs = all
            .iter()
            .flat_map(|server| all.iter().map(move |client| (server, client)));
        let cells: Vec<_> = pairs
            .map(|(server, client)| Ran {
                server,
                client,
                right: right(server, client),
                exchanges: Vec::new(),
            })
            .collect();
        explain(&cells, false)
    }

    fn likeliest(found: Option<Explanation>) -> Vec<String> {
        match found {
            Some(Explanation::Where(all)) => all[0]
                .0
                .iter()
                .map(|distinction| distinction.likeliest.to_string())
                .collect(),
            other => vec![format!("{other:?}")],
        }
    }

    const MANY: [&str; 7] = [
        "x86_64-sysv",
        "i386-sysv",
        "arm-aapcs",
        "aarch64-aapcs64",
        "s390x-elf",
        "powerpc-sysv",
        "m68k-sysv",
    ];

    #[test]
    fn the_smallest_set_of_differences_that_separates_is_found() {
        let differ = |key: &'static str| {
            move |server: &Facts, client: &Facts| server.get(key) != client.get(key)
        };
        let (order, align, long) = (
            differ("byte-order"),
            differ("align.int64"),
            differ("size.long"),
        );
        assert_eq!(
            likeliest(explained(&MANY, |s, c| !order(s, c))),
            ["the two machines differ in byte-order"]
        );
        assert_eq!(
            likeliest(explained(&MANY, |s, c| !order(s, c) && !align(s, c))),
            [
                "the two machines differ in byte-order",
                "the two machines differ in align.int64"
            ]
        );
        assert_eq!(
            likeliest(explained(&MANY, |s, c| !long(s, c))),
            ["the two machines differ in size.long"]
        );
        // Swapped by the client, and not by the server.
        assert_eq!(
            likeliest(explained(&MANY, |s, _| s["byte-order"] == "big")),
            ["the server's byte-order is little"]
        );
        assert_eq!(explained(&MANY, |_, _| true), None);
        assert_eq!(
            explained(&MANY, |_, _| false),
            Some(Explanation::Everywhere)
        );
        assert_eq!(
            explained(&MANY[..1], |_, _| false),
            Some(Explanation::Everywhere)
        );
    }

    #[test]
    fn a_size_may_matter_in_one_direction_only() {
        // Of two x87 formats the longer can be read as the shorter, and not the reverse.
        let found = explained(&MANY, |s, c| {
            let size = |facts: &Facts| facts["size.long-double"].parse::<u64>().unwrap();
            s["long-double-format"] == c["long-double-format"] && size(s) <= size(c)
        });
        let Some(Explanation::Where(all)) = found else {
            panic!("{found:?}");
        };
        let conditions = all.iter().flat_map(|one| &one.0);
        let conditions = conditions.flat_map(Distinction::conditions);
        let conditions: Vec<String> = conditions.map(ToString::to_string).collect();
        assert_eq!(
            conditions[0],
            "the two machines differ in long-double-format"
        );
        let larger = "the server's size.long-double is larger than the client's";
        assert!(conditions.iter().any(|one| one == larger), "{all:?}");
    }

    #[test]
    fn two_likely_differences_are_nearer_than_one_that_is_far_fetched() {
        // The alignment of a long double is another on each of these three.
        let three = ["x86_64-sysv", "i386-sysv", "s390x-elf"];
        let found = explained(&three, |s, c| {
            s["byte-order"] == c["byte-order"] && s["size.long"] == c["size.long"]
        });
        assert_eq!(
            likeliest(found),
            [
                "the two machines differ in byte-order",
                "the two machines differ in size.long"
            ]
        );
    }

    #[test]
    fn one_cell_between_two_machines_blames_nobody() {
        let facts = |name| Abis::builtin().get(name).unwrap().fact_words();
        let (server, client) = (facts("x86_64-sysv"), facts("s390x-elf"));
        let cell = Ran {
            server: &server,
            client: &client,
            right: false,
            exchanges: Vec::new(),
        };
        assert_eq!(explain(&[cell], true), Some(Explanation::Alone));
    }

    #[test]
    fn what_the_machines_at_hand_do_not_tell_apart_is_said() {
        let found = explained(&["x86_64-sysv", "s390x-elf"], |s, c| {
            s["byte-order"] == c["byte-order"]
        });
        let Some(Explanation::Where(all)) = found else {
            panic!("{found:?}");
        };
        assert_eq!(all[0].0.len(), 1);
        let char_signed = DistinguishingFact::Between("char-signed".to_owned());
        assert!(all[0].0[0].or.contains(&char_signed.into()));
    }

    #[test]
    fn an_implementation_is_to_blame_only_where_no_machine_is() {
        let abi = Abis::builtin().get("x86_64-sysv").unwrap();
        let with = |name: &str| {
            let mut facts = abi.fact_words();
            facts.insert("implementation".to_owned(), name.to_owned());
            facts
        };
        let (good, bad) = (with("good"), with("bad"));
        let cell = |server, client, right| Ran {
            server,
            client,
            right,
            exchanges: Vec::new(),
        };
        let cells = [cell(&good, &bad, true), cell(&bad, &good, false)];
        let found = explain(&cells, false);
        assert_eq!(likeliest(found), ["the server's implementation is bad"]);
    }

    quickcheck! {
        /// Whatever breaks: what is said to be there is there in every cell that breaks, and in none that is right.
        fn what_is_said_separates(right: Vec<bool>) -> bool {
            let facts: Vec<Facts> = MANY.iter().map(|name| Abis::builtin().get(name).unwrap().fact_words()).collect();
            let pairs = facts.iter().flat_map(|server| facts.iter().map(move |client| (server, client)));
            let cells: Vec<_> = pairs.zip(right).map(|((server, client), right)| Ran { server, client, right, exchanges: Vec::new() }).collect();
            match explain(&cells, false) {
                Some(Explanation::Where(all)) => cells.iter().all(|cell| {
                    all.iter().all(|one| one.holds(cell.server, cell.client) != cell.right)
                }),
                _ => true,
            }
        }
    }
}
