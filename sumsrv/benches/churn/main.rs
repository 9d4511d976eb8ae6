//! `cargo bench -p sumsrv --bench churn`: two minutes of peers that come and go in every way there is, twice as many as are let in.
//!
//! With `--sieges N`, only what the server keeps: its own memory after each of so many sieges, one after the other.
//!
//! A few active clients, connected before, ask all the while. Told are how long their replies take: alone, while the same peers besiege another server (so that the machine is as busy), and while they besiege this one; the server's own memory before, after a first siege and after the last; and what SIGTERM loses of requests that were sent.

#[allow(dead_code, reason = "shared with `compare`, which uses all of it")]
#[path = "../common/mod.rs"]
mod common;
mod siege;

use std::{
    fmt::Write as _,
    fs,
    io::{self, Read as _},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
    thread,
    time::Duration,
};

use clap::Parser;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use sumcli::bench::{Latency, Plan, bench};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::{
    common::{self as process, Trouble},
    siege::{Siege, ask, visits},
};

/// Seconds; longer than any peer is silent.
const IDLE: &str = "30";
const ENCODING: &str = "text";
const REQUEST: &[u8] = b"1 2\n";
const REPLY: &[u8] = b"3\n";
/// What every peer gives up after, so that none outlives its siege.
const PATIENCE: Duration = Duration::from_secs(20);
/// As many as most machines allow a process descriptors for.
const PEERS_OF_A_PROCESS: usize = 5000;

/// Measure what peers that come and go do to a server and to its other clients.
#[derive(Parser)]
struct Options {
    /// Given by `cargo bench`. Without it (`cargo test --benches`) nothing is measured.
    #[arg(long, hide = true)]
    bench: bool,
    /// How long each siege is.
    #[arg(long, default_value_t = 120.0)]
    seconds: f64,
    /// Peers at a time.
    #[arg(long, default_value_t = 20_000)]
    peers: usize,
    /// Connections that the server allows at a time.
    #[arg(long, default_value_t = 10_000)]
    allowed: usize,
    /// Clients that ask all the while, one request at a time.
    #[arg(long, default_value_t = 64)]
    active: usize,
    /// Requests that are under way when SIGTERM comes.
    #[arg(long, default_value_t = 1000)]
    last: usize,
    /// Only its memory, after each of so many sieges.
    #[arg(long, default_value_t = 0)]
    sieges: usize,
    /// A server that was built otherwise.
    #[arg(long)]
    server: Option<PathBuf>,
    /// Be some of the peers of this server, for a process may have too few descriptors for all.
    #[arg(long, hide = true)]
    besiege: Option<SocketAddr>,
}

fn main() -> ExitCode {
    let options = Options::parse();
    if !options.bench {
        return ExitCode::SUCCESS;
    }
    let done = match options.besiege {
        Some(addr) => visits(addr, options.peers, options.seconds).map(|siege| siege.numbers()),
        None if options.sieges > 0 => keeps(&options),
        None => measure(&options),
    };
    match done {
        Ok(table) => {
            println!("{table}");
            ExitCode::SUCCESS
        }
        Err(trouble) => {
            eprintln!("churn: {trouble}");
            ExitCode::FAILURE
        }
    }
}

fn measure(options: &Options) -> Result<String, Trouble> {
    let needed = u64::try_from(options.allowed + options.active + options.last + 100)?;
    let max = rlimit::increase_nofile_limit(u64::MAX)?;
    if max < needed {
        return Err(format!("{needed} descriptors are needed, and there may be {max}: see `ulimit -Hn`, or take fewer --allowed").into());
    }
    let (server, other) = (Server::start(options)?, Server::start(options)?);
    let seconds = options.seconds;
    let alone = active(&server, options.active, seconds / 8.0)?.join()?;
    let before = server.memory()?;

    // A first one: what a server has allocated for as many peers as it lets in may stay with it.
    eprintln!("a first siege");
    besiege(&server, options, seconds / 2.0)?;
    let warm = server.settled()?;

    eprintln!("a siege of another server");
    let asking = active(&server, options.active, seconds / 4.0 + 2.0)?;
    besiege(&other, options, seconds / 4.0)?;
    let elsewhere = asking.join()?;

    eprintln!("the siege");
    let asking = active(&server, options.active, seconds + 2.0)?;
    let siege = besiege(&server, options, seconds)?;
    let beside = asking.join()?;
    let after = server.settled()?;
    let lost = last_requests(server, options.last)?;
    other.process.stop()?;

    let micro = |latency: &Latency| latency.p99.as_secs_f64() * 1e6;
    Ok(format!(
        "{siege}\n\
         | | seen |\n|---|---|\n\
         | p99 us of the active clients: alone | {:.0} |\n\
         | ... while the peers are at another server | {:.0} |\n\
         | ... while they are at this one | {:.0}, {:.2} times that |\n\
         | memory KiB: before, after the first siege, after the last | {:.0}, {:.0}, {:.0}: {:+.1} % since the first |\n\
         | requests under way at SIGTERM, and without a reply | {}, {lost} |",
        micro(&alone),
        micro(&elsewhere),
        micro(&beside),
        micro(&beside) / micro(&elsewhere),
        before / 1024.0,
        warm / 1024.0,
        after / 1024.0,
        100.0 * (after / warm - 1.0),
        options.last,
    ))
}

