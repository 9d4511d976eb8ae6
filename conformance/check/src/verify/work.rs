//! Compilers and programs that run for a verification, some at a time.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use cross::Host;
use cross::process::Exit;
use input::reading::configured;
use input::reading::front_end::first_error;
use input::source::{Compile, Kind};
use kit::pool::try_all;
use kit::progress::Bar;

use super::Question;
use super::job::Job;
use super::octets::Probe;

const PROBE_TIMEOUT: Duration = Duration::from_secs(120);

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
) -> Vec<Result<Compiled, String>> {
    let work = jobs.iter().map(|job| {
        let (job, source, compile) = (Arc::clone(job), source.to_owned(), question.compile.clone());
        let by_name = question.readings.by_name.clone();
        async move {
            let words = job.words();
            let driver = job.driver(&words);
            let text = driver.preprocess(&source, Kind::C, &compile, &[]).await;
            let text = text.map_err(|complaint| complaint.first_error())?;
            let text = compile.rewriting.of(&text);
            // As the types were read that are to be compared.
            let text = configured::rewritten(&text, &by_name);
            let object = driver.object(&text, Kind::C, &compile).await;
            let object = object.map_err(|complaint| complaint.first_error())?;
            Ok(Compiled { object, text })
        }
    });
    try_all(question.jobs, work.map(|one| counted(one, bar.clone()))).await
}

/// What each probe prints, or why it does not run.
pub(super) async fn run(
    probes: &[Probe],
    question: &Question<'_>,
    host: &Host,
    bar: &Bar,
) -> Vec<Result<String, String>> {
    let work = probes.iter().map(|Probe { job, text, .. }| {
        let (job, text, host) = (Arc::clone(job), text.clone(), host.clone());
        let compile = question.compile.clone();
        async move {
            let runner = job.runner.as_ref().map_err(ToString::to_string)?;
            let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
            let program = build(&job, &text, &compile, scratch.path()).await?;
            let brought = runner.bring(&program).await;
            brought.map_err(|error| error.to_string())?;
            let probe = runner.invocation(&program).kill_with_parent(&host);
            let output = probe
                .output(PROBE_TIMEOUT)
                .await
                .map_err(|error| error.to_string())?;
            match output.exit {
                Exit::Code(0) => Ok(output.stdout),
                exit => Err(format!("the probe {exit}: {}", output.stderr.trim_end())),
            }
        }
    });
    try_all(question.jobs, work.map(|one| counted(one, bar.clone()))).await
}

/// A task that is counted when it is done.
async fn counted<T>(task: impl Future<Output = T>, bar: Bar) -> T {
    let result = task.await;
    bar.done();
    result
}

async fn build(job: &Job, text: &str, compile: &Compile, folder: &Path) -> Result<PathBuf, String> {
    let preprocessed = folder.join("probe.i");
    std::fs::write(&preprocessed, text).map_err(|error| error.to_string())?;
    let program = folder.join("probe");
    // Not -O0: there clang 14 stores to packed values on MIPS with instructions that trap.
    let mut flags = vec!["-w", "-O1"];
    flags.extend(compile.preprocessed(Kind::C));
    let built = job
        .compiler
        .build(&flags, &[preprocessed], folder, &program)
        .await;
    built.map_err(|error| first_error(&error.to_string()))?;
    Ok(program)
}
