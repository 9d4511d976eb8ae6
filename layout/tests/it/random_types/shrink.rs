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
        let mut members = record.members.clone();
        members.remove(dropped);
        Record {
            members,
            ..record.clone()
        }
    });
    let plainer = [
        record.packed.then(|| Record {
            packed: false,
            ..record.clone()
        }),
        record.pack.map(|_| Record {
            pack: None,
            ..record.clone()
        }),
        record.aligned.map(|_| Record {
            aligned: None,
            ..record.clone()
        }),
    ];
    let with_member = (0..record.members.len()).flat_map(move |place| {
        simpler_members(&record.members[place]).map(move |member| {
            let mut members = record.members.clone();
            members[place] = member;
            Record {
                members,
                ..record.clone()
            }
        })
    });
    without
        .chain(plainer.into_iter().flatten())
        .chain(with_member)
}

fn simpler_members(member: &Member) -> impl Iterator<Item = Member> + use<> {
    let member = member.clone();
    let packed = member.packed.then(|| Member {
        packed: false,
        ..member.clone()
    });
    let aligned = member.aligned.map(|_| Member {
        aligned: None,
        ..member.clone()
    });
    let bits = member.bits.filter(|&bits| bits > 1);
    let narrower = bits.map(|bits| Member {
        bits: Some(bits / 2),
        ..member.clone()
    });
    [packed, aligned, narrower].into_iter().flatten()
}
