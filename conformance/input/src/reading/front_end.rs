//! Compilers, and what they are told so that they read as a machine's own would.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cross::process::{Exit, Invocation};
use layout::Abi;
use layout::abi::Dialect;
use layout::dwarf::{self, Program};
use layout::fit::fields::Written;
use layout::fit::{Alignments, probe};

use super::constant::Needs;
use super::orders::{self, Marks};
use crate::source::{Compile, Kind};
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

/// A command that preprocesses and compiles, of which no more is known.
#[derive(Clone, Copy, Debug)]
pub struct Driver<'w> {
    /// The program, and what makes it compile for a machine.
    pub words: &'w [OsString],
    /// Whether it takes the option to tell which macros a text asks about.
    pub lists_macros: bool,
}

/// What a compiler complained of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// In its own words, all of them.
    pub words: String,
    /// What was run.
    pub command: String,
}

/// A compiler may take so long.
const COMPILATION_TIMEOUT: Duration = Duration::from_secs(120);

/// Clang stops after 20 errors.
const ROUNDS: usize = 16;

/// Without it gcc leaves out classes whose virtual table is elsewhere. Clang leaves out none, and does not know the option.
const EVERY_CLASS: &str = "-femit-class-debug-always";

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

    /// Whether it finds the value of a constant that needs this on a machine of that ABI. What is aligned most each compiler decides for itself.
    pub(super) fn finds(&self, needs: &Needs, abi: &Abi) -> bool {
        let is_its_own = !needs.machine || self.dialect() == abi.compiler();
        is_its_own && needs.agree(&self.abi, abi)
    }

    fn driver(&self) -> Driver<'_> {
        Driver {
            words: &self.words,
            lists_macros: self.is_gcc,
        }
    }

    /// What its preprocessor leaves of a source, rewritten as `compile` says, with the macros that were asked about where it tells them.
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
        let text = self.driver().preprocess(source, kind, compile, more).await;
        let text = text.map_err(|complaint| complaint.first_error())?;
        Ok(compile.rewriting.of(&text))
    }

    /// Compiles a text that was preprocessed, and reads the types that are wanted; beside them what the compiler tells of alignments.
    ///
    /// # Errors
    /// What it complains of first.
    pub(super) async fn types(
        &self,
        text: &str,
        kind: Kind,
        compile: &Compile,
        wanted: &Wanted,
    ) -> Result<(Program, Alignments), String> {
        let driver = self.driver();
        let octets = driver.object(text, kind, compile).await;
        let octets = octets.map_err(|complaint| complaint.first_error())?;
        let program = wanted.read(&octets).map_err(|error| error.to_string())?;
        Ok(driver.told(text, kind, compile, wanted, program).await)
    }
}

