//! The phase in which every participant is asked about itself.

use std::sync::Arc;

use cross::Host;
use kit::pool::Pool;
use kit::progress::Progress;
use layout::Abis;

use super::partial::{Partial, ParticipantStatus};
use super::plan::Plan;
use super::self_check::{Rejected, self_check};
use super::windows;
use crate::participant::Participant;

/// Asks all participants that were built and not asked yet.
pub(super) async fn check_all(
    plan: &Plan,
    abis: &Abis,
    host: &Host,
    progress: &Progress,
    partial: &Partial,
) {
    let statuses = partial.statuses();
    let built = |participant: &Participant| match statuses.get(&participant.id) {
        Some(ParticipantStatus::Built(built)) => Some(built.clone()),
        _ => None,
    };
    let participants = plan.participants.iter();
    let asked: Vec<_> = participants
        .filter_map(|participant| Some((participant, built(participant)?)))
        .collect();
    let bar = progress.phase("asking each about itself", asked.len());
    let all = asked.iter().map(|(_, built)| built);
    let prefix = windows::prefix_for(all, host, |server| server).await;
    let mut checks = Pool::new(plan.jobs);
    for (participant, built) in asked {
        let Some(abi) = abis.get(&participant.target.abi) else {
            continue;
        };
        let (facts, encodings) = (plan.protocol.facts(abi), plan.encodings.clone());
        let (one, bar) = (Arc::clone(participant), bar.clone());
        let started = match &prefix {
            Ok(Some(prefix)) => Ok(built.clone().in_prefix(prefix)),
            Err(why) if built.wine.is_some() => Err(why.to_string()),
            _ => Ok(built.clone()),
        };
        checks.spawn(participant.id.clone(), async move {
            let checked = match &started {
                Ok(started) => self_check(&one, started, &facts, &encodings).await,
                Err(why) => return ParticipantStatus::NotAsked(why.clone()),
            };
            bar.done();
            match checked {
                Ok(report) => ParticipantStatus::Ready { built, report },
                Err(rejected) => {
                    let why = rejected.to_string();
                    match rejected {
                        Rejected::Differs { facts, .. } => {
                            ParticipantStatus::Differs { built, facts, why }
                        }
                        Rejected::BreaksContract(_) => ParticipantStatus::BreaksContract(why),
                    }
                }
            }
        });
    }
    partial
        .note_statuses(checks, ParticipantStatus::NotAsked)
        .await;
}
