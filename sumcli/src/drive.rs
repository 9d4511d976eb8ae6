//! Many exchanges with many servers: reads orders, gives each to the group of its server, and writes the answers as they come.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    io,
    net::SocketAddr,
    sync::Arc,
};

use tokio::{
    io::{AsyncBufRead, AsyncWrite, AsyncWriteExt},
    sync::{
        Semaphore,
        mpsc::{self, Receiver, Sender, UnboundedSender},
    },
    task::{JoinError, JoinSet},
};

use crate::{
    answer::{Answer, Outcome},
    exchange::Patience,
    group::{Answered, Asked, CannotConnect, Group},
    lines::{Line, Lines},
    order::Order,
    slots::Slots,
};

/// `PARTICIPANTS.md`: the longest line.
const LINE: usize = 8192;

/// How many servers are asked at a time.
const SLOTS: usize = 16;

/// How many orders are read ahead of their answers.
const AHEAD: usize = 4096;

/// How many answers are written at a time.
const BATCH: usize = 256;

/// Why `drive` gave up.
#[derive(Debug, thiserror::Error)]
pub enum DriveError {
    /// A line that is not as the contract has it.
    #[error("line {number} is not `ID ENC ADDR A B`: {line}")]
    Line {
        /// Counted from 1.
        number: usize,
        /// Its beginning.
        line: String,
    },
    /// This machine cannot connect at all. A server that does not answer is an outcome, and not this error.
    #[error("cannot connect to {addr}: {source}")]
    Connect {
        /// Where to.
        addr: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The input or the output broke.
    #[error("cannot read the orders or write the answers: {0}")]
    Io(#[from] io::Error),
}

impl From<CannotConnect> for DriveError {
    fn from(CannotConnect { addr, source }: CannotConnect) -> Self {
        DriveError::Connect { addr, source }
    }
}

/// Reads lines `ID ENC ADDR A B` until the end of `input` and writes an answer to each, in the order in which they come.
///
/// # Errors
/// When a line is not an order, when this machine cannot connect, and when `input` or `output` breaks.
pub async fn drive(
    input: impl AsyncBufRead + Unpin,
    output: impl AsyncWrite + Unpin,
    patience: Patience,
) -> Result<(), DriveError> {
    let (answers, answered) = mpsc::channel(BATCH);
    let asking = ask(input, answers, patience);
    let writing = async { write(output, answered).await.map_err(DriveError::from) };
    tokio::try_join!(asking, writing).map(|((), ())| ())
}

async fn ask(
    input: impl AsyncBufRead + Unpin,
    answers: Sender<Answered>,
    patience: Patience,
) -> Result<(), DriveError> {
    let mut lines = Lines::new(input, LINE);
    let mut number = 0;
    let room = Arc::new(Semaphore::new(AHEAD));
    let slots = Slots::new(SLOTS);
    let mut groups: BTreeMap<(&str, SocketAddr), UnboundedSender<Asked>> = BTreeMap::new();
    let mut working = JoinSet::new();
    loop {
        let line = tokio::select! {
            Some(done) = working.join_next() => {
                ended(done)?;
                continue;
            }
            line = lines.next() => line?,
        };
        let Some(line) = line else { break };
        number += 1;
        let order = match &line {
            Line::Whole(line) => Order::parse(line),
            Line::TooLong(_) => None,
        };
        match order {
            None => return Err(not_an_order(number, line)),
            Some(Order::Unsupported { id }) => {
                let answer = Answer::without_connection(Outcome::Unsupported);
                // When nobody takes the answers any more, `write` has the error.
                let _ = answers
                    .send(Answered {
                        id,
                        answer,
                        room: None,
                    })
                    .await;
            }
            Some(Order::Exchange { id, with, request }) => {
                // The semaphore is never closed, so this never fails.
                let room = room.clone().acquire_owned().await.ok();
                let group = match groups.entry((with.encoding.name(), with.addr)) {
                    Entry::Occupied(group) => group.into_mut(),
                    Entry::Vacant(place) => {
                        let (orders, asked) = mpsc::unbounded_channel();
                        let group = Group::new(with, patience, slots.clone());
                        working.spawn(group.work(asked, answers.clone()));
                        place.insert(orders)
                    }
                };
                // A group that has ended had an error, which `ended` returns above.
                let _ = group.send(Asked { id, request, room });
            }
        }
    }
    drop((groups, answers));
    while let Some(done) = working.join_next().await {
        ended(done)?;
    }
    Ok(())
}

async fn write(
    mut output: impl AsyncWrite + Unpin,
    mut answered: Receiver<Answered>,
) -> io::Result<()> {
    let mut ready = Vec::with_capacity(BATCH);
    while answered.recv_many(&mut ready, BATCH).await > 0 {
        let mut lines = String::new();
        for Answered { id, answer, room } in ready.drain(..) {
            lines.push_str(&format!("{id} {answer}\n"));
            drop(room);
        }
        output.write_all(lines.as_bytes()).await?;
        output.flush().await?;
    }
    Ok(())
}

fn ended(done: Result<Result<(), CannotConnect>, JoinError>) -> Result<(), DriveError> {
    match done {
        Ok(worked) => Ok(worked?),
        Err(error) => Err(DriveError::Io(io::Error::other(error))),
    }
}

fn not_an_order(number: usize, line: Line) -> DriveError {
    let (Line::Whole(line) | Line::TooLong(line)) = line;
    let beginning = line.get(..100).unwrap_or(&line);
    DriveError::Line {
        number,
        line: String::from_utf8_lossy(beginning).into_owned(),
    }
}
