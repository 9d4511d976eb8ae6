//! `crossum check`: a user's own types, on every ABI.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context as _;
use cross::{Abis, Host};

use super::chosen::abis;
use super::{print, unusable, width};
use crate::check::case::Models;
use crate::check::policy::Policy;
use crate::check::source::{self, Compile, Evidence, Kind};
use crate::check::subjects::{self, NoSubject, Subjects, Wanted};
use crate::check::verify::{Question, Verified, verify};
use crate::check::{Checked, Finding, Machine, findings, machine};
use crate::cli;
use crate::exit::Exit;
use crate::report::Unfinished;
use crate::report::check::{Count, Document, annotations, sarif, table};
use crate::run::tools::Tools;
use crate::select;
use crate::settings::Settings;

/// Checks.
pub(super) async fn run(options: cli::Check) -> anyhow::Result<Exit> {
    if let Some(code) = &options.explain {
        return explain(code.as_deref());
    }
    let policy = policy(&options).map_err(unusable)?;
    let claim = |path: &Option<_>| path.as_deref().map(Unfinished::claim).transpose();
    let json = claim(&options.json).map_err(unusable)?;
    let sarif = claim(&options.sarif).map_err(unusable)?;
    let abis = abis(options.abis.as_deref())?;
    let machines = select::machines(&machine::machines(&abis), &options.targets)?;
    let begun = Instant::now();
    let compile = Compile {
        compiler: options.cc.clone(),
        include: options.include.clone(),
        define: options.define.clone(),
    };
    let inputs = inputs(&options, &compile, &abis, &machines).await?;

    let mut all = Vec::new();
    let mut verified = options.verify.then(Verified::default);
    for Input {
        file,
        text,
        wanted,
        subjects,
    } in &inputs
    {
        let models = Models::new(&subjects.types, &machines);
        let cases = subjects.subjects.iter().map(|subject| models.case(subject));
        let mut checked: Vec<_> = cases.map(|case| Checked::of(case, &policy)).collect();
        if let Some(verified) = &mut verified {
            let question = Question {
                source: file,
                text,
                compile: &compile,
                wanted,
                jobs: options.jobs,
            };
            prove(&question, &abis, &machines, &mut checked, verified).await?;
            checked
                .iter_mut()
                .for_each(|checked| checked.allow(&policy));
        }
        all.extend(checked);
    }

    let denied = |finding: &Finding| policy.denies(finding);
    let mut count = Count {
        targets: machines.len(),
        ..Count::default()
    };
    let mut text = String::new();
    for checked in &all {
        count.add(checked, denied);
        if options.github {
            annotations::write(checked, denied, &mut text)?;
        } else {
            table::write(checked, denied, width(), &mut text)?;
        }
    }
    if let Some(report) = json {
        let seconds = begun.elapsed().as_secs_f64();
        report.write_json(&Document::of(&all, count, verified.as_ref(), seconds))?;
    }
    if let Some(report) = sarif {
        report.write_json(&sarif::document(&all, denied))?;
    }
    if let Some(verified) = &verified {
        table::verified(verified, &mut text)?;
    }
    table::summary(&count, &mut text)?;
    print(&text)?;
    Ok(exit(&count, verified.as_ref()))
}

/// A file and what is asked of it.
struct Input {
    file: PathBuf,
    /// What the preprocessor leaves of a source.
    text: String,
    wanted: Wanted,
    subjects: Subjects,
}

/// Reads the types of every file.
async fn inputs(
    options: &cli::Check,
    compile: &Compile,
    abis: &Abis,
    machines: &[Machine<'_>],
) -> anyhow::Result<Vec<Input>> {
    let host = Host::this();
    let mut inputs = Vec::new();
    for file in &options.files {
        let in_file = || file.display().to_string();
        let source = Kind::of(file) != Kind::Binary;
        if options.verify && Kind::of(file) != Kind::C {
            let why = "--verify needs C source, which other compilers can compile, too";
            return Err(unusable(anyhow::anyhow!("{}: {why}", in_file())));
        }
        let octets = source::octets(file, compile, &host).await;
        let octets = octets.map_err(unusable)?;
        let wanted = Wanted::new(&options.types, options.all, file);
        let mut wanted = wanted.with_context(in_file).map_err(unusable)?;
        let mut program = subjects::read(&octets, &wanted);
        if matches!(program, Err(NoSubject::Nothing)) && source {
            // A header that only includes others, as <utmp.h> does: what it includes is what it is about.
            wanted = wanted.and_included();
            program = subjects::read(&octets, &wanted);
        }
        let program = program.with_context(in_file).map_err(unusable)?;
        let Evidence { told, text } = match source {
            true => source::evidence(file, &program, compile, &host).await?,
            false => Evidence::default(),
        };
        let subjects = subjects::decide(program, &told, &wanted, abis, machines);
        inputs.push(Input {
            file: file.clone(),
            text,
            wanted,
            subjects: subjects.with_context(in_file).map_err(unusable)?,
        });
    }
    Ok(inputs)
}

/// Has the compilers of these machines, where they are targets, prove what the model says.
async fn prove(
    question: &Question<'_>,
    abis: &Abis,
    machines: &[Machine<'_>],
    checked: &mut [Checked<'_>],
    verified: &mut Verified,
) -> anyhow::Result<()> {
    let host = Host::this();
    let targets = machines
        .iter()
        .filter_map(|machine| cross::target(machine.name).ok());
    let names = targets.map(|target| target.name.as_str()).collect();
    let tools = Tools::find(host.clone(), abis, &names).await?;
    verify(question, &tools.kits, abis, &host, checked, verified).await
}

fn exit(count: &Count, verified: Option<&Verified>) -> Exit {
    let mismatches = verified.is_some_and(|verified| !verified.mismatches.is_empty());
    if count.denied > 0 || mismatches {
        Exit::Failed
    } else if verified.is_some_and(|verified| !verified.could_not_run.is_empty()) {
        Exit::CouldNotRun
    } else {
        Exit::Held
    }
}

/// The project's settings, and the options on top.
fn policy(options: &cli::Check) -> anyhow::Result<Policy> {
    let file = match &options.config {
        Some(file) => Some(file.clone()),
        None => Settings::find(&std::env::current_dir().unwrap_or_default()),
    };
    let settings = file.as_deref().map(Settings::of_file).transpose()?;
    let asked = Policy {
        deny: options.deny.clone(),
        allow: options.allow.clone(),
    };
    asked.check()?;
    Ok(settings.unwrap_or_default().check.and(asked))
}

/// One finding at length, or all in a line each.
fn explain(code: Option<&str>) -> anyhow::Result<Exit> {
    let mut text = String::new();
    match code {
        Some(code) => {
            let rule = findings::named(code).map_err(|error| unusable(error.into()))?;
            writeln!(
                text,
                "{}: {}\n\n{}\n\nCure: {}.",
                rule.code, rule.title, rule.explain, rule.cure
            )?;
        }
        None => {
            for rule in findings::all() {
                writeln!(text, "{:<22} {}", rule.code, rule.title)?;
            }
        }
    }
    print(&text)?;
    Ok(Exit::Held)
}
