//! `crossum lock`, and `crossum check --locked`: what types have promised.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context as _;

use super::{forms, print, unusable};
use crate::cli;
use kit::exit::Exit;
use kit::report_file::Unfinished;
use wire::Forms;
use wire::lock::{Lock, LockedType, Verdict, compare};
use wire::report::locked::{self, Compared, LockedDocument};

/// Locks types.
pub(super) async fn run(options: cli::Lock) -> anyhow::Result<Exit> {
    let place = options.lock.display().to_string();
    let mut lock = match options.lock.exists() {
        true => read(&options.lock, &options.update).map_err(unusable)?,
        false => Lock::default(),
    };
    let claimed = Unfinished::claim(&options.lock).map_err(unusable)?;
    // A folder is a cargo project, and a project's file is its folder's.
    let place_of_types = match (&options.file, &options.krate) {
        (Some(file), _) if file.is_dir() => {
            let file = file.display();
            return Err(unusable(anyhow::anyhow!(
                "{file} is a folder, expected a header, a source or an object; `crossum lock --crate {file}` locks a cargo project"
            )));
        }
        (Some(file), _) | (None, Some(file)) => file.clone(),
        (None, None) => return Err(unusable(anyhow::anyhow!("expected a file"))),
    };
    let file = place_of_types.display().to_string();
    for name in &options.remove {
        if !lock.remove(name, &file) {
            return Err(unusable(anyhow::anyhow!(
                "{place}: no type `{name}` of {file} is in it"
            )));
        }
    }
    let is_removal_only =
        !options.remove.is_empty() && options.types.is_empty() && options.update.is_empty();
    let types = match is_removal_only {
        true => Vec::new(),
        false => {
            let names: Vec<String> = options
                .types
                .iter()
                .chain(&options.update)
                .cloned()
                .collect();
            forms::read(
                &place_of_types,
                &names,
                &options.targets,
                options.abis.as_deref(),
                &options.how,
            )
            .await?
            .types
        }
    };
    if options.krate.is_some()
        && !types.is_empty()
        && types.iter().all(|forms| forms.forms.is_empty())
    {
        return Err(unusable(anyhow::anyhow!(
            "{file}: nothing is known of the layout of any of its {}: `#[repr(C)]` promises one",
            kit::words::some(types.len(), "type")
        )));
    }
    let words = options.how.words();
    let mut refused = Vec::new();
    let removed = options.remove.iter();
    let mut told: Vec<_> = removed.map(|name| format!("removed  {name}\n")).collect();
    for forms in &types {
        if forms.forms.is_empty() {
            let why = forms
                .unknown
                .first()
                .map_or("nothing is known of it", |(why, _)| why);
            // Whoever locks a whole project has types in it that are sent to nobody.
            if options.krate.is_some() && options.types.is_empty() && options.update.is_empty() {
                told.push(format!("not locked  {}: {why}\n", forms.name));
                continue;
            }
            return Err(anyhow::anyhow!(
                "{} is undecided on all of these machines: {why}",
                forms.name
            ));
        }
        let one = LockedType::of(forms, &file, &words);
        let old = lock
            .types
            .iter()
            .find(|old| (&old.name, &old.file) == (&one.name, &one.file));
        let is_forced = options.update.contains(&one.name);
        let compared = old.map(|old| compare(old, Some(forms)));
        let word = match &compared {
            None => "locked",
            Some((Verdict::Held, changes)) if changes.is_empty() && old == Some(&one) => {
                "as it was"
            }
            Some((Verdict::Held, _)) => "written anew",
            Some(_) if is_forced => "updated",
            Some((_, _)) => {
                refused.push(one.name.clone());
                continue;
            }
        };
        told.push(format!("{word}  {} on {}\n", one.name, machines(&one)));
        let unknown = forms.unknown.iter().map(|(why, names)| {
            let names = names.iter().map(|name| input::machine::short(name));
            let names: Vec<_> = names.collect();
            format!("  not locked on {}: {why}\n", names.join(", "))
        });
        told.extend(unknown);
        lock.put(one);
    }
    let refused = lock
        .types
        .iter()
        .filter(|old| old.file == file && refused.contains(&old.name));
    let refused: Vec<_> = refused
        .filter_map(|old| {
            let now = types.iter().find(|now| now.name == old.name)?;
            let (verdict, changes) = compare(old, Some(now));
            Some(Compared {
                locked: old,
                verdict,
                changes,
            })
        })
        .collect();
    if !refused.is_empty() {
        let mut text = String::new();
        locked::write(&place, &refused, &mut text)?;
        print(&format!("{text}nothing was written\n"))?;
        return Ok(exit(&refused));
    }
    claimed.write(|out| out.write_all(lock.text().as_bytes()))?;
    print(&told.concat())?;
    // What is known is in the lock; on the other machines nothing was promised.
    let mut promised = types.iter().filter(|forms| !forms.forms.is_empty());
    Ok(match promised.any(|forms| forms.is_undecided) {
        true => Exit::CouldNotRun,
        false => Exit::Held,
    })
}

