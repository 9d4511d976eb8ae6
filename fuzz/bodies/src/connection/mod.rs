//! One connection of the server, and a peer that does what a script says.

mod peer;
mod play;
mod reference;
mod script;
mod wire;
mod woken;

use self::{play::Play, script::Script};

/// How many actions of a script are played. A longer script would show nothing new.
const MAX_ACTIONS: usize = 100;

/// Plays the input as a script against [`sumsrv::handle_connection`], by a paused clock. Compares what the server sends, and when it ends, with a reference.
///
/// # Panics
/// When the server does what it must not.
pub fn connection(input: &[u8]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without I/O asks the system for nothing");
    // An input that ends before the setting is not a script.
    let _ = runtime.block_on(async {
        let mut script = Script::new(input);
        let service = script.service()?;
        let limits = script.limits()?;
        let mut play = Play::new(service, limits, script.pipe()?);
        for _ in 0..MAX_ACTIONS {
            match script.action(service) {
                Some(action) => play.perform(action).await,
                None => break,
            }
        }
        play.end().await;
        Some(())
    });
}
