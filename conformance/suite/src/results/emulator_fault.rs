//! What an emulator does wrong, and whether a failing test may come from it. Pure.

/// Something that the emulator of a target was seen to do wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmulatorFault {
    /// What it does, after its name: `multiplies f32 pairs wrongly`.
    pub what: String,
    /// What was seen: `0.05 for 2.4`, or how the program ended.
    pub observed: String,
    /// What a test may print that fails for this reason.
    pub signs: Signs,
}

/// By what a failure is recognised that may come from a fault of the emulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signs {
    /// The program ended in the same way.
    SameEnd,
    /// It is about numbers with a fraction.
    Fraction,
    /// One of these is printed.
    Words(&'static [&'static str]),
    /// A program that is not there ends with status 127: that is printed, or the calls of the system show it.
    MissingProgram,
}

/// What other emulators come to, of a test that fails. None of them was seen to have a fault like this failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecondOpinion {
    /// This one passes it.
    Passes(String),
    /// None of these passes it.
    Fails(String),
}

impl EmulatorFault {
    /// Whether a test that printed this may have failed for that reason.
    pub fn may_explain(&self, printed: &str) -> bool {
        match self.signs {
            Signs::SameEnd => printed.contains(&self.observed),
            Signs::Fraction => has_fraction(printed),
            Signs::Words(words) => has_any(printed, words),
            Signs::MissingProgram => {
                has_any(printed, &["unix_wait_status(32512)", "exit status: 127"])
            }
        }
    }
}

fn has_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// `0.05`, and not `1.2.3` or `src/lib.rs:1:5`.
fn has_fraction(text: &str) -> bool {
    let is_number = |word: &str| word.contains('.') && word.parse::<f64>().is_ok();
    let border = |c: char| !(c.is_ascii_digit() || c == '.');
    let words = text.split(border).map(|word| word.trim_matches('.'));
    words.into_iter().any(is_number)
}

/// An emulator as people call it: `QEMU 7.2.22` for `qemu-s390x-static 7.2.22`.
pub(crate) fn emulator_name(runner: &str) -> String {
    let mut words = runner.split(' ');
    match (words.next(), words.next()) {
        (Some(program), Some(version)) if program.starts_with("qemu-") => format!("QEMU {version}"),
        _ => runner.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_explains_only_what_looks_like_it() {
        let wrong = EmulatorFault {
            what: String::new(),
            observed: "0.05 for 2.4".to_owned(),
            signs: Signs::Fraction,
        };
        let killed = EmulatorFault {
            observed: "was killed by SIGILL".to_owned(),
            signs: Signs::SameEnd,
            ..wrong.clone()
        };
        let worded = EmulatorFault {
            signs: Signs::Words(&["Uncategorized", "error 111"]),
            ..wrong.clone()
        };
        assert!(worded.may_explain("kind: Uncategorized"));
        assert!(!worded.may_explain("left: 0.05"));
        for (printed, by_wrong, by_killed) in [
            ("left: 0.05\n right: 2.4", true, false),
            ("got 1.5e3, wanted 2", true, false),
            ("was killed by SIGILL\n", false, true),
            ("was killed by SIGSEGV", false, false),
            (
                "panicked at src/lib.rs:9:5:\nleft: 256\nversion 1.2.3",
                false,
                false,
            ),
        ] {
            assert_eq!(wrong.may_explain(printed), by_wrong, "{printed}");
            assert_eq!(killed.may_explain(printed), by_killed, "{printed}");
        }
    }

    #[test]
    fn an_emulator_has_a_name_for_people() {
        assert_eq!(emulator_name("qemu-s390x-static 7.2.22"), "QEMU 7.2.22");
        assert_eq!(
            emulator_name("ssh board1 (Linux 6.6)"),
            "ssh board1 (Linux 6.6)"
        );
    }
}
