//! The lock file: TOML, types and machines sorted, a line a field.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;

use super::{LockedField, LockedForm, LockedType};

/// The version that is written, and the newest that is read.
const VERSION: u32 = 1;

const HEAD: &str = "\
# The octets that these types have promised, by groups of machines: octet:size, name, meaning.
# Written by `crossum lock`, and compared by `crossum check --locked`. Do not edit it:
# `crossum lock FILE --update TYPE` takes a change that breaks what is out there.
";

/// What is in a lock file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// Sorted by their files and names.
    pub types: Vec<LockedType>,
}

/// What is no lock file.
#[derive(Debug, thiserror::Error)]
pub enum NoLock {
    /// It is no TOML, or has other keys.
    #[error("{0}")]
    Toml(String),
    /// A newer crossum wrote it.
    #[error(
        "version {found}, and this crossum reads at most {VERSION}: take the one that wrote it"
    )]
    Newer {
        /// In the file.
        found: u32,
    },
    /// Somebody edited it.
    #[error(
        "`{name}` was edited by hand: its fingerprint is {found} and not {locked}. Take the edit back, or have `crossum lock {file} --update '{name}'` write what the declaration says"
    )]
    Edited {
        /// Of the type.
        name: String,
        /// Its file.
        file: String,
        /// Of what is in the lock.
        found: String,
        /// That was locked.
        locked: String,
    },
    /// One type twice.
    #[error("`{name}` of {file} is in it twice")]
    Twice {
        /// Of the type.
        name: String,
        /// Its file.
        file: String,
    },
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(rename = "version")]
    _version: u32,
    #[serde(default, rename = "type")]
    types: Vec<TypeTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TypeTable {
    name: String,
    file: String,
    #[serde(default)]
    options: Vec<String>,
    fingerprint: String,
    #[serde(default)]
    layout: Vec<LayoutTable>,
    #[serde(default)]
    values: BTreeMap<String, BTreeMap<String, i64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LayoutTable {
    machines: Vec<String>,
    size: u64,
    fields: Vec<(String, String, String)>,
}

impl Lock {
    /// Reads a lock file.
    ///
    /// # Errors
    /// It is none, a newer one, or one that was edited. A type in `anew` may have been: it is to be written anew.
    pub fn read(text: &str, anew: &[String]) -> Result<Lock, NoLock> {
        let wrong = |error: toml::de::Error| NoLock::Toml(error.to_string());
        let Version { version } = toml::from_str(text).map_err(wrong)?;
        if version > VERSION {
            return Err(NoLock::Newer { found: version });
        }
        let document: Document = toml::from_str(text).map_err(wrong)?;
        let mut types: Vec<LockedType> = Vec::new();
        for table in document.types {
            let locked = table.fingerprint.clone();
            let one = table.locked();
            let found = one.fingerprint();
            let (name, file) = (one.name.clone(), one.file.clone());
            if found != locked && !anew.contains(&name) {
                return Err(NoLock::Edited {
                    name,
                    file,
                    found,
                    locked,
                });
            }
            if types
                .iter()
                .any(|other| (&other.name, &other.file) == (&name, &file))
            {
                return Err(NoLock::Twice { name, file });
            }
            types.push(one);
        }
        Ok(Lock { types })
    }

    /// Puts a type in, in place of what is there of its name and file.
    pub fn put(&mut self, one: LockedType) {
        self.remove(&one.name, &one.file);
        self.types.push(one);
        self.types
            .sort_by(|a, b| (&a.file, &a.name).cmp(&(&b.file, &b.name)));
    }

    /// Takes a type out; whether it was there.
    pub fn remove(&mut self, name: &str, file: &str) -> bool {
        let before = self.types.len();
        self.types
            .retain(|one| (one.name.as_str(), one.file.as_str()) != (name, file));
        self.types.len() < before
    }

    /// Its text.
    pub fn text(&self) -> String {
        let mut text = format!("{HEAD}version = {VERSION}\n");
        for one in &self.types {
            write_type(one, &mut text);
        }
        text
    }
}

fn write_type(one: &LockedType, text: &mut String) {
    // To a string nothing fails.
    let _ = writeln!(text, "\n[[type]]");
    let _ = writeln!(text, "name = {}", quoted(&one.name));
    let _ = writeln!(text, "file = {}", quoted(&one.file));
    if !one.options.is_empty() {
        let _ = writeln!(text, "options = {}", list(&one.options));
    }
    let _ = writeln!(text, "fingerprint = {}", quoted(&one.fingerprint()));
    if !one.values.is_empty() {
        let _ = writeln!(text, "\n[type.values]");
    }
    for (path, names) in &one.values {
        let names = names
            .iter()
            .map(|(name, value)| format!("{} = {value}", quoted(name)));
        let names: Vec<_> = names.collect();
        let _ = writeln!(text, "{} = {{ {} }}", quoted(path), names.join(", "));
    }
    for layout in &one.layouts {
        let _ = writeln!(text, "\n[[type.layout]]");
        let _ = writeln!(text, "machines = {}", list(&layout.machines));
        let _ = writeln!(text, "size = {}", layout.size);
        let _ = writeln!(text, "fields = [");
        for LockedField { place, path, kind } in &layout.fields {
            let parts = [place, path, kind].map(|part| quoted(part));
            let _ = writeln!(text, "  [{}],", parts.join(", "));
        }
        let _ = writeln!(text, "]");
    }
}

/// A basic string of TOML has the escapes of JSON (TOML 1.0, String).
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn list(parts: &[String]) -> String {
    let parts: Vec<_> = parts.iter().map(|part| quoted(part)).collect();
    format!("[{}]", parts.join(", "))
}

impl TypeTable {
    fn locked(self) -> LockedType {
        let layouts = self.layout.into_iter().map(|layout| LockedForm {
            machines: layout.machines,
            size: layout.size,
            fields: layout
                .fields
                .into_iter()
                .map(|(place, path, kind)| LockedField { place, path, kind })
                .collect(),
        });
        let values = self.values.into_iter().map(|(path, names)| {
            let mut names: Vec<_> = names
                .into_iter()
                .map(|(name, value)| (name, i128::from(value)))
                .collect();
            names.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
            (path, names)
        });
        LockedType {
            name: self.name,
            file: self.file,
            options: self.options,
            layouts: layouts.collect(),
            values: values.collect(),
        }
    }
}
