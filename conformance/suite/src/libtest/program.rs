//! Runs a program of tests and finds out what came of each test, even when the program dies or hangs in the middle.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use cross::process::{Exit, Invocation, ProcessError, Watched};

use super::listing;
use super::output::{self, Transcript};
use super::single::printed_by;
use crate::build::ProcessKind;
use crate::results::{SecondOpinion, TestOutcome};

/// The most that is kept of what a program prints, in octets.
const MAX_OUTPUT_OCTETS: usize = 16 << 20;

/// How many tests of a program that died are run again, each alone.
const MAX_TESTS_ALONE: usize = 200;

/// The exit status of libtest when a test failed.
const SOME_FAILED: i32 = 101;

/// A program of tests, ready to be started, or rustdoc with the examples of a crate.
#[derive(Clone)]
pub(crate) struct Runnable {
    /// Which of the two.
    pub(crate) what: ProcessKind,
    /// The command that starts it, with the user's arguments.
    pub(crate) command: Invocation,
    /// The same for one test that is chosen by its name: without the arguments that choose tests or say how many run at once.
    pub(crate) alone: Invocation,
    /// The same, started by other emulators of this machine, each with its name.
    pub(crate) by_others: Vec<(String, Invocation)>,
    /// The same program in this machine's network and in the project itself, where it runs in others.
    pub(crate) outside: Option<Box<Runnable>>,
    /// The longest time that it may take.
    pub(crate) limit: Duration,
}

/// What came of a program's tests, by name. The empty name stands for the program as a whole.
pub(crate) type Outcomes = BTreeMap<String, TestOutcome>;

