//! The command line that runs a test of this run again, as it was built and run.

use cross::process::Invocation;

use crate::project::Arguments;
use crate::results::{Failure, TestId};

/// What the command lines have in common that run tests of one run again.
#[derive(Clone, Debug, Default)]
pub struct Rerun {
    /// The options of crossum: which project, which settings, what runs the tests.
    options: Vec<String>,
    /// What cargo and the tests were given, without the choice of tests.
    arguments: Arguments,
}

impl Rerun {
    /// For a run that was started with these options of crossum, and with these arguments for cargo and for the tests.
    pub fn of(options: Vec<String>, arguments: &Arguments) -> Rerun {
        Rerun {
            options,
            arguments: arguments.without_choices(),
        }
    }

    /// The command that runs a test again on the first target on which it failed, quoted for a shell.
    pub(super) fn command(&self, failure: &Failure<'_>) -> Option<String> {
        let runs = failure.failed.iter().chain(&failure.flaky);
        let runs = runs.map(|(run, _)| *run);
        let emulated = failure.emulator.iter().map(|(run, _, _)| *run);
        let run = runs.chain(emulated).next()?;
        let TestId {
            package,
            program,
            name,
        } = failure.test;
        let Arguments { cargo, tests } = &self.arguments;
        let mut command = Invocation::new("crossum")
            .args(["test", "--targets", &run.target.name])
            .args(&self.options)
            .args(["--", "-p", package])
            .args(program.option())
            .args(cargo);
        // rustdoc takes a name with spaces for several names.
        let is_exact = !name.is_empty() && program.kind != "doc";
        if is_exact || !tests.is_empty() {
            command = command.arg("--").args(tests);
        }
        if is_exact {
            command = command.args(["--exact", name]);
        }
        Some(command.to_string())
    }
}
