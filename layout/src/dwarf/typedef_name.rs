//! Typedefs that are what their name promises, whatever they are declared to be on one machine.
//!
//! On x86_64 an `int64_t` is declared as a `long`; a reader that followed the declaration would take it for one of 4 octets on i386.

use super::base::integer_of;
use crate::abi::Scalar;
use crate::abi::Typedef;
use crate::types::Type;

/// What the name of a typedef promises; `None` where it is as good as what it is declared to be.
///
/// `size` is that of the integer that it is declared to be in this file, in octets: a name that contradicts it is somebody else's, and promises nothing.
pub(super) fn promised(name: &str, size: u64, pointer_size: u8) -> Option<Type> {
    if let Some(width) = width(name) {
        return integer_of(width).filter(|_| width == size);
    }
    if name == "wchar_t" {
        return Some(Type::Scalar(Scalar::Wchar));
    }
    match Typedef::named(name) {
        Some(Typedef::Size | Typedef::Ssize | Typedef::Ptrdiff | Typedef::Intptr)
            if size != u64::from(pointer_size) =>
        {
            None
        }
        Some(name) => Some(Type::Typedef(name)),
        None => MOVING.contains(&plain(name)).then(|| Type::Opaque {
            what: format!("`{name}`, which is another type on each ABI"),
        }),
    }
}

/// In octets: `<stdint.h>`, the older BSD names, `<linux/types.h>`, and those of the C library that are fixed.
fn width(name: &str) -> Option<u64> {
    Some(match plain(name) {
        "int8_t" | "uint8_t" | "u_int8_t" | "int_fast8_t" | "uint_fast8_t" | "int_least8_t"
        | "uint_least8_t" => 1,
        "int16_t" | "uint16_t" | "u_int16_t" | "int_least16_t" | "uint_least16_t" | "char16_t" => 2,
        "int32_t" | "uint32_t" | "u_int32_t" | "int_least32_t" | "uint_least32_t" | "char32_t" => 4,
        "int64_t" | "uint64_t" | "u_int64_t" | "int_fast64_t" | "uint_fast64_t"
        | "int_least64_t" | "uint_least64_t" | "quad_t" | "u_quad_t" | "off64_t" | "loff_t"
        | "time64_t" | "ino64_t" | "rlim64_t" | "blkcnt64_t" | "fsblkcnt64_t" | "fsfilcnt64_t"
        | "suseconds64_t" => 8,
        _ => match name {
            "__u8" | "__s8" => 1,
            "__u16" | "__s16" | "__le16" | "__be16" | "__sum16" => 2,
            "__u32" | "__s32" | "__le32" | "__be32" | "__wsum" => 4,
            "__u64" | "__s64" | "__le64" | "__be64" => 8,
            _ => return None,
        },
    })
}

/// The name under which a user knows it: the C library declares `time_t` as `__time_t`.
fn plain(name: &str) -> &str {
    name.strip_prefix("__").unwrap_or(name)
}

/// Names whose type differs between ABIs of one C library (glibc, `bits/typesizes.h`) and that the table of moving names does not have.
const MOVING: &[&str] = &["cpu_mask", "u_register_t"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_int64_t_is_64_bits_however_it_is_declared() {
        for name in [
            "int64_t",
            "uint64_t",
            "__int64_t",
            "__u64",
            "__le64",
            "u_int64_t",
        ] {
            let kind = promised(name, 8, 8);
            assert_eq!(kind, Some(Type::Scalar(Scalar::Int64)), "{name}");
        }
    }

    #[test]
    fn a_name_that_its_declaration_contradicts_promises_nothing() {
        assert_eq!(promised("int64_t", 4, 4), None);
        assert_eq!(promised("size_t", 4, 8), None);
    }

    #[test]
    fn a_moving_name_stands_for_itself() {
        for (name, typedef) in [
            ("size_t", Typedef::Size),
            ("uintptr_t", Typedef::Intptr),
            ("__time_t", Typedef::Time),
            ("off_t", Typedef::Off),
            ("uint_fast32_t", Typedef::IntFast32),
        ] {
            assert_eq!(promised(name, 8, 8), Some(Type::Typedef(typedef)), "{name}");
        }
    }

    #[test]
    fn a_users_own_name_is_what_it_is_declared_to_be() {
        for name in ["u64", "my_int64_t", "DWORD", "int64"] {
            assert_eq!(promised(name, 8, 8), None, "{name}");
        }
    }

    #[test]
    fn a_moving_name_that_the_table_lacks_is_never_taken_for_its_declaration() {
        let kind = promised("__cpu_mask", 8, 8);
        assert!(matches!(kind, Some(Type::Opaque { .. })), "{kind:?}");
    }
}
