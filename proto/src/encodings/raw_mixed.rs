//! `raw-mixed`: fields of fixed widths, with this machine's byte order, alignment and padding.

use core::mem::offset_of;

use zerocopy::FromBytes;

use super::raw::RawStruct;
use crate::{Request, Unencodable};

/// The server does not look at `op` and `tag`. They are in the struct because of the padding around them.
pub(super) const OP: i8 = 0x2b;
pub(super) const TAG: i16 = 0x5447;

#[derive(FromBytes)]
#[repr(C)]
pub(super) struct RawMixed {
    #[allow(dead_code, reason = "written at its offset, never read")]
    op: i8,
    a: i64,
    #[allow(dead_code, reason = "written at its offset, never read")]
    tag: i16,
    b: i64,
}

impl RawStruct for RawMixed {
    const NAME: &'static str = "raw-mixed";

    type Sum = i64;

    fn write(Request { a, b }: Request, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        // Rust leaves the padding of a struct undefined. So each field is written into zeros, at the offset that the compiler gives it.
        let mut message = [0; size_of::<RawMixed>()];
        let mut lay = |offset, field: &[u8]| {
            for (to, from) in message.iter_mut().skip(offset).zip(field) {
                *to = *from;
            }
        };
        lay(offset_of!(RawMixed, op), &OP.to_ne_bytes());
        lay(offset_of!(RawMixed, a), &a.to_ne_bytes());
        lay(offset_of!(RawMixed, tag), &TAG.to_ne_bytes());
        lay(offset_of!(RawMixed, b), &b.to_ne_bytes());
        out.extend_from_slice(&message);
        Ok(())
    }

    fn read(self) -> Request {
        let RawMixed { a, b, .. } = self;
        Request { a, b }
    }
}

/// How this machine lays the request struct of `raw-mixed` out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawMixedLayout {
    /// Its octets.
    pub size: usize,
    /// Its offset after one octet in a struct.
    pub align: usize,
}

/// Measures the request struct of `raw-mixed` on this machine.
pub fn raw_mixed_layout() -> RawMixedLayout {
    #[repr(C)]
    struct Probe {
        octet: u8,
        measured: RawMixed,
    }
    RawMixedLayout {
        size: size_of::<RawMixed>(),
        align: offset_of!(Probe, measured),
    }
}
