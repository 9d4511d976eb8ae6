//! The listener's side: who is let in, and how all ends.

use std::{io, time::Duration};

use proto::Encoding;
use tokio::{
    net::TcpListener,
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{Event, Events, Limits, connection::attend};

/// How long accepting pauses when descriptors or memory have run out, unless a connection ends before.
const PAUSE: Duration = Duration::from_millis(50);

/// Serves one encoding until `stop` becomes true (or its sender is gone); then answers what it received whole, closes, and returns.
///
/// It must run in a tokio runtime with I/O and time.
pub async fn serve(
    listener: TcpListener,
    encoding: &'static dyn Encoding,
    mut stop: watch::Receiver<bool>,
    limits: Limits,
    events: Events,
) {
    let mut peers = JoinSet::new();
    let mut failing = false;
    loop {
        let accepted = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => break,
            Some(_) = peers.join_next() => continue,
            accepted = listener.accept(), if peers.len() < limits.connections => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                failing = false;
                peers.spawn(attend(
                    stream,
                    peer,
                    encoding,
                    stop.clone(),
                    limits,
                    events.clone(),
                ));
            }
            // The connection was given up before it was accepted: nothing is wrong here.
            Err(error) if of_the_peer(&error) => {}
            Err(error) => {
                // The listener stays ready as long as the connection waits, so trying again at once would spin.
                // One word about it is enough until it is over.
                if !failing {
                    events(Event::AcceptFailed {
                        encoding: encoding.name(),
                        error,
                    });
                }
                failing = true;
                tokio::select! {
                    _ = stop.wait_for(|stop| *stop) => break,
                    Some(_) = peers.join_next() => {}
                    () = sleep(PAUSE) => {}
                }
            }
        }
    }
    drop(listener);
    let everybody_left = async { while peers.join_next().await.is_some() {} };
    // Whoever has not taken the last replies by then is cut off: dropping the set ends its tasks.
    let _ = timeout(limits.grace, everybody_left).await;
}

fn of_the_peer(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
    )
}
