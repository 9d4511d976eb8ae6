//! `usize`: all integers are little-endian, and one of them is as wide as an address.

use super::fixed::{Fixed, Messages};
use crate::{Reply, Request, Why};

pub(super) struct Usize;

pub(super) static USIZE: Fixed<Usize, REQUEST, REPLY> = Fixed::new("usize");

const NATIVE: usize = size_of::<usize>();
const WORD: usize = size_of::<i64>();
const REQUEST: usize = NATIVE + 2 * WORD;
const REPLY: usize = NATIVE + WORD;

/// The `id` of every request.
const ID: usize = 1;
/// The status of a sum. The refusals have their own numbers.
const SUM: usize = 0;

impl Messages<REQUEST, REPLY> for Usize {
    const TRAP: Option<&'static str> = Some("an explicit byte order, and an implicit width");
    const NATIVE_BOUNDARIES: bool = true;

    fn write_request(request: Request) -> [u8; REQUEST] {
        let mut octets = [0; REQUEST];
        lay(
            &[
                &ID.to_le_bytes(),
                &request.a.to_le_bytes(),
                &request.b.to_le_bytes(),
            ],
            &mut octets,
        );
        octets
    }

    fn read_request(octets: &[u8; REQUEST]) -> Option<Request> {
        let (id, rest) = octets.split_first_chunk()?;
        let (a, rest) = rest.split_first_chunk()?;
        let (b, _) = rest.split_first_chunk()?;
        (usize::from_le_bytes(*id) == ID).then_some(Request {
            a: i64::from_le_bytes(*a),
            b: i64::from_le_bytes(*b),
        })
    }

    fn write_reply(reply: Reply) -> Option<[u8; REPLY]> {
        let (status, sum) = match reply {
            Reply::Sum(sum) => (SUM, sum),
            Reply::Refused(why) => (usize::from(why.number()?), 0),
        };
        let mut octets = [0; REPLY];
        lay(&[&status.to_le_bytes(), &sum.to_le_bytes()], &mut octets);
        Some(octets)
    }

    fn read_reply(octets: &[u8; REPLY]) -> Option<Reply> {
        let (status, rest) = octets.split_first_chunk()?;
        let (sum, _) = rest.split_first_chunk()?;
        match (usize::from_le_bytes(*status), i64::from_le_bytes(*sum)) {
            (SUM, sum) => Some(Reply::Sum(sum)),
            (status, 0) => {
                let why = Why::numbered(u64::try_from(status).ok()?)?;
                Some(Reply::Refused(why))
            }
            _ => None,
        }
    }
}

/// Writes integers one after another.
fn lay(integers: &[&[u8]], octets: &mut [u8]) {
    let mut rest = octets;
    for integer in integers {
        let (place, behind) = rest.split_at_mut(integer.len());
        place.copy_from_slice(integer);
        rest = behind;
    }
}
