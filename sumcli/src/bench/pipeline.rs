//! One connection: as many requests under way as the depth allows, sent in bursts, one write each.

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

use super::{questions::Questions, tally::Shared};

const READ: usize = 16 << 10;

/// How a connection ended.
#[derive(Debug)]
pub(super) enum Ending {
    /// All that it asked was answered, and there was no more to ask.
    Done,
    /// The server ended the stream.
    Closed,
    /// The connection broke.
    Broken(io::Error),
    /// Something came that is no reply.
    Garbled,
    /// Something came that nobody had asked for.
    Unasked,
    /// Nothing came, for longer than the patience.
    Silent,
    /// It was given up by a bug of ours.
    Lost,
}

pub(super) struct Pipeline {
    encoding: &'static dyn Encoding,
    questions: Arc<Questions>,
    depth: u64,
    tally: Shared,
    /// Requests that were made, by number; those of `unsent` are the last of them.
    asked: u64,
    sent: u64,
    answered: u64,
    /// How many requests were made at a time, and when; those that are answered are left out.
    bursts: VecDeque<(u64, Instant)>,
    /// Octets to be written, and how many of them were.
    unsent: Vec<u8>,
    written: usize,
    received: Vec<u8>,
}

impl Pipeline {
    pub(super) fn new(
        encoding: &'static dyn Encoding,
        questions: Arc<Questions>,
        depth: usize,
        tally: Shared,
    ) -> Self {
        Pipeline {
            encoding,
            questions,
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

    /// Asks until there is no more to ask and all is answered, or the connection is of no more use.
    pub(super) async fn run(mut self, mut stream: TcpStream) -> Ending {
        let (mut from_server, to_server) = stream.split();
        self.ask(Instant::now());
        // What cannot be written may have been preceded by replies: they are read to their end.
        let mut broken = None;
        while self.answered < self.asked {
            if broken.is_none() {
                broken = self.send(&to_server).err();
            }
            let more = !self.unsent.is_empty() && broken.is_none();
            let ended = tokio::select! {
                biased;
                ended = self.receive(&mut from_server) => ended,
                // Both can be given up and taken up again without losing anything.
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
            self.questions.append(self.asked, count, &mut self.unsent);
            self.asked += count;
            self.bursts.push_back((count, now));
        }
    }

    /// Writes what the kernel takes, and counts what it took whole.
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
        let sent = self.asked - self.questions.within(self.asked, left);
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

    /// Judges the replies that are whole.
    fn take_replies(&mut self) -> Result<(), Ending> {
        let now = Instant::now();
        let mut tally = self.tally.lock();
        let (mut used_up, before) = (0, self.answered);
        let ended = loop {
            let rest = self.received.get(used_up..).unwrap_or_default();
            match self.encoding.decode_reply(rest) {
                Step::NeedMore { .. } => break Ok(()),
                Step::Refused { .. } => break Err(Ending::Garbled),
                // A reply to what was not sent whole is no reply to it.
                Step::Done { .. } if self.answered == self.sent => break Err(Ending::Unasked),
                Step::Done { value, used } => {
                    tally.judge(value, self.questions.reply(self.answered));
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
