//! A reply as two integers: a status, which is 0 for a sum and else the refusal's number, and the sum.

use proto::{Reply, Why};

use crate::outcome::Outcome;

const SUM: i64 = 0;

/// What a server says.
pub(super) fn said(reply: Reply) -> [i64; 2] {
    match reply {
        Reply::Sum(sum) => [SUM, sum],
        Reply::Refused(why) => [why.number().map_or(SUM, i64::from), 0],
    }
}

/// What a client makes of it.
pub(super) fn heard(reply: [i64; 2]) -> Outcome {
    let why = match reply {
        [SUM, sum] => return Outcome::Sum(sum),
        [status, 0] => u64::try_from(status).ok().and_then(Why::numbered),
        _ => None,
    };
    why.map_or(Outcome::Garbled, |why| Outcome::Refused(why.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_neither_a_sum_nor_a_refusal_is_garbled() {
        for (reply, expected) in [
            ([0, -99], Outcome::Sum(-99)),
            ([2, 0], Outcome::Refused("overflow".to_owned())),
            ([2, 1], Outcome::Garbled),
            ([4, 0], Outcome::Garbled),
            ([-1, 0], Outcome::Garbled),
        ] {
            assert_eq!(heard(reply), expected, "{reply:?}");
        }
        assert_eq!(heard(said(Reply::Refused(Why::TooLarge))).kind(), "refused");
    }
}
