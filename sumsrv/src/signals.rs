//! The signals that ask the server to stop.

use std::io;

/// Installs the handlers of SIGTERM and SIGINT now; the future is done when one of the signals has come.
///
/// # Errors
/// The system refuses.
#[cfg(unix)]
pub fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Installs the handler now; the future is done when Ctrl-C was pressed, or when the standard input ended: nobody can send SIGTERM there.
///
/// # Errors
/// The system refuses.
#[cfg(windows)]
pub fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    let (ended, end) = tokio::sync::oneshot::channel();
    // A read cannot be given up, and so it has a thread that nobody waits for.
    std::thread::Builder::new().spawn(move || {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        let _ = ended.send(());
    })?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = end => {}
        }
    })
}
