//! The command line. Below `main`, nothing else sees clap.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::suite::Property;
use crate::vectors::Vector;

/// Send the same two numbers between machines that disagree about bytes, and see exactly which encodings survive.
#[derive(Parser)]
#[command(
    version,
    after_help = "Exit status: 0 every claim holds; 1 a claim failed; 2 the command line or an input file is wrong; 3 something could not run.

Examples:
  crossum predict                       the whole matrix from the model alone, at once
  crossum matrix --setup                install what is missing, build, run, judge, report
  crossum matrix --encodings raw-long --targets powerpc-unknown-linux-gnu,i686-unknown-linux-gnu
  crossum explain --server c-gcc@i686-unknown-linux-gnu --client c-gcc@powerpc-unknown-linux-gnu --encoding raw-long
  crossum faults                        what happens when networks and processes fail
  crossum test                          your own crate's tests, on every target
  crossum doctor                        what is here, and how to get the rest"
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Subcommand)]
pub enum Command {
    /// Install and build what is missing (says what, and asks first)
    #[command(after_help = "Example:
  crossum setup --targets s390x-unknown-linux-gnu --yes")]
    Setup(Setup),
    /// Each target's compilers, standard library, C library and runner: where they were found, or how to get them
    Doctor(Doctor),
    /// The targets and their ABIs
    Targets(Targets),
    /// Build the participants, run every cell, judge, and report
    #[command(after_help = "Examples:
  crossum matrix                                     everything
  crossum matrix --participants rust --encodings text,network
  crossum matrix --server c-gcc@i686-unknown-linux-gnu --client c-gcc@powerpc-unknown-linux-gnu --encodings raw-long
  crossum matrix --vectors 100 --seed 7 --json report.json")]
    Matrix(Matrix),
    /// The same matrix from the ABI model alone: no toolchain, any machine, at once
    Predict(Predict),
    /// One cell, octet by octet: what is written, how it is read, and why
    #[command(after_help = "Examples:
  crossum explain --server c-gcc@i686-unknown-linux-gnu --client c-gcc@powerpc-unknown-linux-gnu --encoding raw-long
  crossum explain --server s390x-unknown-linux-gnu --client m68k-unknown-linux-gnu --encoding raw-mixed --vector 1,2")]
    Explain(Explain),
    /// Your own types: their layout on every ABI, where they can be copied as they lie, and what breaks
    #[command(after_help = "Examples:
  crossum check packet.h                                every type that packet.h declares
  crossum check packet.h --type 'struct hdr*' --include include --define WIRE=2
  crossum check target/debug/server --type 'wire::*'    an executable, a library, an object: anything with debug information
  crossum check packet.h --deny width --deny padding    exit status 1 when one is found: for CI
  crossum check packet.h --deny all --allow 'byte-order@struct hdr' --sarif check.sarif
  crossum check --explain padding                       what it is, why it breaks, and the cure

A project keeps its choices in crossum.toml:
  [check]
  deny = [\"width\", \"padding\"]
  allow = [\"byte-order@struct hdr\"]")]
    Check(Check),
    /// The failure scenarios, run for real: what must be seen, what client and server saw
    #[command(after_help = "Examples:
  crossum faults                                  all of them (as root, or where user namespaces are allowed)
  crossum faults --list                           which there are
  crossum faults --only server-host-reboots       one
  crossum faults --json faults.json               for other programs to read")]
    Faults(Faults),
    /// Your crate's own tests on every target: which fail, and where only (big-endian only, 32-bit only, ...)
    #[command(after_help = "Examples:
  crossum test                                          the crate or workspace around the current folder, on every target
  crossum test --abi big-endian                         on the big-endian ones
  crossum test --targets s390x-unknown-linux-gnu -- --features big -- codec::
                                                        what comes after -- is cargo test's, after a second -- the tests'
  crossum test --json test.json --junit test.xml        for other programs to read

Exit status: 0 every test passed; 1 a test failed; 2 the command line is wrong, or there is no cargo project; 3 something could not be built or run.

Everything is built in target/crossum of the project, without debug information but lines (CARGO_PROFILE_TEST_DEBUG says otherwise). Cargo.lock stays as it is.

A project keeps in crossum.toml what makes no sense on some machines:
  [[test.exclude]]
  tests = [\"simd::*\"]
  on = [\"big-endian\", \"i686-unknown-linux-gnu\"]
  why = \"needs SSE\"")]
    Test(Test),
    /// How a process was started, written down: what `test` has cargo start
    #[command(hide = true)]
    Record(Record),
}

/// Which cells.
#[derive(Args)]
pub struct Selection {
    /// Only these targets (see `crossum targets`), separated by commas
    #[arg(long, value_name = "TARGET,...", value_delimiter = ',')]
    pub targets: Vec<String>,
    /// Only these encodings (see PROTOCOL.md)
    #[arg(long, value_name = "ENCODING,...", value_delimiter = ',')]
    pub encodings: Vec<String>,
    /// Only these participants: IMPLEMENTATION@TARGET, IMPLEMENTATION or TARGET
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub participants: Vec<String>,
    /// Only these participants serve
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub server: Vec<String>,
    /// Only these participants ask
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub client: Vec<String>,
    /// How many pairs of arguments a cell gets: the chosen ones first, then random ones
    #[arg(long, value_name = "N", default_value_t = crate::vectors::DEFAULT, value_parser = at_least_one)]
    pub vectors: usize,
    /// These pairs of arguments instead (may be given more than once)
    #[arg(long, value_name = "A,B", value_parser = vector, allow_hyphen_values = true, conflicts_with = "vectors")]
    pub vector: Vec<Vector>,
    /// What the random pairs come from
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Read the ABIs from this file instead of the builtin table (a copy of cross/abis.toml, to try a model out)
    #[arg(long, value_name = "FILE")]
    pub abis: Option<PathBuf>,
    /// Write the machine-readable report to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("at least 1 is needed".to_owned()),
        Ok(number) => Ok(number),
        Err(error) => Err(format!("{error}")),
    }
}

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

