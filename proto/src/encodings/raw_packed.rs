//! `raw-packed`: `raw-mixed` without padding, so that only this machine's byte order is left in it.

use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::{
    raw::RawStruct,
    raw_mixed::{OP, TAG},
};
use crate::{Request, Unencodable};

#[derive(FromBytes, IntoBytes, Immutable)]
#[repr(C, packed)]
pub(super) struct RawPacked {
    op: i8,
    a: i64,
    tag: i16,
    b: i64,
}

impl RawStruct for RawPacked {
    const NAME: &'static str = "raw-packed";

    type Sum = i64;

    fn write(Request { a, b }: Request, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        let message = RawPacked {
            op: OP,
            a,
            tag: TAG,
            b,
        };
        out.extend_from_slice(message.as_bytes());
        Ok(())
    }

    fn read(self) -> Request {
        let RawPacked { a, b, .. } = self;
        Request { a, b }
    }
}
