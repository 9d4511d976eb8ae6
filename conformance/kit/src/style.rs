//! The colours of reports for people. They are written as escapes, which `anstream` takes out where the output is no terminal that wants them; so what a colour says, a word says too.

use anstyle::{AnsiColor, Style};

/// What is as it should be.
pub const GOOD: Style = AnsiColor::Green.on_default();

/// What is not.
pub const BAD: Style = AnsiColor::Red.on_default().bold();

/// What is not known, or needs a look.
pub const UNKNOWN: Style = AnsiColor::Yellow.on_default().bold();

/// Titles and heads.
pub const STRONG: Style = Style::new().bold();

/// What can be passed over.
pub const DIM: Style = Style::new().dimmed();
