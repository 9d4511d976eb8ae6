//! What is sent for a line, and what is printed of a reply.

use proto::{Encoding, Reply, Request, Step, Unencodable, Why};

use crate::lines::Line;

/// What a server is asked for.
#[derive(Clone, Copy)]
pub enum Service {
    /// Sums, in an encoding.
    Sum(&'static dyn Encoding),
    /// RFC 862: lines that come back.
    Echo,
    /// RFC 867: one line with the date and time, without asking.
    Daytime,
}

/// What was read from a server.
#[derive(Default)]
pub(crate) struct Replies {
    pub(crate) count: usize,
    /// For people.
    pub(crate) shown: Vec<u8>,
    /// The octets that came are not a reply.
    pub(crate) garbled: bool,
}

impl Service {
    /// The encoding with this name, `echo` or `daytime`.
    pub fn named(name: &str) -> Option<Service> {
        match name {
            "echo" => Some(Service::Echo),
            "daytime" => Some(Service::Daytime),
            _ => proto::named(name).map(Service::Sum),
        }
    }

    /// Whether the server sends first, and marks the end of what it sends by closing.
    pub(crate) fn speaks_first(&self) -> bool {
        matches!(self, Service::Daytime)
    }

    /// Appends the request for a line.
    ///
    /// # Errors
    /// What is wrong with the line.
    pub(crate) fn ask(&self, line: Line, unsent: &mut Vec<u8>) -> Result<(), String> {
        match self {
            Service::Sum(encoding) => request(*encoding, line, unsent),
            Service::Echo | Service::Daytime => {
                let Line::Whole(words) = line else {
                    return Err(invalid(&line));
                };
                unsent.extend(words);
                unsent.push(b'\n');
                Ok(())
            }
        }
    }

    /// Takes all replies from the front of `received`.
    pub(crate) fn take(&self, received: &mut Vec<u8>) -> Replies {
        match self {
            Service::Sum(encoding) => replies(*encoding, received),
            // Not line by line: a line that never ends must not fill the memory.
            Service::Echo | Service::Daytime => Replies {
                count: received.iter().filter(|octet| **octet == b'\n').count(),
                shown: std::mem::take(received),
                garbled: false,
            },
        }
    }
}

/// The line is read by the rules of `text`, whatever the encoding.
fn request(encoding: &dyn Encoding, line: Line, unsent: &mut Vec<u8>) -> Result<(), String> {
    let Some(request) = parse(&line) else {
        return Err(invalid(&line));
    };
    let encoded = encoding.encode_request(request, unsent);
    encoded.map_err(|why: Unencodable| format!("unrepresentable: {}: {why}", shown(&line)))
}

fn invalid(line: &Line) -> String {
    format!("invalid input: {}", shown(line))
}

fn shown(line: &Line) -> String {
    let (Line::Whole(words) | Line::TooLong(words)) = line;
    String::from_utf8_lossy(words).into_owned()
}

fn parse(line: &Line) -> Option<Request> {
    let Line::Whole(words) = line else {
        return None;
    };
    let line = [words, &b"\n"[..]].concat();
    match proto::named("text")?.decode_request(&line) {
        Step::Done { value, .. } => Some(value),
        _ => None,
    }
}

fn replies(encoding: &dyn Encoding, received: &mut Vec<u8>) -> Replies {
    let mut replies = Replies::default();
    let mut used_up = 0;
    loop {
        let rest = received.get(used_up..).unwrap_or_default();
        match encoding.decode_reply(rest) {
            Step::NeedMore { .. } => break,
            Step::Refused { .. } => {
                replies.garbled = true;
                break;
            }
            Step::Done { value, used } => {
                used_up += used;
                replies.count += 1;
                let line = match value {
                    Reply::Sum(sum) => format!("{sum}\n"),
                    // The original program's words. The server has given no other reason.
                    Reply::Refused(Why::InputError) => "input error\n".to_owned(),
                    Reply::Refused(why) => format!("{why}\n"),
                };
                replies.shown.extend(line.into_bytes());
            }
        }
    }
    received.drain(..used_up);
    replies
}
