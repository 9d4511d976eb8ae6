//! Sockets of another network: a program in it makes them and hands them over, since a socket stays in the network in which it was made, whoever has it.
//!
//! A thread of this program could enter another network by itself only where this user is root. Who may make a network only in a user namespace must start a program in that.

use std::io::{self, IoSlice, IoSliceMut, Read as _};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::UnixStream as BlockingStream;
use std::path::Path;
use std::time::Duration;

use cross::process::{Invocation, ProcessError, Running};
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketFlags, SocketType, recvmsg, sendmsg, socket_with,
};
use tokio::io::{AsyncWriteExt as _, Interest};
use tokio::net::{TcpSocket, UnixListener, UnixStream};
use tokio::sync::Mutex;

/// It connects, and hands a socket over, within this time.
const WITHIN: Duration = Duration::from_secs(10);

/// The name of the socket at which it is waited for.
const NAME: &str = "sockets";

/// Hands a TCP socket over for each octet that comes, until the end: what is started in the other network does this.
///
/// # Errors
/// Nobody waits at the path; or the kernel makes no socket there, or passes none on.
pub fn hand_over(path: &Path) -> io::Result<()> {
    let mut asked = BlockingStream::connect(path)?;
    while asked.read(&mut [0])? > 0 {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let socket = socket_with(AddressFamily::INET, SocketType::STREAM, flags, None)?;
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut with = SendAncillaryBuffer::new(&mut space);
        let sockets = [socket.as_fd()];
        with.push(SendAncillaryMessage::ScmRights(&sockets));
        sendmsg(&asked, &[IoSlice::new(&[0])], &mut with, SendFlags::empty())?;
    }
    Ok(())
}

/// Where sockets of another network come from.
pub(super) struct Sockets {
    from: Mutex<UnixStream>,
    /// Who makes them; it ends with this.
    _maker: Running,
}

impl Sockets {
    /// Starts who makes them. `start` makes of the path that is waited at a program which is in the other network, and calls [`hand_over`].
    ///
    /// # Errors
    /// It does not come, in words.
    pub(super) async fn of(start: impl FnOnce(&Path) -> Invocation) -> Result<Sockets, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let path = folder.path().join(NAME);
        let listener = UnixListener::bind(&path).map_err(|error| error.to_string())?;
        let maker = start(&path).start();
        let maker = maker.map_err(|error: ProcessError| error.to_string())?;
        let came = tokio::time::timeout(WITHIN, listener.accept()).await;
        let came = came.map_err(|_| format!("nobody came within {} s", WITHIN.as_secs()))?;
        let (from, _) = came.map_err(|error| error.to_string())?;
        Ok(Sockets {
            from: Mutex::new(from),
            _maker: maker,
        })
    }

    /// Another one, which is neither bound nor connected.
    pub(super) async fn next(&self) -> io::Result<TcpSocket> {
        let mut from = self.from.lock().await;
        let handed = async {
            from.write_all(&[0]).await?;
            from.async_io(Interest::READABLE, || received(&from)).await
        };
        let handed = tokio::time::timeout(WITHIN, handed).await;
        let socket = handed.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        Ok(TcpSocket::from_std_stream(socket.into()))
    }
}

/// What was handed over.
fn received(from: &UnixStream) -> io::Result<OwnedFd> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut with = RecvAncillaryBuffer::new(&mut space);
    let mut octet = [0];
    let flags = RecvFlags::CMSG_CLOEXEC;
    recvmsg(from, &mut [IoSliceMut::new(&mut octet)], &mut with, flags)?;
    let mut sockets = with.drain().filter_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut sockets) => sockets.next(),
        _ => None,
    });
    let none = || io::Error::other("who makes sockets in the other network is gone");
    sockets.next().ok_or_else(none)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_that_is_handed_over_is_another_one_and_whole() {
        // A program that only waits stands for the maker, which is a thread here.
        let maker = |path: &Path| {
            let path = path.to_owned();
            std::thread::spawn(move || hand_over(&path));
            Invocation::new("/bin/cat")
        };
        let sockets = Sockets::of(maker).await.unwrap();
        let mut ports = Vec::new();
        let mut listeners = Vec::new();
        for _ in 0..100 {
            let socket = sockets.next().await.unwrap();
            socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
            let listener = socket.listen(1).unwrap();
            ports.push(listener.local_addr().unwrap().port());
            listeners.push(listener);
        }
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), 100);
        let server = listeners[0].local_addr().unwrap();
        let client = sockets.next().await.unwrap().connect(server);
        let (client, accepted) = tokio::join!(client, listeners[0].accept());
        assert_eq!(client.unwrap().local_addr().unwrap(), accepted.unwrap().1);
    }

    #[tokio::test]
    async fn a_maker_that_is_gone_is_an_error() {
        let maker = |path: &Path| {
            drop(BlockingStream::connect(path).unwrap());
            Invocation::new("/bin/cat")
        };
        let sockets = Sockets::of(maker).await.unwrap();
        sockets.next().await.map(|_| ()).unwrap_err();
    }
}
