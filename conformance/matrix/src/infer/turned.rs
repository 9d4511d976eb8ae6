//! How the messages of a little-endian machine and a big-endian one differ that have the same length: in numbers whose octets are reversed, or in bit-fields that lie at the other end of their unit.

/// What of a message lies the other way round on the other machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Turned {
    /// Nothing: they are the same.
    Nothing,
    /// Numbers of several octets, and nothing else.
    Numbers,
    /// The same, or single octets that lie elsewhere.
    Shifted,
    /// Bit-fields, and nothing else.
    BitFields,
    /// Both, or what may be either.
    Both,
    /// Something that is neither.
    Otherwise,
}

/// The sizes of numbers and of units, in octets.
const NUMBERS: [usize; 6] = [2, 4, 8, 10, 12, 16];
const UNITS: [usize; 4] = [1, 2, 4, 8];

/// Looks for one way to take the messages apart that explains all pairs: of each, the little-endian machine's is the first, and both have the same length.
pub(super) fn turned(both: &[(&[u8], &[u8])]) -> Turned {
    if both.iter().all(|(a, b)| a == b) {
        return Turned::Nothing;
    }
    // In a unit of several octets a number may be taken for a bit-field, and a bit-field for a number.
    for (numbers, units, turned) in [
        (&NUMBERS[..], &[][..], Turned::Numbers),
        (&[][..], &UNITS[..1], Turned::BitFields),
        (&NUMBERS[..], &UNITS[..], Turned::Both),
    ] {
        if both_are_explained(both, numbers, units) {
            return match turned {
                Turned::Numbers if both.iter().all(is_shifted) => Turned::Shifted,
                turned => turned,
            };
        }
    }
    Turned::Otherwise
}

/// Whether what is not zero comes in the same order.
fn is_shifted((a, b): &(&[u8], &[u8])) -> bool {
    let some = |octet: &&u8| **octet != 0;
    a.iter().filter(some).eq(b.iter().filter(some))
}

fn both_are_explained(both: &[(&[u8], &[u8])], numbers: &[usize], units: &[usize]) -> bool {
    let len = both.iter().map(|(a, _)| a.len()).max().unwrap_or(0);
    // Whether all messages can be taken apart up to here; shorter ones have ended.
    let mut reached = vec![false; len + 1];
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    for from in 0..len {
        if reached.get(from) != Some(&true) {
            continue;
        }
        let mut reach = |to: usize| {
            if let Some(place) = reached.get_mut(to) {
                *place = true;
            }
        };
        let window = |size: usize| -> Option<Vec<(&[u8], &[u8])>> {
            let pairs = both.iter().filter(|(a, _)| a.len() > from);
            let pairs =
                pairs.map(|(a, b)| Some((a.get(from..from + size)?, b.get(from..from + size)?)));
            pairs.collect()
        };
        if window(1).is_some_and(|pairs| pairs.iter().all(|(a, b)| a == b)) {
            reach(from + 1);
        }
        let is_reversed = |(a, b): &(&[u8], &[u8])| a.iter().eq(b.iter().rev());
        for &size in numbers {
            if window(size).is_some_and(|pairs| pairs.iter().all(is_reversed)) {
                reach(from + size);
            }
        }
        for &size in units {
            if window(size).is_some_and(|pairs| are_regrouped(&pairs, size)) {
                reach(from + size);
            }
        }
    }
    reached.last() == Some(&true)
}

/// Whether the units on both sides consist of the same groups of bits, at least two, the first one lowest at the one end and highest at the other.
fn are_regrouped(pairs: &[(&[u8], &[u8])], size: usize) -> bool {
    groups(pairs, size).is_some()
}

/// The widths of those groups, as few of them as there can be, the first one first. A single group is a number, and none.
pub(super) fn groups(pairs: &[(&[u8], &[u8])], size: usize) -> Option<Vec<u32>> {
    let append = |value: u64, octet: &u8| value << 8 | u64::from(*octet);
    let units: Vec<(u64, u64)> = pairs
        .iter()
        .map(|(a, b)| (a.iter().rev().fold(0, append), b.iter().fold(0, append)))
        .collect();
    let bits = 8 * size;
    let group = |value: u64, from: usize, count: usize| -> u64 {
        value >> from & (u64::MAX >> (64 - count))
    };
    // The fewest groups that the lowest so many bits of the one and the highest of the other can be taken apart into.
    let mut fewest: Vec<Option<Vec<u32>>> = vec![None; bits + 1];
    if let Some(first) = fewest.first_mut() {
        *first = Some(Vec::new());
    }
    for from in 0..bits {
        let Some(before) = fewest.get(from).cloned().flatten() else {
            continue;
        };
        for to in from + 1..=bits {
            let count = to - from;
            let is_same = units
                .iter()
                .all(|(little, big)| group(*little, from, count) == group(*big, bits - to, count));
            if is_same
                && count < bits
                && let Some(place) = fewest.get_mut(to)
                && place
                    .as_ref()
                    .is_none_or(|known| known.len() > before.len() + 1)
            {
                let width = u32::try_from(count).ok()?;
                *place = Some(before.iter().copied().chain([width]).collect());
            }
        }
    }
    fewest.pop().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_bit_fields_are_told_by_how_they_lie() {
        type Pairs<'a> = &'a [(&'a [u8], &'a [u8])];
        let cases: [(Pairs<'_>, Turned); 8] = [
            (&[(&[1, 2], &[1, 2])], Turned::Nothing),
            (&[(&[7, 0, 0, 0], &[0, 0, 0, 7])], Turned::Shifted),
            (&[(&[7, 1, 0, 0], &[0, 0, 1, 7])], Turned::Numbers),
            (
                &[
                    (&[9, 0x34, 0x12], &[9, 0x12, 0x34]),
                    (&[9, 1, 0], &[9, 0, 1]),
                ],
                Turned::Numbers,
            ),
            // unsigned a : 3, b : 5; {1, 2} and {5, 9}
            (&[(&[0x11], &[0x22]), (&[0x4d], &[0xa9])], Turned::BitFields),
            // unsigned a : 4, b : 12 in a unit of 16 bits
            (&[(&[0x31, 0x12], &[0x11, 0x23])], Turned::Both),
            (
                &[
                    (&[0x11, 0, 0x34, 0x12], &[0x22, 0, 0x12, 0x34]),
                    (&[0x4d, 0, 0xef, 0xbe], &[0xa9, 0, 0xbe, 0xef]),
                ],
                Turned::Both,
            ),
            (&[(&[1, 2, 3], &[4, 5, 6])], Turned::Otherwise),
        ];
        for (both, expected) in cases {
            assert_eq!(turned(both), expected, "{both:?}");
        }
    }
}
