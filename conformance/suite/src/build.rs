//! Builds the tests of a project for one target, and learns how cargo would run them.
//!
//! One `cargo test --target T`, with this program as the target's runner and as rustdoc: see [`record`]. The project's own flags and configuration stay in force; only the linker, and where the target's standard library is not in the toolchain the sysroot, are added, by way of variables and of a `rustc` that knows where the sysroot is.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use cross::compiler::Linker;
use cross::process::{Exit, Invocation};
use cross::rust_std::{RustStd, Toolchain};
use cross::target::with_tests_only;
use cross::{Host, Target, TargetTools};

use super::args::Args;
use super::exclude::Excludes;
use super::messages::{self, Artifact, Helper};
use super::outcome::{CompileError, Program, TestId};
use super::project::{LockFile, Project};
use super::record::{self, Record, What};

/// What is built, and where.
pub struct Site {
    /// This machine.
    pub host: Host,
    /// The project.
    pub project: Project,
    /// Its lock file.
    pub lock: LockFile,
    /// What the user gives on.
    pub args: Args,
    /// A folder for the time of the run.
    pub scratch: tempfile::TempDir,
}

/// A program of tests that is ready to run.
#[derive(Clone, Debug)]
pub struct Ready {
    /// Its package.
    pub package: String,
    /// Which of the package's.
    pub program: Program,
    /// What cargo said when it was built; nothing is, of the documentation.
    pub artifact: Option<Artifact>,
    /// How cargo would have started it.
    pub record: Record,
}

impl Ready {
    /// The program as a whole.
    pub fn whole(&self) -> TestId {
        TestId {
            package: self.package.clone(),
            program: self.program.clone(),
            name: String::new(),
        }
    }
}

/// What was built for a target.
#[derive(Debug, Default)]
pub struct Built {
    /// The programs.
    pub ready: Vec<Ready>,
    /// Programs that are no tests, and that tests may start.
    pub helpers: Vec<Helper>,
    /// Where all of it is.
    pub folder: PathBuf,
    /// What else is to be known.
    pub notes: BTreeSet<String>,
    /// The variables that were set to build, and are none of the tests' business.
    pub own: Vec<String>,
}

