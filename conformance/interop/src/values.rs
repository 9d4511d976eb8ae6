//! The requests that are tried: first those at the edges of widths and of formats' short forms, then random ones.

use proto::Request;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// How far from a power of two something may change.
const NEAR: i64 = 1;

/// Ends of short forms that are near no power of two: CBOR's at 23, bincode's at 250.
const SHORT_FORMS: [i64; 6] = [23, 24, -24, -25, 250, 251];

/// So many requests, from a seed: the same on every machine.
pub fn requests(count: usize, seed: u64) -> Vec<Request> {
    let edges = edges();
    let edges = edges.windows(2).filter_map(|pair| match *pair {
        [a, b] => Some(Request { a, b }),
        _ => None,
    });
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    // Every number of bits is as likely: of uniform integers hardly any would be short.
    let mut integer = move || {
        let bits = random.next_u32() % 64;
        random.next_u64().cast_signed() >> bits
    };
    let random = std::iter::repeat_with(move || Request {
        a: integer(),
        b: integer(),
    });
    edges.chain(random).take(count).collect()
}

/// 0, both ends of 64 bits, the ends of short forms, and what is near a power of two; sorted, so that neighbours are of one kind.
fn edges() -> Vec<i64> {
    let powers = (0..63).map(|bits| 1_i64 << bits);
    let near = powers.flat_map(|power| (-NEAR..=NEAR).map(move |by| power + by));
    let both = near.flat_map(|integer| [integer, -integer]);
    let ends = [i64::MIN, i64::MIN + 1, i64::MAX, i64::MAX - 1];
    let mut edges: Vec<i64> = ends.into_iter().chain(SHORT_FORMS).chain(both).collect();
    edges.sort_unstable();
    edges.dedup();
    edges
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_edges_come_first_and_the_same_seed_gives_the_same() {
        let some = requests(512, 1);
        assert_eq!(some.len(), 512);
        assert_eq!(some, requests(512, 1));
        assert_ne!(some, requests(512, 2));
        let integers: BTreeSet<i64> = some.iter().flat_map(|one| [one.a, one.b]).collect();
        for edge in [
            0,
            -1,
            23,
            24,
            -25,
            -32,
            -33,
            127,
            128,
            -128,
            -129,
            65535,
            65536,
            1 << 31,
            -(1 << 31) - 1,
            (1 << 53) + 1,
            i64::MIN,
            i64::MAX,
        ] {
            assert!(integers.contains(&edge), "{edge}");
        }
        let overflow = some.iter().filter(|one| one.a.checked_add(one.b).is_none());
        assert!(overflow.count() > 2, "some sums must not fit");
    }
}
