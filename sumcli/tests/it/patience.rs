//! How long `connect` waits for replies.
//!
//! The server is at the other end of a pipe in memory, and the clock is paused from the start. It moves only when both ends wait, and then at once to the next timer. So the tests take no time, and the times are exact.

use std::time::Duration;

use sumcli::{ConnectError, Service, connect};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream, duplex},
    time::{Instant, sleep},
};

use crate::running::to_the_end;

const TEN_SECONDS: Option<Duration> = Some(Duration::from_secs(10));

#[tokio::test(start_paused = true)]
async fn a_reply_that_does_not_come_in_time_is_not_waited_for() {
    let stream = behaving(|mut stream| async move {
        to_the_end(&mut stream).await;
        std::future::pending::<()>().await;
    });
    let begun = Instant::now();
    let text = Service::named("text").unwrap();
    let ended = connect(
        text,
        stream,
        TEN_SECONDS,
        &b"1 2\n3 4\n"[..],
        &mut Vec::new(),
        |_| {},
    )
    .await;
    assert!(
        matches!(ended, Err(ConnectError::TimedOut { unanswered: 2, .. })),
        "{ended:?}"
    );
    assert_eq!(begun.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn every_reply_buys_the_others_time() {
    let stream = behaving(|mut stream| async move {
        to_the_end(&mut stream).await;
        for reply in ["3\n", "7\n", "11\n"] {
            sleep(Duration::from_secs(8)).await;
            stream.write_all(reply.as_bytes()).await.unwrap();
        }
    });
    let begun = Instant::now();
    let text = Service::named("text").unwrap();
    let mut output = Vec::new();
    let input = &b"1 2\n3 4\n5 6\n"[..];
    connect(text, stream, TEN_SECONDS, input, &mut output, |_| {})
        .await
        .unwrap();
    assert_eq!(output, b"3\n7\n11\n");
    assert_eq!(begun.elapsed().as_secs(), 24);
}

#[tokio::test(start_paused = true)]
async fn half_a_reply_buys_no_time() {
    let stream = behaving(|mut stream| async move {
        to_the_end(&mut stream).await;
        for _ in 0..10 {
            sleep(Duration::from_secs(3)).await;
            if stream.write_all(b"1").await.is_err() {
                return;
            }
        }
    });
    let begun = Instant::now();
    let text = Service::named("text").unwrap();
    let ended = connect(
        text,
        stream,
        TEN_SECONDS,
        &b"1 2\n"[..],
        &mut Vec::new(),
        |_| {},
    )
    .await;
    assert!(
        matches!(ended, Err(ConnectError::TimedOut { unanswered: 1, .. })),
        "{ended:?}"
    );
    assert_eq!(begun.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_has_asked_nothing_is_not_timed() {
    let stream = behaving(|mut stream| async move {
        stream.read_exact(&mut [0; 4]).await.unwrap();
        stream.write_all(b"3\n").await.unwrap();
        to_the_end(&mut stream).await;
    });
    let (mut typed, input) = tokio::io::duplex(64);
    let typing = tokio::spawn(async move {
        sleep(Duration::from_secs(1000)).await;
        typed.write_all(b"1 2\n").await.unwrap();
        // The input ends after the reply has come.
        sleep(Duration::from_secs(1)).await;
    });
    let text = Service::named("text").unwrap();
    let mut output = Vec::new();
    let input = BufReader::new(input);
    connect(text, stream, TEN_SECONDS, input, &mut output, |_| {})
        .await
        .unwrap();
    assert_eq!(output, b"3\n");
    typing.await.unwrap();
}

/// The client's end of a pipe. The other end does what `behave` says.
fn behaving<F>(behave: impl FnOnce(DuplexStream) -> F) -> DuplexStream
where
    F: Future<Output = ()> + Send + 'static,
{
    let (near, far) = duplex(4096);
    tokio::spawn(behave(far));
    near
}
