//! What changed between two reports on checked types: findings that came or went, islands that are others.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};

use anstyle::{AnsiColor, Style};
use serde::{Deserialize, Serialize};

use kit::changed::{Changed, changes};
use kit::saved_report::{SavedReport, Unreadable};

const BAD: Style = AnsiColor::Red.on_default().bold();

/// What is read of a `crossum-check` document.
#[derive(Debug, Deserialize)]
pub struct Types {
    types: Vec<Type>,
}

#[derive(Debug, Deserialize)]
struct Type {
    name: String,
    islands: Vec<Vec<String>>,
    findings: Vec<Found>,
    #[serde(default)]
    undecided: Vec<Undecided>,
}

#[derive(Debug, Deserialize)]
struct Found {
    code: String,
    #[serde(default)]
    field: String,
    #[serde(default)]
    message: String,
}

#[derive(Debug, Deserialize)]
struct Undecided {
    why: String,
}

/// The differences. It is the machine-readable report, too.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CheckDiff {
    format: &'static str,
    version: u32,
    /// Findings that were not there: of a type that was, or of a new one.
    newly_found: Vec<Changed>,
    /// Everything else.
    changed: Vec<Changed>,
}

impl Types {
    /// What is compared of a report on checked types.
    ///
    /// # Errors
    /// It is another kind of report, of a newer version, was cut short, or has not the fields of one.
    pub fn of(report: &SavedReport) -> Result<Types, Unreadable> {
        report.parse(&["crossum-check"], "crossum-check", "crossum check --json")
    }
}

impl CheckDiff {
    /// What changed from `before` to `after`.
    pub fn of(before: &Types, after: &Types) -> CheckDiff {
        let (before, after) = (properties(before), properties(after));
        let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
        let others = keys
            .into_iter()
            .filter(|key| before.get(*key) != after.get(*key));
        let (newly_found, changed) = others
            .map(|key| {
                let change = Changed {
                    what: key.1.clone(),
                    before: before.get(key).cloned(),
                    after: after.get(key).cloned(),
                };
                (key.0 == Kind::Finding && change.before.is_none(), change)
            })
            .fold((Vec::new(), Vec::new()), |mut parts, (is_new, change)| {
                if is_new {
                    parts.0.push(change);
                } else {
                    parts.1.push(change);
                }
                parts
            });
        CheckDiff {
            format: "crossum-check-diff",
            version: 1,
            newly_found,
            changed,
        }
    }

    /// Whether something was found that was not there.
    pub fn is_worse(&self) -> bool {
        !self.newly_found.is_empty()
    }

    /// All of it, for people.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut impl Write) -> fmt::Result {
        changes(&format!("{BAD}newly found{BAD:#}"), &self.newly_found, out)?;
        changes("changed", &self.changed, out)?;
        writeln!(
            out,
            "{} newly found, {} changed",
            self.newly_found.len(),
            self.changed.len()
        )
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Finding,
    Other,
}

/// What is said of each type, by what it is about.
fn properties(types: &Types) -> BTreeMap<(Kind, String), String> {
    let mut properties = BTreeMap::new();
    for one in &types.types {
        let name = &one.name;
        let islands: Vec<_> = one.islands.iter().map(|island| island.join(", ")).collect();
        properties.insert(
            (Kind::Other, format!("{name}, islands")),
            islands.join(" | "),
        );
        for found in &one.findings {
            let of = match found.field.as_str() {
                "" => String::new(),
                field => format!(", {field}"),
            };
            let key = format!("{name}{of}: {}", found.code);
            properties.insert((Kind::Finding, key), found.message.clone());
        }
        if !one.undecided.is_empty() {
            let why: Vec<_> = one.undecided.iter().map(|one| one.why.as_str()).collect();
            properties.insert((Kind::Other, format!("{name}, undecided")), why.join("; "));
        }
    }
    properties
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_that_is_committed_is_that_of_the_types() {
        kit::schema::compare::<CheckDiff>("crossum-check-diff").unwrap();
    }
}
