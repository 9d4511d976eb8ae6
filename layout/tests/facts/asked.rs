//! Asking a compiler what it predefines. No header is needed, and none is read.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::process::Output;

use crossum_layout::macros::{Language, Macros, is_of_no_machine};

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
    let output = start(program, args)?;
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
pub(crate) fn version<S: AsRef<str>>(program: &str, args: &[S]) -> Result<String, String> {
    let macros = macros(program, args, Language::C)?;
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

/// Starts a compiler and waits for it. `{zig}` in an option is where zig keeps its C libraries, `{bionic}` the folder that the variable `BIONIC` names.
pub(crate) fn start<'a>(
    program: &str,
    args: impl Iterator<Item = &'a str>,
) -> Result<Output, String> {
    let args: Vec<String> = args.map(with_folders).collect::<Result<_, _>>()?;
    run(program, &args).map_err(|error| format!("{program}: {error}"))
}

fn with_folders(arg: &str) -> Result<String, String> {
    if arg.contains("{bionic}") {
        let folder = std::env::var("BIONIC").map_err(|_| "no variable BIONIC")?;
        return Ok(arg.replace("{bionic}", &folder));
    }
    if !arg.contains("{zig}") {
        return Ok(arg.to_owned());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let zig = std::env::split_paths(&path).map(|folder| folder.join("zig"));
    let zig = zig.filter_map(|zig| zig.canonicalize().ok()).next();
    let lib = zig
        .as_deref()
        .and_then(Path::parent)
        .map(|folder| folder.join("lib"));
    let lib = lib.ok_or("zig: not in the PATH")?;
    Ok(arg.replace("{zig}", &lib.display().to_string()))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test of the tables against the compilers themselves"
)]
fn run(program: &str, args: &[String]) -> io::Result<Output> {
    std::process::Command::new(program)
        .args(args)
        .env("LC_ALL", "C")
        .output()
}
