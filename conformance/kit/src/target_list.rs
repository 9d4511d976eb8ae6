//! The targets and their ABIs, as a list for people and for programs.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use cross::Target;
use layout::abi::Scalar;
use layout::{Abi, Abis};
use serde::Serialize;
use serde_json::json;

use crate::known::{Known, compilers, observed_on};
use crate::saved_report::VERSION;
use crate::table::{Table, left, right};

/// What the document calls itself.
const TARGETS: &str = "crossum-targets";

/// The targets, and what their ABIs say.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TargetsDocument<'a> {
    abis: Vec<AbiRow<'a>>,
    format: &'static str,
    targets: Vec<TargetRow<'a>>,
    version: u32,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TargetRow<'a> {
    abi: &'a str,
    /// The board that it is; left out where it has an operating system.
    #[serde(skip_serializing_if = "Option::is_none")]
    board: Option<&'a str>,
    /// `big` or `little`.
    byte_order: String,
    /// Whether Clang compiles for it.
    clang: bool,
    /// Sizes, alignments and the other facts by which a participant is compared with the model.
    facts: BTreeMap<String, String>,
    /// Whether Rust does.
    rust: bool,
    /// Where the ABI is written down.
    source: &'a str,
    target: &'a str,
    /// Why it is modelled only; left out where it is built and run.
    #[serde(skip_serializing_if = "Option::is_none")]
    unobserved: Option<&'a str>,
    /// What of `setup --with` brings its tools: it takes part where they are. Left out where plain `setup` does.
    #[serde(skip_serializing_if = "Option::is_none")]
    with: Option<&'a str>,
    /// Whether zig builds for it, alone or beside others.
    zig: bool,
}

/// What is known of an ABI.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct AbiRow<'a> {
    abi: &'a str,
    /// The compilers that every fact of it is compared with.
    compared: Vec<&'static str>,
    known: Known,
    /// The targets on which programs measure it.
    observed: Vec<&'static str>,
    /// The version of crossum that had it first.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<&'a str>,
    /// Where it is written down.
    source: &'a str,
}

fn abi_row(abi: &Abi) -> AbiRow<'_> {
    let targets = observed_on(abi);
    AbiRow {
        abi: abi.name(),
        compared: compilers(abi),
        known: Known::of(abi),
        observed: targets.map(|target| target.name.as_str()).collect(),
        since: abi.since(),
        source: abi.source(),
    }
}

fn rows() -> impl Iterator<Item = (&'static Target, &'static Abi)> {
    let abis = Abis::builtin();
    cross::targets()
        .chain(cross::target::extras())
        .filter_map(|target| Some((target, abis.get(&target.abi)?)))
}

/// As JSON, with every fact of each ABI and its source.
///
/// # Errors
/// It cannot be written as JSON, which does not happen.
pub fn json() -> serde_json::Result<String> {
    let list = TargetsDocument {
        abis: Abis::builtin().iter().map(abi_row).collect(),
        format: TARGETS,
        targets: rows().map(|(target, abi)| row(target, abi)).collect(),
        version: VERSION,
    };
    Ok(serde_json::to_string_pretty(&list)? + "\n")
}

/// As the `matrix` of a GitHub Actions job.
///
/// # Errors
/// It cannot be written as JSON, which does not happen.
pub fn github() -> serde_json::Result<String> {
    let is_default = |target: &Target| target.unobserved.is_none() && target.with.is_none();
    let observed = rows().filter(|(target, _)| is_default(target));
    let include: Vec<_> = observed
        .map(|(target, abi)| json!({ "target": target.name, "abi": abi.name() }))
        .collect();
    Ok(serde_json::to_string(&json!({ "include": include }))? + "\n")
}

fn row<'a>(target: &'a Target, abi: &'a Abi) -> TargetRow<'a> {
    TargetRow {
        target: &target.name,
        abi: abi.name(),
        board: target.board.as_ref().map(|board| board.name.as_str()),
        source: abi.source(),
        byte_order: abi.byte_order().to_string(),
        facts: abi.fact_words(),
        clang: target.no_clang.is_none(),
        rust: target.no_rust.is_none(),
        unobserved: target.unobserved.as_deref(),
        with: target.with.as_deref(),
        zig: target.zig.is_some(),
    }
}

/// A table for people, for a terminal `width` characters wide. `participants` names those that there can be for a target.
///
/// # Errors
/// Those of `out`.
pub fn write(
    participants: impl Fn(&Target) -> Vec<&'static str>,
    width: usize,
    out: &mut impl Write,
) -> fmt::Result {
    let mut table = Table::new([
        left("target"),
        left("ABI"),
        left("order"),
        right("long"),
        right("pointer"),
        right("int64"),
        left("char"),
        left("long double"),
        left("participants"),
    ]);
    for (target, abi) in rows() {
        let extent = |scalar| format!("{}/{}", abi.size(scalar), abi.align(scalar));
        let there = || participants(target).join(", ");
        let participants = match (&target.unobserved, &target.board, &target.with) {
            (Some(_), ..) => "(modelled only)".to_owned(),
            (None, Some(board), _) => format!("{} (board {})", there(), board.name),
            (None, None, Some(with)) => format!("{} (with {with})", there()),
            (None, None, None) if target.zig.is_some() => format!("{}, c-zig (with zig)", there()),
            (None, None, None) => there(),
        };
        let sign = match abi.char_signed() {
            true => "signed",
            false => "unsigned",
        };
        table.row([
            target.name.as_str().into(),
            abi.name().into(),
            abi.byte_order().into(),
            abi.size(Scalar::Long).into(),
            abi.size(Scalar::Pointer).into(),
            extent(Scalar::Int64).into(),
            sign.into(),
            abi.long_double_format().into(),
            participants.into(),
        ]);
    }
    table.write(width, out)?;
    writeln!(
        out,
        "\nWhat has participants is observed: built, run and compared with the model in every matrix; a board where `crossum setup --with boards` brought its tools, and what is marked `with` where `crossum setup --with` that did.\nlong and pointer: octets; int64: octets/alignment as a field of a struct. --json has every fact and its source."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_that_is_committed_is_that_of_the_types() {
        crate::schema::compare::<TargetsDocument<'_>>(TARGETS).unwrap();
    }
}
