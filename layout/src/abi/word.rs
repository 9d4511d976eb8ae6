//! Small enums whose variants each have one word, the same in the table, in facts and in messages.

/// Declares such an enum: `ALL`, `word`, `Display` and `FromStr` come from one list and cannot drift apart.
macro_rules! words {
    (
        $(#[$about:meta])*
        pub enum $Name:ident { $( $(#[$variant_about:meta])* $Variant:ident = $word:literal, )+ }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $Name { $( $(#[$variant_about])* $Variant, )+ }

        impl $Name {
            /// Every variant, in the order of their declaration.
            pub const ALL: &[$Name] = &[$( $Name::$Variant ),+];

            /// The word for it.
            pub fn word(self) -> &'static str {
                match self { $( $Name::$Variant => $word ),+ }
            }
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(self.word())
            }
        }

        impl std::str::FromStr for $Name {
            type Err = $crate::abi::UnknownWord;

            fn from_str(word: &str) -> Result<$Name, $crate::abi::UnknownWord> {
                match word {
                    $( $word => Ok($Name::$Variant), )+
                    _ => Err($crate::abi::UnknownWord { found: word.to_owned(), expected: &[$( $word ),+] }),
                }
            }
        }
    };
}
pub(crate) use words;

/// A word that is none of those expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("found `{found}`, expected one of: {}", expected.join(", "))]
#[non_exhaustive]
pub struct UnknownWord {
    /// What was there.
    pub found: String,
    /// What could have been there.
    pub expected: &'static [&'static str],
}
