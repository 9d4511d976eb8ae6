//! For people: lines in, lines out.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncBufRead, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split},
    time::{Instant, sleep},
};

use crate::{errno::Errno, lines::Lines, reach::seconds, service::Service};

/// While so many octets of requests wait to be sent, no more lines are read.
const UNSENT: usize = 16 << 10;

const READ: usize = 4096;

/// Stands for no limit: nobody waits longer than thirty years.
const FOR_EVER: Duration = Duration::from_secs(30 * 365 * 86_400);

/// Why `connect` ended before all was answered.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The server ended the stream.
    #[error("the server closed the connection; requests without a reply: {unanswered}")]
    Closed {
        /// How many requests it had not answered.
        unanswered: usize,
    },
    /// The connection broke.
    #[error("{}; requests without a reply: {unanswered}", Errno(source))]
    Broken {
        /// How many requests it had not answered.
        unanswered: usize,
        /// What the system said.
        source: io::Error,
    },
    /// No reply came in the time that was given.
    #[error("no reply within {}; requests without a reply: {unanswered}", seconds(*within))]
    TimedOut {
        /// How many requests it had not answered.
        unanswered: usize,
        /// The time that was given.
        within: Duration,
    },
    /// The octets that came are not a reply.
    #[error("the server's reply is none in this encoding: does it speak another?")]
    Garbled,
    /// The input or the output broke.
    #[error("cannot read the input or write the output: {}", Errno(.0))]
    Io(#[from] io::Error),
}

/// Sends a request for each line of `input` and writes the replies to `output`, one a line: for sums, lines `A B`, and the sum or the refusal's word.
///
/// The stream may be anything that octets go through both ways.
/// A line that cannot be sent is given to `complain`, with the reason, and is left out.
/// Input and connection are read at the same time, so that a server that closes is noticed without another line.
/// With `reply_timeout`, a reply must come within this time as long as one is missing.
///
/// # Errors
/// When the server closes first, sends what is not a reply, or sends no reply in time; and when `input` or `output` breaks.
pub async fn connect(
    service: Service,
    stream: impl AsyncRead + AsyncWrite,
    reply_timeout: Option<Duration>,
    input: impl AsyncBufRead + Unpin,
    mut output: impl AsyncWrite + Unpin,
    mut complain: impl FnMut(&str),
) -> Result<(), ConnectError> {
    let (mut from_server, mut to_server) = split(stream);
    let mut lines = Lines::new(input, proto::MAX_MESSAGE);
    let mut more_lines = !service.speaks_first();
    let mut unsent = Vec::new();
    let mut half_closed = service.speaks_first();
    let mut unanswered = usize::from(service.speaks_first());
    let mut received = Vec::new();
    let within = reply_timeout.unwrap_or(FOR_EVER).min(FOR_EVER);
    let patience = sleep(within);
    tokio::pin!(patience);
    loop {
        if !more_lines && unsent.is_empty() {
            if unanswered == 0 && !service.speaks_first() {
                return Ok(());
            }
            if !half_closed {
                half_closed = true;
                // If this fails, the connection is broken, and the next read fails too.
                let _ = to_server.shutdown().await;
            }
        }
        received.reserve(READ);
        // Each of these is cancel-safe: it can be dropped and started again without losing anything.
        tokio::select! {
            biased;
            read = from_server.read_buf(&mut received) => {
                match read {
                    Ok(0) if service.speaks_first() && unanswered == 0 => return Ok(()),
                    Ok(0) => return Err(ConnectError::Closed { unanswered }),
                    Ok(_) => {}
                    Err(source) => return Err(ConnectError::Broken { unanswered, source }),
                }
                let replies = service.take(&mut received);
                unanswered = unanswered.saturating_sub(replies.count);
                output.write_all(&replies.shown).await?;
                output.flush().await?;
                if replies.garbled {
                    return Err(ConnectError::Garbled);
                }
                if replies.count > 0 {
                    patience.as_mut().reset(Instant::now() + within);
                }
            }
            () = &mut patience, if unanswered > 0 => {
                return Err(ConnectError::TimedOut { unanswered, within });
            }
            written = to_server.write(&unsent), if !unsent.is_empty() => match written {
                Ok(written) => drop(unsent.drain(..written)),
                Err(source) => return Err(ConnectError::Broken { unanswered, source }),
            },
            line = lines.next(), if more_lines && unsent.len() < UNSENT => match line? {
                None => more_lines = false,
                Some(line) => match service.ask(line, &mut unsent) {
                    Ok(()) => {
                        if unanswered == 0 {
                            patience.as_mut().reset(Instant::now() + within);
                        }
                        unanswered += 1;
                    }
                    Err(complaint) => complain(&complaint),
                },
            },
        }
    }
}
