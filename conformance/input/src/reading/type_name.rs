//! Names of types as expressions write them: what stands in the parentheses of `sizeof` and of casts.

use layout::abi::Scalar;

use super::tokens::is_name;

/// A type by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TypeName {
    /// A scalar of the language.
    Scalar(Scalar),
    /// A pointer to whatever.
    Pointer,
    /// By a tag: the keyword and the name.
    Tagged(String, String),
    /// By a typedef.
    Named(String),
    /// An array of so many.
    Array(Box<TypeName>, u64),
}

impl TypeName {
    /// Reads one; `None` of anything else, and of what takes a compiler.
    pub(super) fn of(tokens: &[&str]) -> Option<TypeName> {
        let is_qualifier = |token: &str| matches!(token, "const" | "volatile" | "__extension__");
        let tokens: Vec<&str> = tokens
            .iter()
            .copied()
            .filter(|token| !is_qualifier(token))
            .collect();
        let is_declarator = |token: &&str| matches!(*token, "*" | "[" | "(");
        let end = tokens.iter().position(is_declarator);
        let (words, declarator) = tokens.split_at_checked(end.unwrap_or(tokens.len()))?;
        let base = match words {
            [keyword @ ("struct" | "union" | "enum"), name] if is_name(name) => {
                TypeName::Tagged((*keyword).to_owned(), (*name).to_owned())
            }
            [name] if is_name(name) && !is_of_scalar(name) => TypeName::Named((*name).to_owned()),
            words if words.iter().all(|word| is_of_scalar(word)) => {
                match (scalar(words), declarator) {
                    (Some(scalar), _) => TypeName::Scalar(scalar),
                    // `void *` and `void (*)(int)`
                    (None, ["*", ..] | ["(", "*", ..]) if words == ["void"] => TypeName::Pointer,
                    _ => return None,
                }
            }
            _ => return None,
        };
        match declarator {
            [] => Some(base),
            ["*", rest @ ..] if rest.iter().all(|token| *token == "*") => Some(TypeName::Pointer),
            ["(", "*", ")", "(", .., ")"] => Some(TypeName::Pointer),
            ["[", count, "]"] => Some(TypeName::Array(Box::new(base), count.parse().ok()?)),
            ["*", "[", count, "]"] => {
                let pointer = Box::new(TypeName::Pointer);
                Some(TypeName::Array(pointer, count.parse().ok()?))
            }
            _ => None,
        }
    }
}

/// Whether a word is one of those that scalars are named by.
pub(super) fn is_of_scalar(word: &str) -> bool {
    matches!(
        word,
        "long"
            | "short"
            | "int"
            | "char"
            | "double"
            | "float"
            | "signed"
            | "unsigned"
            | "_Bool"
            | "bool"
            | "void"
    )
}

/// The scalar that words of C stand for; `void` is none.
pub(super) fn scalar(words: &[&str]) -> Option<Scalar> {
    let count = |word| words.iter().filter(|it| **it == word).count();
    let has = |word| count(word) > 0;
    Some(match words {
        [] | ["void"] => return None,
        _ if has("char") => Scalar::Char,
        _ if has("short") => Scalar::Short,
        _ if has("double") && has("long") => Scalar::LongDouble,
        _ if has("double") => Scalar::Double,
        _ if has("float") => Scalar::Float,
        _ if has("_Bool") || has("bool") => Scalar::Bool,
        _ if count("long") > 1 => Scalar::LongLong,
        _ if has("long") => Scalar::Long,
        _ => Scalar::Int,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::tokens::tokens;

    #[test]
    fn names_of_types_are_read_and_expressions_are_not() {
        let named = |name: &str| TypeName::Named(name.to_owned());
        for (text, name) in [
            ("unsigned long int", TypeName::Scalar(Scalar::Long)),
            ("const char", TypeName::Scalar(Scalar::Char)),
            ("long double", TypeName::Scalar(Scalar::LongDouble)),
            ("void *", TypeName::Pointer),
            ("struct a **", TypeName::Pointer),
            ("void (*)(int, char)", TypeName::Pointer),
            (
                "struct a",
                TypeName::Tagged("struct".to_owned(), "a".to_owned()),
            ),
            ("size_t", named("size_t")),
            ("word[3]", TypeName::Array(Box::new(named("word")), 3)),
            ("char *[3]", TypeName::Array(Box::new(TypeName::Pointer), 3)),
        ] {
            let found = TypeName::of(&tokens(text).collect::<Vec<_>>());
            assert_eq!(found, Some(name), "{text}");
        }
        for text in [
            "void",
            "1L",
            "a + 1",
            "struct { int a; }",
            "((struct a *)0)->b",
            "word[N]",
            "double _Complex",
            "",
        ] {
            let found = TypeName::of(&tokens(text).collect::<Vec<_>>());
            assert_eq!(found, None, "{text}");
        }
    }
}
