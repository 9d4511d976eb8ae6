//! What a user gives to be checked: C source, which this machine's compiler makes an object of, or a file with debug information as it is.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use cross::Host;
use cross::compiler::Step;
use cross::process::Invocation;
use layout::dwarf::Program;
use layout::fit::{Alignments, probe};

/// How C source is compiled.
#[derive(Clone, Debug, Default)]
pub struct Compile {
    /// The compiler: a name or a path; `cc` where there is none.
    pub compiler: Option<String>,
    /// `-I`
    pub include: Vec<PathBuf>,
    /// `-D`
    pub define: Vec<String>,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text in C.
    C,
    /// Text in C++.
    Cxx,
    /// An object, archive, library or executable.
    Binary,
}

const A_COMPILATION: Duration = Duration::from_secs(120);

/// Without it gcc leaves out classes whose virtual table is elsewhere. Clang leaves out none, and does not know the option.
pub(crate) const EVERY_CLASS: &str = "-femit-class-debug-always";

/// Larger files are not read.
const MOST: u64 = 4 << 30;

impl Kind {
    /// By the file's name; whatever is not source is taken for a binary, and its reader will say.
    pub fn of(path: &Path) -> Kind {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("h" | "c" | "i") => Kind::C,
            Some("hh" | "hpp" | "hxx" | "cc" | "cpp" | "cxx" | "C" | "H" | "ii") => Kind::Cxx,
            _ => Kind::Binary,
        }
    }
}

/// The octets of a file with the types of `path` in its debug information.
///
/// # Errors
/// The file cannot be read, or the compiler refuses it: then in the compiler's own words.
pub async fn octets(path: &Path, compile: &Compile, host: &Host) -> anyhow::Result<Vec<u8>> {
    match Kind::of(path) {
        Kind::Binary => read(path),
        kind => {
            // The compiler would say so, too, and less clearly.
            std::fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
            let scratch = tempfile::tempdir().context("no place for an object file")?;
            let object = scratch.path().join("types.o");
            compile
                .run(kind, Step::Compile, path, &object, host)
                .await?;
            read(&object)
        }
    }
}

/// What a source says beside debug information.
#[derive(Default)]
pub struct Evidence {
    /// For the fit.
    pub told: Alignments,
    /// What the preprocessor leaves of it.
    pub text: String,
}

/// What a source says that debug information does not: the alignments that the compiler has for its types, and where bit-fields have no name. What the compiler refuses to answer is left out.
///
/// # Errors
/// There is no place for the questions.
pub async fn evidence(
    path: &Path,
    program: &Program,
    compile: &Compile,
    host: &Host,
) -> anyhow::Result<Evidence> {
    let scratch = tempfile::tempdir().context("no place for a source file")?;
    let kind = Kind::of(path);
    let path = path.canonicalize();
    let path = path.context("the source was there a moment ago")?;
    let questions = probe::source(program, &program.named);
    let questions = format!("#include \"{}\"\n{questions}", path.display());
    let answers = answers(questions, scratch.path(), kind, compile, host).await?;
    let mut told = answers.map_or_else(Alignments::default, |answers| {
        probe::answers(&answers, &program.named)
    });
    let text = scratch.path().join("preprocessed");
    let asked = compile
        .run(kind, Step::Preprocess, &path, &text, host)
        .await;
    let text = asked.and_then(|()| read(&text)).ok();
    let text = text.map(|text| String::from_utf8_lossy(&text).into_owned());
    if let Some(text) = &text {
        told.read_source(program, text);
    }
    Ok(Evidence {
        told,
        text: text.unwrap_or_default(),
    })
}

/// Has the compiler answer questions of a line each; those that it refuses would silence all the others, and are left out.
async fn answers(
    mut questions: String,
    scratch: &Path,
    kind: Kind,
    compile: &Compile,
    host: &Host,
) -> anyhow::Result<Option<Program>> {
    let source = scratch.join("alignments.c");
    let object = scratch.join("alignments.o");
    for _ in 0..ROUNDS {
        std::fs::write(&source, &questions).context("no place for a source file")?;
        let asked = compile
            .run(kind, Step::Compile, &source, &object, host)
            .await;
        let refused = match asked {
            Ok(()) => {
                let object = read(&object)?;
                return Ok(layout::dwarf::read(&object).ok());
            }
            Err(refused) => refused.to_string(),
        };
        let Some(fewer) = without_refused(&questions, &source, &refused) else {
            break;
        };
        questions = fewer;
    }
    Ok(None)
}

