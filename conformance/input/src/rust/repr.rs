//! How a type asks to be laid out (The Rust Reference, Type layout).

use syn::Attribute;

/// What is in the `repr` attributes of a type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Repr {
    /// `repr(C)`
    pub(super) c: bool,
    /// `repr(transparent)`
    pub(super) transparent: bool,
    /// `repr(u8)` and its kin.
    pub(super) integer: bool,
    /// `repr(packed)`, `repr(packed(2))`
    pub(super) packed: bool,
}

impl Repr {
    /// Of these attributes. One under `cfg_attr` counts: what it is for is not known here.
    pub(super) fn of(attributes: &[Attribute]) -> Repr {
        let mut repr = Repr::default();
        for attribute in attributes {
            if attribute.path().is_ident("repr") {
                let read = attribute.parse_nested_meta(|word| {
                    repr.add(&word.path);
                    // `align(8)`, `packed(2)`
                    if word.input.peek(syn::token::Paren) {
                        let inside;
                        syn::parenthesized!(inside in word.input);
                        inside.parse::<proc_macro2::TokenStream>()?;
                    }
                    Ok(())
                });
                // rustc took it, so that what cannot be read is newer than this program: it says nothing.
                if read.is_err() {
                    continue;
                }
            }
        }
        repr
    }

    fn add(&mut self, word: &syn::Path) {
        let Some(word) = word.get_ident() else {
            return;
        };
        match word.to_string().as_str() {
            "C" => self.c = true,
            "transparent" => self.transparent = true,
            "packed" => self.packed = true,
            "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64"
            | "i128" | "isize" => self.integer = true,
            _ => {}
        }
    }

    /// Whether it promises any layout of a struct or a union.
    pub(super) fn is_specified(self) -> bool {
        self.c || self.transparent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_repr_are_read_whatever_stands_beside_them() {
        let read = |text: &str| Repr::of(&syn::parse_str::<syn::ItemStruct>(text).unwrap().attrs);
        let c = Repr {
            c: true,
            ..Repr::default()
        };
        for (text, expected) in [
            ("#[repr(C)] struct S;", c),
            (
                "#[repr(C, packed(2))] struct S;",
                Repr { packed: true, ..c },
            ),
            ("#[repr(align(16), C)] struct S;", c),
            ("#[repr(align(16))] #[repr(C)] struct S;", c),
            (
                "#[repr(packed)] struct S;",
                Repr {
                    packed: true,
                    ..Repr::default()
                },
            ),
            ("#[derive(Clone)] struct S;", Repr::default()),
            ("#[repr(C, u8)] struct S;", Repr { integer: true, ..c }),
            (
                "#[repr(transparent)] struct S;",
                Repr {
                    transparent: true,
                    ..Repr::default()
                },
            ),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
