//! One machine, several ABIs.

use std::path::PathBuf;

use clap::Args;

use super::HowRead;

/// `crossum compat`
#[derive(Args)]
pub struct Compat {
    /// The header or source that declares the types, or an object with debug information
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Between these ABIs: two or more, named as for `crossum check --targets`
    #[arg(
        long,
        value_name = "NAME,NAME,...",
        value_delimiter = ',',
        required = true
    )]
    pub abis: Vec<String>,
    /// Only types of this name, or pattern; may be given more than once
    #[arg(long = "type", value_name = "NAME")]
    pub types: Vec<String>,
    /// The header whose `_IOR`, `_IOW` and `_IOWR` hand over types of the file; it is read behind that one (the file itself, and what it includes, when left out)
    #[arg(long, value_name = "HEADER")]
    pub ioctl: Option<PathBuf>,
    /// Write the machine-readable report to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// How the file is read.
    #[command(flatten)]
    pub how: HowRead,
}
