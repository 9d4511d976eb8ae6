//! What Miri comes to, of a test that fails. Pure.
//!
//! Miri interprets what Rust means on a machine. No emulator, no linker and no C library of that machine takes part.

/// What Miri comes to, of a test that fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MiriOpinion {
    /// It passes.
    Passes,
    /// It fails, too.
    Fails,
    /// What it does has no meaning in Rust. With Miri's words.
    Undefined(String),
    /// Miri cannot run it. With the reason.
    CannotTell(String),
}

impl MiriOpinion {
    /// Whether the test fails without any emulator.
    pub fn is_against_the_test(&self) -> bool {
        matches!(self, MiriOpinion::Fails | MiriOpinion::Undefined(_))
    }

    /// For people, as if it ran on the target of this short name: `passes this test as s390x`.
    pub fn told(&self, target: &str) -> String {
        match self {
            MiriOpinion::Passes => format!("passes this test as {target}"),
            MiriOpinion::Fails => format!("fails this test as {target}, too"),
            MiriOpinion::Undefined(what) => format!("undefined behaviour as {target}: {what}"),
            MiriOpinion::CannotTell(why) => format!("cannot tell as {target}: {why}"),
        }
    }

    /// The word for it in machine-readable reports.
    pub fn word(&self) -> &'static str {
        match self {
            MiriOpinion::Passes => "passed",
            MiriOpinion::Fails => "failed",
            MiriOpinion::Undefined(_) => "undefined-behaviour",
            MiriOpinion::CannotTell(_) => "could-not-run",
        }
    }
}
