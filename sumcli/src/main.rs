//! `sumcli`: arguments, the library, exit codes. The contract is in `PARTICIPANTS.md`.

mod cli;
mod exit;
mod json;

use std::{
    env,
    io::{self, Write},
    process::ExitCode,
    time::Duration,
};

use clap::Parser;
use proto::Encoding;
use sumcli::{
    Patience, Service,
    bench::{self, WhomError, bench},
    connect, drive, reach,
};
use tokio::io::BufReader;

use crate::{
    cli::{Bench, Cli, Command, Connect},
    exit::{TROUBLE, UNSUPPORTED, USAGE},
};

/// An exit code, and the words for it.
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
            Command::Bench(asked) => measure(&asked).await,
            Command::Drive => {
                let (input, output) = (BufReader::new(tokio::io::stdin()), tokio::io::stdout());
                let done = drive(input, output, patience()?).await;
                done.map_err(|error| (TROUBLE, format!("sumcli: {error}")))
            }
        }
    });
    // Not waiting for a read of standard input that may never end.
    runtime.shutdown_background();
    done
}

async fn connect_to(arguments: &Connect) -> Result<(), Failure> {
    let asked = &arguments.service;
    let (name, addr) = (&asked.name, &asked.addr);
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

async fn measure(asked: &Bench) -> Result<(), Failure> {
    let encoding = encoding(&asked.service.name)?;
    // Each connection is a descriptor. Where the soft limit cannot be raised, the one that is too many says so.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let addr = bench::whom(&asked.service.addr, asked.anywhere).await;
    let addr = addr.map_err(|error| match error {
        WhomError::Elsewhere(_) => (
            USAGE,
            format!("sumcli: {error}.\nIf that is meant, say `--anywhere`."),
        ),
        WhomError::Unknown { .. } => (TROUBLE, format!("sumcli: {error}")),
    })?;
    let trouble = |error: &dyn std::fmt::Display| (TROUBLE, format!("sumcli: {error}"));
    let report = bench(encoding, addr, asked.plan())
        .await
        .map_err(|error| trouble(&error))?;
    let shown = if asked.json {
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
    const NAME: &str = "CROSSUM_PATIENCE_MS";
    let patience = Patience::default();
    let Some(value) = env::var_os(NAME) else {
        return Ok(patience);
    };
    match value.to_str().and_then(|value| value.parse().ok()) {
        Some(milliseconds) => Ok(Patience {
            reply: Duration::from_millis(milliseconds),
            ..patience
        }),
        None => Err((
            USAGE,
            format!(
                "sumcli: {NAME} is not a number of milliseconds: {}",
                value.to_string_lossy()
            ),
        )),
    }
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
    // Nobody to tell is no reason to stop.
    let _ = writeln!(std::io::stderr(), "{words}");
}
