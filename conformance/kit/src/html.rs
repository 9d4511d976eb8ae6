//! Pages: what all of them share. One file, nothing from the network, and no script but that of the matrix.

use std::fmt::Write as _;

const STYLE: &str = include_str!("style.css");

/// A whole page: `title` is text, `body` is HTML.
pub fn page(title: &str, body: &str) -> String {
    whole(title, body, "default-src 'none'; style-src 'unsafe-inline'")
}

/// A page with a script, which finds its data, in JSON, in the element `data`.
pub fn scripted(title: &str, body: &str, json: &str, script: &str) -> String {
    // In JSON `<` occurs in strings only: without it nothing ends the element, and nothing opens a comment in it.
    let json = json.replace('<', "\\u003c");
    let body = format!(
        "{body}<script type=\"application/json\" id=\"data\">{json}</script>\n<script>\n{script}</script>\n"
    );
    whole(
        title,
        &body,
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'",
    )
}

fn whole(title: &str, body: &str, policy: &str) -> String {
    let title = escape(title);
    format!(
        r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
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
pub fn escape(text: &str) -> String {
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

    quickcheck::quickcheck! {
        fn whatever_the_data_says_it_stays_in_its_element(text: String, at: usize) -> bool {
            let hostile = ["</script>", "<!--<script>", "]]>", "\u{2028}"];
            let text = text + hostile[at % hostile.len()];
            let json = serde_json::to_string(&text).unwrap();
            let page = scripted("t", "", &json, "run();\n");
            let (_, data) = page.split_once("id=\"data\">").unwrap();
            let (data, rest) = data.split_once("</script>").unwrap();
            !data.contains('<')
                && rest.starts_with("\n<script>\nrun();")
                && serde_json::from_str::<String>(data).unwrap() == text
        }
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
