//! The programs of one target, run by one nextest.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use cross::Host;
use cross::process::{Exit, Invocation, Watched};

use nextest_metadata::{BinaryListSummary, NextestExitCode};

use super::arguments::translated;
use super::binaries::{self, Binary, Platform};
use super::configuration::ConfigurationArguments;
use super::installed::Nextest;
use super::junit::{self, NextestResults};
use super::listed::{self, NotRun};
use crate::build::{Helper, TestProgram, complaint};
use crate::libtest::{Outcomes, Runnable, whole};
use crate::project::Excludes;
use crate::results::{TestId, TestOutcome};

/// Everything that is needed to run them.
pub(crate) struct Batch {
    pub(crate) nextest: Nextest,
    pub(crate) members: Vec<BatchMember>,
    /// What else was built.
    pub(crate) helpers: Vec<Helper>,
    /// The folder with all that was built.
    pub(crate) folder: PathBuf,
    pub(crate) target: Platform,
    /// This machine.
    pub(crate) native: Platform,
    /// The variable that names the runner, and the words of the runner.
    pub(crate) runner: (String, Vec<String>),
    /// The command with which the cargo that built them describes the project.
    pub(crate) metadata: Invocation,
    pub(crate) excludes: Excludes,
    /// What starts the runner, where tests may start programs of their own.
    pub(crate) starter: Option<Invocation>,
    /// Where the tests put temporary files.
    pub(crate) temporary: Option<PathBuf>,
    /// The longest time that a test may take.
    pub(crate) limit: Duration,
    /// A folder for this target alone, which lives as long as the run.
    pub(crate) scratch: PathBuf,
    pub(crate) host: Host,
}

/// A program, and how it is run without nextest.
pub(crate) struct BatchMember {
    pub(crate) program: TestProgram,
    pub(crate) runnable: Runnable,
}

/// What came of the tests, and what else a reader must know.
type BatchResult = (BTreeMap<TestId, TestOutcome>, BTreeSet<String>);

/// The most that is kept of what nextest prints, in octets. Its report is a file.
const MAX_OUTPUT_OCTETS: usize = 64 << 20;

const QUESTION_TIMEOUT: Duration = Duration::from_secs(120);

/// Variables in which tests find the cargo that built them, and its toolchain. Cargo and rustup's stand-in for it set them for what they start, and nextest is started by neither.
const KEPT: [&str; 4] = ["CARGO", "RUSTUP_TOOLCHAIN", "RUSTUP_HOME", "CARGO_HOME"];

/// The exit status of nextest when a test failed.
const SOME_FAILED: i32 = NextestExitCode::TEST_RUN_FAILED;

/// A program that lists its tests as libtest does.
struct ListedProgram {
    member: BatchMember,
    binary: Binary,
    names: Vec<String>,
    excluded: Outcomes,
}

impl Batch {
    /// The programs as wholes.
    pub(crate) fn wholes(&self) -> Vec<TestId> {
        let members = self.members.iter();
        members.map(|member| member.program.whole()).collect()
    }

    /// Runs them.
    pub(crate) async fn run(mut self) -> BatchResult {
        let (mut tests, mut notes) = BatchResult::default();
        let mut listed = Vec::new();
        for member in std::mem::take(&mut self.members) {
            match self.list(member).await {
                Ok(one) => listed.push(one),
                Err((member, outcomes)) => tests.extend(identified(&member.program, outcomes)),
            }
        }
        let has_selected = |one: &ListedProgram| one.excluded.len() < one.names.len();
        let outcomes = match listed.iter().any(has_selected) {
            true => self.run_listed(&listed, &mut notes).await,
            false => Ok(BTreeMap::new()),
        };
        for one in listed {
            let id = one.binary.id().to_string();
            let outcomes = match &outcomes {
                Ok(outcomes) => outcomes.get(&id).cloned().unwrap_or_default(),
                Err(why) => whole(TestOutcome::CouldNotRun(format!("{why:#}"))),
            };
            tests.extend(identified(&one.member.program, outcomes));
            tests.extend(identified(&one.member.program, one.excluded));
        }
        (tests, notes)
    }

    /// Asks a program for its tests.
    ///
    /// A program that does not answer as libtest does cannot be run by nextest. One without tests may have no harness. Both run as cargo would run them, and their outcomes are the error.
    async fn list(&self, member: BatchMember) -> Result<ListedProgram, (BatchMember, Outcomes)> {
        let BatchMember { program, runnable } = &member;
        let package = &program.package;
        if let Some(why) = self.excludes.package(package) {
            return Err((member, whole(TestOutcome::Excluded(why))));
        }
        let excluded = |name: &str| self.excludes.test(package, name);
        let (artifact, names) = (&program.artifact, runnable.listed().await);
        let (Some(artifact), Some(names)) = (artifact, names.filter(|names| !names.is_empty()))
        else {
            let may_exclude = self.excludes.concerns(package);
            let outcomes = runnable.run(may_exclude, excluded).await;
            return Err((member, outcomes));
        };
        let record = &program.record;
        let binary = Binary {
            package: package.clone(),
            artifact: artifact.clone(),
            path: record.args.first().map(PathBuf::from).unwrap_or_default(),
            out: record.env.get("OUT_DIR").map(PathBuf::from),
        };
        let why = |name: &String| Some((name.clone(), TestOutcome::Excluded(excluded(name)?)));
        Ok(ListedProgram {
            excluded: names.iter().filter_map(why).collect(),
            binary,
            names,
            member,
        })
    }