impl Driver<'_> {
    /// What its preprocessor leaves of a source.
    ///
    /// # Errors
    /// What it complains of.
    pub async fn preprocess(
        &self,
        source: &Path,
        kind: Kind,
        compile: &Compile,
        more: &[OsString],
    ) -> Result<String, Complaint> {
        let asks = self.lists_macros.then_some("-dU");
        let run = || {
            let run = self.invocation().args(more);
            run.args(compile.preprocessing(kind)).arg("-E").args(asks)
        };
        let flags = &compile.flags;
        if !flags.has_before() {
            return Ok(flags.owned(self.text(run().arg(source)).await?));
        }
        // What stands before a header may include it; twice it may not be included, and `#pragma once` does not count in the file that is compiled. So that is an empty one.
        let scratch = tempfile::tempdir().map_err(|error| self.no_place(&error))?;
        let empty = scratch.path().join("empty");
        std::fs::write(&empty, "").map_err(|error| self.no_place(&error))?;
        let before = self.text(run().arg(&empty)).await;
        match before {
            Ok(text) if includes(&text, source) => Ok(text),
            _ => {
                self.text(run().arg("-include").arg(source).arg(&empty))
                    .await
            }
        }
    }

    /// What a run of the preprocessor leaves.
    async fn text(&self, run: Invocation) -> Result<String, Complaint> {
        let scratch = tempfile::tempdir().map_err(|error| self.no_place(&error))?;
        let output = scratch.path().join("preprocessed");
        self.run(run.arg("-o").arg(&output)).await?;
        let text = std::fs::read(&output).map_err(|error| self.no_place(&error))?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// Compiles a text that was preprocessed: the octets of an object.
    ///
    /// # Errors
    /// What it complains of.
    pub async fn object(
        &self,
        text: &str,
        kind: Kind,
        compile: &Compile,
    ) -> Result<Vec<u8>, Complaint> {
        let scratch = tempfile::tempdir().map_err(|error| self.no_place(&error))?;
        let source = scratch.path().join("text");
        let object = scratch.path().join("types.o");
        let written = std::fs::write(&source, without_macros(text));
        written.map_err(|error| self.no_place(&error))?;
        let run = |more: Option<&str>| {
            let run = self.invocation().args(compile.compiling(kind));
            let run = run.args(more).arg("-c").arg(&source);
            self.run(run.arg("-o").arg(&object))
        };
        let more = (self.lists_macros && kind == Kind::Cxx).then_some(EVERY_CLASS);
        match run(more).await {
            Err(complaint) if more.is_some() && complaint.words.contains(EVERY_CLASS) => {
                run(None).await?;
            }
            done => done?,
        }
        std::fs::read(&object).map_err(|error| self.no_place(&error))
    }

    /// A program that was read from a compiled text, and what the text says beside it: see `Driver::alignments`. Where the text has orders of octets of its own the program is read again without these.
    pub async fn told(
        &self,
        text: &str,
        kind: Kind,
        compile: &Compile,
        wanted: &Wanted,
        program: Program,
    ) -> (Program, Alignments) {
        let Some(plain) = orders::without(text) else {
            let told = self.alignments(text, kind, compile, &program).await;
            return (program, told);
        };
        let marks = Marks::of(&program);
        if let Ok(octets) = self.object(&plain, kind, compile).await
            && let Ok(named) = wanted.read(&octets)
        {
            let mut told = self
                .asked(&without_macros(&plain), kind, compile, &named)
                .await;
            told.read_source(&named, &without_macros(text));
            told.given = compile.switches();
            let Some(marks) = &marks else {
                return (named, told);
            };
            if let Some(stored) = marks.borne_out(&named, &told.stored) {
                told.stored = stored;
                return (named, told);
            }
        }
        let mut told = self.alignments(text, kind, compile, &program).await;
        let stored = marks.and_then(|marks| marks.borne_out(&program, &told.stored));
        told.stored = stored.unwrap_or(told.stored);
        (program, told)
    }

    /// What a text says of alignments: what the compiler has for the types in it, and where bit-fields have no name. What the compiler refuses to answer is left out.
    async fn alignments(
        &self,
        text: &str,
        kind: Kind,
        compile: &Compile,
        program: &Program,
    ) -> Alignments {
        let text = without_macros(text);
        let mut told = self.asked(&text, kind, compile, program).await;
        told.read_source(program, &text);
        told.given = compile.switches();
        told
    }

    async fn asked(
        &self,
        text: &str,
        kind: Kind,
        compile: &Compile,
        program: &Program,
    ) -> Alignments {
        let written = match kind {
            Kind::C => Written::of(program, text),
            _ => Written::of_classes(program, text),
        };
        if program.named.is_empty() && written.is_empty() {
            return Alignments::default();
        }
        let questions = probe::source(program, &program.named) + &written.source();
        // The line of a question is what a compiler complains of.
        let mut questions = format!("\n{questions}");
        for _ in 0..ROUNDS {
            let asked = format!("{text}\n# 1 \"{QUESTIONS}\"\n{questions}");
            match self.object(&asked, kind, compile).await {
                Ok(octets) => {
                    let answers = dwarf::read(&octets).ok();
                    return answers.map_or_else(Alignments::default, |answers| {
                        let mut told = probe::answers(&answers, &program.named);
                        written.answers(&answers, &mut told);
                        told
                    });
                }
                Err(complaint) => {
                    let fewer = without_refused(&questions, &complaint.words);
                    let Some(fewer) = fewer else { break };
                    questions = fewer;
                }
            }
        }
        Alignments::default()
    }

    fn invocation(&self) -> Invocation {
        let mut words = self.words.iter();
        let program = words.next().map(PathBuf::from).unwrap_or_default();
        Invocation::new(program).args(words)
    }

    async fn run(&self, run: Invocation) -> Result<(), Complaint> {
        let command = run.to_string();
        let words = match run.output(COMPILATION_TIMEOUT).await {
            Ok(output) => match output.exit {
                Exit::Code(0) => return Ok(()),
                Exit::Code(_) => output.stderr,
                exit => format!("the compiler {exit}"),
            },
            Err(error) => error.to_string(),
        };
        Err(Complaint { words, command })
    }

    fn no_place(&self, error: &std::io::Error) -> Complaint {
        Complaint {
            words: format!("no place for what the compiler makes: {error}"),
            command: self.invocation().to_string(),
        }
    }
}

