//! `sumsrv` as a process: the contract of `PARTICIPANTS.md`.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    process::Output,
};

use crate::process::{SUMSRV, Server, command, connect, exchange};

#[test]
fn abi_prints_the_facts_that_every_participant_must_give() {
    let output = command(SUMSRV).arg("abi").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let facts = String::from_utf8(output.stdout).unwrap();
    for key in ["byte-order", "size.long", "align.int64", "char-signed"] {
        let lines = facts
            .lines()
            .filter(|line| line.split(' ').next() == Some(key))
            .count();
        assert_eq!(lines, 1, "{key} in\n{facts}");
    }
    let order = if cfg!(target_endian = "big") {
        "byte-order big"
    } else {
        "byte-order little"
    };
    assert!(facts.lines().any(|line| line == order), "{facts}");
    assert!(
        facts.lines().all(|line| line.split(' ').count() == 2),
        "{facts}"
    );
}

#[test]
fn every_unknown_encoding_is_named_and_nothing_is_bound() {
    let output = command(SUMSRV)
        .args(["serve", "text", "made-up", "network", "morse"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(127));
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "unsupported made-up\nunsupported morse\n"
    );
}

#[test]
fn all_encodings_are_implemented() {
    let names = proto::all().iter().map(|encoding| encoding.name());
    let mut server = Server::start(&names.clone().collect::<Vec<_>>());
    let listening: Vec<&str> = server
        .listening
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(listening, names.collect::<Vec<_>>(), "in the order asked");
    assert!(server.listening.iter().all(|(_, addr)| addr.port() != 0));
    assert_eq!(server.stop("TERM"), Some(0));
}

#[test]
fn a_line_of_text_is_answered() {
    let mut server = Server::start(&["text=127.0.0.1:0"]);
    assert_eq!(
        exchange(server.addr(0), b"1 2\nx\n-22 -77\n"),
        b"3\ninput error\n-99\n"
    );
    assert_eq!(server.stop("TERM"), Some(0));
}

#[test]
fn a_request_cut_short_is_reported_on_standard_output() {
    let mut server = Server::start(&["text", "network"]);
    let mut stream = connect(server.addr(1));
    let peer = stream.local_addr().unwrap();
    stream.write_all(&[0; 21]).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut replies = Vec::new();
    stream.read_to_end(&mut replies).unwrap();
    assert_eq!(replies, [0; 16]);
    assert_eq!(server.line(), format!("short network {peer} 5 16"));
    assert_eq!(server.stop("TERM"), Some(0));
}

#[test]
fn sigterm_and_sigint_answer_what_is_whole_and_exit_0() {
    for signal in ["TERM", "INT"] {
        let mut server = Server::start(&["text"]);
        let mut stream = connect(server.addr(0));
        let mut replies = BufReader::new(stream.try_clone().unwrap());
        let mut reply = String::new();
        stream.write_all(b"1 2\n").unwrap();
        replies.read_line(&mut reply).unwrap();
        // The process is stopped meanwhile, so it finds the octets and the signal together when it continues.
        server.signal("STOP");
        stream.write_all(b"3 4\n5").unwrap();
        server.signal(signal);
        assert_eq!(server.stop("CONT"), Some(0), "{signal}");
        replies.read_to_string(&mut reply).unwrap();
        assert_eq!(reply, "3\n7\n", "{signal}");
    }
}

#[test]
fn an_address_in_use_is_trouble_that_says_what_to_do() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = other.local_addr().unwrap();
    let output = command(SUMSRV)
        .args(["serve", &format!("text={addr}")])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(&addr.to_string()), "{said}");
    assert!(said.contains("Address already in use"), "{said}");
    assert!(said.contains("another port"), "{said}");
}

#[test]
fn wrong_arguments_exit_2() {
    for arguments in [
        &["serve"][..],
        &["serve", "text=here"],
        &["serve", "text=127.0.0.1"],
        &["dance"],
        &[],
    ] {
        let output: Output = command(SUMSRV).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(output.stdout, b"", "{arguments:?}");
    }
}

#[test]
fn the_soft_limit_of_descriptors_is_none() {
    let mut shell = command("sh");
    shell.args(["-c", "ulimit -Sn 24 && exec \"$0\" serve text", SUMSRV]);
    let server = Server::from(shell);
    let peers: Vec<_> = (0..100).map(|_| connect(server.addr(0))).collect();
    assert_eq!(exchange(server.addr(0), b"1 2\n"), b"3\n");
    drop(peers);
}

