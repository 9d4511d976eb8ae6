//! A user's own types.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::HowRead;

/// For whom it is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: the source, with what is to be changed underlined, and a verdict on each type
    #[default]
    Text,
    /// For editors: `file:line:column: warning[width]: ...`
    Short,
    /// The same as gcc writes it, for what knows gcc's: `file:line:column: warning: ... [width]`
    Gcc,
}

/// `crossum check`
#[derive(Args, Default)]
pub struct Check {
    /// Headers and sources in C and C++ (`-`: standard input); objects, archives, libraries, executables with debug information
    #[arg(value_name = "FILE", required_unless_present_any = ["explain", "krate", "locked", "same"])]
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
    /// How they are read.
    #[command(flatten)]
    pub how: HowRead,
    /// Words of other compilers that are understood: arduino, armcc, c51, cuda, ghs, iar, msvc, renesas, sal, sdcc, ti, watcom, xc8, xlc
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub prelude: Vec<String>,
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
    /// Whether two types lie alike on every machine, field by field: a C struct and what mirrors it in Rust, two versions of one library. FILE may be the folder of a cargo project. Exits with 1 where they differ, 3 where that is undecided
    #[arg(
        long,
        value_names = ["FILE:TYPE", "FILE:TYPE"],
        num_args = 2,
        conflicts_with_all = ["files", "types", "layout", "format", "github", "sarif", "html", "verify"]
    )]
    pub same: Vec<String>,
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
    /// Compare with what `crossum lock` wrote (wire.lock when left out): what breaks octets that are out there fails. Without FILE, all that is locked
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = "wire.lock", conflicts_with_all = ["types", "all", "targets", "between", "layout", "format", "deny", "allow", "sarif", "html", "github", "verify", "explain"])]
    pub locked: Option<PathBuf>,
    /// What a finding is, why it breaks, and the cure; without a code, all of them
    #[arg(long, value_name = "CODE", num_args = 0..=1)]
    pub explain: Option<Option<String>>,
}