impl Runnable {
    /// Runs its tests, except those for which `excluded` gives a reason. Where `may_exclude`, the program is asked for the names of its tests first.
    pub(crate) async fn run(
        &self,
        may_exclude: bool,
        excluded: impl Fn(&str) -> Option<String>,
    ) -> Outcomes {
        let mut outcomes = Outcomes::new();
        let mut command = self.command.clone();
        if may_exclude && let Ok(names) = self.names().await {
            let why = |name: &String| Some((name.clone(), TestOutcome::Excluded(excluded(name)?)));
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
        let run = match command.watch(self.limit, MAX_OUTPUT_OCTETS).await {
            Ok(watched) => self.judge(watched).await,
            Err(error) => whole(TestOutcome::CouldNotRun(error.to_string())),
        };
        // An excluded test stays excluded, whatever ran.
        for (name, outcome) in run {
            outcomes.entry(name).or_insert(outcome);
        }
        outcomes
    }

    /// Runs the examples of a crate by rustdoc. rustdoc takes a name with spaces for several names, so no example can be left out: excluded ones run, and do not count.
    pub(crate) async fn run_examples(&self, excluded: impl Fn(&str) -> Option<String>) -> Outcomes {
        let watched = match self.command.watch(self.limit, MAX_OUTPUT_OCTETS).await {
            Ok(watched) => watched,
            Err(error) => return whole(TestOutcome::CouldNotRun(error.to_string())),
        };
        let transcript = output::read(&watched.stdout);
        let mut outcomes = transcript.outcomes();
        for (name, outcome) in &mut outcomes {
            if let Some(why) = excluded(name) {
                *outcome = TestOutcome::Excluded(why);
            }
        }
        let is_over = matches!(watched.exit, Some(Exit::Code(0 | SOME_FAILED)));
        if !transcript.is_whole || !is_over || transcript.unreported() > 0 {
            let ended = match watched.exit {
                Some(_) => ending_and_output(&watched),
                None => ending(&watched, self.limit),
            };
            let why = format!("rustdoc did not report every example: {ended}");
            outcomes.insert(String::new(), TestOutcome::CouldNotRun(why));
        }
        outcomes
    }

    async fn judge(&self, watched: Watched) -> Outcomes {
        let transcript = output::read(&watched.stdout);
        if transcript.announced.is_none() {
            return whole(outcome_of_one(&watched, self.limit));
        }
        let mut outcomes = transcript.outcomes();
        let came_to_its_end =
            transcript.is_whole && matches!(watched.exit, Some(Exit::Code(0 | SOME_FAILED)));
        if came_to_its_end {
            if transcript.unreported() > 0 {
                match self.unreported(&transcript).await {
                    Ok(names) => outcomes.extend(transcript.deduced(&names)),
                    Err(why) => drop(outcomes.insert(String::new(), TestOutcome::CouldNotRun(why))),
                }
            }
            let failed = |outcome: &TestOutcome| matches!(outcome, TestOutcome::Failed(_));
            if watched.exit == Some(Exit::Code(SOME_FAILED)) && !outcomes.values().any(failed) {
                outcomes.insert(
                    String::new(),
                    TestOutcome::Failed(ending_and_output(&watched)),
                );
            }
            return outcomes;
        }
        let unreported = match self.unreported(&transcript).await {
            Ok(names) => names,
            Err(why) => {
                let why = format!("{}; {why}", ending(&watched, self.limit));
                outcomes.insert(String::new(), TestOutcome::CouldNotRun(why));
                return outcomes;
            }
        };
        if watched.exit.is_none() || watched.stdout.len() >= MAX_OUTPUT_OCTETS {
            let why = match watched.exit {
                None => ending(&watched, self.limit),
                Some(_) => format!("the program printed more than {MAX_OUTPUT_OCTETS} octets"),
            };
            let could_not_run = |name| (name, TestOutcome::CouldNotRun(why.clone()));
            outcomes.extend(unreported.into_iter().map(could_not_run));
            return outcomes;
        }
        let each = self.each_alone(&unreported, &watched).await;
        let is_found = each.values().any(|outcome| *outcome != TestOutcome::Passed);
        outcomes.extend(each);
        if !is_found {
            // No single test is the cause: the program as a whole failed.
            let what = if unreported.is_empty() {
                "its tests were over"
            } else {
                "each test that it had not reported passes alone"
            };
            let words = format!("{what}\n{}", ending_and_output(&watched));
            outcomes.insert(String::new(), TestOutcome::Failed(words));
        }
        outcomes
    }

    /// Runs tests that failed once more, each in a process of its own, one after the other. The empty name stands for the program as a whole. The examples of a crate are run together: rustdoc cannot choose one.
    pub(crate) async fn once_more(&self, names: &[String]) -> Outcomes {
        if self.what == ProcessKind::Rustdoc {
            let mut outcomes = self.run_examples(|_| None).await;
            outcomes.retain(|name, _| names.contains(name));
            return outcomes;
        }
        let mut outcomes = Outcomes::new();
        for name in names {
            let outcome = match name.as_str() {
                "" => {
                    let whole = self.run(false, |_| None).await.remove("");
                    whole.unwrap_or(TestOutcome::Passed)
                }
                name => self.one_alone(name).await,
            };
            outcomes.insert(name.clone(), outcome);
        }
        outcomes
    }

    /// Those of these tests that pass in one process by themselves. The empty name stands for the program as a whole.
    pub(crate) async fn passing(&self, names: &[String]) -> BTreeSet<String> {
        let mut passing = BTreeSet::new();
        let (wholes, names): (Vec<_>, Vec<_>) = names.iter().partition(|name| name.is_empty());
        if !wholes.is_empty() {
            let outcomes = self.run(false, |_| None).await;
            let failed = |one: &TestOutcome| *one != TestOutcome::Passed;
            if !outcomes.get("").is_some_and(failed) {
                passing.insert(String::new());
            }
        }
        if names.is_empty() {
            return passing;
        }
        let command = self
            .alone
            .clone()
            .arg("--exact")
            .args(names.iter().copied());
        let Ok(watched) = command.watch(self.limit, MAX_OUTPUT_OCTETS).await else {
            return passing;
        };
        let transcript = output::read(&watched.stdout);
        let mut outcomes = transcript.outcomes();
        if !transcript.is_whole {
            // One of them ended the process of all.
            let others = names.iter().filter(|name| !outcomes.contains_key(**name));
            for name in others.copied().take(MAX_TESTS_ALONE).collect::<Vec<_>>() {
                outcomes.insert(name.clone(), self.one_alone(name).await);
            }
        }
        let passed = outcomes.into_iter();
        let passed = passed.filter(|(_, outcome)| *outcome == TestOutcome::Passed);
        passing.extend(passed.map(|(name, _)| name));
        passing
    }

    /// The calls of the system that a test makes, as QEMU writes them to the standard error. `None` where it does not run.
    pub(crate) async fn calls(&self, test: &str) -> Option<String> {
        let command = self.alone.clone().env("QEMU_STRACE", "1");
        let command = command.args(["--exact", test, "--nocapture", "--test-threads=1"]);
        let watched = command.watch_errors(self.limit, MAX_OUTPUT_OCTETS);
        Some(watched.await.ok()?.stderr)
    }

    /// What the other emulators come to, of a test. That it passes counts of each; that it fails, of the `judges` only. `None` where that leaves nothing.
    pub(crate) async fn second_opinion(
        &self,
        test: &str,
        judges: &BTreeSet<&str>,
    ) -> Option<SecondOpinion> {
        let mut tried = Vec::new();
        for (name, alone) in &self.by_others {
            match self.one_by(alone, test).await {
                TestOutcome::Passed => return Some(SecondOpinion::Passes(name.clone())),
                TestOutcome::Failed(_) if judges.contains(name.as_str()) => {
                    tried.push(name.as_str());
                }
                // It is not known what it would come to.
                _ => {}
            }
        }
        (!tried.is_empty()).then(|| SecondOpinion::Fails(tried.join(", ")))
    }

    /// Runs each of these tests in a process of its own. So the test that ends the program is found, and the others get their results.
    async fn each_alone(&self, names: &[String], died: &Watched) -> Outcomes {
        let mut outcomes = Outcomes::new();
        for (number, name) in names.iter().enumerate() {
            let outcome = if number < MAX_TESTS_ALONE {
                self.one_alone(name).await
            } else {
                TestOutcome::CouldNotRun(format!(
                    "the program {}; only {MAX_TESTS_ALONE} tests are then run again alone",
                    ending(died, self.limit)
                ))
            };
            outcomes.insert(name.clone(), outcome);
        }
        outcomes
    }

    async fn one_alone(&self, name: &str) -> TestOutcome {
        self.one_by(&self.alone, name).await
    }

    async fn one_by(&self, alone: &Invocation, name: &str) -> TestOutcome {
        let command = alone.clone();
        let command = command.args(["--exact", name, "--nocapture", "--test-threads=1"]);
        match command.watch(self.limit, MAX_OUTPUT_OCTETS).await {
            Err(error) => TestOutcome::CouldNotRun(error.to_string()),
            Ok(watched) if output::read(&watched.stdout).announced == Some(0) => {
                TestOutcome::CouldNotRun("the program does not know it by its name".to_owned())
            }
            Ok(watched) => match output::read(&watched.stdout).outcomes().remove(name) {
                Some(ignored @ TestOutcome::Ignored(_)) => ignored,
                _ => {
                    let own = printed_by(&watched.stdout, name);
                    let watched = Watched {
                        stdout: own,
                        ..watched
                    };
                    outcome_of_one(&watched, self.limit)
                }
            },
        }
    }

    /// The tests that have no result line.
    async fn unreported(&self, transcript: &Transcript) -> Result<Vec<String>, String> {
        let names = self.names().await.map_err(|error| {
            let count = transcript.unreported();
            format!("{count} tests were not reported, and nobody knows which: {error}")
        })?;
        Ok(names
            .into_iter()
            .filter(|name| !transcript.knows(name))
            .collect())
    }

    /// The names of the tests that the user's arguments choose. `None` where the program does not answer as libtest does.
    pub(crate) async fn listed(&self) -> Option<Vec<String>> {
        let list = self.listing().run(self.limit).await.ok()?;
        listing::only_names(&list)
    }

    async fn names(&self) -> Result<Vec<String>, ProcessError> {
        Ok(listing::names(&self.listing().run(self.limit).await?))
    }

    fn listing(&self) -> Invocation {
        self.command.clone().args(["--list", "--format", "terse"])
    }
}

/// What came of a process that ran one test.
fn outcome_of_one(watched: &Watched, limit: Duration) -> TestOutcome {
    match watched.exit {
        Some(Exit::Code(0)) => TestOutcome::Passed,
        Some(_) => TestOutcome::Failed(ending_and_output(watched)),
        None => TestOutcome::CouldNotRun(ending(watched, limit)),
    }
}

/// The outcome of a program as a whole.
pub(crate) fn whole(outcome: TestOutcome) -> Outcomes {
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

/// How a process ended, unless a failed test usually ends so, and what it printed.
fn ending_and_output(watched: &Watched) -> String {
    let unusual = watched.exit.filter(|exit| *exit != Exit::Code(SOME_FAILED));
    let exit = unusual.map(|exit| exit.to_string());
    let parts = [
        exit.as_deref().unwrap_or_default(),
        &watched.stderr,
        &watched.stdout,
    ];
    let parts = parts
        .map(str::trim)
        .into_iter()
        .filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program that is a script; `$*` are its arguments.
    fn runnable(script: &str) -> Runnable {
        let command = Invocation::new("/bin/sh").args(["-c", script, "tests"]);
        Runnable {
            what: ProcessKind::Program,
            alone: command.clone(),
            by_others: Vec::new(),
            outside: None,
            command,
            limit: Duration::from_secs(2),
        }
    }

    /// What came of the tests of such a program.
    async fn run(script: &str, excluded: Option<&str>) -> Vec<(String, TestOutcome)> {
        let runnable = runnable(script);
        let why = |name: &str| (Some(name) == excluded).then(|| "why".to_owned());
        runnable
            .run(excluded.is_some(), why)
            .await
            .into_iter()
            .collect()
    }

    fn of(name: &str, outcome: TestOutcome) -> (String, TestOutcome) {
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
    async fn those_that_pass_are_found_behind_one_that_ends_the_process() {
        let names = ["a", "b", "c"].map(str::to_owned);
        let passing = runnable(DIES).passing(&names).await;
        assert_eq!(passing, ["a", "c"].map(str::to_owned).into());
    }

    #[tokio::test]
    async fn the_test_that_takes_the_program_down_is_found_and_the_others_get_their_result() {
        assert_eq!(
            run(DIES, None).await,
            [
                of("a", TestOutcome::Passed),
                of(
                    "b",
                    TestOutcome::Failed("was killed by SIGABRT\ndying".to_owned())
                ),
                of("c", TestOutcome::Passed),
            ]
        );
    }

    #[tokio::test]
    async fn a_program_that_dies_though_each_test_passes_alone_is_no_pass() {
        let script = DIES.replace("echo dying >&2; kill -ABRT $$", "exit 0");
        let outcomes = run(&script, None).await;
        assert!(
            matches!(&outcomes[0], (name, TestOutcome::Failed(said))
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
        assert_eq!(outcomes[0], of("a", TestOutcome::Passed));
        let late = |outcome: &TestOutcome| matches!(outcome, TestOutcome::CouldNotRun(why) if why.contains("after 2 s"));
        assert!(late(&outcomes[1].1) && late(&outcomes[2].1), "{outcomes:?}");
    }

    #[tokio::test]
    async fn what_failed_is_run_once_more_and_a_test_that_is_not_found_is_no_pass() {
        let script = "case \"$*\" in
            *'--exact a '*) printf 'running 1 test\\ntest a ... ok\\ntest result: ok. 1 passed\\n';;
            *'--exact b '*) printf 'running 1 test\\n'; exit 101;;
            *) printf 'running 0 tests\\ntest result: ok. 0 passed\\n';;
        esac";
        let names = ["a", "b", "c"].map(str::to_owned);
        let outcomes = runnable(script).once_more(&names).await;
        assert_eq!(outcomes["a"], TestOutcome::Passed);
        assert!(
            matches!(outcomes["b"], TestOutcome::Failed(_)),
            "{outcomes:?}"
        );
        assert!(
            matches!(outcomes["c"], TestOutcome::CouldNotRun(_)),
            "{outcomes:?}"
        );
    }

    #[tokio::test]
    async fn a_program_without_a_harness_is_one_test() {
        assert_eq!(run("echo fine", None).await, [of("", TestOutcome::Passed)]);
        assert_eq!(
            run("echo oh >&2; exit 3", None).await,
            [of(
                "",
                TestOutcome::Failed("exited with status 3\noh".to_owned())
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
                of("a", TestOutcome::Excluded("why".to_owned())),
                of("b", TestOutcome::Passed)
            ]
        );
    }
}
