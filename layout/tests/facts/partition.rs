//! Writes the table of macros: what many machines share once, by the facts that they share it by, and the rest with
//! each machine. The same macros always give the same text.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crossum_layout::macros::{Head, Macros};

/// What is to be written of one machine.
pub(crate) struct Machine {
    pub(crate) name: String,
    pub(crate) head: Head,
    pub(crate) c: Macros,
    pub(crate) cxx: Option<Macros>,
}

/// The texts of `machines.toml`, `c.toml` and `cxx.toml`.
pub(crate) struct Written {
    pub(crate) machines: String,
    pub(crate) c: String,
    pub(crate) cxx: String,
}

/// Which facts decide about a macro, by their places in a head: the first that does it in the fewest lines.
const DECIDING: &[&[usize]] = &[
    &[],
    &[0],
    &[1],
    &[2],
    &[3],
    &[4],
    &[1, 4],
    &[0, 1],
    &[0, 2],
    &[0, 3],
    &[0, 4],
];

/// A body, or `None` where the macro is not defined after all.
type Change = BTreeMap<String, Option<String>>;

type Sections = BTreeMap<String, Change>;

pub(crate) fn written(machines: &[Machine]) -> Written {
    let nothing = Macros::new();
    let in_c: Vec<_> = machines
        .iter()
        .map(|machine| (&machine.head, change(&nothing, &machine.c)))
        .collect();
    let in_cxx: Vec<_> = machines
        .iter()
        .filter_map(|machine| Some((&machine.head, change(&machine.c, machine.cxx.as_ref()?))))
        .collect();
    let (c, cxx) = (sections(&in_c), sections(&in_cxx));

    let mut text = String::new();
    for machine in machines {
        let common = applied(&nothing, &c, &machine.head);
        text += &head(&machine.name, &machine.head);
        text += &table(
            &format!("{}.own", machine.name),
            &change(&common, &machine.c),
        );
        if let Some(own) = &machine.cxx {
            let common = applied(&machine.c, &cxx, &machine.head);
            text += &table(&format!("{}.own-cxx", machine.name), &change(&common, own));
        }
    }
    let whole = |sections: &Sections| {
        let tables = sections
            .iter()
            .map(|(key, section)| table(&quoted_key(key), section));
        tables.collect::<String>().trim_start().to_owned()
    };
    Written {
        machines: text.trim_start().to_owned(),
        c: whole(&c),
        cxx: whole(&cxx),
    }
}

/// What must be said to come from one to the other.
fn change(from: &Macros, to: &Macros) -> Change {
    let names: BTreeSet<&String> = from.keys().chain(to.keys()).collect();
    let changed = names
        .into_iter()
        .filter(|name| from.get(*name) != to.get(*name));
    changed
        .map(|name| (name.clone(), to.get(name).cloned()))
        .collect()
}

fn applied(from: &Macros, sections: &Sections, head: &Head) -> Macros {
    let mut macros = from.clone();
    for deciding in DECIDING {
        for (name, body) in sections.get(&key(head, deciding)).into_iter().flatten() {
            match body {
                Some(body) => macros.insert(name.clone(), body.clone()),
                None => macros.remove(name),
            };
        }
    }
    macros
}

fn sections(machines: &[(&Head, Change)]) -> Sections {
    let names: BTreeSet<&String> = machines
        .iter()
        .flat_map(|(_, macros)| macros.keys())
        .collect();
    let mut sections = Sections::new();
    for name in names {
        let ways = DECIDING
            .iter()
            .map(|deciding| shared(machines, name, deciding));
        let Some((_, said)) = ways.min_by_key(|(lines, _)| *lines) else {
            continue;
        };
        for (key, body) in said {
            sections.entry(key).or_default().insert(name.clone(), body);
        }
    }
    sections
}

/// What most machines with the same facts say of a macro, and how many lines this and the exceptions take.
fn shared(
    machines: &[(&Head, Change)],
    name: &str,
    deciding: &[usize],
) -> (usize, BTreeMap<String, Option<String>>) {
    let mut groups: BTreeMap<String, BTreeMap<Option<&Option<String>>, usize>> = BTreeMap::new();
    for (head, macros) in machines {
        let group = groups.entry(key(head, deciding)).or_default();
        *group.entry(macros.get(name)).or_default() += 1;
    }
    let mut lines = 0;
    let mut said = BTreeMap::new();
    for (key, answers) in groups {
        let all: usize = answers.values().sum();
        let Some((usual, times)) = answers.into_iter().max_by_key(|(_, times)| *times) else {
            continue;
        };
        lines += all - times;
        if let Some(body) = usual {
            lines += 1;
            said.insert(key, body.clone());
        }
    }
    (lines, said)
}

fn key(head: &Head, deciding: &[usize]) -> String {
    let facts: Vec<&str> = deciding
        .iter()
        .map(|fact| head.facts[*fact].as_str())
        .collect();
    if facts.is_empty() {
        "all".to_owned()
    } else {
        facts.join(" ")
    }
}

fn head(name: &str, head: &Head) -> String {
    let mut text = format!("\n[{}.head]\n", quoted_key(name));
    let mut line = |key: &str, value: String| {
        let _ = writeln!(text, "{key} = {value}");
    };
    let list = |values: &[String]| {
        let values: Vec<String> = values.iter().map(|value| string(value)).collect();
        format!("[{}]", values.join(", "))
    };
    line("abi", string(&head.abi));
    line("program", string(&head.program));
    if !head.args.is_empty() {
        line("args", list(&head.args));
    }
    line("version", string(&head.version));
    if let Some(why) = &head.no_cxx {
        line("no-cxx", string(why));
    }
    line("facts", list(&head.facts));
    text
}

fn table(key: &str, macros: &Change) -> String {
    if macros.is_empty() {
        return String::new();
    }
    let mut text = format!("\n[{key}]\n");
    for (name, body) in macros {
        let body = body.as_deref().map_or_else(|| "false".to_owned(), string);
        let _ = writeln!(text, "{} = {body}", quoted_key(name));
    }
    text
}

fn quoted_key(key: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    if key.chars().all(is_bare) {
        key.to_owned()
    } else {
        string(key)
    }
}

fn string(value: &str) -> String {
    if value.contains(['"', '\\']) {
        assert!(!value.contains('\''), "no notation for {value}");
        format!("'{value}'")
    } else {
        format!("\"{value}\"")
    }
}
