//! The numbers that macros of a header stand for on this machine, as its compiler says.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use cross::Host;
use cross::process::{Exit, Invocation};

/// A header takes no longer.
const LIMIT: Duration = Duration::from_secs(60);

/// What marks a line of the compiler's assembly.
const MARK: &str = "crossum:";

/// What a size is called in the assembly: no macro has a keyword's name.
const SIZE: &str = "sizeof";

/// The numbers of these macros, and the size of a type in octets: the compiler writes each into its assembly, and nothing is run.
///
/// # Errors
/// In words: what the compiler said.
pub async fn numbers(
    host: &Host,
    compiler: &str,
    file: &Path,
    options: &[String],
    name: &str,
    macros: &[String],
) -> Result<(BTreeMap<String, u32>, u64), String> {
    let no_place = |error: std::io::Error| format!("no place for a source: {error}");
    let compiler = host
        .named_program(compiler)
        .ok_or(format!("{compiler} is not here"))?;
    let folder = tempfile::tempdir().map_err(no_place)?;
    let source = folder.path().join("numbers.c");
    let file = file
        .canonicalize()
        .map_err(|error| format!("{}: {error}", file.display()))?;
    let mut text = format!(
        "#include \"{}\"\n#include <sys/ioctl.h>\nvoid crossum_numbers(void) {{\n",
        file.display()
    );
    let _ = writeln!(
        text,
        "  __asm__ volatile(\"{MARK} {SIZE} %0\" : : \"i\"(sizeof({name})));"
    );
    for name in macros {
        // To a string nothing fails.
        let _ = writeln!(
            text,
            "  __asm__ volatile(\"{MARK} {name} %0\" : : \"i\"((unsigned long)({name})));"
        );
    }
    text.push_str("}\n");
    std::fs::write(&source, text).map_err(no_place)?;
    let compile = Invocation::new(compiler)
        .args(options)
        .args(["-w", "-S", "-o", "-"])
        .arg(&source);
    let output = compile
        .output(LIMIT)
        .await
        .map_err(|error| error.to_string())?;
    if output.exit != Exit::Code(0) {
        let lines = output.stderr.lines();
        let error = lines.clone().find(|line| line.contains("error"));
        let error = error
            .or(lines.clone().next())
            .unwrap_or("its compiler says nothing");
        return Err(error.to_owned());
    }
    let numbers = output.stdout.lines().filter_map(|line| {
        let mut words = line.trim().strip_prefix(MARK)?.split_whitespace();
        let (name, number) = (words.next()?, words.next()?);
        // A constant has a `$` or a `#` before it, and may be written with a sign.
        let number = number.trim_start_matches(['$', '#']);
        let number = number.parse::<i64>().ok()? & i64::from(u32::MAX);
        Some((name.to_owned(), u32::try_from(number).ok()?))
    });
    let mut numbers: BTreeMap<String, u32> = numbers.collect();
    let size = numbers
        .remove(SIZE)
        .ok_or_else(|| format!("the compiler's assembly does not say how large {name} is"))?;
    match macros.iter().find(|name| !numbers.contains_key(*name)) {
        Some(name) => Err(format!(
            "the compiler's assembly does not say what {name} is"
        )),
        None => Ok((numbers, size.into())),
    }
}
