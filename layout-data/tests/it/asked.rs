//! Asking a compiler what it predefines. No header is needed, and none is read.

use std::collections::BTreeMap;
use std::io;
use std::process::Output;

use layout_data::macros::{Language, Macros, is_of_no_machine};

/// What a compiler, called so, predefines; the reason where it does not say.
pub(crate) fn macros<S: AsRef<str>>(
    program: &str,
    args: &[S],
    language: Language,
) -> Result<Macros, String> {
    let language = match language {
        Language::C => "c",
        Language::Cxx => "c++",
    };
    // The C library's <stdc-predef.h> would be read without being asked for.
    let asked = ["-nostdinc", "-dM", "-E", "-x", language, "/dev/null"];
    let args = args.iter().map(AsRef::as_ref).chain(asked);
    let output = start(program, args).map_err(|error| format!("{program}: {error}"))?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(stderr.lines().next().unwrap_or_default().to_owned());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text
        .lines()
        .filter_map(definition)
        .collect::<BTreeMap<_, _>>())
}

/// What a compiler calls itself.
pub(crate) fn version(program: &str) -> Result<String, String> {
    let macros = macros::<&str>(program, &[], Language::C)?;
    let version = macros.get("__VERSION__").ok_or("it tells no version")?;
    Ok(version.trim_matches('"').to_owned())
}

/// A line of `-dM`.
fn definition(line: &str) -> Option<(String, String)> {
    let definition = line.strip_prefix("#define ")?;
    // A parameter list has no spaces in it.
    let (name, body) = definition.split_once(' ').unwrap_or((definition, ""));
    (!is_of_no_machine(name)).then(|| (name.to_owned(), body.to_owned()))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test of the tables against the compilers themselves"
)]
pub(crate) fn start<'a>(program: &str, args: impl Iterator<Item = &'a str>) -> io::Result<Output> {
    std::process::Command::new(program)
        .args(args)
        .env("LC_ALL", "C")
        .output()
}
