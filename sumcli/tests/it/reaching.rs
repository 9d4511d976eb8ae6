//! How a connection is made.

use std::{io::ErrorKind, time::Duration};

use socket2::{SockRef, TcpKeepalive};
use sumcli::{Reach, ReachError, reach};
use tokio::{
    net::TcpListener,
    time::{Instant, pause},
};

#[tokio::test]
async fn where_nobody_listens_the_system_says_so_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap().to_string();
    drop(listener);
    let error = reach(&addr, &Reach::default()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("cannot connect to {addr}: ECONNREFUSED: connection refused")
    );
    let ReachError::Io { source, .. } = error else {
        panic!("{error}")
    };
    assert_eq!(source.kind(), ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn a_host_may_have_a_name() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    // Where `localhost` has an IPv6 address as well, nobody listens on it, and the next address is tried.
    reach(&format!("localhost:{port}"), &Reach::default())
        .await
        .unwrap();
}

#[tokio::test]
async fn what_is_no_address_is_reported() {
    let error = reach("here", &Reach::default()).await.unwrap_err();
    assert!(
        error.to_string().starts_with("cannot connect to here: "),
        "{error}"
    );
}

/// A listener whose queue is full drops requests to connect, as a broken network does.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_server_that_does_not_answer_is_left_after_the_connect_timeout() {
    use socket2::{Domain, Socket, Type};

    let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let any: std::net::SocketAddr = "127.0.0.1:0".parse().unwrap();
    listener.bind(&any.into()).unwrap();
    listener.listen(0).unwrap();
    let addr = listener.local_addr().unwrap().as_socket().unwrap();
    let _first = tokio::net::TcpStream::connect(addr).await.unwrap();
    pause();
    let begun = Instant::now();
    let how = Reach {
        connect_timeout: Some(Duration::from_secs(7)),
        ..Reach::default()
    };
    let error = reach(&addr.to_string(), &how).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("cannot connect to {addr}: no connection within 7 s")
    );
    assert!(matches!(error, ReachError::TimedOut { .. }));
    assert_eq!(begun.elapsed().as_secs(), 7);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_kernels_timers_are_set() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap().to_string();
    let stream = reach(&addr, &Reach::default()).await.unwrap();
    let socket = SockRef::from(&stream);
    assert!(!socket.keepalive().unwrap());
    assert_eq!(socket.tcp_user_timeout().unwrap(), None);

    let keepalive = TcpKeepalive::new()
        .with_time(Duration::from_secs(11))
        .with_interval(Duration::from_secs(7))
        .with_retries(3);
    let how = Reach {
        user_timeout: Some(Duration::from_millis(1500)),
        keepalive: Some(keepalive),
        ..Reach::default()
    };
    let stream = reach(&addr, &how).await.unwrap();
    let socket = SockRef::from(&stream);
    assert!(socket.keepalive().unwrap());
    let idle = socket.tcp_keepalive_time().unwrap();
    let interval = socket.tcp_keepalive_interval().unwrap();
    assert_eq!((idle.as_secs(), interval.as_secs()), (11, 7));
    assert_eq!(socket.tcp_keepalive_retries().unwrap(), 3);
    let user_timeout = socket.tcp_user_timeout().unwrap();
    assert_eq!(user_timeout, Some(Duration::from_millis(1500)));
}
