//! Runners: how a program built for a target is started here, and where a runner is looked for.
//!
//! 1. `$CROSSUM_TARGET_<TARGET>_RUNNER`, a command (`ssh board1`, `wine`, another QEMU): the program and its arguments are appended;
//! 2. `$CARGO_TARGET_<TARGET>_RUNNER`, cargo's own variable, which means the same;
//! 3. what the project's settings say ([`Choice`](crate::choice::Choice));
//! 4. none, when the target is this machine;
//! 5. `qemu-<arch>-static`, then `qemu-<arch>`, on the search path; `wine` for Windows; `qemu-system-<arch>` for a board.
//!
//! QEMU is given, as `-L`, the folder of the target's C library, for the program's dynamic linker:
//! 1. `$CROSSUM_TARGET_<TARGET>_SYSROOT`;
//! 2. what the project's settings say;
//! 3. `/usr/<gnu prefix>`, where Debian's cross packages install it.

mod board;
mod remote;
mod version;

use std::net::IpAddr;
use std::path::{Path, PathBuf};

pub use board::Board;
pub use remote::Remote;

use crate::choice::Starter;
use crate::find::{Finding, Found, Missing, Origin, Remedy};
use crate::host::Host;
use crate::process::{Invocation, ProcessError};
use crate::target::Target;
use crate::wine::Wine;
use crate::zig;

/// The package of Debian that brings every emulator. `qemu-user-static` would have the kernel start foreign programs by them (binfmt), on Debian 13 always: a change of the whole system that nobody here needs.
pub(crate) const QEMU: &str = "qemu-user";

/// How QEMU and wine are asked which they are.
const VERSION: &str = "--version";

/// How a program is started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Runner {
    /// As it is.
    Native,
    /// By QEMU's user-mode emulation.
    Qemu {
        /// The emulator.
        program: PathBuf,
        /// Where the program's dynamic linker and C library are.
        sysroot: PathBuf,
        /// The options that the user adds.
        options: Vec<String>,
    },
    /// By wine.
    Wine(Wine),
    /// By a command of the user's on this machine, to which the program and its arguments are appended.
    Command(Command),
    /// On another machine.
    Remote(Remote),
    /// In a board, which talks over a serial line.
    Board(Board),
}

/// A command of the user's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The program and its first arguments.
    pub words: Vec<String>,
    /// What says which version it is.
    pub version: Option<Vec<String>>,
}

/// Looks for a runner.
pub fn runner(host: &Host, target: &Target) -> Finding<Runner> {
    let port = host.choice(target).and_then(|choice| choice.serial.clone());
    if let (Some(port), Some(_)) = (port, &target.board) {
        return Ok(port.map(|port| Runner::Board(Board::Port(port))));
    }
    if let Some(named) = named(host, target) {
        return of_the_user(host, target, named);
    }
    if target.is_native() {
        return Ok(Found {
            value: Runner::Native,
            origin: Origin::Native,
        });
    }
    if let Some(board) = &target.board {
        return Ok(Board::emulated(host, target, board)?.map(Runner::Board));
    }
    let of_target = |missing: Missing| Missing {
        what: format!("runner for {}", target.name),
        looked: variables_of(target).chain(missing.looked).collect(),
        remedy: missing.remedy,
    };
    if target.is_windows() {
        let found = Wine::find(host, target).map_err(of_target)?;
        return Ok(found.map(Runner::Wine));
    }
    let found = emulator(host, target).map_err(of_target)?;
    let sysroot = c_library(host, target)?.value;
    Ok(found.map(|program| Runner::Qemu {
        program,
        sysroot,
        options: Vec::new(),
    }))
}

fn variables(target: &Target) -> [String; 2] {
    [target.variable("RUNNER"), target.cargo_variable("RUNNER")]
}

/// What the user names: in the environment, else in the project's settings.
fn named(host: &Host, target: &Target) -> Option<Found<Starter>> {
    let in_variable = |variable: String| {
        let words = host.variable(&variable)?.split_whitespace();
        Some(Found {
            value: Starter::of(words.map(str::to_owned).collect()),
            origin: Origin::Variable(variable),
        })
    };
    let mut variables = variables(target).into_iter();
    variables
        .find_map(in_variable)
        .or_else(|| host.choice(target)?.runner.clone())
}

fn variables_of(target: &Target) -> impl Iterator<Item = String> {
    variables(target)
        .into_iter()
        .map(|variable| format!("${variable}"))
}

