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

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn record() -> Record {
    let text = std::fs::read_to_string(root().join("deny.toml")).unwrap();
    toml::from_str(&text).unwrap()
}

/// What the workspace is built with, for whichever machine, that is not its own.
fn packages() -> Vec<Package> {
    let mut cargo = host_command(env!("CARGO"));
    cargo.args(["metadata", "--format-version", "1", "--locked", "--offline"]);
    let printed = cargo.current_dir(root()).output().unwrap();
    let said = String::from_utf8_lossy(&printed.stderr);
    assert!(printed.status.success(), "{said}");
    let metadata: Metadata = serde_json::from_slice(&printed.stdout).unwrap();
    let used: BTreeSet<_> = metadata
        .resolve
        .nodes
        .into_iter()
        .map(|node| node.id)
        .collect();
    let all = metadata.packages.into_iter();
    let others = all.filter(|package| package.source.is_some() && used.contains(&package.id));
    let others: Vec<_> = others.collect();
    assert!(others.len() > 100, "{} packages", others.len());
    others
}

/// What the record does not allow of these, in words.
fn refused(record: &Record, packages: &[Package]) -> Vec<String> {
    let mut refused = Vec::new();
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for Package {
        name,
        version,
        license,
        ..
    } in packages
    {
        let exceptions = record.licenses.exceptions.iter();
        let of_this = exceptions.filter(|exception| exception.name == *name);
        let more = of_this.flat_map(|exception| &exception.allow);
        let allowed: BTreeSet<&String> = record.licenses.allow.iter().chain(more).collect();
        let text = license.as_deref().unwrap_or_default();
        let expression = Expression::parse_mode(text, ParseMode::LAX);
        let is_allowed = expression
            .is_ok_and(|expression| expression.evaluate(|one| allowed.contains(&one.to_string())));
        if !is_allowed {
            refused.push(format!(
                "{name} {version}: the licence `{text}` is not on the list"
            ));
        }
        let skipped = record.bans.skip.iter().any(|skip| {
            let (of, which) = skip.spec.split_once(":^").unwrap_or((&skip.spec, ""));
            let rest = version.strip_prefix(which);
            of == name && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        });
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
    let exceptions = record
        .licenses
        .exceptions
        .iter()
        .map(|one| one.name.clone());
    let skips = record.bans.skip.iter();
    let skips = skips.map(|skip| skip.spec.split(':').next().unwrap_or_default().to_owned());
    for name in exceptions.chain(skips) {
        let is_there = packages.iter().any(|package| package.name == name);
        assert!(is_there, "{name}");
    }
}

#[test]
fn what_is_not_on_the_list_is_refused() {
    let package = |name: &str, version: &str, licence: &str| Package {
        id: String::new(),
        name: name.to_owned(),
        version: version.to_owned(),
        license: Some(licence.to_owned()),
        source: None,
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
