//! What only the user can mend.

/// The command line, the project or its configuration cannot be used. With the reason.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(pub String);
