//! `cargo bench -p sumsrv --bench compare`: sumsrv beside an epoll server and a fork-per-connection server in C.
//!
//! Each server is started for each measurement and loaded by the library of `sumcli bench`. The servers take turns, over several rounds. A ratio compares two servers of one round, and the median of the rounds is printed. For throughput the ratio of the best rounds is printed, too, since other work of the machine can only make a round slower.
//! CPU time is user and system time of all processes of the server, from their start to their end. The kernel counts it for children that were waited for.

mod common;

use std::{
    env,
    fmt::Write,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use clap::Parser;
use nix::sys::{
    resource::{UsageWho, getrusage},
    time::TimeValLike,
};
use sumcli::bench::{Plan, bench};

use crate::common::{Process, Trouble, median};

const ENCODINGS: [&str; 2] = ["network", "text"];

/// Connections and depth.
const LOADS: [(usize, usize); 4] = [(1, 1), (64, 1), (64, 32), (1000, 8)];

/// Compare sumsrv with an epoll server and a fork server. The C compiler is `cc`, or `$CC`.
#[derive(Parser)]
struct Options {
    /// Given by `cargo bench`. Without it (`cargo test --benches`) nothing is measured.
    #[arg(long, hide = true)]
    bench: bool,
    /// How often each is measured.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How long each time.
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// Only the loads with so many connections.
    #[arg(long, value_name = "N")]
    connections: Option<usize>,
    /// A sumsrv that was built otherwise.
    #[arg(long)]
    server: Option<PathBuf>,
}

fn main() -> ExitCode {
    let options = Options::parse();
    if !options.bench {
        return ExitCode::SUCCESS;
    }
    match compare(&options) {
        Ok(table) => {
            println!("{table}");
            ExitCode::SUCCESS
        }
        Err(trouble) => {
            eprintln!("compare: {trouble}");
            ExitCode::FAILURE
        }
    }
}

fn compare(options: &Options) -> Result<String, Trouble> {
    let servers = [
        Server {
            program: match &options.server {
                Some(built) => built.clone(),
                None => env!("CARGO_BIN_EXE_sumsrv").into(),
            },
            arguments: &["serve"],
        },
        Server {
            program: build("epoll")?,
            arguments: &[],
        },
        Server {
            program: build("fork")?,
            arguments: &[],
        },
    ];
    let mut cells: Vec<Cell> = Vec::new();
    for encoding in ENCODINGS {
        for (connections, depth) in LOADS {
            if options.connections.is_some_and(|only| only != connections) {
                continue;
            }
            cells.push(Cell {
                encoding,
                connections,
                depth,
                rounds: Vec::new(),
            });
        }
    }
    for round in 0..options.rounds {
        eprintln!("round {} of {}", round + 1, options.rounds);
        for cell in &mut cells {
            let mut measured = [Measured::default(); 3];
            // The order changes, so that no server is always first.
            for turn in 0..servers.len() {
                let which = (turn + round) % servers.len();
                if let (Some(server), Some(place)) = (servers.get(which), measured.get_mut(which)) {
                    *place = server.measure(cell, options.seconds)?;
                }
            }
            cell.rounds.push(measured);
        }
    }
    Ok(table(&cells))
}

struct Server {
    program: PathBuf,
    arguments: &'static [&'static str],
}

struct Cell {
    encoding: &'static str,
    connections: usize,
    depth: usize,
    /// sumsrv, epoll, fork.
    rounds: Vec<[Measured; 3]>,
}

#[derive(Clone, Copy, Default)]
struct Measured {
    /// Requests a second.
    throughput: f64,
    /// Microseconds a request.
    cpu: f64,
}

impl Server {
    fn measure(&self, cell: &Cell, seconds: f64) -> Result<Measured, Trouble> {
        let before = children_used()?;
        let arguments = self.arguments.iter().copied().chain([cell.encoding]);
        let running = common::Server::start(&self.program, arguments)?;
        let encoding = proto::named(cell.encoding).ok_or("no such encoding")?;
        let plan = Plan {
            connections: cell.connections,
            depth: cell.depth,
            duration: Duration::try_from_secs_f64(seconds)?,
            ..Plan::default()
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let report = runtime.block_on(bench(encoding, running.addr, plan))?;
        // The connections end with the runtime, and the fork server's children with them.
        drop(runtime);
        running.stop()?;
        if let Some(failure) = report.failure() {
            return Err(format!("{}: {failure}", self.program.display()).into());
        }
        let used = children_used()? - before;
        Ok(Measured {
            throughput: report.throughput(),
            cpu: used / report.answered as f64,
        })
    }
}

/// Microseconds of all children that were waited for, and of theirs.
fn children_used() -> Result<f64, Trouble> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let used = usage.user_time() + usage.system_time();
    Ok(used.num_microseconds() as f64)
}

fn build(name: &str) -> Result<PathBuf, Trouble> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("benches/{name}.c"));
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("sums-{name}"));
    let compiler = env::var_os("CC").unwrap_or_else(|| "cc".into());
    let mut compiling = Process::start(
        Path::new(&compiler),
        [
            "-O2".as_ref(),
            "-std=c11".as_ref(),
            "-o".as_ref(),
            program.as_os_str(),
            source.as_os_str(),
        ],
    )?;
    if compiling.0.wait()?.success() {
        Ok(program)
    } else {
        Err(format!("{} did not build {name}.c", compiler.to_string_lossy()).into())
    }
}

fn table(cells: &[Cell]) -> String {
    let mut table = String::from(
        "| encoding | connections, depth | throughput / epoll (best) | / fork (best) | CPU time / epoll | / fork | CPU us a request: sumsrv, epoll, fork |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for cell in cells {
        let median = |of: fn(&[Measured; 3]) -> f64| median(cell.rounds.iter().map(of).collect());
        let best = |of: fn(&[Measured; 3]) -> f64| cell.rounds.iter().map(of).fold(0.0, f64::max);
        let [sumsrv, epoll, fork] = [
            best(|[sumsrv, _, _]| sumsrv.throughput),
            best(|[_, epoll, _]| epoll.throughput),
            best(|[_, _, fork]| fork.throughput),
        ];
        // Writing to a string does not fail.
        let _ = writeln!(
            table,
            "| `{}` | {}, {} | {:.2} ({:.2}) | {:.2} ({:.2}) | {:.2} | {:.2} | {:.2}, {:.2}, {:.2} |",
            cell.encoding,
            cell.connections,
            cell.depth,
            median(|[sumsrv, epoll, _]| sumsrv.throughput / epoll.throughput),
            sumsrv / epoll,
            median(|[sumsrv, _, fork]| sumsrv.throughput / fork.throughput),
            sumsrv / fork,
            median(|[sumsrv, epoll, _]| sumsrv.cpu / epoll.cpu),
            median(|[sumsrv, _, fork]| sumsrv.cpu / fork.cpu),
            median(|[sumsrv, _, _]| sumsrv.cpu),
            median(|[_, epoll, _]| epoll.cpu),
            median(|[_, _, fork]| fork.cpu),
        );
    }
    table
}
