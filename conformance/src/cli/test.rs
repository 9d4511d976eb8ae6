//! A project's own tests.

use std::path::PathBuf;

use clap::{Args, ValueEnum as _};

use super::at_least_one;
use kit::property::Property;

/// `crossum test`
#[derive(Args)]
pub struct Test {
    /// Only these targets, by full or short names (see `crossum targets`) or those of Debian (ppc64el), separated by commas
    #[arg(long, value_name = "TARGET,...", value_delimiter = ',')]
    pub targets: Vec<String>,
    /// Only targets with all of these properties: big-endian, little-endian, 32-bit, 64-bit, ...
    #[arg(long, value_name = "PROPERTY,...", value_delimiter = ',')]
    pub abi: Vec<Property>,
    /// The project (the one around the current folder when left out)
    #[arg(long, value_name = "CARGO.TOML")]
    pub manifest_path: Option<PathBuf>,
    /// The project's settings (crossum.toml in its folder or one above when left out)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How many test programs run at once (with nextest, how many targets' tests)
    #[arg(long, value_name = "N", default_value_t = matrix::run::default_jobs(), value_parser = at_least_one)]
    pub jobs: usize,
    /// After how many seconds a test program is given up (with nextest, a test, unless its configuration says otherwise)
    #[arg(long, value_name = "SECONDS", default_value_t = 900, value_parser = clap::value_parser!(u64).range(1..))]
    pub limit: u64,
    /// What runs the tests that are built; and whether Miri is asked about those that fail, as in `--with miri` or `--with cargo,miri`
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "auto",
        value_name = "WHAT,..."
    )]
    pub with: Vec<With>,
    /// Build the tests and run none
    #[arg(long, conflicts_with_all = ["list", "debug"])]
    pub no_run: bool,
    /// Build the tests and print their names
    #[arg(long, conflicts_with_all = ["debug", "json", "junit"])]
    pub list: bool,
    /// Start this one test of one emulated target so that it waits for gdb, and print gdb's command line
    #[arg(long, value_name = "TEST", conflicts_with_all = ["json", "junit"])]
    pub debug: Option<String>,
    /// Write the machine-readable report to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write JUnit's XML to this file, a suite for each target
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// What is given on to `cargo test`; after a second `--`, to the tests (nextest takes names, --exact, --skip, --ignored, --include-ignored, --test-threads)
    #[arg(last = true, value_name = "CARGO TEST ARGS")]
    pub cargo: Vec<String>,
}

impl Test {
    /// The options that say which project is tested and how, in words: what a command needs that tests the same again.
    pub fn of_the_project(&self) -> Vec<String> {
        let paths = [
            ("--manifest-path", &self.manifest_path),
            ("--config", &self.config),
        ];
        let mut words = Vec::new();
        for (option, path) in paths {
            if let Some(path) = path {
                words.extend([option.to_owned(), path.display().to_string()]);
            }
        }
        let with = self.with.iter().filter(|with| **with != With::Auto);
        let with = with.filter_map(With::to_possible_value);
        let with: Vec<_> = with.map(|with| with.get_name().to_owned()).collect();
        if !with.is_empty() {
            words.extend(["--with".to_owned(), with.join(",")]);
        }
        words
    }
}

/// `crossum record`
#[derive(Args)]
pub struct Record {
    /// Where it is written to
    pub folder: PathBuf,
    /// What it is
    #[arg(value_enum)]
    pub what: Recorded,
    /// Its arguments
    #[arg(last = true)]
    pub args: Vec<String>,
}

/// What is started.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum Recorded {
    /// A test program.
    Program,
    /// rustdoc.
    Rustdoc,
}

/// What runs tests.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum With {
    /// nextest where the project has .config/nextest.toml and nextest is installed, else as cargo does
    Auto,
    /// A process for each test, by the project's .config/nextest.toml
    Nextest,
    /// As `cargo test` does: a process for all tests of a program
    Cargo,
    /// Miri, as a second opinion on a test that fails: it interprets the test for that target without an emulator
    Miri,
}