/// `crossum matrix`
#[derive(Args)]
pub struct Matrix {
    /// Which cells.
    #[command(flatten)]
    pub selection: Selection,
    /// First install and build what is missing, as `crossum setup` does
    #[arg(long)]
    pub setup: bool,
    /// With --setup: do not ask
    #[arg(long, requires = "setup")]
    pub yes: bool,
    /// How many clients drive at once
    #[arg(long, value_name = "N", default_value_t = crate::run::default_jobs(), value_parser = at_least_one)]
    pub jobs: usize,
    /// How many cells are measured with two processes each, for comparison
    #[arg(long, value_name = "N", default_value_t = 24)]
    pub sample: usize,
}

/// `crossum predict`
#[derive(Args)]
pub struct Predict {
    /// Which cells.
    #[command(flatten)]
    pub selection: Selection,
}

/// `crossum explain`
#[derive(Args)]
pub struct Explain {
    /// Who serves: a participant or a target
    #[arg(long, value_name = "NAME")]
    pub server: String,
    /// Who asks: a participant or a target
    #[arg(long, value_name = "NAME")]
    pub client: String,
    /// In which encoding
    #[arg(long, value_name = "ENCODING", visible_alias = "encodings")]
    pub encoding: String,
    /// Which arguments (may be given more than once)
    #[arg(long, value_name = "A,B", value_parser = vector, allow_hyphen_values = true, default_values = ["1,2", "-22,-77"])]
    pub vector: Vec<Vector>,
    /// Read the ABIs from this file instead of the builtin table
    #[arg(long, value_name = "FILE")]
    pub abis: Option<PathBuf>,
}

/// `crossum check`
#[derive(Args)]
pub struct Check {
    /// C headers and sources; objects, archives, libraries, executables with debug information
    #[arg(value_name = "FILE", required_unless_present = "explain")]
    pub files: Vec<PathBuf>,
    /// Only types of this name, or pattern (`struct hdr*`); may be given more than once
    #[arg(long = "type", value_name = "NAME")]
    pub types: Vec<String>,
    /// The types of included files, too
    #[arg(long)]
    pub all: bool,
    /// Where the compiler looks for included files
    #[arg(long, short = 'I', value_name = "FOLDER")]
    pub include: Vec<PathBuf>,
    /// A macro for the compiler
    #[arg(long, short = 'D', value_name = "NAME[=VALUE]")]
    pub define: Vec<String>,
    /// The compiler of this machine (cc when left out)
    #[arg(long, value_name = "COMPILER")]
    pub cc: Option<String>,
    /// Only these machines: targets or ABIs, separated by commas (all when left out, but a few that must be named, such as avr-gcc)
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub targets: Vec<String>,
    /// Exit with 1 when this is found (`all` stands for every code); may be given more than once
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub deny: Vec<String>,
    /// This is known and accepted: everywhere, or of one type; may be given more than once
    #[arg(long, value_name = "CODE[@TYPE]")]
    pub allow: Vec<String>,
    /// The project's settings (crossum.toml here or in a folder above when left out)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Write the machine-readable report to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write SARIF 2.1.0 to this file, for code scanning
    #[arg(long, value_name = "FILE")]
    pub sarif: Option<PathBuf>,
    /// Print GitHub's annotations instead of tables
    #[arg(long)]
    pub github: bool,
    /// Read the ABIs from this file instead of the builtin table
    #[arg(long, value_name = "FILE")]
    pub abis: Option<PathBuf>,
    /// Ask the compilers of every target here, and run a program there that shows where each value lies (needs C source)
    #[arg(long)]
    pub verify: bool,
    /// With --verify: how many compilers and programs run at once
    #[arg(long, value_name = "N", default_value_t = crate::run::default_jobs(), value_parser = at_least_one)]
    pub jobs: usize,
    /// What a finding is, why it breaks, and the cure; without a code, all of them
    #[arg(long, value_name = "CODE", num_args = 0..=1)]
    pub explain: Option<Option<String>>,
}

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

/// `crossum test`
#[derive(Args)]
pub struct Test {
    /// Only these targets (see `crossum targets`), separated by commas
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
    /// How many test programs run at once
    #[arg(long, value_name = "N", default_value_t = crate::run::default_jobs(), value_parser = at_least_one)]
    pub jobs: usize,
    /// After how many seconds a test program is given up
    #[arg(long, value_name = "SECONDS", default_value_t = 900, value_parser = clap::value_parser!(u64).range(1..))]
    pub limit: u64,
    /// Write the machine-readable report to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write JUnit's XML to this file, a suite for each target
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// What is given on to `cargo test`
    #[arg(last = true, value_name = "CARGO TEST ARGS")]
    pub cargo: Vec<String>,
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

fn vector(text: &str) -> Result<Vector, String> {
    let (a, b) = text
        .split_once(',')
        .ok_or("two integers with a comma between them were expected, such as -22,-77")?;
    let integer = |text: &str| {
        text.trim()
            .parse()
            .map_err(|error| format!("`{text}`: {error}"))
    };
    Ok(Vector {
        a: integer(a)?,
        b: integer(b)?,
    })
}
