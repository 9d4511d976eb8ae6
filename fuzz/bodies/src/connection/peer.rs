//! The peer's end of a connection. It never waits. What cannot be done now is done when there is room.

use std::{
    pin::Pin,
    task::{Context, Waker},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf},
    time::Instant,
};

pub(super) struct Peer {
    /// `None` when the peer is gone.
    stream: Option<DuplexStream>,
    unsent: Vec<u8>,
    half_closes: bool,
    /// Whether no octet will come from it any more.
    pub(super) closed: bool,
    /// How many octets it will read, at most.
    reads: usize,
    /// Since when it reads whatever comes; `None` when it does not.
    pub(super) listens: Option<Instant>,
}

impl Peer {
    pub(super) fn new(stream: DuplexStream) -> Self {
        Peer {
            stream: Some(stream),
            unsent: Vec::new(),
            half_closes: false,
            closed: false,
            reads: 0,
            listens: None,
        }
    }

    pub(super) fn send(&mut self, octets: &[u8]) {
        if !self.half_closes && self.stream.is_some() {
            self.unsent.extend_from_slice(octets);
        }
    }

    pub(super) fn half_close(&mut self) {
        self.half_closes = true;
    }

    pub(super) fn read(&mut self, octets: usize) {
        self.reads = octets;
    }

    pub(super) fn listen(&mut self, listens: bool) {
        self.listens = match self.listens {
            Some(since) if listens => Some(since),
            _ => listens.then(Instant::now),
        };
    }

    pub(super) fn leave(&mut self) {
        self.stream = None;
        self.unsent.clear();
        self.listens = None;
        self.closed = true;
    }

    pub(super) fn is_gone(&self) -> bool {
        self.stream.is_none()
    }

    /// Does what can be done now. Returns how many octets it sent, and how many came.
    pub(super) fn act(&mut self, waker: &Waker) -> (usize, usize) {
        let mut cx = Context::from_waker(waker);
        let Some(stream) = &mut self.stream else {
            return (0, 0);
        };
        let mut stream = Pin::new(stream);
        let mut sent = 0;
        if !self.unsent.is_empty() {
            match stream.as_mut().poll_write(&mut cx, &self.unsent) {
                std::task::Poll::Ready(Ok(written)) => sent = written,
                // The server has closed, and will not take them.
                std::task::Poll::Ready(Err(_)) => self.unsent.clear(),
                std::task::Poll::Pending => {}
            }
            self.unsent.drain(..sent);
        }
        if self.half_closes && self.unsent.is_empty() && !self.closed {
            let _ = stream.as_mut().poll_shutdown(&mut cx);
            self.closed = true;
        }
        let mut octets = [0; 4096];
        let room = if self.listens.is_some() {
            octets.len()
        } else {
            self.reads.min(octets.len())
        };
        let mut buffer = ReadBuf::new(octets.get_mut(..room).unwrap_or_default());
        // The end of the stream and no octets yet look the same here.
        let _ = stream.poll_read(&mut cx, &mut buffer);
        let came = buffer.filled().len();
        self.reads = self.reads.saturating_sub(came);
        (sent, came)
    }
}
