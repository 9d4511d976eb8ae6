//! What a right server says, written from PROTOCOL.md and not from the server.

use proto::{Encoding, Family, Reply, Request, Step, Why};
use sumsrv::{Limits, Service};

/// What is to be said of all octets that were heard so far, however they were cut.
pub(super) struct Reference {
    service: Service,
    message: usize,
    /// The part of a request that is not whole yet.
    part: Vec<u8>,
    heard: usize,
    due: Vec<u8>,
    /// Where in `due` an answer ends, and where in what was heard the request that it answers does.
    answers: Vec<(usize, usize)>,
    over: bool,
}

/// Where the first request ends.
enum Whole {
    NotYet,
    At(usize),
    TooLarge,
}

impl Reference {
    pub(super) fn new(service: Service, limits: &Limits) -> Self {
        Reference {
            service,
            message: limits.message,
            part: Vec::new(),
            heard: 0,
            due: Vec::new(),
            answers: Vec::new(),
            over: matches!(service, Service::Daytime),
        }
    }

    /// Whether what was heard ended a request, or began the first.
    pub(super) fn hear(&mut self, octets: &[u8]) -> bool {
        let before = (self.answers.len(), self.part.len());
        self.heard += octets.len();
        if self.over {
            return false;
        }
        match self.service {
            Service::Sum(encoding) => {
                self.part.extend_from_slice(octets);
                while !self.over && self.answer(encoding) {}
            }
            Service::Echo => {
                self.due.extend_from_slice(octets);
                self.answers.push((self.due.len(), self.heard));
            }
            Service::Daytime => {}
        }
        self.answers.len() > before.0 || before.1 == 0
    }

    /// Answers the first request; `false` when it is not whole.
    fn answer(&mut self, encoding: &dyn Encoding) -> bool {
        let reply = match whole(encoding, &self.part, self.message) {
            Whole::NotYet => return false,
            Whole::At(end) => {
                let request: Vec<u8> = self.part.drain(..end).collect();
                reply(encoding, &request)
            }
            Whole::TooLarge => {
                self.over = true;
                self.part.clear();
                Reply::Refused(Why::TooLarge)
            }
        };
        let said = encoding.encode_reply(reply, &mut self.due);
        assert_eq!(said, Ok(()), "{}: {reply:?}", encoding.name());
        let ends = self.heard - self.part.len();
        self.answers.push((self.due.len(), ends));
        true
    }

    /// All that is to be said by now. Nobody knows what the daytime is.
    pub(super) fn due(&self) -> &[u8] {
        &self.due
    }

    /// Whether there is nothing more to be said, whatever comes.
    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    pub(super) fn is_daytime(&self) -> bool {
        matches!(self.service, Service::Daytime)
    }

    pub(super) fn heard(&self) -> usize {
        self.heard
    }

    /// How many octets there are of a request that is not whole yet.
    pub(super) fn part(&self) -> usize {
        self.part.len()
    }

    /// How many octets a server must still hold that was heard saying `said` octets.
    pub(super) fn held(&self, said: usize) -> usize {
        let answered = self.answers.partition_point(|(reply, _)| *reply <= said);
        let behind = answered.checked_sub(1).and_then(|at| self.answers.get(at));
        self.heard - behind.map_or(0, |(_, request)| *request)
    }

    /// The most octets of one request that is not whole.
    pub(super) fn longest_part(&self) -> usize {
        match self.service {
            Service::Sum(encoding) => match encoding.envelope() {
                Some(envelope) => self.message + envelope,
                None => fixed(encoding),
            },
            Service::Echo | Service::Daytime => 0,
        }
    }
}

fn whole(encoding: &dyn Encoding, octets: &[u8], message: usize) -> Whole {
    let end = match (encoding.family(), encoding.envelope()) {
        (Family::Text, _) => match octets.iter().position(|octet| *octet == b'\n') {
            Some(line) if line <= message => line + 1,
            None if octets.len() <= message => return Whole::NotYet,
            _ => return Whole::TooLarge,
        },
        (_, Some(_)) => {
            let Some((length, _)) = octets.split_first_chunk() else {
                return Whole::NotYet;
            };
            let length = match encoding.name() {
                "length-native" => u32::from_ne_bytes(*length),
                _ => u32::from_be_bytes(*length),
            };
            match usize::try_from(length) {
                Ok(length) if length <= message => size_of::<u32>() + length,
                _ => return Whole::TooLarge,
            }
        }
        (_, None) => fixed(encoding),
    };
    if end <= octets.len() {
        Whole::At(end)
    } else {
        Whole::NotYet
    }
}

/// What is in a request is `proto`'s matter; here it is given one at a time, whole, and nothing else.
fn reply(encoding: &dyn Encoding, request: &[u8]) -> Reply {
    match encoding.decode_request(request) {
        Step::Done { value, used } if used == request.len() => match encoding.family() {
            // How a struct's sum is cut is the machine's own matter.
            Family::Raw => encoding.answer(value),
            _ => match value.a.checked_add(value.b) {
                Some(sum) => Reply::Sum(sum),
                None => Reply::Refused(Why::Overflow),
            },
        },
        step => {
            let expected = Step::Refused {
                why: Why::Malformed,
                used: Some(request.len()),
            };
            assert_eq!(step, expected, "{}: {request:02x?}", encoding.name());
            Reply::Refused(Why::Malformed)
        }
    }
}

/// The one size that all requests have.
fn fixed(encoding: &dyn Encoding) -> usize {
    let mut octets = Vec::new();
    let written = encoding.encode_request(Request { a: 0, b: 0 }, &mut octets);
    assert_eq!(written, Ok(()), "{}", encoding.name());
    octets.len()
}
