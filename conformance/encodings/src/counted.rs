//! Has the program `gauge` run on targets, instruction by instruction.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use cross::counting::Counter;
use cross::{Host, Target, TargetTools};
use proto::{Encoding, Request};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::gauged::{self, Found};
use kit::progress::Progress;
use kit::tools::Tools;
use matrix::run::build::Workshop;

/// What is known of a target.
#[derive(Clone, Debug)]
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

const A_COUNT: Duration = Duration::from_secs(1800);

/// Counts on these targets, as many at once as there are cores.
pub async fn count(
    targets: &[&'static Target],
    tools: &Tools,
    workshop: &Workshop,
    encodings: &[&'static dyn Encoding],
    values: &[Request],
    progress: &Progress,
) -> BTreeMap<&'static str, OnTarget> {
    let mut counted = BTreeMap::new();
    let mut built = Vec::new();
    let bar = progress.phase("building what is counted", targets.len());
    for &target in targets {
        bar.at(&target.name);
        match build(target, tools, workshop).await {
            Ok(ready) => built.push((target, ready)),
            Err(why) => drop(counted.insert(target.name.as_str(), why)),
        }
        bar.done();
    }
    drop(bar);

    let bar = progress.phase("counting instructions", built.len());
    let slots = Arc::new(Semaphore::new(kit::machine::cores()));
    let mut counts = JoinSet::new();
    for (target, ready) in built {
        let (slots, bar, host) = (Arc::clone(&slots), bar.clone(), tools.host.clone());
        let (encodings, values) = (encodings.to_vec(), values.to_vec());
        counts.spawn(async move {
            let _slot = slots.acquire_owned().await;
            bar.at(&target.name);
            let began = tokio::time::Instant::now();
            let came = on_target(target, &ready, &host, &encodings, &values).await;
            let seconds = began.elapsed().as_secs_f64();
            bar.log(format_args!("{}: {seconds:.1} s", target.name));
            bar.done();
            let came = came.unwrap_or_else(|why| OnTarget::CouldNotRun(format!("{why:#}")));
            (target.name.as_str(), came)
        });
    }
    while let Some(Ok((name, came))) = counts.join_next().await {
        counted.insert(name, came);
    }
    counted
}

/// What is needed to count on a target.
struct Ready {
    counter: Counter,
    gauge: std::path::PathBuf,
    compiler: String,
}

async fn build(target: &Target, tools: &Tools, workshop: &Workshop) -> Result<Ready, OnTarget> {
    if let Some(why) = &target.no_rust {
        return Err(OnTarget::Unsupported(why.clone()));
    }
    let ready = async {
        let target_tools: &TargetTools = tools
            .by_target
            .get(&target.name)
            .with_context(|| format!("nobody looked for the tools of {}", target.name))?;
        let counter = Counter::find(&tools.host, target).await?.value;
        let gauge = workshop.gauge(target_tools).await?;
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
        .count(host, &folder.path().join("gauge"), MARK, A_COUNT)
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
