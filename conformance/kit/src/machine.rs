//! This machine: its cores, and the end of what was started on it.

use std::time::{Duration, Instant};

use cross::process;

/// How long the end of everything may take after an interrupt.
pub const GONE_WITHIN: Duration = Duration::from_secs(1);

/// How many cores there are.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}

/// Waits until what a run left behind when it was dropped is gone, too.
pub async fn gone() {
    // Its tasks were told to end; each needs one turn of the scheduler to do so, and with it ends its process.
    let began = Instant::now();
    while process::held() > 0 && began.elapsed() < GONE_WITHIN {
        tokio::task::yield_now().await;
    }
}
