//! The implementations: rows of `implementations.toml`.

use std::sync::LazyLock;

use kit::names::{Unknown, named};
use proto::Encoding;
use serde::Deserialize;

use crate::known::Known;

/// Every encoding.
pub const ALL: &str = "all";

/// An implementation by others.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Implementation {
    /// Its name.
    pub name: String,
    /// The name of the encoding.
    pub encoding: String,
    /// In what it is written.
    pub language: Language,
    /// The source that calls its library.
    pub(crate) codec: String,
    /// Packages with their versions, as the installer of the language takes them.
    #[serde(default)]
    pub packages: Vec<String>,
    /// Jars of the system.
    #[serde(default)]
    pub(crate) jars: Vec<String>,
    /// Packages of the system that it needs.
    #[serde(default)]
    pub(crate) debian: Vec<String>,
    /// Where it is known to differ.
    pub known: Option<Known>,
}

/// In what an implementation is written, which says how it is brought.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// Python, with packages from PyPI.
    Python,
    /// JavaScript, with packages from npm.
    Node,
    /// C, by rpcgen and gcc.
    C,
    /// Java, with jars of the system.
    Java,
}

impl Language {
    /// As in reports.
    pub fn name(self) -> &'static str {
        match self {
            Language::Python => "Python",
            Language::Node => "JavaScript",
            Language::C => "C",
            Language::Java => "Java",
        }
    }
}

impl Implementation {
    /// Its encoding, as our code has it.
    pub(crate) fn ours(&self) -> Option<&'static dyn Encoding> {
        proto::named(&self.encoding)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    implementation: Vec<Implementation>,
}

/// All of them, in the order in which encodings are listed in PROTOCOL.md.
pub fn all() -> &'static [Implementation] {
    static TABLE: LazyLock<Vec<Implementation>> = LazyLock::new(|| {
        let table: Result<Table, _> = toml::from_str(include_str!("../implementations.toml"));
        // The tests read the same table.
        let mut all = table.map(|table| table.implementation).unwrap_or_default();
        let place = |one: &Implementation| {
            let mut names = proto::all().iter().map(|encoding| encoding.name());
            names.position(|name| name == one.encoding)
        };
        all.sort_by_key(place);
        all
    });
    &TABLE
}

/// Those of an encoding, or of [`ALL`]; of them those with these names, where some are given.
///
/// # Errors
/// The encoding has none, or an implementation of it is not known.
pub fn select(encoding: &str, names: &[String]) -> Result<Vec<Implementation>, Unknown> {
    let encodings = all().iter().map(|one| one.encoding.as_str()).chain([ALL]);
    let of_encoding = all()
        .iter()
        .filter(|one| encoding == ALL || one.encoding == encoding);
    let of_encoding: Vec<Implementation> = of_encoding.cloned().collect();
    if of_encoding.is_empty() {
        let hint = match proto::named(encoding) {
            Some(_) => " with an implementation by others; `crossum interop --list` lists them",
            None => "; `crossum interop --list` lists those with implementations by others",
        };
        return Err(Unknown::new("encoding", encoding, encodings, hint));
    }
    let is_of_another = |name: &&String| {
        let is_called = |one: &&Implementation| one.name == **name;
        !of_encoding.iter().any(|one| is_called(&one)) && all().iter().any(|one| is_called(&one))
    };
    if let Some(name) = names.iter().find(is_of_another) {
        let other = all().iter().find(|one| one.name == *name);
        let other = other.map(|one| one.encoding.as_str()).unwrap_or_default();
        let hint = format!(" of {encoding}: it is of {other}");
        return Err(Unknown::new("implementation", name, [], &hint));
    }
    named(
        "implementation",
        &of_encoding,
        names,
        |one| one.name.as_str(),
        "; `crossum interop --list` lists them",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::source;
    use std::collections::BTreeSet;

    #[test]
    fn an_implementation_of_another_encoding_is_told_so() {
        let error = |name: &str| select("cbor", &[name.to_owned()]).unwrap_err().to_string();
        assert_eq!(
            error("orjson"),
            "unknown implementation `orjson` of cbor: it is of json"
        );
        assert!(error("nope").ends_with("lists them"), "{}", error("nope"));
    }

    #[test]
    fn every_row_has_an_encoding_a_codec_and_versions() {
        let names: BTreeSet<&str> = all().iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names.len(), all().len(), "a name twice");
        assert!(all().len() >= 20);
        for one in all() {
            assert!(one.ours().is_some(), "{}", one.name);
            assert!(source(&one.codec).is_some(), "{}", one.codec);
            for package in &one.packages {
                let pin = match one.language {
                    Language::Python => package.split_once("=="),
                    _ => package.rsplit_once('@'),
                };
                let version = pin.map(|(_, version)| version);
                assert!(
                    version
                        .is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit())),
                    "{package}"
                );
            }
        }
    }

    #[test]
    fn an_encoding_or_all_of_them_are_selected_and_what_is_unknown_is_said() {
        let names = |selected: Vec<Implementation>| -> Vec<String> {
            selected.into_iter().map(|one| one.name).collect()
        };
        assert_eq!(select(ALL, &[]).unwrap().len(), all().len());
        assert_eq!(names(select("xdr", &[]).unwrap()), ["xdrlib3", "rpcgen"]);
        let one = ["rpcgen".to_owned()];
        assert_eq!(names(select("xdr", &one).unwrap()), one);
        for (encoding, names, told) in [
            ("cobr", &[][..], "did you mean `cbor`?"),
            (
                "raw-long",
                &[],
                "unknown encoding `raw-long` with an implementation by others",
            ),
            ("xdr", &["rpcgem".to_owned()], "did you mean `rpcgen`?"),
        ] {
            let why = select(encoding, names).unwrap_err().to_string();
            assert!(why.contains(told), "{why}");
        }
    }
}
