//! The build phase.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cross::TargetTools;
use kit::machine::cores;
use kit::pool::Pool;
use kit::progress::{Bar, Progress};
use kit::tools::Tools;

use super::build::BuildCache;
use super::partial::{Partial, ParticipantStatus};
use super::plan::Plan;
use crate::participant::Participant;

/// A build that takes longer gets a line in a log.
const WORTH_A_LINE: Duration = Duration::from_secs(5);

/// Builds all participants of a plan.
pub(super) async fn build_all(
    plan: &Plan,
    tools: &Tools,
    build_cache: &BuildCache,
    progress: &Progress,
    partial: &Partial,
) {
    let bar = progress.phase("building", plan.participants.len());
    let all = to_build(plan, tools);
    bar.at(&all);
    bar.log(&all);
    let participants = plan.participants.iter();
    // The C program is one compiler on one core at a time; cargo uses every core by itself, and so may a user's own commands.
    let (alone, together): (Vec<_>, Vec<_>) =
        participants.partition(|participant| participant.implementation.uses_every_core());
    for (participants, at_once) in [(together, cores()), (alone, 1)] {
        let mut builds = Pool::new(at_once);
        for participant in participants {
            let one = One {
                participant: Arc::clone(participant),
                target_tools: tools.by_target.get(&participant.target.name).cloned(),
                build_cache: build_cache.clone(),
                bar: bar.clone(),
                partial: partial.clone(),
            };
            builds.spawn(participant.id.clone(), one.build());
        }
        partial
            .note_statuses(builds, ParticipantStatus::NotBuilt)
            .await;
    }
}

/// How much there is to build: `c-gcc 18, rust 14 (4 of them with their standard library)`.
fn to_build(plan: &Plan, tools: &Tools) -> String {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for participant in &plan.participants {
        let (all, slow) = counts.entry(&participant.id.implementation).or_default();
        *all += 1;
        let target_tools = tools.by_target.get(&participant.target.name);
        let is_slow = target_tools.is_some_and(|tools| BuildCache::is_slow(tools, participant));
        *slow += usize::from(is_slow);
    }
    let told = counts.into_iter().map(|(name, (all, slow))| match slow {
        0 => format!("{name} {all}"),
        _ => format!("{name} {all} ({slow} of them with their standard library, a minute each)"),
    });
    told.collect::<Vec<_>>().join(", ")
}

/// A participant that is to be built.
struct One {
    participant: Arc<Participant>,
    target_tools: Option<TargetTools>,
    build_cache: BuildCache,
    bar: Bar,
    partial: Partial,
}

impl One {
    async fn build(self) -> ParticipantStatus {
        let status = match &self.target_tools {
            None => ParticipantStatus::NotBuilt(format!(
                "nobody looked for the tools of {}",
                self.participant.target.name
            )),
            Some(target_tools) => self.build_with(target_tools).await,
        };
        self.bar.done();
        status
    }

    async fn build_with(&self, target_tools: &TargetTools) -> ParticipantStatus {
        let id = &self.participant.id;
        let slow = match BuildCache::is_slow(target_tools, &self.participant) {
            true => " and, once, its Rust standard library",
            false => "",
        };
        self.bar.at(format_args!("{id}{slow}"));
        let began = Instant::now();
        let built = self
            .build_cache
            .build(&self.participant, target_tools)
            .await;
        if began.elapsed() > WORTH_A_LINE {
            let seconds = began.elapsed().as_secs();
            self.bar.log(format_args!("{id}: {seconds} s"));
        }
        let built = match built {
            Ok(built) => built,
            Err(error) => return ParticipantStatus::NotBuilt(format!("{error:#}")),
        };
        if built.is_new {
            self.partial.note(|results| {
                let cost = results.costs.entry(id.clone()).or_default();
                cost.building = Some(began.elapsed().as_secs_f64());
            });
        }
        ParticipantStatus::Built(built)
    }
}
