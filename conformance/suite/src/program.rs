//! Runs a program of tests, and finds out what came of each test, also when the program dies or hangs in the middle.

use std::collections::BTreeMap;
use std::time::Duration;

use cross::process::{Exit, Invocation, ProcessError, Watched};

use super::libtest::{self, Reading};
use super::outcome::Outcome;

/// The most that is kept of what a program prints.
const MOST_OUTPUT: usize = 16 << 20;

/// How many tests of a program that died are run again, each alone.
const MOST_ALONE: usize = 200;

/// libtest's status when a test failed.
const SOME_FAILED: i32 = 101;

/// A program of tests.
pub(super) struct Runnable {
    /// How it is started, with the user's arguments.
    pub(super) command: Invocation,
    /// What it may take.
    pub(super) limit: Duration,
}

/// What came of its tests, by name; that of the program as a whole under the empty name.
pub(super) type Outcomes = BTreeMap<String, Outcome>;

impl Runnable {
    /// Runs its tests but those that `excluded` gives a reason for; it is asked for their names first only where `may_exclude`.
    pub(super) async fn run(
        &self,
        may_exclude: bool,
        excluded: impl Fn(&str) -> Option<String>,
    ) -> Outcomes {
        let mut outcomes = Outcomes::new();
        let mut command = self.command.clone();
        if may_exclude && let Ok(names) = self.names().await {
            let why = |name: &String| Some((name.clone(), Outcome::Excluded(excluded(name)?)));
            outcomes.extend(names.iter().filter_map(why));
            if !outcomes.is_empty() {
                let left = names.iter().filter(|name| !outcomes.contains_key(*name));
                let left: Vec<_> = left.collect();
                if left.is_empty() {
                    return outcomes;
                }
                command = command.arg("--exact").args(left);
            }
        }
        let run = match command.watch(self.limit, MOST_OUTPUT).await {
            Ok(watched) => self.judge(watched).await,
            Err(error) => whole(Outcome::CouldNotRun(error.to_string())),
        };
        // What is excluded stays so, whatever ran.
        for (name, outcome) in run {
            outcomes.entry(name).or_insert(outcome);
        }
        outcomes
    }

    /// Has rustdoc run the examples of a crate. It takes a name with spaces for several, so that none can be left out: what is excluded runs all the same, and does not count.
    pub(super) async fn run_examples(&self, excluded: impl Fn(&str) -> Option<String>) -> Outcomes {
        let watched = match self.command.watch(self.limit, MOST_OUTPUT).await {
            Ok(watched) => watched,
            Err(error) => return whole(Outcome::CouldNotRun(error.to_string())),
        };
        let reading = libtest::read(&watched.stdout);
        let mut outcomes = reading.outcomes();
        for (name, outcome) in &mut outcomes {
            if let Some(why) = excluded(name) {
                *outcome = Outcome::Excluded(why);
            }
        }
        let is_over = matches!(watched.exit, Some(Exit::Code(0 | SOME_FAILED)));
        if !reading.is_whole || !is_over || reading.unreported() > 0 {
            let ended = match watched.exit {
                Some(_) => told(&watched),
                None => ending(&watched, self.limit),
            };
            let why = format!("rustdoc did not report every example: {ended}");
            outcomes.insert(String::new(), Outcome::CouldNotRun(why));
        }
        outcomes
    }

