//! The command line.

use std::{net::SocketAddr, str::FromStr};

use clap::{Parser, Subcommand};

const EXAMPLES: &str = "\
Examples:
  sumsrv serve text=127.0.0.1:9877            one encoding on a port of your choice
  printf '1 2\\n' | nc -N 127.0.0.1 9877       and a question to it: 3
  sumsrv serve text network json              three encodings, each on a free port of 127.0.0.1
  sumsrv serve text=0.0.0.0:9877              open to other machines
  sumsrv abi                                  this machine's byte order, sizes and alignments

Exit codes:
  0 done; 1 trouble, told on standard error; 2 wrong arguments; 127 an encoding that is not implemented";

/// The sum server: adds two integers, in any of the encodings of PROTOCOL.md.
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print what this program measured about its machine, one `key value` a line.
    Abi,
    /// Serve until SIGTERM or SIGINT; print where it listens, then `ready`.
    Serve {
        /// An encoding, and where to listen for it (127.0.0.1:0 when left out; port 0 is any free port).
        #[arg(required = true, value_name = "ENC[=ADDR]")]
        services: Vec<Service>,
    },
}

/// `ENC[=ADDR]`
#[derive(Clone, Debug)]
pub(crate) struct Service {
    /// Not checked yet: an unknown encoding is no usage error but has an exit code of its own.
    pub(crate) encoding: String,
    pub(crate) addr: SocketAddr,
}

impl FromStr for Service {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let (encoding, addr) = word.split_once('=').unwrap_or((word, "127.0.0.1:0"));
        let addr = addr
            .parse()
            .map_err(|_| format!("`{addr}` is not IP:PORT, such as 127.0.0.1:9877 or [::1]:0"))?;
        Ok(Service {
            encoding: encoding.to_owned(),
            addr,
        })
    }
}
