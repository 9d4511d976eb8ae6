//! The command line.

use std::str::FromStr;

use clap::{Parser, Subcommand};

const EXAMPLES: &str = "\
Examples:
  sumcli connect text=127.0.0.1:9877                type `1 2`, read 3; end with Ctrl-D
  echo 1 2 | sumcli connect network=127.0.0.1:9878  the same question in another encoding
  echo 7 text 127.0.0.1:9877 1 2 | sumcli drive     7 sum 3 sent 3120320a recv 330a from 127.0.0.1:40000

Environment:
  CROSSUM_PATIENCE_MS   how long `drive` waits for a reply before it half-closes (100)

Exit codes:
  0 done; 1 trouble, told on standard error; 2 wrong arguments; 127 an encoding that is not implemented";

/// The sum client: asks for sums, in any of the encodings of PROTOCOL.md.
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read lines `A B`, print their sums, one a line.
    Connect {
        /// An encoding, and where the server listens for it.
        #[arg(value_name = "ENC=ADDR")]
        service: Service,
    },
    /// Read lines `ID ENC ADDR A B`, answer each with its outcome and its octets (PARTICIPANTS.md).
    Drive,
}

/// `ENC=ADDR`
#[derive(Clone, Debug)]
pub(crate) struct Service {
    /// Not checked yet: an unknown encoding is no usage error but has an exit code of its own.
    pub(crate) encoding: String,
    /// Not parsed: it may be a host's name.
    pub(crate) addr: String,
}

impl FromStr for Service {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let (encoding, addr) = word
            .split_once('=')
            .ok_or("there is no `=`: write ENC=ADDR, such as text=127.0.0.1:9877")?;
        Ok(Service {
            encoding: encoding.to_owned(),
            addr: addr.to_owned(),
        })
    }
}
