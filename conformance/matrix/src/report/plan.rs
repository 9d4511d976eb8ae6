//! A plan: the shards of a matrix, for people and for CI systems.

use std::fmt::Write as _;

use serde_json::json;

use crate::shards::Shard;

/// A table: a line a shard.
pub fn table(shards: &[Shard], participants: usize) -> String {
    let mut text = format!(
        "{:<7} {:>7} {:>12} {:>8}  targets\n",
        "shard", "cells", "participants", "seconds"
    );
    for shard in shards {
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{:<7} {:>7} {:>12} {:>8}  {}",
            shard.to_string(),
            shard.cells.len(),
            shard.participants,
            seconds(shard),
            shard.targets.join(",")
        );
    }
    let most = shards.iter().map(|shard| shard.participants).max();
    let all: usize = shards.iter().map(|shard| shard.participants).sum();
    let cells: usize = shards.iter().map(|shard| shard.cells.len()).sum();
    let _ = writeln!(
        text,
        "\n{cells} cells; no job builds more than {} of the {participants} participants, all together build {all}; seconds where nothing is built yet",
        most.unwrap_or_default()
    );
    text
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
