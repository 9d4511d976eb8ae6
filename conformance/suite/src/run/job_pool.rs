//! The jobs that run beside the builds. What comes of each is written into the results.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::time::Instant;

use kit::pool::Pool;
use kit::progress::Bar;

use super::partial::PartialResults;
use crate::results::{TestId, TestOutcome};

/// Something that runs by itself: one program, or all programs of a target by one nextest.
pub(super) struct Job {
    /// The programs that it runs, as wholes.
    pub(super) programs: Vec<TestId>,
    pub(super) work: Pin<Box<dyn Future<Output = JobResult> + Send>>,
}

/// What came of a job.
pub(super) struct JobResult {
    pub(super) tests: BTreeMap<TestId, TestOutcome>,
    pub(super) notes: BTreeSet<String>,
}

/// The jobs of all targets.
pub(super) struct JobPool<'a> {
    /// Each job by its target and its programs. With its result comes the time that it took, in seconds.
    pool: Pool<(String, Vec<TestId>), (JobResult, f64)>,
    /// For each target the number of jobs that are not over, and the number of its programs.
    left: BTreeMap<String, (usize, usize)>,
    bar: &'a Bar,
    results: &'a PartialResults,
}

impl<'a> JobPool<'a> {
    /// An empty pool in which `at_once` jobs run at the same time.
    pub(super) fn new(at_once: usize, bar: &'a Bar, results: &'a PartialResults) -> Self {
        JobPool {
            pool: Pool::new(at_once),
            left: BTreeMap::new(),
            bar,
            results,
        }
    }

    /// Adds the jobs of a target that has so many programs.
    pub(super) fn start(&mut self, target: &str, programs: usize, jobs: Vec<Job>) {
        if jobs.is_empty() {
            self.bar.done();
        }
        let left = (jobs.len(), programs);
        self.left.insert(target.to_owned(), left);
        for Job { programs, work } in jobs {
            self.pool.spawn((target.to_owned(), programs), async move {
                let began = Instant::now();
                let result = work.await;
                (result, began.elapsed().as_secs_f64())
            });
        }
    }

    /// Waits for this, and meanwhile writes the outcomes of jobs that are over into the results.
    pub(super) async fn beside<T>(&mut self, mut work: impl Future<Output = T> + Unpin) -> T {
        loop {
            tokio::select! {
                done = &mut work => return done,
                Some(()) = self.next() => {}
            }
        }
    }

    /// Waits for the next job that is over, and writes its outcomes into the results. `None` where no job is left.
    ///
    /// Where a job panicked, its own programs could not run, with the words of the panic.
    pub(super) async fn next(&mut self) -> Option<()> {
        let ((target, programs), result) = self.pool.next().await?;
        self.results.note(&target, |run| match result {
            Ok((result, seconds)) => {
                run.seconds.run += seconds;
                for program in &programs {
                    run.tests.remove(program);
                }
                run.tests.extend(result.tests);
                run.notes.extend(result.notes);
            }
            Err(words) => {
                let could_not_run = || TestOutcome::CouldNotRun(words.clone());
                let programs = programs.into_iter();
                run.tests.extend(programs.map(|one| (one, could_not_run())));
            }
        });
        self.one_is_over(&target);
        Some(())
    }

    /// Reports the target when its last job is over.
    fn one_is_over(&mut self, target: &str) {
        let Some((jobs, programs)) = self.left.get_mut(target) else {
            return;
        };
        *jobs -= 1;
        if *jobs == 0 {
            let plural = if *programs == 1 { "" } else { "s" };
            self.bar
                .log(format_args!("{target}: {programs} program{plural} ran"));
            self.bar.done();
        }
    }
}

#[cfg(test)]
mod tests {
    use cross::{Host, TargetTools};
    use kit::progress::Progress;
    use layout::Abis;

    use super::*;
    use crate::results::ProgramId;

    const TARGET: &str = "s390x-unknown-linux-gnu";

    fn program(name: &str) -> TestId {
        TestId {
            package: "codec".to_owned(),
            program: ProgramId {
                kind: "test".to_owned(),
                name: name.to_owned(),
            },
            name: String::new(),
        }
    }

    /// A job for one program with one test; `panics` is what it panics with, if it does.
    fn job(name: &str, panics: Option<&'static str>) -> Job {
        let whole = program(name);
        let test = TestId {
            name: "reads".to_owned(),
            ..whole.clone()
        };
        Job {
            programs: vec![whole],
            work: Box::pin(async move {
                assert!(panics.is_none(), "{}", panics.unwrap_or_default());
                JobResult {
                    tests: [(test, TestOutcome::Passed)].into(),
                    notes: BTreeSet::new(),
                }
            }),
        }
    }

    #[tokio::test]
    async fn a_job_that_panics_could_not_run_and_the_others_keep_their_results() {
        // Nothing is found on this machine, and nothing is needed.
        let nowhere = Host::new([], "/nowhere");
        let target = cross::target(TARGET).unwrap();
        let tools = TargetTools::find(&nowhere, &[], Abis::builtin(), target).unwrap();
        let results = PartialResults::of(&[tools]);
        let bar = Progress::on_stderr().phase("testing", 0);
        let mut pool = JobPool::new(2, &bar, &results);
        let jobs = [
            job("before", None),
            job("panics", Some("no such tree")),
            job("after", None),
        ];
        pool.start(TARGET, 3, jobs.into());
        while pool.next().await.is_some() {}

        let runs = results.runs();
        let tests = &runs[0].tests;
        let why = match tests.get(&program("panics")) {
            Some(TestOutcome::CouldNotRun(why)) => why,
            other => panic!("{other:?}"),
        };
        assert!(why.contains("no such tree"), "{why}");
        assert_eq!(tests.len(), 3, "{tests:?}");
        let passed = tests.values().filter(|one| **one == TestOutcome::Passed);
        assert_eq!(passed.count(), 2, "{tests:?}");
    }
}
