//! What there is to build and run with.

use std::path::PathBuf;

use clap::Args;

/// `crossum setup`
#[derive(Args)]
pub struct Setup {
    /// Only for these targets
    #[arg(long, value_name = "TARGET,...", value_delimiter = ',')]
    pub targets: Vec<String>,
    /// The project's settings (crossum.toml here or in a folder above when left out)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}

/// `crossum doctor`
#[derive(Args)]
pub struct Doctor {
    /// Only these targets
    #[arg(long, value_name = "TARGET,...", value_delimiter = ',')]
    pub targets: Vec<String>,
    /// The project's settings (crossum.toml here or in a folder above when left out)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// `crossum targets`
#[derive(Args)]
pub struct Targets {
    /// As JSON
    #[arg(long, conflicts_with = "github")]
    pub json: bool,
    /// As the `matrix` of a GitHub Actions job
    #[arg(long)]
    pub github: bool,
}
