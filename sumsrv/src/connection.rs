//! One connection, from its acceptance to its close.
//!
//! It reads, answers and writes in turn: a peer that does not read its replies is not read from.

use std::{io, net::SocketAddr, pin::Pin, time::Duration};

use proto::Encoding;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::watch,
    time::timeout,
};

use crate::{
    Event, Events, Limits,
    conversation::{Conversation, Next},
};

/// How much is read at a time.
const READ: usize = 4096;

/// What had arrived when the signal to stop came is known to the runtime after its next look at the sockets.
const SETTLE: Duration = Duration::from_millis(20);

/// Serves one peer until it ends the stream, or the server stops, or a request was too large.
///
/// # Errors
/// When the connection breaks, which is the peer's affair.
pub(crate) async fn attend(
    mut stream: TcpStream,
    peer: SocketAddr,
    encoding: &'static dyn Encoding,
    stop: watch::Receiver<bool>,
    limits: Limits,
    events: Events,
) -> io::Result<()> {
    // Without it replies would wait for acknowledgements; a socket that refuses it is slower and no worse.
    let _ = stream.set_nodelay(true);
    let mut conversation = Conversation::new(encoding);
    // One wait for the whole connection: signing in and out again for each request would cost more than its sum.
    let mut stopping = std::pin::pin!(stopped(stop));
    let mut stops = false;
    loop {
        let next = conversation.answer();
        if !conversation.replies.is_empty() {
            stream.write_all(&conversation.replies).await?;
            conversation.replies.clear();
        }
        let Next::Request { want } = next else {
            return part(stream, limits).await;
        };
        let received = &mut conversation.received;
        match receive(&mut stream, received, stopping.as_mut(), &mut stops).await? {
            Received::Octets => {}
            Received::Stopped => return stream.shutdown().await,
            Received::End => {
                let got = conversation.received.len();
                if got > 0 {
                    events(Event::Short {
                        encoding: encoding.name(),
                        peer,
                        got,
                        want,
                    });
                }
                return Ok(());
            }
        }
    }
}

enum Received {
    Octets,
    End,
    /// The server stops, and nothing more had arrived.
    Stopped,
}

/// `stops` is whether `stopping` is done, and it is not asked again then.
async fn receive(
    stream: &mut TcpStream,
    received: &mut Vec<u8>,
    stopping: Pin<&mut impl Future<Output = ()>>,
    stops: &mut bool,
) -> io::Result<Received> {
    received.reserve(READ);
    let read = if *stops {
        None
    } else {
        tokio::select! {
            biased;
            read = stream.read_buf(received) => Some(read?),
            () = stopping => {
                *stops = true;
                None
            }
        }
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
async fn stopped(mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Closes a connection whose peer may still be sending, so that the last reply arrives all the same.
async fn part(mut stream: TcpStream, limits: Limits) -> io::Result<()> {
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
