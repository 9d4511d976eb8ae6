//! `crossum check`: a user's own types, on every ABI.

pub(super) mod krate;
mod same;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Instant;

use cross::Host;
use layout::Abis;
use rayon::prelude::*;

use super::input::{Given, Input, Refused};
use super::selection::abis;
use super::{print, unusable, width};
use crate::cli;
use check::case::Models;
use check::policy::Policy;
use check::report::{
    CheckDocument, Count, Formats, Text, Told, Untold, diagnoses, page, sarif, table,
};
use check::verify::{CouldNotRun, Question, Verified, verify};
use check::{Checked, findings};
use input::conditional::Texts;
use input::machine::{Bits, Variants};
use input::reading::own::{is_complete, wide};
use input::reading::{Readings, Row};
use input::{Machine, machine};
use kit::exit::Exit;
use kit::report_file::Unfinished;
use kit::tools::Tools;

/// Checks.
pub(super) async fn run(options: cli::Check) -> anyhow::Result<Exit> {
    if let Some(code) = &options.explain {
        return explain(code.as_deref());
    }
    if let Some(lock) = &options.locked {
        return super::lock::check(&options, lock).await;
    }
    let settings = super::settings(options.how.config.as_deref())?;
    let host = settings.host();
    let policy = policy(&options, settings.check).map_err(unusable)?;
    let claim = |path: &Option<_>| path.as_deref().map(Unfinished::claim).transpose();
    let json = claim(&options.json).map_err(unusable)?;
    let sarif = claim(&options.sarif).map_err(unusable)?;
    let html = claim(&options.html).map_err(unusable)?;
    let abis = abis(options.abis.as_deref())?;
    if !options.same.is_empty() {
        return same::run(&options, &abis, &host, json).await;
    }
    let given = Given::all(&options, &host)?;
    let decided = decided(&given)?;
    let wide = wide(&host, options.how.jobs).await?;
    let variants = Variants::of(&abis, decided, &wide);
    let all = machine::machines(&abis, &variants);
    let names = names(&options);
    let mut machines = machine::named(&all, names, decided)?;
    are_several(&options.between, &machines).map_err(unusable)?;
    let begun = Instant::now();
    let is_open = machine::Scope::of(names) != machine::Scope::Named;
    if is_open {
        let own = compiled_for(&given, &abis, &host).await;
        own.iter()
            .for_each(|abi| machine::add_own(&all, abi, &mut machines));
    }
    let (inputs, refused) = match &options.krate {
        Some(folder) => {
            let project = krate::Project::of(folder, &options);
            let all = krate::inputs(&project, &abis, &machines, &host).await?;
            (all, Vec::new())
        }
        None => inputs(given, &options, &abis, &machines, &host).await?,
    };

    if is_open {
        for abi in inputs.iter().flat_map(|input| input.readings.own()) {
            machine::add_own(&all, abi, &mut machines);
        }
    }
    say_what_allows_nothing(&options, &inputs);

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
        renamed: inputs.iter().find_map(|input| input.renamed.clone()),
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
                    compile: &input.compile,
                    wanted: &input.wanted,
                    jobs: options.how.jobs,
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
                let mut texts = Texts::with(formats.renamed.as_ref());
                for checked in &mut checked {
                    checked.allow(&policy);
                    told.tell(checked, &formats, &policy, &mut texts)?;
                }
                let rows = input.readings.rows.iter();
                for row in rows.filter(|row| models.case(row).is_none()) {
                    told.tell_unread(row, &machines, &formats)?;
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
        let rows = inputs.iter().map(|input| &input.row);
        let rows = rows.chain(refused.iter().map(|refused| &refused.row));
        let document = document.with_inputs(rows.cloned().collect());
        report.write_json(&document)?;
    }
    if let Some(verified) = &verified {
        table::verified(verified, &mut text)?;
    }
    let is_for_people = matches!(formats.text, Text::Diagnoses | Text::Layout);
    if is_for_people {
        for input in &inputs {
            table::read_by(&input.readings, &mut text)?;
            input.row.write(&mut text)?;
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
    if !refused.is_empty() {
        for refused in refused {
            tell_refused(&refused.error);
        }
        return Ok(Exit::Usage);
    }
    let is_whole = inputs.iter().all(|input| input.is_whole);
    Ok(exit(&count, verified.as_ref(), is_whole))
}

/// What the options of all files decide about times and file offsets: machines are the same for all.
fn decided<'g>(given: impl IntoIterator<Item = &'g Given>) -> anyhow::Result<Option<Bits>> {
    let mut decided: Vec<Option<Bits>> = given.into_iter().map(Given::bits).collect();
    decided.dedup();
    match decided.as_slice() {
        [] => Ok(None),
        [one] => Ok(*one),
        _ => Err(unusable(anyhow::anyhow!(
            "these files are built with different widths of times and file offsets (-D_TIME_BITS, -D_FILE_OFFSET_BITS): check them one at a time"
        ))),
    }
}

/// The ABIs that sources are compiled for. Files of one folder have one compiler: each is asked once.
async fn compiled_for<'a>(given: &[Given], abis: &'a Abis, host: &Host) -> BTreeSet<&'a str> {
    let mut asked: Vec<&Given> = Vec::new();
    let mut found = BTreeSet::new();
    for one in given {
        if !asked.iter().any(|other| other.is_compiled_as(one)) {
            asked.push(one);
            found.extend(one.compiled_for(abis, host).await);
        }
    }
    found
}

