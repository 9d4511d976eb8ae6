//! The machine-readable comparison. Fields may be added; those that are here keep their meaning.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Comparison;
use crate::counted::OnTarget;
use crate::equal::Difference;
use crate::gauged::Instructions;
use crate::native::Nanoseconds;
use crate::spread::Spread;
use crate::values::DISTRIBUTIONS;
use crate::{Row, RowStatus};

/// A comparison of encodings.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct EncodingsDocument {
    format: &'static str,
    version: u32,
    values: Values,
    /// Where `cells` come from: `matrix`, `model` or `report`.
    cells_from: &'static str,
    targets: BTreeMap<&'static str, TargetRow>,
    baselines: Vec<BaselineRow>,
    encodings: Vec<EncodingRow>,
}

/// The values that were encoded.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Values {
    seed: u64,
    /// Of each distribution, here.
    each: usize,
    /// Of each distribution, on each target: the first ones.
    each_counted: usize,
    distributions: Vec<DistributionRow>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct DistributionRow {
    distribution: &'static str,
    about: &'static str,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TargetRow {
    /// `counted`, `unsupported` or `could-not-run`.
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    emulator: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    compiler: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct BaselineRow {
    baseline: &'static str,
    /// Null where it could not be measured.
    native_ns: Option<Times>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct EncodingRow {
    encoding: &'static str,
    family: &'static str,
    /// `equal`, `wrong` or `trap`: the numbers below are there where it is equal only.
    #[serde(rename = "standing")]
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<DifferenceRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trap: Option<&'static str>,
    /// Null where no cell ran.
    portable: Option<bool>,
    cells: Cells,
    between: Vec<Between>,
    bytes: Option<Bytes>,
    /// Of a request and its reply.
    native_ns: Option<Times>,
    /// Values that this machine's struct has no room for.
    unrepresentable: usize,
    instructions: BTreeMap<&'static str, Costs>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct DifferenceRow {
    a: i64,
    b: i64,
    part: &'static str,
    given: String,
    came_back: String,
    place: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Cells {
    correct: usize,
    not_correct: usize,
}

/// The cells between two kinds of machines, such as `BE32`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Between {
    server: String,
    client: String,
    #[serde(flatten)]
    cells: Cells,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Bytes {
    request: SpreadRow,
    reply: SpreadRow,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SpreadRow {
    min: u64,
    median: u64,
    max: u64,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Times {
    encode: f64,
    decode: f64,
}

/// Of a request and its reply: the median over the values; null where the target's struct had room for none.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Costs {
    encode: Option<u64>,
    decode: Option<u64>,
    encode_spread: Option<SpreadRow>,
    decode_spread: Option<SpreadRow>,
    unrepresentable: usize,
}

impl EncodingsDocument {
    /// The document of a comparison.
    pub fn of(comparison: &Comparison<'_>) -> EncodingsDocument {
        EncodingsDocument {
            format: "crossum-encodings",
            version: 1,
            values: Values {
                seed: comparison.seed,
                each: comparison.values,
                each_counted: comparison.values_counted,
                distributions: DISTRIBUTIONS
                    .iter()
                    .map(|distribution| DistributionRow {
                        distribution: distribution.name,
                        about: distribution.about,
                    })
                    .collect(),
            },
            cells_from: comparison.source.name(),
            targets: comparison
                .counted
                .iter()
                .map(|(name, on_target)| (*name, target(comparison, name, on_target)))
                .collect(),
            baselines: baselines(comparison),
            encodings: comparison.rows.iter().map(encoding).collect(),
        }
    }
}

fn target(comparison: &Comparison<'_>, name: &str, on_target: &OnTarget) -> TargetRow {
    let row = |result, why: Option<&String>| TargetRow {
        result,
        kind: comparison.kind(name).map(|kind| kind.to_string()),
        emulator: None,
        compiler: None,
        why: why.cloned(),
    };
    match on_target {
        OnTarget::Counted {
            emulator, compiler, ..
        } => TargetRow {
            emulator: Some(emulator.clone()),
            compiler: Some(compiler.clone()),
            ..row("counted", None)
        },
        OnTarget::Unsupported(why) => row("unsupported", Some(why)),
        OnTarget::CouldNotRun(why) => row("could-not-run", Some(why)),
    }
}

fn baselines(comparison: &Comparison<'_>) -> Vec<BaselineRow> {
    let measured = comparison.baselines.iter().map(|row| BaselineRow {
        baseline: row.encoding.name(),
        native_ns: row.published().and_then(|here| here.time).map(Times::of),
        why: None,
    });
    let stdio = BaselineRow {
        baseline: super::STDIO,
        native_ns: comparison.stdio.as_ref().ok().copied().map(Times::of),
        why: comparison.stdio.as_ref().err().cloned(),
    };
    measured.chain([stdio]).collect()
}

fn encoding(row: &Row<'_>) -> EncodingRow {
    let (status, difference) = match row.status() {
        RowStatus::Equal => ("equal", None),
        RowStatus::Wrong(difference) => ("wrong", Some(difference)),
        RowStatus::Trap(difference) => ("trap", Some(difference)),
    };
    let here = row.published();
    let targets = row.counted.keys();
    let published = targets.filter_map(|target| Some((*target, row.published_on(target)?)));
    let cells = &row.portability.cells;
    EncodingRow {
        encoding: row.encoding.name(),
        family: row.encoding.family().name(),
        status,
        difference: difference.map(DifferenceRow::of),
        trap: row.encoding.trap(),
        portable: row.portability.portable(),
        cells: Cells {
            correct: cells.correct,
            not_correct: cells.not_correct,
        },
        between: row
            .portability
            .between
            .iter()
            .map(|((server, client), cells)| Between {
                server: server.to_string(),
                client: client.to_string(),
                cells: Cells {
                    correct: cells.correct,
                    not_correct: cells.not_correct,
                },
            })
            .collect(),
        bytes: here.and_then(|here| here.sizes).map(|sizes| Bytes {
            request: SpreadRow::of(sizes.request),
            reply: SpreadRow::of(sizes.reply),
        }),
        native_ns: here.and_then(|here| here.time).map(Times::of),
        unrepresentable: here.map_or(0, |here| here.unrepresentable),
        instructions: published
            .map(|(target, instructions)| (target, Costs::of(*instructions)))
            .collect(),
    }
}

impl DifferenceRow {
    fn of(difference: &Difference) -> DifferenceRow {
        DifferenceRow {
            a: difference.value.a,
            b: difference.value.b,
            part: difference.part,
            given: difference.given.clone(),
            came_back: difference.came_back.clone(),
            place: difference.place.clone(),
        }
    }
}

impl SpreadRow {
    fn of(spread: Spread) -> SpreadRow {
        SpreadRow {
            min: spread.min,
            median: spread.median,
            max: spread.max,
        }
    }
}

impl Times {
    fn of(time: Nanoseconds) -> Times {
        Times {
            encode: time.encode,
            decode: time.decode,
        }
    }
}

impl Costs {
    fn of(instructions: Instructions) -> Costs {
        Costs {
            encode: instructions.encode.map(|spread| spread.median),
            decode: instructions.decode.map(|spread| spread.median),
            encode_spread: instructions.encode.map(SpreadRow::of),
            decode_spread: instructions.decode.map(SpreadRow::of),
            unrepresentable: instructions.unrepresentable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_that_is_committed_is_that_of_the_types() {
        kit::schema::compare::<EncodingsDocument>("crossum-encodings").unwrap();
    }
}
