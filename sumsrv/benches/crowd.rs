//! `cargo bench -p sumsrv --bench crowd`: how much a crowd of other clients slows a few active ones down, and what the crowd costs.
//!
//! Active clients have one request under way at a time, alone and beside a crowd, in turns on one server. A ratio compares the two within a round, and the median of the rounds is printed.
//! Memory is the server's own (`RssAnon` in Linux's `/proc/PID/status`), before the crowd comes and after the last of it is accepted. What the kernel holds for a socket is not counted.

#[allow(dead_code, reason = "shared with `compare`, which uses all of it")]
mod common;

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use clap::Parser;
use socket2::SockRef;
use sumcli::bench::{Latency, Plan, bench};

use crate::common::{Server, Trouble, median};

const ENCODING: &str = "text";

/// Measure what a crowd of idle connections, and one of slow clients, does to the others.
#[derive(Parser)]
struct Options {
    /// Given by `cargo bench`. Without it (`cargo test --benches`) nothing is measured.
    #[arg(long, hide = true)]
    bench: bool,
    /// How often each is measured.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// How long each time.
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
    /// Clients that ask, one request at a time.
    #[arg(long, default_value_t = 64)]
    active: usize,
    /// Connections that are open and say nothing.
    #[arg(long, default_value_t = 10_000)]
    idle: usize,
    /// Clients that send an octet a second of a request that does not end.
    #[arg(long, default_value_t = 1000)]
    slow: usize,
}

fn main() -> ExitCode {
    let options = Options::parse();
    if !options.bench {
        return ExitCode::SUCCESS;
    }
    match measure(&options) {
        Ok(table) => {
            println!("{table}");
            ExitCode::SUCCESS
        }
        Err(trouble) => {
            eprintln!("crowd: {trouble}");
            ExitCode::FAILURE
        }
    }
}

fn measure(options: &Options) -> Result<String, Trouble> {
    let max = rlimit::increase_nofile_limit(u64::MAX)?;
    let needed = options.idle.max(options.slow) + options.active + 100;
    if max < u64::try_from(needed)? {
        return Err(format!("{needed} descriptors are needed, and there may be {max}: see `ulimit -Hn`, or take a smaller --idle").into());
    }
    let mut table = String::from(
        "| crowd | p50 us: alone, beside it | p99 us: alone, beside it | p99 beside it / alone, each round | median | octets of the server a connection |\n\
         |---|---|---|---|---|---|\n",
    );
    let crowds = [
        ("idle", options.idle, Crowd::idle as fn(_, _) -> _),
        ("slow", options.slow, Crowd::slow),
    ];
    for (name, size, gather) in crowds {
        if size == 0 {
            continue;
        }
        let mut rounds = Vec::new();
        for number in 0..options.rounds {
            eprintln!("{name}: round {} of {}", number + 1, options.rounds);
            rounds.push(round(options, size, gather, number % 2 == 0)?);
        }
        table += &row(name, size, &rounds);
    }
    Ok(table)
}

/// What one round found.
struct Round {
    alone: Latency,
    beside: Latency,
    /// Octets a connection of the crowd.
    memory: f64,
}

/// One server; alone first, or beside the crowd first.
fn round(
    options: &Options,
    size: usize,
    gather: fn(SocketAddr, usize) -> Result<Crowd, Trouble>,
    alone_first: bool,
) -> Result<Round, Trouble> {
    let arguments = ["serve", "--connections", "1000000", ENCODING];
    let server = Server::start(env!("CARGO_BIN_EXE_sumsrv").as_ref(), arguments)?;
    // What the server allocates for the active clients is allocated before its memory is measured.
    latency(server.addr, options.active, 0.3)?;
    let alone = || latency(server.addr, options.active, options.seconds);
    let before = alone_first.then(alone).transpose()?;
    let memory = memory_of(server.id())?;
    let crowd = gather(server.addr, size)?;
    // Connections are accepted one after the other. When this one is accepted, all are.
    latency(server.addr, 1, 0.1)?;
    let memory = (memory_of(server.id())? - memory) / size as f64;
    let beside = latency(server.addr, options.active, options.seconds)?;
    crowd.leave()?;
    latency(server.addr, 1, 0.1)?;
    let alone = match before {
        Some(alone) => alone,
        None => alone()?,
    };
    server.stop()?;
    Ok(Round {
        alone,
        beside,
        memory,
    })
}

