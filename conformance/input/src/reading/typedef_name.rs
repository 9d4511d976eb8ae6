//! Names of types that say how wide they are, and those whose meaning on each ABI the model knows.

use layout::abi::Typedef;

/// Whether the model knows what a name of the C library, or of the kernel's headers, means on each ABI: `size_t`, `int64_t`, `__u64`.
pub(super) fn is_modelled(name: &str) -> bool {
    let fixed = name.trim_start_matches('_');
    let prefixes = ["int", "uint", "u_int", "s", "u", "be", "le", "sum"];
    let widths = prefixes
        .iter()
        .filter_map(|prefix| fixed.strip_prefix(prefix));
    let is_width = |width: &str| {
        let digits = width.trim_end_matches("_t");
        // What is fast each library decides: newlib's `uint_fast8_t` has 32 bits.
        let digits = digits.trim_start_matches("_least");
        matches!(digits, "8" | "16" | "32" | "64")
    };
    widths.into_iter().any(is_width)
        || name == "wchar_t"
        || name == "wsum"
        || is_plain_atomic(name)
        || Typedef::named(name).is_some()
}

/// The names of C11 7.17.6 that stand for `_Atomic` of a type that has no name of a library.
fn is_plain_atomic(name: &str) -> bool {
    let Some(of) = name.strip_prefix("atomic_") else {
        return false;
    };
    let plain = [
        "bool", "char", "schar", "uchar", "short", "ushort", "int", "uint", "long", "ulong",
        "llong", "ullong",
    ];
    plain.contains(&of)
}

/// The width in bits that a name promises that somebody chose for an integer: `uint64`, `guint64`, `PRInt32`, `pg_int64`, `u32`.
pub(super) fn promised(name: &str) -> Option<u32> {
    let name = name.strip_suffix("_t").unwrap_or(name);
    let digits = name.len() - name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (word, width) = name.split_at_checked(name.len().checked_sub(digits)?)?;
    let width = width
        .parse()
        .ok()
        .filter(|width| matches!(width, 8 | 16 | 32 | 64))?;
    let word = word.to_ascii_lowercase();
    let is_short = matches!(word.as_str(), "u" | "s" | "i" | "__u" | "__s");
    // Projects put their initials before it: GLib, Qt, NSPR, PostgreSQL, OpenGL.
    let is_integer = word.strip_suffix("int").is_some_and(|before| {
        let before = before.strip_suffix('u').unwrap_or(before);
        before.ends_with('_')
            || matches!(
                before,
                "" | "s" | "g" | "q" | "pr" | "js" | "gl" | "cl" | "al" | "vx" | "x" | "my"
            )
    });
    (is_short || is_integer && word != "print").then_some(width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_a_width_in_them_are_modelled() {
        for name in [
            "int64_t",
            "__u64",
            "__be32",
            "u_int8_t",
            "uint16_t",
            "size_t",
            "__le16",
            "__s8",
            "int_least16_t",
            "atomic_ulong",
        ] {
            assert!(is_modelled(name), "{name}");
        }
        for name in [
            "int",
            "unsigned",
            "u",
            "small",
            "be",
            "in6_addr",
            "uint",
            "pthread_t",
            "uint_fast8_t",
            "int_fast64_t",
            "atomic_size_t",
            "atomic_flag",
        ] {
            assert!(!is_modelled(name), "{name}");
        }
    }

    #[test]
    fn a_name_promises_a_width_where_it_calls_itself_an_integer() {
        for (name, width) in [
            ("uint64", 64),
            ("guint64", 64),
            ("gint8", 8),
            ("PRUint32", 32),
            ("pg_int64", 64),
            ("UINT16", 16),
            ("u64", 64),
            ("int64_t", 64),
        ] {
            assert_eq!(promised(name), Some(width), "{name}");
        }
        for name in [
            "int", "print64", "sha256", "point32", "vec32", "md5_32", "int128", "f64",
        ] {
            assert_eq!(promised(name), None, "{name}");
        }
    }
}
