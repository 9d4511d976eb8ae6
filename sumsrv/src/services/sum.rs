//! The sum protocol, in any encoding.

use proto::{Encoding, Reply, Step, Why};

use super::next::Next;
use crate::limits::Limits;

/// Answers all requests that are whole, as long as there is room for the replies.
pub(super) fn answer(
    encoding: &dyn Encoding,
    received: &mut Vec<u8>,
    replies: &mut Vec<u8>,
    limits: &Limits,
) -> Next {
    // There is no cap where all requests have one size.
    let max = encoding.envelope().map_or(usize::MAX, |envelope| {
        limits.message.saturating_add(envelope)
    });
    let mut answered = 0;
    let next = loop {
        if replies.len() >= limits.unread {
            break Next::Room;
        }
        let rest = received.get(answered..).unwrap_or_default();
        let (reply, used) = match limited(encoding.decode_request(rest), max) {
            Step::NeedMore { want } => break Next::Request { want },
            Step::Done { value, used } => (encoding.answer(value), Some(used)),
            Step::Refused { why, used } => (Reply::Refused(why), used),
        };
        // A refusal can always be encoded: no encoding refuses that has no way to say so. If one did, the connection would end here.
        let said = encoding.encode_reply(reply, replies);
        match used {
            Some(used) if said.is_ok() => answered += used,
            _ => break Next::TooLarge,
        }
    };
    received.drain(..answered);
    next
}

/// Refuses a request of more than `max` octets as too large, in the way of `proto`, whose own cap may be higher.
fn limited<T>(step: Step<T>, max: usize) -> Step<T> {
    match step {
        Step::NeedMore { want: octets }
        | Step::Done { used: octets, .. }
        | Step::Refused {
            used: Some(octets), ..
        } if octets > max => Step::Refused {
            why: Why::TooLarge,
            used: None,
        },
        _ => step,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(name: &str, limits: Limits, octets: &[u8]) -> (Next, Vec<u8>, Vec<u8>) {
        let (mut received, mut replies) = (octets.to_vec(), Vec::new());
        let encoding = proto::named(name).unwrap();
        let next = answer(encoding, &mut received, &mut replies, &limits);
        (next, replies, received)
    }

    #[test]
    fn requests_that_came_together_are_answered_together_and_a_part_is_kept() {
        assert_eq!(
            said("text", Limits::default(), b"1 2\nx\n-22 -77\n4"),
            (
                Next::Request { want: 2 },
                b"3\ninput error\n-99\n".to_vec(),
                b"4".to_vec()
            )
        );
    }

    #[test]
    fn nothing_is_answered_behind_what_is_too_large() {
        let octets = [0, 0, 0, 2, 2, 4, 0xff, 0, 0, 0, 0, 0, 0, 2, 2, 4];
        let (next, replies, _) = said("varint", Limits::default(), &octets);
        assert_eq!(next, Next::TooLarge);
        assert_eq!(replies, [0, 0, 0, 2, 0, 6, 0, 0, 0, 1, 3]);
    }

    #[test]
    fn requests_wait_where_there_is_no_room_for_their_replies() {
        let limits = Limits {
            unread: 3,
            ..Limits::default()
        };
        assert_eq!(
            said("text", limits, b"1 2\n3 4\n5 6\n7"),
            (Next::Room, b"3\n7\n".to_vec(), b"5 6\n7".to_vec())
        );
    }

    #[test]
    fn a_lower_cap_counts_neither_a_line_end_nor_a_length() {
        let limits = Limits {
            message: 3,
            ..Limits::default()
        };
        let next = |name, octets: &[u8]| said(name, limits, octets).0;
        assert_eq!(next("text", b"1 2\n"), Next::Request { want: 1 });
        assert_eq!(next("text", b"1 2"), Next::Request { want: 4 });
        assert_eq!(next("text", b"1 2 \n"), Next::TooLarge);
        assert_eq!(next("text", b"x 2 \n"), Next::TooLarge);
        assert_eq!(next("text", b"1 2 "), Next::TooLarge);
        assert_eq!(next("varint", &[0, 0, 0, 3]), Next::Request { want: 7 });
        assert_eq!(next("varint", &[0, 0, 0, 4]), Next::TooLarge);
        assert_eq!(next("varint", &[0, 0, 0]), Next::Request { want: 4 });
        // There is no cap where all requests have one size.
        assert_eq!(next("network", &[0; 17]), Next::Request { want: 16 });
    }

    #[test]
    fn what_is_kept_of_a_request_is_never_more_than_the_cap_and_its_envelope() {
        for encoding in proto::all() {
            for opening in [&[0, 0, 4, 0][..], &[0xff; 4], &[b'1'; 4], b"    "] {
                let (mut received, mut replies) = (Vec::new(), Vec::new());
                let limits = Limits::default();
                let endless = opening.iter().chain(std::iter::repeat(&b'1'));
                for octet in endless.take(5000) {
                    received.push(*octet);
                    let next = answer(*encoding, &mut received, &mut replies, &limits);
                    replies.clear();
                    if next == Next::TooLarge {
                        break;
                    }
                    let max = limits.message + encoding.envelope().unwrap_or(0);
                    assert!(received.len() <= max, "{}", encoding.name());
                }
            }
        }
    }
}
