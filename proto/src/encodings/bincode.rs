//! `bincode`: bincode 2 in its standard configuration.

use bincode::{
    config::{Config, standard},
    serde::{decode_from_slice, encode_into_std_write},
};
use serde::{Serialize, de::DeserializeOwned};

use super::serde_format::SerdeFormat;
use crate::{Reply, Request};

pub(super) struct Bincode;

impl SerdeFormat for Bincode {
    const NAME: &'static str = "bincode";

    type Request = Request;
    type Reply = Reply;

    fn write<T: Serialize>(value: &T, out: &mut Vec<u8>) -> Option<()> {
        encode_into_std_write(value, out, standard()).ok().map(drop)
    }

    fn read<T: DeserializeOwned>(content: &[u8]) -> Option<T> {
        read_whole(content, standard())
    }
}

/// bincode returns how many octets it used. That must be all of them.
pub(super) fn read_whole<T: DeserializeOwned>(content: &[u8], config: impl Config) -> Option<T> {
    let (value, used) = decode_from_slice(content, config).ok()?;
    (used == content.len()).then_some(value)
}
