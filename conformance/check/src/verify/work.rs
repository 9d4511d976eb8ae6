//! Compilers and programs that run for a verification, some at a time.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use cross::compiler::{Compiler, Make, Step};
use cross::find::Missing;
use cross::process::Exit;
use cross::runner::Runner;
use cross::{Host, Target};
use layout::Abi;
use layout::abi::Dialect;

use super::Question;
use super::octets::Probe;
use crate::reading::front_end::first_error;
use crate::source::Kind;
use crate::turns::some_at_a_time;
use kit::progress::Bar;

/// A compiler of a target, and what runs its programs.
pub(super) struct Job {
    pub(super) target: &'static Target,
    /// As this compiler has it.
    pub(super) abi: Abi,
    pub(super) compiler: Compiler,
    pub(super) runner: Result<Runner, Missing>,
}

const A_PROBE: Duration = Duration::from_secs(120);

/// In which way a compiler lays records out.
pub(super) fn dialect(make: Make) -> Dialect {
    match make {
        Make::Gcc => Dialect::Gcc,
        Make::Clang => Dialect::Clang,
    }
}

/// What a compiler made of a source.
pub(super) struct Compiled {
    /// With the types in its debug information.
    pub(super) object: Vec<u8>,
    /// What the preprocessor left.
    pub(super) text: String,
}

/// What each compiler makes of the source, or what it said.
pub(super) async fn compile(
    jobs: &[Arc<Job>],
    source: &Path,
    question: &Question<'_>,
    bar: &Bar,
) -> anyhow::Result<Vec<Result<Compiled, String>>> {
    let flags = question.compile.flags(Kind::of(source));
    let work = jobs.iter().map(|job| {
        let (job, source, flags) = (Arc::clone(job), source.to_owned(), flags.clone());
        async move {
            let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
            let mut made = Vec::new();
            for step in [Step::Compile, Step::Preprocess] {
                let made_here = scratch.path().join(format!("{step:?}"));
                let compiled = job
                    .compiler
                    .compile(step, &flags, &source, &made_here)
                    .await;
                compiled.map_err(|error| first_error(&error.to_string()))?;
                made.push(std::fs::read(&made_here).map_err(|error| error.to_string())?);
            }
            let text = made.pop().unwrap_or_default();
            Ok(Compiled {
                object: made.pop().unwrap_or_default(),
                text: String::from_utf8_lossy(&text).into_owned(),
            })
        }
    });
    let bar = bar.clone();
    some_at_a_time(work, question.jobs, move || bar.done()).await
}

/// What each probe prints, or why it does not run.
pub(super) async fn run(
    probes: &[Probe],
    question: &Question<'_>,
    host: &Host,
    bar: &Bar,
) -> anyhow::Result<Vec<Result<String, String>>> {
    let include = question
        .compile
        .include
        .iter()
        // The compiler is started in a folder of its own.
        .map(|folder| std::path::absolute(folder).unwrap_or_else(|_| folder.clone()))
        .map(|folder| format!("-I{}", folder.display()));
    let define = question
        .compile
        .define
        .iter()
        .map(|define| format!("-D{define}"));
    // Not -O0: there clang 14 stores to packed values on MIPS with instructions that trap.
    let flags: Vec<String> = ["-w", "-O1"]
        .map(str::to_owned)
        .into_iter()
        .chain(include)
        .chain(define)
        .collect();
    let work = probes.iter().map(|Probe { job, text, .. }| {
        let (job, text, flags, host) = (Arc::clone(job), text.clone(), flags.clone(), host.clone());
        async move {
            let runner = job.runner.as_ref().map_err(ToString::to_string)?;
            let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
            let program = build(&job, &text, &flags, scratch.path()).await?;
            let brought = runner.bring(&program).await;
            brought.map_err(|error| error.to_string())?;
            let probe = runner.invocation(&program).kill_with_parent(&host);
            let output = probe
                .output(A_PROBE)
                .await
                .map_err(|error| error.to_string())?;
            match output.exit {
                Exit::Code(0) => Ok(output.stdout),
                exit => Err(format!("the probe {exit}: {}", output.stderr.trim_end())),
            }
        }
    });
    let bar = bar.clone();
    some_at_a_time(work, question.jobs, move || bar.done()).await
}

async fn build(job: &Job, text: &str, flags: &[String], folder: &Path) -> Result<PathBuf, String> {
    let source = folder.join("probe.c");
    std::fs::write(&source, text).map_err(|error| error.to_string())?;
    let program = folder.join("probe");
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let built = job
        .compiler
        .build(&flags, &[source], folder, &program)
        .await;
    built.map_err(|error| first_error(&error.to_string()))?;
    Ok(program)
}
