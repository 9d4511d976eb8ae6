//! What types have promised.

use std::path::PathBuf;

use clap::Args;

use super::HowRead;

/// `crossum lock`
#[derive(Args)]
pub struct Lock {
    /// The header or source that declares the types, or an object with debug information
    #[arg(value_name = "FILE", required_unless_present = "krate")]
    pub file: Option<PathBuf>,
    /// The crates of the cargo project in this folder (here when left out), as `crossum check --crate` reads them; what stands behind `--` is for cargo
    #[arg(
        id = "krate",
        long = "crate",
        value_name = "FOLDER",
        num_args = 0..=1,
        default_missing_value = ".",
        conflicts_with_all = ["file", "include", "define", "include_file", "standard", "database", "cc"]
    )]
    pub krate: Option<PathBuf>,
    /// Only types of this name, or pattern; may be given more than once
    #[arg(long = "type", value_name = "NAME")]
    pub types: Vec<String>,
    /// Lock this type as it is now, though it breaks what is out there; may be given more than once
    #[arg(long, value_name = "NAME")]
    pub update: Vec<String>,
    /// Forget this type of the file; may be given more than once
    #[arg(long, value_name = "NAME")]
    pub remove: Vec<String>,
    /// The lock file
    #[arg(long, value_name = "FILE", default_value = "wire.lock")]
    pub lock: PathBuf,
    /// For these machines: named as for `crossum check`; the fourteen that people have, when left out
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub targets: Vec<String>,
    /// Read the ABIs from this file instead of the builtin table
    #[arg(long, value_name = "FILE")]
    pub abis: Option<PathBuf>,
    /// How the file is read.
    #[command(flatten)]
    pub how: HowRead,
}
