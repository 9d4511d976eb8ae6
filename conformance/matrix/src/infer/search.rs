//! The smallest set of facts that hold in every cell that breaks, and in none that is right.

use std::collections::BTreeSet;

use super::explanation::{Distinction, Explanation};
use super::fact::{DistinguishingFact, Facts, LAST, LIKELIEST, Tier};

/// A cell, as far as it matters here.
#[derive(Clone, Debug)]
pub struct Ran<'a> {
    /// The server's.
    pub server: &'a Facts,
    /// The client's.
    pub client: &'a Facts,
    /// Whether every answer was as promised.
    pub right: bool,
}

/// No explanation of more facts than this is sought.
const MAX_FACTS: usize = 3;

/// Explains; `None` where nothing broke.
pub fn explain(cells: &[Ran<'_>]) -> Option<Explanation> {
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
    let all = candidates(facts(cells), &right, &wrong);
    let tiers = [Tier::Likely, Tier::Fact, Tier::Last];
    let found = tiers.into_iter().find_map(|tier| {
        let near = |candidate: &&Candidate| {
            let fact = &candidate.distinction.likeliest;
            // A likely size was tried already, with the other likely facts. Beside an unlikely fact, that of the same type is nearer.
            fact.tier() == tier || (fact.tier() < tier && !fact.is_one_way())
        };
        let near: Vec<_> = all.iter().filter(near).collect();
        (1..=MAX_FACTS).find_map(|size| cover(&near, wrong.len(), size))
    });
    Some(found.map_or(Explanation::Nothing, Explanation::Where))
}

fn of_machine(facts: &Facts) -> impl Iterator<Item = (&String, &String)> {
    let facts = facts.iter();
    facts.filter(|(key, _)| !LAST.contains(&key.as_str()))
}

/// All facts that may distinguish cells, the likeliest first.
fn facts(cells: &[Ran<'_>]) -> Vec<DistinguishingFact> {
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
    let sizes = keys.iter().filter(|key| key.starts_with("size."));
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
    between.chain(larger).chain(at_one_end).collect()
}

/// A fact that holds in no cell that is right, and the cells that break in which it holds.
struct Candidate {
    distinction: Distinction,
    cells: BTreeSet<usize>,
}

fn candidates(
    facts: Vec<DistinguishingFact>,
    right: &[&Ran<'_>],
    wrong: &[&Ran<'_>],
) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = Vec::new();
    for fact in facts {
        if right
            .iter()
            .any(|cell| fact.holds(cell.server, cell.client))
        {
            continue;
        }
        let cells = wrong.iter().enumerate();
        let held = cells.filter(|(_, cell)| fact.holds(cell.server, cell.client));
        let cells: BTreeSet<usize> = held.map(|(at, _)| at).collect();
        if cells.is_empty() {
            continue;
        }
        match candidates.iter_mut().find(|other| other.cells == cells) {
            Some(same) => same.distinction.or.push(fact),
            None => candidates.push(Candidate {
                distinction: Distinction {
                    likeliest: fact,
                    or: Vec::new(),
                    distinguished_by: None,
                },
                cells,
            }),
        }
    }
    candidates
}

/// The first so many candidates that hold in all cells together.
fn cover(candidates: &[&Candidate], cells: usize, size: usize) -> Option<Vec<Distinction>> {
    fn seek<'a>(
        candidates: &[&'a Candidate],
        covered: &BTreeSet<usize>,
        cells: usize,
        size: usize,
    ) -> Option<Vec<&'a Candidate>> {
        if covered.len() == cells {
            return Some(Vec::new());
        }
        if size == 0 {
            return None;
        }
        candidates.iter().enumerate().find_map(|(at, &candidate)| {
            let with: BTreeSet<usize> = covered.union(&candidate.cells).copied().collect();
            let rest = candidates.get(at + 1..)?;
            let mut found = seek(rest, &with, cells, size - 1)?;
            found.insert(0, candidate);
            Some(found)
        })
    }
    let found = seek(candidates, &BTreeSet::new(), cells, size)?;
    Some(
        found
            .into_iter()
            .map(|one| one.distinction.clone())
            .collect(),
    )
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
            })
            .collect();
        explain(&cells)
    }

    fn likeliest(found: Option<Explanation>) -> Vec<String> {
        match found {
            Some(Explanation::Where(all)) => all
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
        assert_eq!(
            likeliest(found),
            [
                "the two machines differ in long-double-format",
                "the server's size.long-double is larger than the client's"
            ]
        );
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
        };
        assert_eq!(explain(&[cell]), Some(Explanation::Alone));
    }

    #[test]
    fn what_the_machines_at_hand_do_not_tell_apart_is_said() {
        let found = explained(&["x86_64-sysv", "s390x-elf"], |s, c| {
            s["byte-order"] == c["byte-order"]
        });
        let Some(Explanation::Where(all)) = found else {
            panic!("{found:?}");
        };
        assert_eq!(all.len(), 1);
        assert!(
            all[0]
                .or
                .contains(&DistinguishingFact::Between("char-signed".to_owned()))
        );
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
        };
        let cells = [cell(&good, &bad, true), cell(&bad, &good, false)];
        let found = explain(&cells);
        assert_eq!(likeliest(found), ["the server's implementation is bad"]);
    }

    quickcheck! {
        /// Whatever breaks: what is said to be there is there in every cell that breaks, and in none that is right.
        fn what_is_said_separates(right: Vec<bool>) -> bool {
            let facts: Vec<Facts> = MANY.iter().map(|name| Abis::builtin().get(name).unwrap().fact_words()).collect();
            let pairs = facts.iter().flat_map(|server| facts.iter().map(move |client| (server, client)));
            let cells: Vec<_> = pairs.zip(right).map(|((server, client), right)| Ran { server, client, right }).collect();
            match explain(&cells) {
                Some(Explanation::Where(all)) => cells.iter().all(|cell| {
                    let there = all.iter().any(|signs| signs.likeliest.holds(cell.server, cell.client));
                    there != cell.right
                }),
                _ => true,
            }
        }
    }
}
