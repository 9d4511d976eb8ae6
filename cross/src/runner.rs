//! Runners: how a program built for a target is started here, and where a runner is looked for.
//!
//! 1. `$CROSSUM_TARGET_<TARGET>_RUNNER`, a command (`ssh board1`, `wine`, another QEMU): the program and its arguments are appended;
//! 2. `$CARGO_TARGET_<TARGET>_RUNNER`, cargo's own variable, which means the same;
//! 3. none, when the target is this machine;
//! 4. `qemu-<arch>-static`, then `qemu-<arch>`, on the search path, told where the target's C library is.
//!
//! The target's C library, for its dynamic linker:
//! 1. `$CROSSUM_TARGET_<TARGET>_SYSROOT`;
//! 2. `/usr/<gnu prefix>`, where Debian's cross packages install it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::find::{Finding, Found, Missing, Origin, Remedy};
use crate::host::Host;
use crate::process::Invocation;
use crate::target::Target;

/// The package of Debian that brings every emulator.
pub(crate) const QEMU: &str = "qemu-user-static";

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
    },
    /// By a command of the user's, to which the program and its arguments are appended.
    Command(Vec<String>),
}

/// Looks for a runner.
pub fn runner(host: &Host, target: &Target) -> Finding<Runner> {
    let variables = [target.variable("RUNNER"), target.cargo_variable("RUNNER")];
    for variable in &variables {
        if let Some(command) = host.variable(variable) {
            let words = command.split_whitespace().map(str::to_owned).collect();
            return Ok(Found {
                value: Runner::Command(words),
                origin: Origin::Variable(variable.clone()),
            });
        }
    }
    if target.is_native() {
        return Ok(Found {
            value: Runner::Native,
            origin: Origin::Native,
        });
    }
    let found = emulator(host, target).map_err(|missing| Missing {
        what: format!("runner for {}", target.name),
        looked: variables
            .iter()
            .map(|variable| format!("${variable}"))
            .chain(missing.looked)
            .collect(),
        remedy: missing.remedy,
    })?;
    let sysroot = c_library(host, target)?.value;
    Ok(found.map(|program| Runner::Qemu { program, sysroot }))
}

/// Looks for QEMU's user-mode emulator of a target, though it be this machine: it can do more than run.
pub fn emulator(host: &Host, target: &Target) -> Finding<PathBuf> {
    let names = [
        format!("qemu-{}-static", target.qemu),
        format!("qemu-{}", target.qemu),
    ];
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

/// Looks for the target's C library.
pub fn c_library(host: &Host, target: &Target) -> Finding<PathBuf> {
    let variable = target.variable("SYSROOT");
    let missing = |looked| Missing {
        what: format!("C library for {}", target.name),
        looked,
        remedy: Remedy::Packages(target.packages()),
    };
    if let Some(folder) = host.variable(&variable).map(PathBuf::from) {
        if !folder.is_dir() {
            return Err(missing(vec![format!(
                "${variable}, which names {}: no such folder",
                folder.display()
            )]));
        }
        return Ok(Found {
            value: folder,
            origin: Origin::Variable(variable),
        });
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
        .filter(|folder| folder.join("lib").is_dir())
    {
        return Ok(Found {
            value: folder.clone(),
            origin: Origin::Distribution(folder),
        });
    }
    Err(missing(vec![format!("${variable}"), format!("/{place}")]))
}

impl Runner {
    /// The command that starts `program`; its own arguments are to be appended.
    pub fn invocation(&self, program: &Path) -> Invocation {
        match self {
            Runner::Native => Invocation::new(program),
            Runner::Qemu {
                program: qemu,
                sysroot,
            } => Invocation::new(qemu).arg("-L").arg(sysroot).arg(program),
            Runner::Command(words) => {
                let (first, rest) = words
                    .split_first()
                    .map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
                Invocation::new(first).args(rest).arg(program)
            }
        }
    }

    /// The runner as reports name it, such as `qemu-ppc-static 7.2.22`.
    pub async fn describe(&self) -> String {
        match self {
            Runner::Native => "native".to_owned(),
            Runner::Command(words) => words.join(" "),
            Runner::Qemu { program, .. } => {
                let name = program.file_name().unwrap_or_default().to_string_lossy();
                let said = Invocation::new(program)
                    .arg("--version")
                    .run(Duration::from_secs(20))
                    .await;
                // "qemu-ppc version 7.2.22 (Debian ...)"
                let version = said.ok().and_then(|said| {
                    let mut words = said.split_whitespace();
                    words.find(|word| *word == "version")?;
                    words.next().map(str::to_owned)
                });
                format!(
                    "{name} {}",
                    version.as_deref().unwrap_or("of an unknown version")
                )
            }
        }
    }
}
