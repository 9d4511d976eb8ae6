//! `crossum`: the command line of the conformance suite.

use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use clap::Parser as _;

use conformance::{cli, commands};
use cross::process::left;
use cross::scratch;
use cross::trust::Distrusted;
use kit::exit::Exit;
use kit::interrupt::Interrupt;
use kit::machine::GONE_WITHIN;
use kit::names::Unknown;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    left::adopt();
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("crossum: cannot start: {error}");
            return Exit::CouldNotRun.into();
        }
    };
    let mut scratch = None;
    // One thread: children are tied to the life of the thread that starts them (cross::process).
    let ended = runtime.block_on(async {
        // First of all: there is no moment in which a signal leaves something behind.
        let mut interrupt = Interrupt::arm()?;
        scratch = scratch::of_this_run();
        commands::run(cli.command, &mut interrupt).await
    });
    // Whatever still runs is dropped with the runtime, and every process with it.
    runtime.shutdown_timeout(GONE_WITHIN);
    // Whoever is left could still write there.
    left::end();
    drop(scratch);
    match ended {
        Ok(exit) => exit.into(),
        Err(error) => {
            let style: Style = AnsiColor::Red.on_default().bold();
            anstream::eprintln!("{style}crossum:{style:#} {error:#}");
            let is_usage = error.downcast_ref::<commands::Unusable>().is_some()
                || error.downcast_ref::<Distrusted>().is_some()
                || error.downcast_ref::<Unknown>().is_some();
            if is_usage {
                Exit::Usage.into()
            } else {
                Exit::CouldNotRun.into()
            }
        }
    }
}
