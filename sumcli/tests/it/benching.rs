//! `bench`, as a library: with right sums, wrong sums, and servers that die.

use std::{net::SocketAddr, time::Duration};

use proto::{Encoding, Family, Reply, Step, named};
use sumcli::bench::{BenchError, Plan, Report, ResolveError, bench, resolve};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
    time::{advance, pause, resume, timeout},
};

use crate::running::{HANG, Running, behaving, to_the_end};

#[tokio::test]
async fn every_request_is_answered_in_every_encoding_on_kept_connections() {
    for encoding in proto::all() {
        if encoding.name() == "text-ebcdic" {
            continue;
        }
        let server = Running::new(encoding.name()).await;
        let plan = Plan {
            connections: 3,
            depth: 7,
            requests: 1000,
            ..unhurried()
        };
        let report = benched(encoding.name(), server.addr, plan).await;
        assert_eq!(report.failure(), None, "{}", encoding.name());
        assert_eq!(
            (report.sent, report.answered, report.unanswered()),
            (1000, 1000, 0)
        );
        let latency = report.latency.unwrap();
        assert!(latency.p50 <= latency.p99 && latency.p99 <= latency.max);
        assert!(report.throughput() > 0.0);
        assert!(server.short.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_duration_ends_it_and_all_that_was_sent_is_still_answered() {
    let answers = watch::Sender::new(0);
    let mut answered = answers.subscribe();
    let addr = behaving(move |stream| {
        let answers = answers.clone();
        serve_faulty(stream, named("network").unwrap(), move |_, reply| {
            answers.send_modify(|answers| *answers += 1);
            reply
        })
    })
    .await;
    let plan = Plan {
        connections: 8,
        depth: 4,
        ..unhurried()
    };
    let measured = tokio::spawn(bench(named("network").unwrap(), addr, plan));
    let enough = answered.wait_for(|answers| *answers >= 1000);
    timeout(HANG, enough).await.expect("it asks").unwrap();
    // The time is over at once, in the middle of a load.
    pause();
    advance(plan.duration).await;
    resume();
    let report = timeout(HANG, measured).await.expect("it ends");
    let report = report.unwrap().unwrap();
    assert_eq!(report.failure(), None);
    assert_eq!(report.sent, report.answered);
    assert!(report.answered >= 1000);
}

#[tokio::test]
async fn more_may_be_under_way_than_any_buffer_holds() {
    let server = Running::new("network").await;
    let plan = Plan {
        depth: 300_000,
        requests: 300_000,
        ..unhurried()
    };
    let report = benched("network", server.addr, plan).await;
    assert_eq!(report.failure(), None);
    assert_eq!(report.answered, 300_000);
}

#[tokio::test]
async fn a_burst_travels_in_one_write() {
    let addr = behaving(|mut stream| async move {
        let mut octets = vec![0; 4096];
        // It is less than a segment, so what was written at once arrives at once.
        let first = stream.read(&mut octets).await.unwrap();
        assert_eq!(first, 32 * 16);
        answer(
            &mut stream,
            named("network").unwrap(),
            octets[..first].into(),
        )
        .await;
        to_the_end(&mut stream).await;
    })
    .await;
    let plan = Plan {
        depth: 32,
        requests: 32,
        ..unhurried()
    };
    assert_eq!(benched("network", addr, plan).await.failure(), None);
}

#[tokio::test]
async fn each_wrong_sum_is_counted() {
    for name in ["network", "text", "raw-fixed"] {
        let addr = faulty(name, |number, reply| match (number % 10, reply) {
            (3, Reply::Sum(sum)) => Reply::Sum(sum + 1),
            _ => reply,
        })
        .await;
        let plan = Plan {
            depth: 4,
            requests: 100,
            ..unhurried()
        };
        let report = benched(name, addr, plan).await;
        assert_eq!(
            (report.answered, report.wrong, report.refused),
            (100, 10, 0),
            "{name}"
        );
        let failure = report.failure().unwrap();
        assert!(failure.contains("10 sums were wrong"), "{failure}");
        assert!(failure.contains(" instead of "), "{failure}");
    }
}

#[tokio::test]
async fn each_refusal_is_counted() {
    let addr = faulty("varint", |number, reply| match number {
        5 | 6 => Reply::Refused(proto::Why::Overflow),
        _ => reply,
    })
    .await;
    let plan = Plan {
        depth: 2,
        requests: 20,
        ..unhurried()
    };
    let report = benched("varint", addr, plan).await;
    assert_eq!((report.answered, report.wrong, report.refused), (20, 0, 2));
    let failure = report.failure().unwrap();
    assert!(failure.contains("2 requests refused (the first: refused overflow)"));
}

#[tokio::test]
async fn sums_in_another_order_are_wrong() {
    let addr = behaving(|mut stream| async move {
        let network = named("network").unwrap();
        let mut octets = vec![0; 32];
        stream.read_exact(&mut octets).await.unwrap();
        octets.rotate_left(16);
        answer(&mut stream, network, octets).await;
        to_the_end(&mut stream).await;
    })
    .await;
    let plan = Plan {
        depth: 2,
        requests: 2,
        ..unhurried()
    };
    assert_eq!(benched("network", addr, plan).await.wrong, 2);
}

#[tokio::test]
async fn a_server_that_dies_in_the_middle_leaves_exact_numbers() {
    // The server has read 14 requests when it dies: 10 that it answered, and the 4 that may be under way after them.
    for reset in [false, true] {
        let addr = behaving(move |mut stream| async move {
            let network = named("network").unwrap();
            let mut request = vec![0; 16];
            for _ in 0..10 {
                stream.read_exact(&mut request).await.unwrap();
                answer(&mut stream, network, request.clone()).await;
            }
            for _ in 0..4 {
                stream.read_exact(&mut request).await.unwrap();
            }
            if reset {
                stream.set_zero_linger().unwrap();
            }
        })
        .await;
        let plan = Plan {
            connections: 2,
            depth: 4,
            ..unhurried()
        };
        let report = benched("network", addr, plan).await;
        assert_eq!(
            (report.sent, report.answered, report.unanswered()),
            (28, 20, 8)
        );
        let failure = report.failure().unwrap();
        let counts = "sent 28, answered 20, unanswered 8";
        assert!(failure.ends_with(counts), "{failure}");
        let named = failure.contains("2 ECONNRESET: connection reset by peer");
        assert_eq!(named, reset, "{failure}");
        assert!(
            failure.starts_with("of 2 connections 2 were lost (2 "),
            "{failure}"
        );
    }
}

#[tokio::test]
async fn one_of_two_that_dies_is_counted_and_the_other_goes_on() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (doomed, _) = listener.accept().await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        drop(doomed);
        serve_faulty(stream, named("network").unwrap(), |_, reply| reply).await;
    });
    let plan = Plan {
        connections: 2,
        requests: 50,
        ..unhurried()
    };
    let report = benched("network", addr, plan).await;
    assert_eq!((report.wrong, report.refused), (0, 0));
    assert_eq!(report.lost.values().sum::<usize>(), 1);
    assert!(report.answered >= 49, "{report}");
}

