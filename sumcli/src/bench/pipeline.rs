//! One connection: as many requests under way as the depth allows, sent in bursts, a write for each burst.

use std::{collections::VecDeque, io, sync::Arc};

use proto::{Encoding, Step};
use tokio::{
    io::AsyncReadExt,
    net::{
        TcpStream,
        tcp::{ReadHalf, WriteHalf},
    },
    time::Instant,
};

use super::{requests::Requests, tally::Shared};

const READ: usize = 16 << 10;

/// How a connection ended.
#[derive(Debug)]
pub(super) enum Ending {
    /// All requests were answered, and there were no more to send.
    Done,
    /// The server ended the stream.
    Closed,
    /// The connection broke.
    Broken(io::Error),
    /// The octets that came are not a reply.
    Garbled,
    /// There were more replies than requests.
    Unasked,
    /// No reply came for too long.
    Silent,
    /// A fault of ours ended it.
    Lost,
}

pub(super) struct Pipeline {
    encoding: &'static dyn Encoding,
    requests: Arc<Requests>,
    depth: u64,
    tally: Shared,
    /// How many requests were made. The last of them may still be in `unsent`.
    asked: u64,
    sent: u64,
    answered: u64,
    /// How many requests were made at a time, and when. Those that are answered are not counted any more.
    bursts: VecDeque<(u64, Instant)>,
    /// Octets to be written, and how many of them are written already.
    unsent: Vec<u8>,
    written: usize,
    received: Vec<u8>,
}

impl Pipeline {
    pub(super) fn new(
        encoding: &'static dyn Encoding,
        requests: Arc<Requests>,
        depth: usize,
        tally: Shared,
    ) -> Self {
        Pipeline {
            encoding,
            requests,
            depth: u64::try_from(depth).unwrap_or(u64::MAX),
            tally,
            asked: 0,
            sent: 0,
            answered: 0,
            bursts: VecDeque::new(),
            unsent: Vec::new(),
            written: 0,
            received: Vec::new(),
        }
    }

    /// Sends requests until there are no more and all are answered, or the connection has ended.
    pub(super) async fn run(mut self, mut stream: TcpStream) -> Ending {
        let (mut from_server, to_server) = stream.split();
        self.ask(Instant::now());
        // When writing fails, replies may still be there. They are read to the end of the stream.
        let mut broken = None;
        while self.answered < self.asked {
            if broken.is_none() {
                broken = self.send(&to_server).err();
            }
            let more = !self.unsent.is_empty() && broken.is_none();
            let ended = tokio::select! {
                biased;
                ended = self.receive(&mut from_server) => ended,
                // Both are cancel-safe.
                _ = to_server.writable(), if more => continue,
            };
            if let Err(ending) = ended {
                return match broken {
                    Some(error) => Ending::Broken(error),
                    None => ending,
                };
            }
            if broken.is_none() {
                self.ask(Instant::now());
            }
        }
        if self.received.is_empty() {
            Ending::Done
        } else {
            Ending::Unasked
        }
    }

    /// Makes as many requests as the depth and the plan allow.
    fn ask(&mut self, now: Instant) {
        let room = self.depth - (self.asked - self.answered);
        let count = self.tally.lock().take(room);
        if count > 0 {
            self.requests.append(self.asked, count, &mut self.unsent);
            self.asked += count;
            self.bursts.push_back((count, now));
        }
    }

    /// Writes what the kernel takes, and counts the requests that it took whole.
    fn send(&mut self, to_server: &WriteHalf<'_>) -> io::Result<()> {
        let rest = self.unsent.get(self.written..).unwrap_or_default();
        if rest.is_empty() {
            return Ok(());
        }
        match to_server.try_write(rest) {
            Ok(written) => self.written += written,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error),
        }
        let left = self.unsent.len() - self.written;
        let sent = self.asked - self.requests.within(self.asked, left);
        self.tally.lock().sent += sent - self.sent;
        self.sent = sent;
        if left == 0 {
            self.unsent.clear();
            self.written = 0;
        }
        Ok(())
    }

    async fn receive(&mut self, from_server: &mut ReadHalf<'_>) -> Result<(), Ending> {
        self.received.reserve(READ);
        match from_server.read_buf(&mut self.received).await {
            Ok(0) => Err(Ending::Closed),
            Ok(_) => self.take_replies(),
            Err(error) => Err(Ending::Broken(error)),
        }
    }

    /// Checks the replies that are whole.
    fn take_replies(&mut self) -> Result<(), Ending> {
        let now = Instant::now();
        let mut tally = self.tally.lock();
        let (mut used_up, before) = (0, self.answered);
        let ended = loop {
            let rest = self.received.get(used_up..).unwrap_or_default();
            match self.encoding.decode_reply(rest) {
                Step::NeedMore { .. } => break Ok(()),
                Step::Refused { .. } => break Err(Ending::Garbled),
                // No request without a reply has been sent whole, so this cannot be a reply to one.
                Step::Done { .. } if self.answered == self.sent => break Err(Ending::Unasked),
                Step::Done { value, used } => {
                    tally.check(value, self.requests.reply(self.answered));
                    self.answered += 1;
                    used_up += used;
                }
            }
        };
        self.received.drain(..used_up);
        let mut count = self.answered - before;
        if count > 0 {
            tally.last = Some(now);
        }
        while let Some((burst, asked)) = self.bursts.front_mut() {
            let part = count.min(*burst);
            tally.took(now - *asked, part);
            *burst -= part;
            count -= part;
            if *burst > 0 {
                break;
            }
            self.bursts.pop_front();
        }
        ended
    }
}
