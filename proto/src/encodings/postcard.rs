//! `postcard`: postcard 1.

use postcard::{take_from_bytes, to_io};
use serde::{Serialize, de::DeserializeOwned};

use super::serde_format::SerdeFormat;
use crate::{Reply, Request};

pub(super) struct Postcard;

impl SerdeFormat for Postcard {
    const NAME: &'static str = "postcard";

    type Request = Request;
    type Reply = Reply;

    fn write<T: Serialize>(value: &T, out: &mut Vec<u8>) -> Option<()> {
        to_io(value, out).ok().map(drop)
    }

    fn read<T: DeserializeOwned>(content: &[u8]) -> Option<T> {
        let (value, rest) = take_from_bytes(content).ok()?;
        rest.is_empty().then_some(value)
    }
}
