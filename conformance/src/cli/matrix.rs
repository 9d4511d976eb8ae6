//! Cells: which, and what is done with them.

use std::path::PathBuf;

use clap::Args;

use super::at_least_one;
use matrix::shards::Which;
use matrix::sums::vectors::Pair;

/// Which cells.
#[derive(Args)]
pub struct Selection {
    /// Your own participants: a file that says how to build and start them (see PARTICIPANTS.md)
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Only these targets (see `crossum targets`), separated by commas
    #[arg(long, value_name = "TARGET,...", value_delimiter = ',')]
    pub targets: Vec<String>,
    /// Only these encodings (see PROTOCOL.md)
    #[arg(long, value_name = "ENCODING,...", value_delimiter = ',')]
    pub encodings: Vec<String>,
    /// Only these participants: IMPLEMENTATION@TARGET, IMPLEMENTATION or TARGET
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub participants: Vec<String>,
    /// Only these participants serve
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub server: Vec<String>,
    /// Only these participants ask
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub client: Vec<String>,
    /// How many pairs of arguments a cell gets: the chosen ones first, then random ones
    #[arg(long, value_name = "N", default_value_t = matrix::sums::vectors::DEFAULT, value_parser = at_least_one)]
    pub vectors: usize,
    /// These pairs of arguments instead (may be given more than once)
    #[arg(long, value_name = "A,B", value_parser = vector, allow_hyphen_values = true, conflicts_with = "vectors")]
    pub vector: Vec<Pair>,
    /// What the random pairs come from
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Read the ABIs from this file instead of the builtin table (a copy of layout/abis.toml, to try a model out)
    #[arg(long, value_name = "FILE")]
    pub abis: Option<PathBuf>,
}

/// Where reports go.
#[derive(Args)]
pub struct Reports {
    /// Write the machine-readable report to this file, packed where it ends in .gz or .zst
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// The version of that report: in 1 each cell has all that is told of it, in 2 everything is written once (a fortieth of the size)
    #[arg(long, value_name = "N", default_value = "1", value_parser = version, requires = "json")]
    pub format: u32,
    /// Write a page to this file, to look through in a browser: one file, nothing from the network
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Write JUnit XML to this file, as CI systems read it
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Write Markdown to this file: a job's summary (on GitHub, "$GITHUB_STEP_SUMMARY")
    #[arg(long, value_name = "FILE")]
    pub markdown: Option<PathBuf>,
    /// Write SARIF 2.1.0 to this file, for code scanning
    #[arg(long, value_name = "FILE")]
    pub sarif: Option<PathBuf>,
    /// Print GitHub's annotations, too
    #[arg(long)]
    pub github: bool,
}

/// `crossum matrix`
#[derive(Args)]
pub struct Matrix {
    /// Which cells.
    #[command(flatten)]
    pub selection: Selection,
    /// Where reports go.
    #[command(flatten)]
    pub reports: Reports,
    /// Only this part of the cells, as `crossum plan --shards N` cuts them
    #[arg(long, value_name = "K/N")]
    pub shard: Option<Which>,
    /// With --shard: the report that the plan went by
    #[arg(long, value_name = "REPORT", requires = "shard")]
    pub costs: Option<PathBuf>,
    /// The project's settings (crossum.toml here or in a folder above when left out)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// First install what is missing, as `crossum setup` does; Rust's standard libraries are built with what needs them
    #[arg(long)]
    pub setup: bool,
    /// With --setup: do not ask
    #[arg(long, requires = "setup")]
    pub yes: bool,
    /// How many clients drive at once
    #[arg(long, value_name = "N", default_value_t = matrix::run::default_jobs(), value_parser = at_least_one)]
    pub jobs: usize,
    /// How many cells are measured with two processes each, for comparison
    #[arg(long, value_name = "N", default_value_t = 24)]
    pub sample: usize,
}

/// `crossum predict`
#[derive(Args)]
pub struct Predict {
    /// Which cells.
    #[command(flatten)]
    pub selection: Selection,
    /// Write the machine-readable report to this file, packed where it ends in .gz or .zst
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// The version of that report: in 1 each cell has all that is told of it, in 2 everything is written once (a fortieth of the size)
    #[arg(long, value_name = "N", default_value = "1", value_parser = version, requires = "json")]
    pub format: u32,
    /// Write a page to this file, to look through in a browser: one file, nothing from the network
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

/// `crossum explain`
#[derive(Args)]
pub struct Explain {
    /// Who serves: a participant or a target
    #[arg(long, value_name = "NAME")]
    pub server: String,
    /// Who asks: a participant or a target
    #[arg(long, value_name = "NAME")]
    pub client: String,
    /// In which encoding
    #[arg(long, value_name = "ENCODING", visible_alias = "encodings")]
    pub encoding: String,
    /// Which arguments (may be given more than once)
    #[arg(long, value_name = "A,B", value_parser = vector, allow_hyphen_values = true, default_values = ["1,2", "-22,-77"])]
    pub vector: Vec<Pair>,
    /// Read the ABIs from this file instead of the builtin table
    #[arg(long, value_name = "FILE")]
    pub abis: Option<PathBuf>,
}

fn version(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(version @ 1..=2) => Ok(version),
        _ => Err("there are versions 1 and 2".to_owned()),
    }
}

fn vector(text: &str) -> Result<Pair, String> {
    let (a, b) = text
        .split_once(',')
        .ok_or("two integers with a comma between them were expected, such as -22,-77")?;
    let integer = |text: &str| {
        text.trim()
            .parse()
            .map_err(|error| format!("`{text}`: {error}"))
    };
    Ok(Pair {
        a: integer(a)?,
        b: integer(b)?,
    })
}
