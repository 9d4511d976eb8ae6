//! Work that waits for processes, some of it at a time.

use std::sync::Arc;

use anyhow::Context as _;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// The results, in the order of the work; `done` is called after each.
///
/// # Errors
/// A task was lost.
pub(crate) async fn some_at_a_time<T: Send + 'static>(
    work: impl Iterator<Item = impl Future<Output = T> + Send + 'static>,
    jobs: usize,
    done: impl Fn() + Clone + Send + 'static,
) -> anyhow::Result<Vec<T>> {
    let turns = Arc::new(Semaphore::new(jobs));
    let mut running = JoinSet::new();
    for (place, one) in work.enumerate() {
        let (turns, done) = (Arc::clone(&turns), done.clone());
        running.spawn(async move {
            // The semaphore is never closed, so the turn comes.
            let _turn = turns.acquire().await;
            let result = one.await;
            done();
            (place, result)
        });
    }
    let mut results = Vec::new();
    while let Some(done) = running.join_next().await {
        results.push(done.context("a task was lost")?);
    }
    results.sort_by_key(|(place, _)| *place);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}
