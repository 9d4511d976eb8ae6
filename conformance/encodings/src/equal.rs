//! Whether an encoding gives back what it was given, value by value: nothing is measured before.

use std::fmt;

use proto::{Encoding, Reply, Request, Step, Unencodable};

use super::spread::Spread;

/// An encoding that gave back every value, and the octets it took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// The octets of a request.
    pub request: Spread,
    /// The octets of a reply.
    pub reply: Spread,
}

/// What an encoding did with all values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Equality {
    /// The octets; `None` when nothing could be said in it.
    pub sizes: Option<Sizes>,
    /// The values that came back.
    pub equal: Vec<Request>,
    /// How many values the machine's struct has no room for.
    pub unrepresentable: usize,
}

/// A value that did not come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The value.
    pub value: Request,
    /// `request` or `reply`.
    pub part: &'static str,
    /// What was encoded.
    pub given: String,
    /// What was decoded, or why nothing was.
    pub came_back: String,
    /// On which machine.
    pub place: String,
}

/// The name of the machine that this program runs on, in [`Difference::place`].
pub const HERE: &str = "this machine";

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference {
            value,
            part,
            given,
            came_back,
            place,
        } = self;
        write!(
            f,
            "on {place}, of {} {}: the {part} {given} came back as {came_back}",
            value.a, value.b
        )
    }
}

/// The reply to a value: its sum, modulo 2^64, so that every encoding says the same.
pub fn reply_to(value: Request) -> Reply {
    Reply::Sum(value.a.wrapping_add(value.b))
}

/// Encodes and decodes every value on this machine, and compares.
///
/// # Errors
/// The first value that did not come back.
pub fn compare(encoding: &dyn Encoding, values: &[Request]) -> Result<Equality, Difference> {
    let (mut requests, mut replies) = (Vec::new(), Vec::new());
    let mut equal = Vec::new();
    let mut unrepresentable = 0;
    for &value in values {
        let mut octets = Vec::new();
        let encoded = encoding.encode_request(value, &mut octets);
        let difference = |part, given, came_back| Difference {
            value,
            part,
            given,
            came_back,
            place: HERE.to_owned(),
        };
        let reply = reply_to(value);
        let mut answer = Vec::new();
        match encoded.and_then(|()| encoding.encode_reply(reply, &mut answer)) {
            Ok(()) => {}
            Err(Unencodable::TooWide { .. }) => {
                unrepresentable += 1;
                continue;
            }
            Err(error) => return Err(difference("reply", reply_words(reply), error.to_string())),
        }
        came_back(
            value,
            encoding.decode_request(&octets),
            octets.len(),
            request_words,
        )
        .map_err(|found| difference("request", request_words(value), found))?;
        came_back(
            reply,
            encoding.decode_reply(&answer),
            answer.len(),
            reply_words,
        )
        .map_err(|found| difference("reply", reply_words(reply), found))?;
        requests.push(u64::try_from(octets.len()).unwrap_or(u64::MAX));
        replies.push(u64::try_from(answer.len()).unwrap_or(u64::MAX));
        equal.push(value);
    }
    let sizes = Spread::of(requests).zip(Spread::of(replies));
    Ok(Equality {
        sizes: sizes.map(|(request, reply)| Sizes { request, reply }),
        equal,
        unrepresentable,
    })
}

fn came_back<T: PartialEq>(
    given: T,
    step: Step<T>,
    octets: usize,
    words: impl Fn(T) -> String,
) -> Result<(), String> {
    match step {
        Step::Done { value, used } if used != octets => {
            Err(format!("{}, from {used} octets of {octets}", words(value)))
        }
        Step::Done { value, .. } if value == given => Ok(()),
        Step::Done { value, .. } => Err(words(value)),
        Step::NeedMore { want } => Err(format!("nothing: it wants {want} octets of {octets}")),
        Step::Refused { why, .. } => Err(format!("nothing: {why}")),
    }
}

fn request_words(request: Request) -> String {
    format!("{},{}", request.a, request.b)
}

fn reply_words(reply: Reply) -> String {
    match reply {
        Reply::Sum(sum) => sum.to_string(),
        Reply::Refused(why) => why.to_string(),
    }
}
