//! Ctrl-C and its kin: armed before anything is started, so that there is no moment in which one leaves something behind.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that ask for an end.
pub struct Interrupt {
    signals: [Signal; 3],
}

impl Interrupt {
    /// From now on these signals no longer end the process by themselves.
    ///
    /// # Errors
    /// The system refuses.
    pub fn arm() -> io::Result<Self> {
        let [interrupt, terminate, hang_up] = [
            SignalKind::interrupt(),
            SignalKind::terminate(),
            SignalKind::hangup(),
        ];
        Ok(Interrupt {
            signals: [signal(interrupt)?, signal(terminate)?, signal(hang_up)?],
        })
    }

    /// Waits for one of them.
    pub async fn arrived(&mut self) {
        let [interrupt, terminate, hang_up] = &mut self.signals;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    }
}
