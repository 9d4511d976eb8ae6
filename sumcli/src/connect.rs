//! For people: lines in, sums out.

use std::io;

use proto::{Encoding, Reply, Request, Step, Unencodable, Why};
use tokio::{
    io::{AsyncBufRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};

use crate::lines::{Line, Lines};

/// Requests that wait to be sent, in octets, before no more lines are read.
const UNSENT: usize = 16 << 10;

const READ: usize = 4096;

/// Why `connect` ended before all was answered.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The server ended the stream.
    #[error("the server closed the connection; {unanswered} requests have no reply")]
    Closed {
        /// How many requests it had not answered.
        unanswered: usize,
    },
    /// The connection broke.
    #[error("the connection broke: {source}; {unanswered} requests have no reply")]
    Broken {
        /// How many requests it had not answered.
        unanswered: usize,
        /// What the system said.
        source: io::Error,
    },
    /// Something came that is no reply.
    #[error("the server's reply is none in this encoding: does it speak another?")]
    Garbled,
    /// The input or the output broke.
    #[error("cannot read the input or write the output: {0}")]
    Io(#[from] io::Error),
}

/// Sends a request for each line `A B` of `input` and writes the sums to `output`, one a line, or the refusal's word.
///
/// Lines that cannot be sent go to `complain`, with the reason, and are left out.
/// Input and connection are watched at once, so that a server that closes is noticed without another line.
///
/// # Errors
/// When the server ends first, or says what is no reply; and when `input` or `output` breaks.
pub async fn connect(
    encoding: &dyn Encoding,
    stream: TcpStream,
    input: impl AsyncBufRead + Unpin,
    mut output: impl AsyncWrite + Unpin,
    mut complain: impl FnMut(&str),
) -> Result<(), ConnectError> {
    let _ = stream.set_nodelay(true);
    let (mut from_server, mut to_server) = stream.into_split();
    let mut lines = Lines::new(input, proto::MAX_MESSAGE);
    let mut more_lines = true;
    let mut unsent = Vec::new();
    let mut half_closed = false;
    let mut unanswered = 0;
    let mut received = Vec::new();
    loop {
        if !more_lines && unsent.is_empty() {
            if unanswered == 0 {
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
                    Ok(0) => return Err(ConnectError::Closed { unanswered }),
                    Ok(_) => {}
                    Err(source) => return Err(ConnectError::Broken { unanswered, source }),
                }
                let replies = take_replies(encoding, &mut received);
                unanswered = unanswered.saturating_sub(replies.count);
                output.write_all(replies.lines.as_bytes()).await?;
                output.flush().await?;
                if replies.garbled {
                    return Err(ConnectError::Garbled);
                }
            }
            written = to_server.write(&unsent), if !unsent.is_empty() => match written {
                Ok(written) => drop(unsent.drain(..written)),
                Err(source) => return Err(ConnectError::Broken { unanswered, source }),
            },
            line = lines.next(), if more_lines && unsent.len() < UNSENT => match line? {
                None => more_lines = false,
                Some(line) => match request(encoding, line, &mut unsent) {
                    Ok(()) => unanswered += 1,
                    Err(complaint) => complain(&complaint),
                },
            },
        }
    }
}

/// Appends the request that a line asks for, by the rules of `text` whatever the encoding.
fn request(encoding: &dyn Encoding, line: Line, unsent: &mut Vec<u8>) -> Result<(), String> {
    let (Line::Whole(words) | Line::TooLong(words)) = &line;
    let shown = String::from_utf8_lossy(words);
    let Some(request) = parse(&line) else {
        return Err(format!("invalid input: {shown}"));
    };
    let encoded = encoding.encode_request(request, unsent);
    encoded.map_err(|why: Unencodable| format!("unrepresentable: {shown}: {why}"))
}

fn parse(line: &Line) -> Option<Request> {
    let Line::Whole(words) = line else {
        return None;
    };
    let line = [words, &b"\n"[..]].concat();
    match proto::named("text")?.decode_request(&line) {
        Step::Done { value, .. } => Some(value),
        _ => None,
    }
}

struct Replies {
    count: usize,
    lines: String,
    garbled: bool,
}

fn take_replies(encoding: &dyn Encoding, received: &mut Vec<u8>) -> Replies {
    let mut replies = Replies {
        count: 0,
        lines: String::new(),
        garbled: false,
    };
    let mut used_up = 0;
    loop {
        let rest = received.get(used_up..).unwrap_or_default();
        match encoding.decode_reply(rest) {
            Step::NeedMore { .. } => break,
            Step::Refused { .. } => {
                replies.garbled = true;
                break;
            }
            Step::Done { value, used } => {
                used_up += used;
                replies.count += 1;
                replies.lines.push_str(&match value {
                    Reply::Sum(sum) => format!("{sum}\n"),
                    // The original's words, where the server has said nothing better.
                    Reply::Refused(Why::InputError) => "input error\n".to_owned(),
                    Reply::Refused(why) => format!("{why}\n"),
                });
            }
        }
    }
    received.drain(..used_up);
    replies
}
