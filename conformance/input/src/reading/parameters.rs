//! The parameters of class templates: for which types `T` stands in a text, as far as the text says so itself.

use std::collections::BTreeSet;

use super::text::Text;
use super::tokens::is_name;

const RECORDS: [&str; 3] = ["class", "struct", "union"];

/// The types that a parameter of a class template stands for in a text, each as its tokens: `["long", "long"]`. `None` where it has no such parameter, or what it stands for takes a compiler to say.
pub(super) fn arguments<'t>(
    text: &'t Text,
    template: &str,
    parameter: &str,
) -> Option<BTreeSet<Vec<&'t str>>> {
    let tokens: Vec<&str> = text.own().iter().map(String::as_str).collect();
    // What an expression names takes a compiler.
    if tokens.contains(&"decltype") {
        return None;
    }
    let mut own = None;
    // Of any template, functions among them.
    let mut parameters = BTreeSet::new();
    for (at, _) in tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| **token == "template")
    {
        let behind = tokens.get(at + 1..).unwrap_or_default();
        let Some((listed, _)) = in_angles(behind) else {
            continue;
        };
        parameters.extend(listed.iter().filter_map(|words| name_of(words)));
        match Template::of(behind) {
            Some(found) if found.name == template => {
                // Announced once more, or specialized.
                let place = found.parameters.iter().position(|one| *one == parameter)?;
                if own.is_some_and(|own| own != place) || found.is_special {
                    return None;
                }
                own = Some(place);
            }
            _ => {}
        }
    }
    let place = own?;
    let mut found = BTreeSet::new();
    for (at, _) in tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| **token == template)
    {
        let behind = tokens.get(at + 1..).unwrap_or_default();
        match behind.first() {
            Some(&"<") => {}
            // Handed to another template, which gives it arguments of its own.
            Some(&("," | ">")) => return None,
            // Its own name in its own braces, and before them.
            _ => continue,
        }
        let (given, _) = in_angles(behind)?;
        let given = given.get(place)?;
        if given.is_empty() || given.iter().any(|token| parameters.contains(token)) {
            return None;
        }
        found.insert(given.clone());
    }
    (!found.is_empty()).then_some(found)
}

/// A class template, or a specialization of one.
pub(super) struct Template<'t> {
    pub(super) name: &'t str,
    /// The names of its parameters that are types, each at its place; of the others nothing.
    parameters: Vec<&'t str>,
    is_special: bool,
}

impl<'t> Template<'t> {
    /// What a text declares behind `template`; `None` where that is no class template with parameters.
    pub(super) fn of(tokens: &[&'t str]) -> Option<Template<'t>> {
        let (parameters, behind) = in_angles(tokens)?;
        let [keyword, behind @ ..] = behind else {
            return None;
        };
        if !RECORDS.contains(keyword) || parameters.iter().all(Vec::is_empty) {
            return None;
        }
        let is_end = |token: &&str| matches!(*token, "{" | ";" | ":" | "<");
        let end = behind.iter().position(is_end)?;
        // Attributes before the name have names, too.
        let name = behind.get(..end)?.iter().rev();
        let mut name = name.filter(|token| is_name(token) && **token != "final");
        Some(Template {
            name: name.next()?,
            parameters: parameters
                .iter()
                .map(|words| name_of(words).unwrap_or_default())
                .collect(),
            is_special: behind.get(end) == Some(&"<"),
        })
    }
}

/// The name of a parameter that is a type: of `class T = int`.
fn name_of<'t>(parameter: &[&'t str]) -> Option<&'t str> {
    let default = parameter.iter().position(|word| *word == "=");
    match parameter.get(..default.unwrap_or(parameter.len()))? {
        ["class" | "typename", name] if is_name(name) => Some(name),
        _ => None,
    }
}

/// What stands in the angle brackets that a text begins with, taken apart at the commas, and what follows; `None` where it begins with none, or compares in them.
fn in_angles<'a, 't>(tokens: &'a [&'t str]) -> Option<(Vec<Vec<&'t str>>, &'a [&'t str])> {
    let mut parts = vec![Vec::new()];
    let (mut angles, mut others) = (0_i32, 0_i32);
    for (at, token) in tokens.iter().enumerate() {
        match *token {
            "<" if others == 0 => angles += 1,
            ">" if others == 0 => angles -= 1,
            "(" | "[" | "{" => others += 1,
            ")" | "]" | "}" => others -= 1,
            ";" => return None,
            _ => {}
        }
        match (angles, *token) {
            (0, ">") => return Some((parts, tokens.get(at + 1..)?)),
            (0, _) => return None,
            (1, "<") if at == 0 => {}
            (1, ",") if others == 0 => parts.push(Vec::new()),
            _ => parts.last_mut()?.push(*token),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str, template: &str, parameter: &str) -> Option<Vec<String>> {
        let text = Text::of(&format!("# 1 \"a.hpp\"\n{source}\n"), true);
        let found = arguments(&text, template, parameter)?;
        Some(found.iter().map(|words| words.join(" ")).collect())
    }

    #[test]
    fn a_parameter_stands_for_what_its_template_is_given() {
        let maybe = "template <class T> class Maybe { alignas(T) char room[sizeof(T)]; Maybe(); };";
        let pair = "template <typename K, int N = 3, class V = char> struct Pair { alignas(K) char k[N]; };";
        for (source, template, parameter, expected) in [
            (
                format!("{maybe} struct a {{ Maybe<double> x; Maybe<long long> y; Maybe<int *> z; }};"),
                "Maybe",
                "T",
                Some(&["double", "int *", "long long"][..]),
            ),
            (format!("{pair} struct a {{ Pair<short, 2, char> p; }};"), "Pair", "K", Some(&["short"])),
            (format!("{pair} struct a {{ Pair<short, 2, char> p; }};"), "Pair", "V", Some(&["char"])),
            // A default is not looked for.
            (format!("{pair} struct a {{ Pair<short> p; }};"), "Pair", "V", None),
            // Another's parameter.
            (
                format!("{maybe} template <class U> struct b {{ Maybe<U> u; }}; struct a {{ b<int> x; }};"),
                "Maybe",
                "T",
                None,
            ),
            (
                format!("{maybe} template <class T> class Maybe<T *> {{ alignas(T) char c; }}; struct a {{ Maybe<char *> x; }};"),
                "Maybe",
                "T",
                None,
            ),
            (format!("{maybe} struct a {{ decltype(Maybe(1)) x; }};"), "Maybe", "T", None),
            (
                "template <class... T> struct all { alignas(T...) char c; }; struct a { all<int> x; };".to_owned(),
                "all",
                "T",
                None,
            ),
            (format!("{maybe} struct a {{ apply<Maybe, int> x; }};"), "Maybe", "T", None),
            (maybe.to_owned(), "Maybe", "T", None),
            ("struct a { int T; };".to_owned(), "Maybe", "T", None),
        ] {
            let expected = expected.map(|words| words.iter().map(|word| (*word).to_owned()).collect());
            assert_eq!(found(&source, template, parameter), expected, "{source}");
        }
    }
}
