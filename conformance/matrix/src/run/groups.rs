//! Who is built together: a few scouts first, so that something is known within seconds, and last whoever takes a minute.
//!
//! Those of a group meet each other while the next group is built, and everybody else when all are there. So nobody is started more than twice to serve, or more than twice to ask, and nothing is observed twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use layout::Abis;

use super::partial::{ParticipantStatus, Statuses};
use super::plan::Plan;
use crate::participant::{Participant, ParticipantId};

/// Participants that are built, and then meet, together.
pub(super) type Group = BTreeSet<ParticipantId>;

/// All participants, in the order in which they are built; no group is empty. Whoever was built before is known in `statuses`.
pub(super) fn groups(plan: &Plan, abis: &Abis, statuses: &Statuses) -> Vec<Group> {
    let is_missing = |one: &Participant| {
        matches!(
            statuses.get(&one.id),
            None | Some(ParticipantStatus::Unknown)
        )
    };
    let (slow, quick): (Vec<_>, Vec<_>) = plan
        .participants
        .iter()
        .partition(|one| is_missing(one) && one.implementation.uses_every_core());
    let scouts = match quick.iter().any(|one| is_missing(one)) {
        true => scouts(plan, abis, &quick, is_missing),
        false => Group::new(),
    };
    let quick = quick.iter().map(|one| one.id.clone());
    let others = quick.filter(|id| !scouts.contains(id)).collect();
    let slow = slow.iter().map(|one| one.id.clone()).collect();
    let mut groups = vec![scouts, others, slow];
    groups.retain(|group: &Group| !group.is_empty());
    groups
}

