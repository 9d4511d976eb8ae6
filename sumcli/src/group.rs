//! All exchanges with one server in one encoding, in their order, and on one connection where possible.

use std::{io, net::SocketAddr, time::Duration};

use proto::Request;
use tokio::{
    sync::{
        OwnedSemaphorePermit,
        mpsc::{Sender, UnboundedReceiver},
    },
    time::timeout,
};

use crate::{
    answer::{Answer, Outcome},
    exchange::{Connection, Exchanged, Patience},
    order::Server,
    slots::{Slot, Slots},
};

/// How long making a connection may take.
const CONNECT: Duration = Duration::from_secs(10);

/// An exchange to be made.
pub(crate) struct Asked {
    pub(crate) id: u64,
    pub(crate) request: Request,
    /// Its room among the orders that are read ahead. The room is free again when the answer is written.
    pub(crate) room: Option<OwnedSemaphorePermit>,
}

/// An exchange that was made.
pub(crate) struct Answered {
    pub(crate) id: u64,
    pub(crate) answer: Answer,
    pub(crate) room: Option<OwnedSemaphorePermit>,
}

/// This machine cannot connect at all, which says nothing about the server.
pub(crate) struct CannotConnect {
    pub(crate) addr: SocketAddr,
    pub(crate) source: io::Error,
}

pub(crate) struct Group {
    server: Server,
    patience: Patience,
    slots: Slots,
    /// An exchange has hung. So the next ones half-close at once: waiting would show nothing new.
    hung: bool,
    connection: Option<Connection>,
}

impl Group {
    pub(crate) fn new(server: Server, patience: Patience, slots: Slots) -> Self {
        Group {
            server,
            patience,
            slots,
            hung: false,
            connection: None,
        }
    }

    /// Makes the exchanges that are asked for, until `asked` is closed.
    pub(crate) async fn work(
        mut self,
        mut asked: UnboundedReceiver<Asked>,
        answers: Sender<Answered>,
    ) -> Result<(), CannotConnect> {
        let mut slot: Option<Slot> = None;
        loop {
            let next = if slot.is_some() {
                tokio::select! {
                    biased;
                    next = asked.recv() => next,
                    () = self.slots.wanted() => {
                        self.connection = None;
                        slot = None;
                        continue;
                    }
                }
            } else {
                asked.recv().await
            };
            let Some(Asked { id, request, room }) = next else {
                return Ok(());
            };
            if slot.is_none() {
                slot = Some(self.slots.take().await);
            }
            let answer = self.exchange(request).await?;
            // The receiver is gone when the output is broken. Then nobody needs the other answers.
            if answers.send(Answered { id, answer, room }).await.is_err() {
                return Ok(());
            }
        }
    }

    async fn exchange(&mut self, request: Request) -> Result<Answer, CannotConnect> {
        let mut octets = Vec::new();
        if self
            .server
            .encoding
            .encode_request(request, &mut octets)
            .is_err()
        {
            return Ok(Answer::without_connection(Outcome::Unrepresentable));
        }
        if let Some(kept) = self.connection.take().filter(Connection::is_quiet) {
            let answer = self.exchange_on(kept, octets.clone()).await;
            // The server may have closed between two exchanges. That is not an outcome of this one, which gets a new connection.
            if answer.outcome != Outcome::Closed || !answer.received.is_empty() {
                return Ok(answer);
            }
        }
        let is_kept = !self.server.encoding.has_native_boundaries();
        match timeout(CONNECT, Connection::new(self.server.addr, is_kept)).await {
            Ok(Ok(connection)) => Ok(self.exchange_on(connection, octets).await),
            Ok(Err(source)) if of_our_machine(&source) => Err(CannotConnect {
                addr: self.server.addr,
                source,
            }),
            Ok(Err(_)) | Err(_) => Ok(Answer::without_connection(Outcome::Closed)),
        }
    }

    async fn exchange_on(&mut self, connection: Connection, octets: Vec<u8>) -> Answer {
        let Exchanged { answer, connection } = connection
            .exchange(self.server.encoding, octets, self.hung, self.patience)
            .await;
        self.hung |= answer.outcome == Outcome::Starved;
        self.connection = connection;
        answer
    }
}

/// Whether it is this machine that cannot connect, for example because it has no descriptors left. That is not an outcome of the server.
fn of_our_machine(error: &io::Error) -> bool {
    !matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::NotConnected
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::TimedOut
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
    )
}
