//! Peers that misbehave.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::say;

/// When nothing more has come for so long, all of a message has come. Scenarios use it to learn how long a message is, and for no verdict.
const QUIET: Duration = Duration::from_millis(500);

/// Between two octets of a slow peer.
const PAUSE: Duration = Duration::from_millis(20);

/// The longest message that is recorded, in octets.
const MAX_OCTETS: usize = 4096;

/// Connects, and resets the connection.
pub(super) async fn reset(address: SocketAddr) -> io::Result<()> {
    let stream = TcpStream::connect(address).await?;
    stream.set_zero_linger()?;
    drop(stream);
    say("reset")
}

/// Begins so many connections, says nothing on them, and ends each when the other side does.
pub(super) async fn hold(address: SocketAddr, count: usize) -> io::Result<()> {
    let mut connections = JoinSet::new();
    for _ in 0..count {
        connections.spawn(async move {
            let mut stream = TcpStream::connect(address).await?;
            say("connected")?;
            // Until the other side ends it, in whatever way.
            let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
            io::Result::Ok(())
        });
    }
    while connections.join_next().await.is_some() {}
    std::future::pending().await
}

/// Takes a connection, reads what comes until nothing more does, says it in hexadecimal, and dies without an answer.
pub(super) async fn record(port: u16) -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    say("ready")?;
    let (mut stream, _) = listener.accept().await?;
    let octets = quiet(&mut stream).await?;
    say(hex::encode(octets))
}

/// Sends a request in some manner, and says how many octets of a reply came: `want`, or fewer where the server closed; all that come, where `want` is 0.
pub(super) async fn replay(
    address: SocketAddr,
    octets: &[u8],
    manner: &str,
    want: usize,
) -> io::Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    match manner {
        "slowly" => {
            for octet in octets {
                stream.write_all(&[*octet]).await?;
                sleep(PAUSE).await;
            }
        }
        "half-close" => {
            stream.write_all(octets).await?;
            stream.shutdown().await?;
        }
        _ => stream.write_all(octets).await?,
    }
    let mut got = 0;
    if want == 0 {
        got = quiet(&mut stream).await?.len();
    }
    let mut buffer = [0; 512];
    while got < want {
        match stream.read(&mut buffer).await {
            // A reset ends it as well.
            Ok(0) | Err(_) => break,
            Ok(more) => got += more,
        }
    }
    say(got)
}

/// What comes until the end of the stream, or until nothing more does after the first octet.
async fn quiet(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut octets = vec![0; 512];
    let mut got = Vec::new();
    loop {
        let reading = stream.read(&mut octets);
        let read = match got.is_empty() {
            // The first may take its time, but for a client that waits for the server to speak.
            true => timeout(10 * QUIET, reading).await,
            false => timeout(QUIET, reading).await,
        };
        match read {
            Err(_) | Ok(Ok(0) | Err(_)) => return Ok(got),
            Ok(Ok(more)) => got.extend(octets.iter().take(more)),
        }
        if got.len() > MAX_OCTETS {
            let why = format!("a message of more than {MAX_OCTETS} octets is not replayed");
            return Err(io::Error::other(why));
        }
    }
}
