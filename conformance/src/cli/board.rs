//! A board that takes part.

use std::path::PathBuf;

use clap::Args;

/// `crossum board`
#[derive(Args)]
pub struct Board {
    /// A word of the command that stands for the board: its standard streams are the serial line (once for each word)
    #[arg(
        long = "word",
        value_name = "WORD",
        required_unless_present = "port",
        allow_hyphen_values = true
    )]
    pub command: Vec<String>,
    /// The command takes a core for itself as long as it runs: stop it while nobody asks anything
    #[arg(long)]
    pub busy: bool,
    /// The serial port that the board is at
    #[arg(long, value_name = "DEVICE", conflicts_with = "command")]
    pub port: Option<PathBuf>,
    /// How fast it is, in bits a second
    #[arg(long, value_name = "N", default_value_t = 115_200)]
    pub baud: u32,
    /// The line of the port that resets the board
    #[arg(long, value_name = "LINE", value_enum)]
    pub reset: Option<ResetLine>,
    /// `abi`, `serve ENC[=ADDR] ...` or `drive`, as PARTICIPANTS.md says
    #[arg(value_name = "WORD", required = true)]
    pub words: Vec<String>,
}

/// A line of a serial port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ResetLine {
    /// Data terminal ready
    Dtr,
    /// Request to send
    Rts,
}
