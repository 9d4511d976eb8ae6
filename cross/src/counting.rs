//! Counting the instructions of a program: QEMU's user mode runs it one instruction at a time and logs each, and the log is read as it is written.
//!
//! What is counted is what lies between two calls of a function of the program's, its mark. No clock is asked, so the same program gives the same counts on every run and every machine: its environment is empty, its name and folder have one length, its processor is named in `targets.toml`, and it is linked statically, so that nothing is looked up on the way. On x86 each turn of a `rep` instruction counts as one.
//!
//! Start at [`Counter`]; [`function`] finds the mark, [`log`] reads a line, [`intervals`] counts.

pub mod function;
pub mod intervals;
pub mod log;

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};

use crate::find::{Finding, Missing, Remedy};
use crate::host::Host;
use crate::process::{Exit, Invocation, ProcessError};
use crate::runner;
use crate::target::Target;
use function::{Function, NoFunction};
use intervals::Intervals;
use log::{Entry, NotUnderstood};

/// The flags of rustc that make a program countable: fixed addresses, and no dynamic linker that would look symbols up in the middle.
pub fn rust_flags(target: &Target) -> &'static [&'static str] {
    match target.arch.as_str() {
        // The linker's stubs between code at fixed addresses and code that moves (LA25) hold 32 bits of an address, and N64 programs begin beyond them.
        "mips64" => &[
            "-Crelocation-model=static",
            "-Ctarget-feature=+crt-static",
            "-Clink-arg=-Wl,-Ttext-segment=0x10000000",
        ],
        _ => &["-Crelocation-model=static", "-Ctarget-feature=+crt-static"],
    }
}

/// An emulator that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    emulator: PathBuf,
    cpu: Option<String>,
    /// The emulator as reports name it, such as `qemu-ppc-static 7.2.22`.
    pub name: String,
    one_at_a_time: &'static str,
}

/// What a program did while it was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// What it printed.
    pub said: String,
    /// The instructions of each interval, in order: between the first call of the mark and the second, between the third and the fourth, and so on. Those of calling the mark and of its return are among them.
    pub intervals: Vec<u64>,
}

