//! One exchange: a request, and how it ends.

use std::{ffi::OsStr, io, net::SocketAddr, time::Duration};

use proto::{Encoding, Reply, Step, Why};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, timeout_at},
};

use crate::answer::{Answer, Outcome};

/// How long a client waits, at most.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For a reply, before it half-closes. A time that is too short changes no outcome, since a late reply still counts.
    pub reply: Duration,
    /// For the server to close, after the half-close. A server that keeps to the contract closes at once.
    pub close: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience {
            reply: Duration::from_millis(100),
            close: Duration::from_secs(30),
        }
    }
}

impl Patience {
    /// The variable that says for how many milliseconds a client waits for a reply.
    pub const VARIABLE: &str = "CROSSUM_PATIENCE_MS";

    /// What that variable asks for; the default where it is not set.
    ///
    /// # Errors
    /// It is not a number.
    pub fn asked(value: Option<&OsStr>) -> Result<Patience, NotPatience> {
        let patience = Patience::default();
        let Some(value) = value else {
            return Ok(patience);
        };
        match value.to_str().and_then(|value| value.parse().ok()) {
            Some(milliseconds) => Ok(Patience {
                reply: Duration::from_millis(milliseconds),
                ..patience
            }),
            None => Err(NotPatience(value.to_string_lossy().into_owned())),
        }
    }
}

/// The variable holds no number.
#[derive(Debug, thiserror::Error)]
#[error("{VARIABLE} is not a number of milliseconds: {0}", VARIABLE = Patience::VARIABLE)]
pub struct NotPatience(String);

const READ: usize = 4096;

/// How many octets are kept from a server that sends more than a reply. Any reply is shorter.
const MAX_RECEIVED: usize = 64 << 10;

/// A connection between two exchanges.
pub(crate) struct Connection {
    stream: TcpStream,
    from: SocketAddr,
}

/// An exchange that was made, and its connection if another exchange can use it.
pub(crate) struct Exchanged {
    pub(crate) answer: Answer,
    pub(crate) connection: Option<Connection>,
}

impl Connection {
    /// `is_kept` is whether another request may follow the first.
    pub(crate) async fn new(addr: SocketAddr, is_kept: bool) -> io::Result<Self> {
        let stream = TcpStream::connect(addr).await?;
        let from = stream.local_addr()?;
        if is_kept {
            // Without it a request may wait for an acknowledgement of the one before. A socket that refuses it is only slower.
            let _ = stream.set_nodelay(true);
        }
        Ok(Connection { stream, from })
    }

    /// Whether nothing has come since the last exchange, the end of the stream included.
    pub(crate) fn is_quiet(&self) -> bool {
        let nothing = self.stream.try_read(&mut [0]);
        nothing.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Sends `request` and waits for the reply.
    ///
    /// With `at_once` the client half-closes at once.
    pub(crate) async fn exchange(
        mut self,
        encoding: &dyn Encoding,
        request: Vec<u8>,
        at_once: bool,
        patience: Patience,
    ) -> Exchanged {
        let mut answer = Answer {
            outcome: Outcome::Closed,
            sent: Vec::new(),
            received: Vec::new(),
            from: Some(self.from),
        };
        let mut half_closed = false;
        if self.stream.write_all(&request).await.is_ok() {
            answer.sent = request;
        }
        let until = Instant::now() + patience.reply;
        let (outcome, used) = loop {
            match encoding.decode_reply(&answer.received) {
                Step::Done {
                    value: Reply::Sum(sum),
                    used,
                } => break (Outcome::Sum(sum), Some(used)),
                Step::Done {
                    value: Reply::Refused(why),
                    used,
                } => {
                    break (Outcome::Refused(why), Some(used));
                }
                Step::Refused { .. } => break (Outcome::Garbled, None),
                Step::NeedMore { .. } => {}
            }
            if at_once && !half_closed {
                half_closed = self.half_close().await;
            }
            let until = if half_closed {
                Instant::now() + patience.close
            } else {
                until
            };
            let read = timeout_at(until, self.read(&mut answer.received)).await;
            match read {
                Ok(Ok(1..)) => {}
                // The end of the stream, or a reset.
                Ok(_) if half_closed => break (Outcome::Starved, None),
                Ok(_) => break (Outcome::Closed, None),
                Err(_) if half_closed => break (Outcome::Starved, None),
                Err(_) => half_closed = self.half_close().await,
            }
        };
        answer.outcome = outcome;
        let reusable = !half_closed
            && !encoding.has_native_boundaries()
            && matches!(outcome, Outcome::Sum(_) | Outcome::Refused(_))
            && outcome != Outcome::Refused(Why::TooLarge)
            && used == Some(answer.received.len());
        if reusable {
            return Exchanged {
                answer,
                connection: Some(self),
            };
        }
        if matches!(
            outcome,
            Outcome::Sum(_) | Outcome::Refused(_) | Outcome::Garbled
        ) {
            self.finish(&mut answer.received, patience).await;
        }
        Exchanged {
            answer,
            connection: None,
        }
    }

    /// Half-closes and reads to the end. So the evidence is whole, and the server sees the end of the stream and not a reset.
    async fn finish(mut self, received: &mut Vec<u8>, patience: Patience) {
        self.half_close().await;
        let until = Instant::now() + patience.reply.max(Duration::from_secs(1));
        while let Ok(Ok(1..)) = timeout_at(until, self.read(received)).await {
            if received.len() >= MAX_RECEIVED {
                return;
            }
        }
    }

    async fn read(&mut self, received: &mut Vec<u8>) -> io::Result<usize> {
        received.reserve(READ);
        self.stream.read_buf(received).await
    }

    /// Returns true. If it fails, the connection is broken, and the next read fails too.
    async fn half_close(&mut self) -> bool {
        let _ = self.stream.shutdown().await;
        true
    }
}