#[test]
fn running_out_of_descriptors_ends_when_peers_leave() {
    let mut shell = command("sh");
    shell.args(["-c", "ulimit -n 24 && exec \"$0\" serve text", SUMSRV]);
    let mut server = Server::from(shell);
    let mut streams: Vec<TcpStream> = (0..40).map(|_| connect(server.addr(0))).collect();
    for stream in &mut streams {
        stream.write_all(b"1 2\n").unwrap();
    }
    // The connections that were accepted end one after the other, and all the others are accepted then.
    for mut stream in streams {
        let mut reply = [0; 2];
        stream.read_exact(&mut reply).unwrap();
        assert_eq!(&reply, b"3\n");
    }
    assert_eq!(server.stop("TERM"), Some(0));
    let said = server.errors();
    assert!(said.contains("Too many open files"), "{said}");
}

#[test]
fn a_listener_that_has_no_peers_recovers_when_descriptors_are_given_back_elsewhere() {
    let mut shell = command("sh");
    shell.args([
        "-c",
        "ulimit -n 24 && exec \"$0\" serve text network",
        SUMSRV,
    ]);
    let mut server = Server::from(shell);
    let text: Vec<TcpStream> = (0..40).map(|_| connect(server.addr(0))).collect();
    let mut network = connect(server.addr(1));
    network.write_all(&[0; 16]).unwrap();
    // A descriptor was refused before any is given back.
    let stderr = BufReader::new(server.stderr());
    let refused = stderr
        .lines()
        .map_while(Result::ok)
        .find(|line| line.contains("network"));
    assert!(refused.is_some_and(|line| line.contains("Too many open files")));
    drop(text);
    let mut reply = [1; 16];
    network.read_exact(&mut reply).unwrap();
    assert_eq!(reply, [0; 16]);
    assert_eq!(server.stop("TERM"), Some(0));
}

#[test]
fn echo_and_daytime_are_served_beside_the_sum() {
    let mut server = Server::start(&["echo", "daytime", "text"]);
    assert_eq!(exchange(server.addr(0), b"\0what?\n"), b"\0what?\n");
    let line = String::from_utf8(exchange(server.addr(1), b"")).unwrap();
    assert!(line.ends_with("-UTC\r\n"), "{line:?}");
    assert_eq!(exchange(server.addr(2), b"1 2\n"), b"3\n");
    assert_eq!(server.stop("TERM"), Some(0));
}

#[test]
fn the_log_names_each_peer_and_why_its_connection_ended_where_it_is_asked_to() {
    let mut command = command(SUMSRV);
    command.args(["serve", "text"]).env("RUST_LOG", "info");
    let mut server = Server::from(command);
    let stream = connect(server.addr(0));
    let peer = stream.local_addr().unwrap();
    drop(stream);
    // Served after the other connection, whose end is logged by then.
    assert_eq!(exchange(server.addr(0), b"1 2\n"), b"3\n");
    assert_eq!(server.stop("TERM"), Some(0));
    let said = server.errors();
    let of_peer: Vec<&str> = said
        .lines()
        .filter(|line| line.contains(&peer.to_string()))
        .collect();
    let [came, left] = of_peer[..] else {
        panic!("{said}")
    };
    assert!(
        came.contains("INFO") && came.contains("connected"),
        "{came}"
    );
    assert!(left.contains("the peer closed"), "{left}");
    assert!(!said.contains('\u{1b}'), "no colours: {said}");
}

#[test]
fn the_log_can_be_json() {
    let mut command = command(SUMSRV);
    command
        .args(["serve", "--log-format", "json", "text"])
        .env("RUST_LOG", "info");
    let mut server = Server::from(command);
    assert_eq!(exchange(server.addr(0), b"1 2\n"), b"3\n");
    assert_eq!(server.stop("TERM"), Some(0));
    let said = server.errors();
    assert!(said.lines().count() >= 3, "{said}");
    for line in said.lines() {
        assert!(line.starts_with('{') && line.ends_with('}'), "{line}");
        assert!(line.contains(r#""level":"INFO""#), "{line}");
        assert!(line.contains(r#""service":"text""#), "{line}");
    }
    assert!(said.contains(r#""peer":"127.0.0.1:"#), "{said}");
}

#[test]
fn nothing_is_logged_of_what_is_as_it_should_be() {
    let mut server = Server::start(&["text"]);
    assert_eq!(exchange(server.addr(0), b"1 2\nx\n"), b"3\ninput error\n");
    assert_eq!(server.stop("TERM"), Some(0));
    assert_eq!(server.errors(), "");
}

#[test]
fn the_limits_are_set_on_the_command_line() {
    let mut server = Server::start(&["--message=3", "text"]);
    let mut stream = connect(server.addr(0));
    stream.write_all(b"1 22\n").unwrap();
    let mut replies = Vec::new();
    stream.read_to_end(&mut replies).unwrap();
    assert_eq!(replies, b"input error\n");
    assert_eq!(server.stop("TERM"), Some(0));
    let mut server = Server::start(&["--idle=0.05", "text"]);
    let mut idle = connect(server.addr(0));
    assert_eq!(idle.read(&mut [0]).unwrap(), 0);
    assert_eq!(server.stop("TERM"), Some(0));
}
