//! The failure scenarios.

use std::path::PathBuf;

use clap::Args;

use super::at_least_one;

/// `crossum faults`
#[derive(Args)]
pub struct Faults {
    /// Only these scenarios (see --list), separated by commas
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Say which scenarios there are, and run none
    #[arg(long)]
    pub list: bool,
    /// Write the machine-readable report to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// This server instead of the one that is built from this checkout
    #[arg(long, value_name = "PROGRAM")]
    pub sumsrv: Option<PathBuf>,
    /// This client instead of the one that is built from this checkout
    #[arg(long, value_name = "PROGRAM")]
    pub sumcli: Option<PathBuf>,
    /// How many scenarios run at once
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = at_least_one)]
    pub jobs: usize,
}
