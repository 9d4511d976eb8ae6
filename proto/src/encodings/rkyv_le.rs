//! `rkyv-le`: an archive of rkyv, least significant octet first.

use rkyv::rend::i64_le;

use super::{
    fixed::Fixed,
    rkyv::{Integer, REPLY, REQUEST, Rkyv},
};

pub(super) static RKYV_LE: Fixed<Rkyv<i64_le>, REQUEST, REPLY> = Fixed::new("rkyv-le");

impl Integer for i64_le {}
