//! The jobs of a target: one for each program, or one for all of them where nextest runs them; and one for the examples of each crate.

use std::collections::BTreeSet;
use std::path::Path;

use cross::process::Invocation;
use cross::runner::Runner;

use super::alone::RanTarget;
use super::doctests;
use super::driver::Driver;
use super::job_pool::{Job, JobResult};
use super::plan::Plan;
use super::prepare::PreparedTarget;
use crate::build::{BuildSite, ProcessKind, TestProgram, rustdoc_of};
use crate::emulator::Probe;
use crate::libtest::{Runnable, whole};
use crate::nextest::{Batch, BatchMember, Nextest, Platform};
use crate::project::Excludes;
use crate::results::TestOutcome;

/// The note where examples are excluded.
const EXCLUDED_DOCTESTS_RAN: &str =
    "excluded doctests ran all the same, and do not count: rustdoc cannot leave out one of them";

impl PreparedTarget<'_> {
    /// The jobs.
    pub(super) fn jobs(&self, plan: &Plan, site: &BuildSite, excludes: &Excludes) -> Vec<Job> {
        let one = |program: &TestProgram| self.program_job(program, excludes, plan, site);
        let nextest = match &plan.driver {
            Driver::Nextest(nextest) if self.suits_nextest() => nextest,
            Driver::Libtest { .. } | Driver::Nextest(_) => {
                return self.built.programs.iter().map(one).collect();
            }
        };
        let (programs, examples): (Vec<_>, Vec<_>) = self
            .built
            .programs
            .iter()
            .partition(|program| program.record.what == ProcessKind::Program);
        let batch = (!programs.is_empty())
            .then(|| batch_job(self.batch(nextest.clone(), &programs, plan, site, excludes)));
        batch
            .into_iter()
            .chain(examples.into_iter().map(one))
            .collect()
    }

    /// A job for one program, or for the examples of one crate.
    fn program_job(
        &self,
        program: &TestProgram,
        excludes: &Excludes,
        plan: &Plan,
        site: &BuildSite,
    ) -> Job {
        let runnable = self.runnable(program, plan, site);
        let (program, excludes) = (program.clone(), excludes.clone());
        let runner = self.runner.clone();
        Job {
            programs: vec![program.whole()],
            work: Box::pin(async move {
                let package = &program.package;
                let excluded = |name: &str| excludes.test(package, name);
                let path = program.record.args.first().cloned().unwrap_or_default();
                let mut notes = BTreeSet::new();
                let outcomes = match (excludes.package(package), program.record.what) {
                    (Some(why), _) => whole(TestOutcome::Excluded(why)),
                    (None, ProcessKind::Program) => match runner.bring(path.as_ref()).await {
                        Ok(()) => runnable.run(excludes.concerns(package), excluded).await,
                        Err(error) => whole(TestOutcome::CouldNotRun(error.to_string())),
                    },
                    (None, ProcessKind::Rustdoc) => {
                        let outcomes = runnable.run_examples(excluded).await;
                        let is_excluded =
                            |one: &TestOutcome| matches!(one, TestOutcome::Excluded(_));
                        if outcomes.values().any(is_excluded) {
                            notes.insert(EXCLUDED_DOCTESTS_RAN.to_owned());
                        }
                        outcomes
                    }
                };
                let tests = outcomes.into_iter();
                JobResult {
                    tests: tests
                        .map(|(name, outcome)| (program.test(name), outcome))
                        .collect(),
                    notes,
                }
            }),
        }
    }

    /// All programs for one nextest.
    fn batch(
        &self,
        nextest: Nextest,
        programs: &[&TestProgram],
        plan: &Plan,
        site: &BuildSite,
        excludes: &Excludes,
    ) -> Batch {
        let target = self.tools.target;
        let member = |program: &&TestProgram| BatchMember {
            runnable: self.runnable(program, plan, site),
            program: (*program).clone(),
        };
        let native = cross::targets().find(|target| target.is_native());
        let native = native.map_or("unknown", |native| native.name.as_str());
        let platform = |sysroot: &Path, triple: &str| Platform {
            triple: triple.to_owned(),
            library: sysroot.join("lib/rustlib").join(triple).join("lib"),
        };
        let toolchain = &self.std.toolchain;
        let sysroot = self.std.place.sysroot().unwrap_or(&toolchain.sysroot);
        Batch {
            nextest,
            members: programs.iter().map(member).collect(),
            helpers: self.built.helpers.clone(),
            folder: self.built.folder.clone(),
            target: platform(sysroot, &target.name),
            native: platform(&toolchain.sysroot, native),
            runner: (
                target.cargo_variable("RUNNER"),
                doctests::words(self.runner),
            ),
            metadata: site.metadata(toolchain, target),
            excludes: excludes.clone(),
            starter: self.surroundings.starter().cloned(),
            temporary: self.surroundings.temporary().map(Path::to_owned),
            limit: plan.limit,
            scratch: site.scratch.path().join(format!("nextest-{}", target.name)),
            host: site.host.clone(),
        }
    }

    /// How each program is run, by its name as a whole, and what can be asked of the emulator.
    pub(super) fn ran(&self, plan: &Plan, site: &BuildSite) -> RanTarget {
        let programs = self.built.programs.iter();
        let programs = programs.map(|one| (one.whole(), self.runnable(one, plan, site)));
        let probe = |runner: &Runner| Probe {
            target: self.tools.target,
            std: self.std.clone(),
            linker: self.linker.clone(),
            runner: runner.clone(),
        };
        let others = self.others.iter();
        let others = others.map(|(name, runner)| (name.clone(), probe(runner)));
        RanTarget {
            programs: programs.collect(),
            probe: probe(self.runner),
            others: others.collect(),
        }
    }

    /// How a program is run, or the examples of a crate.
    pub(super) fn runnable(
        &self,
        program: &TestProgram,
        plan: &Plan,
        site: &BuildSite,
    ) -> Runnable {
        let record = &program.record;
        let variables = || self.runner_variables.iter();
        let plain = |command: Invocation| {
            let command =
                variables().fold(command, |command, (key, value)| command.env(key, value));
            record.dress(command, &self.built.build_variables)
        };
        let dressed = |command| {
            self.surroundings
                .around(plain(command), program, &site.host)
        };
        let mut by_others = Vec::new();
        let (command, alone) = match record.what {
            ProcessKind::Program => {
                let mut args = record.args.iter();
                let path = args.next().cloned().unwrap_or_default();
                let started_by = |runner: &Runner| runner.invocation(path.as_ref());
                let alone = |runner| started_by(runner).args(site.arguments.of_one_test());
                let others = self.others.iter();
                by_others = others
                    .map(|(name, runner)| (name.clone(), dressed(alone(runner))))
                    .collect();
                (started_by(self.runner).args(args), alone(self.runner))
            }
            ProcessKind::Rustdoc => {
                let rustdoc = Invocation::new(rustdoc_of(&self.std.toolchain));
                let command =
                    doctests::command(rustdoc, &record.args, self.runner, &self.std, self.linker);
                (command.clone(), command)
            }
        };
        let outside = self.surroundings.is_apart(program).then(|| {
            let outside = |command| {
                self.surroundings
                    .outside(plain(command), program, &site.host)
            };
            Box::new(Runnable {
                what: record.what,
                command: outside(command.clone()),
                alone: outside(alone.clone()),
                by_others: Vec::new(),
                outside: None,
                limit: plan.limit,
            })
        });
        Runnable {
            what: record.what,
            command: dressed(command),
            alone: dressed(alone),
            by_others,
            outside,
            limit: plan.limit,
        }
    }
}

/// A job for all programs that one nextest runs.
fn batch_job(batch: Batch) -> Job {
    Job {
        programs: batch.wholes(),
        work: Box::pin(async move {
            let (tests, notes) = batch.run().await;
            JobResult { tests, notes }
        }),
    }
}