impl Complaint {
    /// The line that says what is wrong.
    pub fn first_error(&self) -> String {
        first_error(&self.words)
    }
}

/// Whether a file is among those that a preprocessed text comes from.
fn includes(text: &str, file: &Path) -> bool {
    let is_it = |path: &str| {
        let path = Path::new(path);
        path.file_name() == file.file_name()
            && path
                .canonicalize()
                .ok()
                .is_some_and(|path| Some(path) == file.canonicalize().ok())
    };
    let markers = text.lines().filter_map(|line| line.strip_prefix("# "));
    let mut files = markers.filter_map(|marker| marker.split('"').nth(1));
    files.any(is_it)
}

/// The questions without those that a compiler complains of, each of which has a line; `None` when it complains of none of them.
fn without_refused(questions: &str, complaints: &str) -> Option<String> {
    let path = format!("{QUESTIONS}:");
    let refused: BTreeSet<usize> = complaints
        .lines()
        .filter_map(|line| line.strip_prefix(&path))
        .filter_map(|place| place.split(':').next()?.parse().ok())
        .collect();
    // Numbers stay what they are: a line becomes empty.
    let lines = questions.lines().enumerate().map(|(at, line)| {
        if refused.contains(&(at + 1)) {
            ""
        } else {
            line
        }
    });
    let fewer = lines.collect::<Vec<_>>().join("\n") + "\n";
    (fewer != questions).then_some(fewer)
}

/// The line of a compiler's message that says what is wrong.
pub fn first_error(message: &str) -> String {
    // A folder may end so, too: `from /usr/include/c++/12/system_error:41,`.
    let is_error = |line: &&str| line.starts_with("error:") || line.contains(" error:");
    let errors = message.lines().find(is_error);
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

#[cfg(test)]
mod tests {
    use layout::Abis;

    use super::*;

    #[test]
    fn what_is_aligned_most_is_asked_of_the_compiler_that_counts_there() {
        let mips = Abis::builtin().get("mips-o32-be").unwrap();
        let most = Needs {
            machine: true,
            ..Needs::default()
        };
        for (is_gcc, needs, finds) in [
            (true, &most, true),
            (false, &most, false),
            (false, &Needs::default(), true),
        ] {
            let front_end = FrontEnd {
                words: Vec::new(),
                abi: mips.clone(),
                name: String::new(),
                is_gcc,
            };
            assert_eq!(front_end.finds(needs, mips), finds, "{is_gcc} {needs:?}");
        }
    }

    #[test]
    fn a_file_whose_name_ends_in_error_is_no_error() {
        let included = "In file included from a.hpp:1,\n                 from /usr/include/c++/12/system_error:41,\n                 from b.hpp:2:\n";
        for wrong in [
            "b.hpp:3:1: error: unknown type name",
            "b.hpp:3:10: fatal error: c.h: No such file or directory",
            "cc1plus: error: unrecognized option",
            "error: unknown target triple",
        ] {
            let message = format!("{included}{wrong}\nb.hpp:9:1: error: another\n");
            assert_eq!(first_error(&message), wrong);
        }
        assert_eq!(first_error("killed\nby a signal"), "killed");
    }
}
