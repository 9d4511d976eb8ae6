//! A format, for people and for programs, and what came of its proof.

use std::fmt::{self, Write};

use kit::style::{BAD, DIM, GOOD, STRONG, UNKNOWN};
use kit::table::{Cell as Words, Table, left};
use kit::words::some;
use serde::Serialize;

use crate::form::{Cell, Forms, Meaning};
use crate::port::Port;
use crate::prove::{Outcome, Proof};

/// Writes the fields of a format.
///
/// # Errors
/// Those of `out`.
pub fn write(port: &Port, width: usize, out: &mut impl Write) -> fmt::Result {
    let size = usize::try_from(port.form.size).unwrap_or(usize::MAX);
    let whose = match &port.machine {
        Some(machine) => format!("as {machine} has written it"),
        None => "a new format".to_owned(),
    };
    writeln!(
        out,
        "{STRONG}{}{STRONG:#}: {}, {whose}",
        port.name,
        some(size, "octet")
    )?;
    let heads = ["octet:size", "name", "is written as", "in the declaration"].map(left);
    let mut table = Table::new(heads).indented(2);
    for (name, cell) in port.fields.iter().zip(&port.form.cells) {
        table.row([
            Words::from(cell.place()),
            Words::styled(STRONG, name),
            Words::from(written(cell)),
            Words::styled(DIM, format!("{} {}", cell.declared_type(), cell.path)),
        ]);
    }
    table.write(width, out)
}

/// Whether a machine is left for which nobody can say what the format means: an old one is one machine's, and known.
fn is_undecided(port: &Port, forms: &Forms) -> bool {
    port.machine.is_none() && forms.is_undecided
}

/// The values whose width no word of their type fixes.
fn open(port: &Port) -> impl Iterator<Item = &Cell> {
    port.form.cells.iter().filter(|cell| !is_fixed(cell))
}

/// Writes on which machines the type is undecided, if there are any, and which of its values have to be decided there: those whose width no word of their type fixes.
///
/// # Errors
/// Those of `out`.
pub fn write_undecided(port: &Port, forms: &Forms, out: &mut impl Write) -> fmt::Result {
    if !is_undecided(port, forms) {
        return Ok(());
    }
    for (why, machines) in &forms.unknown {
        let machines = machines.iter().map(|name| input::machine::short(name));
        let machines: Vec<_> = machines.collect();
        writeln!(
            out,
            "{UNKNOWN}undecided{UNKNOWN:#}  on {}: {why}",
            machines.join(", ")
        )?;
    }
    let open: Vec<_> = open(port)
        .map(|cell| format!("`{}` ({})", cell.path, cell.declared_type()))
        .collect();
    match open.is_empty() {
        true => writeln!(
            out,
            "  every value has a width of its own: the format goes for those machines, too, if they declare the same values"
        ),
        false => writeln!(
            out,
            "  to be decided, since they have the width that the other machines give them: {}. Declare each with a type of fixed width (`int64_t`, `uint32_t`, ...)",
            open.join(", ")
        ),
    }
}

/// Whether its type has one width on all machines (C99, 7.18.1.1).
fn is_fixed(cell: &Cell) -> bool {
    let name = cell
        .type_name
        .trim_start_matches('_')
        .trim_start_matches("u_");
    let bare = name.strip_prefix('u').unwrap_or(name);
    let is_exact = ["8", "16", "32", "64"]
        .iter()
        .any(|bits| [format!("int{bits}_t"), format!("int{bits}")].contains(&bare.to_owned()));
    is_exact
        || cell.is_bit_field
        || matches!(cell.meaning, Meaning::Char | Meaning::Bool)
        || cell.bit_size == 8
}

/// How a value is written: `signed, big`.
pub(super) fn written(cell: &Cell) -> String {
    let kind = match &cell.meaning {
        Meaning::Bool => "0 or 1".to_owned(),
        Meaning::Char if cell.elements.is_some() => "characters".to_owned(),
        Meaning::Char => "character".to_owned(),
        Meaning::Integer { is_time: true, .. } => "seconds since 1970".to_owned(),
        Meaning::Integer { signed: true, .. } => "signed".to_owned(),
        Meaning::Integer { signed: false, .. } => "unsigned".to_owned(),
        Meaning::Enum { names, .. } if !names.is_empty() => {
            format!("one of {}", some(names.len(), "enumerator"))
        }
        Meaning::Enum { .. } => "enumerator".to_owned(),
        Meaning::Float(format) | Meaning::Complex(format) => format.to_string(),
        Meaning::Pointer => "an address, kept as a number".to_owned(),
    };
    let order = match cell.is_bit_field || cell.bit_size <= 8 {
        true => String::new(),
        false => format!(", {}-endian", cell.order),
    };
    let many = cell
        .elements
        .map_or_else(String::new, |elements| format!(", {elements} times"));
    format!("{kind}{order}{many}")
}

