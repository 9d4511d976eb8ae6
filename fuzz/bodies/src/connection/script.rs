//! Octets read as a script: what is served, within which limits, and what the peer does.

use std::time::Duration;

use proto::Request;
use sumsrv::{Limits, Service};

/// What the peer does next, or what happens to it.
#[derive(Debug)]
pub(super) enum Deed {
    /// It writes octets, as far as there is room for them now and the others later.
    Send(Vec<u8>),
    /// It reads so many octets of what is there.
    Read(usize),
    /// It reads whatever comes from now on, or nothing more.
    Listen(bool),
    /// It ends its side of the stream, behind what it has to send.
    HalfClose,
    /// It is gone, and the server hears of the end of the stream.
    Leave,
    /// It is gone, and the server hears of a reset.
    Reset,
    /// Time passes.
    Wait(Duration),
    /// The signal to stop comes.
    Stop,
    /// Whoever could have given the signal is gone.
    Abandon,
}

/// More octets than this show nothing new, and take longer.
const MOST: usize = 16 << 10;

/// A script: the setting, then the deeds.
pub(super) struct Script<'a> {
    rest: &'a [u8],
    /// How many octets may still be sent.
    unsent: usize,
}

impl<'a> Script<'a> {
    pub(super) fn new(octets: &'a [u8]) -> Self {
        Script {
            rest: octets,
            unsent: MOST,
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

    /// How many octets are on their way at most, in each direction.
    pub(super) fn pipe(&mut self) -> Option<usize> {
        self.choose(&[64 << 10, 1, 2, 7, 100, 4096, 5000])
    }

    /// The next deed; what says nothing else is a request that the server can read.
    pub(super) fn deed(&mut self, service: Service) -> Option<Deed> {
        let mut deed = match self.octet()? {
            0 => Deed::Send(self.octets()?),
            1 => {
                // A line or a frame that is too long, or a flood.
                let count = usize::from(self.octet()?) << 5;
                Deed::Send(vec![self.octet()?; count])
            }
            2 => Deed::Read(usize::from(self.octet()?)),
            3 => Deed::Listen(true),
            4 => Deed::Listen(false),
            5 => Deed::HalfClose,
            6 => Deed::Leave,
            7 => Deed::Reset,
            8 => Deed::Stop,
            9 => Deed::Abandon,
            10 => Deed::Wait(Duration::from_millis(u64::from(self.octet()?))),
            11 => Deed::Wait(Duration::from_millis(u64::from(self.octet()?) << 12)),
            12 => {
                let count = usize::from(self.octet()?);
                Deed::Send(request(service, 1, 2).repeat(count))
            }
            13 => {
                let extremes = [i64::MIN, -1, 0, i64::MAX];
                let (a, b) = (self.choose(&extremes)?, self.choose(&extremes)?);
                Deed::Send(request(service, a, b))
            }
            // A frame of so many octets.
            14 => {
                let octets = self.octets()?;
                let length = u32::try_from(octets.len()).unwrap_or_default();
                Deed::Send([&length.to_be_bytes()[..], &octets].concat())
            }
            number => Deed::Send(request(service, i64::from(number), -100)),
        };
        if let Deed::Send(octets) = &mut deed {
            octets.truncate(self.unsent);
            self.unsent -= octets.len();
        }
        Some(deed)
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
        // A machine whose struct has no room for them asks nothing.
        let _ = encoding.encode_request(Request { a, b }, &mut octets);
    } else {
        octets.extend_from_slice(format!("{a} {b}").as_bytes());
    }
    octets
}
