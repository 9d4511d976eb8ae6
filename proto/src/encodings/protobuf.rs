//! `protobuf`: protobuf 3, its messages written as the structs that `protoc` would give.

use prost::Message;

use super::frame::Content;
use crate::{Reply, Request, Why};

pub(super) struct Protobuf;

#[derive(Clone, Copy, PartialEq, Message)]
struct RequestMessage {
    #[prost(sint64, tag = "1")]
    a: i64,
    #[prost(sint64, tag = "2")]
    b: i64,
}

#[derive(Clone, Copy, PartialEq, Message)]
struct ReplyMessage {
    #[prost(oneof = "ReplyChoice", tags = "1, 2")]
    reply: Option<ReplyChoice>,
}

#[derive(Clone, Copy, PartialEq, prost::Oneof)]
enum ReplyChoice {
    #[prost(sint64, tag = "1")]
    Sum(i64),
    /// The enum `Why`. Its numbers are those of the protocol. `NONE`, 0, is not a reason.
    #[prost(int32, tag = "2")]
    Refused(i32),
}

impl Content for Protobuf {
    const NAME: &'static str = "protobuf";
    const CANONICAL: bool = false;

    fn write_request(request: Request, out: &mut Vec<u8>) {
        let message = RequestMessage {
            a: request.a,
            b: request.b,
        };
        message.encode(out).expect("a Vec has room");
    }

    fn read_request(content: &[u8]) -> Option<Request> {
        fields(content)?;
        let message = RequestMessage::decode(content).ok()?;
        Some(Request {
            a: message.a,
            b: message.b,
        })
    }

    fn write_reply(reply: Reply, out: &mut Vec<u8>) -> Option<()> {
        let choice = match reply {
            Reply::Sum(sum) => ReplyChoice::Sum(sum),
            Reply::Refused(why) => ReplyChoice::Refused(i32::from(why.number()?)),
        };
        let message = ReplyMessage {
            reply: Some(choice),
        };
        message.encode(out).ok()
    }

    fn read_reply(content: &[u8]) -> Option<Reply> {
        // A oneof that is written twice would be two replies.
        if fields(content)? != 1 {
            return None;
        }
        match ReplyMessage::decode(content).ok()?.reply? {
            ReplyChoice::Sum(sum) => Some(Reply::Sum(sum)),
            ReplyChoice::Refused(number) => {
                let why = Why::numbered(u64::try_from(number).ok()?)?;
                Some(Reply::Refused(why))
            }
        }
    }
}

/// Counts the fields. `None` unless there are only fields 1 and 2 as varints, each at most once.
///
/// A protobuf reader skips fields that it does not know, and keeps the last of those that come twice. Here neither is allowed.
fn fields(content: &[u8]) -> Option<usize> {
    // Field number << 3 | wire type 0, VARINT.
    const FIELD_1: u8 = 0x08;
    const FIELD_2: u8 = 0x10;
    let (mut first, mut second) = (0, 0);
    let mut rest = content;
    while let [tag @ (FIELD_1 | FIELD_2), value @ ..] = rest {
        let count = if *tag == FIELD_1 {
            &mut first
        } else {
            &mut second
        };
        *count += 1;
        let last = value.iter().position(|octet| octet & 0x80 == 0)?;
        rest = value.get(last + 1..)?;
    }
    (rest.is_empty() && first <= 1 && second <= 1).then_some(first + second)
}
