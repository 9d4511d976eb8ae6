//! The tokens of C and C++, as far as declarations need them: names, numbers, literals and single characters.

/// The tokens of a line of preprocessed text.
pub(crate) fn tokens(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        let end = match first {
            '"' | '\'' => literal(rest, first),
            first if is_of_a_word(first) => rest.find(|c| !is_of_a_word(c)).unwrap_or(rest.len()),
            first => first.len_utf8(),
        };
        let (token, after) = rest.split_at_checked(end)?;
        rest = after;
        Some(token)
    })
}

/// Where a literal ends that begins with this quotation mark.
fn literal(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether a token is a name, and no number, literal or sign.
pub(crate) fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The tokens of a source without its comments and directives: text that no preprocessor has seen.
pub(crate) fn raw(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find(['/', '"', '\'']) {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        text.push_str(before);
        let (kept, end) = if from.starts_with("/*") {
            (" ", from.find("*/").map_or(from.len(), |end| end + 2))
        } else if from.starts_with("//") {
            ("", from.find('\n').unwrap_or(from.len()))
        } else if from.starts_with('/') {
            ("/", 1)
        } else {
            let quote = if from.starts_with('"') { '"' } else { '\'' };
            let line = from.find('\n').unwrap_or(from.len());
            let end = literal(from.get(..line).unwrap_or(from), quote);
            (from.get(..end).unwrap_or_default(), end)
        };
        text.push_str(kept);
        rest = from.get(end..).unwrap_or_default();
    }
    text.push_str(rest);
    text.replace("\\\n", " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_is_one_token_and_a_number_too() {
        let found: Vec<_> = tokens(r#"char a[0x10UL], *b = "x;{\"", c = '\'';"#).collect();
        assert_eq!(
            found,
            [
                "char",
                "a",
                "[",
                "0x10UL",
                "]",
                ",",
                "*",
                "b",
                "=",
                "\"x;{\\\"\"",
                ",",
                "c",
                "=",
                "'\\''",
                ";"
            ]
        );
    }

    #[test]
    fn comments_and_line_ends_are_no_text() {
        let text = raw("int a; /* { */ // {\nint b \\\n c = '\"'; char *s = \"/*\"; /");
        assert_eq!(text, "int a;   \nint b   c = '\"'; char *s = \"/*\"; /");
    }
}
