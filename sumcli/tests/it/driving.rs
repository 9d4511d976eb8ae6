//! `drive` against good servers.

use std::{ffi::c_long, time::Duration};

use proto::{Reply, Request, all};
use sumcli::{DriveError, Patience, drive};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader, Lines},
    sync::mpsc,
    time::{advance, pause, resume, timeout},
};

use crate::{
    golden::{Kind, entries},
    running::{
        HANG, Running, Said, answer, answers, behaving, hex, impatient, patient, to_the_end,
    },
};

#[tokio::test]
async fn every_vector_is_sent_and_its_sum_comes_back() {
    let mut servers = Vec::new();
    let mut orders = String::new();
    let mut expected = Vec::new();
    for encoding in all()
        .iter()
        .filter(|encoding| encoding.name() != "text-ebcdic")
    {
        let server = Running::new(encoding.name()).await;
        for entry in entries(encoding.name()) {
            let Kind::Request(a, b) = entry.kind else {
                continue;
            };
            let Reply::Sum(sum) = encoding.answer(Request { a, b }) else {
                continue;
            };
            let mut reply = Vec::new();
            encoding.encode_reply(Reply::Sum(sum), &mut reply).unwrap();
            orders.push_str(&format!(
                "{} {} {} {a} {b}\n",
                expected.len(),
                encoding.name(),
                server.addr
            ));
            expected.push((format!("sum {sum}"), hex(&entry.octets), hex(&reply)));
        }
        servers.push(server);
    }
    let said = answers(&orders, Patience::default()).await;
    let said: Vec<_> = said
        .into_iter()
        .map(|said| (said.outcome, said.sent, said.received))
        .collect();
    assert_eq!(said, expected);
}

#[tokio::test]
async fn patience_that_is_too_short_changes_no_outcome() {
    let none = Patience {
        reply: Duration::ZERO,
        ..Patience::default()
    };
    for encoding in all()
        .iter()
        .filter(|encoding| encoding.name() != "text-ebcdic")
    {
        let server = Running::new(encoding.name()).await;
        let orders: String = (0..50)
            .map(|id| format!("{id} {} {} {id} 2\n", encoding.name(), server.addr))
            .collect();
        for said in answers(&orders, none).await {
            assert_eq!(
                said.outcome,
                format!("sum {}", said.id + 2),
                "{}",
                encoding.name()
            );
        }
    }
}

#[tokio::test]
async fn a_connection_is_kept_except_where_machines_may_disagree_about_the_end_of_a_message() {
    for encoding in all()
        .iter()
        .filter(|encoding| encoding.name() != "text-ebcdic")
    {
        let server = Running::new(encoding.name()).await;
        // A client that half-closed could not keep its connection.
        let patience = patient();
        let orders: String = (0..10)
            .map(|id| format!("{id} {} {} 1 2\n", encoding.name(), server.addr))
            .collect();
        let mut ports: Vec<u16> = answers(&orders, patience)
            .await
            .iter()
            .map(|said| said.from.unwrap().port())
            .collect();
        ports.sort_unstable();
        ports.dedup();
        if encoding.has_native_boundaries() {
            assert!(ports.len() > 1, "{}: {ports:?}", encoding.name());
        } else {
            assert_eq!(ports.len(), 1, "{}: {ports:?}", encoding.name());
        }
    }
}

#[tokio::test]
async fn a_refusal_says_why_where_the_encoding_can() {
    for (encoding, outcome) in [
        ("text", "refused input-error"),
        ("network", "refused overflow"),
        ("json", "refused overflow"),
        ("raw-fixed", "sum -9223372036854775808"),
    ] {
        let server = Running::new(encoding).await;
        let order = format!("3 {encoding} {} 9223372036854775807 1\n", server.addr);
        let said = answer(&order, patient()).await;
        assert_eq!(said.outcome, outcome, "{encoding}");
    }
}

#[tokio::test]
async fn what_a_long_cannot_hold_is_not_sent() {
    let server = Running::new("raw-long").await;
    let order = format!("3 raw-long {} 1 9223372036854775806\n", server.addr);
    let said = answer(&order, patient()).await;
    if c_long::BITS == 64 {
        assert_eq!(said.outcome, "sum 9223372036854775807");
    } else {
        assert_eq!(
            (said.outcome.as_str(), said.from),
            ("unrepresentable", None)
        );
    }
}

#[tokio::test]
async fn the_ebcdic_client_hangs_and_the_server_names_its_address() {
    let server = Running::new("text-ebcdic").await;
    let order = format!("3 text-ebcdic {} 1 2\n", server.addr);
    let said = answer(&order, impatient()).await;
    let short = server.short.lock().unwrap().clone();
    assert_eq!(
        said,
        Said {
            id: 3,
            outcome: "starved".to_owned(),
            sent: "f140f225".to_owned(),
            received: "-".to_owned(),
            from: Some(short[0]),
        }
    );
    assert_eq!(short.len(), 1);
}

