//! What a program wrote to standard error: its first lines, which say what happened (`fatal error: ...`), and its last, which say where.

use std::collections::VecDeque;

use kit::lines::printable;

/// How many of the first lines are kept, and how many of the last.
const FIRST: usize = 4;
const LAST: usize = 8;

/// The first and the last lines.
#[derive(Clone, Debug, Default)]
pub(crate) struct Complaints {
    first: Vec<String>,
    last: VecDeque<String>,
    /// How many lines between them were not kept.
    left_out: usize,
}

impl Complaints {
    /// Of a whole text.
    pub(crate) fn of(text: &str) -> Complaints {
        let mut complaints = Complaints::default();
        for line in text.lines() {
            complaints.keep(line.as_bytes());
        }
        complaints
    }

    /// Keeps a line, or forgets one that is neither among the first nor among the last.
    pub(crate) fn keep(&mut self, line: &[u8]) {
        let line = in_own_words(printable(line));
        if self.first.len() < FIRST {
            self.first.push(line);
            return;
        }
        self.last.push_back(line);
        if self.last.len() > LAST {
            self.last.pop_front();
            self.left_out += 1;
        }
    }

    /// Each line, indented, on a line of its own; nothing where there is none.
    pub(crate) fn told(&self) -> String {
        let left_out = (self.left_out > 0).then(|| format!("... {} lines ...", self.left_out));
        let lines = self.first.iter().chain(&left_out).chain(&self.last);
        lines.map(|line| format!("\n    {line}")).collect()
    }
}

/// A participant is started by `setpriv`, so that the kernel ends it with us. Nobody who reads of a program that cannot be started knows that.
fn in_own_words(line: String) -> String {
    match line.strip_prefix("setpriv: failed to execute ") {
        Some(what) => format!("cannot be started: {what}"),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_lines_are_told_and_how_many_are_not() {
        let text =
            |lines: usize| -> String { (1..=lines).map(|line| format!("line {line}\n")).collect() };
        assert_eq!(Complaints::of("").told(), "");
        assert_eq!(Complaints::of("a\nb\n").told(), "\n    a\n    b");
        assert_eq!(Complaints::of(&text(12)).told().lines().count(), 13);
        let told = Complaints::of(&text(100)).told();
        let lines: Vec<&str> = told.lines().map(str::trim).collect();
        assert_eq!(lines.len(), 1 + FIRST + 1 + LAST);
        assert_eq!(
            (lines[1], lines[4], lines[5], lines[6], lines[13]),
            (
                "line 1",
                "line 4",
                "... 88 lines ...",
                "line 93",
                "line 100"
            )
        );
    }

    #[test]
    fn nobody_has_to_know_who_starts_a_program() {
        let line = "setpriv: failed to execute pyhton3: No such file or directory";
        let told = Complaints::of(line).told();
        assert_eq!(
            told,
            "\n    cannot be started: pyhton3: No such file or directory"
        );
    }
}
