//! A user's own types.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::at_least_one;

/// For whom it is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: the source, with what is to be changed underlined, and a verdict on each type
    Text,
    /// For editors: `file:line:column: warning[width]: ...`
    Short,
    /// The same as gcc writes it, for what knows gcc's: `file:line:column: warning: ... [width]`
    Gcc,
}

/// `crossum check`
#[derive(Args)]
pub struct Check {
    /// Headers and sources in C and C++ (`-`: standard input); objects, archives, libraries, executables with debug information
    #[arg(value_name = "FILE", required_unless_present_any = ["explain", "krate"])]
    pub files: Vec<PathBuf>,
    /// The crates of the cargo project in this folder (here when left out): cargo builds them with debug information, and what stands behind `--` is for cargo
    #[arg(
        id = "krate",
        long = "crate",
        value_name = "FOLDER",
        num_args = 0..=1,
        default_missing_value = ".",
        conflicts_with_all = ["files", "verify", "include", "define", "include_file", "standard", "prelude", "database", "cc", "all"]
    )]
    pub krate: Option<PathBuf>,
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
    /// A header that is read before the file, as if the file included it (GCC's -include); may be given more than once
    #[arg(long, value_name = "FILE")]
    pub include_file: Vec<PathBuf>,
    /// The language and its version: c99, gnu17, c++20; of standard input and of files whose names say neither
    #[arg(long = "std", value_name = "STANDARD")]
    pub standard: Option<String>,
    /// Words of other compilers that are understood: arduino, armcc, c51, cuda, ghs, iar, msvc, renesas, sal, sdcc, ti, watcom, xc8, xlc
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub prelude: Vec<String>,
    /// The folder of a compile_commands.json, whose options are taken (that of the project, or of its build folder, when left out)
    #[arg(short = 'p', long = "database", value_name = "FOLDER")]
    pub database: Option<PathBuf>,
    /// The compiler of this machine (cc when left out)
    #[arg(long, value_name = "COMPILER")]
    pub cc: Option<String>,
    /// Only these machines: targets, ABIs, other names that people have for them (s390x, esp32, x86_64-pc-windows-msvc), separated by commas; `all` is every one. When left out, the fourteen that `crossum targets` marks
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub targets: Vec<String>,
    /// Only what breaks between these machines: two or more, named as for --targets
    #[arg(
        long,
        value_name = "NAME,NAME,...",
        value_delimiter = ',',
        conflicts_with = "targets"
    )]
    pub between: Vec<String>,
    /// Print a table for each type instead: fields down, machines across
    #[arg(long, conflicts_with_all = ["format", "github"])]
    pub layout: bool,
    /// How what is found is printed
    #[arg(long, value_enum, default_value_t = Format::Text, conflicts_with = "github")]
    pub format: Format,
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
    /// Write a page to this file: each type as a map of its octets, for every group of machines
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Print GitHub's annotations instead
    #[arg(long)]
    pub github: bool,
    /// Read the ABIs from this file instead of the builtin table
    #[arg(long, value_name = "FILE")]
    pub abis: Option<PathBuf>,
    /// Ask the compilers of every target here, and run a program there that shows where each value lies (needs C source)
    #[arg(long)]
    pub verify: bool,
    /// With --verify: how many compilers and programs run at once
    #[arg(long, value_name = "N", default_value_t = matrix::run::default_jobs(), value_parser = at_least_one)]
    pub jobs: usize,
    /// What a finding is, why it breaks, and the cure; without a code, all of them
    #[arg(long, value_name = "CODE", num_args = 0..=1)]
    pub explain: Option<Option<String>>,
    /// Options for the compiler, as the project's build gives them; with --crate, for cargo
    #[arg(last = true, value_name = "COMPILER OPTIONS")]
    pub flags: Vec<String>,
}