/// Why a program could not be counted.
#[derive(Debug, thiserror::Error)]
pub enum CountError {
    /// It cannot be read.
    #[error("cannot read {}: {source}", .program.display())]
    Unreadable {
        /// The program.
        program: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It has no mark.
    #[error(transparent)]
    NoFunction(#[from] NoFunction),
    /// The emulator's log is not what is known of QEMU's.
    #[error("{emulator}: {source}")]
    Log {
        /// The emulator.
        emulator: String,
        /// What was found.
        source: NotUnderstood,
    },
    /// The process.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The program failed.
    #[error("{program} {exit} under {emulator}{}", said(.words))]
    Failed {
        /// The program.
        program: String,
        /// The emulator.
        emulator: String,
        /// How it ended.
        exit: Exit,
        /// What it said on standard error.
        words: String,
    },
    /// A mark is left over.
    #[error("the program called its mark {0} times, which is odd: the last interval has no end")]
    Unended(u64),
}

fn said(words: &str) -> String {
    match words.trim_end() {
        "" => String::new(),
        words => format!(": {words}"),
    }
}

/// How much is kept of what a program prints and of what it says on standard error, in octets.
const MAX_OUTPUT: usize = 16 << 20;
const MAX_WORDS: usize = 4 << 10;

const QUESTION_TIMEOUT: Duration = Duration::from_secs(20);

/// QEMU calls it otherwise since 8.1.
const RENAMED: (u32, u32) = (8, 1);

impl Counter {
    /// Looks for an emulator for a target, this machine's own among them.
    ///
    /// # Errors
    /// There is none, or it does not say which version it is.
    pub async fn find(host: &Host, target: &Target) -> Finding<Counter> {
        let found = runner::emulator(host, target)?;
        let asked = Invocation::new(&found.value).arg("--version");
        let version = asked.run(QUESTION_TIMEOUT).await.unwrap_or_default();
        let Some((number, (major, minor))) = version_of(&version) else {
            return Err(Missing {
                what: format!(
                    "version of {}, which says `{}`",
                    found.value.display(),
                    version.lines().next().unwrap_or_default()
                ),
                looked: vec![format!("{} --version", found.value.display())],
                remedy: Remedy::Packages(vec![runner::QEMU.to_owned()]),
            });
        };
        let name = found
            .value
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        let name = format!("{name} {number}");
        Ok(found.map(|emulator| Counter {
            emulator,
            cpu: target.cpu.clone(),
            name,
            one_at_a_time: if (major, minor) < RENAMED {
                "-singlestep"
            } else {
                "-one-insn-per-tb"
            },
        }))
    }

    /// Runs a program in its own folder and counts between calls of its function `mark`. The program is to be linked with [`rust_flags`].
    ///
    /// Its name, without the folder, lies on its stack: counts that are to be compared need names of one length.
    ///
    /// # Errors
    /// [`CountError`]; [`ProcessError::Late`] after `limit`.
    pub async fn count(
        &self,
        host: &Host,
        program: &Path,
        mark: &str,
        limit: Duration,
    ) -> Result<Counted, CountError> {
        let unreadable = |source| CountError::Unreadable {
            program: program.to_owned(),
            source,
        };
        let (Some(folder), Some(name)) = (program.parent(), program.file_name()) else {
            return Err(unreadable(std::io::ErrorKind::IsADirectory.into()));
        };
        let object = std::fs::read(program).map_err(unreadable)?;
        let mark = function::find(&object, mark)?;
        drop(object);
        let cpu = self.cpu.iter().flat_map(|cpu| ["-cpu", cpu]);
        let mut running = Invocation::new(&self.emulator)
            .args(cpu)
            .args([self.one_at_a_time, "-d", "exec,nochain"])
            .arg(Path::new(".").join(name))
            .directory(folder)
            .without_environment()
            .kill_with_parent(host)
            .start()?;
        let lost = |source| ProcessError::Lost {
            program: program.to_owned(),
            source,
        };
        let Some((input, output, log)) = running.streams() else {
            return Err(lost(std::io::Error::other("it has no streams")).into());
        };
        drop(input);
        let work = async {
            let (said, read) = tokio::join!(whole(output), intervals_of(log, mark));
            let (intervals, words) = read.map_err(lost)?.map_err(|source| CountError::Log {
                emulator: self.name.clone(),
                source,
            })?;
            match running.wait().await? {
                Exit::Code(0) => Ok((said.map_err(lost)?, intervals)),
                exit => Err(CountError::Failed {
                    program: program.display().to_string(),
                    emulator: self.name.clone(),
                    exit,
                    words,
                }),
            }
        };
        let (said, intervals) = match tokio::time::timeout(limit, work).await {
            Ok(done) => done?,
            Err(_) => {
                let program = program.to_owned();
                return Err(ProcessError::Late { program, limit }.into());
            }
        };
        Ok(Counted {
            said,
            intervals: intervals.finish().map_err(CountError::Unended)?,
        })
    }
}

/// `qemu-ppc version 7.2.22 (Debian ...)`
fn version_of(said: &str) -> Option<(&str, (u32, u32))> {
    let mut words = said.split_whitespace();
    words.find(|word| *word == "version")?;
    let version = words.next()?;
    let mut numbers = version.split('.').map(str::parse);
    Some((version, (numbers.next()?.ok()?, numbers.next()?.ok()?)))
}

async fn whole(output: impl AsyncRead + Unpin) -> std::io::Result<String> {
    let mut octets = Vec::new();
    let max = u64::try_from(MAX_OUTPUT).unwrap_or(u64::MAX);
    output.take(max).read_to_end(&mut octets).await?;
    Ok(String::from_utf8_lossy(&octets).into_owned())
}

type Read = Result<(Intervals, String), NotUnderstood>;

/// Reads the log, which is gigabytes and kept nowhere, from standard error: without `-D` that is where QEMU writes it. What the program itself says there is between its lines.
async fn intervals_of(mut log: impl AsyncRead + Unpin, mark: Function) -> std::io::Result<Read> {
    let mut intervals = Intervals::of(mark);
    let mut words = String::new();
    let mut lines = log::Lines::default();
    let mut chunk = vec![0; 64 << 10];
    loop {
        let read = log.read(&mut chunk).await?;
        if read == 0 {
            return Ok(Ok((intervals, words)));
        }
        let fed = lines.feed(chunk.get(..read).unwrap_or_default(), |line| {
            match log::entry(line)? {
                Entry::Executed(pc) => intervals.executed(pc),
                Entry::Withdrawn => intervals.withdrawn(),
                Entry::Words(said) => {
                    if words.len() < MAX_WORDS {
                        words.push_str(&String::from_utf8_lossy(said));
                        words.push('\n');
                    }
                }
            }
            Ok(())
        });
        if let Err(not_understood) = fed {
            return Ok(Err(not_understood));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_what_every_qemu_says() {
        for (said, expected) in [
            (
                "qemu-ppc version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)\nCopyright",
                Some(("7.2.22", (7, 2))),
            ),
            ("qemu-s390x version 10.1.0", Some(("10.1.0", (10, 1)))),
            ("qemu-x86_64 version 8.1.50", Some(("8.1.50", (8, 1)))),
            ("", None),
            ("version x", None),
            ("emulator 3", None),
        ] {
            assert_eq!(version_of(said), expected, "{said}");
        }
    }
}
