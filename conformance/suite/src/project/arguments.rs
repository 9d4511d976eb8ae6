//! The arguments that `crossum test` passes on: to `cargo test`, and after a second `--` to the tests.

/// The arguments, in their two parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arguments {
    /// Those of cargo.
    pub cargo: Vec<String>,
    /// Those of the tests.
    pub tests: Vec<String>,
}

/// An argument with which `crossum test` cannot work.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{arg}` cannot be given on: {why}")]
pub struct RefusedArgument {
    arg: String,
    why: &'static str,
}

/// Those of cargo that are refused, each with the reason.
const CARGO: [(&str, &str); 8] = [
    ("--target", "crossum gives it; choose with --targets"),
    ("--target-dir", "crossum builds in a folder of its own"),
    ("--manifest-path", "give it to crossum, before the `--`"),
    ("--message-format", "crossum reads what cargo prints"),
    ("--no-run", "crossum runs what it builds"),
    ("--quiet", "crossum reads what the tests print"),
    ("-q", "crossum reads what the tests print"),
    ("--help", "ask `cargo test --help`"),
];

/// Those of the tests that are refused, each with the reason.
const TESTS: [(&str, &str); 5] = [
    ("--list", "crossum runs tests"),
    ("--format", "crossum reads what the tests print"),
    ("--quiet", "crossum reads what the tests print"),
    ("-q", "crossum reads what the tests print"),
    ("--help", "it runs no test"),
];

impl Arguments {
    /// Splits what stands after `crossum test --`.
    ///
    /// # Errors
    /// One of them is refused.
    pub fn split(words: &[String]) -> Result<Arguments, RefusedArgument> {
        let mut halves = words.splitn(2, |word| word == "--");
        let mut half = || halves.next().unwrap_or_default().to_vec();
        let arguments = Arguments {
            cargo: half(),
            tests: half(),
        };
        refuse(&arguments.cargo, &CARGO)?;
        refuse(&arguments.tests, &TESTS)?;
        Ok(arguments)
    }

    /// Whether the examples in the documentation are among the programs that are asked for.
    pub fn ask_for_doctests(&self) -> bool {
        const OTHERS: [&str; 9] = [
            "--lib",
            "--bins",
            "--bin",
            "--tests",
            "--test",
            "--examples",
            "--example",
            "--benches",
            "--all-targets",
        ];
        let other = |arg: &String| {
            let name = arg.split('=').next().unwrap_or(arg);
            OTHERS.contains(&name) || name == "--bench"
        };
        !self.cargo.iter().any(other)
    }
}

fn refuse(args: &[String], refused: &[(&str, &'static str)]) -> Result<(), RefusedArgument> {
    for arg in args {
        let name = arg.split('=').next().unwrap_or(arg);
        if let Some((_, why)) = refused.iter().find(|(refused, _)| *refused == name) {
            let arg = arg.clone();
            return Err(RefusedArgument { arg, why });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(words: &str) -> Result<Arguments, RefusedArgument> {
        let words: Vec<_> = words.split_whitespace().map(str::to_owned).collect();
        Arguments::split(&words)
    }

    #[test]
    fn cargos_come_first_and_the_tests_after_a_second_dash() {
        let both = arguments("-p x --features a -- --skip y -- z").unwrap();
        assert_eq!(both.cargo.join(" "), "-p x --features a");
        assert_eq!(both.tests.join(" "), "--skip y -- z");
        assert_eq!(arguments("").unwrap(), Arguments::default());
    }

    #[test]
    fn what_would_spoil_the_work_is_refused_with_the_reason() {
        for (words, message) in [
            (
                "--target=x",
                "`--target=x` cannot be given on: crossum gives it; choose with --targets",
            ),
            (
                "--no-run",
                "`--no-run` cannot be given on: crossum runs what it builds",
            ),
            (
                "-- -q",
                "`-q` cannot be given on: crossum reads what the tests print",
            ),
        ] {
            assert_eq!(arguments(words).unwrap_err().to_string(), message);
        }
        assert!(arguments("-- --target").is_ok(), "it is the tests' own");
    }

    #[test]
    fn doctests_are_asked_for_unless_something_else_is() {
        for (words, asked) in [
            ("", true),
            ("--doc", true),
            ("-p x name", true),
            ("--lib", false),
            ("--test=it", false),
        ] {
            assert_eq!(
                arguments(words).unwrap().ask_for_doctests(),
                asked,
                "{words}"
            );
        }
    }
}
