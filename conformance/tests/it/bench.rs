//! `crossum` in a folder of its own, with runners that misbehave on purpose.

use std::ffi::OsStr;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use cross::compiler::Compiler;
use cross::find::Finding;
use cross::{Host, Target, TargetTools};
use kit::saved_report::SavedReport;
use layout::Abis;
use matrix::report::MatrixDocument;
use serde_json::Value;
use tempfile::TempDir;

/// This machine's own participant in C: it needs nothing but gcc.
pub(crate) fn native() -> String {
    let native = cross::targets()
        .find(|target| target.is_native())
        .expect("this machine is one of the targets");
    format!("c-gcc@{}", native.name)
}

/// `.ci/run` sets this variable to `all` once everything is here that a test may need: what `crossum setup` installs, and nextest.
const TOOLS: &str = "CROSSUM_TEST_TOOLS";

/// Says what a test did not try because something is missing on this machine.
///
/// # Panics
/// `$CROSSUM_TEST_TOOLS` is `all`: then nothing may be missing.
pub(crate) fn not_tried(what: &str) {
    assert_ne!(
        std::env::var(TOOLS).as_deref(),
        Ok("all"),
        "{TOOLS}=all says that every tool is here, and this could not be tried: {what}"
    );
    // The harness hides what a test that passes prints by `print!` and its kin. It does not hide this.
    let _ = writeln!(std::io::stderr(), "not tried: {what}");
}

/// Says that something of `setup --with` was not tried: it is brought only when asked, and not everywhere can it be installed.
///
/// # Panics
/// `$CROSSUM_TEST_BOARDS`, or that of another such word, is `all`: all that `setup --with boards` brings is here then.
pub(crate) fn extra_not_tried(with: &str, what: &str) {
    let variable = format!("CROSSUM_TEST_{}", with.to_uppercase());
    assert_ne!(
        std::env::var(&variable).as_deref(),
        Ok("all"),
        "{variable}=all says that all of `setup --with {with}` is here, and this could not be tried: {what}"
    );
    let _ = writeln!(std::io::stderr(), "not tried: {what}");
}

/// Those of some targets whose compiler and runner are here; says so of the others. `compiler` is the one that `setup --with` brings.
pub(crate) fn extras_here(
    with: &str,
    targets: impl Iterator<Item = &'static Target>,
    compiler: fn(TargetTools) -> Finding<Compiler>,
) -> Vec<&'static Target> {
    let find = |target| TargetTools::find(&Host::this(), &[], Abis::builtin(), target).unwrap();
    let is_here = |target: &&'static Target| {
        let missing = compiler(find(target)).err();
        let missing = missing.or_else(|| find(target).runner.err());
        if let Some(missing) = &missing {
            extra_not_tried(with, &missing.to_string());
        }
        missing.is_none()
    };
    targets.filter(is_here).collect()
}

/// A program of this machine.
#[expect(
    clippy::disallowed_methods,
    reason = "what a test starts, it starts as a user does"
)]
pub(crate) fn host_command(program: impl AsRef<OsStr>) -> Command {
    Command::new(program)
}

/// A program that a test started, and that is gone with it.
pub(crate) struct Killed(pub(crate) std::process::Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A place to run `crossum` in.
pub(crate) struct Bench {
    pub(crate) folder: TempDir,
    variables: Vec<(String, String)>,
    hidden: Vec<&'static str>,
}

/// What came of a run.
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) report: Option<Value>,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Bench {
            folder: tempfile::tempdir().unwrap(),
            variables: Vec::new(),
            hidden: Vec::new(),
        }
    }

    /// Has every program of this machine started through a shell script. `$1` is the program, what follows are its arguments.
    pub(crate) fn with_runner(mut self, script: &str) -> Self {
        let path = self.path("runner.sh");
        std::fs::write(&path, format!("{script}\nexec \"$@\"\n")).unwrap();
        let native = cross::targets().find(|target| target.is_native()).unwrap();
        self.variables.push((
            native.variable("RUNNER"),
            format!("/bin/sh {}", path.display()),
        ));
        self
    }

    pub(crate) fn with_variable(
        mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// What cargo says to tests of its own toolchain, and to nobody else.
    pub(crate) fn without_toolchain(mut self) -> Self {
        self.hidden.push("RUSTUP_TOOLCHAIN");
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = host_command(env!("CARGO_BIN_EXE_crossum"));
        command
            .args(args)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.folder.path());
        for name in &self.hidden {
            command.env_remove(name);
        }
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        Ran::from(
            self.command(args).output().unwrap(),
            &self.path("report.json"),
        )
    }

    /// With this on its standard input.
    pub(crate) fn run_with_input(&self, args: &[&str], input: &str) -> Ran {
        let mut command = self.command(args);
        command.stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A program that refuses its command line ends without reading.
        if let Err(error) = stdin.write_all(input.as_bytes()) {
            assert_eq!(error.kind(), ErrorKind::BrokenPipe, "{error}");
        }
        drop(stdin);
        Ran::from(child.wait_with_output().unwrap(), &self.path("report.json"))
    }

    /// A matrix of these participants, with a report.
    pub(crate) fn matrix(&self, participants: &str, encodings: &str, more: &[&str]) -> Ran {
        let args = [
            "matrix",
            "--participants",
            participants,
            "--encodings",
            encodings,
            "--sample",
            "0",
            "--json",
            "report.json",
        ];
        self.run(&[&args, more].concat())
    }
}

impl Ran {
    pub(crate) fn from(output: Output, report: &Path) -> Ran {
        Ran {
            status: output.status.code().expect("it was not killed"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            report: std::fs::read(report).ok().map(|text| {
                let report = serde_json::from_slice(&text).expect("the report is JSON");
                fits_its_schema(&report);
                in_version_1(report)
            }),
        }
    }

    pub(crate) fn report(&self) -> &Value {
        self.report.as_ref().expect("a report was written")
    }

    pub(crate) fn cells(&self) -> &Vec<Value> {
        self.report()["cells"].as_array().unwrap()
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "status {}\n{}\n{}",
            self.status, self.stdout, self.stderr
        )
    }
}

/// A report on a matrix as version 1 of it, in which each cell stands with all that is told of it; others as they are.
pub(crate) fn in_version_1(report: Value) -> Value {
    let is = |format: &str| report["format"] == format;
    if report["version"] != 2 || !(is("crossum-matrix") || is("crossum-prediction")) {
        return report;
    }
    let saved = SavedReport::of("report.json", report.to_string());
    let document = MatrixDocument::read_from(&saved).expect("it can be read again");
    let report = serde_json::to_value(document.as_version_1()).expect("it can be written");
    fits_its_schema(&report);
    report
}

/// Every report that a test has written is what docs/schemas says of its format.
pub(crate) fn fits_its_schema(report: &Value) {
    // SARIF names a schema of its own.
    if report.get("$schema").is_some() {
        return;
    }
    let format = report["format"].as_str().expect("it has a format");
    // Of an older version there is another.
    let older = kit::schema::path(&format!("{format}-{}", report["version"]));
    let path = match older.exists() {
        true => older,
        false => kit::schema::path(format),
    };
    let schema = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let schema = serde_json::from_slice(&schema).expect("a schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema is a schema");
    let wrong: Vec<_> = validator
        .iter_errors(report)
        .take(5)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{format}: {}", wrong.join("\n"));
}
