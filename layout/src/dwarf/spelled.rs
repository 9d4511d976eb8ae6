//! How a type is spelled.

use std::sync::Arc;

/// The name of a type as its source has it, and the sign of the integer that it is.
#[derive(Clone, Debug)]
pub(super) struct Spelled {
    pub(super) name: Arc<str>,
    pub(super) signed: Option<bool>,
}
