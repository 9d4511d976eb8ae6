//! What holds for every encoding in the registry, whatever the numbers, the octets and the cuts are.

use proto::{Encoding, Family, MAX_MESSAGE, Reply, Request, Step, Why, all};
use quickcheck::{Arbitrary, Gen, QuickCheck};

use crate::steps::{framed, length};

#[test]
fn requests_come_back() {
    fn property(request: AnyRequest) -> bool {
        all()
            .iter()
            .filter(|encoding| understood(**encoding))
            .all(|encoding| {
                let Some(octets) = encoded_request(*encoding, request.0) else {
                    return encoding.name() == "raw-long";
                };
                encoding.decode_request(&octets)
                    == Step::Done {
                        value: request.0,
                        used: octets.len(),
                    }
            })
    }
    quickcheck(property as fn(_) -> _);
}

#[test]
fn replies_come_back() {
    fn property(reply: AnyReply) -> bool {
        all()
            .iter()
            .filter(|encoding| understood(**encoding))
            .all(|encoding| {
                let Some(octets) = encoded_reply(*encoding, reply.0) else {
                    return encoding.family() == Family::Raw;
                };
                let value = match (encoding.family(), reply.0) {
                    (Family::Text, Reply::Refused(_)) => Reply::Refused(Why::InputError),
                    (_, reply) => reply,
                };
                encoding.decode_reply(&octets)
                    == Step::Done {
                        value,
                        used: octets.len(),
                    }
            })
    }
    quickcheck(property as fn(_) -> _);
}

#[test]
fn what_follows_a_message_is_left_for_the_next_one() {
    fn property(request: AnyRequest, reply: AnyReply, rest: Vec<u8>) -> bool {
        all()
            .iter()
            .filter(|encoding| understood(**encoding))
            .all(|encoding| {
                let alone = encoded_request(*encoding, request.0);
                let same_request = alone.is_none_or(|octets| {
                    encoding.decode_request(&[&octets[..], &rest].concat())
                        == encoding.decode_request(&octets)
                });
                let alone = encoded_reply(*encoding, reply.0);
                let same_reply = alone.is_none_or(|octets| {
                    encoding.decode_reply(&[&octets[..], &rest].concat())
                        == encoding.decode_reply(&octets)
                });
                same_request && same_reply
            })
    }
    quickcheck(property as fn(_, _, _) -> _);
}

#[test]
fn an_octet_left_over_inside_a_frame_is_malformed() {
    fn property(request: AnyRequest, reply: AnyReply, garbage: u8) -> bool {
        framed().all(|encoding| {
            // White space after a value is part of JSON.
            if encoding.name() == "json" && b" \t\r\n".contains(&garbage) {
                return true;
            }
            let with_garbage = |message: Option<Vec<u8>>| {
                let message = message.unwrap();
                let content = [&message[4..], &[garbage]].concat();
                let length = length(encoding, u32::try_from(content.len()).unwrap());
                [&length[..], &content].concat()
            };
            let request = with_garbage(encoded_request(encoding, request.0));
            let reply = with_garbage(encoded_reply(encoding, reply.0));
            encoding.decode_request(&request)
                == Step::Refused {
                    why: Why::Malformed,
                    used: Some(request.len()),
                }
                && encoding.decode_reply(&reply)
                    == Step::Refused {
                        why: Why::Malformed,
                        used: Some(reply.len()),
                    }
        })
    }
    quickcheck(property as fn(_, _, _) -> _);
}

#[test]
fn a_part_of_a_message_wants_more_and_never_more_than_the_message_has() {
    fn property(request: AnyRequest, reply: AnyReply) -> bool {
        all()
            .iter()
            .filter(|encoding| understood(**encoding))
            .all(|encoding| {
                let wants_within =
                    |whole: Option<Vec<u8>>, step: &dyn Fn(&[u8]) -> Option<usize>| {
                        let Some(whole) = whole else { return true };
                        (0..whole.len()).all(|given| {
                            step(&whole[..given])
                                .is_some_and(|want| given < want && want <= whole.len())
                        })
                    };
                wants_within(encoded_request(*encoding, request.0), &|part| {
                    wanted(&encoding.decode_request(part))
                }) && wants_within(encoded_reply(*encoding, reply.0), &|part| {
                    wanted(&encoding.decode_reply(part))
                })
            })
    }
    quickcheck(property as fn(_, _) -> _);
}

