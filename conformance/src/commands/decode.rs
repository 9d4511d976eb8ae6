//! `crossum decode`: old octets, read as the type that wrote them.

use std::fmt::Write as _;
use std::io::Read as _;

use anyhow::Context as _;

use super::{forms, print, unusable, width};
use crate::cli;
use input::machine;
use kit::exit::Exit;
use kit::report_file::Unfinished;
use wire::guess::{Certainty, Guess, contradiction};
use wire::report::document::DecodeDocument;
use wire::report::{Reading, guess, table, values};
use wire::{Dump, Records, dump};

/// No more is read of a dump.
const MAX_OCTETS: u64 = 1 << 30;
/// So many records are shown where nobody says how many there are.
const MAX_SHOWN: usize = 8;

/// What to do about a dump that is no whole number of records.
const HINT: &str = "`--skip` leaves octets out before the first record, `--count` behind the last, `--stride` between them";

/// Decodes.
pub(super) async fn run(options: cli::Decode) -> anyhow::Result<Exit> {
    let claim = |path: &Option<_>| path.as_deref().map(Unfinished::claim).transpose();
    let json = claim(&options.json).map_err(unusable)?;
    let csv = claim(&options.csv).map_err(unusable)?;
    let dump = read(&options).map_err(unusable)?;
    let machines = match &options.machine {
        Some(machine) => vec![machine.clone()],
        None if options.targets.is_empty() => vec![machine::ALL.to_owned()],
        None => options.targets.clone(),
    };
    let types = std::slice::from_ref(&options.name);
    let found = forms::read(
        &options.from,
        types,
        &machines,
        options.abis.as_deref(),
        &options.how,
    )
    .await?;
    let asked = found.machines.first().cloned().unwrap_or_default();
    let forms = found.only(&options.name)?;
    let records = Records {
        skip: options.skip,
        count: options.count,
        stride: options.stride,
    };
    let guess = match options.guess {
        false => None,
        true => {
            let some = forms.forms.first();
            let mut conditions = options.conditions.iter();
            if let Some(form) = some {
                conditions
                    .try_for_each(|one| one.check(form))
                    .map_err(|error| unusable(error.into()))?;
            }
            Some(Guess::of(
                &forms,
                &dump.octets,
                &records,
                &options.conditions,
            ))
        }
    };
    let form = match &guess {
        Some(guess) => guess.candidates.first().map(|one| one.form),
        None => Some(forms::on(&forms, &asked)?),
    };
    let found = form.map(|form| -> anyhow::Result<_> {
        let found = records.of(&dump.octets, form.size);
        let found =
            found.with_context(|| format!("{dump}, as {} of {}", forms.name, form.called()));
        let found = found.map_err(|error| unusable(anyhow::anyhow!("{error:#}; {HINT}")));
        Ok((form, found?.collect::<Vec<_>>()))
    });
    let found = found.transpose()?;
    let reading = found.as_ref().map(|(form, records)| Reading {
        dump: &dump.name,
        forms: &forms,
        form,
        records,
    });
    // Of a guess, what is contradicted is no candidate.
    let contradiction = reading
        .as_ref()
        .and_then(|reading| contradiction::of(reading.form, reading.records, &[]));
    let mut text = String::new();
    if let Some(guess) = &guess {
        guess::write(&dump.name, &forms, guess, &mut text)?;
        if guess.certainty() == Certainty::None {
            writeln!(text, "{HINT}")?;
        }
        text.push('\n');
    }
    if let Some(reading) = &reading {
        let most = options.count.map_or(MAX_SHOWN, |_| usize::MAX);
        table::write(reading, most, width(), &mut text)?;
        if let Some(why) = &contradiction {
            table::write_contradiction(reading, why, &mut text)?;
        }
        if let Some(report) = csv {
            report.write(|out| values::write(reading, out))?;
        }
    }
    if let Some(report) = json {
        let document = DecodeDocument::of(
            &dump.name,
            &forms,
            reading.as_ref(),
            contradiction.clone(),
            guess.as_ref(),
        );
        report.write_json(&document)?;
    }
    print(&text)?;
    Ok(match guess.map(|guess| guess.certainty()) {
        None if contradiction.is_some() => Exit::Failed,
        Some(Certainty::None) if forms.is_undecided || forms.forms.is_empty() => Exit::CouldNotRun,
        Some(Certainty::None) => Exit::Failed,
        Some(Certainty::Open) => Exit::CouldNotRun,
        None | Some(Certainty::Only | Certainty::Clear | Certainty::Likely) => Exit::Held,
    })
}

/// The dump.
fn read(options: &cli::Decode) -> anyhow::Result<Dump> {
    let is_stdin = options.dump.as_os_str() == "-";
    let name = match is_stdin {
        true => "<stdin>".to_owned(),
        false => options.dump.display().to_string(),
    };
    let failed = || format!("cannot read {name}");
    let mut octets = Vec::new();
    let read = match is_stdin {
        true => std::io::stdin()
            .lock()
            .take(MAX_OCTETS + 1)
            .read_to_end(&mut octets),
        false => {
            let file = std::fs::File::open(&options.dump).with_context(failed)?;
            anyhow::ensure!(!file.metadata()?.is_dir(), "{}: it is a folder", failed());
            file.take(MAX_OCTETS + 1).read_to_end(&mut octets)
        }
    };
    read.with_context(failed)?;
    anyhow::ensure!(
        octets.len() as u64 <= MAX_OCTETS,
        "{}: it has more than {MAX_OCTETS} octets",
        failed()
    );
    if options.hex {
        let text =
            std::str::from_utf8(&octets).with_context(|| format!("{name}: no hexadecimal text"))?;
        octets = dump::from_hex(text).with_context(|| name.clone())?;
    }
    Ok(Dump { name, octets })
}
