//! `raw-long`: `struct { long a, b; }`, with this machine's byte order and width of `long`.

use core::ffi::c_long;

use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::raw::{Field, RawStruct};
use crate::{Request, Unencodable};

#[derive(FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub(super) struct RawLong {
    a: c_long,
    b: c_long,
}

impl RawStruct for RawLong {
    const NAME: &'static str = "raw-long";

    type Sum = c_long;

    fn write(request: Request, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        let message = RawLong {
            a: c_long::narrow(request.a)?,
            b: c_long::narrow(request.b)?,
        };
        out.extend_from_slice(message.as_bytes());
        Ok(())
    }

    fn read(self) -> Request {
        Request {
            a: self.a.widen(),
            b: self.b.widen(),
        }
    }
}
