//! A board that takes part.

use clap::Args;

/// `crossum board`
#[derive(Args)]
pub struct Board {
    /// A word of the command that stands for the board: its standard streams are the serial line (once for each word)
    #[arg(
        long = "word",
        value_name = "WORD",
        required = true,
        allow_hyphen_values = true
    )]
    pub command: Vec<String>,
    /// The command takes a core for itself as long as it runs: stop it while nobody asks anything
    #[arg(long)]
    pub busy: bool,
    /// `abi`, `serve ENC[=ADDR] ...` or `drive`, as PARTICIPANTS.md says
    #[arg(value_name = "WORD", required = true)]
    pub words: Vec<String>,
}
