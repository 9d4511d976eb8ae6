//! `msgpack`: MessagePack, maps with string keys.

use serde::{Serialize, de::DeserializeOwned};

use super::map::{ReplyMap, RequestMap};
use super::serde_format::SerdeFormat;

pub(super) struct Msgpack;

impl SerdeFormat for Msgpack {
    const NAME: &'static str = "msgpack";
    const CANONICAL: bool = false;

    type Request = RequestMap<i64>;
    type Reply = ReplyMap<i64>;

    fn write<T: Serialize>(value: &T, out: &mut Vec<u8>) -> Option<()> {
        rmp_serde::encode::write_named(out, value).ok()
    }

    fn read<T: DeserializeOwned>(content: &[u8]) -> Option<T> {
        let mut rest = content;
        let value = rmp_serde::from_read(&mut rest).ok()?;
        rest.is_empty().then_some(value)
    }
}
