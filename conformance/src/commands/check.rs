//! `crossum check`: a user's own types, on every ABI.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context as _;
use cross::Host;
use layout::Abis;
use layout::fit::Alignments;
use rayon::prelude::*;

use super::selection::abis;
use super::{print, unusable, width};
use crate::cli;
use check::case::Models;
use check::conditional::Texts;
use check::machine::{Bits, Variants};
use check::policy::Policy;
use check::reading::own::{is_complete, wide};
use check::reading::source::{Asking, Here, Source, read};
use check::reading::{Readings, Row};
use check::report::{
    CheckDocument, Count, Formats, Text, Told, Untold, diagnoses, page, sarif, table,
};
use check::source::{self, Compile, Evidence, Kind};
use check::subjects::{self, NoSubject, Wanted};
use check::verify::{CouldNotRun, Question, Verified, verify};
use check::{Checked, Machine, findings, machine};
use kit::exit::Exit;
use kit::report_file::Unfinished;
use kit::tools::Tools;

/// Checks.
pub(super) async fn run(options: cli::Check) -> anyhow::Result<Exit> {
    if let Some(code) = &options.explain {
        return explain(code.as_deref());
    }
    let settings = super::settings(options.config.as_deref())?;
    let host = settings.host();
    let policy = policy(&options, settings.check).map_err(unusable)?;
    let claim = |path: &Option<_>| path.as_deref().map(Unfinished::claim).transpose();
    let json = claim(&options.json).map_err(unusable)?;
    let sarif = claim(&options.sarif).map_err(unusable)?;
    let html = claim(&options.html).map_err(unusable)?;
    let abis = abis(options.abis.as_deref())?;
    let decided = Bits::of_options(&options.define);
    let wide = wide(&host, options.jobs).await?;
    let variants = Variants::of(&abis, decided, &wide);
    let all = machine::machines(&abis, &variants);
    let names = names(&options).map_err(unusable)?;
    let machines = machine::named(&all, names, decided)?;
    let begun = Instant::now();
    let compile = Compile {
        compiler: options.cc.clone(),
        include: options.include.clone(),
        define: options.define.clone(),
    };
    let inputs = inputs(&options, &compile, &abis, &machines).await?;

    let formats = Formats {
        text: match options.format {
            _ if options.github => Text::Annotations,
            _ if options.layout => Text::Layout,
            cli::Format::Text => Text::Diagnoses,
            cli::Format::Short => Text::Short,
            cli::Format::Gcc => Text::Gcc,
        },
        json: json.is_some(),
        sarif: sarif.is_some(),
        html: html.is_some(),
        width: width(),
    };
    let mut told = Told::default();
    let mut verified = options.verify.then(Verified::default);
    for input in &inputs {
        told.append(match &mut verified {
            None => tell(&input.readings, &machines, &formats, &policy)?,
            Some(verified) => {
                let question = Question {
                    source: &input.file,
                    readings: &input.readings,
                    compile: &compile,
                    wanted: &input.wanted,
                    jobs: options.jobs,
                };
                let models = Models::new(&input.readings, &machines);
                let mut checked = check(&input.readings.rows, &models, &policy);
                let named = machine::Scope::of(names) == machine::Scope::Named;
                self_check(
                    &question,
                    &abis,
                    &host,
                    &machines,
                    named,
                    &mut checked,
                    verified,
                )
                .await?;
                let mut told = Told::default();
                let mut texts = Texts::default();
                for checked in &mut checked {
                    checked.allow(&policy);
                    told.tell(checked, &formats, &policy, &mut texts)?;
                }
                told
            }
        });
    }

    let mut text = told.take_text(&formats)?;
    let count = told.count;
    if let Some(report) = html {
        let page = page::document(&told.sections, &count, &names_of(&machines));
        report.write(|out| out.write_all(page.as_bytes()))?;
    }
    if let Some(report) = sarif {
        report.write_json(&sarif::document(&told))?;
    }
    if let Some(report) = json {
        let seconds = begun.elapsed().as_secs_f64();
        let document = CheckDocument::of(told, &machines, verified.as_ref(), seconds);
        report.write_json(&document)?;
    }
    if let Some(verified) = &verified {
        table::verified(verified, &mut text)?;
    }
    let is_for_people = matches!(formats.text, Text::Diagnoses | Text::Layout);
    if is_for_people {
        for input in &inputs {
            table::read_by(&input.readings, &mut text)?;
        }
    }
    table::left_out(&machine::left_out(&all, names), &mut text)?;
    if is_for_people {
        let others = count_of(&machine::named(&all, &[machine::ALL.to_owned()], decided)?);
        let others = others.saturating_sub(count_of(&machines));
        diagnoses::looked_at(&names_of(&machines), others, &mut text)?;
    }
    if is_for_people || formats.text == Text::Annotations {
        table::summary(&count, count_of(&machines), &mut text)?;
    }
    print(&text)?;
    Ok(exit(&count, verified.as_ref()))
}

