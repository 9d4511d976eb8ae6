//! Writes the table of a library: of each type one line for all machines on which it lies alike, and lines for those
//! that have it otherwise. The same answers always give the same text.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crossum_layout::libc::{Layout, Row, Variant};

/// Layouts by type, for an ABI, a release and a variant.
pub(crate) type Answers = BTreeMap<(String, String, String), BTreeMap<String, Layout>>;

/// Which words may decide about a type before the exceptions of single ABIs: some, and then more for what these leave.
const DECIDING: &[&[&[Word]]] = {
    use Word::{Model, Order, Release, Variant};
    &[
        &[&[]],
        &[&[Model]],
        &[&[Order]],
        &[&[Variant]],
        &[&[Release]],
        &[&[Model], &[Model, Order]],
        &[&[Model], &[Model, Variant]],
        &[&[Model], &[Model, Release]],
        &[&[Model], &[Model, Variant], &[Model, Variant, Order]],
        &[&[Model], &[Model, Variant], &[Model, Variant, Release]],
    ]
};

#[derive(Clone, Copy)]
enum Word {
    Abi,
    Release,
    Variant,
    Model,
    Order,
}

/// An ABI, a release and a variant, and what it says of one type: `false` for nothing.
struct Said<'a> {
    row: &'a Row,
    variant: &'a str,
    answer: String,
}

impl Said<'_> {
    fn key(&self, words: &[Word]) -> String {
        let words: Vec<&str> = words
            .iter()
            .map(|word| match word {
                Word::Abi => self.row.abi.as_str(),
                Word::Release => self.row.release.as_str(),
                Word::Variant => self.variant,
                Word::Model => self.row.facts[0].as_str(),
                Word::Order => self.row.facts[1].as_str(),
            })
            .collect();
        if words.is_empty() {
            "all".to_owned()
        } else {
            words.join(" ")
        }
    }
}

pub(crate) fn written(variants: &[Variant], rows: &[Row], answers: &Answers) -> String {
    let mut text = String::new();
    for variant in variants {
        let args: Vec<String> = variant
            .args
            .iter()
            .map(|arg| format!("\"{arg}\""))
            .collect();
        let _ = writeln!(
            text,
            "[[variant]]\nname = \"{}\"\nargs = [{}]\n",
            variant.name,
            args.join(", ")
        );
    }
    for row in rows {
        let _ = writeln!(
            text,
            "[[row]]\nabi = \"{}\"\nrelease = \"{}\"\nprogram = \"{}\"",
            row.abi, row.release, row.program
        );
        if !row.args.is_empty() {
            let args: Vec<String> = row.args.iter().map(|arg| format!("\"{arg}\"")).collect();
            let _ = writeln!(text, "args = [{}]", args.join(", "));
        }
        let [model, order] = &row.facts;
        let _ = writeln!(
            text,
            "version = \"{}\"\nfacts = [\"{model}\", \"{order}\"]\n",
            row.version
        );
    }
    let names: BTreeSet<&String> = answers.values().flat_map(BTreeMap::keys).collect();
    for name in names {
        let mut said = Vec::new();
        for row in rows {
            for variant in variants {
                let key = (row.abi.clone(), row.release.clone(), variant.name.clone());
                let layout = answers.get(&key).and_then(|layouts| layouts.get(name));
                said.push(Said {
                    row,
                    variant: &variant.name,
                    answer: layout
                        .map_or_else(|| "false".to_owned(), |layout| format!("\"{layout}\"")),
                });
            }
        }
        let key = if name.contains(' ') {
            format!("\"{name}\"")
        } else {
            name.clone()
        };
        let _ = writeln!(text, "[types.{key}]");
        for (key, answer) in lines(&said) {
            let key = if key.contains([' ', '.']) {
                format!("\"{key}\"")
            } else {
                key
            };
            let _ = writeln!(text, "{key} = {answer}");
        }
        text.push('\n');
    }
    text.trim_end().to_owned() + "\n"
}

/// The shortest that the words allow.
fn lines(said: &[Said<'_>]) -> BTreeMap<String, String> {
    let ways = DECIDING.iter().map(|deciding| decided(said, deciding));
    ways.min_by_key(BTreeMap::len).unwrap_or_default()
}

fn decided(said: &[Said<'_>], deciding: &[&[Word]]) -> BTreeMap<String, String> {
    let mut lines = BTreeMap::new();
    let mut levels: Vec<&[Word]> = Vec::new();
    for words in deciding {
        for (key, group) in grouped(said.iter(), words) {
            let usual = most(&group);
            if group
                .first()
                .is_some_and(|one| known(&lines, &levels, one) != usual)
            {
                lines.insert(key, usual.to_owned());
            }
        }
        levels.push(words);
    }
    for own in grouped(said.iter(), &[Word::Abi]).into_values() {
        lines.extend(exceptions(&own, |one| {
            known(&lines, &levels, one) == one.answer
        }));
    }
    lines
}

/// What the lines say of a machine so far.
fn known<'a>(lines: &'a BTreeMap<String, String>, levels: &[&[Word]], one: &Said<'_>) -> &'a str {
    let line = levels
        .iter()
        .rev()
        .find_map(|words| lines.get(&one.key(words)));
    line.map_or("false", String::as_str)
}

/// What is to be said of one ABI, where the lines about many are not true of it: by its name alone if that will do.
fn exceptions(own: &[&Said<'_>], is_said: impl Fn(&Said<'_>) -> bool) -> BTreeMap<String, String> {
    const WORDS: [&[Word]; 4] = [
        &[Word::Abi],
        &[Word::Abi, Word::Variant],
        &[Word::Abi, Word::Release],
        &[Word::Abi, Word::Release, Word::Variant],
    ];
    // A line must be true of all that it is about.
    let exceptions = WORDS.into_iter().find_map(|words| {
        let mut exceptions = BTreeMap::new();
        for (key, group) in grouped(own.iter().copied(), words) {
            let answer = most(&group);
            if group.iter().any(|one| one.answer != answer) {
                return None;
            }
            if !group.iter().all(|one| is_said(one)) {
                exceptions.insert(key, answer.to_owned());
            }
        }
        Some(exceptions)
    });
    exceptions.expect("an ABI, a release and a variant say one thing")
}

fn grouped<'a>(
    said: impl Iterator<Item = &'a Said<'a>>,
    words: &[Word],
) -> BTreeMap<String, Vec<&'a Said<'a>>> {
    let mut groups: BTreeMap<String, Vec<&Said<'_>>> = BTreeMap::new();
    for one in said {
        groups.entry(one.key(words)).or_default().push(one);
    }
    groups
}

/// What most of them say.
fn most<'a>(group: &[&'a Said<'a>]) -> &'a str {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for one in group {
        *times.entry(&one.answer).or_default() += 1;
    }
    let most = times.into_iter().max_by_key(|(_, times)| *times);
    most.map_or("false", |(answer, _)| answer)
}
