//! `crossum port`: a portable type out of one that breaks.

use std::path::Path;

use anyhow::Context as _;
use cross::{Host, Target, compiler, runner};
use layout::ByteOrder;

use super::{forms, print, unusable, width};
use crate::cli;
use input::machine;
use kit::exit::Exit;
use kit::names;
use kit::report_file::Unfinished;
use wire::Forms;
use wire::port::owned::{self, Found};
use wire::port::{Language, Port, Widths};
use wire::prove::{Outcome, Proof, prove};
use wire::report::page;
use wire::report::port::{self as report, PortDocument};

/// Ports.
pub(super) async fn run(options: cli::Port) -> anyhow::Result<Exit> {
    let claim = |path: &Option<_>| path.as_deref().map(Unfinished::claim).transpose();
    let json = claim(&options.json).map_err(unusable)?;
    let html = claim(&options.html).map_err(unusable)?;
    let host = super::host(options.how.config.as_deref())?;
    let targets = names::targets(&options.targets)?;
    let machines: Vec<String> = options.machine.iter().cloned().collect();
    let types = std::slice::from_ref(&options.name);
    let found = forms::read(
        &options.file,
        types,
        &machines,
        options.abis.as_deref(),
        &options.how,
    )
    .await?;
    let asked = found.machines.first().cloned().unwrap_or_default();
    let forms = found.only(&options.name)?;
    if let [(why, _), ..] = forms.unknown.as_slice()
        && options.machine.is_none()
        && forms.forms.is_empty()
        && forms.is_undecided
    {
        anyhow::bail!("{} is undecided on every machine: {why}", forms.name);
    }
    let port = port(&options, &forms, &asked)?;
    let languages = match options.languages.as_slice() {
        [] => Language::ALL.to_vec(),
        chosen => chosen.iter().map(|one| language(*one)).collect(),
    };
    let mut text = String::new();
    report::write(&port, width(), &mut text)?;
    report::write_undecided(&port, &forms, &mut text)?;
    // Where its values lie does not matter to a new format; which there are does.
    let is_unread = options.machine.is_none() && forms.is_unread;
    let mut written = Vec::new();
    if let Some(folder) = &options.out {
        written = write(&port, &languages, folder, options.force)?;
        for name in &written {
            text.push_str(&format!("wrote {name}\n"));
        }
    }
    print(&text)?;
    let proofs = match options.prove {
        false => None,
        true => {
            let asked = targets
                .into_iter()
                .filter(|target| !options.targets.is_empty() || is_here(&host, target));
            let asked: Vec<_> = asked.collect();
            Some(prove(&port, &languages, &host, &asked).await?)
        }
    };
    let mut text = String::new();
    if let Some(proofs) = &proofs {
        report::write_proofs(proofs, &mut text)?;
    }
    print(&text)?;
    if let Some(report) = html {
        let forms = drawn(&options, proofs.as_deref()).await?;
        let text = page::document(&port, &forms, &written, proofs.as_deref());
        report.write(|out| out.write_all(text.as_bytes()))?;
    }
    if let Some(report) = json {
        report.write_json(&PortDocument::of(&port, &forms, written, proofs.as_deref()))?;
    }
    let proofs = proofs.unwrap_or_default();
    let outcomes = || proofs.iter().map(|proof| &proof.outcome);
    let is_wrong =
        |outcome: &Outcome| matches!(outcome, Outcome::Differs { .. } | Outcome::Fails(_));
    Ok(if outcomes().any(is_wrong) {
        Exit::Failed
    } else if is_unread || outcomes().any(|outcome| matches!(outcome, Outcome::CouldNotRun(_))) {
        Exit::CouldNotRun
    } else {
        Exit::Held
    })
}

fn port(options: &cli::Port, forms: &Forms, asked: &str) -> anyhow::Result<Port> {
    let port = match &options.machine {
        Some(_) => {
            let form = super::forms::on(forms, asked)?;
            Port::existing(forms, form, asked)
        }
        None => Port::new(
            forms,
            Widths {
                order: match options.order {
                    cli::Order::Big => ByteOrder::Big,
                    cli::Order::Little => ByteOrder::Little,
                },
                long: if options.long == "32" { 32 } else { 64 },
            },
        ),
    };
    port.map_err(|error| {
        unusable(anyhow::anyhow!(
            "{} cannot be ported as it is:\n{error}",
            forms.name
        ))
    })
}

/// The type on the machines that a page shows: those that people have, that of `--as`, and those that something was run for.
async fn drawn(options: &cli::Port, proofs: Option<&[Proof]>) -> anyhow::Result<Forms> {
    let types = std::slice::from_ref(&options.name);
    let all = [machine::ALL.to_owned()];
    let table = options.abis.as_deref();
    let found = forms::read(&options.file, types, &all, table, &options.how).await?;
    let proofs = proofs.unwrap_or_default().iter();
    let run: Vec<&str> = proofs
        .filter_map(|proof| proof.machine.as_deref())
        .collect();
    let asked = options.machine.as_deref();
    Ok(found.only(&options.name)?.on_some(|name| {
        let base = name.split('+').next().unwrap_or(name);
        machine::is_usual(base) || run.contains(&base) || asked == Some(&*machine::short(base))
    }))
}

fn language(language: cli::Language) -> Language {
    match language {
        cli::Language::C => Language::C,
        cli::Language::Rust => Language::Rust,
        cli::Language::Python => Language::Python,
        cli::Language::Kaitai => Language::Kaitai,
        cli::Language::Wireshark => Language::Wireshark,
    }
}

/// Whether programs for a target can be compiled and run here.
fn is_here(host: &Host, target: &Target) -> bool {
    target.unobserved.is_none()
        && compiler::gcc(host, target).is_ok()
        && runner::runner(host, target).is_ok()
}

/// Writes the files of these languages; none where one of them was edited.
fn write(
    port: &Port,
    languages: &[Language],
    folder: &Path,
    force: bool,
) -> anyhow::Result<Vec<String>> {
    let files = languages.iter().flat_map(|language| port.files(*language));
    let files: Vec<_> = files.map(|file| (folder.join(&file.name), file)).collect();
    for (path, _) in files.iter().filter(|_| !force) {
        let name = path.display();
        let found = owned::at(path)
            .with_context(|| format!("cannot read {name}"))
            .map_err(unusable)?;
        let why = match found {
            Found::Ours => continue,
            Found::Edited => "it was edited since crossum wrote it",
            Found::Foreign => "crossum has not written it",
        };
        return Err(unusable(anyhow::anyhow!(
            "{name}: {why}; nothing was written. `--force` overwrites it, `--out` writes elsewhere"
        )));
    }
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make {}", folder.display()))
        .map_err(unusable)?;
    let mut written = Vec::new();
    for (path, file) in files {
        let place = Unfinished::claim(&path).map_err(unusable)?;
        place.write(|out| out.write_all(owned::marked(&file).as_bytes()))?;
        written.push(path.display().to_string());
    }
    Ok(written)
}