/// Checks types.
fn check<'a>(rows: &'a [Row], models: &Models<'a>, policy: &Policy) -> Vec<Checked<'a>> {
    let cases = rows.iter().filter_map(|row| models.case(row));
    cases.map(|case| Checked::of(case, policy)).collect()
}

/// So many types share what is known of those that they are made of; more take more memory, fewer more time.
const A_PART: usize = 256;

/// Checks and tells all types of a file, a part of them on each core. A type on all machines is large, and is forgotten once it is told.
fn tell(
    readings: &Readings,
    machines: &[Machine<'_>],
    formats: &Formats,
    policy: &Policy,
) -> Result<Told, Untold> {
    let parts = readings.rows.par_chunks(A_PART).map(|rows| {
        let models = Models::new(readings, machines);
        let mut told = Told::default();
        let mut texts = Texts::default();
        for case in rows.iter().filter_map(|row| models.case(row)) {
            let checked = Checked::of(case, policy);
            told.tell(&checked, formats, policy, &mut texts)?;
        }
        Ok(told)
    });
    let parts: Result<Vec<Told>, Untold> = parts.collect();
    let mut told = Told::default();
    parts?.into_iter().for_each(|part| told.append(part));
    Ok(told)
}

/// A file and what is asked of it.
struct Input {
    file: PathBuf,
    wanted: Wanted,
    readings: Readings,
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
        // A debug file is larger than what is taken from it.
        drop(octets);
        let readings = if source {
            let Evidence { told, text } = source::evidence(file, &program, compile, &host).await?;
            let kind = Kind::of(file);
            let here = Here {
                program,
                told,
                text,
                compiler: compile.program(kind, &host).map_err(unusable)?,
            };
            let source = Source {
                path: file
                    .canonicalize()
                    .with_context(in_file)
                    .map_err(unusable)?,
                kind,
                compile: compile.clone(),
                wanted: wanted.clone(),
            };
            let asking = Asking {
                host: &host,
                abis,
                machines,
                jobs: options.jobs,
                everybody: options.verify,
            };
            read(source, here, &asking).await
        } else {
            let subjects =
                subjects::decide(program, &Alignments::default(), &wanted, abis, machines);
            let readings = subjects.map(|subjects| Readings::only(subjects, in_file()));
            readings.map_err(Into::into)
        };
        inputs.push(Input {
            file: file.clone(),
            wanted,
            readings: readings.with_context(in_file).map_err(unusable)?,
        });
    }
    Ok(inputs)
}

/// Has the compilers of these machines, where they are targets, say whether it is as the model says. Those that nobody named are asked where they are complete.
async fn self_check(
    question: &Question<'_>,
    abis: &Abis,
    host: &Host,
    machines: &[Machine<'_>],
    named: bool,
    checked: &mut [Checked<'_>],
    verified: &mut Verified,
) -> anyhow::Result<()> {
    let targets = machines
        .iter()
        .filter_map(|machine| cross::target(machine.name).ok());
    let (asked, others): (Vec<_>, Vec<_>) =
        targets.partition(|target| named || is_complete(target, host));
    verified.not_asked = others
        .iter()
        .map(|target| CouldNotRun {
            target: target.name.clone(),
            why: "its compiler or its C library is not here".to_owned(),
        })
        .collect();
    // A variant is an option of a build, by which no program here is compiled.
    let variants = machines
        .iter()
        .filter(|machine| machine.bits.is_some() && !machine.is_optional);
    verified
        .not_asked
        .extend(variants.map(|machine| CouldNotRun {
            target: machine.name.to_owned(),
            why: "a variant is read, and not run".to_owned(),
        }));
    let names = asked.iter().map(|target| target.name.as_str()).collect();
    let tools = Tools::find(host.clone(), abis, &names).await?;
    verify(question, &tools.by_target, abis, host, checked, verified).await
}

/// The machines that were asked for: those between which something is to be the same, or any.
fn names(options: &cli::Check) -> anyhow::Result<&[String]> {
    match options.between.as_slice() {
        [] => Ok(&options.targets),
        [one] => anyhow::bail!(
            "--between {one}: found one machine, expected two or more, such as --between {one},x86_64"
        ),
        names => Ok(names),
    }
}

/// How many machines there are; a variant is none of its own.
fn count_of(machines: &[Machine<'_>]) -> usize {
    names_of(machines).len()
}

fn names_of<'a>(machines: &[Machine<'a>]) -> Vec<&'a str> {
    let named = machines.iter().filter(|machine| !machine.is_optional);
    named.map(|machine| machine.name).collect()
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

/// The project's policy, and the options on top.
fn policy(options: &cli::Check, settings: Policy) -> anyhow::Result<Policy> {
    let asked = Policy {
        deny: options.deny.clone(),
        allow: options.allow.clone(),
    };
    asked.check()?;
    Ok(settings.and(asked))
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
