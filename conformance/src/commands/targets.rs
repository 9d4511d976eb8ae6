//! `crossum targets`: the targets and their ABIs.

use cross::Target;
use layout::abi::Scalar;
use layout::{Abi, Abis};
use serde::Serialize;
use serde_json::json;

use crate::cli;
use kit::exit::Exit;
use kit::table::{Table, left, right};

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
        table(&rows)?
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

fn table(rows: &[(&Target, &Abi)]) -> Result<String, std::fmt::Error> {
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
    for (target, abi) in rows {
        let implementations = [
            ("c-gcc", true),
            ("c-clang", target.no_clang.is_none()),
            ("rust", target.no_rust.is_none()),
        ];
        let available = implementations.iter().filter(|(_, available)| *available);
        let names: Vec<_> = available.map(|(name, _)| *name).collect();
        let participants = match target.unobserved {
            Some(_) => "(modelled only)".to_owned(),
            None => names.join(", "),
        };
        let int64 = (abi.size(Scalar::Int64), abi.align(Scalar::Int64));
        table.row([
            target.name.as_str().into(),
            abi.name().into(),
            abi.byte_order().into(),
            abi.size(Scalar::Long).into(),
            abi.size(Scalar::Pointer).into(),
            format!("{}/{}", int64.0, int64.1).into(),
            if abi.char_signed() {
                "signed"
            } else {
                "unsigned"
            }
            .into(),
            abi.long_double_format().into(),
            participants.into(),
        ]);
    }
    let mut text = String::new();
    table.write(super::width(), &mut text)?;
    text.push_str("\nlong and pointer: octets; int64: octets/alignment as a field of a struct. --json has every fact and its source.\n");
    Ok(text)
}
