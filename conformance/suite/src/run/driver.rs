//! What runs the test programs that cargo has built.

use std::fmt;

use crate::build::BuildSite;
use crate::nextest::{self, Nextest};
use crate::project::UsageError;

/// What the user asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DriverChoice {
    /// Nextest where the project has a configuration for it, it is installed, and it understands the arguments. Else as cargo does.
    Auto,
    /// Nextest.
    Nextest,
    /// As `cargo test` does.
    Cargo,
}

/// What runs them.
#[derive(Clone, Debug)]
pub enum Driver {
    /// Each program runs its own tests.
    Libtest {
        /// Why nextest does not, where it is installed.
        instead: Option<String>,
    },
    /// Nextest runs each test.
    Nextest(Nextest),
}

/// Nextest was asked for, and is not installed.
const NO_NEXTEST: &str = "cargo-nextest is not here: `cargo install --locked cargo-nextest` installs it; --with cargo does without";

impl Driver {
    /// Finds what the user asks for.
    ///
    /// # Errors
    /// Nextest was asked for and is not installed. [`UsageError`] where it was asked for and does not know an argument, or where it does not accept the project's configuration.
    pub async fn choose(choice: DriverChoice, site: &BuildSite) -> anyhow::Result<Driver> {
        // Under emulation a process for each test costs many times more than one for a program.
        let is_left_out = choice == DriverChoice::Auto && !Nextest::is_configured(site);
        if choice == DriverChoice::Cargo || is_left_out {
            return Ok(Driver::Libtest { instead: None });
        }
        let Some(found) = Nextest::find(site).await else {
            anyhow::ensure!(choice == DriverChoice::Auto, NO_NEXTEST);
            return Ok(Driver::Libtest { instead: None });
        };
        match nextest::understands(&site.arguments.tests) {
            Err(error) if choice == DriverChoice::Nextest => {
                return Err(UsageError(error.to_string()).into());
            }
            Err(error) => {
                let instead = Some(error.to_string());
                return Ok(Driver::Libtest { instead });
            }
            Ok(()) => {}
        }
        found.check(site).await?;
        Ok(Driver::Nextest(found))
    }
}

/// `cargo-nextest 0.9.143`, `libtest`
impl fmt::Display for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Driver::Libtest { instead: None } => f.write_str("libtest"),
            Driver::Libtest { instead: Some(why) } => write!(f, "libtest ({why})"),
            Driver::Nextest(nextest) => write!(f, "cargo-nextest {}", nextest.version),
        }
    }
}
