//! What a build for a target leaves: programs of tests, or the reason why there are none.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::messages::{Artifact, Helper};
use super::record::RecordedProcess;
use crate::results::{CompileError, ProgramId, TestId};

/// A program of tests that is ready to run, or the examples in a package's documentation.
#[derive(Clone, Debug)]
pub(crate) struct TestProgram {
    /// Its package.
    pub package: String,
    /// Which program of the package.
    pub id: ProgramId,
    /// What cargo printed when it was built. `None` for documentation, which is not built.
    pub artifact: Option<Artifact>,
    /// How cargo would have started it.
    pub record: RecordedProcess,
}

impl TestProgram {
    /// The name for the program as a whole.
    pub(crate) fn whole(&self) -> TestId {
        self.test(String::new())
    }

    /// The name for one of its tests.
    pub(crate) fn test(&self, name: String) -> TestId {
        TestId {
            package: self.package.clone(),
            program: self.id.clone(),
            name,
        }
    }
}

/// What was built for a target.
#[derive(Debug, Default)]
pub(crate) struct BuiltTests {
    /// The programs of tests.
    pub programs: Vec<TestProgram>,
    /// The packages that do not compile, where others do.
    pub unbuilt: BTreeMap<String, CompileError>,
    /// Programs that are no tests. Tests may start them.
    pub helpers: Vec<Helper>,
    /// The folder with all of it.
    pub folder: PathBuf,
    /// What else a reader must know.
    pub notes: BTreeSet<String>,
    /// The variables that were set for the build. The tests do not get them.
    pub build_variables: Vec<String>,
}

/// Why nothing was built.
#[derive(Debug)]
pub(crate) enum BuildError {
    /// The project does not compile.
    Compile(CompileError),
    /// Cargo refuses the user's arguments. With its message.
    Usage(String),
    /// Anything else.
    Other(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for BuildError {
    fn from(error: E) -> BuildError {
        BuildError::Other(error.into())
    }
}