#[tokio::test]
async fn a_server_that_falls_silent_is_given_up() {
    let (reached, mut silent) = mpsc::unbounded_channel();
    let addr = behaving(move |mut stream| {
        let reached = reached.clone();
        async move {
            let mut request = vec![0; 16];
            stream.read_exact(&mut request).await.unwrap();
            answer(&mut stream, named("network").unwrap(), request).await;
            // The last of these three was asked when the answer had arrived.
            stream.read_exact(&mut [0; 3 * 16]).await.unwrap();
            reached.send(()).unwrap();
            to_the_end(&mut stream).await;
        }
    })
    .await;
    let plan = Plan {
        depth: 3,
        ..unhurried()
    };
    let measured = tokio::spawn(bench(named("network").unwrap(), addr, plan));
    timeout(HANG, silent.recv())
        .await
        .expect("it asks")
        .unwrap();
    // Nothing is on its way any more. Only the client's patience is left to pass, and it passes at once.
    pause();
    let report = timeout(10 * plan.patience, measured)
        .await
        .expect("it ends");
    let report = report.unwrap().unwrap();
    assert_eq!((report.sent, report.answered), (4, 1));
    let failure = report.failure().unwrap();
    assert!(failure.contains("1 without a reply for too long"));
}

#[tokio::test]
async fn what_is_no_reply_and_what_nobody_asked_for_end_a_connection() {
    for (said, words) in [
        (&b"what?\n"[..], "with what is no reply in this encoding"),
        (b"input error\n3\n", "with a reply too many"),
        (b"input error\n3", "with a reply too many"),
    ] {
        let addr = behaving(move |mut stream| async move {
            let _request = stream.read_u8().await;
            stream.write_all(said).await.unwrap();
            to_the_end(&mut stream).await;
        })
        .await;
        let plan = Plan {
            requests: 1,
            ..unhurried()
        };
        let report = benched("text", addr, plan).await;
        assert_eq!(report.lost.keys().collect::<Vec<_>>(), [words]);
    }
}

