//! Octets read as a script: what is served, within which limits, and what the peer does.

use std::time::Duration;

use proto::Request;
use sumsrv::{Limits, Service};

/// What the peer does, or what happens to it.
#[derive(Debug)]
pub(super) enum Action {
    /// It writes octets: at once those that there is room for, and the others later.
    Send(Vec<u8>),
    /// It reads so many octets, at most.
    Read(usize),
    /// From now on it reads whatever comes, or nothing.
    Listen(bool),
    /// It ends its side of the stream, after what it still has to send.
    HalfClose,
    /// It is gone, and the server gets the end of the stream.
    Leave,
    /// It is gone, and the server gets a reset.
    Reset,
    /// Time passes.
    Wait(Duration),
    /// The signal to stop comes.
    Stop,
    /// The sender of the signal is dropped.
    Abandon,
}

/// How many octets a peer sends, at most. More would show nothing new.
const MAX_SENT: usize = 16 << 10;

/// A script: the setting, then the actions.
pub(super) struct Script<'a> {
    rest: &'a [u8],
    /// How many octets may still be sent.
    unsent: usize,
}

impl<'a> Script<'a> {
    pub(super) fn new(octets: &'a [u8]) -> Self {
        Script {
            rest: octets,
            unsent: MAX_SENT,
        }
    }

    pub(super) fn service(&mut self) -> Option<Service> {
        let choice = usize::from(self.octet()?);
        let encodings = proto::all();
        match encodings.get(choice % (encodings.len() + 2)) {
            Some(encoding) => Some(Service::Sum(*encoding)),
            None if choice % 2 == 0 => Some(Service::Echo),
            None => Some(Service::Daytime),
        }
    }

    pub(super) fn limits(&mut self) -> Option<Limits> {
        let milliseconds = |script: &mut Self, choices| -> Option<Duration> {
            Some(Duration::from_millis(script.choose(choices)?))
        };
        Some(Limits {
            message: self.choose(&[1024, 1, 2, 3, 16, 40, 1023, 100])?,
            unread: self.choose(&[16 << 10, 1, 2, 7, 64, 1000])?,
            idle: milliseconds(self, &[600_000, 1, 50, 1000, 5000, 0])?,
            request: milliseconds(self, &[60_000, 1, 40, 1000, 10_000, 0])?,
            linger: milliseconds(self, &[1000, 1, 30, 0])?,
            linger_octets: self.choose(&[16 << 20, 1, 5000, 0])?,
            ..Limits::default()
        })
    }

    /// How many octets may be on their way, in each direction.
    pub(super) fn pipe(&mut self) -> Option<usize> {
        self.choose(&[64 << 10, 1, 2, 7, 100, 4096, 5000])
    }

    /// The next action. An octet without a meaning of its own is a valid request.
    pub(super) fn action(&mut self, service: Service) -> Option<Action> {
        let mut action = match self.octet()? {
            0 => Action::Send(self.octets()?),
            1 => {
                // A line or a frame that is too long, or a flood.
                let count = usize::from(self.octet()?) << 5;
                Action::Send(vec![self.octet()?; count])
            }
            2 => Action::Read(usize::from(self.octet()?)),
            3 => Action::Listen(true),
            4 => Action::Listen(false),
            5 => Action::HalfClose,
            6 => Action::Leave,
            7 => Action::Reset,
            8 => Action::Stop,
            9 => Action::Abandon,
            10 => Action::Wait(Duration::from_millis(u64::from(self.octet()?))),
            11 => Action::Wait(Duration::from_millis(u64::from(self.octet()?) << 12)),
            12 => {
                let count = usize::from(self.octet()?);
                Action::Send(request(service, 1, 2).repeat(count))
            }
            13 => {
                let extremes = [i64::MIN, -1, 0, i64::MAX];
                let (a, b) = (self.choose(&extremes)?, self.choose(&extremes)?);
                Action::Send(request(service, a, b))
            }
            // A frame of so many octets.
            14 => {
                let octets = self.octets()?;
                let length = u32::try_from(octets.len()).unwrap_or_default();
                Action::Send([&length.to_be_bytes()[..], &octets].concat())
            }
            number => Action::Send(request(service, i64::from(number), -100)),
        };
        if let Action::Send(octets) = &mut action {
            octets.truncate(self.unsent);
            self.unsent -= octets.len();
        }
        Some(action)
    }

    fn octet(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    /// As many octets as the next one says, or as there are.
    fn octets(&mut self) -> Option<Vec<u8>> {
        let count = usize::from(self.octet()?).min(self.rest.len());
        let (octets, rest) = self.rest.split_at(count);
        self.rest = rest;
        Some(octets.to_vec())
    }

    fn choose<T: Copy>(&mut self, choices: &[T]) -> Option<T> {
        let choice = usize::from(self.octet()?);
        choices.get(choice % choices.len()).copied()
    }
}

fn request(service: Service, a: i64, b: i64) -> Vec<u8> {
    let mut octets = Vec::new();
    if let Service::Sum(encoding) = service {
        // Where this machine's struct has no room for them, nothing is sent.
        let _ = encoding.encode_request(Request { a, b }, &mut octets);
    } else {
        octets.extend_from_slice(format!("{a} {b}").as_bytes());
    }
    octets
}
