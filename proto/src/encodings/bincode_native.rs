//! `bincode-native`: bincode 2 with integers of fixed width, in the byte order of the machine that runs it.

use bincode::{
    config::{Configuration, Fixint, standard},
    serde::encode_into_std_write,
};
use serde::{Serialize, de::DeserializeOwned};

use super::{bincode::read_whole, serde_format::SerdeFormat};
use crate::{Reply, Request};

pub(super) struct BincodeNative;

#[cfg(target_endian = "big")]
type NativeEndian = bincode::config::BigEndian;
#[cfg(target_endian = "little")]
type NativeEndian = bincode::config::LittleEndian;

#[cfg(target_endian = "big")]
const CONFIG: Configuration<NativeEndian, Fixint> =
    standard().with_fixed_int_encoding().with_big_endian();
#[cfg(target_endian = "little")]
const CONFIG: Configuration<NativeEndian, Fixint> =
    standard().with_fixed_int_encoding().with_little_endian();

impl SerdeFormat for BincodeNative {
    const NAME: &'static str = "bincode-native";
    const TRAP: Option<&'static str> = Some("an explicit format, configured to be implicit");

    type Request = Request;
    type Reply = Reply;

    fn write<T: Serialize>(value: &T, out: &mut Vec<u8>) -> Option<()> {
        encode_into_std_write(value, out, CONFIG).ok().map(drop)
    }

    fn read<T: DeserializeOwned>(content: &[u8]) -> Option<T> {
        read_whole(content, CONFIG)
    }
}