/// The program that a user's command starts with; a path does not depend on where it is used.
fn program_of(host: &Host, target: &Target, named: &Found<Starter>) -> Result<PathBuf, Missing> {
    let word = named.value.program();
    let found = host.named_program(word);
    let found = found.and_then(|path| std::path::absolute(path).ok());
    found.ok_or_else(|| Missing {
        what: format!("runner for {}", target.name),
        looked: vec![format!(
            "{}, which names `{word}`: no such program",
            named.origin
        )],
        remedy: Remedy::Correct,
    })
}

fn of_the_user(host: &Host, target: &Target, named: Found<Starter>) -> Finding<Runner> {
    if named.value.is_native() {
        return Ok(named.map(|_| Runner::Native));
    }
    let program = program_of(host, target, &named)?;
    let mut rest = named.value.words.iter().skip(1).cloned();
    if let Some(board) = &target.board {
        let rest: Vec<_> = rest.collect();
        return Ok(named.map(|_| Runner::Board(Board::named(&program, &rest, board))));
    }
    if named.value.is_qemu() {
        let sysroot = c_library(host, target)?.value;
        let options = rest.collect();
        return Ok(named.map(|_| Runner::Qemu {
            program,
            sysroot,
            options,
        }));
    }
    // What is looked up on the search path is called as the user calls it.
    let first = match named.value.program() {
        path if path.contains('/') => program.display().to_string(),
        name => name.to_owned(),
    };
    let words: Vec<_> = std::iter::once(first).chain(&mut rest).collect();
    Ok(named.map(|starter| {
        let is_remote = starter.is_remote();
        let is_wine = starter.name().starts_with("wine");
        let asks = || words.iter().take(1).cloned().chain([VERSION.to_owned()]);
        let version = starter
            .version
            .clone()
            .or_else(|| is_wine.then(|| asks().collect()));
        let command = Command { words, version };
        if !is_remote {
            return Runner::Command(command);
        }
        Runner::Remote(Remote {
            command,
            copy: starter.copy,
            there: starter
                .there
                .unwrap_or_else(|| remote::DEFAULT_PATH.to_owned()),
        })
    }))
}

/// Looks for QEMU's user-mode emulator of a target, even of this machine: the emulator can count, too.
pub fn emulator(host: &Host, target: &Target) -> Finding<PathBuf> {
    if let Some(named) = named(host, target).filter(|named| named.value.is_qemu()) {
        let program = program_of(host, target, &named)?;
        return Ok(named.map(|_| program));
    }
    let Some(qemu) = &target.qemu else {
        let why = "QEMU's user-mode emulators run programs of Linux alone";
        return Err(Missing {
            what: format!("emulator for {}", target.name),
            looked: Vec::new(),
            remedy: Remedy::Nothing(why.to_owned()),
        });
    };
    let names = [format!("qemu-{qemu}-static"), format!("qemu-{qemu}")];
    match names.iter().find_map(|name| host.program(name)) {
        Some(program) => Ok(Found {
            value: program.clone(),
            origin: Origin::Path(program),
        }),
        None => Err(Missing {
            what: format!("emulator for {}", target.name),
            looked: names.iter().map(|name| format!("{name} on PATH")).collect(),
            remedy: Remedy::Packages(vec![QEMU.to_owned()]),
        }),
    }
}

/// The other emulators of a target on the search path, for a second opinion. Each file comes once, whatever its names.
pub fn other_emulators(host: &Host, target: &Target, used: &Runner) -> Vec<Runner> {
    let Runner::Qemu {
        program: used,
        sysroot,
        options,
    } = used
    else {
        return Vec::new();
    };
    let real = |program: &Path| program.canonicalize().ok();
    let mut known = vec![real(used)];
    let names = target.qemu.iter();
    let names = names.flat_map(|qemu| [format!("qemu-{qemu}-static"), format!("qemu-{qemu}")]);
    let mut others = Vec::new();
    for program in names.flat_map(|name| host.programs(&name).collect::<Vec<_>>()) {
        let file = real(&program);
        if !known.contains(&file) {
            known.push(file);
            others.push(Runner::Qemu {
                program,
                sysroot: sysroot.clone(),
                options: options.clone(),
            });
        }
    }
    others
}

