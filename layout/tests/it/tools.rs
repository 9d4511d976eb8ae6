//! Tools that a test wanted and did not find: said plainly, and a failure where all of them must be there.

use std::io::Write as _;

/// The variable that says whether every tool is here that a test may need.
const TOOLS: &str = "CROSSUM_TEST_TOOLS";

/// Says what a test did not try because something is missing on this machine.
///
/// # Panics
/// `$CROSSUM_TEST_TOOLS` is `all`: then nothing may be missing.
pub(crate) fn not_tried(what: &[String]) {
    if what.is_empty() {
        return;
    }
    let what = what.join("\n");
    assert_ne!(
        std::env::var(TOOLS).as_deref(),
        Ok("all"),
        "{TOOLS}=all says that every tool is here, and this could not be tried:\n{what}"
    );
    // The harness hides what a test that passes prints by `println!`. It does not hide this.
    let _ = writeln!(std::io::stderr(), "not tried: {what}");
}