#[test]
fn a_stream_says_the_same_however_it_is_cut() {
    fn property(messages: Vec<Piece>, cuts: Vec<u8>) -> bool {
        all().iter().all(|encoding| {
            let mut requests = Vec::new();
            let mut replies = Vec::new();
            for message in &messages {
                message.append(*encoding, &mut requests, &mut replies);
            }
            heard(&requests, &[], |octets| encoding.decode_request(octets))
                == heard(&requests, &cuts, |octets| encoding.decode_request(octets))
                && heard(&replies, &[], |octets| encoding.decode_reply(octets))
                    == heard(&replies, &cuts, |octets| encoding.decode_reply(octets))
        })
    }
    // The decoders have no state, so thirty pieces and cuts show as much as a hundred.
    let mut quickcheck = QuickCheck::new().rng(Gen::new(30)).tests(CASES);
    quickcheck.quickcheck(property as fn(_, _) -> _);
}

/// No decoder allocates for a length that a peer announced. It borrows its input, and what it wants bounds what its caller keeps.
#[test]
fn arbitrary_octets_neither_panic_nor_want_more_than_the_cap_allows() {
    fn property(octets: Vec<u8>) -> bool {
        all()
            .iter()
            .all(|encoding| within_bounds(*encoding, &octets))
    }
    quickcheck(property as fn(_) -> _);
}

#[test]
fn octets_behind_a_good_length_neither_panic_nor_want_more_than_the_cap_allows() {
    fn property(mut content: Vec<u8>) -> bool {
        content.truncate(255);
        all().iter().all(|encoding| {
            let length = length(*encoding, u32::try_from(content.len()).unwrap());
            within_bounds(*encoding, &[&length[..], &content].concat())
        })
    }
    quickcheck(property as fn(_) -> _);
}

#[test]
fn damaged_messages_neither_panic_nor_want_more_than_the_cap_allows() {
    fn property(request: AnyRequest, reply: AnyReply, damage: Vec<Damage>) -> bool {
        all().iter().all(|encoding| {
            let messages = [
                encoded_request(*encoding, request.0),
                encoded_reply(*encoding, reply.0),
            ];
            messages.into_iter().flatten().all(|mut octets| {
                damage.iter().all(|damage| {
                    damage.apply(&mut octets);
                    within_bounds(*encoding, &octets)
                })
            })
        })
    }
    quickcheck(property as fn(_, _, _) -> _);
}

fn within_bounds(encoding: &dyn Encoding, octets: &[u8]) -> bool {
    let max = match encoding.family() {
        Family::Text => MAX_MESSAGE + 1,
        _ => 4 + MAX_MESSAGE,
    };
    sensible(&encoding.decode_request(octets), octets, max)
        && sensible(&encoding.decode_reply(octets), octets, max)
}

fn sensible<T>(step: &Step<T>, octets: &[u8], max: usize) -> bool {
    match step {
        Step::NeedMore { want } => octets.len() < *want && *want <= max,
        Step::Done { used, .. }
        | Step::Refused {
            used: Some(used), ..
        } => 0 < *used && *used <= octets.len(),
        Step::Refused { why, used: None } => matches!(why, Why::TooLarge | Why::Malformed),
    }
}

/// What is decoded from `stream` when it comes in pieces of the sizes `cuts`, and the rest at once.
fn heard<T>(stream: &[u8], cuts: &[u8], decode: impl Fn(&[u8]) -> Step<T>) -> Vec<Result<T, Why>> {
    let mut heard = Vec::new();
    // Octets that were used stay where they are. Moving the rest up after each message would be most of the cost of this test under emulation.
    let (mut arrived, mut taken) = (Vec::new(), 0);
    let mut rest = stream;
    for size in cuts
        .iter()
        .map(|cut| usize::from(*cut))
        .chain([stream.len()])
    {
        let (piece, after) = rest.split_at(size.min(rest.len()));
        arrived.extend_from_slice(piece);
        rest = after;
        loop {
            let (said, used) = match decode(&arrived[taken..]) {
                Step::NeedMore { .. } => break,
                Step::Done { value, used } => (Ok(value), Some(used)),
                Step::Refused { why, used } => (Err(why), used),
            };
            heard.push(said);
            match used {
                Some(used) => taken += used,
                None => return heard,
            }
        }
    }
    heard
}

fn wanted<T>(step: &Step<T>) -> Option<usize> {
    match step {
        Step::NeedMore { want } => Some(*want),
        _ => None,
    }
}

