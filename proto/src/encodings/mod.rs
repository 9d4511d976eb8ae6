//! The registry. An encoding is a file here, an entry in `ALL`, and a file of golden vectors.

mod fixed;
mod frame;
mod line;
mod map;
mod raw;
mod rkyv;
mod serde_format;
mod words;

mod bincode;
mod bincode_be;
mod bincode_native;
mod borsh;
mod capnp;
mod cbor;
mod der;
mod json;
mod length_native;
mod little;
mod msgpack;
mod network;
mod postcard;
mod protobuf;
mod raw_fixed;
mod raw_long;
mod raw_mixed;
mod raw_packed;
mod rkyv_be;
mod rkyv_le;
mod text;
mod text_ebcdic;
mod text_long;
mod usize;
mod varint;
mod xdr;
mod zerocopy;

pub use raw_mixed::{RawMixedLayout, raw_mixed_layout};

use self::{frame::Framed, raw::Raw};
use crate::Encoding;

/// In the order of `PROTOCOL.md`, which is the order of all reports.
static ALL: [&dyn Encoding; 27] = [
    &text::Text,
    &text_ebcdic::TextEbcdic,
    &text_long::TextLong,
    &Raw::<raw_long::RawLong>::new(),
    &Raw::<raw_fixed::RawFixed>::new(),
    &Raw::<raw_mixed::RawMixed>::new(),
    &Raw::<raw_packed::RawPacked>::new(),
    &network::NETWORK,
    &little::LITTLE,
    &usize::USIZE,
    &xdr::Xdr,
    &zerocopy::ZEROCOPY,
    &rkyv_le::RKYV_LE,
    &rkyv_be::RKYV_BE,
    &Framed(length_native::LengthNative),
    &Framed(varint::Varint),
    &Framed(bincode::Bincode),
    &Framed(bincode_be::BincodeBe),
    &Framed(bincode_native::BincodeNative),
    &Framed(postcard::Postcard),
    &Framed(borsh::Borsh),
    &Framed(cbor::Cbor),
    &Framed(msgpack::Msgpack),
    &Framed(json::Json),
    &Framed(protobuf::Protobuf),
    &Framed(capnp::Capnp),
    &Framed(der::Der),
];

/// All encodings, in the order of `PROTOCOL.md`.
pub fn all() -> &'static [&'static dyn Encoding] {
    &ALL
}

/// The encoding with this name.
pub fn named(name: &str) -> Option<&'static dyn Encoding> {
    ALL.into_iter().find(|encoding| encoding.name() == name)
}