/// Why nothing was built.
#[derive(Debug)]
pub enum Trouble {
    /// The project does not compile.
    Compile(CompileError),
    /// Cargo does not take the user's arguments.
    Usage(String),
    /// Something else.
    Other(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Trouble {
    fn from(error: E) -> Trouble {
        Trouble::Other(error.into())
    }
}

const A_BUILD: Duration = Duration::from_secs(2 * 3600);

/// The most that is kept of what cargo says; a line for each crate and each warning.
const MOST_MESSAGES: usize = 64 << 20;

/// Here crates are compiled in one part each.
const FEW_CORES: usize = 2;

/// Cargo tests examples for another machine from this release on.
const DOCTESTS_CROSS_SINCE: u32 = 89;

impl Site {
    /// A site for a project.
    ///
    /// # Errors
    /// There is no room for temporary files, or it is in a folder with a space in its name.
    pub fn new(host: Host, project: Project, args: Args) -> anyhow::Result<Site> {
        let scratch = tempfile::Builder::new().prefix("crossum-test-").tempdir()?;
        let place = scratch.path().display().to_string();
        // Cargo splits the runner's variable there.
        anyhow::ensure!(
            !place.contains(char::is_whitespace),
            "temporary files would be in {place}: name a folder without spaces in $TMPDIR"
        );
        std::os::unix::fs::symlink(std::env::current_exe()?, scratch.path().join("crossum"))?;
        Ok(Site {
            host,
            lock: project.lock_file(),
            project,
            args,
            scratch,
        })
    }

    /// Builds for a target.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn build(
        &self,
        tools: &TargetTools,
        std: &RustStd,
        linker: &Linker,
        excludes: &Excludes,
    ) -> Result<Built, Trouble> {
        let excluded = |package: &str| excludes.package(package).is_some();
        let Some(packages) = self.project.without(excluded, &self.args.cargo) else {
            let notes = ["every package is excluded in crossum.toml".to_owned()];
            return Ok(Built {
                notes: notes.into(),
                ..Built::default()
            });
        };
        let records = self.scratch.path().join(&tools.target.name);
        std::fs::create_dir(&records)?;
        let folder = self.folder(&std.toolchain);
        let environment = self.environment(tools.target, std, linker, &folder, &records)?;
        let manifest = self.project.manifest.iter();
        let cargo = Invocation::new(&std.toolchain.cargo)
            .args(["test", "--no-fail-fast", "--message-format=json"])
            .args(["--target", &tools.target.name])
            .args(self.without_lines_of_others())
            .args(manifest.flat_map(|path| [Path::new("--manifest-path"), path]))
            .args(self.lock.option(&self.args.cargo))
            .args(packages)
            .args(
                self.args
                    .cargo
                    .iter()
                    .filter(|arg| *arg != "--no-fail-fast"),
            )
            .arg("--")
            .args(&self.args.tests);
        let cargo = environment
            .iter()
            .fold(cargo, |cargo, (key, value)| cargo.env(key, value));
        let cargo = cargo.kill_with_parent(&self.host);
        let said = cargo.watch(A_BUILD, MOST_MESSAGES).await?;

        let messages = messages::read(&said.stdout);
        if let Some(error) = messages.error {
            return Err(Trouble::Compile(error));
        }
        if said.exit == Some(Exit::Code(1)) && said.stdout.is_empty() {
            return Err(Trouble::Usage(complaint(&said.stderr)));
        }
        if !messages.is_built || said.exit != Some(Exit::Code(0)) {
            let rendered = match said.exit {
                Some(_) => complaint(&said.stderr),
                None => format!("cargo was still building after {} s", A_BUILD.as_secs()),
            };
            return Err(Trouble::Compile(CompileError {
                place: None,
                message: rendered.lines().next().unwrap_or_default().to_owned(),
                rendered,
            }));
        }

        let mut built = Built {
            own: environment.into_iter().map(|(key, _)| key).collect(),
            helpers: messages.helpers,
            folder: folder.clone(),
            ..Built::default()
        };
        let ours = folder.join(&tools.target.name);
        for record in record::read(&records)? {
            let package = record.package();
            let (is_hosts, program, artifact) = match record.what {
                What::Program => {
                    let path = record.args.first().map(PathBuf::from).unwrap_or_default();
                    let artifact = messages.programs.get(&path).cloned();
                    let artifact = artifact.with_context(|| {
                        format!("cargo ran {}, and never said what it is", path.display())
                    })?;
                    let program = artifact.program.clone();
                    (!path.starts_with(&ours), program, Some(artifact))
                }
                What::Rustdoc => {
                    let has_target = record.args.iter().any(|arg| arg == "--target");
                    (!has_target, Program::doc(), None)
                }
            };
            // Procedural macros and their tests are this machine's whatever the target.
            if is_hosts && !tools.target.is_native() {
                continue;
            }
            built.ready.push(Ready {
                package,
                program,
                artifact,
                record,
            });
        }
        built
            .notes
            .extend(self.without_doctests(tools, &std.toolchain));
        Ok(built)
    }

    /// What has cargo leave the lines out of what the project depends on: a backtrace is read for those of the project itself. No variable says so.
    fn without_lines_of_others(&self) -> Vec<String> {
        let mut words = Vec::new();
        for (variable, profile) in [
            ("CARGO_PROFILE_DEV_DEBUG", "dev"),
            ("CARGO_PROFILE_TEST_DEBUG", "test"),
        ] {
            if self.host.variable(variable).is_none() {
                let none = format!("profile.{profile}.package.\"*\".debug=false");
                words.extend(["--config".to_owned(), none]);
            }
        }
        words
    }

    /// Asks cargo for all that it knows of the project and what it depends on, as far as one target needs it.
    pub fn metadata(&self, toolchain: &Toolchain, target: &Target) -> Invocation {
        let manifest = self.project.manifest.iter();
        Invocation::new(&toolchain.cargo)
            .args(["metadata", "--format-version", "1"])
            .args(["--filter-platform", &target.name])
            .args(manifest.flat_map(|path| [Path::new("--manifest-path"), path]))
            .args(self.lock.option(&[]))
            // Whoever reads it writes there, too.
            .env("CARGO_TARGET_DIR", self.folder(toolchain))
    }

    /// A folder for each compiler: they would rebuild over one another in one.
    fn folder(&self, toolchain: &Toolchain) -> PathBuf {
        self.project.built.join(toolchain.identity())
    }

    /// Why examples are not run, where they are not.
    fn without_doctests(&self, tools: &TargetTools, toolchain: &Toolchain) -> Option<String> {
        let mut release = toolchain
            .release
            .split('.')
            .filter_map(|part| part.parse().ok());
        let (major, minor) = (release.next().unwrap_or(1_u32), release.next().unwrap_or(0));
        let too_old = major == 1 && minor < DOCTESTS_CROSS_SINCE;
        (too_old && !tools.target.is_native() && self.args.ask_for_doctests()).then(|| {
            format!(
                "doctests not run: cargo {} cannot run those of another machine, 1.{DOCTESTS_CROSS_SINCE} can",
                toolchain.release
            )
        })
    }

    /// The variables that cargo is given.
    fn environment(
        &self,
        target: &Target,
        std: &RustStd,
        linker: &Linker,
        built: &Path,
        records: &Path,
    ) -> anyhow::Result<Vec<(String, String)>> {
        let host = &self.host;
        let crossum = self.scratch.path().join("crossum");
        let recorder = |what: &str| {
            format!(
                "{} record {} {what} --",
                crossum.display(),
                records.display()
            )
        };

        let rustdoc = self.scratch.path().join(format!("rustdoc-{}", target.name));
        let real = Invocation::new(rustdoc_of(&std.toolchain));
        let recorded = recorder("rustdoc");
        script(
            &rustdoc,
            &format!(
                "case \" $* \" in *' --test '*) exec {recorded} \"$@\";; esac\nexec {real} \"$@\"\n"
            ),
        )?;
        let mut environment = vec![
            ("CARGO_TARGET_DIR".to_owned(), built.display().to_string()),
            (
                "RUSTC".to_owned(),
                self.rustc(std, target, built)?.display().to_string(),
            ),
            ("RUSTDOC".to_owned(), rustdoc.display().to_string()),
            ("CARGO_TERM_COLOR".to_owned(), "never".to_owned()),
        ];
        // The tests of procedural macros are programs of this machine.
        let runners = with_tests_only().filter(|one| one.is_native() || one.name == target.name);
        environment.extend(runners.map(|one| (one.cargo_variable("RUNNER"), recorder("program"))));
        if !target.is_native() {
            let program = match linker.flags.as_slice() {
                [] => linker.program.clone(),
                flags => {
                    let path = built.join(format!("linker-{}", target.name));
                    let command = Invocation::new(&linker.program).args(flags);
                    script(&path, &format!("exec {command} \"$@\"\n"))?;
                    path
                }
            };
            let program = program.display().to_string();
            // Build scripts that compile C ask for it so.
            let compiler = format!("CC_{}", target.name.replace('-', "_"));
            if host.variable(&compiler).is_none() {
                environment.push((compiler, program.clone()));
            }
            environment.push((target.cargo_variable("LINKER"), program));
        }
        // Nobody debugs these programs: lines for backtraces are enough, and are built in less time.
        for (variable, value) in [
            ("CARGO_PROFILE_DEV_DEBUG", "line-tables-only"),
            ("CARGO_PROFILE_TEST_DEBUG", "line-tables-only"),
            ("CARGO_INCREMENTAL", "0"),
        ] {
            if host.variable(variable).is_none() {
                environment.push((variable.to_owned(), value.to_owned()));
            }
        }
        // A crate that is cut into parts for cores that are not there costs a sixth more.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        for variable in [
            "CARGO_PROFILE_DEV_CODEGEN_UNITS",
            "CARGO_PROFILE_TEST_CODEGEN_UNITS",
        ] {
            if cores <= FEW_CORES && host.variable(variable).is_none() {
                environment.push((variable.to_owned(), "1".to_owned()));
            }
        }
        Ok(environment)
    }

