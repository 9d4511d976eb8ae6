//! Echo, RFC 862: what comes in goes back, octet for octet.

use super::next::Next;
use crate::limits::Limits;

pub(super) fn answer(received: &mut Vec<u8>, replies: &mut Vec<u8>, limits: &Limits) -> Next {
    let room = limits.unread.saturating_sub(replies.len());
    replies.extend(received.drain(..room.min(received.len())));
    if received.is_empty() {
        Next::Request { want: 1 }
    } else {
        Next::Room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_room_waits_for_it_and_nothing_is_lost() {
        let limits = Limits {
            unread: 3,
            ..Limits::default()
        };
        let (mut received, mut replies) = (b"abc\0d".to_vec(), Vec::new());
        assert_eq!(answer(&mut received, &mut replies, &limits), Next::Room);
        assert_eq!((&received[..], &replies[..]), (&b"\0d"[..], &b"abc"[..]));
        assert_eq!(answer(&mut received, &mut replies, &limits), Next::Room);
        replies.clear();
        assert_eq!(
            answer(&mut received, &mut replies, &limits),
            Next::Request { want: 1 }
        );
        assert_eq!((&received[..], &replies[..]), (&b""[..], &b"\0d"[..]));
    }
}
