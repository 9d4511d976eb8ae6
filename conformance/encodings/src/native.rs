//! A quick figure of what encoding and decoding costs on this machine. `cargo bench -p gauge` measures at leisure.
//!
//! All encodings take turns, round by round, so that whatever else the machine does meets them alike. A round goes over all values a few times, because the first time meets branch predictors that the others have trained; the quickest is kept. It is done as a server does it: appended to a buffer that is kept, and read from the front of what came.

use std::hint::black_box;
use std::time::Instant;

use proto::{Encoding, Reply, Request, Step};

use super::equal::reply_to;

/// Nanoseconds of encoding a request and its reply, and of decoding both.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nanoseconds {
    /// Of encoding.
    pub encode: f64,
    /// Of decoding.
    pub decode: f64,
}

impl Nanoseconds {
    /// Of both.
    pub fn both(self) -> f64 {
        self.encode + self.decode
    }
}

/// How often each goes over all values, to keep the quickest.
pub const TIMES: usize = ROUNDS * IN_A_ROW;

const ROUNDS: usize = 20;
const IN_A_ROW: usize = 4;

/// Something to be measured: an encoding, and the values that it gave back.
pub struct Subject<'a> {
    /// The encoding.
    pub encoding: &'a dyn Encoding,
    /// Not empty.
    pub values: &'a [Request],
}

/// The octets of all values, one after the other.
struct Octets {
    requests: Vec<u8>,
    replies: Vec<u8>,
}

/// Measures all of them in turns; in their order.
pub fn measure(subjects: &[Subject<'_>]) -> Vec<Nanoseconds> {
    let octets: Vec<_> = subjects.iter().map(Octets::of).collect();
    let never = Nanoseconds {
        encode: f64::INFINITY,
        decode: f64::INFINITY,
    };
    let mut best = vec![never; subjects.len()];
    let mut buffer = Vec::new();
    for _ in 0..ROUNDS {
        for ((subject, octets), best) in subjects.iter().zip(&octets).zip(&mut best) {
            for _ in 0..IN_A_ROW {
                let encode = each(subject, || encode(subject, &mut buffer));
                best.encode = best.encode.min(encode);
            }
            for _ in 0..IN_A_ROW {
                let decode = each(subject, || decode(subject, octets));
                best.decode = best.decode.min(decode);
            }
        }
    }
    best
}

fn each(subject: &Subject<'_>, work: impl FnOnce()) -> f64 {
    let began = Instant::now();
    work();
    let took = began.elapsed().as_nanos();
    let count = u32::try_from(subject.values.len()).unwrap_or(u32::MAX);
    // A round is far shorter than what 32 bits of nanoseconds hold.
    f64::from(u32::try_from(took).unwrap_or(u32::MAX)) / f64::from(count.max(1))
}

impl Octets {
    fn of(subject: &Subject<'_>) -> Octets {
        let (mut requests, mut replies) = (Vec::new(), Vec::new());
        for &value in subject.values {
            // They were encoded before, when they were compared.
            let _ = subject.encoding.encode_request(value, &mut requests);
            let _ = subject.encoding.encode_reply(reply_to(value), &mut replies);
        }
        Octets { requests, replies }
    }
}

fn encode(subject: &Subject<'_>, buffer: &mut Vec<u8>) {
    let encoding = black_box(subject.encoding);
    buffer.clear();
    for &value in subject.values {
        let _ = encoding.encode_request(value, buffer);
    }
    black_box(&*buffer);
    buffer.clear();
    for &value in subject.values {
        let _ = encoding.encode_reply(reply_to(value), buffer);
    }
    black_box(&*buffer);
}

fn decode(subject: &Subject<'_>, octets: &Octets) {
    let encoding = black_box(subject.encoding);
    let mut rest = octets.requests.as_slice();
    while let Step::Done { value, used } = encoding.decode_request(rest) {
        // One by one, as whoever adds them takes them.
        black_box(value.a);
        black_box(value.b);
        rest = rest.get(used..).unwrap_or_default();
    }
    let mut rest = octets.replies.as_slice();
    while let Step::Done { value, used } = encoding.decode_reply(rest) {
        if let Reply::Sum(sum) = value {
            black_box(sum);
        }
        rest = rest.get(used..).unwrap_or_default();
    }
}
