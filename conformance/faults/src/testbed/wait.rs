//! Waiting for a state that can be seen, with a bound.

use std::fmt::Display;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use crate::observation::Halt;

/// The longest wait. Nothing takes so long on a machine that works: where TCP's timers matter, scenarios set them to seconds.
pub(crate) const MAX_WAIT: Duration = Duration::from_secs(20);

/// The time between two looks.
const LOOK_INTERVAL: Duration = Duration::from_millis(5);

/// Looks again and again until `look` sees something.
///
/// # Errors
/// Those of `look`, and [`Halt::NeverSeen`] after [`MAX_WAIT`].
pub(crate) async fn until<T>(
    what: impl Display,
    mut look: impl FnMut() -> Result<Option<T>, Halt>,
) -> Result<T, Halt> {
    let begun = Instant::now();
    loop {
        if let Some(seen) = look()? {
            return Ok(seen);
        }
        if begun.elapsed() > MAX_WAIT {
            return Err(never(what));
        }
        sleep(LOOK_INTERVAL).await;
    }
}

/// Waits for something that comes by itself.
pub(crate) async fn coming<T>(
    what: impl Display,
    coming: impl Future<Output = T>,
) -> Result<T, Halt> {
    timeout(MAX_WAIT, coming).await.map_err(|_| never(what))
}

fn never(what: impl Display) -> Halt {
    let seconds = MAX_WAIT.as_secs();
    Halt::NeverSeen(format!("waited {seconds} s in vain: {what}"))
}
