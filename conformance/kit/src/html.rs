//! Pages: what all of them share. One file, nothing from the network, and no script but that of the matrix.
//!
//! Pages are written with `maud`, whose templates escape every text that is put into them.

use std::fmt::Write as _;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const STYLE: &str = include_str!("style.css");

/// A whole page.
pub fn page(title: &str, body: &Markup) -> String {
    whole(
        title,
        html! { main { (harmless(body)) } },
        "default-src 'none'; style-src 'unsafe-inline'",
    )
}

/// A page with a script, which finds its data, in JSON, in the element `data`.
pub fn scripted(title: &str, body: &Markup, json: &str, script: &str) -> String {
    // In JSON `<` occurs in strings only: without it nothing ends the element, and nothing opens a comment in it.
    let json = PreEscaped(json.replace('<', "\\u003c"));
    whole(
        title,
        html! {
            main {
                (harmless(body))
                script type="application/json" id="data" { (json) }
                script { (PreEscaped(script)) }
            }
        },
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'",
    )
}

fn whole(title: &str, main: Markup, policy: &str) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { (main) }
        }
    };
    page.into_string() + "\n"
}

/// The same markup with control characters spelt out, which no page may hold (HTML, section 3.2.1.2). Markup itself has none but ends of lines.
fn harmless(body: &Markup) -> Markup {
    let mut spelt = String::with_capacity(body.0.len());
    for c in body.0.chars() {
        match c {
            '\n' | '\t' => spelt.push(c),
            c if c.is_control() => {
                let _ = write!(spelt, "{}", c.escape_default());
            }
            c => spelt.push(c),
        }
    }
    PreEscaped(spelt)
}

/// What stands for itself in a component: letters, digits, and three marks that no part of an address gives a meaning.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// Text as a component of an address (RFC 3986, section 2.1).
pub fn component(text: &str) -> String {
    utf8_percent_encode(text, COMPONENT).to_string()
}

/// A message as people read it: what stands between backticks is code.
pub fn prose(text: &str) -> Markup {
    let is_whole = text.matches('`').count().is_multiple_of(2);
    html! {
        @if is_whole {
            @for (number, part) in text.split('`').enumerate() {
                @if number % 2 == 1 { code { (part) } } @else { (part) }
            }
        } @else {
            (text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_backticks_is_code_and_no_markup() {
        for (text, expected) in [
            ("write `a < b;` there", "write <code>a &lt; b;</code> there"),
            ("`a`", "<code>a</code>"),
            ("it is 5 o`clock", "it is 5 o`clock"),
            ("", ""),
        ] {
            assert_eq!(prose(text).into_string(), expected);
        }
    }

    #[test]
    fn text_cannot_become_markup_and_control_characters_are_spelt_out() {
        let hostile = "<b title='x'>\"&\"\u{1b}[2J\u{85} é\n";
        let page = page("t", &html! { p title=(hostile) { (hostile) } });
        assert!(
            page.contains("<p title=\"&lt;b title='x'&gt;&quot;&amp;&quot;\\u{1b}[2J\\u{85} é\n\">&lt;b title='x'&gt;&quot;&amp;&quot;\\u{1b}[2J\\u{85} é\n</p>"),
            "{page}"
        );
    }

    #[test]
    fn a_name_stays_one_component_of_an_address() {
        assert_eq!(
            component("c-gcc@x86_64&a=b#é\""),
            "c-gcc%40x86_64%26a%3Db%23%C3%A9%22"
        );
    }

    quickcheck::quickcheck! {
        fn whatever_the_data_says_it_stays_in_its_element(text: String, at: usize) -> bool {
            let hostile = ["</script>", "<!--<script>", "]]>", "\u{2028}"];
            let text = text + hostile[at % hostile.len()];
            let json = serde_json::to_string(&text).unwrap();
            let page = scripted("t", &html! {}, &json, "run();\n");
            let (_, data) = page.split_once("id=\"data\">").unwrap();
            let (data, rest) = data.split_once("</script>").unwrap();
            !data.contains('<')
                && rest.starts_with("<script>run();")
                && serde_json::from_str::<String>(data).unwrap() == text
        }
    }

    #[test]
    fn a_page_asks_for_nothing_from_elsewhere() {
        let page = page("<t>", &html! { p { "b" } });
        assert!(page.contains("<title>&lt;t&gt;</title>"));
        for foreign in ["http://", "https://", "url(", "@import", "<script", "src="] {
            assert!(!page.contains(foreign), "{foreign}");
        }
    }
}
