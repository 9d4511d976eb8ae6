//! Pages: what all of them share. One file, no script, nothing from the network.

use std::fmt::Write as _;

const STYLE: &str = include_str!("style.css");

/// A whole page: `title` is text, `body` is HTML.
pub(super) fn page(title: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{STYLE}</style>
</head>
<body>
<main>
{body}</main>
</body>
</html>
"#
    )
}

/// Text as it may stand in an element or in a quoted attribute; what no page may hold is spelt out.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(c),
            c if c.is_control() => {
                let _ = write!(escaped, "{}", c.escape_default());
            }
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(
            escape("<b title='x'>\"&\"\u{1b}[2J é"),
            "&lt;b title=&#39;x&#39;&gt;&quot;&amp;&quot;\\u{1b}[2J é"
        );
    }

    #[test]
    fn a_page_asks_for_nothing_from_elsewhere() {
        let page = page("<t>", "<p>b</p>");
        assert!(page.contains("<title>&lt;t&gt;</title>"));
        for foreign in ["http://", "https://", "url(", "@import", "<script", "src="] {
            assert!(!page.contains(foreign), "{foreign}");
        }
    }
}
