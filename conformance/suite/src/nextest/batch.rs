//! The programs of one target, run by one nextest.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use cross::Host;
use cross::process::{Exit, Invocation, Watched};

use super::super::build::{Ready, complaint};
use super::super::exclude::Excludes;
use super::super::messages::Helper;
use super::super::outcome::{Outcome, TestId};
use super::super::program::{Outcomes, Runnable};
use super::binaries::{Binary, Document, Platform};
use super::listed::{self, Unrun};
use super::{Configured, Nextest, args, junit, leashed};

/// Everything that is needed to run them.
pub(in super::super) struct Batch {
    pub(in super::super) nextest: Nextest,
    pub(in super::super) members: Vec<Member>,
    /// What else was built, and where.
    pub(in super::super) helpers: Vec<Helper>,
    pub(in super::super) folder: PathBuf,
    /// The target's name, its standard library, and those of this machine.
    pub(in super::super) target: (String, PathBuf),
    pub(in super::super) native: (String, PathBuf),
    /// The variable that names the runner, and its words.
    pub(in super::super) runner: (String, Vec<String>),
    /// The word of the cargo that built them on the project.
    pub(in super::super) metadata: Invocation,
    pub(in super::super) excludes: Excludes,
    /// What a test may take.
    pub(in super::super) limit: Duration,
    /// A folder that is there for the time of the run, and this target's alone.
    pub(in super::super) scratch: PathBuf,
    pub(in super::super) host: Host,
}

/// A program, and how it is run without nextest.
pub(in super::super) struct Member {
    pub(in super::super) ready: Ready,
    pub(in super::super) runnable: Runnable,
}

/// What came of the tests, and what else is to be known.
pub(in super::super) type Done = (BTreeMap<TestId, Outcome>, BTreeSet<String>);

/// The most that is read of what nextest prints; its report is a file.
const MOST_OUTPUT: usize = 64 << 20;

const A_QUESTION: Duration = Duration::from_secs(120);

/// Nextest's status when a test failed (`NextestExitCode::TEST_RUN_FAILED`).
const SOME_FAILED: i32 = 100;

/// A program of libtest's, or one that answers as such, and its tests.
struct Listed {
    member: Member,
    binary: Binary,
    names: Vec<String>,
    excluded: Outcomes,
}

impl Batch {
    /// Runs them.
    pub(in super::super) async fn run(mut self) -> Done {
        let (mut tests, mut notes) = Done::default();
        let mut listed = Vec::new();
        for member in std::mem::take(&mut self.members) {
            match self.list(member).await {
                Ok(one) => listed.push(one),
                Err((member, outcomes)) => tests.extend(identified(&member.ready, outcomes)),
            }
        }
        let chosen = |one: &&Listed| one.excluded.len() < one.names.len();
        let outcomes = match listed.iter().any(|one| chosen(&one)) {
            true => self.run_listed(&listed, &mut notes).await,
            false => Ok(BTreeMap::new()),
        };
        for one in listed {
            let id = one.binary.id();
            let outcomes = match &outcomes {
                Ok(outcomes) => outcomes.get(&id).cloned().unwrap_or_default(),
                Err(why) => {
                    let why = Outcome::CouldNotRun(format!("{why:#}"));
                    [(String::new(), why)].into()
                }
            };
            tests.extend(identified(&one.member.ready, outcomes));
            tests.extend(identified(&one.member.ready, one.excluded));
        }
        (tests, notes)
    }

    /// Asks a program for its tests. One that does not answer as libtest does is no program for nextest, and one without tests may be without a harness: both run as cargo would run them, and that is what came of it.
    async fn list(&self, member: Member) -> Result<Listed, (Member, Outcomes)> {
        let package = &member.ready.package;
        if let Some(why) = self.excludes.package(package) {
            let outcomes = [(String::new(), Outcome::Excluded(why))].into();
            return Err((member, outcomes));
        }
        let excluded = |name: &str| self.excludes.test(package, name);
        let (artifact, names) = (&member.ready.artifact, member.runnable.listed().await);
        let (Some(artifact), Some(names)) = (artifact, names.filter(|names| !names.is_empty()))
        else {
            let may_exclude = self.excludes.concerns(package);
            let outcomes = member.runnable.run(may_exclude, excluded).await;
            return Err((member, outcomes));
        };
        let record = &member.ready.record;
        let binary = Binary {
            package: package.clone(),
            artifact: artifact.clone(),
            path: record.args.first().map(PathBuf::from).unwrap_or_default(),
            out: record.env.get("OUT_DIR").map(PathBuf::from),
        };
        let why = |name: &String| Some((name.clone(), Outcome::Excluded(excluded(name)?)));
        Ok(Listed {
            excluded: names.iter().filter_map(why).collect(),
            binary,
            names,
            member,
        })
    }

    /// Runs the programs whose tests are known; gives what came of them by nextest's name of the program.
    async fn run_listed(
        &self,
        listed: &[Listed],
        notes: &mut BTreeSet<String>,
    ) -> anyhow::Result<BTreeMap<String, Outcomes>> {
        std::fs::create_dir_all(&self.scratch)?;
        let at = |name: &str| self.scratch.join(name);
        let metadata = self.metadata.run(A_QUESTION).await?;
        std::fs::write(at("metadata.json"), metadata)?;
        std::fs::write(
            at("binaries.json"),
            serde_json::to_vec(&self.document(listed))?,
        )?;
        let configured = self
            .nextest
            .configure(&self.scratch, &at("junit.xml"), self.limit)?;

        let first = listed.first().map(|one| &one.member.ready.record.args);
        let args = first.map_or(&[][..], |args| args.get(1..).unwrap_or_default());
        let args = args::translated(args)?;
        let ask = |what: &str| self.command(what, &configured, listed);
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
            .args(&args.own);
        let run = with_tests(run, &args.tests);
        let count: usize = listed.iter().map(|one| one.names.len()).sum();
        // Each test has a limit of its own, of which the project may think otherwise; nothing runs for ever.
        let limit = self.limit * u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1);
        let watched = run.watch(limit, MOST_OUTPUT).await?;

