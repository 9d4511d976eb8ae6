//! Progress, on standard error: a bar on a terminal, a line a phase elsewhere.

use std::fmt::Display;
use std::io::{IsTerminal as _, Write as _};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// Where progress is told.
pub struct Progress {
    /// All that is drawn at a time, so that nothing is drawn over another.
    drawn: MultiProgress,
    on_terminal: bool,
    is_quiet: bool,
}

/// Lines below the bars of a terminal, drawn anew as they change. They are gone when it is dropped.
pub struct Picture {
    bar: ProgressBar,
    on_terminal: bool,
    is_quiet: bool,
}

/// The bar of one phase; clones are the same bar.
#[derive(Clone)]
pub struct Bar {
    bar: ProgressBar,
    on_terminal: bool,
    is_quiet: bool,
}

impl Progress {
    /// Told on standard error.
    pub fn on_stderr() -> Self {
        Progress {
            drawn: MultiProgress::new(),
            on_terminal: std::io::stderr().is_terminal(),
            is_quiet: false,
        }
    }

    /// Told nowhere: of what goes on beside a phase that is told.
    pub fn quiet() -> Self {
        Progress {
            drawn: MultiProgress::new(),
            on_terminal: false,
            is_quiet: true,
        }
    }

    /// A phase without steps, over when the bar is dropped.
    pub fn moment(&self, title: &'static str) -> Bar {
        let bar = self.phase(title, 0);
        if !self.on_terminal && !self.is_quiet {
            say(format_args!("{title}"));
        }
        bar
    }

    /// A picture, in which nothing is yet.
    pub fn picture(&self) -> Picture {
        let bar = match self.on_terminal {
            true => {
                let bar = self.drawn.add(ProgressBar::no_length());
                let style = ProgressStyle::with_template("{msg}");
                bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
                bar
            }
            false => ProgressBar::hidden(),
        };
        Picture {
            bar,
            on_terminal: self.on_terminal,
            is_quiet: self.is_quiet,
        }
    }

    /// A phase of so many steps. It is over when the last bar of it is dropped.
    pub fn phase(&self, title: &'static str, steps: usize) -> Bar {
        let bar = if self.on_terminal {
            let bar = ProgressBar::new(u64::try_from(steps).unwrap_or(u64::MAX));
            let bar = self.drawn.insert(0, bar);
            let style =
                ProgressStyle::with_template("{elapsed:>4} {prefix} {wide_bar} {pos}/{len} {msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.set_prefix(title);
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        } else {
            if steps > 0 && !self.is_quiet {
                say(format_args!("{title}: {steps}"));
            }
            ProgressBar::hidden()
        };
        Bar {
            bar,
            on_terminal: self.on_terminal,
            is_quiet: self.is_quiet,
        }
    }
}

/// Progress that nobody can read is no reason to stop.
fn say(line: std::fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

impl Picture {
    /// Draws these lines in place of those before.
    pub fn draw(&self, lines: impl Display) {
        self.bar.set_message(lines.to_string());
        self.bar.tick();
    }

    /// Says what is new, where there is no terminal to show it.
    pub fn log(&self, what: impl Display) {
        if !self.on_terminal && !self.is_quiet {
            say(format_args!("  {what}"));
        }
    }
}

impl Drop for Picture {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Bar {
    /// What it is at.
    pub fn at(&self, what: impl Display) {
        self.bar.set_message(what.to_string());
    }

    /// Says something that stays, on a line of its own, where there is no terminal to watch.
    pub fn say(&self, what: impl Display) {
        if self.on_terminal {
            self.bar.println(what.to_string());
        } else if !self.is_quiet {
            say(format_args!("  {what}"));
        }
    }

    /// Says where it is, where there is no terminal to show it: whoever reads a log wants to see that something goes on.
    pub fn log(&self, what: impl Display) {
        if !self.on_terminal && !self.is_quiet {
            say(format_args!("  {what}"));
        }
    }

    /// One step is done.
    pub fn done(&self) {
        self.bar.inc(1);
    }
}
