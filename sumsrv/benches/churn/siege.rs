//! The peers of a siege, and what becomes of them.

use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

use crate::{PATIENCE, REPLY, REQUEST, common::Trouble, runtime};

/// More than any line may have.
const OVERSIZED: usize = 100_000;

/// What became of the peers of a siege.
#[derive(Default)]
pub(crate) struct Siege {
    came: AtomicU64,
    answered: AtomicU64,
    otherwise: AtomicU64,
    left: AtomicU64,
}

impl Siege {
    fn each(&self) -> [&AtomicU64; 4] {
        [&self.came, &self.answered, &self.otherwise, &self.left]
    }

    /// As one process tells another.
    pub(crate) fn numbers(&self) -> String {
        self.each()
            .map(|number| number.load(Ordering::Relaxed).to_string())
            .join(" ")
    }

    pub(crate) fn add(&self, numbers: &str) -> Result<(), Trouble> {
        for (number, more) in self.each().into_iter().zip(numbers.split_whitespace()) {
            number.fetch_add(more.parse()?, Ordering::Relaxed);
        }
        Ok(())
    }
}

impl fmt::Display for Siege {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [came, answered, otherwise, left] =
            self.each().map(|number| number.load(Ordering::Relaxed));
        write!(
            f,
            "{came} visits: {answered} as they should be, {left} given up while they waited to be let in, {otherwise} answered otherwise"
        )
    }
}

/// So many peers at a time, until the time is over.
pub(crate) fn visits(
    addr: SocketAddr,
    number_of_peers: usize,
    seconds: f64,
) -> Result<Siege, Trouble> {
    rlimit::increase_nofile_limit(u64::MAX)?;
    let siege = Arc::new(Siege::default());
    runtime()?.block_on(async {
        let until = Instant::now() + Duration::try_from_secs_f64(seconds)?;
        let mut peers = JoinSet::new();
        for number in 0..number_of_peers {
            let siege = Arc::clone(&siege);
            peers.spawn(async move {
                // They do not come in one instant, and not in step afterwards.
                sleep(Duration::from_millis(
                    u64::try_from(number).unwrap_or(0) % 5000,
                ))
                .await;
                let mut turn = number;
                while Instant::now() < until {
                    let met = timeout(PATIENCE, visit(addr, number, turn)).await;
                    siege.came.fetch_add(1, Ordering::Relaxed);
                    let counted = match met {
                        Ok(Ok(true)) => &siege.answered,
                        Ok(Ok(false)) => &siege.otherwise,
                        Ok(Err(_)) | Err(_) => &siege.left,
                    };
                    counted.fetch_add(1, Ordering::Relaxed);
                    turn += 1;
                }
            });
        }
        while peers.join_next().await.is_some() {}
        Ok::<_, Trouble>(())
    })?;
    Arc::try_unwrap(siege).map_err(|_| "a peer is still there".into())
}

/// One peer's visit, in one of the ways there are: whether it was answered as it should be.
async fn visit(addr: SocketAddr, number: usize, turn: usize) -> io::Result<bool> {
    let socket = TcpSocket::new_v4()?;
    // Ports of one address would not be enough.
    let last = u8::try_from(number % 16).unwrap_or(0);
    socket.bind(SocketAddr::from((Ipv4Addr::new(127, 0, 0, 2 + last), 0)))?;
    let mut stream = socket.connect(addr).await?;
    let second = Duration::from_secs(1);
    let is_answered = match turn % 6 {
        0 => ask(&mut stream).await?,
        1 => {
            stream.write_all(REQUEST).await?;
            true
        }
        2 => {
            // Half a request, and half a connection.
            stream.write_all(b"1 ").await?;
            stream.shutdown().await?;
            stream.read_to_end(&mut Vec::new()).await?;
            true
        }
        3 => {
            for octet in REQUEST {
                stream.write_all(&[*octet]).await?;
                sleep(second).await;
            }
            let mut reply = [0; REPLY.len()];
            stream.read_exact(&mut reply).await?;
            reply == REPLY
        }
        4 => {
            // The server may close before it has all: that is an answer, too.
            let _ = stream.write_all(&[b'1'; OVERSIZED]).await;
            let _ = stream.read_to_end(&mut Vec::new()).await;
            true
        }
        _ => {
            sleep(8 * second).await;
            ask(&mut stream).await?
        }
    };
    // A reset, so that no port waits for a minute.
    stream.set_zero_linger()?;
    Ok(is_answered)
}

/// Asks once.
pub(crate) async fn ask(stream: &mut TcpStream) -> io::Result<bool> {
    stream.write_all(REQUEST).await?;
    let mut reply = [0; REPLY.len()];
    stream.read_exact(&mut reply).await?;
    Ok(reply == REPLY)
}
