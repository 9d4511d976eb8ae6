//! What the user gives to the tests, as far as nextest can do the same with it. Pure.

/// Nextest's own arguments, and those after its `--`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Args {
    pub(super) own: Vec<String>,
    pub(super) tests: Vec<String>,
}

/// An argument that nextest has no word for.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("nextest has no `{arg}` for tests; --with cargo has")]
pub struct Unknown {
    arg: String,
}

/// Reads libtest's arguments: names, `--exact`, `--skip`, `--ignored` and `--include-ignored` mean the same to nextest; the number of threads is an option of its own; what says how much is printed is dropped, since everything is kept and read.
///
/// # Errors
/// Anything else: other harnesses have options of their own.
pub(super) fn translated(args: &[String]) -> Result<Args, Unknown> {
    let mut translated = Args::default();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let (option, value) = match arg.split_once('=') {
            Some((option, value)) if arg.starts_with("--") => (option, Some(value.to_owned())),
            _ => (arg.as_str(), None),
        };
        let mut value = || value.clone().or_else(|| args.next().cloned());
        match option {
            "--exact" | "--ignored" | "--include-ignored" => {
                // Once is enough, and more is an error.
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
            _ if option.starts_with('-') => return Err(Unknown { arg: arg.clone() }),
            _ => translated.tests.push(arg.clone()),
        }
    }
    Ok(translated)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn what_chooses_tests_is_given_on_and_what_prints_is_not() {
        for (given, own, tests) in [
            ("", "", ""),
            ("name --exact other", "", "name --exact other"),
            ("--skip=a --skip b", "", "--skip a --skip b"),
            ("--ignored --ignored x", "", "--ignored x"),
            ("--test-threads=1 --nocapture x", "--test-threads 1", "x"),
            ("--color always --show-output", "", ""),
        ] {
            let expected = Args {
                own: words(own),
                tests: words(tests),
            };
            assert_eq!(translated(&words(given)), Ok(expected), "{given}");
        }
    }

    #[test]
    fn what_nextest_cannot_do_is_told() {
        for (given, told) in [
            ("--shuffle", "--shuffle"),
            ("a -Zunstable-options", "-Zunstable-options"),
            ("--report-time=x", "--report-time=x"),
        ] {
            let error = translated(&words(given)).unwrap_err().to_string();
            assert!(error.contains(&format!("`{told}`")), "{error}");
        }
    }
}
