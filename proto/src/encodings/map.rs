//! A request as a map with the string keys `a` and `b`, and nothing else.
//!
//! A reader that serde derives would also take an array, numbers in place of names, and unknown names. That would skip octets.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use crate::Request;

pub(super) struct RequestMap(Request);

impl From<RequestMap> for Request {
    fn from(map: RequestMap) -> Request {
        map.0
    }
}

impl<'de> Deserialize<'de> for RequestMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Pairs).map(RequestMap)
    }
}

struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = Request;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of a and b")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut pairs: M) -> Result<Request, M::Error> {
        let (mut a, mut b) = (None, None);
        // The keys are Strings because JSON may escape them. They cannot be longer than their frame.
        while let Some(key) = pairs.next_key::<String>()? {
            let place = match key.as_str() {
                "a" => &mut a,
                "b" => &mut b,
                _ => return Err(M::Error::custom("an unknown name")),
            };
            if place.replace(pairs.next_value()?).is_some() {
                return Err(M::Error::custom("a name twice"));
            }
        }
        match (a, b) {
            (Some(a), Some(b)) => Ok(Request { a, b }),
            _ => Err(M::Error::custom("a name is missing")),
        }
    }
}