fn machines(one: &LockedType) -> String {
    let count = one.machines().filter(|name| !name.contains('+')).count();
    let groups = one.layouts.len();
    format!(
        "{} in {}",
        kit::words::some(count, "machine"),
        kit::words::some(groups, "group")
    )
}

/// Compares what is locked with what is declared now.
pub(super) async fn check(options: &cli::Check, lock: &Path) -> anyhow::Result<Exit> {
    let json = options
        .json
        .as_deref()
        .map(Unfinished::claim)
        .transpose()
        .map_err(unusable)?;
    let place = lock.display().to_string();
    let lock = read(lock, &[]).map_err(unusable)?;
    let is_asked = |file: &str| {
        options.files.is_empty()
            || options
                .files
                .iter()
                .any(|asked| asked.display().to_string() == file)
    };
    let asked: Vec<&LockedType> = lock
        .types
        .iter()
        .filter(|one| is_asked(&one.file))
        .collect();
    if asked.is_empty() {
        let files = options.files.iter().map(|file| file.display().to_string());
        let files: Vec<_> = files.collect();
        let of_files = match files.as_slice() {
            [] => String::new(),
            files => format!(" of {}", files.join(", ")),
        };
        let lock = files.iter().find(|file| file.ends_with(".lock"));
        let cure = lock.map_or_else(String::new, |file| {
            format!("; another lock is given as `--locked={file}`")
        });
        return Err(unusable(anyhow::anyhow!(
            "{place}: no type{of_files} is in it; `crossum lock FILE` puts them there{cure}"
        )));
    }
    let mut compared = Vec::new();
    // Types of one file that were locked with the same options are read at once.
    let mut left = asked;
    while let Some(first) = left.first().copied() {
        let is_same =
            |one: &&LockedType| (&one.file, &one.options) == (&first.file, &first.options);
        let (these, others): (Vec<_>, Vec<_>) = left.iter().copied().partition(is_same);
        left = others;
        let machines: BTreeSet<&str> = these
            .iter()
            .flat_map(|one| one.machines())
            .map(base)
            .collect();
        let machines: Vec<String> = machines.into_iter().map(str::to_owned).collect();
        let how = options.how.with_words(&first.options);
        let now = declared(&these, &machines, options.abis.as_deref(), &how).await?;
        for one in these {
            let forms = now.iter().find(|forms| forms.name == one.name);
            let (verdict, changes) = compare(one, forms);
            compared.push(Compared {
                locked: one,
                verdict,
                changes,
            });
        }
    }
    if let Some(report) = json {
        report.write_json(&LockedDocument::of(&place, &compared))?;
    }
    let mut text = String::new();
    locked::write(&place, &compared, &mut text)?;
    print(&text)?;
    Ok(exit(&compared))
}

/// Types of one file as they are declared now; one that is gone is not among them.
async fn declared(
    locked: &[&LockedType],
    machines: &[String],
    table: Option<&Path>,
    how: &cli::HowRead,
) -> anyhow::Result<Vec<Forms>> {
    let Some(first) = locked.first() else {
        return Ok(Vec::new());
    };
    let file = Path::new(&first.file);
    let names: Vec<String> = locked.iter().map(|one| one.name.clone()).collect();
    if let Ok(found) = forms::read(file, &names, machines, table, how).await {
        return Ok(found.types);
    }
    // One that is gone hides the others: each by itself, and what is wrong with the file is said.
    let all = forms::read(file, &[], machines, table, how).await?;
    let mut types = all.types;
    for name in names {
        if types.iter().any(|one| one.name == name) {
            continue;
        }
        if let Ok(found) = forms::read(file, &[name], machines, table, how).await {
            types.extend(found.types);
        }
    }
    Ok(types)
}

/// Without a variant's `+time64`.
fn base(machine: &str) -> &str {
    machine.split('+').next().unwrap_or(machine)
}

fn read(path: &Path, anew: &[String]) -> anyhow::Result<Lock> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let cure = match error.kind() {
            ErrorKind::NotFound => "; `crossum lock FILE` writes one",
            _ => "",
        };
        anyhow::anyhow!("cannot read {}: {error}{cure}", path.display())
    })?;
    Lock::read(&text, anew).with_context(|| path.display().to_string())
}

fn exit(compared: &[Compared<'_>]) -> Exit {
    match compared.iter().map(|one| one.verdict).max() {
        Some(Verdict::Broken) => Exit::Failed,
        Some(Verdict::Undecided) => Exit::CouldNotRun,
        Some(Verdict::Held) | None => Exit::Held,
    }
}
