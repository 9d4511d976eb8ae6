//! Compilers, and what they are told so that they read as a machine's own would.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cross::process::{Exit, Invocation};
use layout::Abi;
use layout::abi::Dialect;
use layout::dwarf::{self, Program};
use layout::fit::{Alignments, probe};

use crate::source::{Compile, EVERY_CLASS, Kind, without_refused};
use crate::subjects::Wanted;

/// A program that preprocesses and compiles for one machine.
#[derive(Clone, Debug)]
pub struct FrontEnd {
    /// The program, and what makes it compile for the machine.
    pub(super) words: Vec<OsString>,
    /// What it lays out as.
    pub(super) abi: Abi,
    /// As reports name it: `arm-linux-gnueabihf-gcc`.
    pub(super) name: String,
    /// Whether it tells which macros a text asks about.
    pub(super) is_gcc: bool,
}

/// A compiler may take so long.
const COMPILATION_TIMEOUT: Duration = Duration::from_secs(120);

/// Clang stops after 20 errors.
const ROUNDS: usize = 16;

/// The file that questions about alignments are said to come from.
const QUESTIONS: &str = "crossum-questions.h";

impl FrontEnd {
    /// The dialect by which it lays records out.
    pub(super) fn dialect(&self) -> Dialect {
        if self.is_gcc {
            Dialect::Gcc
        } else {
            Dialect::Clang
        }
    }

    /// What its preprocessor leaves of a source, with the macros that were asked about where it tells them.
    ///
    /// # Errors
    /// What it complains of first.
    pub(super) async fn preprocess(
        &self,
        source: &Path,
        kind: Kind,
        compile: &Compile,
        more: &[OsString],
    ) -> Result<String, String> {
        let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
        let output = scratch.path().join("preprocessed");
        let asks = self.is_gcc.then_some("-dU");
        let run = self
            .invocation()
            .args(more)
            .args(compile.flags(kind))
            .arg("-E")
            .args(asks)
            .arg(source)
            .arg("-o")
            .arg(&output);
        run_it(run).await?;
        let text = std::fs::read(&output).map_err(|error| error.to_string())?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// Compiles a text that was preprocessed, and reads the types that are wanted; beside them what the compiler tells of alignments.
    ///
    /// # Errors
    /// What it complains of first.
    pub(super) async fn types(
        &self,
        text: &str,
        kind: Kind,
        wanted: &Wanted,
    ) -> Result<(Program, Alignments), String> {
        let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
        let source = scratch.path().join("text");
        let object = scratch.path().join("types.o");
        let plain = without_macros(text);
        std::fs::write(&source, &plain).map_err(|error| error.to_string())?;
        self.compile(kind, &source, &object).await?;
        let octets = std::fs::read(&object).map_err(|error| error.to_string())?;
        let program = wanted.read(&octets).map_err(|error| error.to_string())?;
        let mut told = self
            .alignments(&plain, kind, &program, &source, &object)
            .await?;
        told.read_source(&program, &plain);
        Ok((program, told))
    }

    async fn alignments(
        &self,
        text: &str,
        kind: Kind,
        program: &Program,
        source: &Path,
        object: &Path,
    ) -> Result<Alignments, String> {
        let questions = probe::source(program, &program.named);
        // The line of a question is what a compiler complains of.
        let mut questions = format!("\n{questions}");
        if program.named.is_empty() {
            return Ok(Alignments::default());
        }
        for _ in 0..ROUNDS {
            let asked = format!("{text}\n# 1 \"{QUESTIONS}\"\n{questions}");
            std::fs::write(source, asked).map_err(|error| error.to_string())?;
            match self.run(kind, source, object).await? {
                Ok(()) => {
                    let octets = std::fs::read(object).map_err(|error| error.to_string())?;
                    let answers = dwarf::read(&octets).ok();
                    return Ok(answers.map_or_else(Alignments::default, |answers| {
                        probe::answers(&answers, &program.named)
                    }));
                }
                Err(complaints) => {
                    let fewer = without_refused(&questions, Path::new(QUESTIONS), &complaints);
                    let Some(fewer) = fewer else { break };
                    questions = fewer;
                }
            }
        }
        Ok(Alignments::default())
    }

    async fn compile(&self, kind: Kind, source: &Path, object: &Path) -> Result<(), String> {
        let ran = self.run(kind, source, object).await?;
        ran.map_err(|complaints| first_error(&complaints))
    }

    /// Compiles a preprocessed text: the inner error is what the compiler printed.
    async fn run(
        &self,
        kind: Kind,
        source: &Path,
        object: &Path,
    ) -> Result<Result<(), String>, String> {
        let language = match kind {
            Kind::Cxx => "c++-cpp-output",
            _ => "cpp-output",
        };
        let run = self
            .invocation()
            .args([
                "-g",
                "-gdwarf-5",
                "-O0",
                "-w",
                "-fno-eliminate-unused-debug-types",
                "-x",
                language,
                "-c",
            ])
            .args((self.is_gcc && kind == Kind::Cxx).then_some(EVERY_CLASS))
            .arg(source)
            .arg("-o")
            .arg(object);
        let output = run.output(COMPILATION_TIMEOUT).await;
        let output = output.map_err(|error| first_error(&error.to_string()))?;
        Ok(match output.exit {
            Exit::Code(0) => Ok(()),
            Exit::Code(_) => Err(output.stderr),
            exit => Err(format!("the compiler {exit}")),
        })
    }

    fn invocation(&self) -> Invocation {
        let mut words = self.words.iter();
        let program = words.next().map(PathBuf::from).unwrap_or_default();
        Invocation::new(program).args(words)
    }
}

async fn run_it(run: Invocation) -> Result<(), String> {
    let output = run.output(COMPILATION_TIMEOUT).await;
    let output = output.map_err(|error| first_error(&error.to_string()))?;
    match output.exit {
        Exit::Code(0) => Ok(()),
        Exit::Code(_) => Err(first_error(&output.stderr)),
        exit => Err(format!("the compiler {exit}")),
    }
}

/// The line of a compiler's message that says what is wrong.
pub(crate) fn first_error(message: &str) -> String {
    let errors = message.lines().find(|line| line.contains("error:"));
    errors
        .or_else(|| message.lines().next())
        .unwrap_or_default()
        .trim()
        .to_owned()
}

/// Without the macros that `-dU` lists: what is left is compiled.
fn without_macros(text: &str) -> String {
    let is_macro = |line: &&str| line.starts_with("#define ") || line.starts_with("#undef ");
    let lines = text
        .lines()
        .map(|line| if is_macro(&line) { "" } else { line });
    let mut plain = String::with_capacity(text.len());
    for line in lines {
        plain.push_str(line);
        plain.push('\n');
    }
    plain
}
