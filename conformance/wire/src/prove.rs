//! Whether generated code does what it says: compiled and run for every machine that is here, and compared with what the form says of the same octets.

mod kaitai;
mod wireshark;

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use cross::process::{Exit, Invocation, Output};
use cross::{Host, Target, compiler, runner};

use crate::port::{Generated, Language, Port, vectors};

/// What came of a language on a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// `C on s390x-unknown-linux-gnu`.
    pub who: String,
    /// The target that its program was run for; `None` of a language that is tried on this machine only.
    pub machine: Option<String>,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It reads and writes every record as the form has it.
    Equal,
    /// It does not: the first line that differs, as it should be and as it is.
    Differs {
        /// As the form says.
        expected: String,
        /// As the program says.
        found: String,
    },
    /// It does not compile, or fails: an error of ours, too.
    Fails(String),
    /// It could not be tried, and why.
    CouldNotRun(String),
}

/// A compiler, or a program, that takes longer is not waited for.
const LIMIT: Duration = Duration::from_secs(120);

/// What C is compiled with: every warning is an error.
const C_OPTIONS: [&str; 8] = [
    "-std=c99",
    "-O2",
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Wconversion",
    "-Wsign-conversion",
    "-Werror",
];

/// Proves the code of these languages; that in C on these machines.
///
/// # Errors
/// There is no place for files.
pub async fn prove(
    port: &Port,
    languages: &[Language],
    host: &Host,
    targets: &[&Target],
) -> anyhow::Result<Vec<Proof>> {
    let folder = tempfile::tempdir().context("no place for what is compiled")?;
    let folder = folder.path();
    let records = vectors::records(port);
    let lines = records.iter().map(|record| vectors::lines(port, record));
    let expected: String = lines.collect();
    let values = records.iter().map(|record| vectors::values(port, record));
    let values: String = values.collect();
    let mut proofs = Vec::new();
    for language in languages {
        let files = port.files(*language);
        let prover = port.prover(*language);
        for file in files.iter().chain([&prover]) {
            std::fs::write(folder.join(&file.name), &file.text)
                .context("no place for what is compiled")?;
        }
        match language {
            Language::C => {
                for target in targets {
                    let outcome = on_target(host, target, folder, &files, &prover, &expected);
                    proofs.push(Proof {
                        who: format!("C on {}", target.name),
                        machine: Some(target.name.clone()),
                        outcome: outcome.await,
                    });
                }
            }
            Language::Rust => proofs.push(Proof {
                who: "Rust here".to_owned(),
                machine: None,
                outcome: in_rust(host, folder, &prover, &expected).await,
            }),
            Language::Python => proofs.push(Proof {
                who: "Python here".to_owned(),
                machine: None,
                outcome: in_python(host, folder, &prover, &expected).await,
            }),
            Language::Kaitai => {
                let Some(file) = files.first() else { continue };
                proofs.push(Proof {
                    who: "a parser by Kaitai Struct here".to_owned(),
                    machine: None,
                    outcome: kaitai::prove(host, folder, file, &prover, &values).await,
                });
            }
            Language::Wireshark => proofs.push(Proof {
                who: "tshark here".to_owned(),
                machine: None,
                outcome: wireshark::prove(host, folder, &prover, &records, &values).await,
            }),
        }
    }
    Ok(proofs)
}

async fn on_target(
    host: &Host,
    target: &Target,
    folder: &Path,
    files: &[Generated],
    prover: &Generated,
    expected: &str,
) -> Outcome {
    let (gcc, runner) = match (compiler::gcc(host, target), runner::runner(host, target)) {
        (Ok(gcc), Ok(runner)) => (gcc.value, runner.value),
        (Err(missing), _) => return Outcome::CouldNotRun(missing.to_string()),
        (_, Err(missing)) => return Outcome::CouldNotRun(missing.to_string()),
    };
    let program = folder.join(format!("prove-{}", target.name));
    let words = gcc.words();
    let mut words = words.iter();
    let Some(first) = words.next() else {
        return Outcome::CouldNotRun("its compiler has no name".to_owned());
    };
    let sources = files
        .iter()
        .map(|file| &file.name)
        .filter(|name| name.ends_with(".c"));
    let compile = Invocation::new(first)
        .args(words)
        .args(C_OPTIONS)
        .args(sources)
        .args([&prover.name])
        .arg("-o")
        .arg(&program)
        .directory(folder);
    if let Some(outcome) = compiled(&compile).await {
        return outcome;
    }
    if let Err(error) = runner.bring(&program).await {
        return Outcome::CouldNotRun(error.to_string());
    }
    ran(&runner.invocation(&program), expected).await
}

async fn in_rust(host: &Host, folder: &Path, prover: &Generated, expected: &str) -> Outcome {
    let Some(rustc) = host.program("rustc") else {
        return Outcome::CouldNotRun("rustc is not here".to_owned());
    };
    let program = folder.join("prove-rust");
    let compile = Invocation::new(rustc)
        .args(["--edition", "2021", "-O", &prover.name, "-o"])
        .arg(&program)
        .directory(folder);
    match compiled(&compile).await {
        Some(outcome) => outcome,
        None => ran(&Invocation::new(&program), expected).await,
    }
}

async fn in_python(host: &Host, folder: &Path, prover: &Generated, expected: &str) -> Outcome {
    let Some(python) = host.program("python3") else {
        return Outcome::CouldNotRun("python3 is not here".to_owned());
    };
    let run = Invocation::new(python).arg(&prover.name).directory(folder);
    ran(&run, expected).await
}

/// What is wrong, where it does not compile.
async fn compiled(compile: &Invocation) -> Option<Outcome> {
    match compile.output(LIMIT).await {
        Ok(output) if output.exit == Exit::Code(0) => None,
        Ok(output) => Some(Outcome::Fails(last_words(&output))),
        Err(error) => Some(Outcome::CouldNotRun(error.to_string())),
    }
}

async fn ran(run: &Invocation, expected: &str) -> Outcome {
    match run.output(LIMIT).await {
        Ok(output) if output.exit == Exit::Code(0) => compared(expected, &output.stdout),
        Ok(output) => Outcome::Fails(last_words(&output)),
        Err(error) => Outcome::CouldNotRun(error.to_string()),
    }
}

fn last_words(output: &Output) -> String {
    let lines: Vec<_> = output.stderr.trim_end().lines().collect();
    let last = lines
        .get(lines.len().saturating_sub(6)..)
        .unwrap_or_default();
    format!("{}: {}", output.exit, last.join("\n"))
}

fn compared(expected: &str, found: &str) -> Outcome {
    if expected == found {
        return Outcome::Equal;
    }
    let (mut expected, mut found) = (expected.lines(), found.lines());
    loop {
        match (expected.next(), found.next()) {
            (Some(expected), Some(found)) if expected == found => {}
            (expected, found) => {
                return Outcome::Differs {
                    expected: expected.unwrap_or("nothing more").to_owned(),
                    found: found.unwrap_or("nothing more").to_owned(),
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_told() {
        let differs = |expected: &str, found: &str| Outcome::Differs {
            expected: expected.to_owned(),
            found: found.to_owned(),
        };
        assert_eq!(compared("a\nb\n", "a\nb\n"), Outcome::Equal);
        assert_eq!(compared("a\nb\n", "a\nc\n"), differs("b", "c"));
        assert_eq!(compared("a\nb\n", "a\n"), differs("b", "nothing more"));
        assert_eq!(compared("a\n", "a\nb\n"), differs("nothing more", "b"));
    }
}
