//! `json`: RFC 8259, objects.

use serde::{Serialize, de::DeserializeOwned};

use super::{map::RequestMap, serde_format::SerdeFormat};

pub(super) struct Json;

impl SerdeFormat for Json {
    const NAME: &'static str = "json";
    const CANONICAL: bool = false;

    type Request = RequestMap;

    fn write<T: Serialize>(value: &T, out: &mut Vec<u8>) -> Option<()> {
        serde_json::to_writer(out, value).ok()
    }

    /// White space around the value is part of the format (section 2). Nothing else may be left over.
    fn read<T: DeserializeOwned>(content: &[u8]) -> Option<T> {
        serde_json::from_slice(content).ok()
    }
}
