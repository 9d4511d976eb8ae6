//! Runs the programs of a target by [nextest](https://nexte.st), where it is installed: a process for each test, by the project's own `.config/nextest.toml` (retries, time limits, filters, groups).
//!
//! Cargo has built them by then; nextest gets what was built ([`binaries`]), the project as `cargo metadata` tells it, and the target's runner in cargo's own variable. What came of it is read from its JUnit ([`junit`]); what it did not run, and why, from its list ([`listed`]). Examples in documentation are rustdoc's, since nextest has none.

mod args;
mod batch;
mod binaries;
mod junit;
mod listed;

pub(super) use batch::{Batch, Member};

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use cross::Host;
use cross::process::{Exit, Invocation};

use super::build::{Site, complaint};

pub use args::Unknown;

/// Nextest, as it is installed here.
#[derive(Clone, Debug)]
pub struct Nextest {
    program: PathBuf,
    /// Its version, such as `0.9.143`.
    pub version: String,
    /// The project's configuration, as it is written; empty where there is none.
    configuration: String,
    /// The profile that is asked for in `$NEXTEST_PROFILE`.
    profile: Option<String>,
}

const A_QUESTION: Duration = Duration::from_secs(60);

/// Where a project configures nextest, in its workspace's folder.
const CONFIGURATION: &str = ".config/nextest.toml";

/// Our profile: the user's, with a report.
const PROFILE: &str = "crossum";

/// The project's configuration of nextest cannot be used.
#[derive(Debug, thiserror::Error)]
#[error(
    "nextest {version} does not take this project's configuration (--with cargo does without nextest):\n{said}"
)]
pub struct Misconfigured {
    version: String,
    said: String,
}

impl Nextest {
    /// Looks for it where cargo does: on the search path, and in `$CARGO_HOME/bin`.
    pub async fn find(site: &Site) -> Option<Nextest> {
        const NAME: &str = "cargo-nextest";
        let host = &site.host;
        let cargos = || {
            let home = host.variable("CARGO_HOME").map(PathBuf::from);
            let home = home.or_else(|| Some(Path::new(&host.variable("HOME")?).join(".cargo")));
            let path = home?.join("bin").join(NAME);
            path.is_file().then_some(path)
        };
        let program = host.program(NAME).or_else(cargos)?;
        let ask = Invocation::new(&program).args(["nextest", "--version"]);
        let said = ask.run(A_QUESTION).await.ok()?;
        let version = said.split_whitespace().nth(1)?.to_owned();
        let file = site.project.root.join(CONFIGURATION);
        let profile = host.variable("NEXTEST_PROFILE").map(str::to_owned);
        Some(Nextest {
            program,
            version,
            configuration: std::fs::read_to_string(file).unwrap_or_default(),
            profile: profile.filter(|name| name != "default"),
        })
    }

    /// Has it read the project's configuration, before anything is built for it: with no program to list, it does nothing else.
    ///
    /// # Errors
    /// [`Misconfigured`], with its own words; or it cannot be asked.
    pub async fn check(&self, site: &Site) -> anyhow::Result<()> {
        let asked = site.metadata_of_this_machine().await;
        // A project that cargo cannot read is told when it is built.
        let Ok(metadata) = asked else { return Ok(()) };
        let folder = tempfile::tempdir_in(site.scratch.path())?;
        let at = |name: &str| folder.path().join(name);
        let none = r#"{"rust-build-meta":{"target-directory":"/nowhere","base-output-directories":[],"non-test-binaries":{},"build-script-out-dirs":{},"linked-paths":[],"target-platforms":[],"target-platform":null},"rust-binaries":{}}"#;
        std::fs::write(at("binaries.json"), none)?;
        std::fs::write(at("metadata.json"), metadata)?;
        let ask = self.command("list", &at("binaries.json"), &at("metadata.json"));
        // The profile of the user's choice, in the file that the user wrote: so its mistakes are told with their lines.
        let profile = self.profile.iter();
        let ask = ask.args(profile.flat_map(|name| ["--profile", name.as_str()]));
        let said = ask.output(A_QUESTION).await?;
        match said.exit {
            Exit::Code(0) => Ok(()),
            _ => Err(Misconfigured {
                version: self.version.clone(),
                said: complaint(&said.stderr),
            }
            .into()),
        }
    }

    /// What is common to all that it is asked.
    fn command(&self, what: &str, binaries: &Path, metadata: &Path) -> Invocation {
        Invocation::new(&self.program)
            .args(["nextest", what, "--color", "never"])
            .args([Path::new("--binaries-metadata"), binaries])
            .args([Path::new("--cargo-metadata"), metadata])
    }

    /// The project's configuration and ours: a profile that is the user's, with a report; and, unless the project says otherwise, nothing kept in its folder, and for each test the time that `limit` gives.
    ///
    /// One file, since a tool's own (`--tool-config-file`) knows no profile of the project's to inherit from.
    fn configure(
        &self,
        folder: &Path,
        report: &Path,
        limit: Duration,
    ) -> anyhow::Result<Configured> {
        let inherits = match &self.profile {
            Some(name) => format!("inherits = {}\n", quoted(name)),
            None => String::new(),
        };
        let ours = format!(
            "\n[profile.{PROFILE}]\n{inherits}[profile.{PROFILE}.junit]\npath = {}\nstore-success-output = false\nstore-failure-output = true\n",
            quoted(&report.display().to_string())
        );
        let file = folder.join("nextest.toml");
        std::fs::write(&file, format!("{}{ours}", self.configuration))?;
        let usual = folder.join("usual.toml");
        let text = format!(
            "[store]\ndir = {}\n[profile.default]\nslow-timeout = {{ period = \"{}s\", terminate-after = 1 }}\n",
            quoted(&folder.join("store").display().to_string()),
            limit.as_secs()
        );
        std::fs::write(&usual, text)?;
        let words = |path: &Path| path.display().to_string();
        Ok(Configured(vec![
            "--config-file".to_owned(),
            words(&file),
            "--tool-config-file".to_owned(),
            format!("crossum:{}", words(&usual)),
            "--profile".to_owned(),
            PROFILE.to_owned(),
        ]))
    }
}

/// The arguments that have nextest take a configuration.
struct Configured(Vec<String>);

/// A string as TOML writes it.
fn quoted(text: &str) -> String {
    // A string of JSON is one of TOML.
    serde_json::Value::from(text).to_string()
}

/// Whether nextest understands what the user gives to the tests.
///
/// # Errors
/// What it has no word for.
pub fn understands(tests: &[String]) -> Result<(), Unknown> {
    args::translated(tests).map(drop)
}

impl Site {
    /// What cargo knows of the project as this machine builds it.
    async fn metadata_of_this_machine(&self) -> anyhow::Result<String> {
        let toolchains = cross::rust_std::toolchains(&self.host).await;
        let native = cross::targets().find(|target| target.is_native());
        let (toolchain, native) = toolchains.first().zip(native).context("no Rust is here")?;
        Ok(self.metadata(toolchain, native).run(A_QUESTION).await?)
    }
}

/// The command that kills its own when this process ends, in front of a runner: nextest gives each test a process group of its own, and nobody ends that one when nextest itself is killed.
fn leashed(runner: Vec<String>, host: &Host) -> Vec<String> {
    let Some(setpriv) = host.program("setpriv") else {
        return runner;
    };
    let leash = [
        setpriv.display().to_string().as_str(),
        "--pdeathsig",
        "KILL",
        "--",
    ]
    .map(str::to_owned);
    leash.into_iter().chain(runner).collect()
}
