//! What a probe answers: a thing and where it was found, or what is missing and how to get it.

use std::fmt;
use std::path::PathBuf;

/// A thing that was found; it remembers where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<T> {
    /// The thing.
    pub value: T,
    /// Where it was found.
    pub origin: Origin,
}

/// Where something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An environment variable named it.
    Variable(String),
    /// A line of a project's settings named it.
    Settings(PathBuf, usize),
    /// It stands on the search path, there.
    Path(PathBuf),
    /// The distribution installed it there.
    Distribution(PathBuf),
    /// A Rust toolchain brought it.
    Toolchain(String),
    /// It was built before and kept there.
    Cache(PathBuf),
    /// This machine is such a machine.
    Native,
}

/// What was looked for in vain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no {what}: {}", self.explanation())]
pub struct Missing {
    /// What is missing, such as `C compiler for s390x-unknown-linux-gnu`.
    pub what: String,
    /// Where it was looked for, in order.
    pub looked: Vec<String>,
    /// How to get it.
    pub remedy: Remedy,
}

/// What brings a missing thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Debian's packages.
    Packages(Vec<String>),
    /// `crossum setup --with` this.
    Setup(&'static str),
    /// Whoever named it is to name it otherwise.
    Correct,
    /// Nothing: there is no such thing, and why.
    Nothing(String),
}

/// What a probe answers.
pub type Finding<T> = Result<Found<T>, Missing>;

impl<T> Found<T> {
    /// The same find, seen otherwise.
    pub fn map<U>(self, see: impl FnOnce(T) -> U) -> Found<U> {
        Found {
            value: see(self.value),
            origin: self.origin,
        }
    }
}

impl Missing {
    fn explanation(&self) -> String {
        match &self.remedy {
            Remedy::Nothing(why) => why.clone(),
            Remedy::Correct => format!("looked at {}", self.looked.join(", ")),
            Remedy::Setup(with) => format!(
                "looked at {}; `crossum setup --with {with}` brings it",
                self.looked.join(", ")
            ),
            Remedy::Packages(packages) => {
                format!(
                    "looked at {}; Debian's {} brings it",
                    self.looked.join(", "),
                    packages.join(" ")
                )
            }
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Variable(name) => write!(f, "${name}"),
            Origin::Settings(file, line) => write!(f, "{}:{line}", file.display()),
            Origin::Path(path) | Origin::Distribution(path) => write!(f, "{}", path.display()),
            Origin::Toolchain(name) => write!(f, "{name}"),
            Origin::Cache(path) => write!(f, "{} (built here)", path.display()),
            Origin::Native => f.write_str("this machine"),
        }
    }
}
