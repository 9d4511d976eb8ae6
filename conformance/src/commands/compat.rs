//! `crossum compat`: one machine, several ABIs.

use std::borrow::Cow;
use std::path::Path;

use super::{forms, print, unusable};
use crate::cli;
use cross::Host;
use input::machine;
use kit::exit::Exit;
use kit::report_file::Unfinished;
use wire::Forms;
use wire::compat::{Compat, Ioctl, Verdict, numbers};
use wire::report::compat::{self as report, CompatDocument, Row};

/// Compares.
pub(super) async fn run(options: cli::Compat) -> anyhow::Result<Exit> {
    let json = options
        .json
        .as_deref()
        .map(Unfinished::claim)
        .transpose()
        .map_err(unusable)?;
    if options.abis.len() < 2 {
        return Err(unusable(anyhow::anyhow!(
            "--abis {}: expected two or more, such as --abis i686,x86_64",
            options.abis.join(",")
        )));
    }
    let host = super::host(options.how.config.as_deref())?;
    let found = forms::read(
        &options.file,
        &options.types,
        &options.abis,
        None,
        &options.how,
    )
    .await?;
    let mut machines = found.machines;
    // Several names may be one machine's.
    if machines.len() < 2 {
        return Err(unusable(anyhow::anyhow!(
            "--abis {}: all of them name {}, expected two or more machines, such as --abis i686,x86_64",
            options.abis.join(","),
            machines.join(", ")
        )));
    }
    machines.sort_by_cached_key(|machine| place(machine, &options.abis));
    let mut types = found.types;
    let macros = Macros::of(&options, &mut types).await?;
    let mut rows = Vec::new();
    for forms in &types {
        let compat = Compat::of(forms, &machines);
        let (ioctls, unread) = match macros.ioctls(forms, &host).await {
            Ok(read) => read,
            Err(why) => (Vec::new(), vec![(forms.ioctls.join(", "), why)]),
        };
        rows.push(Row {
            compat,
            ioctls,
            unread,
        });
    }
    let mut text = String::new();
    report::write(&rows, &machines, &mut text)?;
    if let Some(report) = json {
        report.write_json(&CompatDocument::of(&rows, &machines))?;
    }
    print(&text)?;
    let verdicts = rows.iter().map(|row| row.compat.verdict());
    Ok(match verdicts.max() {
        Some(Verdict::Translated) => Exit::Failed,
        Some(Verdict::Undecided) => Exit::CouldNotRun,
        Some(Verdict::Shared) | None => Exit::Held,
    })
}

/// Where on the command line a machine was named.
fn place(machine: &str, named: &[String]) -> usize {
    let short = machine::short(machine);
    let mut names = named.iter();
    let is =
        |name: &String| name == machine || *name == short || machine.starts_with(name.as_str());
    names.position(is).unwrap_or(named.len())
}

/// Where the macros of ioctls are, and how that is read.
struct Macros<'o> {
    file: &'o Path,
    how: Cow<'o, cli::HowRead>,
}

impl<'o> Macros<'o> {
    /// Those of the header that was named, which become those of the types; else those that the types have already.
    async fn of(options: &'o cli::Compat, types: &mut [Forms]) -> anyhow::Result<Self> {
        let Some(header) = options.ioctl.as_deref() else {
            return Ok(Macros {
                file: &options.file,
                how: Cow::Borrowed(&options.how),
            });
        };
        let mut how = options.how.clone();
        how.include_file.push(options.file.clone());
        let names: Vec<String> = types.iter().map(|one| one.name.clone()).collect();
        let found = forms::read(header, &names, &options.abis, None, &how).await?;
        for one in types {
            let same = found.types.iter().find(|other| other.name == one.name);
            one.ioctls = same.map_or_else(Vec::new, |same| same.ioctls.clone());
        }
        Ok(Macros {
            file: header,
            how: Cow::Owned(how),
        })
    }

    /// The ioctls that have a type's size in their number; those of which that is not so, or not known, and why.
    async fn ioctls(
        &self,
        forms: &Forms,
        host: &Host,
    ) -> Result<(Vec<Ioctl>, Vec<(String, String)>), String> {
        if forms.ioctls.is_empty() {
            return Ok((Vec::new(), Vec::new()));
        }
        let native = cross::targets().find(|target| target.is_native());
        let native = native.map_or("", |target| target.name.as_str());
        let compiler = self.how.cc.as_deref().unwrap_or("cc");
        let words = self.how.words();
        let name = &forms.name;
        let (found, size) = numbers(host, compiler, self.file, &words, name, &forms.ioctls).await?;
        let (mut ioctls, mut others) = (Vec::new(), Vec::new());
        for (name, number) in found {
            match Ioctl::of(&name, number, native, size) {
                Some(ioctl) => ioctls.push(ioctl),
                None => others.push((
                    name,
                    format!(
                        "it is {number:#010x} here, whose size is not that of {} ({size} octets), nor of several",
                        forms.name
                    ),
                )),
            }
        }
        Ok((ioctls, others))
    }
}
