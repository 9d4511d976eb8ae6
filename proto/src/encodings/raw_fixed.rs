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

    fn write(Request { a, b }: Request) -> Result<Vec<u8>, Unencodable> {
        Ok(RawFixed { a, b }.as_bytes().to_vec())
    }

    fn read(self) -> Request {
        let RawFixed { a, b } = self;
        Request { a, b }
    }
}
