//! Types as `crossum check` reads them, in the forms that they have in octets: for every command that reads or writes those.

use std::path::Path;

use super::check::krate;
use super::input::Given;
use super::selection::abis;
use super::unusable;
use crate::cli;
use check::case::Models;
use input::machine::{self, Machine, Variants};
use input::reading::own::wide;
use wire::{Form, Forms};

/// Some types on the machines that were asked for.
pub(super) struct Found {
    /// The names of the machines, without variants.
    pub(super) machines: Vec<String>,
    /// In the order of their names.
    pub(super) types: Vec<Forms>,
}

/// Reads types of a file, or of the crates of the cargo project in a folder, for machines of these names, with none for those that people have; by a table of ABIs, or the builtin one.
///
/// # Errors
/// The file, a type or a machine is not there, or cannot be read.
pub(super) async fn read(
    file: &Path,
    types: &[String],
    machines: &[String],
    table: Option<&Path>,
    how: &cli::HowRead,
) -> anyhow::Result<Found> {
    let host = super::settings(how.config.as_deref())?.host();
    let abis = abis(table)?;
    let files = match file.is_dir() {
        true => Vec::new(),
        false => vec![file.to_owned()],
    };
    let options = how.check(files, types.to_vec());
    let given = Given::all(&options, &host)?.into_iter().next();
    let decided = given.as_ref().and_then(Given::bits);
    let wide = wide(&host, options.how.jobs).await?;
    let variants = Variants::of(&abis, decided, &wide);
    let all = machine::machines(&abis, &variants);
    let machines = machine::named(&all, machines, decided)?;
    let inputs = match given {
        Some(given) => {
            let read = given.read(&options, &abis, &machines, &host).await;
            vec![read.map_err(|refused| refused.error)?]
        }
        None => {
            let project = krate::Project::of(file, &options);
            krate::inputs(&project, &abis, &machines, &host).await?
        }
    };
    let types = inputs.iter().flat_map(|input| {
        let models = Models::new(&input.readings, &machines);
        let rows = input.readings.rows.iter();
        let cases = rows.filter_map(|row| models.case(row));
        cases.map(|case| Forms::of(&case)).collect::<Vec<_>>()
    });
    let types = types.collect();
    Ok(Found {
        machines: machines.iter().filter(is_asked).map(named).collect(),
        types,
    })
}

fn is_asked(machine: &&Machine<'_>) -> bool {
    !machine.is_optional
}

fn named(machine: &Machine<'_>) -> String {
    machine.name.to_owned()
}

impl Found {
    /// The only type of this name.
    ///
    /// # Errors
    /// Several have it, or nothing is known of it on any machine.
    pub(super) fn only(mut self, name: &str) -> anyhow::Result<Forms> {
        let all: Vec<String> = self
            .types
            .iter()
            .map(|one| {
                let declared = one.declared.as_deref().unwrap_or("nobody says where");
                format!("{} ({declared})", one.name)
            })
            .collect();
        match (self.types.pop(), all.len()) {
            (Some(only), 1) => Ok(only),
            (None, _) => Err(unusable(anyhow::anyhow!(
                "`{name}`: none of these machines is known to have such a type"
            ))),
            (Some(_), _) => Err(unusable(anyhow::anyhow!(
                "`{name}` names {} types, expected one: {}",
                all.len(),
                all.join(", ")
            ))),
        }
    }
}

/// The form on the one machine that was asked about.
///
/// # Errors
/// It is undecided there, or its compiler refuses it.
pub(super) fn on<'f>(forms: &'f Forms, machine: &str) -> anyhow::Result<&'f Form> {
    let why = || {
        forms
            .unknown_on(machine)
            .unwrap_or("nothing is known of it")
    };
    let name = &forms.name;
    forms.on(machine).ok_or_else(|| match forms.is_undecided {
        true => anyhow::anyhow!("{name} is undecided on {machine}: {}", why()),
        false => unusable(anyhow::anyhow!(
            "there is no {name} on {machine}: {}",
            why()
        )),
    })
}
