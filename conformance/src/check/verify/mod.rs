//! Proof by others: the compilers of each target say how they lay the types out, and a program that runs there shows it.

pub mod observed;
pub mod probe;
mod work;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use cross::find::Remedy;
use cross::{Abis, Host, Kit};

use self::observed::Lying;
use self::work::Job;
use super::findings::{self, Found};
use super::source::Compile;
use super::subjects::Wanted;
use super::{Checked, Finding};
use crate::progress::Progress;

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
    /// What was not as the model says.
    pub mismatches: Vec<Mismatch>,
    /// Types that are declared otherwise there: the preprocessor left other text.
    pub other_text: Vec<(String, String)>,
    /// Types of which the model does not decide how they lie there, and nothing is to be compared.
    pub undecided: Vec<(String, String)>,
    /// What could not be asked, and why.
    pub could_not_run: Vec<CouldNotRun>,
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
    pub model: Said,
    /// What the compiler says, or what was seen.
    pub compiled: Said,
}

/// How a type lies, or what a program printed about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// The layout.
    Layout(Lying),
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
    /// How it is compiled.
    pub compile: &'q Compile,
    /// Which of its types.
    pub wanted: &'q Wanted,
    /// How many compilers and programs run at once.
    pub jobs: usize,
}

/// Asks every compiler of these targets about the types, and runs a probe on each. Where two compilers of one target differ, that is a finding of the type.
pub async fn verify(
    question: &Question<'_>,
    kits: &BTreeMap<String, Kit>,
    abis: &Abis,
    host: &Host,
    checked: &mut [Checked<'_>],
    verified: &mut Verified,
) -> anyhow::Result<()> {
    let progress = Progress::on_stderr();
    let mut jobs = Vec::new();
    for kit in kits.values() {
        for compiler in [&kit.gcc, &kit.clang] {
            match compiler {
                Ok(found) => jobs.push(Job {
                    target: kit.target,
                    compiler: found.value.clone(),
                    runner: kit.runner.as_ref().ok().map(|found| found.value.clone()),
                }),
                // Where there is no such compiler nobody is asked.
                Err(missing) if matches!(missing.remedy, Remedy::Nothing(_)) => {}
                Err(missing) => verified.could_not_run.push(CouldNotRun {
                    target: kit.target.name.clone(),
                    why: missing.to_string(),
                }),
            }
        }
    }
    let jobs: Vec<_> = jobs.into_iter().map(Arc::new).collect();
    let bar = progress.phase("compiling for each target", jobs.len());
    let source = question.source.canonicalize()?;
    let compiled = work::compile(&jobs, &source, question, &bar).await?;
    drop(bar);

    let mut layouts: BTreeMap<(usize, String), Vec<(String, Lying)>> = BTreeMap::new();
    let mut probes = Vec::new();
    let mut spoke = BTreeSet::new();
    for (job, object) in jobs.iter().zip(compiled) {
        let target = &job.target.name;
        let mut failed = |why: String| {
            let why = format!("{}: {why}", job.compiler.make.name());
            verified.could_not_run.push(CouldNotRun {
                target: target.clone(),
                why,
            });
        };
        let program = match object.map(|octets| question.wanted.read(&octets)) {
            Ok(Ok(program)) => program,
            Ok(Err(why)) => {
                failed(why.to_string());
                continue;
            }
            Err(why) => {
                failed(why);
                continue;
            }
        };
        let mut as_declared = Vec::new();
        for (number, checked) in checked.iter().enumerate() {
            let name = &checked.case.subject.name;
            let on = checked
                .case
                .on
                .iter()
                .find(|on| on.machines.contains(&target.as_str()));
            let Some(Ok(anatomy)) = on.map(|on| &on.anatomy) else {
                continue;
            };
            let doubtful = checked
                .undecided
                .iter()
                .any(|one| one.targets.contains(target));
            if doubtful {
                verified.undecided.push((name.clone(), target.clone()));
                continue;
            }
            let model = Lying::modelled(&checked.case, anatomy);
            let named = program.of_name(name).next();
            let Some(lying) = named.and_then(|named| Lying::compiled(&program, named.kind)) else {
                verified.other_text.push((name.clone(), target.clone()));
                continue;
            };
            if !lying.same_text(&model) {
                verified.other_text.push((name.clone(), target.clone()));
                continue;
            }
            as_declared.push(number);
            verified.layouts += 1;
            if lying == model {
                verified.equal += 1;
            } else {
                verified.mismatches.push(Mismatch {
                    name: name.clone(),
                    target: target.clone(),
                    compiler: job.compiler.make.name().to_owned(),
                    model: Said::Layout(model),
                    compiled: Said::Layout(lying.clone()),
                });
            }
            let by_compiler = layouts.entry((number, target.clone())).or_default();
            by_compiler.push((job.compiler.make.name().to_owned(), lying));
        }
        // Where programs do not run (an emulator that crashes) the compilers' word is all there is.
        if job.target.unobserved.is_none() {
            probes.push((Arc::clone(job), as_declared));
        }
        spoke.insert(target.clone());
    }
    let spoke: std::collections::BTreeSet<_> =
        probes.iter().map(|(job, _)| &job.target.name).collect();
    verified.targets = verified.targets.max(spoke.len());
    run_probes(
        question, &source, probes, abis, host, checked, verified, &progress,
    )
    .await?;
    disagreements(layouts, checked);
    Ok(())
}

/// Builds and runs a probe for each compiler, and compares what it prints with what the model says.
#[expect(
    clippy::too_many_arguments,
    reason = "one step of `verify`, with all that it knows"
)]
async fn run_probes(
    question: &Question<'_>,
    source: &Path,
    probes: Vec<(Arc<Job>, Vec<usize>)>,
    abis: &Abis,
    host: &Host,
    checked: &[Checked<'_>],
    verified: &mut Verified,
    progress: &Progress,
) -> anyhow::Result<()> {
    let mut asked = Vec::new();
    let mut lines = Vec::new();
    for (job, numbers) in probes {
        let Some(abi) = abis.get(&job.target.abi) else {
            continue;
        };
        let mut cases = Vec::new();
        let mut expected = Vec::new();
        for number in numbers {
            let Some(checked) = checked.get(number) else {
                continue;
            };
            let mut on = checked
                .case
                .on
                .iter()
                .filter(|on| on.abi.name() == abi.name());
            if let Some(Ok(anatomy)) = on.next().map(|on| &on.anatomy) {
                cases.push((number, &checked.case));
                let of = probe::expected(number, &checked.case, abi, anatomy);
                expected.extend(of.into_iter().map(|line| (number, line)));
            }
        }
        asked.push((job, probe::source(source, &cases)));
        lines.push(expected);
    }
    let bar = progress.phase("running a probe on each target", asked.len());
    let printed = work::run(&asked, question, host, &bar).await?;
    for (((job, _), expected), printed) in asked.iter().zip(lines).zip(printed) {
        let target = &job.target.name;
        let printed = match printed {
            Ok(printed) => printed,
            Err(why) => {
                let why = format!("{}: {why}", job.compiler.make.name());
                verified.could_not_run.push(CouldNotRun {
                    target: target.clone(),
                    why,
                });
                continue;
            }
        };
        let mut printed = printed.lines();
        for (number, expected) in expected {
            verified.probed += 1;
            let seen = printed.next().unwrap_or_default();
            if seen != expected.line {
                let name = checked
                    .get(number)
                    .map(|checked| checked.case.subject.name.clone());
                verified.mismatches.push(Mismatch {
                    name: format!("{}, {}", name.unwrap_or_default(), expected.path),
                    target: target.clone(),
                    compiler: job.compiler.make.name().to_owned(),
                    model: Said::Octets(expected.line),
                    compiled: Said::Octets(seen.to_owned()),
                });
            }
        }
    }
    Ok(())
}

/// Where two compilers of one target lay a type out differently, the type has a finding.
fn disagreements(
    layouts: BTreeMap<(usize, String), Vec<(String, Lying)>>,
    checked: &mut [Checked<'_>],
) {
    let Ok(rule) = findings::named("compiler-disagreement") else {
        return;
    };
    let mut apart: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for ((number, target), by_compiler) in layouts {
        if let [(_, one), (_, other)] = by_compiler.as_slice()
            && one != other
        {
            apart.entry(number).or_default().push(target);
        }
    }
    for (number, targets) in apart {
        let Some(checked) = checked.get_mut(number) else {
            continue;
        };
        checked.findings.push(Finding {
            rule,
            found: Found {
                field: String::new(),
                message: format!(
                    "gcc and clang lay it out differently on {}",
                    targets.join(", ")
                ),
                targets,
            },
        });
    }
}
