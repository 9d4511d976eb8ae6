//! A server of the library, running in the test's own runtime.

use std::{
    io::ErrorKind,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use sumsrv::{Event, Limits, Listening, Service, listen, serve};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::watch,
    task::JoinHandle,
    time::timeout,
};

pub(crate) struct Running {
    pub(crate) addr: SocketAddr,
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) server: JoinHandle<()>,
    events: Arc<Mutex<Vec<String>>>,
}

impl Running {
    pub(crate) async fn new(service: &str) -> Self {
        Running::limited(service, Limits::default()).await
    }

    pub(crate) async fn limited(service: &str, limits: Limits) -> Self {
        let listener = listen("127.0.0.1:0".parse().unwrap(), &Listening::default())
            .await
            .unwrap();
        let addr = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let events = Arc::new(Mutex::new(Vec::new()));
        let seen = events.clone();
        let sink = Arc::new(move |event: Event| seen.lock().unwrap().push(line(&event)));
        let service = Service::named(service).unwrap();
        let server = tokio::spawn(serve(listener, service, stopped, limits, sink));
        Running {
            addr,
            stop,
            server,
            events,
        }
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.addr).await.unwrap()
    }

    /// The events since the last call.
    pub(crate) fn events(&self) -> Vec<String> {
        std::mem::take(&mut self.events.lock().unwrap())
    }

    /// Sends, half-closes, and reads until the server closes.
    pub(crate) async fn exchange(&self, octets: &[u8]) -> Vec<u8> {
        let mut stream = self.connect().await;
        stream.write_all(octets).await.unwrap();
        stream.shutdown().await.unwrap();
        rest(&mut stream).await
    }
}

/// Far longer than anything here takes on a busy or emulated machine. It only turns a hang into a failure.
pub(crate) const HANG: Duration = Duration::from_secs(300);

pub(crate) async fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut octets = Vec::new();
    timeout(HANG, stream.read_to_end(&mut octets))
        .await
        .expect("the server closes")
        .unwrap();
    octets
}

/// One request of text, and its reply.
pub(crate) async fn ask(stream: &mut TcpStream, line: &str) -> String {
    stream.write_all(line.as_bytes()).await.unwrap();
    let mut reply = Vec::new();
    while reply.last() != Some(&b'\n') {
        let octet = timeout(HANG, stream.read_u8())
            .await
            .expect("the server answers");
        reply.push(octet.unwrap());
    }
    String::from_utf8(reply).unwrap()
}

/// Sends requests and reads no reply, until the server takes no more. Returns how many octets it took. `other` is another peer of the same server.
pub(crate) async fn fill(deaf: &TcpStream, other: &mut TcpStream) -> usize {
    let requests = b"1 1\n".repeat(16 << 10);
    let (mut sent, mut idle_turns) = (0, 0);
    // When nothing more can be written through many turns of the server, it is not reading.
    while idle_turns < 200 {
        match deaf.try_write(&requests) {
            Ok(written) => {
                sent += written;
                idle_turns = 0;
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => idle_turns += 1,
            Err(error) => panic!("{error}"),
        }
        assert!(
            sent < 256 << 20,
            "{sent} octets were taken, and no reply was read"
        );
        assert_eq!(ask(other, "1 2\n").await, "3\n", "nobody else is delayed");
    }
    sent
}

/// An event as `sumsrv` prints it.
pub(crate) fn line(event: &Event) -> String {
    let Event::Short {
        service,
        peer,
        got,
        want,
    } = event;
    format!("short {service} {peer} {got} {want}")
}
