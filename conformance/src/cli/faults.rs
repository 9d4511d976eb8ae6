//! The failure scenarios.

use std::path::PathBuf;

use clap::Args;

use super::at_least_one;

/// `crossum faults`
#[derive(Args)]
pub struct Faults {
    /// Your own server and client: a file that says how to build and start them, and what they are held to (see PARTICIPANTS.md, docs/faults.md)
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Only these scenarios (see --list), separated by commas
    #[arg(
        long,
        visible_alias = "scenario",
        value_name = "NAME,...",
        value_delimiter = ','
    )]
    pub only: Vec<String>,
    /// Which participant of the file serves; the first that does, where it is not said
    #[arg(long, value_name = "NAME", requires = "file")]
    pub server: Option<String>,
    /// Which participant of the file asks; the first that does, where it is not said
    #[arg(long, value_name = "NAME", requires = "file")]
    pub client: Option<String>,
    /// Say which scenarios there are, and run none
    #[arg(long)]
    pub list: bool,
    /// Write the machine-readable report to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write JUnit XML to this file, as CI systems read it
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// This server instead of the one that is built from this checkout
    #[arg(long, value_name = "PROGRAM", conflicts_with = "file")]
    pub sumsrv: Option<PathBuf>,
    /// This client instead of the one that is built from this checkout
    #[arg(long, value_name = "PROGRAM", conflicts_with = "file")]
    pub sumcli: Option<PathBuf>,
    /// How many scenarios run at once
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = at_least_one)]
    pub jobs: usize,
}

/// `crossum inside`
#[derive(Args)]
pub struct Inside {
    /// What to do there
    #[arg(value_name = "WORD")]
    pub words: Vec<String>,
}
