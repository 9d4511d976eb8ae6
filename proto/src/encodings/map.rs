//! A request as a map with the string keys `a` and `b`, and nothing else.
//!
//! Serde's derived reader would also take an array, numbers for names, and names that nobody knows: octets would be swallowed.

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
        // The keys are Strings because JSON may escape them; they cannot be longer than the frame they are in.
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
