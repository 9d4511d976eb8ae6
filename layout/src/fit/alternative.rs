//! Readings of a record that agree with the file, beside the one that was taken; and where it matters which was meant.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::Ambiguity;
use super::readings::Reading;
use crate::abi::Abi;
use crate::dwarf::Program;
use crate::layout::{Alike, Layout, Layouts};
use crate::types::TypeId;

/// Another reading that agrees with the file.
pub(super) struct Alternative {
    pub(super) id: TypeId,
    pub(super) words: String,
    /// Records: where none of them has padding, it is the same as what was taken. Empty where this cannot be said.
    pub(super) same_unless_padded: Vec<TypeId>,
    /// Whether the record's own alignment is what it is about: then that matters, too, where everything lies in the same place.
    pub(super) decides_alignment: bool,
    /// Whether it is the first of those that are alike to a record around it: in their alignment where the file is from, and in what they contain.
    pub(super) stands_for_others: bool,
    /// Whether its alignment counts as well. What a record without padding is aligned to if it is packed does not: it would count for nearly all.
    pub(super) may_align: bool,
}

/// Of each record that has some.
pub(super) type Alternatives = BTreeMap<TypeId, Vec<Alternative>>;

/// The records that must have padding for a reading of one to differ from it as it is written down.
pub(super) fn same_unless_padded(reading: &Reading, as_written: bool, id: TypeId) -> Vec<TypeId> {
    if !as_written || !reading.only_packs {
        return Vec::new();
    }
    let mut records = reading.packed_parts.clone();
    records.push(id);
    records
}

/// Of the records of a build, finds the ABIs on which what was taken and what could have been taken lie differently.
pub(super) fn compare(
    alternatives: &Alternatives,
    of_build: impl Fn(&TypeId) -> bool + Sync,
    program: &Program,
    own: &Abi,
    others: &[&Abi],
) -> Vec<(TypeId, Ambiguity)> {
    let mut found: BTreeMap<(TypeId, &str), BTreeSet<String>> = BTreeMap::new();
    let alike = Alike::new(others.iter().copied(), &program.types);
    let mut asked: Vec<Asked<'_>> = Vec::new();
    for (&id, alternatives) in alternatives.iter().filter(|(id, _)| of_build(id)) {
        asked.extend(alternatives.iter().map(|alternative| {
            let solid = &alternative.same_unless_padded;
            let types = [id, alternative.id]
                .into_iter()
                .chain(solid.iter().copied());
            Asked {
                id,
                alternative,
                firsts: alike.firsts(types),
            }
        }));
    }
    let differing = others.par_iter().enumerate().flat_map_iter(|(first, abi)| {
        let layouts = Layouts::new(abi, &program.types);
        let here = asked
            .iter()
            .filter(move |asked| asked.firsts.get(first) == Some(&first));
        here.filter(move |asked| differs(asked, &layouts))
            .map(move |asked| (asked, first))
    });
    for (asked, first) in differing.collect::<Vec<_>>() {
        let abis = found
            .entry((asked.id, &asked.alternative.words))
            .or_default();
        let like = others
            .iter()
            .zip(asked.firsts.iter())
            .filter(|(_, of)| **of == first);
        abis.extend(like.map(|(abi, _)| abi.name().to_owned()));
    }
    // One ambiguity for all readings that differ on the same ABIs.
    let mut alike: BTreeMap<(TypeId, BTreeSet<String>), Vec<&str>> = BTreeMap::new();
    for ((id, words), abis) in found {
        alike.entry((id, abis)).or_default().push(words);
    }
    let mut ambiguities = Vec::new();
    for ((id, abis), words) in alike {
        let (words, own) = (simplest(&words).join(", "), own.name());
        let why = format!("{words}, or not: the layout on {own} fits both");
        ambiguities.push((id, Ambiguity { why, abis }));
    }
    ambiguities
}

/// Of readings in words, those that are not another of them with something added: `packed` says it for `packed, aligned(4)`.
fn simplest<'w>(words: &[&'w str]) -> Vec<&'w str> {
    let adds_to = |more: &str, other: &&str| {
        more.strip_prefix(*other)
            .is_some_and(|added| added.starts_with(", "))
    };
    let is_simple = |more: &&str| !words.iter().any(|other| adds_to(more, other));
    words.iter().copied().filter(is_simple).collect()
}

/// A reading that could have been taken for a record.
struct Asked<'a> {
    id: TypeId,
    alternative: &'a Alternative,
    /// Of each ABI the first one on which both lie as on it.
    firsts: Arc<[usize]>,
}

/// Whether it lies otherwise there than what was taken.
fn differs(asked: &Asked<'_>, layouts: &Layouts<'_>) -> bool {
    let is_solid = |id: &TypeId| {
        layouts
            .of(*id)
            .is_ok_and(|layout| layout.padding.is_empty())
    };
    let Ok(taken) = layouts.of(asked.id) else {
        return false;
    };
    let solid = &asked.alternative.same_unless_padded;
    if !solid.is_empty() && solid.iter().all(is_solid) {
        return false;
    }
    !layouts.of_one(asked.alternative.id).is_ok_and(|other| {
        let is_aligned_alike = other.align == taken.align;
        lie_alike(taken, &other) && (is_aligned_alike || !asked.alternative.decides_alignment)
    })
}

/// Whether two layouts of one record put everything that has a name in the same place.
pub(super) fn lie_alike(one: &Layout<'_>, other: &Layout<'_>) -> bool {
    fn places<'l>(layout: &'l Layout<'_>) -> impl Iterator<Item = (u64, u64)> + 'l {
        let members = layout.members.iter();
        members
            .filter(|member| !(member.is_bit_field && member.name.is_none()))
            .map(|member| (member.bit_offset, member.bit_size))
    }
    one.size == other.size && places(one).eq(places(other))
}

#[cfg(test)]
mod tests {
    use super::simplest;

    #[test]
    fn a_reading_that_adds_to_another_is_not_told_beside_it() {
        for (words, told) in [
            (
                &["width 0", "width 0, `#pragma pack(16)`", "width 0, packed"][..],
                &["width 0"][..],
            ),
            (&["packed", "packed members"], &["packed", "packed members"]),
            (&["width 0, packed"], &["width 0, packed"]),
        ] {
            assert_eq!(simplest(words), told);
        }
    }
}
