//! The command line.

use std::{str::FromStr, time::Duration};

use clap::{Args, Parser, Subcommand};
use sumcli::bench::Plan;

const EXAMPLES: &str = "\
Examples:
  sumcli connect text=127.0.0.1:9877                type `1 2`, read 3; end with Ctrl-D
  echo 1 2 | sumcli connect network=127.0.0.1:9878  the same question in another encoding
  echo 7 text 127.0.0.1:9877 1 2 | sumcli drive     7 sum 3 sent 3120320a recv 330a from 127.0.0.1:40000
  sumcli bench network=127.0.0.1:9878 --connections 64 --depth 32 --duration 5

Environment:
  CROSSUM_PATIENCE_MS   how long `drive` waits for a reply before it half-closes (100)

Exit codes:
  0 done; 1 trouble, told on standard error (in `bench` also a wrong sum, a refusal, a lost connection); 2 wrong arguments; 127 an encoding that is not implemented";

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
    /// Ask as much as the server can answer, verify every sum, print throughput and latency.
    Bench(Bench),
}

#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// An encoding, and where the server listens for it.
    #[arg(value_name = "ENC=ADDR")]
    pub(crate) service: Service,
    /// Connections, all open for the whole time.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=60_000))]
    connections: u32,
    /// Requests of one connection that may be without a reply at a time.
    #[arg(long, value_name = "D", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=65_536))]
    depth: u32,
    /// How long, at most: by default 10 seconds, or 600 with `--requests`.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    duration: Option<Duration>,
    /// How many requests in all, at most.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    requests: Option<u64>,
    /// How long to wait for a connection, and for the next reply on any of them, before giving up.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    patience: Duration,
    /// Print one line of JSON instead.
    #[arg(long)]
    pub(crate) json: bool,
    /// Load another machine, too, and not only this one.
    #[arg(long)]
    pub(crate) anywhere: bool,
}

impl Bench {
    pub(crate) fn plan(&self) -> Plan {
        let default = match self.requests {
            Some(_) => Duration::from_secs(600),
            None => Duration::from_secs(10),
        };
        // What clap let through fits any `usize` there is.
        let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        Plan {
            connections: size(self.connections),
            depth: size(self.depth),
            requests: self.requests.unwrap_or(u64::MAX),
            duration: self.duration.unwrap_or(default),
            patience: self.patience,
        }
    }
}

/// More than nothing, and no more than an hour: what is longer was a mistake.
fn seconds(word: &str) -> Result<Duration, String> {
    const MOST: Duration = Duration::from_secs(3600);
    word.parse()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|duration| !duration.is_zero() && *duration <= MOST)
        .ok_or_else(|| format!("`{word}` is not a number of seconds between 0 and 3600"))
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
