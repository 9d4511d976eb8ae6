//! A pool of tasks: so many run at once, and a task that panics takes nothing with it but its own result.
//!
//! tokio's `JoinSet` does the work: each task is one of its own, at whose border a panic stops. What is added here is the bound, and the key by which the result of a task is known even where the task has none to give.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::{Id, JoinError, JoinSet};

/// Tasks, each with a key. Dropping the pool ends those that still run.
pub struct Pool<K, T> {
    slots: Arc<Semaphore>,
    tasks: JoinSet<T>,
    keys: HashMap<Id, K>,
}

impl<K, T: Send + 'static> Pool<K, T> {
    /// An empty pool of which `at_once` tasks run at the same time; of 0, one does.
    pub fn new(at_once: usize) -> Self {
        Pool {
            slots: Arc::new(Semaphore::new(at_once.max(1))),
            tasks: JoinSet::new(),
            keys: HashMap::new(),
        }
    }

    /// Adds a task. It starts as soon as a slot is free.
    pub fn spawn(&mut self, key: K, task: impl Future<Output = T> + Send + 'static) {
        let slots = Arc::clone(&self.slots);
        let task = self.tasks.spawn(async move {
            // The semaphore is never closed, so the slot comes.
            let _slot = slots.acquire_owned().await;
            task.await
        });
        self.keys.insert(task.id(), key);
    }

    /// Waits for the next task that is done, in whatever order that is; `None` when there is no other.
    ///
    /// A task that panicked has the words of its panic instead of a result.
    pub async fn next(&mut self) -> Option<(K, Result<T, String>)> {
        let joined = self.tasks.join_next_with_id().await?;
        self.done(joined)
    }

    /// A task that is done already, if there is one: does not wait.
    pub fn try_next(&mut self) -> Option<(K, Result<T, String>)> {
        let joined = self.tasks.try_join_next_with_id()?;
        self.done(joined)
    }

    fn done(&mut self, joined: Result<(Id, T), JoinError>) -> Option<(K, Result<T, String>)> {
        let (id, result) = match joined {
            Ok((id, result)) => (id, Ok(result)),
            Err(error) => (error.id(), Err(words(error))),
        };
        // Every task was given its key when it was spawned.
        Some((self.keys.remove(&id)?, result))
    }
}

/// Runs all of these, `at_once` at the same time; their results are in the order in which they were given.
///
/// A task that panicked has the words of its panic instead of a result.
pub async fn run_all<T: Send + 'static>(
    at_once: usize,
    tasks: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<Result<T, String>> {
    let mut pool = Pool::new(at_once);
    for (place, task) in tasks.into_iter().enumerate() {
        pool.spawn(place, task);
    }
    let mut results = Vec::new();
    while let Some(done) = pool.next().await {
        results.push(done);
    }
    results.sort_by_key(|(place, _)| *place);
    results.into_iter().map(|(_, result)| result).collect()
}

/// The same of tasks that can fail: one that panicked has failed with the words of its panic.
pub async fn try_all<T: Send + 'static>(
    at_once: usize,
    tasks: impl IntoIterator<Item = impl Future<Output = Result<T, String>> + Send + 'static>,
) -> Vec<Result<T, String>> {
    let results = run_all(at_once, tasks).await.into_iter();
    results.map(|result| result.and_then(|done| done)).collect()
}

/// What a task that came to no result says of it.
fn words(error: JoinError) -> String {
    let panic = match error.try_into_panic() {
        Ok(panic) => panic,
        Err(cancelled) => return cancelled.to_string(),
    };
    // What `panic!` throws is one of these two.
    let said = match panic.downcast::<String>() {
        Ok(said) => *said,
        Err(panic) => match panic.downcast::<&'static str>() {
            Ok(said) => (*said).to_owned(),
            Err(_) => return "a bug of crossum: it panicked".to_owned(),
        },
    };
    format!("a bug of crossum: it panicked: {said}")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_the_result_of_its_own_task_and_no_others() {
        let results = run_all(
            2,
            (0..5).map(|number| async move {
                assert_ne!(number, 1, "one of {}", 5);
                number
            }),
        )
        .await;
        let expected = |number: usize| match number {
            1 => Err("one of 5".to_owned()),
            number => Ok(number),
        };
        for (number, result) in results.iter().enumerate() {
            match (result, expected(number)) {
                (Err(words), Err(said)) => assert!(words.contains(&said), "{words}"),
                (result, expected) => assert_eq!(*result, expected),
            }
        }
        assert_eq!(results.len(), 5);
    }

    #[tokio::test]
    async fn of_tasks_that_can_fail_one_that_panicked_has_failed() {
        let tasks = (0..3).map(|number| async move {
            assert_ne!(number, 2, "a bug");
            if number == 1 {
                Err("no".to_owned())
            } else {
                Ok(number)
            }
        });
        let results = try_all(2, tasks).await;
        assert_eq!(results[..2], [Ok(0), Err("no".to_owned())]);
        let words = results[2].as_ref().unwrap_err();
        assert!(
            words.contains("panicked") && words.contains("a bug"),
            "{words}"
        );
    }

    #[tokio::test]
    async fn a_panic_without_words_to_format_has_words_too() {
        let mut pool = Pool::new(1);
        pool.spawn("key", async { panic!("plain") });
        let (key, result): (_, Result<(), String>) = pool.next().await.unwrap();
        assert_eq!(key, "key");
        assert_eq!(result.unwrap_err(), "a bug of crossum: it panicked: plain");
        assert!(pool.next().await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_run_at_once_than_there_are_slots_and_results_keep_their_order() {
        static RUNNING: AtomicUsize = AtomicUsize::new(0);
        static MOST: AtomicUsize = AtomicUsize::new(0);
        let tasks = (0..20_u64).map(|number| async move {
            let now = RUNNING.fetch_add(1, Ordering::SeqCst) + 1;
            MOST.fetch_max(now, Ordering::SeqCst);
            // The later ones are the quicker ones.
            tokio::time::sleep(Duration::from_secs(20 - number)).await;
            RUNNING.fetch_sub(1, Ordering::SeqCst);
            number
        });
        let results = run_all(3, tasks).await;
        assert_eq!(results, (0..20).map(Ok).collect::<Vec<_>>());
        assert_eq!(MOST.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn what_is_done_already_is_there_without_waiting() {
        let mut pool = Pool::new(0);
        assert!(pool.try_next().is_none());
        pool.spawn(7, std::future::pending());
        pool.spawn(8, async {});
        tokio::task::yield_now().await;
        // The one slot is taken for ever: nothing is done, and nobody waits.
        assert!(pool.try_next().is_none());
    }
}
