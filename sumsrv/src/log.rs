//! The log. It goes to standard error, which the contract leaves free. RUST_LOG sets its levels.

use std::{env, io};

use clap::ValueEnum;
use tracing::{level_filters::LevelFilter, warn};
use tracing_subscriber::{Layer, filter::Targets, fmt, prelude::*, registry};

/// How the log is written.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    /// Lines for people.
    Text,
    /// A JSON object a line.
    Json,
}

/// Starts logging: warnings and errors, unless RUST_LOG says otherwise.
pub(crate) fn start(format: Format) {
    let asked = env::var("RUST_LOG").unwrap_or_default();
    let (levels, wrong) = levels(&asked);
    let log = fmt::layer().with_writer(io::stderr).with_ansi(false);
    let log = match format {
        Format::Text => log.boxed(),
        Format::Json => log.json().flatten_event(true).boxed(),
    };
    registry().with(log.with_filter(levels)).init();
    if wrong {
        warn!(
            RUST_LOG = asked,
            "not understood: write a level, or TARGET=LEVEL,..."
        );
    }
}

/// The levels that `RUST_LOG` asks for, and whether it cannot be understood.
///
/// Levels can be set for modules, not for fields. Filters on fields need regular expressions, which would add three quarters of a megabyte to each participant.
fn levels(asked: &str) -> (Targets, bool) {
    let default = || Targets::new().with_default(LevelFilter::WARN);
    if asked.is_empty() {
        return (default(), false);
    }
    match asked.parse::<Targets>() {
        Ok(levels) if levels.default_level().is_none() => {
            (levels.with_default(LevelFilter::WARN), false)
        }
        Ok(levels) => (levels, false),
        Err(_) => (default(), true),
    }
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn levels_are_read_and_warnings_are_the_default() {
        for (asked, of_ours, of_others, expected) in [
            ("", Level::WARN, Level::WARN, false),
            ("info", Level::INFO, Level::INFO, false),
            ("sumsrv=debug", Level::DEBUG, Level::WARN, false),
            ("error,sumsrv=trace", Level::TRACE, Level::ERROR, false),
            ("sumsrv=loud", Level::WARN, Level::WARN, true),
        ] {
            let (levels, wrong) = levels(asked);
            assert_eq!(wrong, expected, "{asked:?}");
            for (target, max) in [("sumsrv::serve", of_ours), ("other", of_others)] {
                for level in [
                    Level::ERROR,
                    Level::WARN,
                    Level::INFO,
                    Level::DEBUG,
                    Level::TRACE,
                ] {
                    assert_eq!(
                        levels.would_enable(target, &level),
                        level <= max,
                        "{asked:?} {target} {level}"
                    );
                }
            }
        }
    }
}
