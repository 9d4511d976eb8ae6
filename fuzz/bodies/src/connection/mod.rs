//! One connection of the server, and a peer that does whatever a script says.

mod peer;
mod play;
mod reference;
mod script;
mod wire;
mod woken;

use self::{play::Play, script::Script};

/// What a longer script shows, a shorter one does, too, and sooner.
const DEEDS: usize = 100;

/// Plays the input as a script against the server's own code for a connection, by a clock that does not wait, and compares what it says and when it ends with a reference.
///
/// # Panics
/// When the server does what it must not.
pub fn connection(input: &[u8]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without I/O asks the system for nothing");
    // An input that ends before the setting does is no script.
    let _ = runtime.block_on(async {
        let mut script = Script::new(input);
        let service = script.service()?;
        let limits = script.limits()?;
        let mut play = Play::new(service, limits, script.pipe()?);
        for _ in 0..DEEDS {
            match script.deed(service) {
                Some(deed) => play.perform(deed).await,
                None => break,
            }
        }
        play.end().await;
        Some(())
    });
}
