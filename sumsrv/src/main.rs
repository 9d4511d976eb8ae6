//! `sumsrv`: arguments, the library, exit codes. The contract is in `PARTICIPANTS.md`.

mod cli;
mod log;
mod signals;

use std::{
    io::{self, Write},
    process::ExitCode,
    sync::Arc,
};

use clap::Parser;
use sumsrv::{Event, Events, Limits, Service, facts, listen, serve};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

use crate::cli::{Cli, Command, Serve};

/// For everything but a wrong argument (2, which clap exits with) and a missing encoding.
const TROUBLE: u8 = 1;
const UNSUPPORTED: u8 = 127;

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
    let mut known = Vec::new();
    for endpoint in &arguments.services {
        match Service::named(&endpoint.name) {
            Some(service) => known.push((service, endpoint.addr)),
            None => print_line(format_args!("unsupported {}", endpoint.name))?,
        }
    }
    if known.len() < arguments.services.len() {
        return Ok(ExitCode::from(UNSUPPORTED));
    }
    log::start(arguments.log_format);
    // Each connection needs a descriptor. The soft limit is low for the sake of programs that use `select`. Where it cannot be raised, fewer connections are accepted at a time.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut listeners = Vec::new();
        for (service, addr) in known {
            listeners.push((service, listen(addr, &arguments.listening()).await?));
        }
        serve_all(listeners, arguments.limits()).await
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn serve_all(listeners: Vec<(Service, TcpListener)>, limits: Limits) -> Result<(), Trouble> {
    // Before `ready` is printed: whoever reads that may send the signal.
    let signal = signals::stop()?;
    let (stop, stopped) = watch::channel(false);
    let events: Events = Arc::new(report);
    let mut servers = JoinSet::new();
    for (service, listener) in listeners {
        let (name, addr) = (service.name(), listener.local_addr()?);
        print_line(format_args!("listening {name} {addr}"))?;
        servers.spawn(serve(
            listener,
            service,
            stopped.clone(),
            limits,
            events.clone(),
        ));
    }
    print_line(format_args!("ready"))?;
    signal.await;
    stop.send_replace(true);
    while servers.join_next().await.is_some() {}
    Ok(())
}

fn report(event: Event) {
    let Event::Short {
        service,
        peer,
        got,
        want,
    } = event;
    // When nobody reads standard output any more, the peers are served all the same.
    let _ = print_line(format_args!("short {service} {peer} {got} {want}"));
}

/// Prints a line and flushes it.
fn print_line(line: std::fmt::Arguments<'_>) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{line}")?;
    stdout.flush()
}
