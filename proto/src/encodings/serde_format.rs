//! The crates' formats: a serde format in a frame.

use serde::{Serialize, de::DeserializeOwned};

use super::frame::Content;
use crate::{Reply, Request};

/// What differs between the crates.
pub(super) trait SerdeFormat: Sync {
    /// See [`Encoding::name`](crate::Encoding::name).
    const NAME: &'static str;
    /// See [`Encoding::trap`](crate::Encoding::trap).
    const TRAP: Option<&'static str> = None;
    /// See [`Encoding::is_canonical`](crate::Encoding::is_canonical).
    const CANONICAL: bool = true;

    /// What a request is read as: [`Request`] where fields have an order, [`RequestMap`](super::map::RequestMap) where they have names.
    type Request: DeserializeOwned + Into<Request>;
    /// What a reply is read as: [`Reply`], or [`ReplyMap`](super::map::ReplyMap).
    type Reply: DeserializeOwned + Into<Reply>;

    /// Appends a value. `None` when the format refuses, which it does for [`Why::InputError`](crate::Why::InputError) only.
    fn write<T: Serialize>(value: &T, out: &mut Vec<u8>) -> Option<()>;

    /// `None` when `content` is not exactly one `T`.
    fn read<T: DeserializeOwned>(content: &[u8]) -> Option<T>;
}

impl<F: SerdeFormat> Content for F {
    const NAME: &'static str = F::NAME;
    const TRAP: Option<&'static str> = F::TRAP;
    const CANONICAL: bool = F::CANONICAL;

    fn write_request(request: Request, out: &mut Vec<u8>) {
        F::write(&request, out).expect("two integers can be written in every format")
    }

    fn read_request(content: &[u8]) -> Option<Request> {
        F::read::<F::Request>(content).map(Into::into)
    }

    /// serde refuses [`Why::InputError`](crate::Why::InputError), which is marked as skipped.
    fn write_reply(reply: Reply, out: &mut Vec<u8>) -> Option<()> {
        F::write(&reply, out)
    }

    fn read_reply(content: &[u8]) -> Option<Reply> {
        F::read::<F::Reply>(content).map(Into::into)
    }
}
