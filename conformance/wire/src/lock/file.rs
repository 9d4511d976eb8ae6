//! The lock file: TOML, types and machines sorted, a line a field.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kit::fingerprint::Fingerprint;
use serde::Deserialize;

use super::{LockedField, LockedForm, LockedType};

/// The version that is written, and the newest that is read.
const VERSION: u32 = 2;

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
    /// It does not begin as one.
    #[error(
        "it has no `version`, with which every lock file begins. Delete it and write it anew with `crossum lock FILE`"
    )]
    NoVersion,
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
    /// A type was taken out, put in or put elsewhere by hand.
    #[error(
        "it was edited by hand: the fingerprint of all its types is {found} and not {locked}. Take the edit back, or delete it and lock each file anew with `crossum lock FILE`"
    )]
    OtherTypes {
        /// Of the types in the lock.
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
    version: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(rename = "version")]
    _version: u32,
    /// Of all types; version 1 has none.
    #[serde(default)]
    fingerprint: Option<String>,
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
        let version = version.ok_or(NoLock::NoVersion)?;
        if version > VERSION {
            return Err(NoLock::Newer { found: version });
        }
        let document: Document = toml::from_str(text).map_err(wrong)?;
        if version > 1 {
            let prints = document.types.iter().map(|table| &*table.fingerprint);
            let found = of_all(prints);
            let locked = document.fingerprint.unwrap_or_else(|| "missing".to_owned());
            if found != locked {
                return Err(NoLock::OtherTypes { found, locked });
            }
        }
        let mut types: Vec<LockedType> = Vec::new();
        for table in document.types {
            let locked = table.fingerprint.clone();
            let one = table.locked();
            let found = match version {
                ..=1 => one.first_fingerprint(),
                _ => one.fingerprint(),
            };
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
        let prints: Vec<_> = self.types.iter().map(LockedType::fingerprint).collect();
        let print = of_all(prints.iter().map(String::as_str));
        let mut text = format!(
            "{HEAD}version = {VERSION}\nfingerprint = {}\n",
            quoted(&print)
        );
        for one in &self.types {
            write_type(one, &mut text);
        }
        text
    }
}

/// The fingerprint of those of all types.
fn of_all<'a>(prints: impl Iterator<Item = &'a str>) -> String {
    let mut all = Fingerprint::default();
    prints.for_each(|print| all.add(print));
    all.to_string()
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

#[cfg(test)]
mod tests {
    use super::*;
    use quickcheck::quickcheck;

    fn lock() -> Lock {
        let field = |place: &str, path: &str, kind: &str| LockedField {
            place: place.to_owned(),
            path: path.to_owned(),
            kind: kind.to_owned(),
        };
        let mut lock = Lock::default();
        lock.put(LockedType {
            name: "a::B<\"c\">".to_owned(),
            file: "dir/odd \\ name.h".to_owned(),
            options: vec!["-DX=\"1\"".to_owned()],
            layouts: vec![LockedForm {
                machines: vec!["s390x".to_owned(), "x86_64".to_owned()],
                size: 12,
                fields: vec![
                    field("0:8", "first", "signed big"),
                    field("8.3:5b", "rest[0].x", "unsigned high-first"),
                ],
            }],
            values: [(
                "kind".to_owned(),
                vec![("LOW".to_owned(), -1), ("HIGH".to_owned(), 7)],
            )]
            .into(),
        });
        lock
    }

    #[test]
    fn what_is_written_is_read_back() {
        assert_eq!(Lock::read(&lock().text(), &[]).unwrap(), lock());
        let none = Lock::default();
        assert_eq!(Lock::read(&none.text(), &[]).unwrap(), none);
    }

    #[test]
    fn an_edit_is_found_wherever_it_is() {
        let text = lock().text();
        for (from, to) in [
            ("size = 12", "size = 16"),
            ("\"first\"", "\"fist\""),
            ("signed big", "signed little"),
            ("\"HIGH\" = 7", "\"HIGH\" = 8"),
            ("\"s390x\", ", ""),
            ("name.h", "other.h"),
            ("-DX=", "-DY="),
        ] {
            let edited = text.replacen(from, to, 1);
            assert_ne!(edited, text, "{from}");
            assert!(
                matches!(Lock::read(&edited, &[]), Err(NoLock::Edited { .. })),
                "{from}"
            );
        }
    }

    #[test]
    fn a_type_that_was_taken_out_by_hand_is_missed() {
        let text = lock().text();
        let (head, _) = text.split_once("[[type]]").unwrap();
        for edited in [head.to_owned(), head.replace("fingerprint = ", "# ")] {
            assert!(
                matches!(Lock::read(&edited, &[]), Err(NoLock::OtherTypes { .. })),
                "{edited}"
            );
        }
    }

    #[test]
    fn what_version_1_has_locked_is_read() {
        let text = "version = 1\n[[type]]\nname = \"struct packet\"\nfile = \"packet.h\"\nfingerprint = \"b6d9e85e2dbb9d9b\"\n[[type.layout]]\nmachines = [\"x86_64-unknown-linux-gnu\"]\nsize = 4\nfields = [[\"0:4\", \"a\", \"signed little\"]]\n";
        let read = Lock::read(text, &[]).unwrap();
        assert_eq!(read.types.len(), 1);
        // Of today's version it is no file.
        let newer = text.replace("version = 1", "version = 2");
        assert!(Lock::read(&newer, &[]).is_err());
        // What is written is of today's version.
        assert_eq!(Lock::read(&read.text(), &[]).unwrap(), read);
    }

    quickcheck! {
        fn any_text_is_read_or_refused(text: String, at: usize, octet: u8) -> bool {
            let _ = Lock::read(&text, &[]);
            let mut octets = lock().text().into_bytes();
            let length = octets.len();
            if let Some(place) = octets.get_mut(at % length) {
                *place = octet;
            }
            let edited = String::from_utf8_lossy(&octets).into_owned();
            // Nothing else than what was locked is taken at its word; what stands in a comment does not count.
            match Lock::read(&edited, &[]) {
                Ok(read) => read == lock(),
                Err(_) => true,
            }
        }
    }
}
