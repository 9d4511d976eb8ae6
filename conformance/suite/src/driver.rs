//! What runs the test programs that cargo has built.

use std::fmt;

use super::build::Site;
use super::nextest::{self, Nextest, Unknown};

/// What the user asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum With {
    /// Nextest where it is installed and can do it, else as cargo does.
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
        /// Why nextest does not, where it is here.
        instead: Option<String>,
    },
    /// Nextest runs each test.
    Nextest(Nextest),
}

/// Nextest was asked for, and cannot do what else was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Impossible {
    /// It is not installed.
    #[error(
        "cargo-nextest is not here: `cargo install --locked cargo-nextest` installs it; --with cargo does without"
    )]
    Missing,
    /// It does not know an argument.
    #[error(transparent)]
    Unknown(#[from] Unknown),
}

impl Driver {
    /// Chooses.
    ///
    /// # Errors
    /// [`Impossible`], where nextest was asked for; [`nextest::Misconfigured`], where it does not take the project's configuration.
    pub async fn choose(with: With, site: &Site) -> anyhow::Result<Driver> {
        if with == With::Cargo {
            return Ok(Driver::Libtest { instead: None });
        }
        let Some(found) = Nextest::find(site).await else {
            return match with {
                With::Nextest => Err(Impossible::Missing.into()),
                _ => Ok(Driver::Libtest { instead: None }),
            };
        };
        match nextest::understands(&site.args.tests) {
            Err(error) if with == With::Nextest => return Err(Impossible::from(error).into()),
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
