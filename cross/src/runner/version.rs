//! Which version a runner is, as it says itself.

use std::path::Path;
use std::time::Duration;

use super::{Board, Command, Remote, Runner, VERSION, invocation};
use crate::process::{Invocation, ProcessError};

const QUESTION_TIMEOUT: Duration = Duration::from_secs(20);

/// The longest version that is shown, in characters.
const MAX_VERSION: usize = 120;

impl Runner {
    /// The runner as reports name it, with its version: `qemu-ppc-static 7.2.22`, `native (Linux 6.1.0)`, `wine (wine-8.0)`, `ssh board1 (Linux 6.6.20 armv7l)`.
    pub async fn describe(&self) -> String {
        let (name, version) = match self {
            Runner::Native => {
                let release = std::fs::read_to_string("/proc/sys/kernel/osrelease");
                let release = release.map(|release| format!("Linux {release}"));
                ("native".to_owned(), release.ok())
            }
            Runner::Qemu {
                program, options, ..
            } => return qemu(program, options).await,
            Runner::Board(Board::Command(board)) => return qemu(&board.program(), &[]).await,
            Runner::Board(Board::Port(port)) => {
                return format!("a board at {}, {} baud", port.path.display(), port.baud);
            }
            Runner::Wine(wine) => {
                let ask = Invocation::new(&wine.program).arg(VERSION);
                let said = ask.run(QUESTION_TIMEOUT).await;
                ("wine".to_owned(), said.ok())
            }
            Runner::Command(command) => {
                let name = command.words.join(" ");
                match command.version().await {
                    None => return name,
                    Some(said) => (name, said.ok()),
                }
            }
            Runner::Remote(remote) => (remote.command.words.join(" "), remote.version().await.ok()),
        };
        let said = version.as_deref().and_then(first_line);
        format!("{name} ({})", said.as_deref().unwrap_or(UNKNOWN_VERSION))
    }
}

impl Command {
    /// What it says about its version, if somebody knows how to ask.
    async fn version(&self) -> Option<Result<String, ProcessError>> {
        let ask = invocation(self.version.as_ref()?);
        Some(ask.run(QUESTION_TIMEOUT).await)
    }
}

impl Remote {
    /// What it is: what `uname` says, unless somebody knows better.
    async fn version(&self) -> Result<String, ProcessError> {
        let ask = || self.command.invocation().arg("uname -srm");
        let ask = self.command.version.as_ref().map_or_else(ask, invocation);
        ask.run(QUESTION_TIMEOUT).await
    }
}

const UNKNOWN_VERSION: &str = "of an unknown version";

/// The first line that says something, as far as it can be shown.
fn first_line(said: &str) -> Option<String> {
    let line = said.lines().map(str::trim).find(|line| !line.is_empty())?;
    let shown = line.chars().filter(|c| !c.is_control());
    Some(shown.take(MAX_VERSION).collect())
}

async fn qemu(program: &Path, options: &[String]) -> String {
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    let said = Invocation::new(program)
        .arg(VERSION)
        .run(QUESTION_TIMEOUT)
        .await;
    // "qemu-ppc version 7.2.22 (Debian ...)"
    let version = said.ok().and_then(|said| {
        let mut words = said.split_whitespace();
        words.find(|word| *word == "version")?;
        words.next().map(str::to_owned)
    });
    let version = version.as_deref().unwrap_or(UNKNOWN_VERSION);
    let options = options.iter().map(String::as_str);
    let words: Vec<_> = [&*name, version].into_iter().chain(options).collect();
    words.join(" ")
}
