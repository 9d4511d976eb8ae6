//! `json`: RFC 8259, objects.

use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::map::{ReplyMap, RequestMap};
use super::serde_format::SerdeFormat;

pub(super) struct Json;

impl SerdeFormat for Json {
    const NAME: &'static str = "json";
    const CANONICAL: bool = false;

    type Request = RequestMap<Integer>;
    type Reply = ReplyMap<Integer>;

    fn write<T: Serialize>(value: &T, out: &mut Vec<u8>) -> Option<()> {
        serde_json::to_writer(out, value).ok()
    }

    /// White space around the value is part of the format (section 2). Nothing else may be left over.
    fn read<T: DeserializeOwned>(content: &[u8]) -> Option<T> {
        serde_json::from_slice(content).ok()
    }
}

/// An integer as section 6 writes one without a fraction and an exponent. `serde_json` takes `-0` for a floating-point number, and so its text is read.
pub(super) struct Integer(i64);

impl From<Integer> for i64 {
    fn from(integer: Integer) -> i64 {
        integer.0
    }
}

impl<'de> Deserialize<'de> for Integer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = <&RawValue>::deserialize(deserializer)?;
        let integer = value.get().parse().map_err(D::Error::custom)?;
        Ok(Integer(integer))
    }
}
