//! One connection, from its acceptance to its close.
//!
//! It reads, answers and writes in turn. So a peer that does not read its replies is not read from.

mod alarm;
mod channel;
mod end;

use std::{io, net::SocketAddr, pin::pin};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::watch,
    time::{Instant, sleep},
};

pub use self::end::End;
use self::{
    alarm::Alarm,
    channel::{Channel, Received},
};
use crate::{
    event::{Event, Events},
    limits::Limits,
    services::{Next, Service},
};

/// The capacity in octets that an empty buffer keeps. Many connections are idle, and a usual burst needs no more.
const KEPT: usize = 1024;

/// Serves one peer until it ends the stream, the server stops, or a limit is reached. Returns which of these it was.
///
/// [`serve`](crate::serve()) calls this for each connection. The stream may be anything that octets go through both ways. `peer` is only used in events.
/// `stop` is as in `serve`. [`Limits::connections`] and [`Limits::grace`] have no effect here.
///
/// It must run in a tokio runtime with time.
///
/// # Errors
/// When the connection breaks.
pub async fn handle_connection(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    peer: SocketAddr,
    service: Service,
    stop: watch::Receiver<bool>,
    limits: Limits,
    events: Events,
) -> io::Result<End> {
    // One timer and one wait for the signal, for the whole connection: registering them for each request would cost more than its sum.
    let (timer, signal) = (pin!(sleep(limits.idle)), pin!(stopped(stop)));
    let mut channel = Channel::new(stream, Alarm::new(timer), signal, limits);
    let (mut received, mut replies) = (Vec::new(), Vec::new());
    // When the request began that is not whole yet.
    let mut begun: Option<Instant> = None;
    loop {
        let before = received.len();
        let next = service.answer(&mut received, &mut replies, &limits);
        begun = match received.len() {
            0 => None,
            left if left == before => begun.or_else(|| Some(Instant::now())),
            _ => Some(Instant::now()),
        };
        if !channel.send(&mut replies).await? {
            return Ok(End::Deaf);
        }
        let want = match next {
            Next::Request { want } => want,
            Next::Room => continue,
            Next::Said => return channel.lingering_close().await.map(|()| End::Said),
            Next::TooLarge => return channel.lingering_close().await.map(|()| End::TooLarge),
        };
        release(&mut received);
        release(&mut replies);
        let left = begun.map(|begun| limits.request.saturating_sub(begun.elapsed()));
        let patience = left.unwrap_or(limits.idle).min(limits.idle);
        match channel.receive(&mut received, patience).await? {
            Received::Octets => {}
            Received::Nothing => {
                channel.close().await?;
                return Ok(match left {
                    Some(left) if left <= limits.idle => End::Slow,
                    _ => End::Idle,
                });
            }
            Received::Stopped { spoken: false } => {
                return channel.close().await.map(|()| End::Stopped);
            }
            Received::Stopped { spoken: true } => {
                return channel.lingering_close().await.map(|()| End::Stopped);
            }
            Received::End if received.is_empty() => return Ok(End::Closed),
            Received::End => {
                events(Event::Short {
                    service: service.name(),
                    peer,
                    got: received.len(),
                    want,
                });
                return Ok(End::Short);
            }
        }
    }
}

/// A sender that was dropped also means stop.
async fn stopped(mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Frees the memory of an empty buffer that has grown.
fn release(buffer: &mut Vec<u8>) {
    if buffer.is_empty() && buffer.capacity() > KEPT {
        *buffer = Vec::new();
    }
}

#[cfg(test)]
mod tests {
    use std::{net::Ipv4Addr, sync::Arc};

    use super::*;

    #[tokio::test]
    async fn a_connection_is_small_since_most_are_idle() {
        let (near, _far) = tokio::io::duplex(1);
        let (_stop, stopped) = watch::channel(false);
        let handled = handle_connection(
            near,
            (Ipv4Addr::LOCALHOST, 9).into(),
            Service::Echo,
            stopped,
            Limits::default(),
            Arc::new(|_| {}),
        );
        let size = size_of_val(&handled);
        assert!(size <= 1536, "{size} octets");
    }
}
