//! One cargo builds the tests for several targets, before each target's own cargo looks at what was built.
//!
//! Near the end of a build for one target cores are idle: the last crates wait for each other, and a linker for nobody. With several targets there is always something else to compile. What comes of it does not count: where something does not compile, or cargo unites features of several targets that one alone would not have, the target's own cargo builds what is missing and says what is wrong.

use cross::Target;
use cross::compiler::Linker;
use cross::rust_std::RustStd;

use super::site::{BUILD_TIMEOUT, BuildSite, MAX_MESSAGE_OCTETS};
use crate::project::Excludes;

/// A target for which everything is here that a build takes.
pub(crate) struct Ahead<'a> {
    /// The target.
    pub(crate) target: &'a Target,
    /// Its standard library.
    pub(crate) std: RustStd,
    /// What links its programs.
    pub(crate) linker: Linker,
    /// What the project excludes there.
    pub(crate) excludes: Excludes,
}

impl BuildSite {
    /// Builds the tests of the first target, and in the same cargo those of the others that want the same toolchain and the same packages. With fewer than two such targets nothing is done.
    ///
    /// # Errors
    /// Cargo cannot be started. That it fails is no error.
    pub(crate) async fn build_ahead(&self, targets: &[Ahead<'_>]) -> anyhow::Result<()> {
        let packages = |one: &Ahead<'_>| {
            let excluded = |package: &str| one.excludes.package(package).is_some();
            self.project.without(excluded, &self.arguments.cargo)
        };
        let Some((toolchain, Some(chosen))) = targets
            .first()
            .map(|first| (&first.std.toolchain, packages(first)))
        else {
            return Ok(());
        };
        let is_alike = |one: &&Ahead<'_>| {
            one.std.toolchain == *toolchain && packages(one).as_ref() == Some(&chosen)
        };
        let alike: Vec<_> = targets.iter().filter(is_alike).collect();
        if alike.len() < 2 {
            return Ok(());
        }
        let arguments = &self.arguments.cargo;
        let mut cargo = self
            .cargo_test(toolchain, chosen.clone(), arguments)
            .arg("--no-run");
        // Nothing is started, and so nothing is recorded.
        let records = self.scratch.path();
        for one in alike {
            cargo = cargo.args(["--target", &one.target.name]);
            for (key, value) in self.variables(one.target, &one.std, &one.linker, records)? {
                cargo = cargo.env(&key, value);
            }
        }
        let cargo = cargo.kill_with_parent(&self.host);
        cargo.watch(BUILD_TIMEOUT, MAX_MESSAGE_OCTETS).await?;
        Ok(())
    }
}
