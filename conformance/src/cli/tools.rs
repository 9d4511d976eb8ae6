//! What there is to build and run with.

use clap::Args;

/// `crossum setup`
#[derive(Args)]
pub struct Setup {
    /// Only for these targets
    #[arg(long, value_name = "TARGET,...", value_delimiter = ',')]
    pub targets: Vec<String>,
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