#[tokio::test]
async fn a_client_that_has_hung_once_does_not_wait_again() {
    const HOUR: Duration = Duration::from_secs(3600);
    let (reached, mut requests) = mpsc::unbounded_channel();
    let addr = behaving(move |mut stream| {
        let reached = reached.clone();
        async move {
            stream.read_exact(&mut [0; 16]).await.unwrap();
            reached.send(()).unwrap();
            to_the_end(&mut stream).await;
        }
    })
    .await;
    let (mut orders, input) = tokio::io::duplex(1 << 16);
    let (output, lines) = tokio::io::duplex(1 << 16);
    let patience = Patience {
        reply: HOUR,
        close: HANG,
    };
    let driving = tokio::spawn(async move { drive(BufReader::new(input), output, patience).await });
    let mut lines = BufReader::new(lines).lines();
    // The first exchange waits for an hour. It passes at once when the request has arrived.
    let order = |id: u64| format!("{id} network {addr} 1 2\n");
    orders.write_all(order(0).as_bytes()).await.unwrap();
    timeout(HANG, requests.recv()).await.expect("it is asked");
    pause();
    advance(HOUR).await;
    resume();
    assert_eq!(Said::parse(&next(&mut lines).await).outcome, "starved");
    // From now on time is real, and an exchange that waited for an hour would be taken for a hang.
    for id in 1..200 {
        orders.write_all(order(id).as_bytes()).await.unwrap();
        assert_eq!(Said::parse(&next(&mut lines).await).outcome, "starved");
    }
    drop(orders);
    driving.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_made_up_encoding_is_unsupported_whatever_follows_it() {
    for order in [
        "7 made-up 127.0.0.1:1 1 2\n",
        "7 made-up nowhere - -\n",
        "7 made-up\n",
        "7 made-up",
    ] {
        let mut output = Vec::new();
        drive(order.as_bytes(), &mut output, impatient())
            .await
            .unwrap();
        assert_eq!(
            String::from_utf8(output).unwrap(),
            "7 unsupported sent - recv - from -\n"
        );
    }
}

#[tokio::test]
async fn a_line_that_is_no_order_is_trouble_and_says_where() {
    let endless = format!("1 made-up x\n2 {}\n", "x".repeat(9000));
    for orders in [
        "1 made-up x\n2 text nowhere 1 2\n",
        "1 made-up x\n\n",
        "1 made-up x\n2 text",
        &endless,
    ] {
        let mut output = Vec::new();
        let trouble = drive(orders.as_bytes(), &mut output, impatient())
            .await
            .unwrap_err();
        assert!(
            matches!(trouble, DriveError::Line { number: 2, .. }),
            "{trouble}"
        );
    }
}

#[tokio::test]
async fn what_this_machine_cannot_do_is_trouble_and_no_outcome_of_a_server() {
    // A link-local address without its link: no system can connect to it, whatever server may be there.
    let (mut orders, input) = tokio::io::duplex(64);
    orders
        .write_all(b"1 network [fe80::1]:9 1 2\n")
        .await
        .unwrap();
    let driven = drive(BufReader::new(input), Vec::new(), impatient());
    let trouble = timeout(HANG, driven)
        .await
        .expect("it ends although more may be asked");
    assert!(
        matches!(trouble, Err(DriveError::Connect { .. })),
        "{trouble:?}"
    );
    drop(orders);
}

#[tokio::test]
async fn answers_come_before_the_next_order_does_even_with_more_servers_than_slots() {
    let mut servers = Vec::new();
    for _ in 0..40 {
        servers.push(Running::new("varint").await);
    }
    let (mut orders, input) = tokio::io::duplex(64);
    let (output, lines) = tokio::io::duplex(64);
    let driving =
        tokio::spawn(
            async move { drive(BufReader::new(input), output, Patience::default()).await },
        );
    let mut lines = BufReader::new(lines).lines();
    // One order at a time: all other groups are idle and hold slots.
    for round in 0..3 {
        for (index, server) in servers.iter().enumerate() {
            let order = format!("{index} varint {} {index} {round}\n", server.addr);
            orders.write_all(order.as_bytes()).await.unwrap();
            let said = Said::parse(&next(&mut lines).await);
            assert_eq!(said.outcome, format!("sum {}", index + round));
        }
    }
    // All orders at once: many groups wait for a slot while none is idle.
    for round in 0..3 {
        for (index, server) in servers.iter().enumerate() {
            let order = format!("{index} varint {} {index} {round}\n", server.addr);
            orders.write_all(order.as_bytes()).await.unwrap();
        }
        let mut seen = Vec::new();
        for _ in &servers {
            seen.push(Said::parse(&next(&mut lines).await).id);
        }
        seen.sort_unstable();
        assert_eq!(seen, (0..40).collect::<Vec<_>>());
    }
    drop(orders);
    driving.await.unwrap().unwrap();
    assert_eq!(lines.next_line().await.unwrap(), None);
}

#[tokio::test]
async fn thousands_of_orders_in_any_mixture_are_all_answered() {
    let mut servers = Vec::new();
    for encoding in all()
        .iter()
        .filter(|encoding| encoding.name() != "text-ebcdic")
    {
        servers.push((encoding.name(), Running::new(encoding.name()).await));
    }
    let orders: String = (0..5000)
        .map(|id| {
            let (encoding, server) = &servers[id % servers.len()];
            format!("{id} {encoding} {} {id} -1\n", server.addr)
        })
        .collect();
    let said = answers(&orders, Patience::default()).await;
    assert_eq!(said.len(), 5000);
    for (index, said) in said.iter().enumerate() {
        let sum = i64::try_from(index).unwrap() - 1;
        assert_eq!(said.outcome, format!("sum {sum}"), "{said:?}");
    }
}

async fn next(lines: &mut Lines<BufReader<impl AsyncRead + Unpin>>) -> String {
    let line = timeout(HANG, lines.next_line())
        .await
        .expect("an answer comes");
    line.unwrap().unwrap()
}
