//! `crossum check --same A:TYPE B:TYPE`: whether two types are laid out alike on every machine.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use cross::Host;
use layout::Abis;

use super::super::input::{Given, Input};
use super::super::{print, unusable, width};
use super::{decided, krate};
use crate::cli;
use check::case::{Case, Models};
use check::report::same::{EndRow, SameDocument, write};
use check::same::Same;
use input::Machine;
use input::machine::{self, Variants};
use input::reading::own::wide;
use kit::exit::Exit;
use kit::report_file::Unfinished;

/// A file, or the folder of a cargo project, and the name of a type in it.
struct End {
    file: PathBuf,
    name: String,
}

/// What declares the type of an end.
enum Declares {
    File(Box<Given>),
    Crates,
}

impl End {
    /// As it is given: a file has colons in its name more rarely than a type has, and is there.
    fn of(given: &str) -> anyhow::Result<End> {
        let mut colons = given.match_indices(':').map(|(place, _)| place);
        let is_file = |place: &usize| {
            let file = given.get(..*place).unwrap_or_default();
            file == "-" || Path::new(file).exists()
        };
        let place = colons.clone().find(is_file).or_else(|| colons.next());
        let parts = place.and_then(|place| given.split_at_checked(place));
        let (file, name) = parts.with_context(|| {
            format!("--same {given}: expected FILE:TYPE, such as packet.h:'struct packet'")
        })?;
        let name = name.trim_start_matches(':').trim();
        anyhow::ensure!(!name.is_empty(), "--same {given}: it names no type");
        Ok(End {
            file: PathBuf::from(file),
            name: name.to_owned(),
        })
    }
}

impl End {
    /// The folder of the cargo project that it names.
    fn project(&self) -> Option<&Path> {
        let is_project = |folder: &&Path| folder.join("Cargo.toml").is_file();
        match self.file.is_dir() {
            true => Some(self.file.as_path()).filter(is_project),
            false => {
                let is_manifest = self
                    .file
                    .file_name()
                    .is_some_and(|name| name == "Cargo.toml");
                let folder = self.file.parent().filter(|_| is_manifest)?;
                Some(match folder.as_os_str().is_empty() {
                    true => Path::new("."),
                    false => folder,
                })
            }
        }
    }

    fn declares(&self, options: &cli::Check, host: &Host) -> anyhow::Result<Declares> {
        match self.project() {
            Some(_) => Ok(Declares::Crates),
            None => {
                let given = Given::named(&self.file, &self.name, options, host)?;
                Ok(Declares::File(Box::new(given)))
            }
        }
    }

    /// What is read for these machines; of a project, of each of its crates.
    async fn read(
        &self,
        declares: Declares,
        options: &cli::Check,
        abis: &Abis,
        machines: &[Machine<'_>],
        host: &Host,
    ) -> anyhow::Result<Vec<Input>> {
        let given = match declares {
            Declares::File(given) => given,
            Declares::Crates => {
                let project = krate::Project {
                    folder: self.project().unwrap_or(&self.file),
                    types: std::slice::from_ref(&self.name),
                    // What stands behind `--` is for the compilers of files.
                    flags: &[],
                };
                return krate::inputs(&project, abis, machines, host).await;
            }
        };
        let input = given.read(options, abis, machines, host).await;
        Ok(vec![input.map_err(|refused| refused.error)?])
    }
}

/// Compares the two types.
pub(super) async fn run(
    options: &cli::Check,
    abis: &Abis,
    host: &Host,
    json: Option<Unfinished>,
) -> anyhow::Result<Exit> {
    let [first, second] = options.same.as_slice() else {
        return Err(unusable(anyhow::anyhow!(
            "--same: found {} types, expected two: FILE:TYPE FILE:TYPE",
            options.same.len()
        )));
    };
    let ends = [first, second].map(|given| End::of(given));
    let [first, second] = ends;
    let (first, second) = (first.map_err(unusable)?, second.map_err(unusable)?);
    let [one, other] = [&first, &second].map(|end| end.declares(options, host));
    let declares = [one?, other?];
    let files = declares.iter().filter_map(|one| match one {
        Declares::File(given) => Some(&**given),
        Declares::Crates => None,
    });
    let decided = decided(files)?;
    let wide = wide(host, options.how.jobs).await?;
    let variants = Variants::of(abis, decided, &wide);
    let all = machine::machines(abis, &variants);
    let everywhere = [machine::ALL.to_owned()];
    let names = match super::names(options) {
        [] => &everywhere,
        names => names,
    };
    let machines = machine::named(&all, names, decided)?;
    super::are_several(&options.between, &machines).map_err(unusable)?;
    let [one, other] = declares;
    let one = first.read(one, options, abis, &machines, host).await?;
    let other = second.read(other, options, abis, &machines, host).await?;
    let (of_one, of_other) = (models(&one, &machines), models(&other, &machines));
    let (one, of_one) = case(&one, &of_one, &first).map_err(unusable)?;
    let (other, of_other) = case(&other, &of_other, &second).map_err(unusable)?;
    let same = Same::of(&of_one, &of_other, &machines);
    let rows = [(&first, one, &of_one), (&second, other, &of_other)].map(|(end, input, case)| {
        let declared = case.subject.declared.as_ref();
        EndRow {
            file: end.file.display().to_string(),
            name: case.subject.name.clone(),
            declared: declared.map(ToString::to_string),
            notes: input.row.notes().to_vec(),
        }
    });
    let [of_one, of_other] = rows;
    let mut text = String::new();
    write(&of_one, &of_other, &same, width(), &mut text)?;
    for input in [one, other] {
        input.row.write(&mut text)?;
    }
    if let Some(report) = json {
        report.write_json(&SameDocument::of(of_one, of_other, &same))?;
    }
    print(&text)?;
    Ok(if same.differs() {
        Exit::Failed
    } else if same.is_undecided() {
        Exit::CouldNotRun
    } else {
        Exit::Held
    })
}

fn models<'i>(inputs: &'i [Input], machines: &'i [Machine<'i>]) -> Vec<Models<'i>> {
    let models = inputs
        .iter()
        .map(|input| Models::new(&input.readings, machines));
    models.collect()
}

/// The one type of that name, and what it was read from.
fn case<'a>(
    inputs: &'a [Input],
    models: &'a [Models<'a>],
    end: &End,
) -> anyhow::Result<(&'a Input, Case<'a>)> {
    let mut cases = inputs.iter().zip(models).flat_map(|(input, models)| {
        let rows = input.readings.rows.iter();
        rows.filter_map(move |row| Some((input, models.case(row)?)))
    });
    let (file, name) = (end.file.display(), &end.name);
    let case = cases
        .next()
        .with_context(|| format!("{file}: `{name}` is undecided on every machine"))?;
    let others = cases.count();
    anyhow::ensure!(
        others == 0,
        "{file}: found {} types that are called `{name}`, expected one (with `struct`, `union` or `enum` before it, or in a file that has only one)",
        others + 1
    );
    Ok(case)
}