/// Writes what came of a proof.
///
/// # Errors
/// Those of `out`.
pub fn write_proofs(proofs: &[Proof], out: &mut impl Write) -> fmt::Result {
    for Proof { who, outcome, .. } in proofs {
        match outcome {
            Outcome::Equal => writeln!(out, "{GOOD}equal{GOOD:#}  {who}")?,
            Outcome::Differs { expected, found } => writeln!(
                out,
                "{BAD}differs{BAD:#}  {who}: {found}, and it should be {expected}; this is an error of crossum's"
            )?,
            Outcome::Fails(why) => writeln!(
                out,
                "{BAD}fails{BAD:#}  {who}: {why}\n  this is an error of crossum's"
            )?,
            Outcome::CouldNotRun(why) => {
                writeln!(out, "{UNKNOWN}could not run{UNKNOWN:#}  {who}: {why}")?;
            }
        }
    }
    Ok(())
}

/// The machine-readable report on a format. Fields may be added; those that are here keep their meaning.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PortDocument {
    format: &'static str,
    version: u32,
    #[serde(rename = "type")]
    name: String,
    /// In octets.
    size: u64,
    /// Whose format it is; null of a new one.
    machine: Option<String>,
    fields: Vec<FieldRow>,
    /// The files that were written.
    files: Vec<String>,
    /// Where the type is undecided, and why; none of an old format, which is one machine's.
    undecided: Vec<UndecidedRow>,
    /// Of a new format of a type that is undecided somewhere: the paths of the values whose width no word of their type fixes.
    to_decide: Vec<String>,
    /// What came of its proof; null where none was asked for.
    proofs: Option<Vec<ProofRow>>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct FieldRow {
    /// As in C.
    path: String,
    /// As in the code.
    name: String,
    bit_offset: u64,
    /// Of one element.
    bit_size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    elements: Option<u64>,
    /// `big` or `little`.
    order: String,
    /// How it is written, in words.
    written: String,
    /// As it is declared.
    #[serde(rename = "type")]
    type_name: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct UndecidedRow {
    why: String,
    machines: Vec<String>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ProofRow {
    who: String,
    /// `equal`, `differs`, `fails` or `could-not-run`.
    outcome: &'static str,
    /// In words, where it is not equal.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

impl PortDocument {
    /// Of a format, the files that were written, and its proof.
    pub fn of(
        port: &Port,
        forms: &Forms,
        files: Vec<String>,
        proofs: Option<&[Proof]>,
    ) -> PortDocument {
        let unknown = match is_undecided(port, forms) {
            true => forms.unknown.as_slice(),
            false => &[],
        };
        let undecided = unknown.iter().map(|(why, machines)| UndecidedRow {
            why: why.clone(),
            machines: machines.clone(),
        });
        let to_decide = match is_undecided(port, forms) {
            true => open(port).map(|cell| cell.path.clone()).collect(),
            false => Vec::new(),
        };
        let fields = port
            .fields
            .iter()
            .zip(&port.form.cells)
            .map(|(name, cell)| FieldRow {
                path: cell.path.clone(),
                name: name.clone(),
                bit_offset: cell.bit_offset,
                bit_size: cell.bit_size,
                elements: cell.elements,
                order: cell.order.to_string(),
                written: written(cell),
                type_name: cell.declared_type(),
            });
        PortDocument {
            format: "crossum-port",
            version: 1,
            name: port.name.clone(),
            size: port.form.size,
            machine: port.machine.clone(),
            fields: fields.collect(),
            files,
            undecided: undecided.collect(),
            to_decide,
            proofs: proofs.map(|proofs| proofs.iter().map(row).collect()),
        }
    }
}

fn row(proof: &Proof) -> ProofRow {
    let (outcome, why) = match &proof.outcome {
        Outcome::Equal => ("equal", None),
        Outcome::Differs { expected, found } => (
            "differs",
            Some(format!("{found}, and it should be {expected}")),
        ),
        Outcome::Fails(why) => ("fails", Some(why.clone())),
        Outcome::CouldNotRun(why) => ("could-not-run", Some(why.clone())),
    };
    ProofRow {
        who: proof.who.clone(),
        outcome,
        why,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_schema_is_committed() {
        kit::schema::compare::<PortDocument>("crossum-port").unwrap();
    }
}
