//! The machine-readable report on checked types. Fields may be added; those that are here keep their meaning.

use std::collections::{BTreeMap, HashMap};

use input::Machine;
use input::subjects::Subjects;
use layout::dwarf::MemberSource;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use super::snippet::Judged;
use super::{InputRow, Told};
use crate::anatomy::{Anatomy, Field};
use crate::diagnosis::{Fix, Spot};
use crate::origin::sources;
use crate::verify::{CouldNotRun, Shown, Verified};
use crate::{Checked, Finding, Undecided};

/// All types, file by file in the order of their names.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CheckDocument {
    format: &'static str,
    version: u32,
    /// The files that were given, and how each was read.
    inputs: Vec<InputRow>,
    #[cfg_attr(test, schemars(with = "Vec<TypeRow<'static>>"))]
    types: Vec<Box<RawValue>>,
    /// The machines that the types were laid out on: of no other one is anything said.
    machines: Vec<String>,
    /// Null where nobody was asked.
    verified: Option<VerifiedRow>,
    summary: Summary,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TypeRow<'a> {
    name: String,
    declared: Option<String>,
    layouts: BTreeMap<String, &'a LayoutRow>,
    islands: Vec<Vec<String>>,
    findings: Vec<FindingRow>,
    undecided: Vec<UndecidedRow>,
    /// Who read the declaration, and for which machines; left out where it was read once for all.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    read_by: BTreeMap<String, Vec<String>>,
    /// Where compilers refuse the type.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    refused: Vec<UndecidedRow>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct LayoutRow {
    size: u64,
    /// Not there where the input does not say it: an object may be silent about what a declaration asks for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    align: Option<u64>,
    fields: Vec<FieldRow>,
    /// Pointers of the compiler's that no field stands for: Microsoft's to the places of virtual bases.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pointers: Vec<PointerRow>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct PointerRow {
    bit_offset: u64,
    bit_size: u64,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct FieldRow {
    path: String,
    bit_offset: u64,
    bit_size: u64,
    /// Its type as the source has it, where that is known; of an array, of its elements.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    type_name: Option<String>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct FindingRow {
    code: &'static str,
    field: String,
    message: String,
    cure: &'static str,
    targets: Vec<String>,
    /// The type that declares the field, where it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// Where the field stands, or the type, as far as that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<PlaceRow>,
    /// The declaration to write.
    #[serde(skip_serializing_if = "Option::is_none")]
    write: Option<String>,
    /// What to replace, where that can be said exactly.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<FixRow>,
}

/// A place in a source file.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct PlaceRow {
    file: String,
    /// From 1.
    line: u64,
    /// From 1, in characters; left out where the text is not here.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    /// The one behind the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<usize>,
}

