//! A board that serves: the listening sockets are here, and it answers what comes.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Duration, timeout};

use super::question::Answer;
use super::{Code, DONE, LONGEST, Line, NOT_IMPLEMENTED, Question, Trouble, USAGE, say};

/// Where a server listens that is not told where.
const ANYWHERE: &str = "127.0.0.1:0";

/// What is still read, and thrown away, of a client that was refused as too large.
const MOST_DISCARDED: usize = 64 << 20;

/// How many octets are kept of a request that is not whole: more than any message of PROTOCOL.md may have.
const MOST_KEPT: usize = 4000;

/// How long clients may take to go when the server is to stop.
const GRACE: Duration = Duration::from_secs(3);

/// Serves until `stopped`.
pub(super) async fn serve(
    line: Line,
    specs: &[&str],
    stopped: impl Future<Output = ()>,
) -> Result<Code, Trouble> {
    let specs: Vec<(&str, &str)> = specs
        .iter()
        .map(|spec| spec.split_once('=').unwrap_or((spec, ANYWHERE)))
        .collect();
    let mut code = DONE;
    for (encoding, _) in &specs {
        let nothing = Question::Serve {
            encoding,
            octets: &[],
        };
        if line.ask(&nothing).await? == Answer::Unsupported {
            say(format_args!("unsupported {encoding}"))?;
            code = NOT_IMPLEMENTED;
        }
    }
    if code != DONE {
        return Ok(code);
    }
    let mut listeners = Vec::new();
    for (encoding, address) in specs {
        let Ok(address) = address.parse::<SocketAddr>() else {
            eprintln!("found address `{address}`, expected IP:PORT, as in 127.0.0.1:9877");
            return Ok(USAGE);
        };
        let listener = TcpListener::bind(address).await?;
        say(format_args!(
            "listening {encoding} {}",
            listener.local_addr()?
        ))?;
        listeners.push((encoding.to_owned(), listener));
    }
    say("ready")?;

    let line = Arc::new(line);
    let (stop, is_stopping) = watch::channel(false);
    let mut accepting = JoinSet::new();
    for (encoding, listener) in listeners {
        accepting.spawn(accept(
            encoding,
            listener,
            Arc::clone(&line),
            is_stopping.clone(),
        ));
    }
    let first = tokio::select! {
        () = stopped => None,
        first = accepting.join_next() => first,
    };
    if let Some(ended) = first {
        return ended.map_err(std::io::Error::other)?.map(|()| DONE);
    }
    // Whoever accepts may have gone: then there is nobody to tell.
    let _ = stop.send(true);
    let drained = async {
        while let Some(ended) = accepting.join_next().await {
            ended.map_err(std::io::Error::other)??;
        }
        Ok(DONE)
    };
    timeout(GRACE, drained).await.unwrap_or(Ok(DONE))
}

/// Accepts connections until the server is to stop, and then waits for their end.
async fn accept(
    encoding: String,
    listener: TcpListener,
    line: Arc<Line>,
    mut is_stopping: watch::Receiver<bool>,
) -> Result<(), Trouble> {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (stream, peer) = accepted?;
                let connection = Connection {
                    encoding: encoding.clone(),
                    stream,
                    peer,
                    kept: Vec::new(),
                    want: 1,
                };
                connections.spawn(connection.serve(Arc::clone(&line), is_stopping.clone()));
            }
            Some(ended) = connections.join_next() => ended.map_err(std::io::Error::other)??,
            _ = is_stopping.changed() => break,
        }
    }
    drop(listener);
    while let Some(ended) = connections.join_next().await {
        ended.map_err(std::io::Error::other)??;
    }
    Ok(())
}

/// A client's connection.
struct Connection {
    encoding: String,
    stream: TcpStream,
    peer: SocketAddr,
    /// What came of a request that is not whole.
    kept: Vec<u8>,
    /// How many octets of it are needed at least.
    want: usize,
}

impl Connection {
    async fn serve(
        mut self,
        line: Arc<Line>,
        mut is_stopping: watch::Receiver<bool>,
    ) -> Result<(), Trouble> {
        let mut octets = [0; MOST_KEPT];
        loop {
            let room = octets.get_mut(self.kept.len()..).unwrap_or_default();
            let read = tokio::select! {
                biased;
                read = self.stream.read(room) => read,
                // What has come is read before the end; a client that has said nothing yet is left.
                _ = is_stopping.wait_for(|stopping| *stopping) => return Ok(()),
            };
            match read {
                Ok(0) => {
                    if !self.kept.is_empty() {
                        let Connection { encoding, peer, .. } = &self;
                        let (got, want) = (self.kept.len(), self.want);
                        say(format_args!("short {encoding} {peer} {got} {want}"))?;
                    }
                    return Ok(());
                }
                Ok(count) => self.kept.extend(room.iter().take(count)),
                // A client that resets its connection has no more to say.
                Err(_) => return Ok(()),
            }
            if !self.answer(&line).await? {
                return Ok(());
            }
        }
    }

    /// Answers what is whole, in order. False: the connection is over.
    async fn answer(&mut self, line: &Line) -> Result<bool, Trouble> {
        while self.kept.len() >= self.want {
            let asked = self.kept.len().min(LONGEST.max(self.want));
            let question = Question::Serve {
                encoding: &self.encoding,
                octets: self.kept.get(..asked).unwrap_or_default(),
            };
            let answer = line.ask(&question).await?;
            let (done, octets) = match answer {
                Answer::More(want) if want <= MOST_KEPT => {
                    self.want = want;
                    break;
                }
                Answer::Octets { done, octets } => (done, octets),
                Answer::Last(octets) => {
                    self.refuse(&octets).await;
                    return Ok(false);
                }
                other => {
                    let why = format!("asked `{}`, it answered {other:?}", question.line());
                    return Err(Trouble::Board(why));
                }
            };
            if self.stream.write_all(&octets).await.is_err() {
                return Ok(false);
            }
            self.kept.drain(..done);
            self.want = 1;
        }
        Ok(true)
    }

    /// Closing with octets unread would send a reset, which can overtake the answer: so half-close, and read until the client closes.
    async fn refuse(&mut self, octets: &[u8]) {
        let said = async {
            self.stream.write_all(octets).await?;
            self.stream.shutdown().await
        };
        if said.await.is_err() {
            return;
        }
        let (mut discarded, mut room) = (0, [0; MOST_KEPT]);
        while let Ok(count @ 1..) = self.stream.read(&mut room).await {
            discarded += count;
            if discarded > MOST_DISCARDED {
                return;
            }
        }
    }
}
