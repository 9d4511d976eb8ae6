//! For people: lines in, lines out.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncBufRead, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split},
    time::{Instant, sleep},
};

use crate::{errno::Errno, lines::Lines, reach::seconds, service::Service};

/// Requests that wait to be sent, in octets, before no more lines are read.
const UNSENT: usize = 16 << 10;

const READ: usize = 4096;

/// Nobody waits longer; it stands for no limit.
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
    /// Our own patience is over.
    #[error("no reply within {}; requests without a reply: {unanswered}", seconds(*within))]
    TimedOut {
        /// How many requests it had not answered.
        unanswered: usize,
        /// The time that was given.
        within: Duration,
    },
    /// Something came that is no reply.
    #[error("the server's reply is none in this encoding: does it speak another?")]
    Garbled,
    /// The input or the output broke.
    #[error("cannot read the input or write the output: {}", Errno(.0))]
    Io(#[from] io::Error),
}

/// Sends a request for each line of `input` and writes the replies to `output`, one a line: for sums, lines `A B`, and the sum or the refusal's word.
///
/// The stream may be anything that octets go through both ways.
/// Lines that cannot be sent go to `complain`, with the reason, and are left out.
/// Input and connection are watched at once, so that a server that closes is noticed without another line.
/// With `reply_timeout`, some reply must come within this time as long as one is missing.
///
/// # Errors
/// When the server ends first, says what is no reply, or says nothing in time; and when `input` or `output` breaks.
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
    let mut more_lines = !service.tells_unasked();
    let mut unsent = Vec::new();
    let mut half_closed = service.tells_unasked();
    let mut unanswered = usize::from(service.tells_unasked());
    let mut received = Vec::new();
    let within = reply_timeout.unwrap_or(FOR_EVER).min(FOR_EVER);
    let patience = sleep(within);
    tokio::pin!(patience);
    loop {
        if !more_lines && unsent.is_empty() {
            if unanswered == 0 && !service.tells_unasked() {
                return Ok(());
            }
            if !half_closed {
                half_closed = true;
                // Where this fails the connection is gone, which the read tells.
                let _ = to_server.shutdown().await;
            }
        }
        received.reserve(READ);
        // Each of these can be given up and taken up again without losing anything.
        tokio::select! {
            biased;
            read = from_server.read_buf(&mut received) => {
                match read {
                    Ok(0) if service.tells_unasked() && unanswered == 0 => return Ok(()),
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
