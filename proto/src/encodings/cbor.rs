//! `cbor`: RFC 8949, maps with string keys.

use serde::{Serialize, de::DeserializeOwned};

use super::map::{ReplyMap, RequestMap};
use super::serde_format::SerdeFormat;

pub(super) struct Cbor;

/// Our messages nest two deep at most. Tags count as levels, too, and a few are let through.
const DEEPEST: usize = 8;

impl SerdeFormat for Cbor {
    const NAME: &'static str = "cbor";
    const CANONICAL: bool = false;

    type Request = RequestMap<i64>;
    type Reply = ReplyMap<i64>;

    fn write<T: Serialize>(value: &T, out: &mut Vec<u8>) -> Option<()> {
        ciborium::into_writer(value, out).ok()
    }

    fn read<T: DeserializeOwned>(content: &[u8]) -> Option<T> {
        let mut rest = content;
        let value = ciborium::de::from_reader_with_recursion_limit(&mut rest, DEEPEST).ok()?;
        rest.is_empty().then_some(value)
    }
}