/// Looks for the target's C library.
pub fn c_library(host: &Host, target: &Target) -> Finding<PathBuf> {
    let missing = |looked, remedy| Missing {
        what: format!("C library for {}", target.name),
        looked,
        remedy,
    };
    if let Some(named) = sysroot(host, target) {
        if !named.value.is_dir() {
            let (origin, folder) = (&named.origin, named.value.display());
            let looked = format!("{origin}, which names {folder}: no such folder");
            return Err(missing(vec![looked], Remedy::Correct));
        }
        return Ok(named);
    }
    if target.board.is_some() {
        let why =
            "what a board's program needs of one comes with its compiler, or with the program";
        return Err(missing(Vec::new(), Remedy::Nothing(why.to_owned())));
    }
    if target.is_of_zig_alone() {
        let zig = zig::find(host, &format!("C library for {}", target.name))?;
        return Ok(zig.map(|_| zig::folder(host).join("lib/libc/musl")));
    }
    if target.is_native() {
        return Ok(Found {
            value: PathBuf::from("/"),
            origin: Origin::Native,
        });
    }
    let place = format!("usr/{}", target.gnu);
    // An empty folder of that name is left behind when the packages are removed.
    if let Some(folder) = host
        .installed(&place)
        .filter(|folder| folder.join(&target.library).is_dir())
    {
        return Ok(Found {
            value: folder.clone(),
            origin: Origin::Distribution(folder),
        });
    }
    let variable = target.variable("SYSROOT");
    Err(missing(
        vec![format!("${variable}"), format!("/{place}")],
        Remedy::Packages(target.packages()),
    ))
}

/// The folder with the target's C library that the user names.
pub(crate) fn sysroot(host: &Host, target: &Target) -> Option<Found<PathBuf>> {
    let variable = target.variable("SYSROOT");
    match host.variable(&variable) {
        Some(folder) => Some(Found {
            value: PathBuf::from(folder),
            origin: Origin::Variable(variable),
        }),
        None => host.choice(target)?.sysroot.clone(),
    }
}

/// Where a target's servers listen and are reached, if the user says: `$CROSSUM_TARGET_<TARGET>_ADDRESS`, else the project's settings.
///
/// # Errors
/// The variable is no address.
pub fn address(host: &Host, target: &Target) -> Result<Option<IpAddr>, NoAddress> {
    let variable = target.variable("ADDRESS");
    match host.variable(&variable) {
        Some(word) => match word.trim().parse() {
            Ok(address) => Ok(Some(address)),
            Err(_) => Err(NoAddress {
                word: word.to_owned(),
                variable,
            }),
        },
        None => {
            let named = host
                .choice(target)
                .and_then(|choice| choice.address.as_ref());
            Ok(named.map(|found| found.value))
        }
    }
}

/// A variable is no address.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("${variable} is `{word}`: an IP address was expected, such as 192.168.7.2")]
pub struct NoAddress {
    variable: String,
    word: String,
}

/// A command of one word or more.
fn invocation<W: AsRef<str>>(words: impl IntoIterator<Item = W>) -> Invocation {
    let mut words = words.into_iter();
    let first = words.next();
    let program = Invocation::new(first.as_ref().map_or("", AsRef::as_ref));
    words.fold(program, |command, word| command.arg(word.as_ref()))
}

impl Command {
    fn invocation(&self) -> Invocation {
        invocation(&self.words)
    }
}

impl Runner {
    /// Takes a program to the machine that it is to run on, if that is another one.
    ///
    /// # Errors
    /// What the user's command for it said.
    pub async fn bring(&self, program: &Path) -> Result<(), ProcessError> {
        match self {
            Runner::Remote(remote) => remote.bring(program).await,
            Runner::Board(board) => board.bring(program).await,
            _ => Ok(()),
        }
    }

    /// The command that starts `program`, once it was [brought](Runner::bring); its own arguments are to be appended.
    pub fn invocation(&self, program: &Path) -> Invocation {
        match self {
            Runner::Native => Invocation::new(program),
            Runner::Qemu {
                program: qemu,
                sysroot,
                options,
            } => Invocation::new(qemu)
                .arg("-L")
                .arg(sysroot)
                .args(options)
                .arg(program),
            Runner::Wine(wine) => Invocation::new(&wine.program).arg(program),
            Runner::Command(command) => command.invocation().arg(program),
            Runner::Remote(remote) => remote.start(program),
            Runner::Board(Board::Command(board)) => invocation(board.with(program)),
            // There is nothing to start: it runs.
            Runner::Board(Board::Port(port)) => Invocation::new(&port.path),
        }
    }

    /// What leads to the machine on which programs run, if that is not this one.
    pub fn machine(&self) -> Option<String> {
        match self {
            Runner::Remote(remote) => Some(remote.command.words.join(" ")),
            _ => None,
        }
    }
}