    /// Runs the programs whose tests are known. The outcomes are by nextest's name of the program.
    async fn run_listed(
        &self,
        listed: &[ListedProgram],
        notes: &mut BTreeSet<String>,
    ) -> anyhow::Result<BTreeMap<String, Outcomes>> {
        std::fs::create_dir_all(&self.scratch)?;
        let at = |name: &str| self.scratch.join(name);
        let metadata = self.metadata.run(QUESTION_TIMEOUT).await?;
        std::fs::write(at("metadata.json"), metadata)?;
        std::fs::write(
            at("binaries.json"),
            serde_json::to_vec(&self.binaries(listed))?,
        )?;
        let configuration = &self.nextest.configuration;
        let configuration = configuration.write(&self.scratch, &at("junit.xml"), self.limit)?;

        let first = listed.first().map(|one| &one.member.program.record.args);
        let arguments = first.map_or(&[][..], |args| args.get(1..).unwrap_or_default());
        let arguments = translated(arguments)?;
        let ask = |what: &str| self.command(what, &configuration, listed);
        let quiet = ["--status-level", "none", "--final-status-level", "none"];
        let run = ask("run")
            .args([
                "--no-fail-fast",
                "--no-tests",
                "pass",
                "--failure-output",
                "never",
            ])
            .args(quiet)
            .args(&arguments.own);
        let run = with_tests(run, &arguments.tests);
        let count: usize = listed.iter().map(|one| one.names.len()).sum();
        // Each test has a limit of its own, which the project may change. This one holds in every case.
        let limit = self.limit * u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1);
        let watched = run.watch(limit, MAX_OUTPUT_OCTETS).await?;

        let report = std::fs::read_to_string(at("junit.xml")).ok();
        let report = report.map(|xml| junit::read(&xml)).transpose();
        let report = report.context("nextest's report cannot be read")?;
        let is_over = matches!(watched.exit, Some(Exit::Code(0 | SOME_FAILED)));
        let report = match report {
            Some(report) => report,
            None if is_over => NextestResults::default(),
            None => anyhow::bail!(ending_and_complaint(&watched)),
        };
        for (program, name) in &report.flaky {
            notes.insert(format!(
                "{program} {name} passed only when it was tried again"
            ));
        }
        let mut outcomes: BTreeMap<String, Outcomes> = BTreeMap::new();
        let failed = |outcome: &TestOutcome| {
            !matches!(outcome, TestOutcome::Passed | TestOutcome::Ignored(_))
        };
        let explained = report.outcomes.values().any(failed);
        for ((program, name), outcome) in report.outcomes {
            outcomes.entry(program).or_default().insert(name, outcome);
        }
        let list = with_tests(
            ask("list").args(["--message-format", "json"]),
            &arguments.tests,
        );
        let unreported = self
            .unreported(listed, &outcomes, is_over, &watched, list)
            .await;
        let mut left_out: BTreeMap<String, usize> = BTreeMap::new();
        for ((program, name), outcome) in unreported {
            match outcome {
                Ok(outcome) => drop(outcomes.entry(program).or_default().insert(name, outcome)),
                Err(reason) => *left_out.entry(reason).or_default() += 1,
            }
        }
        for (reason, count) in left_out {
            notes.insert(format!(
                "left out by nextest's configuration ({reason}): {count}"
            ));
        }
        if watched.exit == Some(Exit::Code(SOME_FAILED)) && !explained {
            let why = TestOutcome::CouldNotRun(ending_and_complaint(&watched));
            let first = listed.first().map(|one| one.binary.id().to_string());
            let first = outcomes.entry(first.unwrap_or_default()).or_default();
            first.insert(String::new(), why);
        }
        Ok(outcomes)
    }

    /// The tests that are not in the report: what came of them, or what left them out.
    async fn unreported(
        &self,
        listed: &[ListedProgram],
        outcomes: &BTreeMap<String, Outcomes>,
        is_over: bool,
        watched: &Watched,
        list: Invocation,
    ) -> BTreeMap<(String, String), Result<TestOutcome, String>> {
        let unreported = |one: &ListedProgram| {
            let id = one.binary.id().to_string();
            let reported = outcomes.get(&id);
            let is_known = |name: &&String| {
                one.excluded.contains_key(*name)
                    || reported.is_some_and(|outcomes| outcomes.contains_key(*name))
            };
            let names = one.names.iter().filter(|name| !is_known(name));
            names
                .map(|name| (id.clone(), name.clone()))
                .collect::<Vec<_>>()
        };
        let unreported: Vec<_> = listed.iter().flat_map(unreported).collect();
        if unreported.is_empty() {
            return BTreeMap::new();
        }
        let (reasons, unreadable) = match list.watch(QUESTION_TIMEOUT, MAX_OUTPUT_OCTETS).await {
            Ok(listing) => match listed::read(&listing.stdout) {
                Ok(reasons) => (reasons, String::new()),
                Err(error) => (
                    BTreeMap::new(),
                    format!("; its list cannot be read: {error}"),
                ),
            },
            Err(error) => (BTreeMap::new(), format!("; it gave no list: {error}")),
        };
        let lost = match is_over {
            true => format!("nextest said nothing of it{unreadable}"),
            false => ending_and_complaint(watched),
        };
        let outcome = |test: (String, String)| {
            let outcome = match reasons.get(&test) {
                Some(NotRun::Ignored) => Ok(TestOutcome::Ignored(None)),
                Some(NotRun::LeftOut(reason)) => Err(reason.clone()),
                Some(NotRun::Selected) | None => Ok(TestOutcome::CouldNotRun(lost.clone())),
            };
            (test, outcome)
        };
        unreported.into_iter().map(outcome).collect()
    }

    fn binaries(&self, listed: &[ListedProgram]) -> BinaryListSummary {
        let binaries = listed.iter().map(|one| &one.binary);
        binaries::summary(
            binaries,
            &self.helpers,
            &self.folder,
            &self.native,
            &self.target,
        )
    }

    fn command(
        &self,
        what: &str,
        configuration: &ConfigurationArguments,
        listed: &[ListedProgram],
    ) -> Invocation {
        let at = |name: &str| self.scratch.join(name);
        let command = self
            .nextest
            .command(what, &at("binaries.json"), &at("metadata.json"));
        let (variable, words) = &self.runner;
        let words = killed_with_parent(words.clone(), &self.host);
        // None of these words has a space in it: cargo splits its variable there, too.
        let starter = self.starter.iter().map(Invocation::to_string);
        let words: Vec<_> = starter.chain(words).collect();
        let command = match words.is_empty() {
            true => command,
            false => command.env(variable, words.join(" ")),
        };
        let temporary = self.temporary.iter();
        let command = temporary.fold(command, |command, folder| command.env("TMPDIR", folder));
        let left_out = except(listed);
        let kept = KEPT.into_iter().filter_map(|name| {
            let mut records = listed.iter().map(|one| &one.member.program.record);
            Some((name, records.find_map(|record| record.env.get(name))?))
        });
        kept.fold(command, |command, (name, value)| command.env(name, value))
            .args(&configuration.0)
            .args(left_out.iter().flat_map(|out| ["-E", out.as_str()]))
            .kill_with_parent(&self.host)
    }
}

