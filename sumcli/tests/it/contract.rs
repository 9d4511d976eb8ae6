//! `sumcli` as a process: the contract of `PARTICIPANTS.md`, and what people see.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Output, Stdio},
    thread,
};

const SUMCLI: &str = env!("CARGO_BIN_EXE_sumcli");

#[test]
fn an_answer_is_flushed_while_the_input_is_still_open() {
    let addr = text_server();
    let mut client = start(&["drive"]);
    let mut orders = client.stdin.take().unwrap();
    let mut answers = BufReader::new(client.stdout.take().unwrap());
    let mut line = String::new();
    writeln!(orders, "1 made-up 127.0.0.1:1 1 2").unwrap();
    answers.read_line(&mut line).unwrap();
    assert_eq!(line, "1 unsupported sent - recv - from -\n");
    line.clear();
    writeln!(orders, "2 text {addr} 1 2").unwrap();
    answers.read_line(&mut line).unwrap();
    assert!(
        line.starts_with("2 sum 3 sent 3120320a recv 330a from 127.0.0.1:"),
        "{line}"
    );
    drop(orders);
    assert_eq!(client.wait().unwrap().code(), Some(0));
}

#[test]
fn nothing_to_do_is_done_at_once() {
    let output = run(command().arg("drive"), "");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0));
}

#[test]
fn a_line_that_is_no_order_exits_1_although_the_input_is_still_open() {
    let mut client = start(&["drive"]);
    let mut orders = client.stdin.take().unwrap();
    writeln!(orders, "1 text here 1 2").unwrap();
    assert_eq!(client.wait().unwrap().code(), Some(1));
    let mut said = String::new();
    client
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert_eq!(
        said,
        "sumcli: line 1 is not `ID ENC ADDR A B`: 1 text here 1 2\n"
    );
    drop(orders);
}

#[test]
fn patience_comes_from_the_environment() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = silent.local_addr().unwrap();
    thread::spawn(move || {
        while let Ok((mut stream, _)) = silent.accept() {
            let _ = stream.read_to_end(&mut Vec::new());
        }
    });
    let orders = format!("1 network {addr} 1 2\n");
    let output = run(
        command().arg("drive").env("CROSSUM_PATIENCE_MS", "1"),
        &orders,
    );
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.starts_with("1 starved sent 00000000000000010000000000000002 recv - from "),
        "{said}"
    );

    let output = run(
        command().arg("drive").env("CROSSUM_PATIENCE_MS", "soon"),
        "",
    );
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("CROSSUM_PATIENCE_MS") && said.contains("soon"),
        "{said}"
    );
}

#[test]
fn connect_prints_sums_and_complains_of_lines() {
    let service = format!("text={}", text_server());
    let output = run(
        command().args(["connect", &service]),
        "1 2\nx\n-22 -77\n9223372036854775807 1\n",
    );
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "3\n-99\ninput error\n"
    );
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "invalid input: x\n"
    );
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn connect_ends_with_the_server_although_nothing_was_typed() {
    let closing = TcpListener::bind("127.0.0.1:0").unwrap();
    let service = format!("text={}", closing.local_addr().unwrap());
    let mut client = start(&["connect", &service]);
    let typed = client.stdin.take().unwrap();
    drop(closing.accept().unwrap());
    assert_eq!(client.wait().unwrap().code(), Some(7));
    let mut said = String::new();
    client
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert!(said.contains("the server closed the connection"), "{said}");
    drop(typed);
}

#[test]
fn connect_says_what_to_do_where_nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let service = format!("text={}", listener.local_addr().unwrap());
    drop(listener);
    let output = run(command().args(["connect", &service]), "");
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("ECONNREFUSED: connection refused")
            && said.contains(&format!("sumsrv serve {service}")),
        "{said}"
    );
}

#[test]
fn an_unknown_encoding_exits_127_and_wrong_arguments_exit_2() {
    let output = run(command().args(["connect", "morse=127.0.0.1:1"]), "");
    assert_eq!(output.status.code(), Some(127));
    assert!(String::from_utf8(output.stderr).unwrap().contains("morse"));
    for arguments in [
        &["connect"][..],
        &["connect", "text"],
        &["connect", "--reply-timeout=-1", "text=127.0.0.1:1"],
        &["connect", "--connect-timeout=soon", "text=127.0.0.1:1"],
        &["connect", "--user-timeout=0", "text=127.0.0.1:1"],
        &["connect", "--keepalive=1,2", "text=127.0.0.1:1"],
        &["dance"],
        &[],
    ] {
        let output = run(command().args(arguments), "");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn bench_prints_its_numbers_for_people_and_for_programs() {
    let service = format!("text={}", text_server());
    let arguments = ["bench", &service, "--requests", "100", "--depth", "8"];
    let output = run(command().args(arguments), "");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains("sent 100, answered 100, unanswered 0; wrong 0, refused 0"),
        "{said}"
    );
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));

    let output = run(command().args(arguments).arg("--json"), "");
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    for (key, value) in [
        ("version", 1),
        ("sent", 100),
        ("answered", 100),
        ("unanswered", 0),
        ("depth", 8),
    ] {
        assert_eq!(said[key], value, "{said}");
    }
    for quantile in ["p50", "p99", "p99.9", "max"] {
        assert!(said["latency_ns"][quantile].is_u64(), "{said}");
    }
}

#[test]
fn bench_says_what_it_lost_when_the_server_dies() {
    let dying = TcpListener::bind("127.0.0.1:0").unwrap();
    let service = format!("network={}", dying.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, _) = dying.accept().unwrap();
        stream.read_exact(&mut [0; 4 * 16]).unwrap();
    });
    let output = run(command().args(["bench", &service, "--depth", "4"]), "");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "sumcli: of 1 connections 1 were lost (1 closed by the server); sent 4, answered 0, unanswered 4\n"
    );
}

