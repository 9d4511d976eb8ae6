//! `rkyv-be`: an archive of rkyv, most significant octet first.

use rkyv::rend::i64_be;

use super::{
    fixed::Fixed,
    rkyv::{Integer, REPLY, REQUEST, Rkyv},
};

pub(super) static RKYV_BE: Fixed<Rkyv<i64_be>, REQUEST, REPLY> = Fixed::new("rkyv-be");

impl Integer for i64_be {}
