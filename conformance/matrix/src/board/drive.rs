//! A board that asks: the connections are here, and it says what to send and what came back.

use std::collections::HashSet;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{Mutex, Semaphore};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::question::{Answer, written};
use super::{Code, DONE, LONGEST, Line, Question, Trouble, USAGE, say};
use kit::lines::{Lines, NoLine};

/// The variable that says how long a reply is waited for, in milliseconds, and what it is without.
const PATIENCE: &str = "CROSSUM_PATIENCE_MS";
const PATIENCE_MS: u64 = 100;

/// How long a server may take to answer after the end of the client's half.
const AFTER_HALF_CLOSE: Duration = Duration::from_secs(20);

/// How many exchanges are under way at once: while one waits for a reply that does not come, the board can be asked about others.
const AT_ONCE: usize = 16;

/// What the exchanges share.
struct Shared {
    line: Line,
    patience: Duration,
    /// Whom an exchange hung with, and in which encoding: they are not waited for again.
    hung: Mutex<HashSet<(String, SocketAddr)>>,
}

/// Carries out the lines of standard input.
pub(super) async fn drive(line: Line) -> Result<Code, Trouble> {
    let patience = match std::env::var(PATIENCE) {
        Err(_) => PATIENCE_MS,
        Ok(word) => match word.parse() {
            Ok(patience) => patience,
            Err(_) => {
                eprintln!("found {PATIENCE}={word}, expected milliseconds");
                return Ok(USAGE);
            }
        },
    };
    let shared = Arc::new(Shared {
        line,
        patience: Duration::from_millis(patience),
        hung: Mutex::default(),
    });
    let at_once = Arc::new(Semaphore::new(AT_ONCE));
    let mut lines = Lines::new(tokio::io::stdin());
    let mut exchanges = JoinSet::new();
    loop {
        let line = match lines.next().await {
            Ok(line) => line,
            Err(NoLine::End) => break,
            Err(no_line) => {
                eprintln!("standard input: {no_line}");
                return Ok(USAGE);
            }
        };
        let Some(order) = Order::read(&line) else {
            eprintln!("found `{line}`, expected `ID ENC ADDR REQUEST`");
            return Ok(USAGE);
        };
        let turn = Arc::clone(&at_once).acquire_owned().await;
        let shared = Arc::clone(&shared);
        exchanges.spawn(async move {
            let _turn = turn;
            order.carry_out(&shared).await
        });
        while let Some(ended) = exchanges.try_join_next() {
            ended.map_err(std::io::Error::other)??;
        }
    }
    while let Some(ended) = exchanges.join_next().await {
        ended.map_err(std::io::Error::other)??;
    }
    Ok(DONE)
}

/// A line of the contract.
struct Order {
    id: u64,
    encoding: String,
    server: SocketAddr,
    request: String,
}

/// What came of an exchange.
#[derive(Default)]
struct Came {
    sent: Vec<u8>,
    received: Vec<u8>,
    from: Option<SocketAddr>,
}

impl Order {
    fn read(line: &str) -> Option<Order> {
        let mut words = line.splitn(4, ' ');
        Some(Order {
            id: words.next()?.parse().ok()?,
            encoding: words.next()?.to_owned(),
            server: words.next()?.parse().ok()?,
            request: words.next()?.to_owned(),
        })
    }

    async fn carry_out(self, shared: &Shared) -> Result<(), Trouble> {
        let mut came = Came::default();
        let outcome = self.exchange(shared, &mut came).await?;
        let from = came.from.map_or("-".to_owned(), |from| from.to_string());
        let (sent, received) = (written(&came.sent), written(&came.received));
        let id = self.id;
        say(format_args!(
            "{id} {outcome} sent {sent} recv {received} from {from}"
        ))?;
        Ok(())
    }

    /// One exchange; its outcome in the words of the contract.
    async fn exchange(&self, shared: &Shared, came: &mut Came) -> Result<String, Trouble> {
        let question = Question::Request {
            encoding: &self.encoding,
            words: &self.request,
        };
        let octets = match shared.line.ask(&question).await? {
            Answer::Octets { octets, .. } => octets,
            Answer::Unrepresentable => return Ok("unrepresentable".to_owned()),
            _ => return Ok("unsupported".to_owned()),
        };
        let mut stream = match TcpStream::connect(self.server).await {
            Ok(stream) => stream,
            Err(error) if is_of_the_server(error.kind()) => return Ok("closed".to_owned()),
            // An error of this machine must not look like a server that is down.
            Err(error) => return Err(error.into()),
        };
        came.from = Some(stream.local_addr()?);
        while came.sent.len() < octets.len() {
            let rest = octets.get(came.sent.len()..).unwrap_or_default();
            match stream.write(rest).await {
                Ok(count) => came.sent.extend(rest.iter().take(count)),
                Err(_) => return Ok("closed".to_owned()),
            }
        }
        let key = (self.encoding.clone(), self.server);
        let has_hung = shared.hung.lock().await.contains(&key);
        let mut patience = match has_hung {
            true => Duration::ZERO,
            false => shared.patience,
        };
        let mut half_closed = false;
        let mut want = 1;
        loop {
            let mut room = [0; LONGEST];
            let room = room.get_mut(came.received.len()..).unwrap_or_default();
            match timeout(patience, stream.read(room)).await {
                Err(_) if half_closed => break,
                Err(_) => {
                    // A connection that has ended cannot be ended again: the next read says so.
                    let _ = stream.shutdown().await;
                    half_closed = true;
                    patience = AFTER_HALF_CLOSE;
                    continue;
                }
                Ok(Ok(0) | Err(_)) => break,
                Ok(Ok(count)) => came.received.extend(room.iter().take(count)),
            }
            if came.received.len() < want {
                continue;
            }
            let question = Question::Reply {
                encoding: &self.encoding,
                octets: &came.received,
            };
            match shared.line.ask(&question).await? {
                Answer::Says(outcome) => return Ok(outcome),
                Answer::More(more) => want = more,
                other => {
                    let why = format!("asked `{}`, it answered {other:?}", question.line());
                    return Err(Trouble::Board(why));
                }
            }
        }
        if half_closed {
            shared.hung.lock().await.insert(key);
        }
        Ok(match half_closed {
            true => "starved",
            false => "closed",
        }
        .to_owned())
    }
}

/// Whether nobody listens there, or nobody is reached.
fn is_of_the_server(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::ConnectionRefused
            | ErrorKind::ConnectionReset
            | ErrorKind::TimedOut
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
    )
}