    async fn judge(&self, watched: Watched) -> Outcomes {
        let reading = libtest::read(&watched.stdout);
        if reading.announced.is_none() {
            return whole(alone(&watched, self.limit));
        }
        let mut outcomes = reading.outcomes();
        let came_to_its_end =
            reading.is_whole && matches!(watched.exit, Some(Exit::Code(0 | SOME_FAILED)));
        if came_to_its_end {
            if reading.unreported() > 0 {
                match self.unreported(&reading).await {
                    Ok(names) => outcomes.extend(reading.deduced(&names)),
                    Err(why) => drop(outcomes.insert(String::new(), Outcome::CouldNotRun(why))),
                }
            }
            let failed = |outcome: &Outcome| matches!(outcome, Outcome::Failed(_));
            if watched.exit == Some(Exit::Code(SOME_FAILED)) && !outcomes.values().any(failed) {
                outcomes.insert(String::new(), Outcome::Failed(told(&watched)));
            }
            return outcomes;
        }
        let unreported = match self.unreported(&reading).await {
            Ok(names) => names,
            Err(why) => {
                let why = format!("{}; {why}", ending(&watched, self.limit));
                outcomes.insert(String::new(), Outcome::CouldNotRun(why));
                return outcomes;
            }
        };
        if watched.exit.is_none() || watched.stdout.len() >= MOST_OUTPUT {
            let why = match watched.exit {
                None => ending(&watched, self.limit),
                Some(_) => format!("the program printed more than {MOST_OUTPUT} octets"),
            };
            let could_not_run = |name| (name, Outcome::CouldNotRun(why.clone()));
            outcomes.extend(unreported.into_iter().map(could_not_run));
            return outcomes;
        }
        let each = self.each_alone(&unreported, &watched).await;
        let is_found = each.values().any(|outcome| *outcome != Outcome::Passed);
        outcomes.extend(each);
        if !is_found {
            // Nobody is to blame alone: it is the whole that failed.
            let what = if unreported.is_empty() {
                "its tests were over"
            } else {
                "each test that it had not reported passes alone"
            };
            let said = format!("{what}\n{}", told(&watched));
            outcomes.insert(String::new(), Outcome::Failed(said));
        }
        outcomes
    }

    /// Runs each of these tests in a process of its own: the one that took the program down is found so, and the others get their result.
    async fn each_alone(&self, names: &[String], died: &Watched) -> Outcomes {
        let mut outcomes = Outcomes::new();
        for (number, name) in names.iter().enumerate() {
            let outcome = if number < MOST_ALONE {
                self.one_alone(name).await
            } else {
                Outcome::CouldNotRun(format!(
                    "the program {}; only {MOST_ALONE} tests are then run again alone",
                    ending(died, self.limit)
                ))
            };
            outcomes.insert(name.clone(), outcome);
        }
        outcomes
    }

    async fn one_alone(&self, name: &str) -> Outcome {
        let command = self.command.clone();
        let command = command.args(["--exact", name, "--nocapture", "--test-threads=1"]);
        match command.watch(self.limit, MOST_OUTPUT).await {
            Err(error) => Outcome::CouldNotRun(error.to_string()),
            Ok(watched) => match libtest::read(&watched.stdout).outcomes().remove(name) {
                Some(ignored @ Outcome::Ignored(_)) => ignored,
                _ => {
                    let own = libtest::of_one(&watched.stdout, name);
                    let watched = Watched {
                        stdout: own,
                        ..watched
                    };
                    alone(&watched, self.limit)
                }
            },
        }
    }

    /// The tests that it said nothing about.
    async fn unreported(&self, reading: &Reading) -> Result<Vec<String>, String> {
        let names = self.names().await.map_err(|error| {
            let count = reading.unreported();
            format!("{count} tests were not reported, and nobody knows which: {error}")
        })?;
        Ok(names
            .into_iter()
            .filter(|name| !reading.knows(name))
            .collect())
    }

    /// The names of its tests, as far as the user's arguments choose them; `None` where it does not answer as libtest does.
    pub(super) async fn listed(&self) -> Option<Vec<String>> {
        let said = self.listing().run(self.limit).await.ok()?;
        libtest::only_names(&said)
    }

    async fn names(&self) -> Result<Vec<String>, ProcessError> {
        Ok(libtest::names(&self.listing().run(self.limit).await?))
    }

    fn listing(&self) -> Invocation {
        self.command.clone().args(["--list", "--format", "terse"])
    }
}

/// What came of a process that was one test.
fn alone(watched: &Watched, limit: Duration) -> Outcome {
    match watched.exit {
        Some(Exit::Code(0)) => Outcome::Passed,
        Some(_) => Outcome::Failed(told(watched)),
        None => Outcome::CouldNotRun(ending(watched, limit)),
    }
}

fn whole(outcome: Outcome) -> Outcomes {
    [(String::new(), outcome)].into()
}

