//! The first screen: what is wrong, declaration by declaration and the worst first; then a verdict on each type.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};

use input::conditional::Texts;
use input::machine::{is_rare, short};
use kit::style::{BAD, DIM, GOOD, STRONG, UNKNOWN};

use super::snippet::{self, Judged};
use super::verdict;
use crate::diagnosis::Diagnosis;
use crate::findings::groups::some;
use crate::findings::in_rust;
use crate::{Checked, Portability};

/// What is told of many types.
#[derive(Debug, Default)]
pub(super) struct Screen {
    /// The faults, in the order of the types.
    faults: Vec<Judged>,
    /// What only leaks, or only differs in sign.
    slight: Vec<Diagnosis>,
    verdicts: Vec<Verdict>,
    order_differs: bool,
    /// What nobody can tell, or compilers refuse, and on which machines: the types of which that is so on all of these.
    undecided: BTreeMap<Reason, BTreeSet<String>>,
}

/// Undecided or refused, why, and on which machines.
type Reason = (&'static str, String, BTreeSet<String>);

#[derive(Debug)]
struct Verdict {
    name: String,
    portability: Portability,
    numbers: String,
    machines: String,
    /// The types in it whose faults it has, too.
    by: Vec<String>,
    /// Whether nothing but the byte order differs.
    is_plain: bool,
    order_differs: bool,
}

/// More types than this, of which the same is to be said, share a line.
const MAX_ALIKE: usize = 3;

/// How bad it is: what makes two machines read other numbers comes first. The same order for equals as among the rules.
fn rank(judged: &Judged) -> (Reverse<bool>, bool, usize) {
    let one = &judged.diagnosis;
    let class = match one.code {
        "pack-left-open" | "unspecified-layout" | "opaque" | "conditional-text" => 0,
        "width" | "time-type" | "enum-size" | "wchar_t" | "long-double-format" => 1,
        "bit-field-packing" | "padding" => 2,
        "bit-field-order" => 3,
        "byte-order" => 4,
        "vtable" | "pointer" => 5,
        _ => 6,
    };
    (Reverse(judged.denied), is_rare(&one.targets), class)
}

impl Screen {
    /// Adds a type.
    pub(super) fn add(&mut self, checked: &Checked<'_>, all: Vec<Judged>) {
        let mut by: Vec<String> = Vec::new();
        let faults = self.faults.len();
        for judged in all {
            let Judged {
                diagnosis, denied, ..
            } = &judged;
            if diagnosis.is_nested {
                let is_told = is_fault(diagnosis.code) && !diagnosis.follows;
                if is_told && !by.contains(&diagnosis.owner) {
                    by.push(diagnosis.owner.clone());
                }
                continue;
            }
            match diagnosis.code {
                _ if *denied => self.faults.push(judged),
                _ if diagnosis.follows => {}
                "byte-order" => {}
                "padding-leak" | "plain-char" => self.slight.push(judged.diagnosis),
                _ => self.faults.push(judged),
            }
        }
        let has_faults = self.faults.len() > faults;
        let order_differs = verdict::order_differs(checked);
        self.order_differs |= order_differs;
        let reasons = [
            ("undecided", &checked.undecided),
            ("refused", &checked.refused),
        ];
        for (word, reasons) in reasons {
            let reasons = reasons.iter().flat_map(|one| {
                let machines = one.targets.iter();
                machines.map(|machine| (machine.as_str(), one.why.as_str()))
            });
            self.add_reasons(word, &checked.case.subject.name, reasons);
        }
        self.verdicts.push(Verdict {
            name: checked.case.subject.name.clone(),
            portability: checked.portability(),
            numbers: verdict::numbers(checked),
            machines: verdict::machines(checked),
            is_plain: by.is_empty() && !has_faults && !verdict::moves(checked),
            order_differs,
            by,
        });
    }

    /// Adds a type that was read for no machine, with the reason on each.
    pub(super) fn add_unread(&mut self, name: &str, undecided: Vec<(&str, &str)>) {
        self.add_reasons("undecided", name, undecided);
    }

    /// Adds the reasons of a type, each with a machine.
    fn add_reasons<'r>(
        &mut self,
        word: &'static str,
        name: &str,
        reasons: impl IntoIterator<Item = (&'r str, &'r str)>,
    ) {
        let mut machines: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for (machine, why) in reasons {
            // Of what a compiler says, what it did not find is enough.
            let why = why.split("fatal error: ").last().unwrap_or_default();
            let why = why.strip_prefix("undetermined: ").unwrap_or(why);
            machines.entry(why).or_default().insert(machine.to_owned());
        }
        for (why, machines) in machines {
            let reason = (word, why.to_owned(), machines);
            let types = self.undecided.entry(reason).or_default();
            types.insert(name.to_owned());
        }
    }

    /// Adds what is told of other types, behind these.
    pub(super) fn append(&mut self, mut behind: Screen) {
        self.faults.append(&mut behind.faults);
        self.slight.append(&mut behind.slight);
        self.verdicts.append(&mut behind.verdicts);
        self.order_differs |= behind.order_differs;
        for (reason, mut types) in behind.undecided {
            self.undecided.entry(reason).or_default().append(&mut types);
        }
    }

    /// Writes all of it.
    pub(super) fn write(
        self,
        width: usize,
        texts: &mut Texts,
        out: &mut impl Write,
    ) -> fmt::Result {
        for block in blocks(self.faults) {
            writeln!(out, "{}", snippet::block(&block, width, texts))?;
        }
        let mut alike: BTreeMap<_, Vec<String>> = BTreeMap::new();
        for verdict in self.verdicts.iter().filter(|one| one.is_plain) {
            alike
                .entry(verdict.key())
                .or_default()
                .push(verdict.name.clone());
        }
        alike.retain(|_, names| names.len() > MAX_ALIKE);
        for verdict in &self.verdicts {
            let is_alike = verdict.is_plain && alike.contains_key(&verdict.key());
            if !is_alike {
                verdict.write(&verdict.name, &verdict.numbers, out)?;
            }
        }
        for names in alike.values() {
            let mut all = self.verdicts.iter();
            if let Some(one) = names
                .first()
                .and_then(|name| all.find(|one| one.name == *name))
            {
                let numbers = if one.order_differs {
                    "order differs"
                } else {
                    ""
                };
                one.write(&some_of(names), numbers, out)?;
            }
        }
        for ((word, why, machines), types) in &self.undecided {
            let machines: Vec<_> = machines.iter().collect();
            let types: Vec<_> = types.iter().cloned().collect();
            writeln!(
                out,
                "{UNKNOWN}{word} on {}{UNKNOWN:#}: {why} ({})",
                some(&machines),
                some_of(&types)
            )?;
        }
        if self.order_differs {
            let rule = "byte order: convert at the border (htonl, htobe64, ...), or declare the order in the type (__be32, zerocopy's big_endian::U32)";
            writeln!(out, "{DIM}{rule}{DIM:#}")?;
        }
        slight(&self.slight, out)
    }
}