/// Of these one for each order of octets and size of `long`, which are what most often breaks: those that are there before others, and this machine's before those of an emulator.
fn scouts(
    plan: &Plan,
    abis: &Abis,
    quick: &[&Arc<Participant>],
    is_missing: impl Fn(&Participant) -> bool,
) -> Group {
    let ids: BTreeSet<_> = quick.iter().map(|one| &one.id).collect();
    let among = |one: &ParticipantId, other: &ParticipantId| one != other && ids.contains(other);
    // Whoever meets nobody of these would show nothing.
    let meets = plan.cells.iter().flat_map(|cell| {
        let (server, client) = (&cell.server.id, &cell.client.id);
        [(server, client), (client, server)]
    });
    let meets = meets.filter(|(one, other)| among(one, other));
    let meets: BTreeSet<_> = meets.map(|(one, _)| one).collect();
    let candidates = quick.iter().filter(|one| {
        // Wine's prefix and a board's first answer take seconds.
        let target = one.target;
        meets.contains(&one.id) && !target.is_windows() && target.board.is_none()
    });
    let mut candidates: Vec<_> = candidates.collect();
    candidates.sort_by_key(|one| (is_missing(one), !one.target.is_native()));
    let mut kinds = BTreeMap::new();
    for one in candidates {
        let facts = abis.get(&one.target.abi).map(layout::Abi::fact_words);
        let facts = facts.unwrap_or_default();
        let kind = ["byte-order", "size.long"].map(|key| facts.get(key).cloned());
        kinds.entry(kind).or_insert_with(|| one.id.clone());
    }
    kinds.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::build::Built;
    use crate::run::self_check::SelfReport;
    use crate::run::wave::Wave;
    use crate::select::{Names, Selection};
    use crate::sums::vectors::PairChoice;

    fn plan(names: Names) -> Plan {
        let selection = Selection::new(None, names, PairChoice::default(), None);
        Plan::of(&selection.unwrap_or_else(|error| panic!("{error}")))
    }

    /// As it is before anything is built, but for those that were built before.
    fn statuses(plan: &Plan, is_kept: impl Fn(&Participant) -> bool) -> Statuses {
        let participants = plan.participants.iter();
        let statuses = participants.map(|one| {
            let status = match is_kept(one) {
                true => ParticipantStatus::Ready {
                    built: Built::of_nothing(),
                    report: SelfReport::default(),
                },
                false => ParticipantStatus::Unknown,
            };
            (one.id.clone(), status)
        });
        statuses.collect()
    }

    /// The waves of a run in which everybody is built, and takes part.
    fn waves(plan: &Plan, groups: &[Group]) -> Vec<Wave> {
        let ready = statuses(plan, |_| true);
        let mut met = Wave::default();
        let mut waves = Vec::new();
        for group in groups.iter().rev().skip(1).rev() {
            let wave = Wave::among(plan, &ready, group);
            met.add(&wave);
            waves.push(wave);
        }
        waves.push(met.others(plan));
        waves
    }

    /// Every cell is run once, and nobody is started more than twice to play a part.
    fn assert_sound(plan: &Plan, waves: &[Wave]) {
        let mut runs = vec![0; plan.cells.len()];
        let mut starts: BTreeMap<_, u32> = BTreeMap::new();
        for wave in waves {
            let mut parts = BTreeSet::new();
            for (number, cell) in wave.cells(plan) {
                runs[number] += 1;
                parts.extend([("serves", &cell.server.id), ("asks", &cell.client.id)]);
            }
            for part in parts {
                *starts.entry(part).or_default() += 1;
            }
        }
        assert!(runs.iter().all(|times| *times == 1));
        for (part, times) in starts {
            assert!(times <= 2, "{part:?}: {times}");
        }
    }

    #[test]
    fn a_few_meet_first_and_they_show_what_breaks() {
        let plan = plan(Names::default());
        let abis = Abis::builtin();
        let groups = groups(&plan, abis, &statuses(&plan, |_| false));
        assert_eq!(groups.len(), 3);
        let all: usize = groups.iter().map(Group::len).sum();
        assert_eq!(all, plan.participants.len(), "each is in one group");
        let waves = waves(&plan, &groups);
        assert_sound(&plan, &waves);

        let long = |one: &Participant| {
            let abi = abis.get(&one.target.abi).unwrap();
            abi.fact_words()["size.long"].clone()
        };
        let order = |one: &Participant| abis.get(&one.target.abi).unwrap().byte_order();
        let first: Vec<_> = waves[0].cells(&plan).map(|(_, cell)| cell).collect();
        let is_seen = |differ: &dyn Fn(&Participant, &Participant) -> bool| {
            first.iter().any(|cell| {
                cell.encoding.name() == "raw-long" && differ(&cell.server, &cell.client)
            })
        };
        assert!(is_seen(&|server, client| long(server) != long(client)));
        assert!(is_seen(&|server, client| order(server) != order(client)));
        let ends = first.iter().flat_map(|cell| [&cell.server, &cell.client]);
        for one in ends {
            assert!(groups[0].contains(&one.id) && groups[0].len() <= 4);
            assert!(!one.implementation.uses_every_core(), "{}", one.id);
            assert!(!one.target.is_windows() && one.target.board.is_none());
        }
        let last = groups.last().unwrap();
        assert!(last.iter().all(|id| id.implementation == "rust"));
    }

    #[test]
    fn who_was_built_before_waits_for_nobody() {
        let plan = plan(Names::default());
        let abis = Abis::builtin();
        let all = groups(&plan, abis, &statuses(&plan, |_| true));
        assert_eq!(all.len(), 1, "nothing is missing, so all meet at once");
        assert_sound(&plan, &waves(&plan, &all));

        let is_c = |one: &Participant| !one.implementation.uses_every_core();
        let c_first = groups(&plan, abis, &statuses(&plan, is_c));
        assert_eq!(
            c_first.len(),
            2,
            "no scouts where only the slow are missing"
        );
        assert_sound(&plan, &waves(&plan, &c_first));

        let is_known = |id: &ParticipantId| id.to_string() == "c-gcc@s390x-unknown-linux-gnu";
        let some = groups(&plan, abis, &statuses(&plan, |one| is_known(&one.id)));
        assert!(some[0].iter().any(is_known), "{:?}", some[0]);
        assert_sound(&plan, &waves(&plan, &some));
    }

    #[test]
    fn where_only_one_is_quick_nobody_is_sent_ahead() {
        let names = Names {
            servers: vec!["c-gcc@i686-unknown-linux-gnu".to_owned()],
            clients: vec!["rust".to_owned()],
            ..Names::default()
        };
        let plan = plan(names);
        let groups = groups(&plan, Abis::builtin(), &statuses(&plan, |_| false));
        assert_eq!(groups.len(), 2);
        let waves = waves(&plan, &groups);
        assert!(waves[0].is_empty() && !waves[1].is_empty());
        assert_sound(&plan, &waves);
    }
}
