//! `raw-fixed`: `struct { int64_t a, b; }`, with this machine's byte order.

use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::raw::RawStruct;
use crate::{Request, Unencodable};

#[derive(FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(super) struct RawFixed {
    a: i64,
    b: i64,
}

impl RawStruct for RawFixed {
    const NAME: &'static str = "raw-fixed";

    type Sum = i64;

    fn write(Request { a, b }: Request, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        out.extend_from_slice(RawFixed { a, b }.as_bytes());
        Ok(())
    }

    fn read(self) -> Request {
        let RawFixed { a, b } = self;
        Request { a, b }
    }
}
