//! Implementations by others.

use std::path::PathBuf;

use clap::Args;

use super::at_least_one;

/// `crossum interop`
#[derive(Args)]
pub struct Interop {
    /// The encoding, or `all`
    #[arg(value_name = "ENCODING", required_unless_present = "list")]
    pub encoding: Option<String>,
    /// Only these implementations (see --list), separated by commas
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Say which implementations there are, and run none
    #[arg(long)]
    pub list: bool,
    /// How many requests each is tried with: first those at the edges of widths, then random ones
    #[arg(long, value_name = "N", default_value_t = 512, value_parser = at_least_one)]
    pub requests: usize,
    /// What the random ones come from
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Write the machine-readable report to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}
