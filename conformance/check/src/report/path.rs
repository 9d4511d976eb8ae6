//! Paths in reports.

use std::path::Path;

/// A path as the repository has it, where it is under the current folder: that is where code scanning looks.
pub(super) fn relative(path: &str) -> &str {
    let here = std::env::current_dir().unwrap_or_default();
    let inside = Path::new(path).strip_prefix(&here).ok();
    inside.and_then(Path::to_str).unwrap_or(path)
}
