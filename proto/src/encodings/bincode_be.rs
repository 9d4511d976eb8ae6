//! `bincode-be`: bincode 2 with integers of fixed width, big-endian.

use bincode::{
    config::{BigEndian, Configuration, Fixint, standard},
    serde::encode_to_vec,
};
use serde::{Serialize, de::DeserializeOwned};

use super::{bincode::read_whole, serde_format::SerdeFormat};
use crate::Request;

pub(super) struct BincodeBe;

const CONFIG: Configuration<BigEndian, Fixint> =
    standard().with_fixed_int_encoding().with_big_endian();

impl SerdeFormat for BincodeBe {
    const NAME: &'static str = "bincode-be";

    type Request = Request;

    fn write<T: Serialize>(value: &T) -> Option<Vec<u8>> {
        encode_to_vec(value, CONFIG).ok()
    }

    fn read<T: DeserializeOwned>(content: &[u8]) -> Option<T> {
        read_whole(content, CONFIG)
    }
}
