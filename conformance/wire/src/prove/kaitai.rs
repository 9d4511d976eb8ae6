//! Kaitai's own compiler makes a parser in Python, which reads the records. Compiler and runtime are packages that are brought into a folder of their own.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use cross::Host;
use cross::process::Invocation;
use kit::fingerprint::Fingerprint;
use kit::packages::{self, first_line, from_npm, from_pypi, needed};

use super::{Outcome, compiled, ran};
use crate::port::Generated;

/// From npm: the compiler, and what reads YAML for it.
const COMPILER: [&str; 2] = ["kaitai-struct-compiler@0.11.0", "yaml@2.8.1"];

/// From PyPI: what its parsers need.
const RUNTIME: [&str; 1] = ["kaitaistruct==0.11"];

const COMPILE: &str = "compile.cjs";
const ENVIRONMENT: &str = "environment";

/// The compiler is a function in JavaScript.
const COMPILE_TEXT: &str = r#"const fs = require("fs");
const compiler = require("kaitai-struct-compiler");
const [from, to] = process.argv.slice(2);
const description = require("yaml").parse(fs.readFileSync(from, "utf8"));
compiler.compile("python", description, null, false).then(
  (files) => Object.entries(files).forEach(([name, text]) => fs.writeFileSync(to + "/" + name, text)),
  (error) => { console.error(String(error)); process.exitCode = 1; },
);
"#;

pub(super) async fn prove(
    host: &Host,
    folder: &Path,
    file: &Generated,
    prover: &Generated,
    expected: &str,
) -> Outcome {
    let (node, place) = match brought(host).await {
        Ok(brought) => brought,
        Err(error) => return Outcome::CouldNotRun(format!("{error:#}")),
    };
    // The parser has the name of the module that is written for Python.
    let parsers = folder.join("kaitai");
    if let Err(error) = std::fs::create_dir_all(&parsers) {
        return Outcome::CouldNotRun(format!("cannot make {}: {error}", parsers.display()));
    }
    let compile = node
        .arg(place.join(COMPILE))
        .arg(folder.join(&file.name))
        .arg(&parsers);
    if let Some(outcome) = compiled(&compile).await {
        return outcome;
    }
    let run = Invocation::new(place.join(ENVIRONMENT).join("bin/python"))
        .arg("-B")
        .arg(folder.join(&prover.name))
        .directory(&parsers);
    ran(&run, expected).await
}

/// Node, and the folder with the packages.
async fn brought(host: &Host) -> anyhow::Result<(Invocation, PathBuf)> {
    let node = needed("node", "apt-get install nodejs npm", host)?;
    let python = needed("python3", "apt-get install python3 python3-venv", host)?;
    let mut fingerprint = Fingerprint::default();
    fingerprint.add(&first_line(node.clone().arg("--version")).await?);
    fingerprint.add(&first_line(python.clone().arg("--version")).await?);
    fingerprint.add(COMPILE_TEXT);
    let words = |packages: &[&str]| -> Vec<String> {
        packages.iter().map(|name| (*name).to_owned()).collect()
    };
    let (compiler, runtime) = (words(&COMPILER), words(&RUNTIME));
    for package in compiler.iter().chain(&runtime) {
        fingerprint.add(package);
    }
    let place = packages::kept(host, "port", "kaitai", fingerprint, async |new| {
        std::fs::write(new.join(COMPILE), COMPILE_TEXT).context("cannot write to the cache")?;
        from_npm(&compiler, new, host).await?;
        from_pypi(&runtime, &new.join(ENVIRONMENT), &python, host).await
    })
    .await?;
    Ok((node, place))
}
