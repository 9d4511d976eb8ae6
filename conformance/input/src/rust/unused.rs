//! Types of a library that nothing in it uses: rustc leaves them out of its debug information. A program that names them has them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use cross::Host;
use cross::process::{Exit, Invocation};
use serde::Deserialize;

use super::package::Built;
use super::text::{Text, joined};

const COMPILE_TIMEOUT: Duration = Duration::from_secs(600);
/// Names that a compiler refuses are left out, and it is asked again. What it finds in a later pass of its own shows only then.
const MAX_ROUNDS: usize = 4;
/// In octets.
const MAX_MESSAGES: usize = 64 << 20;

/// Compiles a program that names the types of a library by the paths that are open to others, but for those that are `known`; `None` where there is none.
///
/// # Errors
/// There is no rustc.
pub async fn octets(
    built: &Built,
    known: &BTreeSet<String>,
    host: &Host,
) -> anyhow::Result<Option<Vec<u8>>> {
    let is_library = built.file.extension().is_some_and(|of| of == "rlib");
    let Some(text) = Text::of(&built.root).filter(|_| is_library) else {
        return Ok(None);
    };
    let mut names = candidates(&text, &built.name, known);
    let compiler = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let compiler = host.named_program(&compiler).context("no rustc here")?;
    let folder = tempfile::tempdir().context("no place for a program")?;
    for _ in 0..MAX_ROUNDS {
        if names.is_empty() {
            return Ok(None);
        }
        std::fs::write(folder.path().join("names.rs"), program(&names))
            .context("no place for a program")?;
        let compile = command(&compiler, built, folder.path());
        let done = compile.watch(COMPILE_TIMEOUT, MAX_MESSAGES).await?;
        if done.exit == Some(Exit::Code(0)) {
            let octets = std::fs::read(folder.path().join("names.o"));
            return Ok(Some(octets.context("rustc wrote no object")?));
        }
        let refused = refused(&done.stderr);
        let before = names.len();
        let mut line = 0;
        names.retain(|_| {
            line += 1;
            !refused.contains(&(line + HEAD))
        });
        if names.len() == before {
            return Ok(None);
        }
    }
    Ok(None)
}

fn command(compiler: &Path, built: &Built, folder: &Path) -> Invocation {
    let mut library = std::ffi::OsString::from(format!("{}=", built.name));
    library.push(&built.file);
    let mut dependencies = std::ffi::OsString::from("dependency=");
    dependencies.push(&built.dependencies);
    let compile = Invocation::new(compiler)
        .args(["--edition", "2021", "--crate-type", "lib", "--emit", "obj"])
        .args(["-C", "debuginfo=2", "-C", "codegen-units=1"])
        .args(["--error-format", "json", "--cap-lints", "allow"])
        .arg("--extern")
        .arg(library)
        .arg("-L")
        .arg(dependencies)
        .args(["-o", "names.o", "names.rs"])
        .directory(folder);
    // The project's own toolchain, where a file in its folders names one.
    match &built.target {
        Some(target) => compile.args(["--target", target.as_str()]),
        None => compile,
    }
}

/// Lines before the first name.
const HEAD: usize = 1;

/// A function for each type. Nothing of the standard library is in it, so that it is compiled for any target.
fn program(names: &[String]) -> String {
    let mut program = "#![no_std]\n".to_owned();
    for (index, name) in names.iter().enumerate() {
        let _ = writeln!(
            program,
            "#[no_mangle] pub extern \"C\" fn crossum_{index}(_: *const {name}) {{}}"
        );
    }
    program
}

/// The types that the source of a crate declares, but for those that are known. Sorted.
pub fn unknown(built: &Built, known: &BTreeSet<String>) -> Vec<String> {
    let text = Text::of(&built.root);
    let paths = text.iter().flat_map(|text| text.types.keys());
    let paths = paths.map(|path| joined(&built.name, path));
    // `net::Of<u32>` is of `net::Of`.
    let is_of = |known: &str, path: &str| {
        let rest = known.strip_prefix(path);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('<'))
    };
    let unknown = paths.filter(|path| {
        let from = known.range::<String, _>(path..);
        let mut near = from.take_while(|known| known.starts_with(path.as_str()));
        !near.any(|known| is_of(known, path))
    });
    unknown.collect()
}

/// Paths by which a type may be reached: its own, and those that it is handed on under.
fn candidates(text: &Text, name: &str, known: &BTreeSet<String>) -> Vec<String> {
    let mut all = BTreeSet::new();
    for (path, declared) in &text.types {
        let is_known = known.contains(&joined(name, path));
        let Some(first) = declared.first().filter(|_| !is_known) else {
            continue;
        };
        if !first.is_public || !first.parameters.is_empty() {
            continue;
        }
        let lifetimes = match first.lifetimes {
            0 => String::new(),
            some => format!("<{}>", vec!["'static"; some].join(", ")),
        };
        all.insert(format!("{}{lifetimes}", joined(name, path)));
        let (module, last) = path.rsplit_once("::").unwrap_or(("", path));
        for ((of, imported), paths) in &text.imports {
            let hands_on = |one: &String| {
                let one = one
                    .trim_start_matches("crate::")
                    .trim_start_matches("self::");
                let one = [one.to_owned(), joined(of, one)];
                match imported.as_str() {
                    "*" => one.iter().any(|one| one == module),
                    _ => one.iter().any(|one| one == path),
                }
            };
            if paths.iter().any(hands_on) {
                let called = if imported == "*" { last } else { imported };
                let path = joined(name, &joined(of, called));
                all.insert(format!("{path}{lifetimes}"));
            }
        }
    }
    all.into_iter().collect()
}

#[derive(Deserialize)]
struct Diagnostic {
    level: String,
    spans: Vec<Span>,
}

#[derive(Deserialize)]
struct Span {
    file_name: String,
    line_start: usize,
    is_primary: bool,
}

/// The lines that the compiler has an error about.
fn refused(messages: &str) -> BTreeSet<usize> {
    let diagnostics = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Diagnostic>(line).ok());
    diagnostics
        .filter(|one| one.level == "error")
        .flat_map(|one| one.spans)
        .filter(|span| span.is_primary && span.file_name == "names.rs")
        .map(|span| span.line_start)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_named_by_its_own_path_and_by_those_that_hand_it_on() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("lib.rs");
        let source = "mod wire { pub struct Header { pub a: u8 } pub struct Open<'a>(&'a u8); struct Hidden; pub struct Of<T>(T); pub struct Known; } pub use wire::Header as Head; pub use self::wire::*;";
        std::fs::write(&root, source).unwrap();
        let text = Text::of(&root).unwrap();
        let known = BTreeSet::from(["net::wire::Known".to_owned()]);
        assert_eq!(
            candidates(&text, "net", &known),
            [
                "net::Head",
                "net::Header",
                "net::Open<'static>",
                "net::wire::Header",
                "net::wire::Open<'static>",
            ]
        );
    }

    #[test]
    fn lines_with_errors_are_those_that_are_refused() {
        let messages = r#"{"level":"warning","spans":[{"file_name":"names.rs","line_start":2,"is_primary":true}]}
{"level":"error","spans":[{"file_name":"names.rs","line_start":3,"is_primary":true},{"file_name":"/w/src/lib.rs","line_start":9,"is_primary":false}]}
error: aborting
{"level":"error","spans":[]}"#;
        assert_eq!(refused(messages), BTreeSet::from([3]));
    }
}
