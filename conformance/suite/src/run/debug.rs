//! One test of an emulated target under a debugger: QEMU waits for gdb before the first instruction.

use std::path::Path;

use anyhow::Context as _;
use cross::process::Invocation;
use cross::runner::Runner;
use kit::progress::Progress;

use super::partial::PartialResults;
use super::plan::Plan;
use super::prepare::{PreparedTarget, prepare_tests};
use crate::build::{BuildError, BuildSite, ProcessKind, TestProgram};
use crate::project::UsageError;

/// A test that waits for a debugger when it is started.
pub struct DebugSession {
    /// Starts it.
    pub test: Invocation,
    /// Starts the debugger beside it, in another terminal.
    pub debugger: Invocation,
    /// Whether the debugger is installed.
    pub has_debugger: bool,
}

/// The debugger that knows every machine.
pub const GDB: &str = "gdb-multiarch";

/// Builds the tests and finds the one of that name: the whole name, or a part that no other test has.
///
/// # Errors
/// [`UsageError`] where there is not one target, where its programs are not emulated by QEMU, or where there is not one such test. Otherwise what keeps the tests from being built.
pub async fn debug(
    test: &str,
    plan: &Plan,
    site: &BuildSite,
    progress: &Progress,
) -> anyhow::Result<DebugSession> {
    let [tools] = plan.tools.as_slice() else {
        return Err(usage("--debug wants one target: name it with --targets"));
    };
    let bar = progress.phase("building", 1);
    let results = PartialResults::of(&plan.tools);
    let prepared = prepare_tests(tools, plan, site, &bar, &results).await;
    let prepared = prepared.map_err(|error| match error {
        BuildError::Usage(why) => UsageError(why).into(),
        BuildError::Compile(error) => anyhow::anyhow!("could not build: {}", error.rendered),
        BuildError::Other(error) => error,
    })?;
    drop(bar);
    let (program, name) = prepared.found(test, plan, site).await?;
    prepared.session(program, &name, site)
}

fn usage(why: impl Into<String>) -> anyhow::Error {
    UsageError(why.into()).into()
}

impl PreparedTarget<'_> {
    /// The program with the one test that is meant, and its name.
    async fn found(
        &self,
        wanted: &str,
        plan: &Plan,
        site: &BuildSite,
    ) -> anyhow::Result<(&TestProgram, String)> {
        let mut all = Vec::new();
        let programs = self.built.programs.iter();
        for program in programs.filter(|one| one.record.what == ProcessKind::Program) {
            let names = self.runnable(program, plan, site).listed().await;
            all.extend(names.into_iter().flatten().map(|name| (program, name)));
        }
        let exact = all.iter().filter(|(_, name)| name == wanted);
        let mut meant: Vec<_> = exact.cloned().collect();
        if meant.is_empty() {
            all.retain(|(_, name)| name.contains(wanted));
            meant = all;
        }
        match meant.as_slice() {
            [one] => Ok(one.clone()),
            [] => Err(usage(format!(
                "no test `{wanted}` is built for {}: --list lists them",
                self.tools.target.name
            ))),
            several => {
                let called = |(program, name): &(&TestProgram, String)| {
                    format!("  {} {} {name}", program.package, program.id)
                };
                let names: Vec<_> = several.iter().map(called).collect();
                Err(usage(format!(
                    "`{wanted}` is a part of several names; choose one, or its program behind `--`:\n{}",
                    names.join("\n")
                )))
            }
        }
    }

    /// How one test is started, and the debugger beside it.
    fn session(
        &self,
        program: &TestProgram,
        name: &str,
        site: &BuildSite,
    ) -> anyhow::Result<DebugSession> {
        let Runner::Qemu {
            program: emulator,
            sysroot,
            options,
        } = self.runner
        else {
            return Err(usage(
                "only QEMU waits for a debugger: --debug wants an emulated target",
            ));
        };
        let path = program.record.args.first();
        let path = Path::new(path.context("a test program without a name")?);
        let socket = site.scratch.path().join("gdb");
        let stub = ["-g".to_owned(), socket.display().to_string()];
        let waiting = Runner::Qemu {
            program: emulator.clone(),
            sysroot: sysroot.clone(),
            options: [options.as_slice(), &stub].concat(),
        };
        let test = waiting
            .invocation(path)
            .args(site.arguments.of_one_test())
            .args(["--exact", name, "--nocapture", "--test-threads=1"]);
        let test = program.record.dress(test, &self.built.build_variables);
        let debugger = Invocation::new(GDB)
            .arg("-ex")
            .arg(format!("set sysroot {}", sysroot.display()))
            .arg("-ex")
            .arg(format!("target remote {}", socket.display()))
            // Every panic goes through this function of std, which is there for debuggers.
            .args(["-ex", "break rust_panic"])
            .arg(path);
        Ok(DebugSession {
            // What a debugged test leaves in the project is to be looked at.
            test: self.surroundings.outside(test, program, &site.host),
            debugger,
            has_debugger: site.host.program(GDB).is_some(),
        })
    }
}