/// Whether it is a fault, and not only to be known.
fn is_fault(code: &str) -> bool {
    !matches!(code, "byte-order" | "padding-leak" | "plain-char")
}

/// The faults of each declaration together, the worst first.
fn blocks(faults: Vec<Judged>) -> Vec<Vec<Judged>> {
    let mut blocks: Vec<Vec<Judged>> = Vec::new();
    let mut of: BTreeMap<(String, Option<String>), usize> = BTreeMap::new();
    for one in faults {
        let file = one
            .diagnosis
            .spot
            .as_ref()
            .map(|spot| spot.file.to_string());
        let key = (one.diagnosis.owner.clone(), file);
        let place = *of.entry(key).or_insert_with(|| {
            blocks.push(Vec::new());
            blocks.len() - 1
        });
        if let Some(block) = blocks.get_mut(place) {
            block.push(one);
        }
    }
    for block in &mut blocks {
        block.sort_by_key(rank);
    }
    let line = |one: &Judged| one.diagnosis.spot.as_ref().map_or(0, |spot| spot.line);
    blocks.sort_by_key(|block| block.first().map(|one| (rank(one), line(one))));
    blocks
}

impl Verdict {
    /// Types of which this is the same are told together.
    fn key(&self) -> (Portability, bool, &str) {
        (self.portability, self.order_differs, &self.machines)
    }

    fn write(&self, name: &str, numbers: &str, out: &mut impl Write) -> fmt::Result {
        write!(out, "{STRONG}{name}{STRONG:#}: ")?;
        match self.portability {
            Portability::Portable => write!(out, "{GOOD}portable{GOOD:#}, ")?,
            Portability::NotPortable => {}
            Portability::Undecided => write!(out, "{UNKNOWN}undecided{UNKNOWN:#}, ")?,
        }
        if !numbers.is_empty() {
            write!(out, "{numbers}; ")?;
        }
        match self.machines.split_once("; breaks ") {
            Some((same, against)) => write!(out, "{same}; {BAD}breaks{BAD:#} {against}")?,
            None => write!(out, "{}", self.machines)?,
        }
        if !self.by.is_empty() {
            let by: Vec<_> = self.by.iter().map(|name| format!("`{name}`")).collect();
            write!(out, "; by {}", by.join(", "))?;
        }
        writeln!(out)?;
        Ok(())
    }
}

/// What only leaks, and what only differs in sign, in a line each.
fn slight(all: &[Diagnosis], out: &mut impl Write) -> fmt::Result {
    for (code, words, cure, of_rust) in [
        (
            "padding-leak",
            "padding that carries what was in memory",
            "memset before filling",
            "make the gaps fields, and set them",
        ),
        (
            "plain-char",
            "a sign that differs (plain char)",
            "uint8_t or int8_t",
            "u8 or i8",
        ),
    ] {
        let these = || all.iter().filter(|one| one.code == code);
        let is_rust = these().all(|one| in_rust::cure(code) == Some(one.cure));
        let cure = if is_rust { of_rust } else { cure };
        let of: Vec<String> = these()
            .map(|one| match one.path.as_str() {
                "" => one.owner.clone(),
                path => format!("{} {path}", one.owner),
            })
            .collect();
        if of.is_empty() {
            continue;
        }
        writeln!(out, "{DIM}{words}: {}: {cure}{DIM:#}", some_of(&of))?;
    }
    Ok(())
}

/// The first of many names, and how many more there are.
fn some_of(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(MAX_NAMED).map(String::as_str).collect();
    match names.len().saturating_sub(MAX_NAMED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// So many types are named that have a slight fault.
const MAX_NAMED: usize = 4;

/// The machines that were looked at, in a line.
///
/// # Errors
/// Those of `out`.
pub fn looked_at(names: &[&str], others: usize, out: &mut impl Write) -> fmt::Result {
    let mut names = names.to_vec();
    names.sort_by_cached_key(|name| input::machine::order(name));
    let shown: Vec<_> = names
        .iter()
        .take(MAX_MACHINES)
        .map(|name| short(name))
        .collect();
    let more = match names.len().saturating_sub(MAX_MACHINES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let hint = match others {
        0 => String::new(),
        others => format!("; {others} more with --targets all"),
    };
    writeln!(
        out,
        "{DIM}machines: {}{more}{hint}{DIM:#}",
        shown.join(", ")
    )
}

/// So many machines are named.
const MAX_MACHINES: usize = 16;
