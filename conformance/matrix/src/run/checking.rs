//! The phase in which every participant is asked about itself.

use std::sync::Arc;

use kit::pool::Pool;
use kit::progress::Progress;
use layout::Abis;

use super::partial::{Partial, ParticipantStatus};
use super::plan::Plan;
use super::self_check::{Rejected, self_check};

/// Asks all participants that were built.
pub(super) async fn check_all(plan: &Plan, abis: &Abis, progress: &Progress, partial: &Partial) {
    let bar = progress.phase("asking each about itself", plan.participants.len());
    let mut checks = Pool::new(plan.jobs);
    let before = partial.statuses();
    for participant in &plan.participants {
        let Some(ParticipantStatus::Built(built)) = before.get(&participant.id).cloned() else {
            bar.done();
            continue;
        };
        let Some(abi) = abis.get(&participant.target.abi) else {
            continue;
        };
        let (facts, encodings) = (plan.protocol.facts(abi), plan.encodings.clone());
        let (one, bar) = (Arc::clone(participant), bar.clone());
        checks.spawn(participant.id.clone(), async move {
            let checked = self_check(&one, &built, &facts, &encodings).await;
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