fn with_tests(command: Invocation, tests: &[String]) -> Invocation {
    match tests {
        [] => command,
        tests => command.arg("--").args(tests),
    }
}

/// A filter of nextest for all tests that are not excluded. `None` where none is excluded.
fn except(listed: &[ListedProgram]) -> Option<String> {
    let excluded = |one: &ListedProgram| {
        let names = one.excluded.keys();
        let tests: Vec<_> = names
            .map(|name| format!("test(={})", spelt(name)))
            .collect();
        let program = spelt(one.binary.id().as_str());
        (!tests.is_empty()).then(|| format!("(binary_id(={program}) & ({}))", tests.join(" | ")))
    };
    let excluded: Vec<_> = listed.iter().filter_map(excluded).collect();
    (!excluded.is_empty()).then(|| format!("not ({})", excluded.join(" | ")))
}

/// A name without characters that mean something in a filter.
fn spelt(name: &str) -> String {
    let spelt = |c: char| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | ':' | '-' => c.to_string(),
        c => format!("\\u{{{:x}}}", u32::from(c)),
    };
    name.chars().map(spelt).collect()
}

fn identified(
    program: &TestProgram,
    outcomes: Outcomes,
) -> impl Iterator<Item = (TestId, TestOutcome)> {
    let outcomes = outcomes.into_iter();
    outcomes.map(|(name, outcome)| (program.test(name), outcome))
}

/// A runner behind the command that has its process killed with this one.
///
/// Nextest gives each test a process group of its own. When nextest itself is killed, nothing else ends that group.
fn killed_with_parent(runner: Vec<String>, host: &Host) -> Vec<String> {
    let Some(setpriv) = host.program("setpriv") else {
        return runner;
    };
    let prefix = [
        setpriv.display().to_string().as_str(),
        "--pdeathsig",
        "KILL",
        "--",
    ]
    .map(str::to_owned);
    prefix.into_iter().chain(runner).collect()
}

/// How nextest ended without a whole report, and its first error.
fn ending_and_complaint(watched: &Watched) -> String {
    match watched.exit {
        Some(exit) => format!("nextest {exit}\n{}", complaint(&watched.stderr)),
        None => "nextest was still running when the time of all its tests was over, and was killed"
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_spelt_without_what_filters_are_made_of() {
        assert_eq!(spelt("a::b_1"), "a::b_1");
        assert_eq!(spelt("odd (1)/x"), "odd\\u{20}\\u{28}1\\u{29}\\u{2f}x");
    }
}
