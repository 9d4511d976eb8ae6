//! What the names of Rust's types tell.

/// The last part of a path, with its arguments.
fn last(path: &str) -> &str {
    let arguments = path.find(['<', '(']).unwrap_or(path.len());
    let (before, _) = path.split_at_checked(arguments).unwrap_or((path, ""));
    let start = before.rfind("::").map_or(0, |at| at + "::".len());
    path.get(start..).unwrap_or(path)
}

/// Whether it is an `Option` of what is never null: it lies as the pointer, and nothing is null (std::option, Representation). Of a fat pointer it is larger than one.
pub(super) fn is_pointer_or_null(path: &str) -> bool {
    let is_pointer = |of: &str| {
        let function = of
            .trim_start_matches("unsafe ")
            .trim_start_matches("extern \"C\" ");
        let pointers = ["&", "alloc::boxed::Box<", "core::ptr::non_null::NonNull<"];
        pointers.iter().any(|pointer| of.starts_with(pointer)) || function.starts_with("fn(")
    };
    last(path).strip_prefix("Option<").is_some_and(is_pointer)
}

/// Whether it is an `Option` of an integer that is never 0: it lies as the integer (std::num::NonZero, Layout).
pub(super) fn is_integer_or_zero(path: &str) -> bool {
    last(path).starts_with("Option<core::num::nonzero::NonZero")
}

/// Whether it is a type of Rust's own library without parameters: what it is made of has no name of C's.
pub(super) fn is_definite(path: &str) -> bool {
    is_of_the_library(path) && !path.contains('<')
}

/// Whether it is a type of Rust's own library.
pub(super) fn is_of_the_library(path: &str) -> bool {
    let crates = ["core::", "alloc::", "std::"];
    crates.iter().any(|of| path.starts_with(of))
}

/// Whether it is a tuple of something: `(u8, u32)`.
pub(super) fn is_tuple(path: &str) -> bool {
    path.starts_with('(') && path != "()"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_of_what_is_never_null_is_a_pointer() {
        for (path, is) in [
            ("core::option::Option<&u8>", true),
            ("core::option::Option<&mut case::Header>", true),
            (
                "core::option::Option<alloc::boxed::Box<u8, alloc::alloc::Global>>",
                true,
            ),
            (
                "core::option::Option<core::ptr::non_null::NonNull<u8>>",
                true,
            ),
            ("core::option::Option<unsafe extern \"C\" fn(i32)>", true),
            ("core::option::Option<fn(i32) -> i32>", true),
            ("core::option::Option<u32>", false),
            (
                "core::option::Option<core::num::nonzero::NonZero<u32>>",
                false,
            ),
            ("case::MyOption<&u8>", false),
            ("&u8", false),
        ] {
            assert_eq!(is_pointer_or_null(path), is, "{path}");
        }
    }

    #[test]
    fn a_tuple_is_told_by_its_parentheses() {
        assert!(is_tuple("(u8, u32)") && is_tuple("(u8,)"));
        assert!(!is_tuple("()") && !is_tuple("case::Pair"));
    }
}
