//! A machine without an operating system: an image is put into it, and it talks over a serial line.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::choice::Port;
use crate::find::{Finding, Found, Missing, Origin, Remedy};
use crate::host::Host;
use crate::process::ProcessError;
use crate::target::{self, Target};

/// A board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Board {
    /// By way of a command that stands for it.
    Command(Command),
    /// A real one, at a serial port of this machine.
    Port(Port),
}

/// A command that stands for a board: its standard streams are the serial line. The image is to be appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The command; at least one word.
    pub command: Vec<String>,
    /// Whether the command takes a core for itself as long as it runs: it is to be stopped while nobody asks anything.
    pub busy: bool,
}

/// How long an image may take into a real board.
const FLASH_TIMEOUT: Duration = Duration::from_secs(300);

/// The serial line is the emulator's standard streams, and there is nothing else that it shows or listens to.
const SERIAL: [&str; 8] = [
    "-display", "none", "-monitor", "none", "-nic", "none", "-serial", "stdio",
];

impl Board {
    /// Looks for the emulator of a target's board.
    pub(super) fn emulated(host: &Host, target: &Target, board: &target::Board) -> Finding<Board> {
        let name = format!("qemu-system-{}", board.emulator);
        match host.program(&name) {
            Some(program) => Ok(Found {
                origin: Origin::Path(program.clone()),
                value: Board::of_qemu(&program, board),
            }),
            None => Err(Missing {
                what: format!("runner for {}", target.name),
                looked: super::variables_of(target)
                    .chain([format!("{name} on PATH")])
                    .collect(),
                remedy: Remedy::Packages(vec![board.emulator_deb.clone()]),
            }),
        }
    }

    fn of_qemu(program: &Path, board: &target::Board) -> Board {
        let program = program.display().to_string();
        let options = SERIAL.map(str::to_owned).into_iter();
        let words = [program].into_iter().chain(options);
        Board::Command(Command {
            command: words.chain(board.machine.iter().cloned()).collect(),
            busy: board.busy,
        })
    }

    /// What a user names: a QEMU for whole machines, which is told which one; or any command as it is.
    pub(super) fn named(program: &Path, rest: &[String], board: &target::Board) -> Board {
        let name = program.file_name().unwrap_or_default().to_string_lossy();
        if rest.is_empty() && name.starts_with("qemu-system-") {
            return Board::of_qemu(program, board);
        }
        let first = program.display().to_string();
        let rest = rest.iter().cloned();
        Board::Command(Command {
            command: [first].into_iter().chain(rest).collect(),
            busy: false,
        })
    }

    /// Puts an image into a real one, where a command for it was named.
    pub(super) async fn bring(&self, image: &Path) -> Result<(), ProcessError> {
        let Board::Port(Port {
            path,
            flash: Some(flash),
            ..
        }) = self
        else {
            return Ok(());
        };
        let (image, port) = (image.display().to_string(), path.display().to_string());
        let words = flash
            .iter()
            .map(|word| word.replace("{program}", &image).replace("{serial}", &port));
        super::invocation(words.collect::<Vec<_>>())
            .run(FLASH_TIMEOUT)
            .await?;
        Ok(())
    }
}

impl Command {
    /// The program that stands for the board.
    pub(super) fn program(&self) -> PathBuf {
        self.command.first().map(PathBuf::from).unwrap_or_default()
    }

    /// The command that puts an image into it and starts it.
    pub fn with(&self, image: &Path) -> Vec<String> {
        let image = image.display().to_string();
        self.command.iter().cloned().chain([image]).collect()
    }
}
