//! `der`: ASN.1 in its distinguished encoding rules (X.690), which allow one encoding of each message.

use der::{Choice, Decode, Encode, Enumerated, Sequence};

use super::frame::Content;
use crate::{Reply, Request, Why};

pub(super) struct Der;

#[derive(Sequence)]
struct RequestMessage {
    a: i64,
    b: i64,
}

#[derive(Choice)]
#[asn1(tag_mode = "IMPLICIT")]
enum ReplyMessage {
    #[asn1(context_specific = "0")]
    Sum(i64),
    #[asn1(context_specific = "1")]
    Refused(WhyMessage),
}

/// The numbers are those of the protocol.
#[derive(Clone, Copy, Enumerated)]
#[repr(u8)]
enum WhyMessage {
    Malformed = 1,
    Overflow = 2,
    TooLarge = 3,
}

impl Content for Der {
    const NAME: &'static str = "der";

    fn write_request(request: Request, out: &mut Vec<u8>) {
        let message = RequestMessage {
            a: request.a,
            b: request.b,
        };
        message
            .encode_to_vec(out)
            .expect("two integers are far shorter than DER allows");
    }

    fn read_request(content: &[u8]) -> Option<Request> {
        let RequestMessage { a, b } = RequestMessage::from_der(content).ok()?;
        Some(Request { a, b })
    }

    fn write_reply(reply: Reply, out: &mut Vec<u8>) -> Option<()> {
        let message = match reply {
            Reply::Sum(sum) => ReplyMessage::Sum(sum),
            Reply::Refused(why) => ReplyMessage::Refused(match why {
                Why::Malformed => WhyMessage::Malformed,
                Why::Overflow => WhyMessage::Overflow,
                Why::TooLarge => WhyMessage::TooLarge,
                Why::InputError => return None,
            }),
        };
        message.encode_to_vec(out).ok().map(drop)
    }

    fn read_reply(content: &[u8]) -> Option<Reply> {
        Some(match ReplyMessage::from_der(content).ok()? {
            ReplyMessage::Sum(sum) => Reply::Sum(sum),
            ReplyMessage::Refused(why) => Reply::Refused(match why {
                WhyMessage::Malformed => Why::Malformed,
                WhyMessage::Overflow => Why::Overflow,
                WhyMessage::TooLarge => Why::TooLarge,
            }),
        })
    }
}
