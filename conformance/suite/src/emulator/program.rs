//! Does what an emulator is known to do wrongly. The first argument names what.

use std::hint::black_box;
use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};
use std::process::Command;
use std::time::Duration;

fn main() {
    let answer = match std::env::args().nth(1).as_deref() {
        Some("f32-product") => product(black_box(1.2), black_box(2.0)).to_string(),
        Some("f64-sine") => black_box(1.0_f64).sin().to_string(),
        Some("socket-error") => told(socket_error()),
        Some("missing-program") => told(missing_program()),
        Some("socket-limit") => told(socket_limit()),
        _ => std::process::exit(2),
    };
    println!("{answer}");
}

/// One instruction of s390x, MDEBR, multiplies two f32 to an f64. The compiler takes it where nothing stands between the three operations, not even a call.
fn product(one: f32, other: f32) -> f64 {
    (one as f64) * (other as f64)
}

/// The standard library waits for the connection and asks the socket for its error.
fn socket_error() -> io::Result<String> {
    let place = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
    // Nobody listens there any more.
    let connected = TcpStream::connect_timeout(&place, Duration::from_secs(5));
    connected.map(|_| "connected".to_owned())
}

fn missing_program() -> io::Result<String> {
    let status = Command::new("/nowhere/at-all").status()?;
    Ok(status.to_string())
}

fn socket_limit() -> io::Result<String> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    socket.set_read_timeout(Some(Duration::from_millis(1500)))?;
    Ok(format!("{:?}", socket.read_timeout()?))
}

/// What came of it: the kind of an error is an answer, too.
fn told(result: io::Result<String>) -> String {
    result.unwrap_or_else(|error| format!("{:?}", error.kind()))
}
