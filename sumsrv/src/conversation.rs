//! What is said on one connection, apart from how it travels.

use proto::{Encoding, Reply, Step};

/// The requests of one peer, and the replies to them.
pub(crate) struct Conversation {
    encoding: &'static dyn Encoding,
    /// What came and is not answered yet.
    pub(crate) received: Vec<u8>,
    /// What is to be sent.
    pub(crate) replies: Vec<u8>,
}

/// What a conversation waits for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// At least `want` octets in all of the request that is not whole yet.
    Request { want: usize },
    /// Nothing any more: where the next request begins, nobody can tell.
    End,
}

impl Conversation {
    pub(crate) fn new(encoding: &'static dyn Encoding) -> Self {
        Conversation {
            encoding,
            received: Vec::new(),
            replies: Vec::new(),
        }
    }

    /// Answers all requests that are whole. Their replies go into one write.
    pub(crate) fn answer(&mut self) -> Next {
        let mut answered = 0;
        let next = loop {
            let rest = self.received.get(answered..).unwrap_or_default();
            let (reply, used) = match self.encoding.decode_request(rest) {
                Step::NeedMore { want } => break Next::Request { want },
                Step::Done { value, used } => (self.encoding.answer(value), Some(used)),
                Step::Refused { why, used } => (Reply::Refused(why), used),
            };
            // No encoding refuses that has no word for it; one that did would have nothing more to say.
            let said = self.encoding.encode_reply(reply, &mut self.replies);
            match used {
                Some(used) if said.is_ok() => answered += used,
                _ => break Next::End,
            }
        };
        self.received.drain(..answered);
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_that_came_together_are_answered_together_and_a_part_is_kept() {
        let mut text = Conversation::new(proto::named("text").unwrap());
        text.received.extend(b"1 2\nx\n-22 -77\n4");
        assert_eq!(text.answer(), Next::Request { want: 2 });
        assert_eq!(text.replies, b"3\ninput error\n-99\n");
        assert_eq!(text.received, b"4");
    }

    #[test]
    fn nothing_is_answered_behind_what_is_too_large() {
        let mut varint = Conversation::new(proto::named("varint").unwrap());
        varint
            .received
            .extend([0, 0, 0, 2, 2, 4, 0xff, 0, 0, 0, 0, 0, 0, 2, 2, 4]);
        assert_eq!(varint.answer(), Next::End);
        assert_eq!(varint.replies, [0, 0, 0, 2, 0, 6, 0, 0, 0, 1, 3]);
    }
}