#[test]
fn bench_loads_no_other_machine_unasked_and_takes_only_bounded_numbers() {
    let elsewhere = run(command().args(["bench", "text=192.0.2.1:9"]), "");
    assert_eq!(elsewhere.status.code(), Some(2));
    let said = String::from_utf8(elsewhere.stderr).unwrap();
    assert!(said.contains("192.0.2.1:9 is another machine's") && said.contains("--anywhere"));
    for (option, value) in [
        ("--connections", "0"),
        ("--connections", "60001"),
        ("--depth", "0"),
        ("--requests", "0"),
        ("--duration", "0"),
        ("--duration", "3601"),
        ("--duration", "inf"),
        ("--duration", "-1"),
    ] {
        let arguments = ["bench", "text=127.0.0.1:9", &format!("{option}={value}")];
        let output = run(command().args(arguments), "");
        assert_eq!(output.status.code(), Some(2), "{option} {value}");
    }
    let output = run(command().args(["bench", "morse=127.0.0.1:9"]), "");
    assert_eq!(output.status.code(), Some(127));
}

#[test]
fn a_reset_is_reported_in_the_words_of_the_errno() {
    let resetting = TcpListener::bind("127.0.0.1:0").unwrap();
    let service = format!("text={}", resetting.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, _) = resetting.accept().unwrap();
        stream.read_exact(&mut [0; 4]).unwrap();
        // Closing then sends a reset.
        let no_time = Some(std::time::Duration::ZERO);
        socket2::SockRef::from(&stream).set_linger(no_time).unwrap();
    });
    let output = run(command().args(["connect", &service]), "1 2\n");
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "sumcli: ECONNRESET: connection reset by peer; requests without a reply: 1\n"
    );
    assert_eq!(output.status.code(), Some(4));
}

#[test]
fn a_server_that_says_nothing_is_left_after_the_reply_timeout() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let service = format!("text={}", silent.local_addr().unwrap());
    let output = run(
        command().args(["connect", "--reply-timeout", "0.02", &service]),
        "1 2\n",
    );
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "sumcli: no reply within 0.02 s; requests without a reply: 1\n"
    );
    assert_eq!(output.status.code(), Some(5));
}

/// A multicast address is no host's, so the kernel itself says that it is unreachable.
#[cfg(target_os = "linux")]
#[test]
fn an_unreachable_network_is_reported() {
    let output = run(command().args(["connect", "text=224.0.0.1:9"]), "");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.starts_with(
            "sumcli: cannot connect to 224.0.0.1:9: ENETUNREACH: network is unreachable\n"
        ),
        "{said}"
    );
    assert_eq!(output.status.code(), Some(6));
}

#[test]
fn an_output_that_nobody_reads_is_trouble_and_no_signal() {
    let service = format!("text={}", text_server());
    let mut client = start(&["connect", &service]);
    drop(client.stdout.take());
    client.stdin.take().unwrap().write_all(b"1 2\n").unwrap();
    // If SIGPIPE had killed it, it would have no exit code.
    assert_eq!(client.wait().unwrap().code(), Some(1));
}

#[test]
fn echo_and_daytime_are_asked_like_the_sum() {
    let echo = format!("echo={}", server("echo"));
    let output = run(command().args(["connect", &echo]), "1 2\nwhat?\n");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "1 2\nwhat?\n");
    assert_eq!(output.status.code(), Some(0));
    let daytime = format!("daytime={}", server("daytime"));
    let output = run(command().args(["connect", &daytime]), "");
    let line = String::from_utf8(output.stdout).unwrap();
    assert!(line.ends_with("-UTC\r\n"), "{line:?}");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn what_drive_implements_are_encodings_only() {
    let output = run(command().arg("drive"), "1 echo 127.0.0.1:1 1 2\n");
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "1 unsupported sent - recv - from -\n"
    );
}

#[test]
fn every_exit_code_is_in_the_help() {
    for arguments in [&["--help"][..], &["connect", "--help"]] {
        let output = run(command().args(arguments), "");
        let help = String::from_utf8(output.stdout).unwrap();
        for word in ["refused", "reset", "timed out", "unreachable", "closed"] {
            assert!(help.contains(&format!("  {word}: ")), "{word}: {help}");
        }
    }
}

fn text_server() -> SocketAddr {
    server("text")
}

/// A server of the library, for as long as the test runs.
fn server(service: &'static str) -> SocketAddr {
    let (addr, bound) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let listener = sumsrv::listen(
                "127.0.0.1:0".parse().unwrap(),
                &sumsrv::Listening::default(),
            )
            .await
            .unwrap();
            addr.send(listener.local_addr().unwrap()).unwrap();
            let (_stop, stopped) = tokio::sync::watch::channel(false);
            let service = sumsrv::Service::named(service).unwrap();
            let events = std::sync::Arc::new(|_| {});
            sumsrv::serve(
                listener,
                service,
                stopped,
                sumsrv::Limits::default(),
                events,
            )
            .await;
        });
    });
    let addr = bound.recv().unwrap();
    // The listener exists before the server runs, so connecting succeeds.
    drop(TcpStream::connect(addr).unwrap());
    addr
}

fn start(arguments: &[&str]) -> Child {
    let mut command = command();
    command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// Runs with this input, which must be short enough for a pipe.
fn run(command: &mut Command, input: &str) -> Output {
    let command = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // Where the arguments are wrong, nobody reads it.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the program under test, and it ends with the test"
)]
fn command() -> Command {
    Command::new(SUMCLI)
}
