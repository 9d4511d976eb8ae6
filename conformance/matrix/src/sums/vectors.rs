//! Vectors: pairs of arguments. The first are chosen so that a result that is right by chance shows as such; the rest are random, from a seed.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

use crate::protocol::VectorChoice;

/// A pair of arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pair {
    /// The first argument.
    pub a: i64,
    /// The second argument.
    pub b: i64,
}

/// The chosen ones, in the order in which they are taken.
const CHOSEN: [(i64, i64); 16] = [
    // The book's two: the first is right by luck between two 32-bit machines of either byte order, the second is not.
    (1, 2),
    (-22, -77),
    // All zeros and all ones: the same in every byte order, and -1 the same in every width.
    (0, 0),
    (-1, -1),
    // Palindromes: the octets read the same both ways, in 32 bits and in 64.
    (0x0100_0001, 0x0200_0002),
    (0x0100_0000_0000_0001, 0x0200_0000_0000_0002),
    // A distinct value in every octet says where each one went.
    (0x0102_0304, 0x1112_1314),
    (0x0102_0304_0506_0708, 0x1112_1314_1516_1718),
    // Both ends of 32 bits, on either side of them.
    (i32::MAX as i64, i32::MIN as i64),
    (i32::MAX as i64, 1),
    (i32::MIN as i64, -1),
    // Both ends of 64 bits.
    (i64::MAX, i64::MIN),
    (i64::MAX, -1),
    (i64::MIN, 1),
    // Overflow, at both ends.
    (i64::MAX, 1),
    (i64::MIN, -1),
];

/// Which vectors the cells of a run have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PairChoice {
    /// So many: the chosen ones first, then random ones.
    Chosen {
        /// How many.
        count: usize,
        /// What the random ones come from.
        seed: u64,
    },
    /// These.
    Given(Vec<Pair>),
}

impl PairChoice {
    /// What chose so many vectors, chooses them again.
    pub fn again(count: usize, choice: &VectorChoice) -> PairChoice {
        let given = choice.given.iter();
        match choice.seed {
            Some(seed) => PairChoice::Chosen { count, seed },
            None => PairChoice::Given(given.map(|&(a, b)| Pair { a, b }).collect()),
        }
    }

    /// How many.
    pub fn count(&self) -> usize {
        match self {
            PairChoice::Chosen { count, .. } => *count,
            PairChoice::Given(given) => given.len(),
        }
    }

    /// Whether some were named one by one.
    pub fn names_pairs(&self) -> bool {
        matches!(self, PairChoice::Given(given) if !given.is_empty())
    }

    /// The vectors.
    pub fn pairs(&self) -> Vec<Pair> {
        match self {
            PairChoice::Chosen { count, seed } => pairs(*count, *seed),
            PairChoice::Given(given) => given.clone(),
        }
    }

    /// The options that make the same choice again; none for the default.
    pub fn options(&self) -> String {
        match self {
            PairChoice::Chosen { count: DEFAULT, .. } => String::new(),
            PairChoice::Chosen { count, seed } => format!(" --vectors {count} --seed {seed}"),
            PairChoice::Given(given) => given
                .iter()
                .map(|Pair { a, b }| format!(" --vector {a},{b}"))
                .collect(),
        }
    }
}

/// The chosen ones, and no random one.
impl Default for PairChoice {
    fn default() -> Self {
        PairChoice::Chosen {
            count: DEFAULT,
            seed: 1,
        }
    }
}

/// How many vectors a cell has unless somebody says otherwise.
pub const DEFAULT: usize = CHOSEN.len();

/// `count` pairs: the chosen ones first, then random ones from `seed`. The same arguments give the same vectors on every machine.
pub fn pairs(count: usize, seed: u64) -> Vec<Pair> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    // Log-uniform magnitudes: uniform 64-bit integers would hardly ever fit 32 bits.
    let mut argument = move || {
        let shift = random.next_u32() % 64;
        (random.next_u64() >> shift).cast_signed()
    };
    let chosen = CHOSEN.iter().map(|&(a, b)| Pair { a, b });
    chosen
        .chain(std::iter::repeat_with(move || Pair {
            a: argument(),
            b: argument(),
        }))
        .take(count)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_vectors_and_another_seed_others() {
        assert_eq!(pairs(40, 7), pairs(40, 7));
        assert_ne!(pairs(40, 7), pairs(40, 8));
        assert_eq!(pairs(40, 7).get(..DEFAULT), pairs(40, 8).get(..DEFAULT));
    }

    #[test]
    fn random_vectors_come_in_every_magnitude() {
        let pairs = pairs(1000, 1);
        let random = pairs.get(DEFAULT..).unwrap();
        let small = random
            .iter()
            .filter(|pair| i32::try_from(pair.a).is_ok())
            .count();
        assert!(
            small > 300 && small < 700,
            "{small} of {} fit 32 bits",
            random.len()
        );
        assert!(random.iter().any(|pair| pair.a < 0));
    }

    #[test]
    fn a_cell_has_at_least_twelve_vectors_by_default_and_they_differ() {
        let mut pairs = pairs(DEFAULT, 0);
        assert!(pairs.len() >= 12);
        pairs.sort();
        pairs.dedup();
        assert_eq!(pairs.len(), DEFAULT);
    }
}
