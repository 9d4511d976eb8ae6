//! Two types that are meant to be one: for people, and as a document.

use std::fmt::{self, Write};

use input::machine::{in_order, short};
use kit::style::{BAD, GOOD};
use kit::table::{Table, left};
use serde::Serialize;

use crate::same::{Answer, Difference, Same};

/// The comparison. It is the machine-readable report.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SameDocument {
    format: &'static str,
    version: u32,
    first: EndRow,
    second: EndRow,
    /// What came of it, machine by machine.
    machines: Vec<MachineRow>,
    summary: Summary,
}

/// A type of a file.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct EndRow {
    /// As it was given.
    pub file: String,
    /// As its language writes it.
    #[serde(rename = "type")]
    pub name: String,
    /// Where it is declared, where that is known.
    pub declared: Option<String>,
    /// What is to be said of how the file was read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct MachineRow {
    machine: String,
    /// `same`, `differs`, `undecided`, or `absent` where neither declares it.
    answer: &'static str,
    /// Why it is undecided.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    differences: Vec<DifferenceRow>,
}

/// One thing in which the two differ; null at the end that has no such value.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct DifferenceRow {
    /// The path of a value; `sizeof`, `_Alignof`; empty where one end does not declare the type.
    what: String,
    first: Option<String>,
    second: Option<String>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Summary {
    same: usize,
    differs: usize,
    undecided: usize,
    absent: usize,
}

/// The word for an answer.
fn word(answer: &Answer) -> &'static str {
    match answer {
        Answer::Same => "same",
        Answer::Differs(_) => "differs",
        Answer::Undecided(_) => "undecided",
        Answer::Absent => "absent",
    }
}

impl SameDocument {
    /// The document of a comparison.
    pub fn of(first: EndRow, second: EndRow, same: &Same) -> SameDocument {
        let machines = same.answers.iter().map(|(machine, answer)| {
            let (why, differences) = match answer {
                Answer::Undecided(why) => (Some(why.clone()), Vec::new()),
                Answer::Differs(all) => (None, all.iter().map(row).collect()),
                Answer::Same | Answer::Absent => (None, Vec::new()),
            };
            MachineRow {
                machine: machine.clone(),
                answer: word(answer),
                why,
                differences,
            }
        });
        let count = |of: &str| {
            let answers = same.answers.values();
            answers.filter(|answer| word(answer) == of).count()
        };
        SameDocument {
            format: "crossum-check-same",
            version: 1,
            first,
            second,
            machines: machines.collect(),
            summary: Summary {
                same: count("same"),
                differs: count("differs"),
                undecided: count("undecided"),
                absent: count("absent"),
            },
        }
    }
}

fn row(difference: &Difference) -> DifferenceRow {
    DifferenceRow {
        what: difference.what.clone(),
        first: difference.first.clone(),
        second: difference.second.clone(),
    }
}

/// Writes it for people: what is the same in a line, and a table for each group of machines on which the same differs.
///
/// # Errors
/// Those of `out`.
pub fn write(
    first: &EndRow,
    second: &EndRow,
    same: &Same,
    width: usize,
    out: &mut impl Write,
) -> fmt::Result {
    let end = |end: &EndRow| match &end.declared {
        Some(declared) => format!("{} ({declared})", end.name),
        None => format!("{} ({})", end.name, end.file),
    };
    writeln!(out, "{} and {}", end(first), end(second))?;
    for (answer, machines) in same.groups() {
        let names: Vec<_> = in_order(machines.iter().copied())
            .into_iter()
            .map(short)
            .collect();
        let names = names.join(", ");
        match answer {
            Answer::Same => writeln!(out, "{GOOD}same{GOOD:#} on {names}")?,
            Answer::Absent => writeln!(out, "not declared on {names}")?,
            Answer::Undecided(why) => writeln!(out, "undecided on {names}: {why}")?,
            Answer::Differs(differences) => {
                writeln!(out, "{BAD}different{BAD:#} on {names}")?;
                let mut table = Table::new([
                    left("offset:size in octets"),
                    left(&first.name),
                    left(&second.name),
                ])
                .indented(2);
                for one in differences {
                    let side = |of: &Option<String>| of.clone().unwrap_or_else(|| "-".to_owned());
                    table.row([
                        one.what.clone().into(),
                        side(&one.first).into(),
                        side(&one.second).into(),
                    ]);
                }
                table.write(width, out)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_schema_that_is_committed_is_that_of_the_types() {
        kit::schema::compare::<super::SameDocument>("crossum-check-same").unwrap();
    }
}
