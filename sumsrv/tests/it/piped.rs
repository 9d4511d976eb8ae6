//! One connection of the server over a pipe in memory.
//!
//! With a clock that is paused from the start, time passes only when both ends wait, and then at once up to the next timer. So times are exact, however busy the machine is.

use std::{
    io,
    net::Ipv4Addr,
    sync::{Arc, Mutex},
};

use sumsrv::{End, Event, Limits, Service, handle_connection};
use tokio::{io::DuplexStream, sync::watch, task::JoinHandle};

use crate::running::line;

/// Octets on their way in one direction, at most.
const PIPE: usize = 4096;

/// A connection of the server, and the peer's end of it.
pub(crate) struct Connection {
    pub(crate) peer: DuplexStream,
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) server: JoinHandle<io::Result<End>>,
    events: Arc<Mutex<Vec<String>>>,
}

impl Connection {
    pub(crate) fn new(service: &str, limits: Limits) -> Self {
        let (peer, stream) = tokio::io::duplex(PIPE);
        let (stop, stopped) = watch::channel(false);
        let events = Arc::new(Mutex::new(Vec::new()));
        let seen = events.clone();
        let server = tokio::spawn(handle_connection(
            stream,
            (Ipv4Addr::LOCALHOST, 9).into(),
            Service::named(service).unwrap(),
            stopped,
            limits,
            Arc::new(move |event: Event| seen.lock().unwrap().push(line(&event))),
        ));
        Connection {
            peer,
            stop,
            server,
            events,
        }
    }

    /// Why the server's side ended, and its events.
    pub(crate) async fn end(self) -> (End, Vec<String>) {
        let end = self.server.await.unwrap().unwrap();
        let events = std::mem::take(&mut *self.events.lock().unwrap());
        (end, events)
    }
}
