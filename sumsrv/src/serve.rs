//! The listener's side: how connections are accepted, and how all of them end.

use std::{io, time::Duration};

use tokio::{
    net::TcpListener,
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};
use tracing::{info, warn};

use crate::{connection::handle_connection, event::Events, limits::Limits, services::Service};

/// How long accepting pauses when descriptors or memory have run out. It goes on earlier when a connection ends.
const PAUSE: Duration = Duration::from_millis(50);

/// Serves until `stop` becomes true or its sender is dropped. Then it answers the requests that it has received whole, closes all connections, and returns.
///
/// It must run in a tokio runtime with I/O and time.
pub async fn serve(
    listener: TcpListener,
    service: Service,
    mut stop: watch::Receiver<bool>,
    limits: Limits,
    events: Events,
) {
    let name = service.name();
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
                // Without it replies would wait for acknowledgements. A socket that refuses it is only slower.
                let _ = stream.set_nodelay(true);
                let (stop, events) = (stop.clone(), events.clone());
                peers.spawn(async move {
                    info!(service = name, %peer, "connected");
                    match handle_connection(stream, peer, service, stop, limits, events).await {
                        Ok(why) => info!(service = name, %peer, %why, "ended"),
                        Err(why) => info!(service = name, %peer, %why, "broke"),
                    }
                });
            }
            // The peer gave the connection up before it was accepted.
            Err(why) if of_the_peer(&why) => info!(service = name, %why, "not accepted"),
            Err(why) => {
                // The listener stays ready as long as the connection waits, so trying again at once would spin.
                // It is logged once, until accepting works again.
                if !failing {
                    warn!(service = name, %why, "cannot accept connections for now");
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
    info!(service = name, peers = peers.len(), "stopping");
    let everybody_left = async { while peers.join_next().await.is_some() {} };
    // Peers that have not taken their last replies by then are cut off: dropping the set ends its tasks.
    if timeout(limits.grace, everybody_left).await.is_err() {
        warn!(
            service = name,
            peers = peers.len(),
            "cut off at the end of the grace"
        );
    }
}

fn of_the_peer(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
    )
}
