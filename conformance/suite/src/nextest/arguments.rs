//! The arguments for the tests, in nextest's words. Pure.

/// The arguments for nextest itself, and those after its `--`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NextestArguments {
    pub(super) own: Vec<String>,
    pub(super) tests: Vec<String>,
}

/// An argument for which nextest has no equivalent.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("nextest has no `{arg}` for tests; --with cargo has")]
pub(crate) struct UnknownArgument {
    arg: String,
}

/// Translates libtest's arguments. Names, `--exact`, `--skip`, `--ignored` and `--include-ignored` mean the same to nextest. The number of threads is an option of nextest. Options about what is printed are dropped, since everything is kept and read.
///
/// # Errors
/// Any other option: other harnesses have options of their own.
pub(super) fn translated(args: &[String]) -> Result<NextestArguments, UnknownArgument> {
    let mut translated = NextestArguments::default();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let (option, value) = match arg.split_once('=') {
            Some((option, value)) if arg.starts_with("--") => (option, Some(value.to_owned())),
            _ => (arg.as_str(), None),
        };
        let mut value = || value.clone().or_else(|| args.next().cloned());
        match option {
            "--exact" | "--ignored" | "--include-ignored" => {
                // Nextest takes each of these once.
                if !translated.tests.contains(arg) {
                    translated.tests.push(arg.clone());
                }
            }
            "--skip" => {
                let value = value().unwrap_or_default();
                translated.tests.extend(["--skip".to_owned(), value]);
            }
            "--test-threads" => {
                let value = value().unwrap_or_default();
                translated.own.extend(["--test-threads".to_owned(), value]);
            }
            "--color" => drop(value()),
            "--nocapture" | "--no-capture" | "--show-output" => {}
            _ if option.starts_with('-') => return Err(UnknownArgument { arg: arg.clone() }),
            _ => translated.tests.push(arg.clone()),
        }
    }
    Ok(translated)
}

/// Whether nextest has an equivalent for each of the arguments for the tests.
///
/// # Errors
/// The first argument for which it has none.
pub(crate) fn understands(tests: &[String]) -> Result<(), UnknownArgument> {
    translated(tests).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn what_chooses_tests_is_passed_on_and_what_prints_is_not() {
        for (given, own, tests) in [
            ("", "", ""),
            ("name --exact other", "", "name --exact other"),
            ("--skip=a --skip b", "", "--skip a --skip b"),
            ("--ignored --ignored x", "", "--ignored x"),
            ("--test-threads=1 --nocapture x", "--test-threads 1", "x"),
            ("--color always --show-output", "", ""),
        ] {
            let expected = NextestArguments {
                own: words(own),
                tests: words(tests),
            };
            assert_eq!(translated(&words(given)), Ok(expected), "{given}");
        }
    }

    #[test]
    fn what_nextest_cannot_do_is_named() {
        for (given, named) in [
            ("--shuffle", "--shuffle"),
            ("a -Zunstable-options", "-Zunstable-options"),
            ("--report-time=x", "--report-time=x"),
        ] {
            let error = translated(&words(given)).unwrap_err().to_string();
            assert!(error.contains(&format!("`{named}`")), "{error}");
        }
    }
}
