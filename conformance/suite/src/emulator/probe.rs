//! Asks an emulator.

use std::path::Path;
use std::time::Duration;

use cross::compiler::Linker;
use cross::process::{Exit, Invocation};
use cross::runner::Runner;
use cross::rust_std::RustStd;
use cross::{Host, Target};

use super::kept::Kept;
use super::known::{self, KnownFault};
use crate::results::{EmulatorFault, Signs};

/// The program that is built and run.
const SOURCE: &str = include_str!("program.rs");

const BUILD_TIMEOUT: Duration = Duration::from_secs(120);

/// Each answer takes some milliseconds.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// What is needed to ask the emulator of a target.
#[derive(Clone, Debug)]
pub(crate) struct Probe {
    pub(crate) target: &'static Target,
    pub(crate) std: RustStd,
    pub(crate) linker: Linker,
    pub(crate) runner: Runner,
}

impl Probe {
    /// The faults that the emulator has. None where none is known of its kind, or where it cannot be asked: then nothing is claimed.
    pub(crate) async fn faults(&self, host: &Host, scratch: &Path) -> Vec<EmulatorFault> {
        let (Runner::Qemu { program, .. }, Some(qemu)) = (&self.runner, &self.target.qemu) else {
            return Vec::new();
        };
        let name = &self.target.name;
        let known: Vec<_> = known::of(qemu).collect();
        let mut kept = Kept::load(host, name, program, SOURCE);
        let is_kept = |fault: &&&KnownFault| kept.faults.contains_key(fault.argument);
        if known.iter().filter(is_kept).count() < known.len() {
            let Some(built) = self.build(scratch).await else {
                return Vec::new();
            };
            for fault in &known {
                if let Some(found) = self.ask(&built, fault).await {
                    kept.faults.insert(fault.argument.to_owned(), found);
                }
            }
            kept.save(host, name);
        }
        let found = known.into_iter().filter_map(|fault| {
            let observed = kept.faults.get(fault.argument)?.clone()?;
            let is_killed = !observed.ends_with(fault.answer);
            Some(EmulatorFault {
                what: fault.what.to_owned(),
                signs: if is_killed {
                    Signs::SameEnd
                } else {
                    fault.signs
                },
                observed,
            })
        });
        found.collect()
    }

    /// Builds the program. `None` where it cannot be built.
    async fn build(&self, scratch: &Path) -> Option<std::path::PathBuf> {
        let folder = tempfile::tempdir_in(scratch).ok()?.keep();
        let (source, program) = (folder.join("program.rs"), folder.join("program"));
        std::fs::write(&source, SOURCE).ok()?;
        let rustc = Invocation::new(&self.std.toolchain.rustc)
            .args(["--edition", "2021", "--target", &self.target.name])
            .args(self.std.flags(&self.linker))
            .args([Path::new("-o"), &program, &source]);
        rustc.run(BUILD_TIMEOUT).await.ok()?;
        Some(program)
    }

    /// What is wrong with one answer: `Some(None)` where it is right, `None` where there is none.
    async fn ask(&self, program: &Path, fault: &KnownFault) -> Option<Option<String>> {
        let command = self.runner.invocation(program).arg(fault.argument);
        let answer = command.output(ANSWER_TIMEOUT).await.ok()?;
        let stdout = answer.stdout.trim();
        match answer.exit {
            Exit::Code(0) if stdout == fault.answer => Some(None),
            Exit::Code(0) => Some(Some(format!("{stdout} for {}", fault.answer))),
            Exit::Signal(_) => Some(Some(answer.exit.to_string())),
            Exit::Code(_) => None,
        }
    }
}
