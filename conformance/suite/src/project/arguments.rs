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

/// The options of cargo that choose packages, programs or tests, and the one that crossum always gives.
const CHOICES: [&str; 17] = [
    "-p",
    "--package",
    "--exclude",
    "--workspace",
    "--all",
    "--lib",
    "--bins",
    "--bin",
    "--tests",
    "--test",
    "--examples",
    "--example",
    "--benches",
    "--bench",
    "--all-targets",
    "--doc",
    "--no-fail-fast",
];

/// The options of cargo after which a word follows that belongs to them.
const WITH_WORD: [&str; 15] = [
    "-p",
    "--package",
    "--exclude",
    "--bin",
    "--test",
    "--example",
    "--bench",
    "-F",
    "--features",
    "--profile",
    "-j",
    "--jobs",
    "--color",
    "--config",
    "-Z",
];

/// The options of libtest that choose tests.
const TEST_CHOICES: [&str; 2] = ["--exact", "--skip"];

/// The options of libtest after which a word follows that belongs to them.
const TEST_WITH_WORD: [&str; 5] = [
    "--skip",
    "--test-threads",
    "--color",
    "--logfile",
    "--shuffle-seed",
];

/// The words that are options, each with the word that belongs to it, without the options that choose.
fn without_choices(words: &[String], choices: &[&str], with_word: &[&str]) -> Vec<String> {
    let mut left = Vec::new();
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        // `-pNAME` means `-p NAME`, and `--package=NAME` means `--package NAME`.
        let name = match word.strip_prefix("--") {
            Some(_) => word.split('=').next().unwrap_or(word),
            None => word.get(..2).unwrap_or(word),
        };
        let is_alone = name == word && with_word.contains(&name);
        let follows = words.next_if(|next| is_alone && !next.starts_with('-'));
        if name.starts_with('-') && !choices.contains(&name) {
            left.push(word.clone());
            left.extend(follows.cloned());
        }
    }
    left
}

impl Arguments {
    /// What of them is not a choice of packages, programs or tests: what a test that is chosen by its name needs to be built and run as it was (`--features`, `--release`, `--ignored`, ...).
    pub fn without_choices(&self) -> Arguments {
        Arguments {
            cargo: without_choices(&self.cargo, &CHOICES, &WITH_WORD),
            tests: without_choices(&self.tests, &TEST_CHOICES, &TEST_WITH_WORD),
        }
    }

    /// The arguments with which a program runs one test that is chosen by its name, in a process of its own: those of [`without_choices`](Self::without_choices) that say neither how many run at once nor what is shown.
    pub(crate) fn of_one_test(&self) -> Vec<String> {
        let shown = [
            "--test-threads",
            "--nocapture",
            "--no-capture",
            "--show-output",
        ];
        without_choices(&self.without_choices().tests, &shown, &TEST_WITH_WORD)
    }

    /// The packages that are named, and the arguments without them.
    pub(crate) fn packages_apart(&self) -> (Vec<String>, Vec<String>) {
        let (mut packages, mut others) = (Vec::new(), Vec::new());
        let mut words = self.cargo.iter();
        while let Some(word) = words.next() {
            let attached = word.strip_prefix("--package=");
            let attached = attached.or_else(|| match word.starts_with("--") {
                true => None,
                false => word.strip_prefix("-p").filter(|name| !name.is_empty()),
            });
            match (word.as_str(), attached) {
                (_, Some(name)) => packages.push(name.trim_start_matches('=').to_owned()),
                ("-p" | "--package", None) => packages.extend(words.next().cloned()),
                ("--exclude", None) => drop(words.next()),
                ("--workspace" | "--all", None) => {}
                _ if word.starts_with("--exclude=") => {}
                _ => others.push(word.clone()),
            }
        }
        (packages, others)
    }

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
    fn what_chooses_is_left_out_and_what_builds_stays() {
        for (words, expected) in [
            ("", ""),
            (
                "--features a,b --no-default-features --release -p x name",
                "--features a,b --no-default-features --release",
            ),
            (
                "-px --test it --lib --all-features --profile ci",
                "--all-features --profile ci",
            ),
            ("--test --bin=y -F a --workspace --exclude z", "-F a"),
            ("--package=x -j2 -j 2 --config k=v", "-j2 -j 2 --config k=v"),
            (
                "--lib -- name --exact --skip y --ignored --test-threads 1",
                "-- --ignored --test-threads 1",
            ),
        ] {
            let left = arguments(words).unwrap().without_choices();
            let mut found = left.cargo;
            if !left.tests.is_empty() {
                found.push("--".to_owned());
                found.extend(left.tests);
            }
            assert_eq!(found.join(" "), expected, "{words}");
        }
    }

    #[test]
    fn packages_are_taken_out_however_they_are_named() {
        for (words, packages, others) in [
            ("", "", ""),
            ("-p a -pb --package c --package=d name", "a b c d", "name"),
            (
                "--workspace --exclude a --exclude=b --release",
                "",
                "--release",
            ),
            ("--features -p", "", "--features"),
        ] {
            let (found, left) = arguments(words).unwrap().packages_apart();
            assert_eq!(
                (found.join(" "), left.join(" ")),
                (packages.to_owned(), others.to_owned()),
                "{words}"
            );
        }
    }

    #[test]
    fn one_test_gets_what_it_needs_to_run_and_nothing_that_chooses() {
        let given = arguments("-- name --skip x --ignored --test-threads 4 --nocapture").unwrap();
        assert_eq!(given.of_one_test(), ["--ignored"]);
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
