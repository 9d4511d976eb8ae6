//! Nextest as it is installed on this machine.

use std::path::{Path, PathBuf};
use std::time::Duration;

use cross::process::{Exit, Invocation};
use nextest_metadata::BinaryListSummary;

use super::configuration::{Configuration, FILE};
use crate::build::{BuildSite, complaint};
use crate::project::UsageError;

/// Nextest, as it is installed here.
#[derive(Clone, Debug)]
pub struct Nextest {
    program: PathBuf,
    /// Its version, such as `0.9.143`.
    pub version: String,
    pub(super) configuration: Configuration,
}

const QUESTION_TIMEOUT: Duration = Duration::from_secs(60);

impl Nextest {
    /// Looks for it where cargo does: on the search path, and in `$CARGO_HOME/bin`.
    pub async fn find(site: &BuildSite) -> Option<Nextest> {
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
        let answer = ask.run(QUESTION_TIMEOUT).await.ok()?;
        let version = answer.split_whitespace().nth(1)?.to_owned();
        let file = site.project.root.join(FILE);
        let profile = host.variable("NEXTEST_PROFILE").map(str::to_owned);
        Some(Nextest {
            program,
            version,
            configuration: Configuration {
                text: std::fs::read_to_string(file).unwrap_or_default(),
                profile: profile.filter(|name| name != "default"),
            },
        })
    }

    /// Whether a project has a configuration of nextest.
    pub fn is_configured(site: &BuildSite) -> bool {
        site.project.root.join(FILE).is_file()
    }

    /// Has it read the project's configuration, before anything is built. It gets an empty list of programs, so it does nothing else.
    ///
    /// # Errors
    /// [`UsageError`], where it does not accept the configuration; or it cannot be asked.
    pub async fn check(&self, site: &BuildSite) -> anyhow::Result<()> {
        let asked = site.metadata_of_this_machine().await;
        // Whatever keeps cargo from reading the project is reported when the project is built.
        let Ok(metadata) = asked else { return Ok(()) };
        let folder = tempfile::tempdir_in(site.scratch.path())?;
        let at = |name: &str| folder.path().join(name);
        let none = BinaryListSummary {
            rust_build_meta: nextest_metadata::RustBuildMetaSummary {
                target_directory: "/nowhere".into(),
                ..Default::default()
            },
            rust_binaries: Default::default(),
        };
        std::fs::write(at("binaries.json"), serde_json::to_vec(&none)?)?;
        std::fs::write(at("metadata.json"), metadata)?;
        let ask = self.command("list", &at("binaries.json"), &at("metadata.json"));
        // The profile that the user chose, in the file that the user wrote: so a mistake is reported with its line.
        let profile = self.configuration.profile.iter();
        let ask = ask.args(profile.flat_map(|name| ["--profile", name.as_str()]));
        let answer = ask.output(QUESTION_TIMEOUT).await?;
        match answer.exit {
            Exit::Code(0) => Ok(()),
            _ => {
                let (version, message) = (&self.version, complaint(&answer.stderr));
                let why = format!(
                    "nextest {version} does not take this project's configuration (--with cargo does without nextest):\n{message}"
                );
                Err(UsageError(why).into())
            }
        }
    }

    /// The start of every command.
    pub(super) fn command(&self, what: &str, binaries: &Path, metadata: &Path) -> Invocation {
        Invocation::new(&self.program)
            .args(["nextest", what, "--color", "never"])
            .args([Path::new("--binaries-metadata"), binaries])
            .args([Path::new("--cargo-metadata"), metadata])
    }
}
