//! What this program measures about the machine it was built for.
//!
//! Rust has no `long double`, no `wchar_t` and no bit-fields to measure, so their keys are left out.

use core::ffi::{c_char, c_double, c_float, c_int, c_long, c_longlong, c_short};
use core::mem::offset_of;

use proto::raw_mixed_layout;

/// The facts of `abi`, as keys and values of `PARTICIPANTS.md`.
pub fn facts() -> Vec<(&'static str, String)> {
    let mixed = raw_mixed_layout();
    vec![
        ("byte-order", byte_order().to_owned()),
        ("size.short", size_of::<c_short>().to_string()),
        (
            "align.short",
            offset_of!(AfterOctet<c_short>, measured).to_string(),
        ),
        ("size.int", size_of::<c_int>().to_string()),
        (
            "align.int",
            offset_of!(AfterOctet<c_int>, measured).to_string(),
        ),
        ("size.long", size_of::<c_long>().to_string()),
        (
            "align.long",
            offset_of!(AfterOctet<c_long>, measured).to_string(),
        ),
        ("size.long-long", size_of::<c_longlong>().to_string()),
        (
            "align.long-long",
            offset_of!(AfterOctet<c_longlong>, measured).to_string(),
        ),
        ("size.int64", size_of::<i64>().to_string()),
        (
            "align.int64",
            offset_of!(AfterOctet<i64>, measured).to_string(),
        ),
        ("size.pointer", size_of::<*const u8>().to_string()),
        (
            "align.pointer",
            offset_of!(AfterOctet<*const u8>, measured).to_string(),
        ),
        ("size.float", size_of::<c_float>().to_string()),
        (
            "align.float",
            offset_of!(AfterOctet<c_float>, measured).to_string(),
        ),
        ("size.double", size_of::<c_double>().to_string()),
        (
            "align.double",
            offset_of!(AfterOctet<c_double>, measured).to_string(),
        ),
        ("size.enum", size_of::<Enum>().to_string()),
        (
            "align.enum",
            offset_of!(AfterOctet<Enum>, measured).to_string(),
        ),
        ("char-signed", (c_char::MIN != 0).to_string()),
        ("size.raw-mixed", mixed.size.to_string()),
        ("align.raw-mixed", mixed.align.to_string()),
    ]
}

/// What is measured is the alignment that a field gets. `align_of` may differ from it.
#[repr(C)]
struct AfterOctet<T> {
    octet: u8,
    measured: T,
}

/// A C enum with small values only.
#[allow(dead_code, reason = "only its size is of interest")]
#[repr(C)]
enum Enum {
    Zero,
    One,
}

fn byte_order() -> &'static str {
    match 1u16.to_ne_bytes() {
        [1, 0] => "little",
        _ => "big",
    }
}
