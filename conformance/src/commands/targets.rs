//! `crossum targets`: the targets and their ABIs.

use std::fmt::Write as _;

use cross::Target;
use layout::abi::Scalar;
use layout::{Abi, Abis};
use serde::Serialize;
use serde_json::json;

use crate::cli;
use kit::exit::Exit;

#[derive(Serialize)]
struct Row<'a> {
    target: &'a str,
    abi: &'a str,
    source: &'a str,
    byte_order: String,
    facts: std::collections::BTreeMap<String, String>,
    clang: bool,
    rust: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    unobserved: Option<&'a str>,
}

/// Lists them.
pub(super) fn run(options: &cli::Targets) -> anyhow::Result<Exit> {
    let abis = Abis::builtin();
    let rows: Vec<(&Target, &Abi)> = cross::targets()
        .filter_map(|target| Some((target, abis.get(&target.abi)?)))
        .collect();
    let text = if options.json {
        let rows: Vec<_> = rows.iter().map(|(target, abi)| row(target, abi)).collect();
        serde_json::to_string_pretty(
            &json!({ "format": "crossum-targets", "version": 1, "targets": rows }),
        )? + "\n"
    } else if options.github {
        let observed = rows
            .iter()
            .filter(|(target, _)| target.unobserved.is_none());
        let include: Vec<_> = observed
            .map(|(target, abi)| json!({ "target": target.name, "abi": abi.name() }))
            .collect();
        serde_json::to_string(&json!({ "include": include }))? + "\n"
    } else {
        table(&rows)
    };
    super::print(&text)?;
    Ok(Exit::Held)
}

fn row<'a>(target: &'a Target, abi: &'a Abi) -> Row<'a> {
    Row {
        target: &target.name,
        abi: abi.name(),
        source: abi.source(),
        byte_order: abi.byte_order().to_string(),
        facts: abi.fact_words(),
        clang: target.no_clang.is_none(),
        rust: target.no_rust.is_none(),
        unobserved: target.unobserved.as_deref(),
    }
}

fn table(rows: &[(&Target, &Abi)]) -> String {
    let mut text = format!(
        "{:<31} {:<17} {:<7} {:>4} {:>7} {:>9} {:<8} {:<18} {}\n",
        "target", "ABI", "order", "long", "pointer", "int64", "char", "long double", "participants"
    );
    for (target, abi) in rows {
        let extent = |scalar| format!("{}/{}", abi.size(scalar), abi.align(scalar));
        let implementations = [
            ("c-gcc", true),
            ("c-clang", target.no_clang.is_none()),
            ("rust", target.no_rust.is_none()),
        ];
        let mut names: Vec<_> = implementations
            .iter()
            .filter(|(_, there)| *there)
            .map(|(name, _)| *name)
            .collect();
        if target.unobserved.is_some() {
            names = vec!["(modelled only)"];
        }
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{:<31} {:<17} {:<7} {:>4} {:>7} {:>9} {:<8} {:<18} {}",
            target.name,
            abi.name(),
            abi.byte_order().to_string(),
            abi.size(Scalar::Long),
            abi.size(Scalar::Pointer),
            extent(Scalar::Int64),
            if abi.char_signed() {
                "signed"
            } else {
                "unsigned"
            },
            abi.long_double_format().to_string(),
            names.join(", ")
        );
    }
    text.push_str("\nlong and pointer: octets; int64: octets/alignment as a field of a struct. --json has every fact and its source.\n");
    text
}