fn latency(addr: SocketAddr, connections: usize, seconds: f64) -> Result<Latency, Trouble> {
    let encoding = proto::named(ENCODING).ok_or("no such encoding")?;
    let plan = Plan {
        connections,
        duration: Duration::try_from_secs_f64(seconds)?,
        ..Plan::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let report = runtime.block_on(bench(encoding, addr, plan))?;
    match report.failure() {
        Some(failure) => Err(failure.into()),
        None => Ok(report.latency.ok_or("nothing was answered")?),
    }
}

/// Octets of a process's own memory that are resident.
fn memory_of(process: u32) -> Result<f64, Trouble> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    let kilobytes: f64 = kilobytes.ok_or("no RssAnon")?.parse()?;
    Ok(kilobytes * 1024.0)
}

/// Connections that ask nothing, or never finish a request.
struct Crowd {
    streams: Vec<TcpStream>,
    dripping: Option<Dripping>,
}

struct Dripping {
    enough: Arc<AtomicBool>,
    thread: thread::JoinHandle<std::io::Result<()>>,
}

impl Crowd {
    fn idle(addr: SocketAddr, size: usize) -> Result<Self, Trouble> {
        let mut streams = Vec::new();
        for _ in 0..size {
            let stream = TcpStream::connect(addr)?;
            // It closes with a reset, so that its port is not in TIME_WAIT for a minute.
            SockRef::from(&stream).set_linger(Some(Duration::ZERO))?;
            streams.push(stream);
        }
        Ok(Crowd {
            streams,
            dripping: None,
        })
    }

    /// As the idle ones, but each has asked once, and then sends an octet a second.
    fn slow(addr: SocketAddr, size: usize) -> Result<Self, Trouble> {
        const TICKS: usize = 100;
        let mut crowd = Crowd::idle(addr, size)?;
        for stream in &mut crowd.streams {
            stream.write_all(b"1 2\n")?;
            stream.read_exact(&mut [0; 2])?;
        }
        let streams: Result<Vec<_>, _> = crowd.streams.iter().map(TcpStream::try_clone).collect();
        let streams = streams?;
        let enough = Arc::new(AtomicBool::new(false));
        let is_enough = enough.clone();
        let thread = thread::spawn(move || {
            let mut turn = streams.chunks(streams.len().div_ceil(TICKS)).cycle();
            while let (false, Some(some)) = (is_enough.load(Ordering::Relaxed), turn.next()) {
                for mut stream in some {
                    stream.write_all(b"1")?;
                }
                thread::sleep(Duration::from_secs(1) / u32::try_from(TICKS).unwrap_or(1));
            }
            Ok(())
        });
        crowd.dripping = Some(Dripping { enough, thread });
        Ok(crowd)
    }

    fn leave(self) -> Result<(), Trouble> {
        if let Some(Dripping { enough, thread }) = self.dripping {
            enough.store(true, Ordering::Relaxed);
            thread.join().map_err(|_| "the slow clients failed")??;
        }
        Ok(())
    }
}

fn row(name: &str, size: usize, rounds: &[Round]) -> String {
    let of = |of: fn(&Round) -> f64| median(rounds.iter().map(of).collect());
    let ratio = |round: &Round| round.beside.p99.as_secs_f64() / round.alone.p99.as_secs_f64();
    let each: Vec<String> = rounds
        .iter()
        .map(|round| format!("{:.2}", ratio(round)))
        .collect();
    format!(
        "| {size} {name} | {:.0}, {:.0} | {:.0}, {:.0} | {} | {:.2} | {:.0} |\n",
        of(|round| round.alone.p50.as_secs_f64() * 1e6),
        of(|round| round.beside.p50.as_secs_f64() * 1e6),
        of(|round| round.alone.p99.as_secs_f64() * 1e6),
        of(|round| round.beside.p99.as_secs_f64() * 1e6),
        each.join(", "),
        median(rounds.iter().map(ratio).collect()),
        of(|round| round.memory),
    )
}
