//! What every decoder of `proto` promises.

use std::fmt::Debug;

use proto::{Encoding, MAX_MESSAGE, Step, Unencodable, Why};

/// Where all messages of an encoding have one size, none is longer.
const LONGEST_FIXED: usize = 32;

/// The first octet chooses the encoding. The others are read as requests, and then as replies.
///
/// # Panics
/// When a decoder breaks a promise.
pub fn decoders(input: &[u8]) {
    let Some((choice, octets)) = input.split_first() else {
        return;
    };
    let all = proto::all();
    let Some(encoding) = all.get(usize::from(*choice) % all.len()) else {
        return;
    };
    let writer = writer(*encoding);
    let envelope = encoding.envelope();
    let max = envelope.map_or(LONGEST_FIXED, |envelope| MAX_MESSAGE + envelope);
    Decoder {
        name: encoding.name(),
        max,
        read: |octets: &[u8]| encoding.decode_request(octets),
        write: |request, out: &mut Vec<u8>| writer.encode_request(request, out),
        read_again: |octets: &[u8]| writer.decode_request(octets),
    }
    .check(octets);
    Decoder {
        name: encoding.name(),
        max,
        read: |octets: &[u8]| encoding.decode_reply(octets),
        write: |reply, out: &mut Vec<u8>| writer.encode_reply(reply, out),
        read_again: |octets: &[u8]| writer.decode_reply(octets),
    }
    .check(octets);
}

/// The encoding in which a message is written again. One end of `text-ebcdic` cannot read what the other writes, so its messages are written as `text`.
fn writer(encoding: &'static dyn Encoding) -> &'static dyn Encoding {
    let plain = encoding.name().trim_end_matches("-ebcdic");
    proto::named(plain).unwrap_or(encoding)
}

/// One side of an encoding.
struct Decoder<R, W, A> {
    name: &'static str,
    /// How many octets a message may need.
    max: usize,
    read: R,
    write: W,
    read_again: A,
}

impl<R, W, A> Decoder<R, W, A> {
    /// Reads messages until there are no more.
    fn check<T>(&self, octets: &[u8])
    where
        T: Copy + Debug + PartialEq,
        R: Fn(&[u8]) -> Step<T>,
        W: Fn(T, &mut Vec<u8>) -> Result<(), Unencodable>,
        A: Fn(&[u8]) -> Step<T>,
    {
        let mut rest = octets;
        loop {
            let step = (self.read)(rest);
            self.check_bounds(step, rest.len());
            self.check_octet_by_octet(step, rest);
            let used = match step {
                Step::NeedMore { .. } => return,
                Step::Refused { used, .. } => used,
                Step::Done { value, used } => {
                    self.check_written_again(value);
                    Some(used)
                }
            };
            match used.and_then(|used| rest.get(used..)) {
                Some(after) => rest = after,
                None => return,
            }
        }
    }

    fn check_bounds<T: Debug>(&self, step: Step<T>, given: usize) {
        let Decoder { name, max, .. } = self;
        match step {
            Step::NeedMore { want } => {
                assert!(
                    given < want && want <= *max,
                    "{name}: of {given} octets: {step:?}"
                );
            }
            Step::Done { used, .. }
            | Step::Refused {
                used: Some(used), ..
            } => {
                assert!(
                    0 < used && used <= given.min(*max),
                    "{name}: of {given} octets: {step:?}"
                );
            }
            Step::Refused { why, used: None } => {
                assert!(
                    matches!(why, Why::TooLarge | Why::Malformed),
                    "{name}: {step:?}"
                );
            }
        }
    }

    /// Octets that come one at a time give the same result as all of them at once, and give it with the last octet of the message.
    fn check_octet_by_octet<T>(&self, at_once: Step<T>, octets: &[u8])
    where
        T: Copy + Debug + PartialEq,
        R: Fn(&[u8]) -> Step<T>,
    {
        let name = self.name;
        for given in 0..octets.len() {
            let part = octets.get(..given).unwrap_or_default();
            let step = (self.read)(part);
            self.check_bounds(step, given);
            let Step::NeedMore { want } = step else {
                assert_eq!(step, at_once, "{name}: of {given} octets");
                assert!(
                    used(at_once).is_none_or(|used| used == given),
                    "{name}: {at_once:?} was returned at {given}"
                );
                return;
            };
            if let Some(used) = used(at_once) {
                assert!(
                    want <= used,
                    "{name}: {given} octets want {want}: {at_once:?}"
                );
            }
        }
    }

    /// A message may be accepted in another spelling than ours. Written in ours, it is read as the same message.
    fn check_written_again<T>(&self, value: T)
    where
        T: Copy + Debug + PartialEq,
        W: Fn(T, &mut Vec<u8>) -> Result<(), Unencodable>,
        A: Fn(&[u8]) -> Step<T>,
    {
        let mut octets = Vec::new();
        let written = (self.write)(value, &mut octets);
        assert_eq!(written, Ok(()), "{}: {value:?}", self.name);
        let used = octets.len();
        assert_eq!(
            (self.read_again)(&octets),
            Step::Done { value, used },
            "{}: {octets:02x?}",
            self.name
        );
    }
}

fn used<T>(step: Step<T>) -> Option<usize> {
    match step {
        Step::Done { used, .. } => Some(used),
        Step::Refused { used, .. } => used,
        Step::NeedMore { .. } => None,
    }
}
