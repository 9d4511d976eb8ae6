//! What is sent: a round of requests, which are encoded once, and the right replies to them.

use proto::{Encoding, Reply, Request, Unencodable};

/// How many requests are in the round. A prime, so that no depth divides it: replies that are shifted or swapped do not match.
const ROUND: u32 = 509;

/// The requests of all connections. The one after the last is the first again.
pub(super) struct Requests {
    octets: Vec<u8>,
    /// Where each request begins in `octets`, and where the last one ends.
    bounds: Vec<usize>,
    replies: Vec<Reply>,
}

impl Requests {
    pub(super) fn new(encoding: &dyn Encoding) -> Result<Self, Unencodable> {
        let mut requests = Requests {
            octets: Vec::new(),
            bounds: vec![0],
            replies: Vec::new(),
        };
        for number in 0..ROUND {
            let request = request(number);
            encoding.encode_request(request, &mut requests.octets)?;
            requests.bounds.push(requests.octets.len());
            requests.replies.push(encoding.answer(request));
        }
        Ok(requests)
    }

    /// Appends the octets of `count` requests, from the one with this number on.
    pub(super) fn append(&self, from: u64, count: u64, out: &mut Vec<u8>) {
        let (mut at, mut left) = (place(from), usize::try_from(count).unwrap_or(usize::MAX));
        while left > 0 {
            let some = left.min(self.replies.len() - at);
            let octets = self.bound(at)..self.bound(at + some);
            out.extend_from_slice(self.octets.get(octets).unwrap_or_default());
            left -= some;
            at = 0;
        }
    }

    /// The right reply to the request with this number.
    pub(super) fn reply(&self, number: u64) -> Option<Reply> {
        self.replies.get(place(number)).copied()
    }

    /// How many of the requests before the one with this number have a part in their last `octets` octets.
    pub(super) fn within(&self, before: u64, octets: usize) -> u64 {
        let (mut count, mut left) = (0, octets);
        while left > 0 && count < before {
            count += 1;
            let at = place(before - count);
            left = left.saturating_sub(self.bound(at + 1) - self.bound(at));
        }
        count
    }

    fn bound(&self, at: usize) -> usize {
        self.bounds.get(at).copied().unwrap_or(self.octets.len())
    }
}

fn place(number: u64) -> usize {
    usize::try_from(number % u64::from(ROUND)).unwrap_or(0)
}

/// Two integers of either sign and of all lengths, whose sum fits a `long` of 32 bits.
fn request(number: u32) -> Request {
    let mixed = |salt: u32| {
        let bits = (number + salt).wrapping_mul(0x9e37_79b1);
        let shift = 2 + (number + salt) % 29;
        i64::from(i32::from_ne_bytes(bits.to_ne_bytes()) >> shift)
    };
    Request {
        a: mixed(1),
        b: i64::from(number) - mixed(7),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_can_ask_them_and_every_machine_can_add_them() {
        for encoding in proto::all() {
            Requests::new(*encoding).unwrap();
        }
        for number in 0..ROUND {
            let Request { a, b } = request(number);
            assert!(i32::try_from(a + b).is_ok(), "{a} + {b}");
        }
    }

    #[test]
    fn a_reply_that_is_shifted_by_a_little_is_wrong() {
        let requests = Requests::new(proto::named("network").unwrap()).unwrap();
        for shift in 1..32 {
            let same = |number: &u64| requests.reply(*number) == requests.reply(number + shift);
            let same = (0..u64::from(ROUND)).filter(same).count();
            assert!(same < 20, "{same} of {ROUND} at {shift}");
        }
    }

    #[test]
    fn the_round_begins_again_and_a_part_of_a_request_counts_as_that_request() {
        let requests = Requests::new(proto::named("network").unwrap()).unwrap();
        let round = u64::from(ROUND);
        let (mut twice, mut again) = (Vec::new(), Vec::new());
        requests.append(round - 1, 2 * round + 2, &mut twice);
        assert_eq!(twice.len(), (2 * 509 + 2) * 16);
        requests.append(0, 1, &mut again);
        assert_eq!(twice.get(16..32), Some(&again[..]));
        for (octets, expected) in [(0, 0), (1, 1), (16, 1), (17, 2), (1600, 100)] {
            assert_eq!(requests.within(1000, octets), expected);
        }
    }
}
