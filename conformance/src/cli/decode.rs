//! Old octets.

use std::path::PathBuf;
use std::str::FromStr as _;

use clap::{ArgGroup, Args};
use wire::condition::Condition;

use super::HowRead;

/// `crossum decode`
#[derive(Args)]
#[command(group = ArgGroup::new("reader").args(["machine", "guess"]).required(true))]
pub struct Decode {
    /// What a program has written: a file, or standard input (`-`)
    #[arg(value_name = "FILE")]
    pub dump: PathBuf,
    /// The header or source that declares the type, or an object with debug information
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
    /// The type: `struct packet`, `packet_t`
    #[arg(long = "type", value_name = "NAME")]
    pub name: String,
    /// Read it as this machine wrote it: a target, an ABI, or another name that people have for one
    #[arg(long = "as", value_name = "MACHINE")]
    pub machine: Option<String>,
    /// Find out which machines can have written it, and read it as the likeliest
    #[arg(long)]
    pub guess: bool,
    /// With --guess: what holds in every record, such as 'magic == 0x1f8b'; may be given more than once
    #[arg(long = "where", value_name = "FIELD == VALUE", requires = "guess", conflicts_with = "machine", value_parser = Condition::from_str)]
    pub conditions: Vec<Condition>,
    /// With --guess: only these machines (all that are known, when left out)
    #[arg(
        long,
        value_name = "NAME,...",
        value_delimiter = ',',
        requires = "guess",
        conflicts_with = "machine"
    )]
    pub targets: Vec<String>,
    /// The file is text in hexadecimal, two digits an octet
    #[arg(long)]
    pub hex: bool,
    /// So many octets stand before the first record
    #[arg(long, value_name = "N", default_value = "0", value_parser = octets)]
    pub skip: u64,
    /// How many records there are (as many as there is room for, when left out)
    #[arg(long, value_name = "N", value_parser = count)]
    pub count: Option<u64>,
    /// From the beginning of one record to that of the next, in octets (the size of the type, when left out)
    #[arg(long, value_name = "N", value_parser = octets)]
    pub stride: Option<u64>,
    /// Write the machine-readable report to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write the records to this file as CSV: a line a record, a column a value
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
    /// Read the ABIs from this file instead of the builtin table
    #[arg(long, value_name = "FILE")]
    pub abis: Option<PathBuf>,
    /// How the header is read.
    #[command(flatten)]
    pub how: HowRead,
}

fn count(text: &str) -> Result<u64, String> {
    match octets(text)? {
        0 => Err("expected at least 1 record".to_owned()),
        count => Ok(count),
    }
}

/// A number, in decimal or after `0x`.
fn octets(text: &str) -> Result<u64, String> {
    let number = match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => text.parse(),
    };
    number.map_err(|error| format!("{error}; expected a number such as 24 or 0x18"))
}
