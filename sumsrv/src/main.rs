//! `sumsrv`: arguments, the library, exit codes. The contract is in `PARTICIPANTS.md`.

mod cli;
mod signals;

use std::{
    io::{self, Write},
    process::ExitCode,
    sync::Arc,
};

use clap::Parser;
use proto::Encoding;
use sumsrv::{Event, Events, Limits, facts, listen, serve};
use tokio::{sync::watch, task::JoinSet};

use crate::cli::{Cli, Command, Service};

/// Something went wrong that is neither a wrong argument (2, clap's) nor a missing encoding.
const TROUBLE: u8 = 1;
const UNSUPPORTED: u8 = 127;

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Abi => abi().map(|()| ExitCode::SUCCESS),
        Command::Serve { services } => run(&services),
    };
    done.unwrap_or_else(|trouble| {
        eprintln!("sumsrv: {trouble}");
        ExitCode::from(TROUBLE)
    })
}

type Trouble = Box<dyn std::error::Error>;

fn abi() -> Result<(), Trouble> {
    for (key, value) in facts() {
        say(format_args!("{key} {value}"))?;
    }
    Ok(())
}

fn run(services: &[Service]) -> Result<ExitCode, Trouble> {
    let mut known = Vec::new();
    for service in services {
        match proto::named(&service.encoding) {
            Some(encoding) => known.push((encoding, service.addr)),
            None => say(format_args!("unsupported {}", service.encoding))?,
        }
    }
    if known.len() < services.len() {
        return Ok(ExitCode::from(UNSUPPORTED));
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut listeners = Vec::new();
        for (encoding, addr) in known {
            listeners.push((encoding, listen(addr).await?));
        }
        serve_all(listeners).await
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn serve_all(
    listeners: Vec<(&'static dyn Encoding, tokio::net::TcpListener)>,
) -> Result<(), Trouble> {
    // Before `ready`, so that whoever reads it may send the signal.
    let signal = signals::stop()?;
    let (stop, stopped) = watch::channel(false);
    let events: Events = Arc::new(tell);
    let mut servers = JoinSet::new();
    for (encoding, listener) in listeners {
        say(format_args!(
            "listening {} {}",
            encoding.name(),
            listener.local_addr()?
        ))?;
        let limits = Limits::default();
        servers.spawn(serve(
            listener,
            encoding,
            stopped.clone(),
            limits,
            events.clone(),
        ));
    }
    say(format_args!("ready"))?;
    signal.await;
    stop.send_replace(true);
    while servers.join_next().await.is_some() {}
    Ok(())
}

fn tell(event: Event) {
    let told = match event {
        Event::Short {
            encoding,
            peer,
            got,
            want,
        } => say(format_args!("short {encoding} {peer} {got} {want}")),
        Event::AcceptFailed { encoding, error } => {
            writeln!(
                io::stderr(),
                "sumsrv: {encoding}: cannot accept connections for now: {error}"
            )
        }
    };
    // Nobody reads any more; the peers are served all the same.
    let _ = told;
}

/// Prints a line and flushes it.
fn say(line: std::fmt::Arguments<'_>) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{line}")?;
    stdout.flush()
}
