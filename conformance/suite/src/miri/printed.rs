//! What Miri prints, as Rust 1.97 has it. Pure.

use crate::libtest::outcomes;
use crate::results::{MiriOpinion, TestOutcome};

/// Its words before it says which operation has no meaning.
const UNDEFINED: &str = "error: Undefined Behavior: ";

/// Its words before it says what it does not know.
const UNSUPPORTED: &str = "error: unsupported operation: ";

/// Its words where the program ends itself, or waits for ever.
const ENDED: [&str; 3] = [
    "error: abnormal termination",
    "error: the evaluated program",
    "error: a thread deadlocked",
];

/// Reads what `cargo miri test` printed when it ran this one test.
pub(super) fn read(test: &str, stdout: &str, stderr: &str) -> MiriOpinion {
    let lines = || stderr.lines().chain(stdout.lines()).map(str::trim);
    let after = |words: &str| lines().find_map(|line| line.strip_prefix(words));
    if let Some(what) = after(UNDEFINED) {
        return MiriOpinion::Undefined(what.to_owned());
    }
    if let Some(what) = after(UNSUPPORTED) {
        return MiriOpinion::CannotTell(what.to_owned());
    }
    if lines().any(|line| ENDED.iter().any(|words| line.starts_with(words))) {
        return MiriOpinion::Fails;
    }
    match outcomes(stdout).remove(test) {
        Some(TestOutcome::Passed) => MiriOpinion::Passes,
        Some(TestOutcome::Failed(_)) => MiriOpinion::Fails,
        _ => {
            // `cargo miri` itself says `fatal error`.
            let is_error =
                |line: &&str| line.starts_with("error") || line.starts_with("fatal error");
            let said = lines().find(is_error).unwrap_or("it did not run the test");
            let bring = match said.contains("Rust source directory") {
                true => "; `rustup component add rust-src` for its toolchain brings it",
                false => "",
            };
            MiriOpinion::CannotTell(format!("{}{bring}", said.trim_end_matches('.')))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_miri_prints_is_read() {
        const PASSED: &str =
            "\nrunning 1 test\ntest reads ... ok\n\ntest result: ok. 1 passed; 0 failed\n";
        const FAILED: &str = "\nrunning 1 test\ntest reads ... FAILED\n\nfailures:\n\n---- reads stdout ----\nleft: 1\n\nfailures:\n    reads\n\ntest result: FAILED. 0 passed; 1 failed\n";
        const BEGUN: &str = "\nrunning 1 test\ntest reads ... ";
        let undefined = "memory access failed: attempting to access 8 bytes";
        let unsupported = "can't call foreign function `dlopen` on OS `linux`";
        for (stdout, stderr, expected) in [
            (PASSED, "", MiriOpinion::Passes),
            (
                FAILED,
                "error: test failed, to rerun pass `--lib`\n",
                MiriOpinion::Fails,
            ),
            (
                BEGUN,
                &*format!("error: Undefined Behavior: {undefined}\n --> src/lib.rs:9:5\n"),
                MiriOpinion::Undefined(undefined.to_owned()),
            ),
            (
                BEGUN,
                &*format!("error: unsupported operation: {unsupported}\n"),
                MiriOpinion::CannotTell(unsupported.to_owned()),
            ),
            (
                BEGUN,
                "error: abnormal termination: the program aborted execution\n",
                MiriOpinion::Fails,
            ),
            (
                "",
                "   Compiling x\nerror: could not compile `x` (lib)\n",
                MiriOpinion::CannotTell("error: could not compile `x` (lib)".to_owned()),
            ),
            (
                "",
                "fatal error: given Rust source directory `/rust/lib` does not exist.\n",
                MiriOpinion::CannotTell("fatal error: given Rust source directory `/rust/lib` does not exist; `rustup component add rust-src` for its toolchain brings it".to_owned()),
            ),
            (
                "\nrunning 0 tests\n",
                "",
                MiriOpinion::CannotTell("it did not run the test".to_owned()),
            ),
        ] {
            assert_eq!(read("reads", stdout, stderr), expected, "{stderr}");
        }
    }
}
