//! The command line.

use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use socket2::TcpKeepalive;
use sumsrv::{Limits, Listening, contract::Endpoint};

use crate::log::Format;

const EXAMPLES: &str = "\
Examples:
  sumsrv serve text=127.0.0.1:9877            one encoding on a port of your choice
  printf '1 2\\n' | nc -N 127.0.0.1 9877       and a question to it: 3
  sumsrv serve text network json              three encodings, each on a free port of 127.0.0.1
  sumsrv serve text=0.0.0.0:9877              open to other machines
  sumsrv serve echo=[::]:7777 daytime         two services that are not the sum: RFC 862, RFC 867
  RUST_LOG=info sumsrv serve text             who connects, who leaves, and why
  sumsrv abi                                  this machine's byte order, sizes and alignments

Environment:
  RUST_LOG   what is logged on standard error: error, warn (the default), info, debug, trace, off

Exit codes:
  0 done; 1 trouble, described on standard error; 2 wrong arguments; 127 an encoding that is not implemented";

/// The sum server: adds two integers, in any of the encodings of PROTOCOL.md; and echo and daytime.
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
    #[command(after_help = EXAMPLES)]
    Serve(Serve),
}

#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// An encoding, `echo` or `daytime`, and where to listen for it (127.0.0.1:0 when left out; port 0 is any free port).
    #[arg(required = true, value_name = "ENC[=ADDR]")]
    pub(crate) services: Vec<Endpoint>,

    /// Connections at a time, for each service; others wait in the kernel's queue.
    #[arg(long, value_name = "N", default_value_t = Limits::default().connections, value_parser = positive)]
    connections: usize,

    /// Octets of a line or a frame; more is refused as too large (1 to 1024).
    #[arg(long, value_name = "OCTETS", default_value_t = Limits::default().message, value_parser = message)]
    message: usize,

    /// How long a connection may go without an octet in either direction.
    #[arg(long, value_name = "SECONDS", default_value = "600", value_parser = seconds)]
    idle: Duration,

    /// How long a request may take from its first octet to its last.
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    request: Duration,

    /// Octets of replies that may wait for a peer to read them; meanwhile the peer is not read from.
    #[arg(long, value_name = "OCTETS", default_value_t = Limits::default().unread, value_parser = positive)]
    unread: usize,

    /// How long peers have to take their last replies after SIGTERM.
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    grace: Duration,

    /// How many connections the kernel keeps for each service that are not accepted yet.
    #[arg(long, value_name = "N", default_value_t = Listening::default().backlog)]
    backlog: u32,

    /// Keep-alive, off when left out: ask idle peers whether they are there after IDLE seconds, then every INTERVAL seconds, COUNT times.
    #[arg(long, value_name = "IDLE,INTERVAL,COUNT", value_parser = keepalive)]
    keepalive: Option<TcpKeepalive>,

    /// How the log on standard error is written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) log_format: Format,
}

impl Serve {
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            connections: self.connections,
            message: self.message,
            idle: self.idle,
            request: self.request,
            unread: self.unread,
            grace: self.grace,
            ..Limits::default()
        }
    }

    pub(crate) fn listening(&self) -> Listening {
        Listening {
            backlog: self.backlog,
            keepalive: self.keepalive.clone(),
        }
    }
}

fn positive(word: &str) -> Result<usize, String> {
    match word.parse() {
        Ok(number @ 1..) => Ok(number),
        _ => Err("it is not a number from 1 on".to_owned()),
    }
}

fn message(word: &str) -> Result<usize, String> {
    match word.parse() {
        Ok(octets @ 1..=proto::MAX_MESSAGE) => Ok(octets),
        _ => Err(format!(
            "it is not a number from 1 to {}, the protocol's own cap",
            proto::MAX_MESSAGE
        )),
    }
}

fn seconds(word: &str) -> Result<Duration, String> {
    let seconds = word.parse().ok().map(Duration::try_from_secs_f64);
    seconds
        .and_then(Result::ok)
        .ok_or("it is not a number of seconds, such as 5 or 0.5".to_owned())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_options_the_defaults_of_the_library_hold() {
        let serve = parsed(&[]).unwrap();
        let expected = Limits::default();
        assert_eq!(format!("{:?}", serve.limits()), format!("{expected:?}"));
        let expected = Listening::default();
        assert_eq!(format!("{:?}", serve.listening()), format!("{expected:?}"));
    }

    #[test]
    fn every_limit_has_its_option() {
        let serve = parsed(&[
            "--connections=1",
            "--message=2",
            "--idle=3",
            "--request=4.5",
            "--unread=6",
            "--grace=0.5",
            "--backlog=7",
            "--keepalive=8,9,10",
        ])
        .unwrap();
        let limits = serve.limits();
        assert_eq!((limits.connections, limits.message), (1, 2));
        assert_eq!(limits.idle, Duration::from_secs(3));
        assert_eq!(limits.request, Duration::from_millis(4500));
        assert_eq!(limits.unread, 6);
        assert_eq!(limits.grace, Duration::from_millis(500));
        let listening = serve.listening();
        assert_eq!(listening.backlog, 7);
        let keepalive = TcpKeepalive::new()
            .with_time(Duration::from_secs(8))
            .with_interval(Duration::from_secs(9))
            .with_retries(10);
        assert_eq!(
            format!("{:?}", listening.keepalive),
            format!("{:?}", Some(keepalive))
        );
    }

    #[test]
    fn what_is_out_of_bounds_is_a_wrong_argument() {
        for option in [
            "--connections=0",
            "--message=0",
            "--message=1025",
            "--idle=-1",
            "--idle=inf",
            "--request=soon",
            "--unread=0",
            "--keepalive=1,2",
            "--keepalive=1,2,0",
            "--keepalive=1,2,3,4",
            "--log-format=xml",
        ] {
            assert!(parsed(&[option]).is_err(), "{option}");
        }
    }

    fn parsed(options: &[&str]) -> Result<Serve, clap::Error> {
        let words = ["sumsrv", "serve", "text"].iter().chain(options);
        match Cli::try_parse_from(words)?.command {
            Command::Serve(serve) => Ok(serve),
            Command::Abi => panic!("`serve` was asked for"),
        }
    }
}
