//! Where a project is built, and with what.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use cross::compiler::Linker;
use cross::process::{Exit, Invocation, Watched};
use cross::rust_std::{RustStd, Toolchain};
use cross::{Host, Target, TargetTools};

use super::complaint::complaint;
use super::environment::BuildEnvironment;
use super::messages::{self, Messages};
use super::programs::{BuildError, BuiltTests, TestProgram};
use super::record::{self, ProcessKind, RecordedProcess};
use crate::project::{Arguments, Excludes, LockFile, Project, Toolchains, UsageError};
use crate::results::{CompileError, ProgramId};

/// Where a project is built, and with what.
pub struct BuildSite {
    /// This machine.
    pub host: Host,
    /// What may build the project.
    pub toolchains: Toolchains,
    /// The project.
    pub project: Project,
    /// Its lock file.
    pub lock: LockFile,
    /// What the user passes on to cargo and to the tests.
    pub arguments: Arguments,
    /// A folder that lives as long as the run.
    pub scratch: tempfile::TempDir,
    /// Whether somebody will look at the programs with a debugger.
    pub is_for_debugger: bool,
}

/// The longest time that cargo may take.
pub(super) const BUILD_TIMEOUT: Duration = Duration::from_secs(2 * 3600);

const QUESTION_TIMEOUT: Duration = Duration::from_secs(60);

/// The most that is kept of what cargo prints, in octets. It prints a line for each crate and each warning.
pub(super) const MAX_MESSAGE_OCTETS: usize = 64 << 20;

/// The first minor release of cargo 1 that runs the examples of another machine.
const CROSS_DOCTESTS_SINCE: u32 = 89;

impl BuildSite {
    /// A site for a project.
    ///
    /// # Errors
    /// A temporary folder cannot be made, or it would have a space in its name.
    pub fn new(
        host: Host,
        toolchains: Toolchains,
        project: Project,
        arguments: Arguments,
    ) -> anyhow::Result<BuildSite> {
        let scratch = tempfile::Builder::new().prefix("crossum-test-").tempdir()?;
        let place = scratch.path().display().to_string();
        // Cargo splits the variable that names the runner at spaces.
        anyhow::ensure!(
            !place.contains(char::is_whitespace),
            "temporary files would be in {place}: name a folder without spaces in $TMPDIR"
        );
        std::os::unix::fs::symlink(std::env::current_exe()?, scratch.path().join("crossum"))?;
        Ok(BuildSite {
            host,
            toolchains,
            lock: project.lock_file(),
            project,
            arguments,
            scratch,
            is_for_debugger: false,
        })
    }

    /// Builds the tests for a target.
    ///
    /// # Errors
    /// [`BuildError`].
    pub(crate) async fn build(
        &self,
        tools: &TargetTools,
        std: &RustStd,
        linker: &Linker,
        excludes: &Excludes,
    ) -> Result<BuiltTests, BuildError> {
        let excluded = |package: &str| excludes.package(package).is_some();
        let Some(packages) = self.project.without(excluded, &self.arguments.cargo) else {
            let notes = ["every package is excluded in crossum.toml".to_owned()];
            return Ok(BuiltTests {
                notes: notes.into(),
                ..BuiltTests::default()
            });
        };
        let target = tools.target;
        let records = self.scratch.path().join(&target.name);
        std::fs::create_dir(&records)?;
        let folder = self.folder(&std.toolchain);
        let variables = self.variables(target, std, linker, &records)?;
        let attempt = Attempt {
            toolchain: &std.toolchain,
            target,
            variables: &variables,
        };
        let (messages, unbuilt) = match self.cargo(&attempt, packages, &self.arguments.cargo).await
        {
            Err(BuildError::Compile(error)) => self.each_alone(&attempt, excluded, error).await?,
            other => (other?, BTreeMap::new()),
        };
        let mut built = BuiltTests {
            unbuilt,
            build_variables: variables.into_iter().map(|(key, _)| key).collect(),
            folder: folder.clone(),
            ..BuiltTests::default()
        };
        let target_folder = folder.join(&target.name);
        for record in record::read(&records)? {
            let (is_hosts, program) = identified(record, &messages, &target_folder)?;
            // Procedural macros and their tests run on this machine, whatever the target is.
            if !is_hosts || target.is_native() {
                built.programs.push(program);
            } else {
                let (package, id) = (&program.package, &program.id);
                built.notes.insert(format!(
                    "{package} {id} not run: a procedural macro and its tests run in the compiler, on this machine"
                ));
            }
        }
        built.helpers = messages.helpers;
        let without_doctests = self.without_doctests(target, &std.toolchain);
        built.notes.extend(without_doctests);
        Ok(built)
    }