#[tokio::test]
async fn where_nobody_listens_nothing_is_measured() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    drop(listener);
    let text = named("text").unwrap();
    let error = bench(text, addr, Plan::default()).await.unwrap_err();
    let words = error.to_string();
    let BenchError::Connect { made, wanted, .. } = error else {
        panic!("{words}");
    };
    assert_eq!((made, wanted), (0, 1));
    assert!(
        words.contains("ECONNREFUSED: connection refused"),
        "{words}"
    );
}

#[tokio::test]
async fn only_this_machine_is_loaded_unless_somebody_insists() {
    for (addr, here) in [
        ("127.0.0.1:1", true),
        ("127.200.0.1:1", true),
        ("[::1]:1", true),
        ("[::ffff:127.0.0.1]:1", true),
        ("192.0.2.1:1", false),
        ("0.0.0.0:1", false),
        ("[2001:db8::1]:1", false),
    ] {
        let found = resolve(addr, false).await;
        assert_eq!(found.is_ok(), here, "{addr}");
        if !here {
            assert!(matches!(found, Err(ResolveError::NotLoopback(_))));
        }
        assert_eq!(
            resolve(addr, true).await.unwrap(),
            addr.parse::<SocketAddr>().unwrap()
        );
    }
    assert!(matches!(
        resolve("no port", true).await,
        Err(ResolveError::Unknown { .. })
    ));
}

/// Time enough on any machine, so that something else ends the measurement.
fn unhurried() -> Plan {
    const HOUR: Duration = Duration::from_secs(3600);
    Plan {
        duration: HOUR,
        patience: 24 * HOUR,
        ..Plan::default()
    }
}

/// `bench`, which may take long but not for ever.
async fn benched(encoding: &str, addr: SocketAddr, plan: Plan) -> Report {
    let benched = bench(named(encoding).unwrap(), addr, plan);
    timeout(HANG, benched).await.expect("it ends").unwrap()
}

/// A server whose replies are changed by `alter`. They are numbered on each connection.
async fn faulty(encoding: &str, alter: fn(u64, Reply) -> Reply) -> SocketAddr {
    let encoding = named(encoding).unwrap();
    assert!(encoding.family() != Family::Raw || encoding.name() == "raw-fixed");
    behaving(move |stream| serve_faulty(stream, encoding, alter)).await
}

async fn serve_faulty(
    mut stream: TcpStream,
    encoding: &'static dyn Encoding,
    alter: impl Fn(u64, Reply) -> Reply,
) {
    let (mut received, mut number) = (Vec::new(), 0);
    while let Ok(1..) = stream.read_buf(&mut received).await {
        let mut replies = Vec::new();
        while let Step::Done { value, used } = encoding.decode_request(&received) {
            received.drain(..used);
            let reply = alter(number, encoding.answer(value));
            encoding.encode_reply(reply, &mut replies).unwrap();
            number += 1;
        }
        if stream.write_all(&replies).await.is_err() {
            return;
        }
    }
}

/// Answers whole requests in one write.
async fn answer(stream: &mut TcpStream, encoding: &dyn Encoding, requests: Vec<u8>) {
    let (mut rest, mut replies) = (&requests[..], Vec::new());
    while let Step::Done { value, used } = encoding.decode_request(rest) {
        rest = &rest[used..];
        let reply = encoding.answer(value);
        encoding.encode_reply(reply, &mut replies).unwrap();
    }
    stream.write_all(&replies).await.unwrap();
}
