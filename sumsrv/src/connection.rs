//! One connection, from its acceptance to its close.
//!
//! It reads, answers and writes in turn: a peer that does not read its replies is not read from.

use std::{fmt, io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    sync::watch,
    time::{Instant, sleep, timeout},
};

use crate::{Event, Events, Limits, Service, services::Next};

/// How much is read at a time.
const READ: usize = 4096;

/// What had arrived when the signal to stop came is known to the runtime after its next look at the sockets.
const SETTLE: Duration = Duration::from_millis(20);

/// Why a connection ended that did not break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The peer closed between two requests.
    Closed,
    /// The peer closed inside a request.
    Short,
    /// Nothing came, and nothing was left to say.
    Idle,
    /// A request was begun and not finished in its time.
    Slow,
    /// The peer did not read its replies.
    Deaf,
    /// The service had no more to say.
    Said,
    /// What came was over the cap.
    TooLarge,
    /// The server stops.
    Stopped,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            End::Closed => "the peer closed",
            End::Short => "the peer closed inside a request",
            End::Idle => "idle for too long",
            End::Slow => "a request took too long",
            End::Deaf => "the peer does not read its replies",
            End::Said => "everything is said",
            End::TooLarge => "a request was too large",
            End::Stopped => "the server stops",
        })
    }
}

/// Serves one peer until it ends the stream, or the server stops, or a limit is reached; says which.
///
/// This is what [`serve`](crate::serve()) does with each connection. The stream may be anything that octets go through both ways; `peer` is only told.
/// `stop` and what it asks for are as in `serve`; [`Limits::connections`] and [`Limits::grace`] are not this function's matter.
///
/// It must run in a tokio runtime with time.
///
/// # Errors
/// When the connection breaks, which is the peer's affair.
pub async fn attend(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    peer: SocketAddr,
    service: Service,
    mut stop: watch::Receiver<bool>,
    limits: Limits,
    events: Events,
) -> io::Result<End> {
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
        if !send(&mut stream, &mut replies, limits.idle).await? {
            return Ok(End::Deaf);
        }
        let want = match next {
            Next::Request { want } => want,
            Next::Room => continue,
            Next::Said => return part(stream, limits).await.map(|()| End::Said),
            Next::TooLarge => return part(stream, limits).await.map(|()| End::TooLarge),
        };
        let left = begun.map(|begun| limits.request.saturating_sub(begun.elapsed()));
        let patience = left.unwrap_or(limits.idle).min(limits.idle);
        match receive(&mut stream, &mut received, &mut stop, patience).await? {
            Received::Octets => {}
            Received::Nothing => {
                stream.shutdown().await?;
                return Ok(match left {
                    Some(left) if left <= limits.idle => End::Slow,
                    _ => End::Idle,
                });
            }
            Received::Stopped => return stream.shutdown().await.map(|()| End::Stopped),
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

/// Sends all replies; `false` when the peer takes no octet of them for as long as `idle`.
async fn send(
    stream: &mut (impl AsyncWrite + Unpin),
    replies: &mut Vec<u8>,
    idle: Duration,
) -> io::Result<bool> {
    let mut unsent = replies.as_slice();
    while !unsent.is_empty() {
        match timeout(idle, stream.write(unsent)).await {
            Ok(Ok(0)) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => unsent = unsent.get(written?..).unwrap_or_default(),
            Err(_) => return Ok(false),
        }
    }
    replies.clear();
    Ok(true)
}

enum Received {
    Octets,
    End,
    /// Not in the time that was given.
    Nothing,
    /// The server stops, and nothing more had arrived.
    Stopped,
}

async fn receive(
    stream: &mut (impl AsyncRead + Unpin),
    received: &mut Vec<u8>,
    stop: &mut watch::Receiver<bool>,
    patience: Duration,
) -> io::Result<Received> {
    received.reserve(READ);
    let read = tokio::select! {
        biased;
        read = stream.read_buf(received) => Some(read?),
        () = stopped(stop) => None,
        () = sleep(patience) => return Ok(Received::Nothing),
    };
    let read = match read {
        Some(read) => read,
        None => match timeout(SETTLE, stream.read_buf(received)).await {
            Ok(read) => read?,
            Err(_) => return Ok(Received::Stopped),
        },
    };
    Ok(if read == 0 {
        Received::End
    } else {
        Received::Octets
    })
}

/// A sender that is gone says the same as one that says stop.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Closes a connection whose peer may still be sending, so that the last reply arrives all the same.
async fn part(mut stream: impl AsyncRead + AsyncWrite + Unpin, limits: Limits) -> io::Result<()> {
    stream.shutdown().await?;
    let unheard = async {
        let mut octets = [0; READ];
        let mut left = limits.linger_octets;
        while left > 0 {
            match stream.read(&mut octets).await? {
                0 => break,
                read => left = left.saturating_sub(read),
            }
        }
        Ok(())
    };
    // A peer that neither reads nor closes has had its time.
    timeout(limits.linger, unheard).await.unwrap_or(Ok(()))
}
