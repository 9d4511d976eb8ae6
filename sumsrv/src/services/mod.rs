//! The registry of what is served: the sum in every encoding of `proto`, echo and daytime, one file each.

mod daytime;
mod echo;
mod next;
mod sum;

use proto::Encoding;

pub(crate) use self::next::Next;
use crate::limits::Limits;

/// What is said on a connection. How it travels is the connection's part.
#[derive(Clone, Copy)]
pub enum Service {
    /// The sum protocol, in an encoding.
    Sum(&'static dyn Encoding),
    /// RFC 862: what comes in goes back.
    Echo,
    /// RFC 867: the date and time, once.
    Daytime,
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

    /// The name on command lines and in reports.
    pub fn name(&self) -> &'static str {
        match self {
            Service::Sum(encoding) => encoding.name(),
            Service::Echo => "echo",
            Service::Daytime => "daytime",
        }
    }

    /// Takes as many requests as it can from the front of `received`, and appends the replies to `replies`. All of them go into one write.
    pub(crate) fn answer(
        &self,
        received: &mut Vec<u8>,
        replies: &mut Vec<u8>,
        limits: &Limits,
    ) -> Next {
        match self {
            Service::Sum(encoding) => sum::answer(*encoding, received, replies, limits),
            Service::Echo => echo::answer(received, replies, limits),
            Service::Daytime => daytime::answer(replies),
        }
    }
}
