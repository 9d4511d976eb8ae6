//! `bincode-be`: bincode 2 with integers of fixed width, big-endian.

use bincode::{
    config::{BigEndian, Configuration, Fixint, standard},
    serde::encode_into_std_write,
};
use serde::{Serialize, de::DeserializeOwned};

use super::{bincode::read_whole, serde_format::SerdeFormat};
use crate::{Reply, Request};

pub(super) struct BincodeBe;

const CONFIG: Configuration<BigEndian, Fixint> =
    standard().with_fixed_int_encoding().with_big_endian();

impl SerdeFormat for BincodeBe {
    const NAME: &'static str = "bincode-be";

    type Request = Request;
    type Reply = Reply;

    fn write<T: Serialize>(value: &T, out: &mut Vec<u8>) -> Option<()> {
        encode_into_std_write(value, out, CONFIG).ok().map(drop)
    }

    fn read<T: DeserializeOwned>(content: &[u8]) -> Option<T> {
        read_whole(content, CONFIG)
    }
}
