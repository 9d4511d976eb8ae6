//! The signal to stop.

use std::{io::ErrorKind, time::Duration};

use sumsrv::{End, Limits};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::{
    piped::Connection,
    running::{HANG, Running, ask, fill, rest},
};

#[tokio::test]
async fn what_was_received_whole_is_answered_and_a_part_is_not_called_short() {
    let server = Running::new("text").await;
    let mut stream = server.connect().await;
    assert_eq!(ask(&mut stream, "1 2\n").await, "3\n");
    stream.write_all(b"3 4\n5 6\n7").await.unwrap();
    server.stop.send(true).unwrap();
    assert_eq!(rest(&mut stream).await, b"7\n11\n");
    assert_eq!(server.events(), [""; 0]);
    timeout(HANG, server.server)
        .await
        .expect("the server stops")
        .unwrap();
}

#[tokio::test]
async fn a_connection_that_is_not_accepted_yet_does_not_keep_the_server() {
    let server = Running::new("text").await;
    server.stop.send(true).unwrap();
    timeout(HANG, server.server)
        .await
        .expect("the server stops")
        .unwrap();
    let refused = TcpStream::connect(server.addr).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn idle_peers_are_closed() {
    let server = Running::new("network").await;
    let mut idle = server.connect().await;
    idle.write_all(&[0; 16]).await.unwrap();
    server.stop.send(true).unwrap();
    timeout(HANG, server.server)
        .await
        .expect("the server stops")
        .unwrap();
    // It may not have been accepted any more. In any case it is closed.
    let mut replies = Vec::new();
    let _ = idle.read_to_end(&mut replies).await;
    assert!(replies.is_empty() || replies == [0; 16], "{replies:?}");
}

#[tokio::test]
async fn a_peer_that_does_not_read_keeps_the_server_no_longer_than_its_grace() {
    let limits = Limits {
        grace: Duration::from_millis(50),
        ..Limits::default()
    };
    let server = Running::limited("text", limits).await;
    let deaf = server.connect().await;
    let mut other = server.connect().await;
    fill(&deaf, &mut other).await;
    server.stop.send(true).unwrap();
    timeout(HANG, server.server)
        .await
        .expect("the server stops")
        .unwrap();
}

/// By a paused clock. After the signal the server reads on for 20 milliseconds at most, and the peer asks every 15 milliseconds.
#[tokio::test(start_paused = true)]
async fn a_peer_that_goes_on_asking_is_not_waited_for() {
    let mut connection = Connection::new("text", Limits::default());
    connection.stop.send(true).unwrap();
    let mut answered = 0;
    while answered < 100 {
        sleep(Duration::from_millis(15)).await;
        connection.peer.write_all(b"1 2\n").await.unwrap();
        let mut reply = [0; 2];
        match connection.peer.read_exact(&mut reply).await {
            Ok(_) => assert_eq!(&reply, b"3\n"),
            // There will be no more replies.
            Err(_) => break,
        }
        answered += 1;
    }
    assert_eq!(answered, 1);
    assert_eq!(connection.end().await, (End::Stopped, vec![]));
}

#[tokio::test]
async fn a_sender_that_is_gone_stops_the_server_too() {
    let server = Running::new("text").await;
    drop(server.stop);
    timeout(HANG, server.server)
        .await
        .expect("the server stops")
        .unwrap();
}
