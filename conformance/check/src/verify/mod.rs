//! Proof by others: the compilers of each target say how they lay the types out, and a program that runs there shows it.

mod job;
mod layouts;
pub mod observed;
mod octets;
pub mod probe;

mod work;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use cross::find::Remedy;
use cross::{Host, TargetTools};
use input::reading::text::Text;
use input::reading::{Readings, Status};
use input::source::Compile;
use input::subjects::Wanted;
use kit::progress::Progress;
use layout::Abis;
use layout::dwarf::{Problem, ReadError};

use self::job::Job;
use self::observed::ObservedLayout;
use self::octets::Probe;
use self::work::Compiled;
use super::Checked;

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Verified {
    /// On how many targets at least one compiler spoke.
    pub targets: usize,
    /// How many layouts were compared: a type, a compiler, a target.
    pub layouts: usize,
    /// Those that were as the model says.
    pub equal: usize,
    /// How many values' octets were compared, as a running program showed them.
    pub probed: usize,
    /// What ran the programs that showed them, with its version, by target.
    pub runners: BTreeMap<String, String>,
    /// What was not as the model says.
    pub mismatches: Vec<Mismatch>,
    /// Types that are declared otherwise there: the preprocessor left other text.
    pub other_text: Vec<(String, String)>,
    /// Types of which the model does not decide how they lie there, and nothing is to be compared.
    pub undecided: Vec<(String, String)>,
    /// What could not be asked, and why.
    pub could_not_run: Vec<CouldNotRun>,
    /// Who was not asked because nobody named it and something of it is missing here.
    pub not_asked: Vec<CouldNotRun>,
}

/// A type that does not lie as the model says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Its name.
    pub name: String,
    /// On which target.
    pub target: String,
    /// By which compiler.
    pub compiler: String,
    /// What the model says.
    pub model: Shown,
    /// What the compiler says, or what was seen.
    pub compiled: Shown,
}

/// How a type lies, or what a program printed about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The layout.
    Layout(ObservedLayout),
    /// A line of the probe.
    Octets(String),
}

/// A question without an answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CouldNotRun {
    /// On which target.
    pub target: String,
    /// Why.
    pub why: String,
}

/// What a verification needs to know.
pub struct Question<'q> {
    /// The source that declares the types.
    pub source: &'q Path,
    /// What each machine's compiler was seen to see.
    pub readings: &'q Readings,
    /// How it is compiled.
    pub compile: &'q Compile,
    /// Which of its types.
    pub wanted: &'q Wanted,
    /// How many compilers and programs run at once.
    pub jobs: usize,
}

/// Asks every compiler of these targets about the types, and runs a probe on each. Where two compilers of one target differ, that is a finding of the type.
///
/// # Errors
/// The source is gone, or a task was lost. What cannot be asked is in `verified`.
pub async fn verify(
    question: &Question<'_>,
    by_target: &BTreeMap<String, TargetTools>,
    abis: &Abis,
    host: &Host,
    checked: &mut [Checked<'_>],
    verified: &mut Verified,
) -> anyhow::Result<()> {
    let progress = Progress::on_stderr();
    let source = question.source.canonicalize()?;
    let jobs = jobs(by_target, abis, verified);

    let bar = progress.phase("compiling for each target", jobs.len());
    let objects = work::compile(&jobs, &source, question, &bar).await;
    drop(bar);
    let mut compilers = layouts::Compilers::new(question.readings);
    let mut probes = Vec::new();
    for (job, compiled) in jobs.into_iter().zip(objects) {
        let read = compiled.and_then(|Compiled { object, text }| {
            match question.wanted.read(&object) {
                Ok(program) => Ok(Some((program, text))),
                // Nothing is declared there, and nothing was to be.
                Err(error) if is_without_types(&error) && question.declares_nothing(&job) => {
                    Ok(None)
                }
                Err(error) if is_without_types(&error) => {
                    Err("what its own headers leave of the text declares no type".to_owned())
                }
                Err(error) => Err(error.to_string()),
            }
        });
        match read {
            Ok(None) => {}
            Ok(Some((program, text))) => {
                let seen = Text::of(&text, false);
                let asked = compilers.compare(&job, &program, &seen, checked, verified);
                // Where programs do not run (an emulator that crashes) the compilers' word is all there is.
                if job.target.unobserved.is_none() {
                    probes.extend(Probe::all(&job, &text, &asked, checked));
                }
            }
            Err(why) => verified.could_not(&job, why),
        }
    }
    verified.targets = verified.targets.max(compilers.targets());

    for Probe { job, .. } in &probes {
        let known = verified.runners.contains_key(&job.target.name);
        if let (false, Ok(runner)) = (known, &job.runner) {
            let told = runner.describe().await;
            verified.runners.insert(job.target.name.clone(), told);
        }
    }
    let bar = progress.phase("running a probe on each target", probes.len());
    let printed = work::run(&probes, question, host, &bar).await;
    drop(bar);
    for (probe, printed) in probes.iter().zip(printed) {
        match printed {
            Ok(printed) => probe.compare(&printed, verified),
            Err(why) => verified.could_not(&probe.job, why),
        }
    }
    compilers.disagreements(checked);
    Ok(())
}

impl Question<'_> {
    /// Whether no type was read for a target.
    fn declares_nothing(&self, job: &Job) -> bool {
        let mut rows = self.readings.rows.iter();
        rows.all(|row| matches!(row.on(&job.target.name), Status::Undeclared))
    }
}

/// Whether a compiler wrote no debug information, as it does where there are no types.
fn is_without_types(error: &ReadError) -> bool {
    matches!(error.problem, Problem::NoDebugInfo { .. })
}

/// Everybody who can be asked.
fn jobs(
    by_target: &BTreeMap<String, TargetTools>,
    abis: &Abis,
    verified: &mut Verified,
) -> Vec<Arc<Job>> {
    let mut jobs = Vec::new();
    for tools in by_target.values() {
        let Some(abi) = abis.get(&tools.target.abi) else {
            continue;
        };
        for compiler in [&tools.gcc, &tools.clang] {
            match compiler {
                Ok(found) => jobs.push(Arc::new(Job {
                    target: tools.target,
                    abi: abi.with_compiler(job::dialect(found.value.make)),
                    compiler: found.value.clone(),
                    runner: tools.runner.clone().map(|found| found.value),
                })),
                // Where there is no such compiler nobody is asked.
                Err(missing) if matches!(missing.remedy, Remedy::Nothing(_)) => {}
                Err(missing) => verified.could_not_run.push(CouldNotRun {
                    target: tools.target.name.clone(),
                    why: missing.to_string(),
                }),
            }
        }
    }
    jobs
}

impl Verified {
    fn could_not(&mut self, job: &Job, why: String) {
        self.could_not_run.push(CouldNotRun {
            target: job.target.name.clone(),
            why: format!("{}: {why}", job.compiler.make.name()),
        });
    }

    fn mismatch(&mut self, job: &Job, name: String, model: Shown, compiled: Shown) {
        self.mismatches.push(Mismatch {
            name,
            target: job.target.name.clone(),
            compiler: job.compiler.make.name().to_owned(),
            model,
            compiled,
        });
    }
}
