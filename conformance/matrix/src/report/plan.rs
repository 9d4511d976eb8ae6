//! A plan: the shards of a matrix, for people and for CI systems.

use std::fmt::{self, Write as _};

use kit::table::{Table, left, right};
use serde_json::json;

use crate::shards::Shard;

/// A table: a line a shard; for a terminal `width` characters wide.
///
/// # Errors
/// There is none that is expected.
pub fn table(shards: &[Shard], participants: usize, width: usize) -> Result<String, fmt::Error> {
    let mut table = Table::new([
        left("shard"),
        right("cells"),
        right("participants"),
        right("seconds"),
        left("targets"),
    ]);
    for shard in shards {
        table.row([
            shard.into(),
            shard.cells.len().into(),
            shard.participants.into(),
            seconds(shard).into(),
            shard.targets.join(",").into(),
        ]);
    }
    let mut text = String::new();
    table.write(width, &mut text)?;
    let most = shards.iter().map(|shard| shard.participants).max();
    let all: usize = shards.iter().map(|shard| shard.participants).sum();
    let cells: usize = shards.iter().map(|shard| shard.cells.len()).sum();
    writeln!(
        text,
        "\n{cells} cells; no job builds more than {} of the {participants} participants, all together build {all}; seconds where nothing is built yet",
        most.unwrap_or_default()
    )?;
    Ok(text)
}

/// One line of JSON: what `strategy.matrix` of a GitHub Actions job takes, by way of `fromJSON`.
///
/// # Errors
/// There is none that is expected.
pub fn github(shards: &[Shard]) -> serde_json::Result<String> {
    let include: Vec<_> = shards
        .iter()
        .map(|shard| {
            json!({
                "shard": shard.to_string(),
                "number": shard.number,
                "targets": shard.targets.join(","),
                "seconds": seconds(shard),
            })
        })
        .collect();
    Ok(serde_json::to_string(&json!({ "include": include }))? + "\n")
}

/// YAML: what a GitLab job takes. Its script finds `$SHARD` and `$TARGETS`.
pub fn gitlab(shards: &[Shard]) -> String {
    let mut text = "parallel:\n  matrix:\n".to_owned();
    for shard in shards {
        let _ = writeln!(
            text,
            "    - SHARD: \"{shard}\"\n      TARGETS: \"{}\"",
            shard.targets.join(",")
        );
    }
    text
}

fn seconds(shard: &Shard) -> u64 {
    shard.cost.div_ceil(1000)
}
