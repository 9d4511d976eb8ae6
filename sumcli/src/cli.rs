//! The command line.

use std::{str::FromStr, time::Duration};

use clap::{Args, Parser, Subcommand};
use socket2::TcpKeepalive;
use sumcli::{Reach, bench::Plan};

use crate::exit;

const EXAMPLES: &str = "\
Examples:
  sumcli connect text=127.0.0.1:9877                type `1 2`, read 3; end with Ctrl-D
  echo 1 2 | sumcli connect network=127.0.0.1:9878  the same question in another encoding
  sumcli connect echo=127.0.0.1:7777                lines come back; `daytime=` needs none
  sumcli connect --reply-timeout 5 --keepalive 10,5,3 text=127.0.0.1:9877
  echo 7 text 127.0.0.1:9877 1 2 | sumcli drive     7 sum 3 sent 3120320a recv 330a from 127.0.0.1:40000
  sumcli bench network=127.0.0.1:9878 --connections 64 --depth 32 --duration 5

Environment:
  CROSSUM_PATIENCE_MS   how long `drive` waits for a reply before it half-closes (100)";

fn epilogue() -> String {
    format!("{EXAMPLES}\n\n{}", exit::CODES)
}

/// The sum client: asks for sums, in any of the encodings of PROTOCOL.md.
#[derive(Debug, Parser)]
#[command(version, after_help = epilogue())]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read lines `A B`, print their sums, one a line.
    #[command(after_help = epilogue())]
    Connect(Connect),
    /// Read lines `ID ENC ADDR A B`, answer each with its outcome and its octets (PARTICIPANTS.md).
    Drive,
    /// Ask as much as the server can answer, verify every sum, print throughput and latency.
    Bench(Bench),
}

#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// An encoding, and where the server listens for it.
    #[arg(value_name = "ENC=ADDR")]
    pub(crate) endpoint: Endpoint,
    /// Connections, all open for the whole time.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=60_000))]
    connections: u32,
    /// Requests of one connection that may be without a reply at a time.
    #[arg(long, value_name = "D", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=65_536))]
    depth: u32,
    /// How long, at most: by default 10 seconds, or 600 with `--requests`.
    #[arg(long, value_name = "SECONDS", value_parser = bounded)]
    duration: Option<Duration>,
    /// How many requests in all, at most.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    requests: Option<u64>,
    /// How long to wait for a connection, and for the next reply on any of them, before giving up.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = bounded)]
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
        // clap has checked the range, which fits any `usize`.
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

/// More than nothing, and an hour at most: what is longer is a mistake.
fn bounded(word: &str) -> Result<Duration, String> {
    const MAX_TIME: Duration = Duration::from_secs(3600);
    word.parse()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|duration| !duration.is_zero() && *duration <= MAX_TIME)
        .ok_or_else(|| format!("`{word}` is not a number of seconds between 0 and 3600"))
}

#[derive(Args, Debug)]
pub(crate) struct Connect {
    /// An encoding, `echo` or `daytime`, and where the server listens for it.
    #[arg(value_name = "ENC=ADDR")]
    pub(crate) endpoint: Endpoint,

    /// How long making the connection may take; as long as the kernel tries when left out.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    connect_timeout: Option<Duration>,

    /// How long a reply may take; for ever when left out.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) reply_timeout: Option<Duration>,

    /// TCP_USER_TIMEOUT: how long octets that were sent may stay unacknowledged.
    #[arg(long, value_name = "SECONDS", value_parser = milliseconds)]
    user_timeout: Option<Duration>,

    /// SO_KEEPALIVE: ask an idle server whether it is there after IDLE seconds, then every INTERVAL seconds, COUNT times.
    #[arg(long, value_name = "IDLE,INTERVAL,COUNT", value_parser = keepalive)]
    keepalive: Option<TcpKeepalive>,
}

impl Connect {
    pub(crate) fn reach(&self) -> Reach {
        Reach {
            connect_timeout: self.connect_timeout,
            user_timeout: self.user_timeout,
            keepalive: self.keepalive.clone(),
        }
    }
}

/// `ENC=ADDR`
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    /// Not checked yet: an unknown encoding is not a wrong argument, but has an exit code of its own.
    pub(crate) name: String,
    /// Not parsed yet: it may have the name of a host.
    pub(crate) addr: String,
}

impl FromStr for Endpoint {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let (name, addr) = word
            .split_once('=')
            .ok_or("there is no `=`: write ENC=ADDR, such as text=127.0.0.1:9877")?;
        Ok(Endpoint {
            name: name.to_owned(),
            addr: addr.to_owned(),
        })
    }
}

fn seconds(word: &str) -> Result<Duration, String> {
    let seconds = word.parse().ok().map(Duration::try_from_secs_f64);
    seconds
        .and_then(Result::ok)
        .ok_or("it is not a number of seconds, such as 5 or 0.5".to_owned())
}

/// The kernel counts it in milliseconds, in 32 bits. 0 would be the kernel's own choice.
fn milliseconds(word: &str) -> Result<Duration, String> {
    let time = seconds(word)?;
    if (1..=u128::from(u32::MAX >> 1)).contains(&time.as_millis()) {
        Ok(time)
    } else {
        Err("it is not a time from a millisecond to twenty days".to_owned())
    }
}

fn keepalive(word: &str) -> Result<TcpKeepalive, String> {
    let numbers: Result<Vec<u32>, _> = word.split(',').map(str::parse).collect();
    match numbers.as_deref() {
        Ok(&[idle, interval, count]) if idle.min(interval).min(count) > 0 => {
            Ok(TcpKeepalive::new()
                .with_time(Duration::from_secs(idle.into()))
                .with_interval(Duration::from_secs(interval.into()))
                .with_retries(count))
        }
        _ => Err("it is not IDLE,INTERVAL,COUNT, such as 60,10,5".to_owned()),
    }
}
