//! What we depend on, held against the record in `deny.toml`: a licence that is not on its list, or another version of a crate that is there already, does not come in unseen. Offline, and without cargo-deny.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use spdx::{Expression, ParseMode};

use crate::bench::host_command;

#[derive(Deserialize)]
struct Record {
    licenses: Licences,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
    exceptions: Vec<Exception>,
}

#[derive(Deserialize)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    skip: Vec<Skip>,
}

#[derive(Deserialize)]
struct Skip {
    #[serde(rename = "crate")]
    spec: String,
}

struct Package {
    name: String,
    version: String,
    licence: String,
}

impl Package {
    /// From a line such as `syn v2.0.1 (proc-macro)|MIT`. `None` where it is of this workspace, which the line tells by the path.
    fn told_by(line: &str) -> Option<Self> {
        let (what, licence) = line.split_once('|').unwrap_or_else(|| panic!("{line}"));
        if what.contains(" (/") {
            return None;
        }
        let mut words = what.split(' ');
        let (name, version) = (words.next().unwrap(), words.next().unwrap());
        Some(Package {
            name: name.to_owned(),
            version: version.strip_prefix('v').unwrap().to_owned(),
            licence: licence.trim_end_matches(" (*)").to_owned(),
        })
    }

    fn is_of(&self, skip: &Skip) -> bool {
        let (of, which) = skip.spec.split_once(":^").unwrap_or((&skip.spec, ""));
        let rest = self.version.strip_prefix(which);
        of == self.name && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn record() -> Record {
    let text = std::fs::read_to_string(root().join("deny.toml")).unwrap();
    toml::from_str(&text).unwrap()
}

/// What the workspace is built and tested with, for whichever machine, that is not its own. `cargo metadata` would tell of what is for features that are off, too.
fn packages() -> Vec<Package> {
    let mut cargo = host_command(env!("CARGO"));
    cargo.args(["tree", "--workspace", "--target", "all", "--prefix", "none"]);
    cargo.args(["--format", "{p}|{l}", "--locked", "--offline"]);
    let printed = cargo.current_dir(root()).output().unwrap();
    let said = String::from_utf8_lossy(&printed.stderr);
    assert!(printed.status.success(), "{said}");
    let lines = String::from_utf8(printed.stdout).unwrap();
    let lines = lines.lines().filter(|line| !line.is_empty());
    let others: Vec<_> = lines.filter_map(Package::told_by).collect();
    assert!(others.len() > 100, "{} packages", others.len());
    others
}

/// What the record does not allow of these, in words.
fn refused(record: &Record, packages: &[Package]) -> Vec<String> {
    let mut refused = Vec::new();
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in packages {
        let Package {
            name,
            version,
            licence,
        } = package;
        let exceptions = record.licenses.exceptions.iter();
        let of_this = exceptions.filter(|exception| exception.name == *name);
        let more = of_this.flat_map(|exception| &exception.allow);
        let allowed: BTreeSet<&String> = record.licenses.allow.iter().chain(more).collect();
        let expression = Expression::parse_mode(licence, ParseMode::LAX);
        let is_allowed = expression
            .is_ok_and(|expression| expression.evaluate(|one| allowed.contains(&one.to_string())));
        if !is_allowed {
            refused.push(format!(
                "{name} {version}: the licence `{licence}` is not on the list"
            ));
        }
        let skipped = record.bans.skip.iter().any(|skip| package.is_of(skip));
        if !skipped {
            versions.entry(name).or_default().insert(version);
        }
    }
    let several = versions
        .into_iter()
        .filter(|(_, versions)| versions.len() > 1);
    refused.extend(several.map(|(name, versions)| format!("{name}: there are {versions:?}")));
    refused
}

#[test]
fn what_comes_in_has_a_licence_on_the_list_and_one_version() {
    let refused = refused(&record(), &packages());
    assert!(
        refused.is_empty(),
        "deny.toml does not allow this:\n{}",
        refused.join("\n")
    );
}

#[test]
fn no_line_of_the_record_is_about_what_is_gone() {
    let packages = packages();
    let record = record();
    for exception in &record.licenses.exceptions {
        let is_there = packages
            .iter()
            .any(|package| package.name == exception.name);
        assert!(is_there, "{}", exception.name);
    }
    for skip in &record.bans.skip {
        let is_there = packages.iter().any(|package| package.is_of(skip));
        assert!(is_there, "{}", skip.spec);
    }
}

#[test]
fn what_is_not_on_the_list_is_refused() {
    let package = |name: &str, version: &str, licence: &str| Package {
        name: name.to_owned(),
        version: version.to_owned(),
        licence: licence.to_owned(),
    };
    for (licence, is_refused) in [
        ("MIT", false),
        ("MIT/Apache-2.0", false),
        ("GPL-3.0-only OR MIT", false),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", false),
        ("GPL-3.0-only AND MIT", true),
        ("LGPL-2.1-or-later", true),
        ("CC0-1.0", true),
        ("", true),
    ] {
        let refused = refused(&record(), &[package("one", "1.0.0", licence)]);
        assert_eq!(!refused.is_empty(), is_refused, "{licence}: {refused:?}");
    }
    let two = ["1.0.0", "2.1.0"].map(|version| package("one", version, "MIT"));
    assert_eq!(refused(&record(), &two).len(), 1);
    let known = ["2.0.1", "3.0.0"].map(|version| package("syn", version, "MIT"));
    assert_eq!(refused(&record(), &known), Vec::<String>::new());
}
