//! What the user has and gives: the cargo project, the arguments for cargo and for the tests, and the tests that are excluded.

mod arguments;
mod cargo_project;
mod exclude;
mod toolchains;
mod usage;

pub use arguments::{Arguments, RefusedArgument};
pub(crate) use cargo_project::LockFile;
pub use cargo_project::Project;
pub use exclude::Excludes;
pub use toolchains::Toolchains;
pub use usage::UsageError;
