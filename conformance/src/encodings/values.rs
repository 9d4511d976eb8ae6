//! The values that encodings are compared on: pairs of integers from stated distributions, and a seed.

use proto::Request;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// Where values come from.
pub struct Distribution {
    /// The word in reports.
    pub name: &'static str,
    /// Which values, in a few words.
    pub about: &'static str,
    draw: fn(&mut ChaCha8Rng) -> i64,
}

/// All of them, in the order of reports.
pub static DISTRIBUTIONS: [Distribution; 5] = [
    Distribution {
        name: "small",
        about: "0 to 99, each as likely",
        draw: |random| i64::from(random.next_u32() % 100),
    },
    Distribution {
        name: "uniform-32",
        about: "every signed 32-bit integer as likely",
        draw: |random| i64::from(random.next_u32().cast_signed()),
    },
    Distribution {
        name: "uniform-64",
        about: "every signed 64-bit integer as likely",
        draw: |random| random.next_u64().cast_signed(),
    },
    Distribution {
        name: "log-uniform",
        about: "every number of bits, 1 to 63, as likely; not negative",
        draw: magnitude,
    },
    Distribution {
        name: "negative",
        about: "as log-uniform, below zero",
        draw: |random| !magnitude(random),
    },
];

fn magnitude(random: &mut ChaCha8Rng) -> i64 {
    let shift = 1 + random.next_u32() % 63;
    (random.next_u64() >> shift).cast_signed()
}

/// How many pairs each distribution gives unless somebody says otherwise.
pub const DEFAULT: usize = 200;

/// How many of these are encoded and decoded on every target, where each instruction is logged: the first ones.
pub const COUNTED: usize = 3;

/// The most that may be asked for.
pub const MOST: usize = 100_000;

/// The pairs, `count` of each distribution. The same arguments give the same pairs on every machine, and a greater count the same ones first.
pub fn values(count: usize, seed: u64) -> Vec<Request> {
    let of = |(stream, distribution): (u64, &Distribution)| {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(stream);
        let draw = distribution.draw;
        std::iter::repeat_with(move || Request {
            a: draw(&mut random),
            b: draw(&mut random),
        })
        .take(count)
    };
    (0..).zip(&DISTRIBUTIONS).flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_values_and_another_seed_others() {
        assert_eq!(values(20, 7), values(20, 7));
        assert_ne!(values(20, 7), values(20, 8));
        assert_eq!(values(20, 7).len(), 20 * DISTRIBUTIONS.len());
    }

    #[test]
    fn more_values_are_the_same_ones_first() {
        let (few, many) = (values(3, 1), values(50, 1));
        for (few, many) in few.chunks(3).zip(many.chunks(50)) {
            assert_eq!(Some(few), many.get(..3));
        }
    }

    #[test]
    fn each_distribution_gives_what_it_says() {
        let all = values(1000, 1);
        let mut each = all.chunks(1000);
        let mut next = || each.next().unwrap();
        assert!(next().iter().all(|value| (0..100).contains(&value.a)));
        let fits = |value: &&Request| i32::try_from(value.a).is_ok();
        assert!(next().iter().all(|value| fits(&value)));
        assert!(next().iter().filter(fits).count() < 5);
        let log = next();
        assert!(log.iter().all(|value| value.a >= 0));
        let small = log.iter().filter(fits).count();
        assert!((400..600).contains(&small), "{small} of 1000 fit 32 bits");
        assert!(next().iter().all(|value| value.a < 0 && value.b < 0));
    }
}
