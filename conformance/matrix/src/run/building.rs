//! The build phase: what was built before, and then one group after the other.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cross::TargetTools;
use kit::machine::cores;
use kit::pool::Pool;
use kit::progress::{Bar, Progress};
use kit::tools::Tools;

use super::build::{BuildCache, Built};
use super::groups::Group;
use super::partial::{Partial, ParticipantStatus};
use super::plan::Plan;
use crate::participant::Participant;

/// A build that takes longer gets a line in a log.
const WORTH_A_LINE: Duration = Duration::from_secs(5);

/// The build phase, which goes on while those that are there meet.
pub(super) struct Building<'a> {
    tools: &'a Tools,
    build_cache: &'a BuildCache,
    partial: &'a Partial,
    bar: Bar,
}

impl<'a> Building<'a> {
    /// Nothing is built yet.
    pub(super) fn new(
        plan: &Plan,
        tools: &'a Tools,
        build_cache: &'a BuildCache,
        progress: &Progress,
        partial: &'a Partial,
    ) -> Building<'a> {
        let bar = progress.phase("building", plan.participants.len());
        let all = to_build(plan, tools);
        bar.at(&all);
        bar.log(&all);
        Building {
            tools,
            build_cache,
            partial,
            bar,
        }
    }

    /// Takes all that was built before.
    pub(super) async fn kept(&self, plan: &Plan) {
        let mut looks = Pool::new(cores());
        for participant in &plan.participants {
            looks.spawn(participant.id.clone(), self.one(participant).kept());
        }
        self.partial
            .note_statuses(looks, ParticipantStatus::NotBuilt)
            .await;
    }

    /// Builds those of a group that are missing: one after the other whatever uses every core by itself (cargo, and maybe a user's own commands), of the others as many at a time as there are cores.
    pub(super) async fn group(&self, plan: &Plan, group: &Group) {
        let statuses = self.partial.statuses();
        let is_missing = |participant: &&Arc<Participant>| {
            matches!(
                statuses.get(&participant.id),
                Some(ParticipantStatus::Unknown)
            )
        };
        let participants = plan.participants.iter();
        let missing = participants.filter(|one| group.contains(&one.id) && is_missing(one));
        let missing: Vec<_> = missing.collect();
        let each_on_one_core = |one: &&Arc<Participant>| !one.implementation.uses_every_core();
        let at_once = match missing.iter().all(each_on_one_core) {
            true => cores(),
            false => 1,
        };
        let mut builds = Pool::new(at_once);
        for participant in missing {
            builds.spawn(participant.id.clone(), self.one(participant).build());
        }
        self.partial
            .note_statuses(builds, ParticipantStatus::NotBuilt)
            .await;
    }

    /// Where it tells how far it is.
    pub(super) fn bar(&self) -> &Bar {
        &self.bar
    }

    fn one(&self, participant: &Arc<Participant>) -> One {
        One {
            participant: Arc::clone(participant),
            target_tools: self.tools.by_target.get(&participant.target.name).cloned(),
            build_cache: self.build_cache.clone(),
            bar: self.bar.clone(),
            partial: self.partial.clone(),
        }
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
    /// Takes what was built before; else it stays unknown.
    async fn kept(self) -> ParticipantStatus {
        let began = Instant::now();
        let built = match &self.target_tools {
            None => return self.without_tools(),
            Some(tools) => self.build_cache.kept(&self.participant, tools).await,
        };
        match built.transpose() {
            None => ParticipantStatus::Unknown,
            Some(built) => self.done(began, built),
        }
    }

    async fn build(self) -> ParticipantStatus {
        let Some(target_tools) = &self.target_tools else {
            return self.without_tools();
        };
        let id = &self.participant.id;
        let slow = match BuildCache::is_slow(target_tools, &self.participant) {
            true => " and, once, its Rust standard library",
            false => "",
        };
        self.bar.at(format_args!("{id}{slow}"));
        let began = Instant::now();
        let built = self.build_cache.build(&self.participant, target_tools);
        self.done(began, built.await)
    }

    fn without_tools(&self) -> ParticipantStatus {
        self.bar.done();
        let target = &self.participant.target.name;
        ParticipantStatus::NotBuilt(format!("nobody looked for the tools of {target}"))
    }

    /// What became of a build.
    fn done(&self, began: Instant, built: anyhow::Result<Built>) -> ParticipantStatus {
        let id = &self.participant.id;
        let took = began.elapsed();
        if took > WORTH_A_LINE {
            self.bar.log(format_args!("{id}: {} s", took.as_secs()));
        }
        self.bar.done();
        let built = match built {
            Ok(built) => built,
            Err(error) => return ParticipantStatus::NotBuilt(format!("{error:#}")),
        };
        if built.is_new {
            self.partial.note(|results| {
                let cost = results.costs.entry(id.clone()).or_default();
                cost.building = Some(took.as_secs_f64());
            });
        }
        ParticipantStatus::Built(built)
    }
}