fn ending(watched: &Watched, limit: Duration) -> String {
    match watched.exit {
        Some(exit) => exit.to_string(),
        None => format!(
            "was still running after {} s and was killed (--limit gives it more)",
            limit.as_secs()
        ),
    }
}

/// How a process ended, where that is no test's usual failure, and what it said.
fn told(watched: &Watched) -> String {
    let unusual = watched.exit.filter(|exit| *exit != Exit::Code(SOME_FAILED));
    let exit = unusual.map(|exit| exit.to_string());
    let said = [
        exit.as_deref().unwrap_or_default(),
        &watched.stderr,
        &watched.stdout,
    ];
    let said = said
        .map(str::trim)
        .into_iter()
        .filter(|said| !said.is_empty());
    said.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program that is a script; `$*` are its arguments.
    async fn run(script: &str, excluded: Option<&str>) -> Vec<(String, Outcome)> {
        let runnable = Runnable {
            command: Invocation::new("/bin/sh").args(["-c", script, "tests"]),
            limit: Duration::from_secs(2),
        };
        let why = |name: &str| (Some(name) == excluded).then(|| "why".to_owned());
        runnable
            .run(excluded.is_some(), why)
            .await
            .into_iter()
            .collect()
    }

    fn of(name: &str, outcome: Outcome) -> (String, Outcome) {
        (name.to_owned(), outcome)
    }

    /// Of three tests one ends the process.
    const DIES: &str = "case \"$*\" in
        *--list*) echo 'a: test'; echo 'b: test'; echo 'c: test';;
        *'--exact b'*) echo 'running 1 test'; echo dying >&2; kill -ABRT $$;;
        *'--exact c'*) printf 'running 1 test\\ntest c ... ok\\ntest result: ok. 1 passed\\n';;
        *) printf 'running 3 tests\\ntest a ... ok\\n'; kill -ABRT $$;;
    esac";

    #[tokio::test]
    async fn the_test_that_takes_the_program_down_is_found_and_the_others_get_their_result() {
        assert_eq!(
            run(DIES, None).await,
            [
                of("a", Outcome::Passed),
                of(
                    "b",
                    Outcome::Failed("was killed by SIGABRT\ndying".to_owned())
                ),
                of("c", Outcome::Passed),
            ]
        );
    }

    #[tokio::test]
    async fn a_program_that_dies_though_each_test_passes_alone_is_no_pass() {
        let script = DIES.replace("echo dying >&2; kill -ABRT $$", "exit 0");
        let outcomes = run(&script, None).await;
        assert!(
            matches!(&outcomes[0], (name, Outcome::Failed(said))
            if name.is_empty() && said.contains("passes alone") && said.contains("SIGABRT")),
            "{outcomes:?}"
        );
        assert_eq!(outcomes.len(), 4);
    }

    #[tokio::test]
    async fn what_a_hanging_program_did_not_report_could_not_run() {
        let script = DIES.replace(
            "test a ... ok\\n'; kill -ABRT $$",
            "test a ... ok\\n'; exec sleep 1000",
        );
        let outcomes = run(&script, None).await;
        assert_eq!(outcomes[0], of("a", Outcome::Passed));
        let late = |outcome: &Outcome| matches!(outcome, Outcome::CouldNotRun(why) if why.contains("after 2 s"));
        assert!(late(&outcomes[1].1) && late(&outcomes[2].1), "{outcomes:?}");
    }

    #[tokio::test]
    async fn a_program_without_a_harness_is_one_test() {
        assert_eq!(run("echo fine", None).await, [of("", Outcome::Passed)]);
        assert_eq!(
            run("echo oh >&2; exit 3", None).await,
            [of(
                "",
                Outcome::Failed("exited with status 3\noh".to_owned())
            )]
        );
    }

    #[tokio::test]
    async fn excluded_tests_are_not_run() {
        let script = "case \"$*\" in
            *--list*) echo 'a: test'; echo 'b: test';;
            '--exact b') printf 'running 1 test\\ntest b ... ok\\ntest result: ok. 1 passed\\n';;
            *) exit 1;;
        esac";
        assert_eq!(
            run(script, Some("a")).await,
            [
                of("a", Outcome::Excluded("why".to_owned())),
                of("b", Outcome::Passed)
            ]
        );
    }
}
