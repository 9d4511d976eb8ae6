//! `raw-mixed`: fields of fixed widths, with this machine's byte order, alignment and padding.

use core::mem::offset_of;

use zerocopy::FromBytes;

use super::{
    fixed::take_struct,
    raw_fixed::{decode_sum, encode_sum, wrapping_answer},
};
use crate::{Encoding, Family, Reply, Request, Step, Unencodable};

pub(super) struct RawMixed;

/// The server looks at neither `op` nor `tag`; they are there for the padding around them.
pub(super) const OP: i8 = 0x2b;
pub(super) const TAG: i16 = 0x5447;

#[derive(FromBytes)]
#[repr(C)]
struct RequestStruct {
    #[allow(dead_code, reason = "written at its offset, never read")]
    op: i8,
    a: i64,
    #[allow(dead_code, reason = "written at its offset, never read")]
    tag: i16,
    b: i64,
}

impl Encoding for RawMixed {
    fn name(&self) -> &'static str {
        "raw-mixed"
    }

    fn family(&self) -> Family {
        Family::Raw
    }

    fn answer(&self, request: Request) -> Reply {
        wrapping_answer(request)
    }

    fn encode_request(&self, request: Request, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        // Rust leaves the octets of padding undefined in a struct, so the fields are laid into zeros, each where the compiler has it.
        let mut message = [0; size_of::<RequestStruct>()];
        lay(
            &mut message,
            offset_of!(RequestStruct, op),
            &OP.to_ne_bytes(),
        );
        lay(
            &mut message,
            offset_of!(RequestStruct, a),
            &request.a.to_ne_bytes(),
        );
        lay(
            &mut message,
            offset_of!(RequestStruct, tag),
            &TAG.to_ne_bytes(),
        );
        lay(
            &mut message,
            offset_of!(RequestStruct, b),
            &request.b.to_ne_bytes(),
        );
        out.extend_from_slice(&message);
        Ok(())
    }

    fn decode_request(&self, octets: &[u8]) -> Step<Request> {
        take_struct(octets, |message: RequestStruct| Request {
            a: message.a,
            b: message.b,
        })
    }

    fn encode_reply(&self, reply: Reply, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        encode_sum(reply, out)
    }

    fn decode_reply(&self, octets: &[u8]) -> Step<Reply> {
        decode_sum(octets)
    }
}

fn lay(message: &mut [u8], offset: usize, field: &[u8]) {
    for (to, from) in message.iter_mut().skip(offset).zip(field) {
        *to = *from;
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
        measured: RequestStruct,
    }
    RawMixedLayout {
        size: size_of::<RequestStruct>(),
        align: offset_of!(Probe, measured),
    }
}