/// Characters of a line, and what takes their place.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct FixRow {
    place: PlaceRow,
    text: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct UndecidedRow {
    why: String,
    targets: Vec<String>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct VerifiedRow {
    targets: usize,
    /// Layouts that were compared: a type, a compiler, a target.
    types: usize,
    equal: usize,
    /// Values whose octets a running program showed.
    probed: usize,
    /// What ran that program, with its version, by target.
    runners: BTreeMap<String, String>,
    mismatches: Vec<MismatchRow>,
    /// Declared otherwise there: the preprocessor left other text.
    other_text: Vec<NotComparedRow>,
    /// Not decided there, so that nothing was compared.
    undecided: Vec<NotComparedRow>,
    could_not_run: Vec<CouldNotRunRow>,
    /// Targets that were not asked, because nobody named them and something of them is missing.
    not_asked: Vec<CouldNotRunRow>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct MismatchRow {
    #[serde(rename = "type")]
    name: String,
    target: String,
    compiled_by: String,
    model: Value,
    compiler: Value,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct NotComparedRow {
    #[serde(rename = "type")]
    name: String,
    target: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct CouldNotRunRow {
    target: String,
    why: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Summary {
    types: usize,
    targets: usize,
    portable: usize,
    not_portable: usize,
    undecided: usize,
    denied: usize,
    seconds: f64,
}

impl CheckDocument {
    /// The document of these types.
    pub fn of(
        told: Told,
        machines: &[Machine<'_>],
        verified: Option<&Verified>,
        seconds: f64,
    ) -> CheckDocument {
        let Told { count, types, .. } = told;
        let names = machines.iter().filter(|machine| !machine.is_optional);
        let targets = names.clone().count();
        CheckDocument {
            format: "crossum-check",
            version: 1,
            inputs: Vec::new(),
            types,
            machines: names.map(|machine| machine.name.to_owned()).collect(),
            verified: verified.map(VerifiedRow::of),
            summary: Summary {
                types: count.types,
                targets,
                portable: count.portable,
                not_portable: count.not_portable,
                undecided: count.undecided,
                denied: count.denied,
                seconds,
            },
        }
    }
}

impl CheckDocument {
    /// With how each file was read.
    #[must_use]
    pub fn with_inputs(self, inputs: Vec<InputRow>) -> CheckDocument {
        CheckDocument { inputs, ..self }
    }
}

impl VerifiedRow {
    fn of(verified: &Verified) -> VerifiedRow {
        let mismatches = verified.mismatches.iter().map(|mismatch| MismatchRow {
            name: mismatch.name.clone(),
            target: mismatch.target.clone(),
            compiled_by: mismatch.compiler.clone(),
            model: said(&mismatch.model),
            compiler: said(&mismatch.compiled),
        });
        let rows = |rows: &[CouldNotRun]| {
            let rows = rows.iter().map(|one| CouldNotRunRow {
                target: one.target.clone(),
                why: one.why.clone(),
            });
            rows.collect()
        };
        VerifiedRow {
            targets: verified.targets,
            types: verified.layouts,
            equal: verified.equal,
            probed: verified.probed,
            runners: verified.runners.clone(),
            mismatches: mismatches.collect(),
            other_text: not_compared(&verified.other_text),
            undecided: not_compared(&verified.undecided),
            could_not_run: rows(&verified.could_not_run),
            not_asked: rows(&verified.not_asked),
        }
    }
}

fn not_compared(types: &[(String, String)]) -> Vec<NotComparedRow> {
    let rows = types.iter().map(|(name, target)| NotComparedRow {
        name: name.clone(),
        target: target.clone(),
    });
    rows.collect()
}

fn said(said: &Shown) -> Value {
    match said {
        Shown::Layout(observed) => {
            let spots = observed.spots.iter();
            let fields: Vec<_> = spots
                .map(|spot| json!({ "path": spot.path, "bit_offset": spot.bit_offset, "bit_size": spot.bit_size }))
                .collect();
            json!({ "size": observed.size, "fields": fields })
        }
        Shown::Octets(line) => json!({ "octets": line }),
    }
}

/// The row of a type, written.
pub(super) fn row(checked: &Checked<'_>, all: &[Judged]) -> serde_json::Result<Box<RawValue>> {
    let rows = Rows::of(checked);
    to_raw_value(&TypeRow::of(checked, all, &rows))
}

/// How a type lies, for each layout that is known of it; those of many machines are one.
struct Rows {
    rows: Vec<LayoutRow>,
    /// Which of them it is, for each known layout.
    of: Vec<usize>,
}

impl Rows {
    fn of(checked: &Checked<'_>) -> Rows {
        let (mut rows, mut of) = (Vec::new(), Vec::new());
        // By what was laid out, and the reading that it is of.
        let mut places: HashMap<(*const Anatomy, Option<*const Subjects>), usize> = HashMap::new();
        let mut named: HashMap<*const Subjects, HashMap<String, &MemberSource>> = HashMap::new();
        for (on, anatomy) in checked.case.known() {
            let reading = on.read.map(|read| std::ptr::from_ref(read.of));
            let place = places.entry((std::ptr::from_ref(anatomy), reading));
            of.push(*place.or_insert_with(|| {
                let named = on
                    .read
                    .map(|read| &*named.entry(read.of).or_insert_with(|| sources(read)));
                rows.push(LayoutRow::of(anatomy, named));
                rows.len() - 1
            }));
        }
        Rows { rows, of }
    }
}

impl<'a> TypeRow<'a> {
    fn of(checked: &Checked<'_>, all: &[Judged], rows: &'a Rows) -> TypeRow<'a> {
        let findings = checked.findings.iter().zip(all);
        let case = &checked.case;
        let mut layouts = BTreeMap::new();
        for ((on, _), row) in case.known().zip(&rows.of) {
            let row = rows.rows.get(*row);
            let machines = on.machines.iter().map(|machine| (*machine).to_owned());
            layouts.extend(machines.filter_map(|machine| Some((machine, row?))));
        }
        let mut read_by: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for machine in case
            .on
            .iter()
            .filter(|on| on.read.is_some())
            .flat_map(|on| &on.machines)
        {
            if let Some(by) = case.read_by.get(*machine) {
                read_by
                    .entry(by.to_string())
                    .or_default()
                    .push((*machine).to_owned());
            }
        }
        let islands = checked.islands.iter();
        let names = |island: &Vec<&str>| island.iter().map(|name| (*name).to_owned()).collect();
        TypeRow {
            name: case.subject.name.clone(),
            declared: case.subject.declared.as_ref().map(ToString::to_string),
            layouts,
            read_by,
            islands: islands.map(names).collect(),
            findings: findings
                .map(|(finding, judged)| FindingRow::of(finding, judged))
                .collect(),
            undecided: checked.undecided.iter().map(UndecidedRow::of).collect(),
            refused: checked.refused.iter().map(UndecidedRow::of).collect(),
        }
    }
}

impl LayoutRow {
    fn of(anatomy: &Anatomy, sources: Option<&HashMap<String, &MemberSource>>) -> LayoutRow {
        let source = |field: &Field| sources?.get(&field.path).copied();
        LayoutRow {
            size: anatomy.size,
            align: anatomy.align,
            fields: anatomy
                .fields
                .iter()
                .map(|field| FieldRow::of(field, source(field)))
                .collect(),
            pointers: anatomy
                .pointers
                .iter()
                .map(|pointer| PointerRow {
                    bit_offset: pointer.bit_offset,
                    bit_size: pointer.bit_size,
                })
                .collect(),
        }
    }
}

impl FieldRow {
    fn of(field: &Field, source: Option<&MemberSource>) -> FieldRow {
        FieldRow {
            path: field.path.clone(),
            bit_offset: field.bit_offset,
            bit_size: field.extent().0,
            type_name: source
                .and_then(|source| source.type_name.as_deref())
                .map(str::to_owned),
        }
    }
}

impl FindingRow {
    fn of(finding: &Finding, judged: &Judged) -> FindingRow {
        let found = finding.found.clone();
        let one = &judged.diagnosis;
        FindingRow {
            code: finding.rule.code,
            field: found.field,
            message: found.message,
            cure: finding.cure(),
            targets: found.targets,
            by: one.is_nested.then(|| one.owner.clone()),
            place: one.spot.as_ref().map(PlaceRow::of),
            write: one.line.clone(),
            // What is mended where it is declared is not mended here once more.
            fixes: match one.is_nested {
                true => Vec::new(),
                false => one.fixes.iter().map(FixRow::of).collect(),
            },
        }
    }
}

impl PlaceRow {
    fn of(spot: &Spot) -> PlaceRow {
        PlaceRow {
            file: spot.file.to_string(),
            line: spot.line,
            column: spot.columns.as_ref().map(|columns| columns.start),
            end_column: spot.columns.as_ref().map(|columns| columns.end),
        }
    }
}

impl FixRow {
    fn of(fix: &Fix) -> FixRow {
        FixRow {
            place: PlaceRow::of(&fix.spot),
            text: fix.text.clone(),
        }
    }
}

impl UndecidedRow {
    fn of(undecided: &Undecided) -> UndecidedRow {
        UndecidedRow {
            why: undecided.why.clone(),
            targets: undecided.targets.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_that_is_committed_is_that_of_the_types() {
        kit::schema::compare::<CheckDocument>("crossum-check").unwrap();
    }
}
