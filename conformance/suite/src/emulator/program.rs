//! Computes what an emulator is known to compute wrongly. The first argument names what.

use std::hint::black_box;

fn main() {
    let answer = match std::env::args().nth(1).as_deref() {
        Some("f32-product") => product(black_box(1.2), black_box(2.0)),
        Some("f64-sine") => black_box(1.0_f64).sin(),
        _ => std::process::exit(2),
    };
    println!("{answer}");
}

/// One instruction of s390x, MDEBR, multiplies two f32 to an f64. The compiler takes it where nothing stands between the three operations, not even a call.
fn product(one: f32, other: f32) -> f64 {
    (one as f64) * (other as f64)
}
