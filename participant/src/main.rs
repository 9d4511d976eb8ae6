//! The participant in Rust: what `PARTICIPANTS.md` asks of a server and of a client, in one program, as the C participant is.
//!
//! It is built once for each target, so it has no options, no help and no log beyond warnings: `sumsrv` and `sumcli` have those, around the same two libraries.

mod warnings;

use std::{
    env,
    error::Error,
    io::{self, Write},
    pin::Pin,
    process::ExitCode,
    task::{Context, Poll},
    time::Duration,
};

use sumcli::{Patience, drive};
use sumsrv::{
    Limits, Listening,
    contract::{self, Endpoint},
    facts, stop_signal,
};
use tokio::{
    io::{AsyncWrite, BufReader},
    runtime::Runtime,
    task::JoinError,
    time::interval,
};

const USAGE: &str = "\
usage: participant abi
       participant serve ENC[=IP:PORT] ...
       participant drive";

/// Anything else is 1.
const WRONG_ARGUMENTS: u8 = 2;
const UNSUPPORTED: u8 = 127;

fn main() -> ExitCode {
    let words = env::args_os().skip(1);
    // A word that is no text is none of ours.
    let words: Vec<String> = words
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["abi"] => abi(),
        ["serve", services @ ..] if !services.is_empty() => serve(services),
        ["drive"] => answer_orders(),
        _ => Ok(wrong(USAGE)),
    };
    done.unwrap_or_else(|trouble| {
        complain(&trouble.to_string());
        ExitCode::FAILURE
    })
}

type Done = Result<ExitCode, Box<dyn Error>>;

fn abi() -> Done {
    for (key, value) in facts() {
        print_line(format_args!("{key} {value}"))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn serve(words: &[&str]) -> Done {
    let asked: Result<Vec<Endpoint>, String> = words.iter().map(|word| word.parse()).collect();
    let asked = match asked {
        Ok(asked) => asked,
        Err(why) => return Ok(wrong(&why)),
    };
    let Some(services) = contract::known(&asked, print_line)? else {
        return Ok(ExitCode::from(UNSUPPORTED));
    };
    warnings::start();
    // Each connection needs a descriptor. Where the soft limit cannot be raised, fewer connections are accepted at a time.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let serving = async move {
        // Before `ready` is printed: whoever reads that may send the signal.
        let stop = stop_signal()?;
        let (how, limits) = (Listening::default(), Limits::default());
        tokio::spawn(due_first());
        contract::serve_all(services, &how, limits, stop, print_line).await
    };
    runtime()?.block_on(as_task(serving))??;
    Ok(ExitCode::SUCCESS)
}

fn answer_orders() -> Done {
    let patience = match Patience::asked(env::var_os(Patience::VARIABLE).as_deref()) {
        Ok(patience) => patience,
        Err(why) => return Ok(wrong(&why.to_string())),
    };
    let runtime = runtime()?;
    let driving = async move { drive(BufReader::new(tokio::io::stdin()), Output, patience).await };
    let done = runtime.block_on(as_task(driving));
    // A read of standard input may never end, so it is not waited for.
    runtime.shutdown_background();
    done??;
    Ok(ExitCode::SUCCESS)
}

/// Runs this as a task. To wake what the runtime blocks on is a call of the system each time, and to wake a task is none.
async fn as_task<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, JoinError> {
    tokio::spawn(work).await
}

/// Is due before any limit of a connection. Where nothing is, tokio wakes itself for each new one, by two calls of the system.
async fn due_first() {
    let mut ticks = interval(Duration::from_secs(20));
    loop {
        ticks.tick().await;
    }
}

/// Standard output, written at once. tokio's own has a thread write each line. Where nobody reads, the client stands still, and would have nothing else to do.
struct Output;

impl AsyncWrite for Output {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(io::stdout().lock().write(octets))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(io::stdout().lock().flush())
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}

fn runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

fn wrong(why: &str) -> ExitCode {
    complain(why);
    ExitCode::from(WRONG_ARGUMENTS)
}

fn complain(why: &str) {
    // When standard error is closed, the program ends all the same.
    let _ = writeln!(io::stderr(), "participant: {why}");
}

/// Prints a line and flushes it.
fn print_line(line: std::fmt::Arguments<'_>) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{line}")?;
    stdout.flush()
}
