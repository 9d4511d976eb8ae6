//! Encodings, side by side.

use std::path::PathBuf;

use clap::Args;

use super::at_least_one;

/// `crossum encodings`
#[derive(Args)]
pub struct Encodings {
    /// Only these targets (see `crossum targets`), separated by commas; the table then shows each
    #[arg(long, value_name = "TARGET,...", value_delimiter = ',')]
    pub targets: Vec<String>,
    /// Only these encodings (see PROTOCOL.md)
    #[arg(long, value_name = "ENCODING,...", value_delimiter = ',')]
    pub encodings: Vec<String>,
    /// Only the cells of these participants, and only their targets: IMPLEMENTATION@TARGET, IMPLEMENTATION or TARGET
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub participants: Vec<String>,
    /// Ask the model which cells are right, and run none
    #[arg(long)]
    pub predict: bool,
    /// Take which cells are right from a report of `crossum matrix --json`, or of `crossum predict --json`
    #[arg(long, value_name = "REPORT.json", conflicts_with = "predict")]
    pub matrix: Option<PathBuf>,
    /// The project's settings (crossum.toml here or in a folder above when left out)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How many values are drawn from each distribution
    #[arg(long, value_name = "N", default_value_t = encodings::values::DEFAULT, value_parser = number_of_values)]
    pub values: usize,
    /// What they are drawn from
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Write the machine-readable report to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write a page with pictures to this file
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

fn number_of_values(text: &str) -> Result<usize, String> {
    let most = encodings::values::MAX_VALUES;
    match at_least_one(text)? {
        number if number > most => Err(format!("at most {most} are measured")),
        number => Ok(number),
    }
}
