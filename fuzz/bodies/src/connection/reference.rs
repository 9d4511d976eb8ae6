//! What a correct server sends, written from PROTOCOL.md and not from the server.

use proto::{Encoding, Family, Reply, Request, Step, Why};
use sumsrv::{Limits, Service};

/// What is to be sent for all octets that were received so far, however they were cut.
pub(super) struct Reference {
    service: Service,
    message: usize,
    /// The part of a request that is not whole yet.
    part: Vec<u8>,
    received: usize,
    due: Vec<u8>,
    /// For each answer: where it ends in `due`, and where its request ends in the octets that were received.
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
            received: 0,
            due: Vec::new(),
            answers: Vec::new(),
            over: matches!(service, Service::Daytime),
        }
    }

    /// Takes octets that the server received. Returns whether they ended a request, or began the first one.
    pub(super) fn receive(&mut self, octets: &[u8]) -> bool {
        let before = (self.answers.len(), self.part.len());
        self.received += octets.len();
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
                self.answers.push((self.due.len(), self.received));
            }
            Service::Daytime => {}
        }
        self.answers.len() > before.0 || before.1 == 0
    }

    /// Answers the first request. Returns `false` when it is not whole.
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
        let ends = self.received - self.part.len();
        self.answers.push((self.due.len(), ends));
        true
    }

    /// All that is to be sent by now. It is empty for daytime, whose line is not known here.
    pub(super) fn due(&self) -> &[u8] {
        &self.due
    }

    /// Whether there is nothing more to be sent, whatever comes.
    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    pub(super) fn is_daytime(&self) -> bool {
        matches!(self.service, Service::Daytime)
    }

    pub(super) fn received(&self) -> usize {
        self.received
    }

    /// How many octets have come of a request that is not whole yet.
    pub(super) fn part(&self) -> usize {
        self.part.len()
    }

    /// How many octets a server must still hold that has sent `written` octets.
    pub(super) fn held(&self, written: usize) -> usize {
        let answered = self.answers.partition_point(|(reply, _)| *reply <= written);
        let behind = answered.checked_sub(1).and_then(|at| self.answers.get(at));
        self.received - behind.map_or(0, |(_, request)| *request)
    }

    /// How many octets a request that is not whole may have.
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

/// The reply to one whole request. `proto` decodes it, and is given nothing else.
fn reply(encoding: &dyn Encoding, request: &[u8]) -> Reply {
    match encoding.decode_request(request) {
        Step::Done { value, used } if used == request.len() => match encoding.family() {
            // The width to which a struct's sum is cut depends on the machine.
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