        let report = std::fs::read_to_string(at("junit.xml")).ok();
        let report = report.map(|xml| junit::read(&xml)).transpose()?;
        let is_over = matches!(watched.exit, Some(Exit::Code(0 | SOME_FAILED)));
        let report = match report {
            Some(report) => report,
            None if is_over => junit::Report::default(),
            None => anyhow::bail!(told(&watched)),
        };
        for (program, name) in &report.flaky {
            notes.insert(format!(
                "{program} {name} passed only when it was tried again"
            ));
        }
        let mut outcomes: BTreeMap<String, Outcomes> = BTreeMap::new();
        let failed = |outcome: &Outcome| !matches!(outcome, Outcome::Passed | Outcome::Ignored(_));
        let explained = report.outcomes.values().any(failed);
        for ((program, name), outcome) in report.outcomes {
            outcomes.entry(program).or_default().insert(name, outcome);
        }
        let list = with_tests(ask("list").args(["--message-format", "json"]), &args.tests);
        let silent = self
            .silent(listed, &outcomes, is_over, &watched, list)
            .await;
        let mut left_out: BTreeMap<String, usize> = BTreeMap::new();
        for ((program, name), outcome) in silent {
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
            let why = Outcome::CouldNotRun(told(&watched));
            let first = listed
                .first()
                .map(|one| one.binary.id())
                .unwrap_or_default();
            outcomes
                .entry(first)
                .or_default()
                .insert(String::new(), why);
        }
        Ok(outcomes)
    }

    /// The tests that the report is silent about: what came of them, or by what they were left out.
    async fn silent(
        &self,
        listed: &[Listed],
        outcomes: &BTreeMap<String, Outcomes>,
        is_over: bool,
        watched: &Watched,
        list: Invocation,
    ) -> BTreeMap<(String, String), Result<Outcome, String>> {
        let silent = |one: &Listed| {
            let id = one.binary.id();
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
        let silent: Vec<_> = listed.iter().flat_map(silent).collect();
        if silent.is_empty() {
            return BTreeMap::new();
        }
        let reasons = match list.watch(A_QUESTION, MOST_OUTPUT).await {
            Ok(said) => listed::read(&said.stdout).unwrap_or_default(),
            Err(_) => BTreeMap::new(),
        };
        let lost = match is_over {
            true => "nextest said nothing of it".to_owned(),
            false => told(watched),
        };
        let outcome = |test: (String, String)| {
            let outcome = match reasons.get(&test) {
                Some(Unrun::Ignored) => Ok(Outcome::Ignored(None)),
                Some(Unrun::LeftOut(reason)) => Err(reason.clone()),
                Some(Unrun::Meant) | None => Ok(Outcome::CouldNotRun(lost.clone())),
            };
            (test, outcome)
        };
        silent.into_iter().map(outcome).collect()
    }

    fn document(&self, listed: &[Listed]) -> Document {
        let platform = |(triple, library): &(String, PathBuf)| Platform {
            triple: triple.clone(),
            library: library.clone(),
        };
        Document::of(
            listed.iter().map(|one| &one.binary),
            &self.helpers,
            &self.folder,
            &platform(&self.native),
            &platform(&self.target),
        )
    }

    fn command(&self, what: &str, configured: &Configured, listed: &[Listed]) -> Invocation {
        let at = |name: &str| self.scratch.join(name);
        let command = self
            .nextest
            .command(what, &at("binaries.json"), &at("metadata.json"));
        let (variable, words) = &self.runner;
        let words = leashed(words.clone(), &self.host);
        let command = match words.is_empty() {
            true => command,
            false => command.env(variable, words.join(" ")),
        };
        let left_out = except(listed);
        // Tests see the cargo that built them.
        let mut records = listed.iter().map(|one| &one.member.ready.record);
        let cargo = records.find_map(|record| record.env.get("CARGO"));
        let command = cargo
            .iter()
            .fold(command, |command, cargo| command.env("CARGO", cargo));
        command
            .args(&configured.0)
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

/// All tests but those that are excluded, as nextest's filters say it.
fn except(listed: &[Listed]) -> Option<String> {
    let excluded = |one: &Listed| {
        let names = one.excluded.keys();
        let tests: Vec<_> = names
            .map(|name| format!("test(={})", spelt(name)))
            .collect();
        let program = spelt(&one.binary.id());
        (!tests.is_empty()).then(|| format!("(binary_id(={program}) & ({}))", tests.join(" | ")))
    };
    let excluded: Vec<_> = listed.iter().filter_map(excluded).collect();
    (!excluded.is_empty()).then(|| format!("not ({})", excluded.join(" | ")))
}

/// A name with nothing in it that a filter gives a meaning to.
fn spelt(name: &str) -> String {
    let spelt = |c: char| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | ':' | '-' => c.to_string(),
        c => format!("\\u{{{:x}}}", u32::from(c)),
    };
    name.chars().map(spelt).collect()
}

fn identified(ready: &Ready, outcomes: Outcomes) -> impl Iterator<Item = (TestId, Outcome)> {
    let id = |name| TestId {
        package: ready.package.clone(),
        program: ready.program.clone(),
        name,
    };
    outcomes
        .into_iter()
        .map(move |(name, outcome)| (id(name), outcome))
}

/// Why nextest itself came to no end: its first error.
fn told(watched: &Watched) -> String {
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