/// What it keeps after each of several sieges: whether that grows on, or comes to an end.
fn keeps(options: &Options) -> Result<String, Trouble> {
    let server = Server::start(options)?;
    active(&server, options.active, options.seconds / 8.0)?.join()?;
    let before = server.settled()?;
    let mut table = format!(
        "| siege | visits | memory KiB, {:.0} before |\n|---|---|---|",
        before / 1024.0
    );
    for turn in 1..=options.sieges {
        let siege = besiege(&server, options, options.seconds)?;
        let after = server.settled()?;
        write!(
            table,
            "\n| {turn} | {siege} | {:.0}: {:+.1} % |",
            after / 1024.0,
            100.0 * (after / before - 1.0)
        )?;
    }
    server.process.stop()?;
    Ok(table)
}

/// A server, and how many sockets it has when nobody is connected.
struct Server {
    process: process::Server,
    addr: SocketAddr,
    of_its_own: usize,
}

impl Server {
    fn start(options: &Options) -> Result<Self, Trouble> {
        let allowed = options.allowed.to_string();
        // Where the kernel's queue overflows, it happens that a peer's reset is lost with it: the server learns of its end by the idle time alone.
        let arguments = ["serve", "--connections", &allowed, "--idle", IDLE, ENCODING];
        let built = PathBuf::from(env!("CARGO_BIN_EXE_sumsrv"));
        let program = options.server.as_ref().unwrap_or(&built);
        let process = process::Server::start(program, arguments)?;
        Ok(Server {
            addr: process.addr,
            of_its_own: sockets(process.id())?,
            process,
        })
    }

    fn connections(&self) -> Result<usize, Trouble> {
        Ok(sockets(self.process.id())?.saturating_sub(self.of_its_own))
    }

    /// Octets of its own memory that are resident.
    fn memory(&self) -> Result<f64, Trouble> {
        memory_of(self.process.id())
    }

    /// The same, when all have left.
    fn settled(&self) -> Result<f64, Trouble> {
        while self.connections()? > 0 {
            thread::sleep(Duration::from_millis(20));
        }
        self.memory()
    }
}

/// Clients that ask, in a thread of their own.
struct Active(thread::JoinHandle<Result<Latency, String>>);

fn active(server: &Server, connections: usize, seconds: f64) -> Result<Active, Trouble> {
    let (addr, before) = (server.addr, server.connections()?);
    let duration = Duration::try_from_secs_f64(seconds)?;
    let thread = thread::spawn(move || {
        let ask = || -> Result<Latency, Trouble> {
            let encoding = proto::named(ENCODING).ok_or("no such encoding")?;
            let plan = Plan {
                connections,
                duration,
                ..Plan::default()
            };
            let report = runtime()?.block_on(bench(encoding, addr, plan))?;
            match report.failure() {
                Some(failure) => Err(failure.into()),
                None => Ok(report.latency.ok_or("nothing was answered")?),
            }
        };
        ask().map_err(|trouble| trouble.to_string())
    });
    // They are let in before anybody else comes.
    while !thread.is_finished() && server.connections()? < before + connections {
        thread::sleep(Duration::from_millis(5));
    }
    Ok(Active(thread))
}

impl Active {
    fn join(self) -> Result<Latency, Trouble> {
        let ended = self.0.join().map_err(|_| "the active clients failed")?;
        Ok(ended?)
    }
}

/// All peers, in as many processes as it takes.
fn besiege(server: &Server, options: &Options, seconds: f64) -> Result<Siege, Trouble> {
    let parts = options.peers.div_ceil(PEERS_OF_A_PROCESS);
    let mut processes = Vec::new();
    for _ in 0..parts {
        let arguments = [
            "--bench".to_owned(),
            format!("--besiege={}", server.addr),
            format!("--peers={}", options.peers / parts),
            format!("--seconds={seconds}"),
        ];
        processes.push(process::Process::start(
            &std::env::current_exe()?,
            arguments,
        )?);
    }
    let siege = Siege::default();
    for mut process in processes {
        let mut numbers = String::new();
        let mut output = process.0.stdout.take().ok_or("no output")?;
        output.read_to_string(&mut numbers)?;
        siege.add(&numbers)?;
        process.0.wait()?;
    }
    Ok(siege)
}

/// Sends requests and then SIGTERM, and counts those that get no reply.
fn last_requests(server: Server, number: usize) -> Result<usize, Trouble> {
    let (addr, pid) = (server.addr, Pid::from_raw(server.process.id().try_into()?));
    let lost = runtime()?.block_on(async {
        let mut streams = Vec::new();
        for _ in 0..number {
            streams.push(TcpStream::connect(addr).await?);
        }
        // The last one is answered: all have been accepted.
        if let Some(last) = streams.last_mut() {
            ask(last).await?;
        }
        for stream in &mut streams {
            stream.write_all(REQUEST).await?;
        }
        kill(pid, Signal::SIGTERM)?;
        let mut lost = 0;
        for mut stream in streams {
            let mut replies = Vec::new();
            let read = timeout(PATIENCE, stream.read_to_end(&mut replies)).await;
            lost += usize::from(!matches!(read, Ok(Ok(_)) if replies == REPLY));
        }
        Ok::<_, Trouble>(lost)
    })?;
    server.process.stop()?;
    Ok(lost)
}

fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

/// How many sockets a process has.
fn sockets(process: u32) -> Result<usize, Trouble> {
    let mut sockets = 0;
    for entry in fs::read_dir(format!("/proc/{process}/fd"))?.flatten() {
        let leads_to = fs::read_link(entry.path()).unwrap_or_default();
        sockets += usize::from(leads_to.to_string_lossy().starts_with("socket:"));
    }
    Ok(sockets)
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
