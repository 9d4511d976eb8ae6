//! The stream of a connection, and what may end a wait for it: a time limit, and the signal to stop.

use std::{
    io,
    mem::MaybeUninit,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf},
    time::Instant,
};

use super::alarm::Alarm;
use crate::limits::Limits;

/// How many octets are read at a time, at most.
const READ: usize = 4096;

/// How long a connection still looks for octets after the signal to stop. The runtime needs a moment to see what had arrived before it.
const SETTLE: Duration = Duration::from_millis(20);

pub(super) struct Channel<'a, S, F> {
    stream: S,
    alarm: Alarm<'a>,
    /// Done when the signal to stop has come; not polled any more after that.
    signal: Pin<&'a mut F>,
    stops: Option<Stops>,
    limits: Limits,
}

/// The state of a connection after the signal to stop.
#[derive(Clone, Copy)]
struct Stops {
    /// From this moment on the connection ends as soon as there is nothing to read. So a peer that goes on asking is not waited for.
    from: Instant,
    /// Whether octets have come since the signal.
    spoken: bool,
}

/// How a wait for octets ended.
pub(super) enum Received {
    Octets,
    End,
    /// No octet came in time.
    Nothing,
    /// The server stops, and no more octets had arrived.
    Stopped {
        /// Whether octets have come since the signal, so that more may follow.
        spoken: bool,
    },
}

impl<'a, S, F> Channel<'a, S, F>
where
    S: AsyncRead + AsyncWrite + Unpin,
    F: Future<Output = ()>,
{
    pub(super) fn new(stream: S, alarm: Alarm<'a>, signal: Pin<&'a mut F>, limits: Limits) -> Self {
        Channel {
            stream,
            alarm,
            signal,
            stops: None,
            limits,
        }
    }

    /// Sends all replies. Returns `false` when the peer takes no octet of them for as long as it may be idle.
    pub(super) async fn send(&mut self, replies: &mut Vec<u8>) -> io::Result<bool> {
        let mut unsent = replies.as_slice();
        while !unsent.is_empty() {
            let mut stream = Pin::new(&mut self.stream);
            let written = self.alarm.within(self.limits.idle, |cx| {
                stream.as_mut().poll_write(cx, unsent)
            });
            match written.await {
                Some(Ok(0)) => return Err(io::ErrorKind::WriteZero.into()),
                Some(written) => unsent = unsent.get(written?..).unwrap_or_default(),
                None => return Ok(false),
            }
        }
        replies.clear();
        Ok(true)
    }

    /// Appends what comes to `received`.
    pub(super) async fn receive(
        &mut self,
        received: &mut Vec<u8>,
        patience: Duration,
    ) -> io::Result<Received> {
        let stops = match self.stops {
            Some(stops) => stops,
            None => {
                let came = self.alarm.within(patience, |cx| {
                    let octets = poll_octets(&mut self.stream, cx, received);
                    if octets.is_ready() {
                        return octets.map(Some);
                    }
                    self.signal.as_mut().poll(cx).map(|()| None)
                });
                match came.await {
                    Some(Some(octets)) => return Ok(of(octets?)),
                    None => return Ok(Received::Nothing),
                    Some(None) => Stops {
                        from: Instant::now() + SETTLE,
                        spoken: false,
                    },
                }
            }
        };
        let time = stops.from.saturating_duration_since(Instant::now());
        let came = self
            .alarm
            .within(time, |cx| poll_octets(&mut self.stream, cx, received));
        let Some(octets) = came.await else {
            let spoken = stops.spoken;
            return Ok(Received::Stopped { spoken });
        };
        self.stops = Some(Stops {
            spoken: true,
            ..stops
        });
        Ok(of(octets?))
    }

    /// Ends the stream of a peer that has nothing under way.
    pub(super) async fn close(&mut self) -> io::Result<()> {
        self.stream.shutdown().await
    }

    /// Ends the stream, and reads on for a while without using the octets.
    ///
    /// For a peer that may still be sending: closing over unread octets would send a reset, which can overtake the last reply.
    pub(super) async fn lingering_close(&mut self) -> io::Result<()> {
        self.close().await?;
        let (mut octets, mut left) = (Vec::new(), self.limits.linger_octets);
        let unheard = self.alarm.within(self.limits.linger, |cx| {
            while left > 0 {
                octets.clear();
                match ready!(poll_octets(&mut self.stream, cx, &mut octets))? {
                    0 => break,
                    read => left = left.saturating_sub(read),
                }
            }
            Poll::Ready(Ok(()))
        });
        // When the time is over, the connection is closed all the same.
        unheard.await.unwrap_or(Ok(()))
    }
}

fn of(octets: usize) -> Received {
    if octets == 0 {
        Received::End
    } else {
        Received::Octets
    }
}

/// Appends what has come to `received`, and returns how many octets that were. 0 is the end of the stream.
///
/// The octets are first read into a buffer on the stack, so that an idle connection holds no memory for them.
fn poll_octets(
    stream: &mut (impl AsyncRead + Unpin),
    cx: &mut Context<'_>,
    received: &mut Vec<u8>,
) -> Poll<io::Result<usize>> {
    let mut room = [MaybeUninit::uninit(); READ];
    let mut octets = ReadBuf::uninit(&mut room);
    ready!(Pin::new(stream).poll_read(cx, &mut octets))?;
    received.extend_from_slice(octets.filled());
    Poll::Ready(Ok(octets.filled().len()))
}
