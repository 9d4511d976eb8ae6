//! Smaller cases than one that fails, as quickcheck makes them: many are compiled at once, the first that still fails is next.

use crossum_layout::types::{Member, Record};

use super::case::Case;

/// Each a little simpler than the case; none is the case itself.
pub(crate) fn simpler(case: &Case) -> Vec<Case> {
    let mut simpler = Vec::new();
    // What is around comes last, and losing a whole member of it helps most.
    for &id in case.records.iter().rev() {
        let record = case.record(id);
        simpler.extend(simpler_records(record).map(|record| case.with(id, record)));
    }
    // A record by itself, without what is around it.
    let inner = case.records.iter().filter(|&&id| id != case.root);
    simpler.extend(inner.map(|&root| Case {
        root,
        ..case.clone()
    }));
    simpler
}

fn simpler_records(record: &Record) -> impl Iterator<Item = Record> + use<'_> {
    let without = (0..record.members.len()).map(|dropped| {
        with(record, |record| {
            record.members.remove(dropped);
        })
    });
    let plainer = [
        record
            .packed
            .then(|| with(record, |record| record.packed = false)),
        record
            .pack
            .map(|_| with(record, |record| record.pack = None)),
        record
            .aligned
            .map(|_| with(record, |record| record.aligned = None)),
    ];
    let with_member = (0..record.members.len()).flat_map(move |place| {
        simpler_members(&record.members[place])
            .map(move |member| with(record, |record| record.members[place] = member))
    });
    without
        .chain(plainer.into_iter().flatten())
        .chain(with_member)
}

fn simpler_members(member: &Member) -> impl Iterator<Item = Member> + use<> {
    let packed = member
        .packed
        .then(|| with(member, |member| member.packed = false));
    let aligned = member
        .aligned
        .map(|_| with(member, |member| member.aligned = None));
    let bits = member.bits.filter(|&bits| bits > 1);
    let narrower = bits.map(|bits| member.clone().bits(bits / 2));
    [packed, aligned, narrower].into_iter().flatten()
}

/// A copy with a change.
fn with<T: Clone>(of: &T, change: impl FnOnce(&mut T)) -> T {
    let mut copy = of.clone();
    change(&mut copy);
    copy
}
