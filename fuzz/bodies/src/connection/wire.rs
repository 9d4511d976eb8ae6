//! The server's end of a connection, and a witness who writes down what it does there.

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

/// How much a server may take at a time.
const ONE_READ: usize = 4096;

/// No reply is longer, whatever is said.
const LONGEST_REPLY: usize = 100;

/// What is known of a connection at the server's end.
pub(super) struct Witness {
    pub(super) reference: Reference,
    limits: Limits,
    /// Octets that the peer's side has taken on their way to the server.
    pub(super) sent: usize,
    /// Octets that the server said, each of them as it must be.
    said: usize,
    /// The last of them ended a line.
    line_ended: bool,
    /// The server has more to say, and there is no room for it.
    pub(super) blocked: bool,
    /// When the server ended its side of the stream.
    pub(super) shut: Option<Instant>,
    /// Octets that were on their way then, and not heard.
    pub(super) left_behind: usize,
    /// Octets that the server took behind its end, to nobody's use.
    pub(super) unheard: usize,
    /// When an octet last went either way.
    last: Instant,
    /// When the request that is not whole was begun.
    begun: Instant,
    /// When the server last had room for its replies after it had none: what was heard before may have been looked at only then.
    relieved: Instant,
    /// The peer is gone, and with a reset.
    pub(super) reset: bool,
}

impl Witness {
    pub(super) fn new(service: Service, limits: Limits) -> Self {
        let now = Instant::now();
        Witness {
            reference: Reference::new(service, &limits),
            limits,
            sent: 0,
            said: 0,
            line_ended: false,
            blocked: false,
            shut: None,
            left_behind: 0,
            unheard: 0,
            last: now,
            begun: now,
            relieved: now,
            reset: false,
        }
    }

    /// Whether all that was heard is answered.
    pub(super) fn all_said(&self) -> bool {
        if self.reference.is_daytime() {
            self.line_ended
        } else {
            self.said == self.reference.due().len()
        }
    }

    /// How long nothing has gone either way.
    pub(super) fn quiet(&self) -> Duration {
        self.last.elapsed()
    }

    /// How long a request has been under way that is not whole.
    pub(super) fn waiting(&self) -> Option<Duration> {
        (self.reference.part() > 0).then(|| self.begun.elapsed())
    }

    /// As long as the server may know of it, at least.
    pub(super) fn waiting_knowingly(&self) -> Option<Duration> {
        let relieved = self.relieved.elapsed();
        self.waiting().map(|waiting| waiting.min(relieved))
    }

    fn hears(&mut self, octets: &[u8]) {
        if octets.is_empty() {
            return;
        }
        self.last = Instant::now();
        if self.shut.is_some() {
            self.unheard += octets.len();
            assert!(
                self.unheard < self.limits.linger_octets + ONE_READ,
                "{} octets were read behind the end",
                self.unheard
            );
            return;
        }
        if self.reference.hear(octets) {
            self.begun = self.last;
        }
        let held = self.reference.held(self.said);
        let most = self.reference.longest_part() + ONE_READ;
        assert!(held <= most, "{held} octets are held, and {most} may be");
    }

    fn says(&mut self, octets: &[u8]) {
        assert!(self.shut.is_none(), "{octets:02x?} was said behind the end");
        self.last = Instant::now();
        let before = self.said;
        self.said += octets.len();
        if self.reference.is_daytime() {
            assert!(self.said <= LONGEST_REPLY && octets.is_ascii());
            self.line_ended = octets.ends_with(b"\n");
            return;
        }
        let due = self.reference.due().get(before..).unwrap_or_default();
        assert!(
            due.starts_with(octets),
            "{octets:02x?} was said at {before}, where {due:02x?} was due"
        );
    }
}

/// A stream that a witness looks at.
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
        self.witness.borrow_mut().hears(octets);
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
        let most = self.witness.borrow().limits.unread + LONGEST_REPLY;
        assert!(octets.len() <= most, "{} octets wait", octets.len());
        let written = Pin::new(&mut self.stream).poll_write(cx, octets);
        let mut witness = self.witness.borrow_mut();
        if std::mem::replace(&mut witness.blocked, written.is_pending()) {
            witness.relieved = Instant::now();
        }
        let written = ready!(written)?;
        witness.says(octets.get(..written).unwrap_or_default());
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.reset()?;
        let mut witness = self.witness.borrow_mut();
        witness.left_behind = witness.sent - witness.reference.heard();
        witness.shut = Some(Instant::now());
        drop(witness);
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
