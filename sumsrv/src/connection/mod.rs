//! One connection, from its acceptance to its close.
//!
//! It reads, answers and writes in turn: a peer that does not read its replies is not read from.

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

/// The room that an empty buffer keeps: many connections are idle, and a burst of the usual size needs no more.
const KEPT: usize = 1024;

/// Serves one peer until it ends the stream, or the server stops, or a limit is reached; says which.
///
/// This is what [`serve`](crate::serve()) does with each connection. The stream may be anything that octets go through both ways; `peer` is only told.
/// `stop` and what it asks for are as in `serve`; [`Limits::connections`] and [`Limits::grace`] are not this function's matter.
///
/// It must run in a tokio runtime with time.
///
/// # Errors
/// When the connection breaks, which is the peer's affair.
pub async fn handle_connection(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    peer: SocketAddr,
    service: Service,
    stop: watch::Receiver<bool>,
    limits: Limits,
    events: Events,
) -> io::Result<End> {
    // One timer and one wait for the signal: to sign in and out again for each request would cost more than its sum.
    let (timer, signal) = (pin!(sleep(limits.idle)), pin!(stopped(stop)));
    let mut channel = Channel::new(stream, Alarm::new(timer), signal, limits);
    let (mut received, mut replies) = (Vec::new(), Vec::new());
    // When the request that is not whole yet began.
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
            Next::Said => return channel.part().await.map(|()| End::Said),
            Next::TooLarge => return channel.part().await.map(|()| End::TooLarge),
        };
        let_go(&mut received);
        let_go(&mut replies);
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
                return channel.part().await.map(|()| End::Stopped);
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

/// A sender that is gone says the same as one that says stop.
async fn stopped(mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

fn let_go(buffer: &mut Vec<u8>) {
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
