//! What there is to build and run with.

use std::path::PathBuf;

use clap::Args;

/// `crossum setup`
#[derive(Args)]
pub struct Setup {
    /// Only for these targets
    #[arg(long, value_name = "TARGET,...", value_delimiter = ',')]
    pub targets: Vec<String>,
    /// Besides, what is never needed: boards, and their emulators
    #[arg(long, value_name = "WHAT", value_enum)]
    pub with: Option<Extra>,
    /// The project's settings (crossum.toml here or in a folder above when left out)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}

/// What can be had besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Extra {
    /// Compilers for boards without an operating system, and emulators of them
    Boards,
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