    /// Builds each package by itself, after they could not be built together because of `error`. So one that does not compile does not take the others with it. Gives what cargo printed, and the packages that do not compile.
    async fn each_alone(
        &self,
        attempt: &Attempt<'_>,
        excluded: impl Fn(&str) -> bool,
        error: CompileError,
    ) -> Result<(Messages, BTreeMap<String, CompileError>), BuildError> {
        let packages = self.project.tested(excluded, &self.arguments);
        let (_, others) = self.arguments.packages_apart();
        let (mut all, mut unbuilt) = (Messages::default(), BTreeMap::new());
        if packages.len() < 2 {
            return Err(BuildError::Compile(error));
        }
        for package in &packages {
            let only = vec!["--package".to_owned(), package.clone()];
            match self.cargo(attempt, only, &others).await {
                Ok(messages) => all.add(messages),
                Err(BuildError::Compile(error)) => drop(unbuilt.insert(package.clone(), error)),
                Err(other) => return Err(other),
            }
        }
        match unbuilt.len() < packages.len() {
            true => Ok((all, unbuilt)),
            false => Err(BuildError::Compile(error)),
        }
    }

    /// Has cargo build the tests of these packages and start each program once. Gives what it printed.
    async fn cargo(
        &self,
        attempt: &Attempt<'_>,
        packages: Vec<String>,
        arguments: &[String],
    ) -> Result<Messages, BuildError> {
        let cargo = self
            .cargo_test(attempt.toolchain, packages, arguments)
            .arg("--message-format=json")
            .args(["--target", &attempt.target.name])
            .arg("--")
            .args(&self.arguments.tests);
        let variables = attempt.variables.iter();
        let cargo = variables.fold(cargo, |cargo, (key, value)| cargo.env(key, value));
        let cargo = cargo.kill_with_parent(&self.host);
        let cargo = cargo.watch(BUILD_TIMEOUT, MAX_MESSAGE_OCTETS).await?;
        if let Some(UsageError(stale)) = self.lock.stale(&cargo.stderr) {
            return Err(BuildError::Usage(stale));
        }
        succeeded(cargo)
    }

    /// The command with which cargo builds the tests of these packages.
    pub(super) fn cargo_test(
        &self,
        toolchain: &Toolchain,
        packages: Vec<String>,
        arguments: &[String],
    ) -> Invocation {
        let not_ours = |argument: &&String| *argument != "--no-fail-fast";
        Invocation::new(&toolchain.cargo)
            .args(["test", "--no-fail-fast"])
            .args(self.without_lines_of_dependencies())
            .args(self.manifest_path())
            .args(self.lock.option(arguments))
            .args(packages)
            .args(arguments.iter().filter(not_ours))
    }

    /// The variables with which cargo builds for a target, and records processes in `records`.
    pub(super) fn variables(
        &self,
        target: &Target,
        std: &RustStd,
        linker: &Linker,
        records: &Path,
    ) -> anyhow::Result<Vec<(String, String)>> {
        let environment = BuildEnvironment {
            host: &self.host,
            scratch: self.scratch.path(),
            target,
            std,
            linker,
            folder: &self.folder(&std.toolchain),
            records,
            is_for_debugger: self.is_for_debugger,
        };
        environment.variables()
    }

    /// The options with which cargo leaves line numbers out of the dependencies. A reader of a backtrace looks at the project's own lines, and no variable sets this.
    fn without_lines_of_dependencies(&self) -> Vec<String> {
        let mut words = Vec::new();
        for (variable, profile) in [
            ("CARGO_PROFILE_DEV_DEBUG", "dev"),
            ("CARGO_PROFILE_TEST_DEBUG", "test"),
        ] {
            if self.host.variable(variable).is_none() && !self.is_for_debugger {
                let none = format!("profile.{profile}.package.\"*\".debug=false");
                words.extend(["--config".to_owned(), none]);
            }
        }
        words
    }