/// The EBCDIC client and its server do not understand each other. That is tested beside them.
fn understood(encoding: &dyn Encoding) -> bool {
    encoding.name() != "text-ebcdic"
}

fn encoded_request(encoding: &dyn Encoding, request: Request) -> Option<Vec<u8>> {
    let mut octets = Vec::new();
    encoding.encode_request(request, &mut octets).ok()?;
    Some(octets)
}

fn encoded_reply(encoding: &dyn Encoding, reply: Reply) -> Option<Vec<u8>> {
    let mut octets = Vec::new();
    encoding.encode_reply(reply, &mut octets).ok()?;
    Some(octets)
}

const CASES: u64 = 500;

fn quickcheck(property: impl quickcheck::Testable) {
    QuickCheck::new().tests(CASES).quickcheck(property);
}

/// An integer of any length. The ends of each length come more often than by chance.
fn integer(g: &mut Gen) -> i64 {
    let ends = [
        0,
        i64::MIN,
        i64::MAX,
        -1,
        i64::from(i32::MIN),
        i64::from(u32::MAX),
    ];
    if bool::arbitrary(g) {
        return *g.choose(&ends).unwrap();
    }
    i64::arbitrary(g) >> (u32::arbitrary(g) % 64)
}

#[derive(Clone, Debug)]
struct AnyRequest(Request);

impl Arbitrary for AnyRequest {
    fn arbitrary(g: &mut Gen) -> Self {
        AnyRequest(Request {
            a: integer(g),
            b: integer(g),
        })
    }
}

#[derive(Clone, Debug)]
struct AnyReply(Reply);

impl Arbitrary for AnyReply {
    fn arbitrary(g: &mut Gen) -> Self {
        let why = *g
            .choose(&[Why::Malformed, Why::Overflow, Why::TooLarge])
            .unwrap();
        AnyReply(if bool::arbitrary(g) {
            Reply::Sum(integer(g))
        } else {
            Reply::Refused(why)
        })
    }
}

/// A part of a stream: mostly messages, sometimes not.
#[derive(Clone, Debug)]
enum Piece {
    Message(AnyRequest, AnyReply),
    Garbage(Vec<u8>),
    TooMuch,
}

impl Piece {
    fn append(&self, encoding: &dyn Encoding, requests: &mut Vec<u8>, replies: &mut Vec<u8>) {
        match self {
            Piece::Message(request, reply) => {
                // What a raw encoding cannot write is left out of its streams.
                let _ = encoding.encode_request(request.0, requests);
                let _ = encoding.encode_reply(reply.0, replies);
            }
            Piece::Garbage(octets) => {
                requests.extend_from_slice(octets);
                replies.extend_from_slice(octets);
            }
            Piece::TooMuch => {
                requests.extend_from_slice(&[b'1'; MAX_MESSAGE + 1]);
                replies.extend_from_slice(&[b'1'; MAX_MESSAGE + 1]);
            }
        }
    }
}

impl Arbitrary for Piece {
    fn arbitrary(g: &mut Gen) -> Self {
        match u8::arbitrary(g) % 16 {
            0 => Piece::Garbage(Vec::arbitrary(g)),
            1 => Piece::TooMuch,
            2..=4 => Piece::Garbage(of_lines(Vec::arbitrary(g))),
            _ => Piece::Message(AnyRequest::arbitrary(g), AnyReply::arbitrary(g)),
        }
    }
}

/// Octets that lines consist of.
fn of_lines(mut octets: Vec<u8>) -> Vec<u8> {
    for octet in &mut octets {
        *octet = b" \t\r\n\n+-0129x\0"[usize::from(*octet % 13)];
    }
    octets
}

/// One change to a message.
#[derive(Clone, Debug)]
struct Damage {
    place: usize,
    octet: u8,
    how: u8,
}

impl Damage {
    fn apply(&self, octets: &mut Vec<u8>) {
        let place = self.place % (octets.len() + 1);
        match (self.how % 3, octets.get_mut(place)) {
            (0, Some(octet)) => *octet = self.octet,
            (1, Some(_)) => drop(octets.remove(place)),
            _ => octets.insert(place, self.octet),
        }
    }
}

impl Arbitrary for Damage {
    fn arbitrary(g: &mut Gen) -> Self {
        Damage {
            place: usize::arbitrary(g),
            octet: u8::arbitrary(g),
            how: u8::arbitrary(g),
        }
    }
}
