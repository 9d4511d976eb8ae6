//! `network`: 64-bit words, most significant octet first.

use byteorder::NetworkEndian;

use super::{
    fixed::Fixed,
    words::{MESSAGE, Words},
};

pub(super) static NETWORK: Fixed<Words<NetworkEndian>, MESSAGE, MESSAGE> = Fixed::new("network");
