//! Miri of this machine, and how it is started.

use std::path::PathBuf;
use std::time::Duration;

use cross::Target;
use cross::process::{Invocation, Watched};
use cross::rust_std::{self, Toolchain};

use super::printed::read;
use crate::build::BuildSite;
use crate::project::UsageError;
use crate::results::{MiriOpinion, TestId};

/// Miri of this machine.
#[derive(Clone, Debug)]
pub struct Miri {
    /// Its cargo subcommand.
    program: PathBuf,
    /// The cargo that it starts.
    cargo: PathBuf,
    /// As it calls itself: `miri 0.1.0 (e50aa6fba0 2026-05-19)`.
    pub(crate) version: String,
}

const PROGRAM: &str = "cargo-miri";

/// It is asked for, and not here.
const NO_MIRI: &str = "Miri is not here: `rustup toolchain install nightly --component miri,rust-src` installs it; without `--with miri` the tests run all the same";

/// Tests see this machine's files, variables and random numbers, as they do outside.
const FLAGS: (&str, &str) = ("MIRIFLAGS", "-Zmiri-disable-isolation");

const QUESTION_TIMEOUT: Duration = Duration::from_secs(30);

/// The most that is kept of what it prints, in octets.
const MAX_OUTPUT_OCTETS: usize = 4 << 20;

impl Miri {
    /// The `cargo-miri` on the search path, else that of a toolchain that may build the project, else that of any other of this machine.
    ///
    /// # Errors
    /// [`UsageError`] where there is none.
    pub async fn find(site: &BuildSite) -> anyhow::Result<Miri> {
        let host = &site.host;
        let mut toolchains = site.toolchains.all.clone();
        let first = toolchains.first().map(|one| one.cargo.clone());
        toolchains.extend(rust_std::toolchains(host).await);
        let of = |toolchain: &Toolchain| {
            let program = toolchain.sysroot.join("bin").join(PROGRAM);
            (program, toolchain.cargo.clone())
        };
        // Its cargo is beside it, unless somebody put Miri elsewhere.
        let beside = |program: PathBuf| {
            let cargo = program.canonicalize().ok()?.with_file_name("cargo");
            let cargo = if cargo.is_file() { cargo } else { first? };
            Some((program, cargo))
        };
        let on_path = host.program(PROGRAM).and_then(beside);
        let others = toolchains.iter().map(of);
        let others = others.filter(|(program, _)| program.is_file());
        for (program, cargo) in on_path.into_iter().chain(others) {
            // The one that rustup puts on the search path is no Miri where the chosen toolchain has none.
            let asked = Invocation::new(&program).args(["miri", "--version"]);
            let asked = asked.env("CARGO", &cargo).run(QUESTION_TIMEOUT).await;
            if let Some(version) = asked.ok().and_then(|said| version(&said)) {
                return Ok(Miri {
                    program,
                    cargo,
                    version,
                });
            }
        }
        Err(UsageError(NO_MIRI.to_owned()).into())
    }

    /// What it comes to, of one test on a target. `None` for what it cannot choose by name: examples in documentation, and programs as a whole.
    pub(crate) async fn opinion(
        &self,
        test: &TestId,
        target: &Target,
        site: &BuildSite,
        limit: Duration,
    ) -> Option<MiriOpinion> {
        if test.name.is_empty() || test.program.kind == "doc" {
            return None;
        }
        let command = self.command(test, target, site);
        Some(match command.watch(limit, MAX_OUTPUT_OCTETS).await {
            Err(error) => MiriOpinion::CannotTell(error.to_string()),
            Ok(Watched { exit: None, .. }) => {
                let seconds = limit.as_secs();
                MiriOpinion::CannotTell(format!("it was still running after {seconds} s"))
            }
            Ok(watched) => read(&test.name, &watched.stdout, &watched.stderr),
        })
    }

    fn command(&self, test: &TestId, target: &Target, site: &BuildSite) -> Invocation {
        let arguments = site.arguments.without_choices();
        let command = Invocation::new(&self.program)
            .args(["miri", "test", "--target", &target.name])
            .args(site.manifest_path())
            .args(site.lock.option(&arguments.cargo))
            .args(["-p", &test.package])
            .args(test.program.option())
            .args(&arguments.cargo)
            .arg("--")
            .args(site.arguments.of_one_test())
            .args(["--exact", &test.name])
            .env("CARGO", &self.cargo)
            .env("CARGO_TARGET_DIR", site.project.built.join("miri"))
            .env("CARGO_TERM_COLOR", "never");
        let command = match site.host.variable(FLAGS.0) {
            Some(_) => command,
            None => command.env(FLAGS.0, FLAGS.1),
        };
        command.kill_with_parent(&site.host)
    }
}

/// `miri 0.1.0 (...)`
fn version(said: &str) -> Option<String> {
    let line = said.lines().next()?.trim();
    line.starts_with("miri ").then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_miri_calls_itself_so() {
        assert_eq!(
            version("miri 0.1.0 (e50a 2026)\n").as_deref(),
            Some("miri 0.1.0 (e50a 2026)")
        );
        assert_eq!(version("error: 'cargo-miri' is not installed\n"), None);
    }
}
