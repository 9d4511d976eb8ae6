//! A matrix over several jobs, and from one run to the next.

use std::path::PathBuf;

use clap::Args;

use super::at_least_one;
use super::matrix::{Reports, Selection};

/// `crossum plan`
#[derive(Args)]
pub struct Plan {
    /// Which cells.
    #[command(flatten)]
    pub selection: Selection,
    /// How many jobs there are
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub shards: usize,
    /// Go by what this report of an earlier run says that builds and cells cost
    #[arg(long, value_name = "REPORT")]
    pub costs: Option<PathBuf>,
    /// As JSON for the `strategy.matrix` of a GitHub Actions job
    #[arg(long, conflicts_with = "gitlab")]
    pub github: bool,
    /// As the `parallel: matrix:` of a GitLab job
    #[arg(long)]
    pub gitlab: bool,
}

/// `crossum merge`
#[derive(Args)]
pub struct Merge {
    /// The shards' reports (`crossum matrix --shard K/N --json FILE`), every one of them, in any order
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Where reports go.
    #[command(flatten)]
    pub reports: Reports,
}

/// `crossum diff`
#[derive(Args)]
pub struct Diff {
    /// The report of the earlier run
    #[arg(value_name = "A.json")]
    pub before: PathBuf,
    /// The report of the later run
    #[arg(value_name = "B.json")]
    pub after: PathBuf,
    /// Write the differences to this file, for other programs to read
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}