fn tell_refused(error: &anyhow::Error) {
    let style = anstyle::AnsiColor::Red.on_default().bold();
    anstream::eprintln!("{style}crossum:{style:#} {error:#}");
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
        let mut texts = Texts::with(formats.renamed.as_ref());
        for row in rows {
            match models.case(row) {
                Some(case) => {
                    let checked = Checked::of(case, policy);
                    told.tell(&checked, formats, policy, &mut texts)?;
                }
                None => told.tell_unread(row, machines, formats)?,
            }
        }
        Ok(told)
    });
    let parts: Result<Vec<Told>, Untold> = parts.collect();
    let mut told = Told::default();
    parts?.into_iter().for_each(|part| told.append(part));
    Ok(told)
}

/// Reads the types of every file; those that cannot be read beside them.
///
/// # Errors
/// None can be read.
async fn inputs(
    given: Vec<Given>,
    options: &cli::Check,
    abis: &Abis,
    machines: &[Machine<'_>],
    host: &Host,
) -> anyhow::Result<(Vec<Input>, Vec<Refused>)> {
    let (mut inputs, mut refused) = (Vec::new(), Vec::new());
    for given in given {
        match given.read(options, abis, machines, host).await {
            Ok(input) => inputs.push(input),
            Err(one) => refused.push(*one),
        }
    }
    if inputs.is_empty()
        && let Some(last) = refused.pop()
    {
        for refused in refused {
            tell_refused(&refused.error);
        }
        return Err(last.error);
    }
    Ok((inputs, refused))
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
fn names(options: &cli::Check) -> &[String] {
    match options.between.as_slice() {
        [] => &options.targets,
        names => names,
    }
}

/// Whether something can be the same between these: two names may be of one machine.
fn are_several(between: &[String], machines: &[Machine<'_>]) -> anyhow::Result<()> {
    let [first, others @ ..] = between else {
        return Ok(());
    };
    if !others.is_empty() && count_of(machines) > 1 {
        return Ok(());
    }
    let is_usual = |machine: &Machine<'_>| kit::names::short(machine.name) == "x86_64";
    let other = match machines.iter().any(is_usual) {
        true => "aarch64",
        false => "x86_64",
    };
    anyhow::bail!(
        "--between {}: found one machine, expected two or more, such as --between {first},{other}",
        between.join(",")
    )
}

/// How many machines there are; a variant is none of its own.
fn count_of(machines: &[Machine<'_>]) -> usize {
    names_of(machines).len()
}

fn names_of<'a>(machines: &[Machine<'a>]) -> Vec<&'a str> {
    let named = machines.iter().filter(|machine| !machine.is_optional);
    named.map(|machine| machine.name).collect()
}

fn exit(count: &Count, verified: Option<&Verified>, is_whole: bool) -> Exit {
    let mismatches = verified.is_some_and(|verified| !verified.mismatches.is_empty());
    if count.denied > 0 || mismatches {
        Exit::Failed
    } else if !is_whole || verified.is_some_and(|verified| !verified.could_not_run.is_empty()) {
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

/// Of the command line alone: the project's settings are for all its files, and each run reads some.
fn say_what_allows_nothing(options: &cli::Check, inputs: &[Input]) {
    let asked = Policy {
        allow: options.allow.clone(),
        ..Policy::default()
    };
    let rows = inputs.iter().flat_map(|input| &input.readings.rows);
    let names: Vec<&str> = rows.map(|row| row.name.as_str()).collect();
    for (allow, name) in asked.of_others(&names) {
        eprintln!("crossum: --allow {allow} allows nothing: no type `{name}` was read");
    }
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
