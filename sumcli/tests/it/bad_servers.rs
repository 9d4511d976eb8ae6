//! `drive` against servers that close, garble, stay silent, or send half a reply.

use std::{net::SocketAddr, time::Duration};

use sumcli::Patience;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::running::{answer, answers, behaving, impatient, patient, to_the_end};

#[tokio::test]
async fn a_server_that_closes_at_once_is_closed() {
    let addr = behaving(|stream| async { drop(stream) }).await;
    let said = answer(&format!("1 network {addr} 1 2\n"), patient()).await;
    assert_eq!(
        (said.outcome.as_str(), said.received.as_str()),
        ("closed", "-")
    );
    assert!(said.from.is_some());
}

#[tokio::test]
async fn a_server_that_resets_is_closed() {
    let addr = behaving(|stream| async move {
        stream.set_zero_linger().unwrap();
        drop(stream);
    })
    .await;
    assert_eq!(
        answer(&format!("1 network {addr} 1 2\n"), patient())
            .await
            .outcome,
        "closed"
    );
}

#[tokio::test]
async fn where_nobody_listens_is_closed_without_a_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr: SocketAddr = listener.local_addr().unwrap();
    drop(listener);
    let said = answer(&format!("1 network {addr} 1 2\n"), patient()).await;
    assert_eq!(
        (said.outcome.as_str(), said.sent.as_str(), said.from),
        ("closed", "-", None)
    );
}

#[tokio::test]
async fn a_server_that_closes_in_the_middle_of_its_reply_is_closed() {
    let addr = behaving(|mut stream| async move {
        stream.read_u8().await.unwrap();
        stream.write_all(&[0, 0, 0]).await.unwrap();
        stream.shutdown().await.unwrap();
        to_the_end(&mut stream).await;
    })
    .await;
    let said = answer(&format!("1 network {addr} 1 2\n"), patient()).await;
    assert_eq!(
        (said.outcome.as_str(), said.received.as_str()),
        ("closed", "000000")
    );
}

#[tokio::test]
async fn a_server_that_garbles_is_garbled_and_all_its_octets_are_kept() {
    let addr = behaving(|mut stream| async move {
        stream.write_all(b"what?\nwho?").await.unwrap();
        to_the_end(&mut stream).await;
        stream.write_all(b"!").await.unwrap();
    })
    .await;
    let said = answer(&format!("1 text {addr} 1 2\n"), patient()).await;
    assert_eq!(
        (said.outcome.as_str(), said.received.as_str()),
        ("garbled", "776861743f0a77686f3f21")
    );
}

#[tokio::test]
async fn a_server_that_never_answers_hangs_its_client() {
    let addr = behaving(|mut stream| async move { to_the_end(&mut stream).await }).await;
    let said = answer(&format!("1 network {addr} 1 2\n"), impatient()).await;
    assert_eq!(
        (said.outcome.as_str(), said.received.as_str()),
        ("starved", "-")
    );
    assert_eq!(said.sent, "00000000000000010000000000000002");
}

#[tokio::test]
async fn a_server_that_sends_half_a_reply_and_waits_hangs_its_client() {
    let addr = behaving(|mut stream| async move {
        stream.write_all(&[0; 8]).await.unwrap();
        to_the_end(&mut stream).await;
    })
    .await;
    let said = answer(&format!("1 network {addr} 1 2\n"), impatient()).await;
    assert_eq!(
        (said.outcome.as_str(), said.received.as_str()),
        ("starved", "0000000000000000")
    );
}

#[tokio::test]
async fn a_server_that_never_closes_does_not_hold_its_client_for_ever() {
    let addr = behaving(|stream| async move {
        let _open = stream;
        std::future::pending::<()>().await;
    })
    .await;
    let patience = Patience {
        close: Duration::from_millis(20),
        ..impatient()
    };
    let said = answers(&format!("1 network {addr} 1 2\n"), patience).await;
    assert_eq!(said[0].outcome, "starved");
}

#[tokio::test]
async fn an_answer_that_comes_after_the_half_close_counts() {
    let addr = behaving(|mut stream| async move {
        to_the_end(&mut stream).await;
        stream.write_all(b"3\n").await.unwrap();
    })
    .await;
    let said = answer(&format!("1 text {addr} 1 2\n"), impatient()).await;
    assert_eq!(
        (said.outcome.as_str(), said.received.as_str()),
        ("sum 3", "330a")
    );
}

#[tokio::test]
async fn a_connection_with_something_unread_is_not_used_again() {
    let addr =
        behaving(|stream| async move { reply_to_each_line(stream, b"3\n4\n", 9).await }).await;
    let said = answers(
        &format!("1 text {addr} 1 2\n2 text {addr} 1 2\n"),
        patient(),
    )
    .await;
    for said in &said {
        assert_eq!(
            (said.outcome.as_str(), said.received.as_str()),
            ("sum 3", "330a340a")
        );
    }
    assert_ne!(said[0].from, said[1].from);
}

#[tokio::test]
async fn a_connection_that_the_server_ended_between_two_exchanges_is_made_anew() {
    let addr = behaving(|stream| async move { reply_to_each_line(stream, b"3\n", 2).await }).await;
    let orders: String = (0..20)
        .map(|id| format!("{id} text {addr} 1 2\n"))
        .collect();
    let said = answers(&orders, patient()).await;
    assert!(said.iter().all(|said| said.outcome == "sum 3"), "{said:?}");
}

#[tokio::test]
async fn a_refusal_that_closes_is_not_followed_on_the_same_connection() {
    let addr = behaving(|mut stream| async move {
        stream.read_exact(&mut [0; 6]).await.unwrap();
        stream.write_all(&[0, 0, 0, 1, 3]).await.unwrap();
        stream.shutdown().await.unwrap();
        to_the_end(&mut stream).await;
    })
    .await;
    let said = answers(
        &format!("1 varint {addr} 1 2\n2 varint {addr} 1 2\n"),
        patient(),
    )
    .await;
    assert!(
        said.iter().all(|said| said.outcome == "refused too-large"),
        "{said:?}"
    );
    assert_ne!(said[0].from, said[1].from);
}

#[tokio::test]
async fn octets_behind_a_raw_reply_are_evidence_too() {
    let addr = behaving(|mut stream| async move {
        stream.write_all(&[0; 8]).await.unwrap();
        to_the_end(&mut stream).await;
        stream.write_all(&[1, 2]).await.unwrap();
    })
    .await;
    let said = answer(&format!("1 raw-fixed {addr} 0 0\n"), patient()).await;
    assert_eq!(
        (said.outcome.as_str(), said.received.as_str()),
        ("sum 0", "00000000000000000102")
    );
}

/// Answers `lines` lines, and closes.
async fn reply_to_each_line(mut stream: TcpStream, reply: &'static [u8], lines: usize) {
    for _ in 0..lines {
        loop {
            match stream.read_u8().await {
                Ok(b'\n') => break,
                Ok(_) => {}
                Err(_) => return,
            }
        }
        if stream.write_all(reply).await.is_err() {
            return;
        }
    }
}
