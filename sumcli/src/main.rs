//! `sumcli`: arguments, the library, exit codes. The contract is in `PARTICIPANTS.md`.

mod cli;
mod exit;
mod json;

use std::{
    env,
    io::{self, Write},
    process::ExitCode,
};

use clap::Parser;
use proto::Encoding;
use sumcli::{
    Patience, Service,
    bench::{self, ResolveError, bench},
    connect, drive, reach,
};
use tokio::io::BufReader;

use crate::{
    cli::{Bench, Cli, Command, Connect, Endpoint},
    exit::{TROUBLE, UNSUPPORTED, USAGE},
};

/// An exit code, and what is printed to standard error.
type Failure = (u8, String);

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err((code, words)) => {
            complain(&words);
            ExitCode::from(code)
        }
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| (TROUBLE, format!("sumcli: cannot start: {error}")))?;
    let done = runtime.block_on(async {
        match cli.command {
            Command::Connect(arguments) => connect_to(&arguments).await,
            Command::Bench(arguments) => measure(&arguments).await,
            Command::Drive => {
                let (input, output) = (BufReader::new(tokio::io::stdin()), tokio::io::stdout());
                let done = drive(input, output, patience()?).await;
                done.map_err(|error| (TROUBLE, format!("sumcli: {error}")))
            }
        }
    });
    // A read of standard input may never end, so it is not waited for.
    runtime.shutdown_background();
    done
}

async fn connect_to(arguments: &Connect) -> Result<(), Failure> {
    let Endpoint { name, addr } = &arguments.endpoint;
    let Some(service) = Service::named(name) else {
        return Err((
            UNSUPPORTED,
            format!(
                "sumcli: the encoding `{name}` is not implemented; `sumcli` knows {}, echo, daytime",
                known()
            ),
        ));
    };
    let stream = reach(addr, &arguments.reach()).await.map_err(|error| {
        let advice =
            format!("Is a server running there? One is started with `sumsrv serve {name}={addr}`.");
        (exit::of_reach(&error), format!("sumcli: {error}\n{advice}"))
    })?;
    let (input, output) = (BufReader::new(tokio::io::stdin()), tokio::io::stdout());
    let timeout = arguments.reply_timeout;
    let done = connect(service, stream, timeout, input, output, complain).await;
    done.map_err(|error| (exit::of_connect(&error), format!("sumcli: {error}")))
}

async fn measure(arguments: &Bench) -> Result<(), Failure> {
    let encoding = encoding(&arguments.endpoint.name)?;
    // Each connection needs a descriptor. Where the soft limit cannot be raised, connecting fails with that error.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let addr = bench::resolve(&arguments.endpoint.addr, arguments.anywhere).await;
    let addr = addr.map_err(|error| match error {
        ResolveError::NotLoopback(_) => (
            USAGE,
            format!("sumcli: {error}.\nIf that is meant, say `--anywhere`."),
        ),
        ResolveError::Unknown { .. } => (TROUBLE, format!("sumcli: {error}")),
    })?;
    let trouble = |error: &dyn std::fmt::Display| (TROUBLE, format!("sumcli: {error}"));
    let report = bench(encoding, addr, arguments.plan())
        .await
        .map_err(|error| trouble(&error))?;
    let shown = if arguments.json {
        json::document(&report).map_err(|error| trouble(&error))?
    } else {
        report.to_string()
    };
    writeln!(io::stdout(), "{shown}").map_err(|error| trouble(&error))?;
    match report.failure() {
        Some(failure) => Err(trouble(&failure)),
        None => Ok(()),
    }
}

fn patience() -> Result<Patience, Failure> {
    let asked = Patience::asked(env::var_os(Patience::VARIABLE).as_deref());
    asked.map_err(|error| (USAGE, format!("sumcli: {error}")))
}

fn encoding(name: &str) -> Result<&'static dyn Encoding, Failure> {
    proto::named(name).ok_or_else(|| {
        let words = format!(
            "sumcli: the encoding `{name}` is not implemented; `sumcli` knows {}",
            known()
        );
        (UNSUPPORTED, words)
    })
}

fn known() -> String {
    let names: Vec<&str> = proto::all()
        .iter()
        .map(|encoding| encoding.name())
        .collect();
    names.join(", ")
}

fn complain(words: &str) {
    // When standard error is closed, the program goes on all the same.
    let _ = writeln!(std::io::stderr(), "{words}");
}
