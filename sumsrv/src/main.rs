//! `sumsrv`: arguments, the library, exit codes. The contract is in `PARTICIPANTS.md`.

mod cli;
mod log;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Parser;
use sumsrv::{contract, facts, stop_signal};

use crate::cli::{Cli, Command, Serve};

/// For everything but a wrong argument (2, which clap exits with) and a missing encoding.
const TROUBLE: u8 = 1;
const UNSUPPORTED: u8 = 127;

/// glibc's keeps what ten thousand connections took, for whatever is allocated last holds all that lies before it. This one gives it back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Abi => abi().map(|()| ExitCode::SUCCESS),
        Command::Serve(arguments) => run(&arguments),
    };
    done.unwrap_or_else(|trouble| {
        eprintln!("sumsrv: {trouble}");
        ExitCode::from(TROUBLE)
    })
}

type Trouble = Box<dyn std::error::Error>;

fn abi() -> Result<(), Trouble> {
    for (key, value) in facts() {
        print_line(format_args!("{key} {value}"))?;
    }
    Ok(())
}

fn run(arguments: &Serve) -> Result<ExitCode, Trouble> {
    let Some(services) = contract::known(&arguments.services, print_line)? else {
        return Ok(ExitCode::from(UNSUPPORTED));
    };
    log::start(arguments.log_format);
    // Each connection needs a descriptor. The soft limit is low for the sake of programs that use `select`. Where it cannot be raised, fewer connections are accepted at a time.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        // Before `ready` is printed: whoever reads that may send the signal.
        let stop = stop_signal()?;
        let (how, limits) = (arguments.listening(), arguments.limits());
        contract::serve_all(services, &how, limits, stop, print_line).await
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Prints a line and flushes it.
fn print_line(line: std::fmt::Arguments<'_>) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{line}")?;
    stdout.flush()
}
