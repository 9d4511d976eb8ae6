//! `varint`: zigzag LEB128 in a frame.

use super::frame::Content;
use crate::{Reply, Request, Why};

pub(super) struct Varint;

/// The status of a sum. The refusals have their own numbers.
const SUM: u64 = 0;

/// How many octets the longest integer of 64 bits takes.
const LONGEST: usize = 10;

impl Content for Varint {
    const NAME: &'static str = "varint";

    fn write_request(request: Request, out: &mut Vec<u8>) {
        put(zigzag(request.a), out);
        put(zigzag(request.b), out);
    }

    fn read_request(content: &[u8]) -> Option<Request> {
        let (a, rest) = take(content)?;
        let (b, rest) = take(rest)?;
        rest.is_empty().then_some(Request {
            a: unzigzag(a),
            b: unzigzag(b),
        })
    }

    fn write_reply(reply: Reply, out: &mut Vec<u8>) -> Option<()> {
        match reply {
            Reply::Sum(sum) => {
                put(SUM, out);
                put(zigzag(sum), out);
            }
            Reply::Refused(why) => put(u64::from(why.number()?), out),
        }
        Some(())
    }

    fn read_reply(content: &[u8]) -> Option<Reply> {
        let (reply, rest) = match take(content)? {
            (SUM, rest) => {
                let (sum, rest) = take(rest)?;
                (Reply::Sum(unzigzag(sum)), rest)
            }
            (number, rest) => (Reply::Refused(Why::numbered(number)?), rest),
        };
        rest.is_empty().then_some(reply)
    }
}

/// 2n, or -2n - 1 when n is negative. So the sign is in the lowest bit.
fn zigzag(value: i64) -> u64 {
    u64::from_ne_bytes(((value << 1) ^ (value >> 63)).to_ne_bytes())
}

fn unzigzag(value: u64) -> i64 {
    let signed = |bits: u64| i64::from_ne_bytes(bits.to_ne_bytes());
    signed(value >> 1) ^ -signed(value & 1)
}

/// Appends LEB128 in as few octets as possible.
fn put(mut value: u64, out: &mut Vec<u8>) {
    let mut groups = [0; LONGEST];
    let mut length = 0;
    for place in &mut groups {
        let [group, ..] = (value & 0x7f).to_le_bytes();
        value >>= 7;
        length += 1;
        if value == 0 {
            *place = group;
            break;
        }
        *place = group | 0x80;
    }
    out.extend_from_slice(groups.get(..length).unwrap_or(&groups));
}

/// Takes LEB128 from the front. `None` when it does not end, is longer than necessary, or does not fit 64 bits.
fn take(octets: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    let mut rest = octets;
    for shift in (0..u64::BITS).step_by(7) {
        let (&octet, after) = rest.split_first()?;
        rest = after;
        let group = u64::from(octet & 0x7f);
        // The tenth group has room for one bit.
        if group > u64::MAX >> shift {
            return None;
        }
        value |= group << shift;
        if octet & 0x80 == 0 {
            let overlong = octet == 0 && shift > 0;
            return (!overlong).then_some((value, rest));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zigzag_alternates_between_the_signs() {
        for (value, zigzagged) in [
            (0, 0),
            (-1, 1),
            (1, 2),
            (-2, 3),
            (i64::MAX, u64::MAX - 1),
            (i64::MIN, u64::MAX),
        ] {
            assert_eq!(zigzag(value), zigzagged);
            assert_eq!(unzigzag(zigzagged), value);
        }
    }

    #[test]
    fn the_tenth_octet_holds_one_bit() {
        let nine = [0xff; 9];
        assert_eq!(
            take(&[&nine[..], &[0x01]].concat()),
            Some((u64::MAX, &[][..]))
        );
        assert_eq!(take(&[&nine[..], &[0x02]].concat()), None);
        assert_eq!(take(&[&nine[..], &[0x81]].concat()), None);
        assert_eq!(take(&[&nine[..], &[0x81, 0x00]].concat()), None);
    }

    #[test]
    fn replies_that_are_none_are_refused() {
        assert_eq!(Varint::read_reply(&[]), None);
        assert_eq!(Varint::read_reply(&[0x00]), None, "a sum without its sum");
        assert_eq!(
            Varint::read_reply(&[0x02, 0x00]),
            None,
            "a refusal with a sum"
        );
        assert_eq!(Varint::read_reply(&[0x04]), None, "an unknown status");
    }
}
