//! A request and a reply as maps with string keys, and nothing else: how `cbor`, `msgpack` and `json` read both.
//!
//! A reader that serde derives would also take an array, numbers or octets in place of names, unknown names, and a variant as a map of its own. That would skip octets, and a request and a reply would be read by other rules.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error, MapAccess, Visitor};

use crate::{Reply, Request, Why};

/// A map of `a` and `b`, which are read as `I`.
pub(super) struct RequestMap<I>(Request, PhantomData<I>);

/// A map of `sum`, which is read as `I`, or of `refused`, a word.
pub(super) struct ReplyMap<I>(Reply, PhantomData<I>);

impl<I> From<RequestMap<I>> for Request {
    fn from(map: RequestMap<I>) -> Request {
        map.0
    }
}

impl<I> From<ReplyMap<I>> for Reply {
    fn from(map: ReplyMap<I>) -> Reply {
        map.0
    }
}

impl<'de, I: DeserializeOwned + Into<i64>> Deserialize<'de> for RequestMap<I> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let request = deserializer.deserialize_map(RequestPairs::<I>(PhantomData))?;
        Ok(RequestMap(request, PhantomData))
    }
}

impl<'de, I: DeserializeOwned + Into<i64>> Deserialize<'de> for ReplyMap<I> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let reply = deserializer.deserialize_map(ReplyPair::<I>(PhantomData))?;
        Ok(ReplyMap(reply, PhantomData))
    }
}

struct RequestPairs<I>(PhantomData<I>);

impl<'de, I: DeserializeOwned + Into<i64>> Visitor<'de> for RequestPairs<I> {
    type Value = Request;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of a and b")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut pairs: M) -> Result<Request, M::Error> {
        let (mut a, mut b) = (None, None);
        while let Some(Word(key)) = pairs.next_key()? {
            let place = match key.as_str() {
                "a" => &mut a,
                "b" => &mut b,
                _ => return Err(M::Error::custom("an unknown name")),
            };
            if place.replace(pairs.next_value::<I>()?.into()).is_some() {
                return Err(M::Error::custom("a name twice"));
            }
        }
        match (a, b) {
            (Some(a), Some(b)) => Ok(Request { a, b }),
            _ => Err(M::Error::custom("a name is missing")),
        }
    }
}

struct ReplyPair<I>(PhantomData<I>);

impl<'de, I: DeserializeOwned + Into<i64>> Visitor<'de> for ReplyPair<I> {
    type Value = Reply;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of sum or of refused")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut pairs: M) -> Result<Reply, M::Error> {
        let Some(Word(key)) = pairs.next_key()? else {
            return Err(M::Error::custom("a name is missing"));
        };
        let reply = match key.as_str() {
            "sum" => Reply::Sum(pairs.next_value::<I>()?.into()),
            "refused" => {
                let Word(why) = pairs.next_value()?;
                let why = Why::named(&why).ok_or_else(|| M::Error::custom("an unknown reason"))?;
                Reply::Refused(why)
            }
            _ => return Err(M::Error::custom("an unknown name")),
        };
        match pairs.next_key::<Word>()? {
            None => Ok(reply),
            Some(_) => Err(M::Error::custom("two names")),
        }
    }
}

/// Text, and not octets that happen to be UTF-8. It is owned because JSON may escape it and CBOR may write it in pieces; it cannot be longer than its frame.
struct Word(String);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_string(Text)
    }
}

struct Text;

impl Visitor<'_> for Text {
    type Value = Word;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Word, E> {
        Ok(Word(text.to_owned()))
    }
}
