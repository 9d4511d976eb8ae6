//! `little`: 64-bit words, least significant octet first.

use byteorder::LittleEndian;

use super::words::Words;

pub(super) static LITTLE: Words<LittleEndian> = Words::new("little");
