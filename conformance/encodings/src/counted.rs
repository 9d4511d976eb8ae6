//! Has the program `gauge` run on targets, instruction by instruction.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use cross::counting::Counter;
use cross::{Host, Target, TargetTools};
use proto::{Encoding, Request};

use super::gauged::{self, Found};
use kit::pool::Pool;
use kit::progress::Progress;
use kit::tools::Tools;
use matrix::run::build::BuildCache;

/// What is known of a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnTarget {
    /// Its instructions were counted, for each encoding by name.
    Counted {
        /// What counted, such as `qemu-ppc-static 7.2.22`, and as which processor.
        emulator: String,
        /// What compiled, such as `rustc 1.95.0`.
        compiler: String,
        /// What came of each encoding.
        encodings: BTreeMap<&'static str, Found>,
    },
    /// There cannot be a program, and why.
    Unsupported(String),
    /// It did not come to that, and why.
    CouldNotRun(String),
}

/// The function of the gauge's that marks where counting begins and ends.
const MARK: &str = "gauge::mark";

/// Of one target, all encodings.
const COUNT_TIMEOUT: Duration = Duration::from_secs(1800);

/// Counts on these targets, as many at once as there are cores.
pub async fn count(
    targets: &[&'static Target],
    tools: &Tools,
    build_cache: &BuildCache,
    encodings: &[&'static dyn Encoding],
    values: &[Request],
    progress: &Progress,
) -> BTreeMap<&'static str, OnTarget> {
    let mut counted = BTreeMap::new();
    let mut built = Vec::new();
    let bar = progress.phase("building what is counted", targets.len());
    for &target in targets {
        bar.at(&target.name);
        match build(target, tools, build_cache).await {
            Ok(ready) => built.push((target, ready)),
            Err(why) => drop(counted.insert(target.name.as_str(), why)),
        }
        bar.done();
    }
    drop(bar);

    let bar = progress.phase("counting instructions", built.len());
    let counts = built.into_iter().map(|(target, ready)| {
        let (bar, host) = (bar.clone(), tools.host.clone());
        let (encodings, values) = (encodings.to_vec(), values.to_vec());
        let count = async move {
            bar.at(&target.name);
            let began = tokio::time::Instant::now();
            let came = on_target(target, &ready, &host, &encodings, &values).await;
            let seconds = began.elapsed().as_secs_f64();
            bar.log(format_args!("{}: {seconds:.1} s", target.name));
            bar.done();
            came
        };
        (target.name.as_str(), count)
    });
    counted.extend(all_at_once(counts).await);
    counted
}

/// Waits for counts, as many at once as there are cores. One that fails or panics is its own target's, and no other's.
async fn all_at_once(
    counts: impl Iterator<
        Item = (
            &'static str,
            impl Future<Output = anyhow::Result<OnTarget>> + Send + 'static,
        ),
    >,
) -> BTreeMap<&'static str, OnTarget> {
    let mut pool = Pool::new(kit::machine::cores());
    for (target, count) in counts {
        pool.spawn(target, count);
    }
    let mut counted = BTreeMap::new();
    while let Some((target, came)) = pool.next().await {
        let came = match came {
            Ok(Ok(on_target)) => on_target,
            Ok(Err(why)) => OnTarget::CouldNotRun(format!("{why:#}")),
            Err(panic) => OnTarget::CouldNotRun(panic),
        };
        counted.insert(target, came);
    }
    counted
}

/// What is needed to count on a target.
struct Ready {
    counter: Counter,
    gauge: std::path::PathBuf,
    compiler: String,
}

async fn build(
    target: &Target,
    tools: &Tools,
    build_cache: &BuildCache,
) -> Result<Ready, OnTarget> {
    if let Some(why) = &target.no_rust {
        return Err(OnTarget::Unsupported(why.clone()));
    }
    let ready = async {
        let target_tools: &TargetTools = tools
            .by_target
            .get(&target.name)
            .with_context(|| format!("nobody looked for the tools of {}", target.name))?;
        let counter = Counter::find(&tools.host, target).await?.value;
        let gauge = build_cache.gauge(target_tools).await?;
        anyhow::Ok(Ready {
            counter,
            gauge: gauge.folder.join("gauge"),
            compiler: gauge.compiler,
        })
    };
    ready
        .await
        .map_err(|why| OnTarget::CouldNotRun(format!("{why:#}")))
}

async fn on_target(
    target: &Target,
    ready: &Ready,
    host: &Host,
    encodings: &[&'static dyn Encoding],
    values: &[Request],
) -> anyhow::Result<OnTarget> {
    let folder = tempfile::Builder::new()
        .prefix("crossum-gauge-")
        .tempdir()?;
    lay_out(
        folder.path(),
        &ready.gauge,
        &gauged::work(encodings, values),
    )?;
    let counted = ready
        .counter
        .count(host, &folder.path().join("gauge"), MARK, COUNT_TIMEOUT)
        .await?;
    Ok(OnTarget::Counted {
        emulator: match &target.cpu {
            Some(cpu) => format!("{} as {cpu}", ready.counter.name),
            None => ready.counter.name.clone(),
        },
        compiler: ready.compiler.clone(),
        encodings: gauged::read(&counted, encodings, values, &target.name)?,
    })
}

/// A copy, and not the kept program itself: a run of another checkout may sweep that away.
fn lay_out(folder: &Path, gauge: &Path, work: &str) -> anyhow::Result<()> {
    std::fs::copy(gauge, folder.join("gauge"))
        .with_context(|| format!("cannot copy {}", gauge.display()))?;
    std::fs::write(folder.join("work"), work)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_count_that_panics_or_fails_takes_no_other_target_with_it() {
        let counts = ["panics", "counts", "fails", "counts-too"].map(|target| {
            let count = async move {
                assert_ne!(target, "panics", "out of marks");
                anyhow::ensure!(target != "fails", "no emulator");
                Ok(OnTarget::Counted {
                    emulator: target.to_owned(),
                    compiler: String::new(),
                    encodings: BTreeMap::new(),
                })
            };
            (target, count)
        });
        let counted = all_at_once(counts.into_iter()).await;
        assert_eq!(counted.len(), 4);
        let Some(OnTarget::CouldNotRun(why)) = counted.get("panics") else {
            panic!("a panic is no result: {counted:?}");
        };
        assert!(
            why.contains("a bug of crossum") && why.contains("out of marks"),
            "{why}"
        );
        assert_eq!(
            counted["fails"],
            OnTarget::CouldNotRun("no emulator".to_owned())
        );
        for target in ["counts", "counts-too"] {
            assert!(
                matches!(&counted[target], OnTarget::Counted { emulator, .. } if emulator == target)
            );
        }
    }
}