/// Clang stops after 20 errors.
const ROUNDS: usize = 16;

/// The source without the lines that a compiler complains of; `None` when it complains of none but the first, which is the user's own.
pub(crate) fn without_refused(source: &str, path: &Path, complaints: &str) -> Option<String> {
    let path = format!("{}:", path.display());
    let refused: BTreeSet<usize> = complaints
        .lines()
        .filter_map(|line| line.strip_prefix(&path))
        .filter_map(|place| place.split(':').next()?.parse().ok())
        .filter(|line| *line > 1)
        .collect();
    // Numbers stay what they are: a line becomes empty.
    let lines = source.lines().enumerate().map(|(at, line)| {
        if refused.contains(&(at + 1)) {
            ""
        } else {
            line
        }
    });
    let fewer = lines.collect::<Vec<_>>().join("\n") + "\n";
    (fewer != source).then_some(fewer)
}

impl Compile {
    /// The options that any compiler gets for a source, so that all its types are in the object, used or not.
    pub fn flags(&self, kind: Kind) -> Vec<OsString> {
        let language = match kind {
            Kind::Cxx => "c++",
            _ => "c",
        };
        let include = self
            .include
            .iter()
            .map(|folder| joined("-I", folder.as_os_str().to_owned()));
        let define = self.define.iter().map(|define| joined("-D", define.into()));
        let types = [
            "-g",
            "-gdwarf-5",
            "-O0",
            "-w",
            "-fno-eliminate-unused-debug-types",
        ];
        let types = types.into_iter().map(OsString::from);
        let language = ["-x", language].into_iter().map(OsString::from);
        types.chain(include).chain(define).chain(language).collect()
    }

    /// The compiler.
    ///
    /// # Errors
    /// It is not here.
    pub fn program(&self, kind: Kind, host: &Host) -> anyhow::Result<PathBuf> {
        let named = match kind {
            Kind::Cxx => "c++",
            _ => "cc",
        };
        let named = self.compiler.as_deref().unwrap_or(named);
        host.named_program(named).with_context(|| {
            format!("no compiler `{named}` here: install gcc or clang, or name another with --cc; an object file with debug information needs none")
        })
    }

    /// Makes an object of a source, with all its types, used or not; or only preprocesses it.
    async fn run(
        &self,
        kind: Kind,
        step: Step,
        source: &Path,
        object: &Path,
        host: &Host,
    ) -> anyhow::Result<()> {
        let compiler = self.program(kind, host)?;
        // Of the macros that a text asks about, gcc alone tells; clang takes the option and says nothing.
        let asked = (step == Step::Preprocess).then_some("-dU");
        let compiling = |more: Option<&str>| {
            Invocation::new(compiler.clone())
                .args(self.flags(kind))
                .args(asked)
                .args(more)
                .arg(step.flag())
                .arg(source)
                .arg("-o")
                .arg(object)
        };
        let every_class = (kind, step) == (Kind::Cxx, Step::Compile);
        let mut compiling_now = compiling(every_class.then_some(EVERY_CLASS));
        let mut output = compiling_now.output(A_COMPILATION).await?;
        if every_class && output.stderr.contains(EVERY_CLASS) {
            compiling_now = compiling(None);
            output = compiling_now.output(A_COMPILATION).await?;
        }
        let compiling = compiling_now;
        anyhow::ensure!(
            output.exit == cross::process::Exit::Code(0),
            "{} does not compile:\n{}\n(`{compiling}`)",
            source.display(),
            output.stderr.trim_end()
        );
        Ok(())
    }
}

fn joined(option: &str, value: OsString) -> OsString {
    let mut word = OsString::from(option);
    word.push(value);
    word
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let failed = || format!("cannot read {}", path.display());
    let data = std::fs::metadata(path).with_context(failed)?;
    anyhow::ensure!(data.is_file(), "{}: it is no regular file", failed());
    anyhow::ensure!(
        data.len() <= MOST,
        "{}: it has {} octets, and at most {MOST} are read",
        failed(),
        data.len()
    );
    std::fs::read(path).with_context(failed)
}
