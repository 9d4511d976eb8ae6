//! Which types ABIs of one machine may share: for people, and for programs.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use input::machine;
use kit::style::{BAD, DIM, GOOD, STRONG, UNKNOWN};
use kit::words::some;
use serde::Serialize;

use crate::compat::{Compat, Group, Ioctl, Verdict};

/// A type, and the ioctls that have its size in their number.
#[derive(Clone, Debug)]
pub struct Row<'f> {
    /// The type.
    pub compat: Compat<'f>,
    /// Its ioctls.
    pub ioctls: Vec<Ioctl>,
    /// Macros whose numbers are not known, and why.
    pub unread: Vec<(String, String)>,
}

/// So many values that differ are told for people.
const MAX_TOLD: usize = 12;

impl Row<'_> {
    /// The number of an ioctl on each ABI.
    fn numbers(&self, ioctl: &Ioctl, machines: &[String]) -> BTreeMap<String, Option<u32>> {
        let number = |machine: &String| {
            let form = self.compat.on(machine)?;
            Some((machine.clone(), ioctl.number(machine, form.size)))
        };
        machines.iter().filter_map(number).collect()
    }
}

/// Writes them.
///
/// # Errors
/// Those of `out`.
pub fn write(rows: &[Row<'_>], machines: &[String], out: &mut impl Write) -> fmt::Result {
    for row in rows {
        let compat = &row.compat;
        let name = &compat.forms.name;
        let (style, word) = match compat.verdict() {
            Verdict::Shared => (GOOD, "shared"),
            Verdict::Undecided => (UNKNOWN, "undecided"),
            Verdict::Translated => (BAD, "translate"),
        };
        write!(out, "{style}{word}{style:#}  {STRONG}{name}{STRONG:#}")?;
        match compat.groups.as_slice() {
            [only] => writeln!(out, ": {} on {}", octets(only.form.size), names(only))?,
            _ => writeln!(out)?,
        }
        if let [first, others @ ..] = compat.groups.as_slice() {
            for group in others {
                write_differences(first, group, out)?;
            }
        }
        if compat.has_addresses {
            writeln!(
                out,
                "  it has addresses: in shared memory they mean nothing to another program"
            )?;
        }
        for (machine, why) in &compat.unknown {
            writeln!(
                out,
                "  {UNKNOWN}undecided{UNKNOWN:#} on {}: {why}",
                machine::short(machine)
            )?;
        }
        for ioctl in &row.ioctls {
            write_ioctl(row, ioctl, machines, out)?;
        }
        for (names, why) in &row.unread {
            writeln!(
                out,
                "  {UNKNOWN}the numbers of {names} are not known{UNKNOWN:#}: {why}"
            )?;
        }
    }
    let count = |verdict| {
        rows.iter()
            .filter(|row| row.compat.verdict() == verdict)
            .count()
    };
    writeln!(
        out,
        "{}: {} shared, {} to translate, {} undecided",
        some(rows.len(), "type"),
        count(Verdict::Shared),
        count(Verdict::Translated),
        count(Verdict::Undecided),
    )
}

fn write_differences(first: &Group<'_>, group: &Group<'_>, out: &mut impl Write) -> fmt::Result {
    let (here, there) = (names(group), names(first));
    for one in group.differences.iter().take(MAX_TOLD) {
        let path = match one.path.as_str() {
            "" => "the type".to_owned(),
            path => format!("`{path}`"),
        };
        let said = |words: &str| match words {
            "" => "not there".to_owned(),
            words => words.to_owned(),
        };
        writeln!(
            out,
            "  {path}: {} on {there}, {} on {here}",
            said(&one.first),
            said(&one.here)
        )?;
    }
    match group.differences.len().saturating_sub(MAX_TOLD) {
        0 => Ok(()),
        more => writeln!(
            out,
            "  {DIM}and {}; --json has all{DIM:#}",
            some(more, "value more")
        ),
    }
}

fn write_ioctl(
    row: &Row<'_>,
    ioctl: &Ioctl,
    machines: &[String],
    out: &mut impl Write,
) -> fmt::Result {
    let numbers = row.numbers(ioctl, machines);
    let told = numbers.iter().map(|(machine, number)| {
        let number = number.map_or("no number: the type is too large".to_owned(), |number| {
            format!("{number:#010x}")
        });
        format!("{number} on {}", machine::short(machine))
    });
    let told: Vec<_> = told.collect();
    let (style, word) = match (is_one(&numbers), row.compat.groups.len() > 1) {
        (true, false) => (GOOD, "one number"),
        (true, true) => (
            BAD,
            "one number for two layouts: the handler must ask who calls (in_compat_syscall)",
        ),
        (false, _) => (BAD, "compat_ioctl must take each number"),
    };
    writeln!(
        out,
        "  {}: {style}{word}{style:#}: {}",
        ioctl.name,
        told.join(", ")
    )
}

fn is_one(numbers: &BTreeMap<String, Option<u32>>) -> bool {
    let mut values = numbers.values();
    let first = values.next();
    values.all(|value| Some(value) == first)
}

fn names(group: &Group<'_>) -> String {
    let names = group.machines.iter().map(|name| machine::short(name));
    let names: Vec<_> = names.collect();
    names.join(", ")
}

fn octets(size: u64) -> String {
    some(usize::try_from(size).unwrap_or(usize::MAX), "octet")
}

/// The machine-readable report on types that ABIs share. Fields may be added; those that are here keep their meaning.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CompatDocument {
    format: &'static str,
    version: u32,
    /// In the order of the command line.
    abis: Vec<String>,
    types: Vec<TypeRow>,
    summary: Summary,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TypeRow {
    name: String,
    declared: Option<String>,
    /// `shared`, `translate` or `undecided`.
    verdict: &'static str,
    groups: Vec<GroupRow>,
    /// Whether it has addresses, which mean nothing to another program.
    has_addresses: bool,
    /// Why it has no layout, by the ABI.
    undecided: BTreeMap<String, String>,
    ioctls: Vec<IoctlRow>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct GroupRow {
    abis: Vec<String>,
    size: u64,
    /// What is otherwise than in the first group.
    differences: Vec<DifferenceRow>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct DifferenceRow {
    /// Empty for the whole type.
    path: String,
    first: String,
    here: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct IoctlRow {
    name: String,
    /// By the ABI; null where the type is too large for one.
    numbers: BTreeMap<String, Option<u32>>,
    /// Whether a kernel has to do something about programs of the other ABI.
    needs_compat: bool,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Summary {
    types: usize,
    shared: usize,
    translate: usize,
    undecided: usize,
}

impl CompatDocument {
    /// Of some types.
    pub fn of(rows: &[Row<'_>], machines: &[String]) -> CompatDocument {
        let count = |verdict| {
            rows.iter()
                .filter(|row| row.compat.verdict() == verdict)
                .count()
        };
        CompatDocument {
            format: "crossum-compat",
            version: 1,
            abis: machines.to_vec(),
            types: rows.iter().map(|row| type_row(row, machines)).collect(),
            summary: Summary {
                types: rows.len(),
                shared: count(Verdict::Shared),
                translate: count(Verdict::Translated),
                undecided: count(Verdict::Undecided),
            },
        }
    }
}

fn type_row(row: &Row<'_>, machines: &[String]) -> TypeRow {
    let compat = &row.compat;
    let groups = compat.groups.iter().map(|group| GroupRow {
        abis: group.machines.clone(),
        size: group.form.size,
        differences: group
            .differences
            .iter()
            .map(|one| DifferenceRow {
                path: one.path.clone(),
                first: one.first.clone(),
                here: one.here.clone(),
            })
            .collect(),
    });
    let ioctls = row.ioctls.iter().map(|ioctl| {
        let numbers = row.numbers(ioctl, machines);
        IoctlRow {
            name: ioctl.name.clone(),
            needs_compat: !is_one(&numbers) || compat.groups.len() > 1,
            numbers,
        }
    });
    TypeRow {
        name: compat.forms.name.clone(),
        declared: compat.forms.declared.clone(),
        verdict: match compat.verdict() {
            Verdict::Shared => "shared",
            Verdict::Undecided => "undecided",
            Verdict::Translated => "translate",
        },
        groups: groups.collect(),
        has_addresses: compat.has_addresses,
        undecided: compat.unknown.iter().cloned().collect(),
        ioctls: ioctls.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_schema_is_committed() {
        kit::schema::compare::<CompatDocument>("crossum-compat").unwrap();
    }
}