    /// The compiler; where the target's library is in a sysroot of its own, a script that tells it so, and only when it compiles for that target.
    ///
    /// Not by `RUSTFLAGS`: whoever sets them takes the place of the project's own.
    fn rustc(&self, std: &RustStd, target: &Target, built: &Path) -> anyhow::Result<PathBuf> {
        let rustc = &std.toolchain.rustc;
        let Some(sysroot) = std.place.sysroot() else {
            return Ok(rustc.clone());
        };
        let name = &target.name;
        let plain = Invocation::new(rustc);
        let told = Invocation::new(rustc).arg(format!("--sysroot={}", sysroot.display()));
        let path = built.join(format!("rustc-{name}"));
        script(
            &path,
            &format!(
                "for word do case $word in {name}|--target={name}) exec {told} \"$@\";; esac; done\nexec {plain} \"$@\"\n"
            ),
        )?;
        Ok(path)
    }
}

/// The rustdoc that belongs to a compiler.
pub(super) fn rustdoc_of(toolchain: &Toolchain) -> PathBuf {
    toolchain.rustc.with_file_name("rustdoc")
}

/// Writes a script, unless it is there already: cargo looks at its compiler's age.
fn script(path: &Path, body: &str) -> anyhow::Result<()> {
    let text = format!("#!/bin/sh\n{body}");
    if std::fs::read_to_string(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let scratch = tempfile::Builder::new()
        .permissions(std::fs::Permissions::from_mode(0o755))
        .tempfile_in(folder)?;
    std::fs::write(scratch.path(), text)?;
    scratch.persist(path)?;
    Ok(())
}

/// What cargo, or a part of it, complains of: from its first error on, a few lines.
pub(super) fn complaint(stderr: &str) -> String {
    const LINES: usize = 20;
    let lines: Vec<_> = stderr.lines().collect();
    let first = lines.iter().position(|line| line.starts_with("error"));
    let lines = lines.iter().skip(first.unwrap_or(0)).take(LINES);
    lines.copied().collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_that_is_there_keeps_its_age() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/rustc");
        script(&path, "exec true\n").unwrap();
        let before = path.metadata().unwrap();
        assert_eq!(before.permissions().mode() & 0o777, 0o755);
        script(&path, "exec true\n").unwrap();
        let after = path.metadata().unwrap();
        assert_eq!(before.modified().unwrap(), after.modified().unwrap());
        use std::os::unix::fs::MetadataExt as _;
        assert_eq!(before.ino(), after.ino());
    }

    #[test]
    fn a_complaint_begins_with_the_error() {
        let stderr = "   Compiling x\nwarning: w\nerror: no such command\n\nmore\n";
        assert_eq!(complaint(stderr), "error: no such command\n\nmore");
        assert_eq!(complaint("odd"), "odd");
    }
}
