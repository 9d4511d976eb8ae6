//! The stream of a connection, and what may end a wait for it: time, and the signal to stop.

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

/// How much is read at a time.
const READ: usize = 4096;

/// What had arrived when the signal to stop came is known to the runtime after its next look at the sockets.
const SETTLE: Duration = Duration::from_millis(20);

pub(super) struct Channel<'a, S, F> {
    stream: S,
    alarm: Alarm<'a>,
    /// The signal to stop, as long as it has not come.
    signal: Pin<&'a mut F>,
    stops: Option<Stops>,
    limits: Limits,
}

/// What is left of a connection after the signal to stop.
#[derive(Clone, Copy)]
struct Stops {
    /// The first moment from then on at which nothing is there is the last: a peer that goes on asking is not waited for.
    from: Instant,
    /// Whether the peer has spoken since the signal.
    spoken: bool,
}

/// What came of waiting for octets.
pub(super) enum Received {
    Octets,
    End,
    /// Not in the time that was given.
    Nothing,
    /// The server stops, and nothing more had arrived.
    Stopped {
        /// Whether the peer has spoken since the signal, and may do so again.
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

    /// Sends all replies; `false` when the peer takes no octet of them for as long as it may be idle.
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

    /// Ends the stream of a peer that may still be sending, so that the last reply arrives all the same.
    pub(super) async fn part(&mut self) -> io::Result<()> {
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
        // A peer that neither reads nor closes has had its time.
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

/// Appends what has come to `received`; 0 is the end of the stream.
///
/// The octets go over the stack, so that no connection has room for what may never come.
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
