//! The ways in which a C++ class can be read: what decides where others lie in it or after it, and may leave no trace in debug information.

use super::readings::Reading;
use crate::dwarf::Observed;
use crate::types::{Class, Member, Record, RecordKind, Role, TypeId};

/// The words of the reading that initializers and templates ask for.
pub(super) const NO_POD: &str =
    "no plain old data by what leaves no trace (initializers of members, templates of functions)";

/// Other readings of a class; none of what is no class. `class_of` knows the classes among the types of its members.
pub(super) fn readings(
    record: &Record,
    observed: &Observed,
    is_base: bool,
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
    if is_base && class != Class::NO_POD {
        readings.push(as_class(Class::NO_POD, NO_POD));
    }
    if is_base && observed.may_be_pod {
        readings.push(as_class(
            Class::POD,
            "plain old data, its functions defaulted",
        ));
    }
    let is_class = |member: &Member| member.role == Role::Field && class_of(member.kind).is_some();
    for all in [false, true] {
        let mut overlapping = record.clone();
        for (place, member) in overlapping.members.iter_mut().enumerate() {
            member.no_unique_address = is_class(member) && (all || overlaps(observed, place));
        }
        let overlaps = |member: &Member| member.no_unique_address;
        let is_struct = record.kind == RecordKind::Struct;
        // Where nothing lies on anything else, nothing hints at it.
        let hints = (0..record.members.len()).any(|place| {
            record.members.get(place).is_some_and(is_class) && self::overlaps(observed, place)
        });
        if is_struct && hints && overlapping.members.iter().any(overlaps) {
            readings.push(Reading::new(overlapping, "`[[no_unique_address]]`"));
        }
    }
    readings
}

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
