//! Cures in the words of Rust, where those of a rule are C's.

use layout::types::{Rules, Type};

use crate::Case;

/// What to do about a finding of this code in a type of Rust.
pub(crate) fn cure(code: &str) -> Option<&'static str> {
    Some(match code {
        "width" => "a type with its width in its name: i32, u64",
        "byte-order" => {
            "convert at the border (to_be_bytes, from_be_bytes), or declare the order in the type (zerocopy's big_endian::U32)"
        }
        "padding" => {
            "order the fields by size and make the gaps fields of their own, so that every offset is a multiple of the field's size"
        }
        "alignment" => {
            "copy it out by value or with ptr::read_unaligned, and take no reference to it"
        }
        "padding-leak" => {
            "make the gaps fields of their own and set them, or derive zerocopy's IntoBytes, which refuses padding"
        }
        "enum-size" => "repr(u8), or another integer, in place of repr(C)",
        "plain-char" => "i8 or u8 for numbers; c_char for text only",
        _ => return None,
    })
}

/// Whether a type is one of Rust.
pub(crate) fn is_rust(case: &Case<'_>) -> bool {
    let declared = case.subject.declared.as_ref();
    if let Some(place) = declared {
        return place.file.ends_with(".rs");
    }
    let mut reads = case.on.iter().filter_map(|on| on.read.as_ref());
    let read = reads.next();
    read.is_some_and(|read| {
        matches!(read.types.get(read.subject.kind), Some(Type::Record(record)) if record.rules == Rules::Rust)
    })
}
