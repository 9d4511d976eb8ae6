//! `cargo bench -p gauge`: what encoding and decoding costs on this machine, for every encoding of the registry, beside baselines.
//!
//! One iteration is a request and its reply, on average over all values of `crossum encodings`. Buffers are reused, as a server reuses its own. divan measures: it takes turns, prints the fastest and the median in one table, and has few dependencies.
//! `snprintf` and `sscanf` of the C library are measured with the same values by a C program, compiled with the host's `cc` (or `$CC`). Its result is printed first.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark may fail"
)]

#[allow(unreachable_pub, reason = "the suite's own")]
#[path = "../../conformance/encodings/src/baselines.rs"]
mod baselines;
#[allow(
    dead_code,
    unreachable_pub,
    clippy::incompatible_msrv,
    reason = "the suite's own, of a newer Rust; the library itself is what a distribution's compiles"
)]
#[path = "../../conformance/encodings/src/values.rs"]
mod values;

use std::{env, fs, path::Path, process::Command};

use divan::{Bencher, black_box, counter::ItemsCount};
use proto::{Encoding, Reply, Request, Step};

const EACH: usize = 200;
const SEED: u64 = 1;

fn main() {
    // Given by `cargo bench`. Without it (`cargo test --benches`) nothing is measured.
    if env::args().any(|argument| argument == "--bench") {
        stdio();
    }
    divan::main();
}

static BASELINES: [&dyn Encoding; 2] = [&baselines::MEMCPY, &baselines::SWAP];

fn subjects() -> impl Iterator<Item = &'static str> {
    let all = proto::all().iter().chain(&BASELINES);
    all.map(|encoding| encoding.name())
}

fn named(name: &str) -> &'static dyn Encoding {
    let of_baselines = || BASELINES.into_iter().find(|one| one.name() == name);
    proto::named(name).or_else(of_baselines).unwrap()
}

fn reply_to(value: Request) -> Reply {
    Reply::Sum(value.a.wrapping_add(value.b))
}

/// The values that this machine can write in an encoding.
fn representable(encoding: &dyn Encoding) -> Vec<Request> {
    let mut values = values::values(EACH, SEED);
    values.retain(|value| {
        let mut octets = Vec::new();
        let request = encoding.encode_request(*value, &mut octets);
        let reply = encoding.encode_reply(reply_to(*value), &mut octets);
        request.is_ok() && reply.is_ok()
    });
    values
}

#[divan::bench(args = subjects())]
fn encode(bencher: Bencher<'_, '_>, name: &str) {
    let encoding = black_box(named(name));
    let values = representable(encoding);
    let (mut requests, mut replies) = (Vec::new(), Vec::new());
    bencher
        .counter(ItemsCount::new(values.len()))
        .bench_local(|| {
            requests.clear();
            replies.clear();
            for &value in &values {
                encoding.encode_request(value, &mut requests).unwrap();
                encoding
                    .encode_reply(reply_to(value), &mut replies)
                    .unwrap();
            }
            black_box((requests.len(), replies.len()))
        });
}

#[divan::bench(args = subjects())]
fn decode(bencher: Bencher<'_, '_>, name: &str) {
    let encoding = black_box(named(name));
    let values = representable(encoding);
    let (mut requests, mut replies) = (Vec::new(), Vec::new());
    for &value in &values {
        encoding.encode_request(value, &mut requests).unwrap();
        encoding
            .encode_reply(reply_to(value), &mut replies)
            .unwrap();
    }
    bencher
        .counter(ItemsCount::new(values.len()))
        .bench_local(|| {
            let mut rest = requests.as_slice();
            while let Step::Done { value, used } = encoding.decode_request(rest) {
                // One by one, as an addition would use them.
                black_box(value.a);
                black_box(value.b);
                rest = &rest[used..];
            }
            let mut rest = replies.as_slice();
            while let Step::Done { value, used } = encoding.decode_reply(rest) {
                if let Reply::Sum(sum) = value {
                    black_box(sum);
                }
                rest = &rest[used..];
            }
        });
}

#[expect(
    clippy::disallowed_methods,
    reason = "this crate knows nothing of `cross`; every process is waited for"
)]
fn stdio() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (program, file) = (folder.join("stdio"), folder.join("values"));
    let compiler = env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/stdio.c");
    let flags = ["-std=c99", "-O2", "-D_POSIX_C_SOURCE=199309L", "-o"];
    let status = Command::new(compiler)
        .args(flags)
        .arg(&program)
        .arg(source)
        .status();
    assert!(status.unwrap().success(), "stdio.c does not compile");
    let values = values::values(EACH, SEED);
    let lines = values
        .iter()
        .map(|value| format!("{} {}\n", value.a, value.b));
    fs::write(&file, lines.collect::<String>()).unwrap();
    let output = Command::new(&program)
        .arg(&file)
        .arg("200")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    println!(
        "snprintf and sscanf, ns of a request and its reply (encode, decode): {}",
        String::from_utf8_lossy(&output.stdout)
    );
}
