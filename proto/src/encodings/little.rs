//! `little`: 64-bit words, least significant octet first.

use byteorder::LittleEndian;

use super::{
    fixed::Fixed,
    words::{MESSAGE, Words},
};

pub(super) static LITTLE: Fixed<Words<LittleEndian>, MESSAGE, MESSAGE> = Fixed::new("little");
