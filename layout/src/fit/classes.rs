//! The ways in which a C++ class can be read: what decides where others lie in it or after it, and may leave no trace in debug information.

use super::readings::Reading;
use crate::dwarf::Observed;
use crate::types::{Class, Member, Record, RecordKind, Role, TypeId};

/// The words of the reading that initializers and templates ask for.
pub(super) const NO_POD: &str =
    "no plain old data by what leaves no trace (initializers of members, templates of functions)";

/// Other readings of a class; none of what is no class. `overlapping` is whether the source says `[[no_unique_address]]` in it, where it was read; `class_of` knows the classes among the types of its members.
pub(super) fn readings(
    record: &Record,
    observed: &Observed,
    is_base: bool,
    overlapping: Option<bool>,
    class_of: impl Fn(TypeId) -> Option<Class>,
) -> Vec<Reading> {
    let Some(class) = record.class else {
        return Vec::new();
    };
    let as_class = |class: Class, words: &str| {
        let record = Record {
            class: Some(class),
            ..record.clone()
        };
        Reading::new(record, words)
    };
    let mut readings = Vec::new();
    let no_pod = Class {
        has_virtual_function: class.has_virtual_function,
        ..Class::NO_POD
    };
    if is_base && class != no_pod {
        readings.push(as_class(no_pod, NO_POD));
    }
    if is_base && observed.may_be_pod {
        readings.push(as_class(
            Class {
                is_pod_undefaulted: false,
                ..Class::POD
            },
            "plain old data, its functions defaulted",
        ));
    }
    let is_class = |member: &Member| member.role == Role::Field && class_of(member.kind).is_some();
    let classes: Vec<usize> = record
        .members
        .iter()
        .enumerate()
        .filter(|(_, member)| is_class(member))
        .map(|(place, _)| place)
        .collect();
    let lying_on_others: Vec<usize> = classes
        .iter()
        .copied()
        .filter(|&place| overlaps(observed, place))
        .collect();
    // Where nothing lies on anything else, only the source hints at it.
    let hints = overlapping == Some(true) || !lying_on_others.is_empty();
    if record.kind == RecordKind::Union || !hints {
        return readings;
    }
    let mut choices = vec![lying_on_others, classes.clone()];
    if overlapping == Some(true) {
        let each = classes.iter().take(MAX_TRIED_SINGLY);
        choices.extend(each.map(|&place| vec![place]));
    }
    for choice in choices {
        let mut without = record.clone();
        for (place, member) in without.members.iter_mut().enumerate() {
            member.no_unique_address = choice.contains(&place);
        }
        let packed = Record {
            packed: true,
            ..without.clone()
        };
        if !choice.is_empty() {
            readings.push(Reading::new(without, "`[[no_unique_address]]`"));
            readings.push(Reading::new(packed, "packed and `[[no_unique_address]]`"));
        }
    }
    readings
}

/// Of so many members each is tried by itself.
const MAX_TRIED_SINGLY: usize = 8;

/// Whether a member lies where another one does.
fn overlaps(observed: &Observed, place: usize) -> bool {
    let end = |at: u64, size: Option<u64>| at.saturating_add(size.unwrap_or_default());
    let Some(one) = observed.members.get(place) else {
        return false;
    };
    let one_end = end(one.bit_offset, one.bit_size);
    let others = observed.members.iter().enumerate();
    let mut others = others.filter(|(at, other)| *at != place && !other.is_computed);
    others.any(|(_, other)| {
        let other_end = end(other.bit_offset, other.bit_size);
        one.bit_offset < other_end && other.bit_offset < one_end
    })
}
