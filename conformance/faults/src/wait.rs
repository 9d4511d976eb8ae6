//! Waiting for a state to be seen, with a bound.

use std::fmt::Display;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use super::Halt;

/// Nothing here takes so long on a machine that works; TCP's own timers are set to seconds where they matter.
pub(super) const BOUND: Duration = Duration::from_secs(20);

/// How often the kernel is asked.
const LOOK: Duration = Duration::from_millis(5);

/// Looks again and again until `look` sees something.
///
/// # Errors
/// What `look` says, and [`Halt::NeverSeen`] after the bound.
pub(super) async fn until<T>(
    what: impl Display,
    mut look: impl FnMut() -> Result<Option<T>, Halt>,
) -> Result<T, Halt> {
    let begun = Instant::now();
    loop {
        if let Some(seen) = look()? {
            return Ok(seen);
        }
        if begun.elapsed() > BOUND {
            return Err(never(what));
        }
        sleep(LOOK).await;
    }
}

/// Waits for something that comes by itself.
pub(super) async fn coming<T>(
    what: impl Display,
    coming: impl Future<Output = T>,
) -> Result<T, Halt> {
    timeout(BOUND, coming).await.map_err(|_| never(what))
}

fn never(what: impl Display) -> Halt {
    let seconds = BOUND.as_secs();
    Halt::NeverSeen(format!("waited {seconds} s in vain: {what}"))
}