    pub(crate) fn manifest_path(&self) -> impl Iterator<Item = &Path> {
        let manifest = self.project.manifest.iter();
        manifest.flat_map(|path| [Path::new("--manifest-path"), path])
    }

    /// The command with which cargo describes the project and its dependencies, as far as one target needs them.
    pub(crate) fn metadata(&self, toolchain: &Toolchain, target: &Target) -> Invocation {
        Invocation::new(&toolchain.cargo)
            .args(["metadata", "--format-version", "1"])
            .args(["--filter-platform", &target.name])
            .args(self.manifest_path())
            .args(self.lock.option(&[]))
            // The readers of this document write into that folder.
            .env("CARGO_TARGET_DIR", self.folder(toolchain))
    }

    /// What cargo says of the project as this machine builds it.
    pub(crate) async fn metadata_of_this_machine(&self) -> anyhow::Result<String> {
        let native = cross::targets().find(|target| target.is_native());
        let (toolchain, native) = self
            .toolchains
            .all
            .first()
            .zip(native)
            .context("no Rust is here")?;
        Ok(self
            .metadata(toolchain, native)
            .run(QUESTION_TIMEOUT)
            .await?)
    }

    /// The folder for what one toolchain builds. In a common folder each would rebuild what the other built.
    fn folder(&self, toolchain: &Toolchain) -> PathBuf {
        self.project.built.join(toolchain.identity())
    }

    /// Why the examples in the documentation are not run, where this cargo cannot run them.
    fn without_doctests(&self, target: &Target, toolchain: &Toolchain) -> Option<String> {
        let mut release = toolchain
            .release
            .split('.')
            .filter_map(|part| part.parse().ok());
        let (major, minor) = (release.next().unwrap_or(1_u32), release.next().unwrap_or(0));
        let too_old = major == 1 && minor < CROSS_DOCTESTS_SINCE;
        (too_old && !target.is_native() && self.arguments.ask_for_doctests()).then(|| {
            format!(
                "doctests not run: cargo {} cannot run those of another machine, 1.{CROSS_DOCTESTS_SINCE} can",
                toolchain.release
            )
        })
    }
}

/// With what a target is built for.
struct Attempt<'a> {
    toolchain: &'a Toolchain,
    target: &'a Target,
    variables: &'a [(String, String)],
}

/// What cargo printed, where it built everything.
fn succeeded(cargo: Watched) -> Result<Messages, BuildError> {
    let messages = messages::read(&cargo.stdout);
    if let Some(error) = messages.error {
        return Err(BuildError::Compile(error));
    }
    if cargo.exit == Some(Exit::Code(1)) && cargo.stdout.is_empty() {
        return Err(BuildError::Usage(complaint(&cargo.stderr)));
    }
    if !messages.is_built || cargo.exit != Some(Exit::Code(0)) {
        let rendered = match cargo.exit {
            Some(_) => complaint(&cargo.stderr),
            None => {
                let seconds = BUILD_TIMEOUT.as_secs();
                format!("cargo was still building after {seconds} s")
            }
        };
        return Err(BuildError::Compile(CompileError {
            place: None,
            message: rendered.lines().next().unwrap_or_default().to_owned(),
            rendered,
        }));
    }
    Ok(messages)
}

/// Which program a recorded process is, and whether it is one of this machine.
fn identified(
    record: RecordedProcess,
    messages: &Messages,
    target_folder: &Path,
) -> anyhow::Result<(bool, TestProgram)> {
    let (is_hosts, id, artifact) = match record.what {
        ProcessKind::Program => {
            let path = record.args.first().map(PathBuf::from).unwrap_or_default();
            let artifact = messages.programs.get(&path).cloned();
            let artifact = artifact.with_context(|| {
                format!("cargo ran {}, and never said what it is", path.display())
            })?;
            let id = artifact.program.clone();
            (!path.starts_with(target_folder), id, Some(artifact))
        }
        ProcessKind::Rustdoc => {
            let has_target = record.args.iter().any(|arg| arg == "--target");
            (!has_target, ProgramId::doc(), None)
        }
    };
    let program = TestProgram {
        package: record.package(),
        id,
        artifact,
        record,
    };
    Ok((is_hosts, program))
}
