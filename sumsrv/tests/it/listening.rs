//! How a listener is opened.

use std::io::ErrorKind;

use sumsrv::{Listening, listen};
use tokio::{io::AsyncReadExt, net::TcpStream, time::timeout};

use crate::running::HANG;

#[tokio::test]
async fn a_wildcard_and_port_0_become_a_real_port() {
    for (wildcard, host) in [("0.0.0.0:0", "127.0.0.1"), ("[::]:0", "[::1]")] {
        let listener = match listen(wildcard.parse().unwrap(), &Listening::default()).await {
            Ok(listener) => listener,
            Err(error) => {
                assert!(has_no_ipv6(&error), "{error}");
                continue;
            }
        };
        let port = listener.local_addr().unwrap().port();
        assert_ne!(port, 0);
        TcpStream::connect(format!("{host}:{port}")).await.unwrap();
    }
}

#[tokio::test]
async fn connections_in_time_wait_do_not_hinder_a_restart() {
    let listener = listen("127.0.0.1:0".parse().unwrap(), &Listening::default())
        .await
        .unwrap();
    let addr = listener.local_addr().unwrap();
    let mut client = TcpStream::connect(addr).await.unwrap();
    // The side that closes first is then in TIME_WAIT: the server's.
    drop(listener.accept().await.unwrap());
    assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
    drop(client);
    drop(listener);
    listen(addr, &Listening::default()).await.unwrap();
}

#[tokio::test]
async fn two_servers_do_not_share_a_port() {
    let listener = listen("127.0.0.1:0".parse().unwrap(), &Listening::default())
        .await
        .unwrap();
    let addr = listener.local_addr().unwrap();
    let error = listen(addr, &Listening::default()).await.unwrap_err();
    assert!(error.to_string().contains("another port"), "{error}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn connections_have_the_keepalive_of_their_listener() {
    use std::time::Duration;

    use socket2::{SockRef, TcpKeepalive};

    let keepalive = TcpKeepalive::new()
        .with_time(Duration::from_secs(11))
        .with_interval(Duration::from_secs(7))
        .with_retries(3);
    for (keepalive, expected) in [(Some(keepalive), true), (None, false)] {
        let how = Listening {
            keepalive,
            ..Listening::default()
        };
        let listener = listen("127.0.0.1:0".parse().unwrap(), &how).await.unwrap();
        let _client = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let socket = SockRef::from(&stream);
        assert_eq!(socket.keepalive().unwrap(), expected);
        if expected {
            let idle = socket.tcp_keepalive_time().unwrap();
            let interval = socket.tcp_keepalive_interval().unwrap();
            assert_eq!((idle.as_secs(), interval.as_secs()), (11, 7));
            assert_eq!(socket.tcp_keepalive_retries().unwrap(), 3);
        }
    }
}

/// Linux completes one connection more than the backlog says. The others have to try again.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_backlog_bounds_who_is_connected_and_not_accepted() {
    for (backlog, connected) in [(1, 2), (64, 8)] {
        let how = Listening {
            backlog,
            ..Listening::default()
        };
        let listener = listen("127.0.0.1:0".parse().unwrap(), &how).await.unwrap();
        let addr = listener.local_addr().unwrap();
        let sockets: Vec<socket2::Socket> = (0..8)
            .map(|_| {
                let socket =
                    socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)
                        .unwrap();
                socket.set_nonblocking(true).unwrap();
                // The handshake goes on in the kernel.
                let _ = socket.connect(&addr.into());
                socket
            })
            .collect();
        let through = || {
            let through = sockets.iter().filter(|socket| match socket.peer_addr() {
                Ok(_) => true,
                Err(error) if error.kind() == ErrorKind::NotConnected => false,
                Err(error) => panic!("{error}"),
            });
            through.count()
        };
        let reached = async {
            while through() < connected {
                tokio::task::yield_now().await;
            }
        };
        timeout(HANG, reached)
            .await
            .expect("the kernel connects them");
        // The kernel handles this connection after the handshakes of all the others.
        let behind = listen("127.0.0.1:0".parse().unwrap(), &Listening::default())
            .await
            .unwrap();
        TcpStream::connect(behind.local_addr().unwrap())
            .await
            .unwrap();
        assert_eq!(through(), connected, "backlog {backlog}");
    }
}

/// A machine without IPv6 cannot listen on `[::]`. All others can.
#[cfg(unix)]
fn has_no_ipv6(error: &sumsrv::ListenError) -> bool {
    let source = std::error::Error::source(error).and_then(|source| source.downcast_ref());
    let number = source.and_then(std::io::Error::raw_os_error);
    [Some(libc::EAFNOSUPPORT), Some(libc::EADDRNOTAVAIL)].contains(&number)
}

/// Every Windows has IPv6.
#[cfg(not(unix))]
fn has_no_ipv6(_: &sumsrv::ListenError) -> bool {
    false
}
