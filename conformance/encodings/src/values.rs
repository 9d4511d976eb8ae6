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
pub const COUNTED: usize = 2;

/// The most that may be asked for.
pub const MAX_VALUES: usize = 100_000;

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
