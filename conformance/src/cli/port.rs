//! A portable type.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::HowRead;

/// Which octet of a number comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Order {
    /// The most significant, as in networks
    Big,
    /// The least significant
    Little,
}

/// A language that code is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// C99: a header and a source
    C,
    /// Rust, without the standard library
    Rust,
    /// Python 3, with its module `struct`
    Python,
    /// A description for Kaitai Struct's compiler
    Kaitai,
    /// A dissector for Wireshark and tshark, in Lua
    Wireshark,
}

/// `crossum port`
#[derive(Args)]
pub struct Port {
    /// The header or source that declares the type, or an object with debug information
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The type: `struct packet`, `packet_t`
    #[arg(long = "type", value_name = "NAME")]
    pub name: String,
    /// Keep the format that this machine has written, so that old files live on
    #[arg(long = "as", value_name = "MACHINE")]
    pub machine: Option<String>,
    /// Of a new format: which octet of a number comes first
    #[arg(long, value_enum, default_value = "big", conflicts_with = "machine")]
    pub order: Order,
    /// Of a new format: the bits of what has another width on other machines (long, size_t); times always have 64
    #[arg(long, value_name = "BITS", default_value = "64", value_parser = ["32", "64"], conflicts_with = "machine")]
    pub long: String,
    /// Write the code into this folder; only the fields are shown when left out
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// The languages (all, when left out)
    #[arg(
        long = "lang",
        visible_alias = "to",
        value_enum,
        value_name = "NAME,...",
        value_delimiter = ','
    )]
    pub languages: Vec<Language>,
    /// Overwrite files that were edited, or that crossum has not written
    #[arg(long)]
    pub force: bool,
    /// Compile what is written for every target that is here, run it, and compare it with what the format says; Kaitai Struct's compiler is brought from npm and PyPI once, tshark has to be here
    #[arg(long)]
    pub prove: bool,
    /// With --prove: these targets (those whose compilers are here, when left out)
    #[arg(
        long,
        value_name = "NAME,...",
        value_delimiter = ',',
        requires = "prove"
    )]
    pub targets: Vec<String>,
    /// Write a page to this file: how the type lies on each machine, how it is written, and between which machines it can be copied before and after
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Write the machine-readable report to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Read the ABIs from this file instead of the builtin table
    #[arg(long, value_name = "FILE")]
    pub abis: Option<PathBuf>,
    /// How the file is read.
    #[command(flatten)]
    pub how: HowRead,
}
