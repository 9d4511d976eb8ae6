//! `network`: 64-bit words, most significant octet first.

use byteorder::NetworkEndian;

use super::words::Words;

pub(super) static NETWORK: Words<NetworkEndian> = Words::new("network");
