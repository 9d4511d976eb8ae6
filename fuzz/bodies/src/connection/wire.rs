//! The server's end of a connection, and a witness that records and checks what the server does.

use std::{
    cell::RefCell,
    io,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
    time::Duration,
};

use sumsrv::{Limits, Service};
use tokio::{
    io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf},
    time::Instant,
};

use super::reference::Reference;

/// How many octets a server may read at a time.
const ONE_READ: usize = 4096;

/// No reply is longer.
const LONGEST_REPLY: usize = 100;

/// What is known of a connection at the server's end.
pub(super) struct Witness {
    pub(super) reference: Reference,
    limits: Limits,
    /// How many octets the peer has sent.
    pub(super) sent: usize,
    /// How many octets the server has sent, all of them right.
    written: usize,
    /// Whether the last of them ended a line.
    line_ended: bool,
    /// Whether the server has more to send, and there is no room for it.
    pub(super) blocked: bool,
    /// When the server ended its side of the stream.
    pub(super) shut: Option<Instant>,
    /// How many octets were on their way then, and not read.
    pub(super) left_behind: usize,
    /// How many octets the server has read after that.
    pub(super) discarded: usize,
    /// When an octet last went either way.
    last: Instant,
    /// When the request was begun that is not whole.
    begun: Instant,
    /// When the server last got room for its replies. Octets that it read before may have been looked at only then.
    relieved: Instant,
    /// Whether the peer is gone with a reset.
    pub(super) reset: bool,
}

impl Witness {
    pub(super) fn new(service: Service, limits: Limits) -> Self {
        let now = Instant::now();
        Witness {
            reference: Reference::new(service, &limits),
            limits,
            sent: 0,
            written: 0,
            line_ended: false,
            blocked: false,
            shut: None,
            left_behind: 0,
            discarded: 0,
            last: now,
            begun: now,
            relieved: now,
            reset: false,
        }
    }

    /// Whether all that was received is answered.
    pub(super) fn all_written(&self) -> bool {
        if self.reference.is_daytime() {
            self.line_ended
        } else {
            self.written == self.reference.due().len()
        }
    }

    /// How long nothing has gone either way.
    pub(super) fn quiet(&self) -> Duration {
        self.last.elapsed()
    }

    /// How long a request has been under way that is not whole, if there is one.
    pub(super) fn waiting(&self) -> Option<Duration> {
        (self.reference.part() > 0).then(|| self.begun.elapsed())
    }

    /// How long the server must have known of that request.
    pub(super) fn waiting_knowingly(&self) -> Option<Duration> {
        let relieved = self.relieved.elapsed();
        self.waiting().map(|waiting| waiting.min(relieved))
    }

    fn reads(&mut self, octets: &[u8]) {
        if octets.is_empty() {
            return;
        }
        self.last = Instant::now();
        if self.shut.is_some() {
            self.discarded += octets.len();
            assert!(
                self.discarded < self.limits.linger_octets + ONE_READ,
                "{} octets were read after the end",
                self.discarded
            );
            return;
        }
        if self.reference.receive(octets) {
            self.begun = self.last;
        }
        let held = self.reference.held(self.written);
        let max = self.reference.longest_part() + ONE_READ;
        assert!(held <= max, "{held} octets are held, and {max} may be");
    }

    fn writes(&mut self, octets: &[u8]) {
        assert!(self.shut.is_none(), "{octets:02x?} was sent after the end");
        self.last = Instant::now();
        let before = self.written;
        self.written += octets.len();
        if self.reference.is_daytime() {
            assert!(self.written <= LONGEST_REPLY && octets.is_ascii());
            self.line_ended = octets.ends_with(b"\n");
            return;
        }
        let due = self.reference.due().get(before..).unwrap_or_default();
        assert!(
            due.starts_with(octets),
            "{octets:02x?} was sent at {before}, where {due:02x?} was due"
        );
    }
}

/// A stream whose reads and writes a witness records.
pub(super) struct Wire {
    pub(super) stream: DuplexStream,
    pub(super) witness: Rc<RefCell<Witness>>,
}

impl Wire {
    fn reset(&self) -> io::Result<()> {
        if self.witness.borrow().reset {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(())
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.reset()?;
        let room = buffer.remaining();
        assert!((1..=ONE_READ).contains(&room), "a read of {room} octets");
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        let octets = buffer.filled().get(before..).unwrap_or_default();
        self.witness.borrow_mut().reads(octets);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.reset()?;
        let max = self.witness.borrow().limits.unread + LONGEST_REPLY;
        assert!(octets.len() <= max, "{} octets wait", octets.len());
        let written = Pin::new(&mut self.stream).poll_write(cx, octets);
        let mut witness = self.witness.borrow_mut();
        if std::mem::replace(&mut witness.blocked, written.is_pending()) {
            witness.relieved = Instant::now();
        }
        let written = ready!(written)?;
        witness.writes(octets.get(..written).unwrap_or_default());
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.reset()?;
        let mut witness = self.witness.borrow_mut();
        witness.left_behind = witness.sent - witness.reference.received();
        witness.shut = Some(Instant::now());
        drop(witness);
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
