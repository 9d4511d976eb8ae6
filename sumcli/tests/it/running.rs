//! Servers, good and bad, and ways to drive them.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use sumcli::{Patience, drive};
use sumsrv::{Event, Limits, Listening, Service, listen, serve};
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::timeout,
};

/// A server of `sumsrv`, for as long as this lives.
pub(crate) struct Running {
    pub(crate) addr: SocketAddr,
    pub(crate) short: Arc<Mutex<Vec<SocketAddr>>>,
    _stop: watch::Sender<bool>,
}

impl Running {
    pub(crate) async fn new(service: &str) -> Self {
        let listener = listen("127.0.0.1:0".parse().unwrap(), &Listening::default())
            .await
            .unwrap();
        let addr = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let short = Arc::new(Mutex::new(Vec::new()));
        let heard = short.clone();
        let events = Arc::new(move |event| {
            let Event::Short { peer, .. } = event;
            heard.lock().unwrap().push(peer);
        });
        let service = Service::named(service).unwrap();
        tokio::spawn(serve(listener, service, stopped, Limits::default(), events));
        Running {
            addr,
            short,
            _stop: stop,
        }
    }
}

/// A server that does with each connection what `behave` says.
pub(crate) async fn behaving<F>(behave: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(behave(stream));
        }
    });
    addr
}

/// Reads until the client half-closes.
pub(crate) async fn to_the_end(stream: &mut (impl AsyncRead + Unpin)) {
    let mut octets = Vec::new();
    let _ = stream.read_to_end(&mut octets).await;
}

/// Far longer than anything here takes on a busy or emulated machine. It only turns a hang into a failure.
pub(crate) const HANG: Duration = Duration::from_secs(300);

/// An answer of `drive`, parsed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) id: u64,
    pub(crate) outcome: String,
    pub(crate) sent: String,
    pub(crate) received: String,
    pub(crate) from: Option<SocketAddr>,
}

impl Said {
    pub(crate) fn parse(line: &str) -> Said {
        let (before, from) = line.split_once(" from ").unwrap();
        let (before, received) = before.split_once(" recv ").unwrap();
        let (before, sent) = before.split_once(" sent ").unwrap();
        let (id, outcome) = before.split_once(' ').unwrap();
        Said {
            id: id.parse().unwrap(),
            outcome: outcome.to_owned(),
            sent: sent.to_owned(),
            received: received.to_owned(),
            from: (from != "-").then(|| from.parse().unwrap()),
        }
    }
}

/// Drives these lines and returns the answers in the order of their ids.
pub(crate) async fn answers(orders: &str, patience: Patience) -> Vec<Said> {
    let mut output = Vec::new();
    let driven = timeout(HANG, drive(orders.as_bytes(), &mut output, patience)).await;
    driven.expect("all is answered").unwrap();
    let output = String::from_utf8(output).unwrap();
    let mut said: Vec<Said> = output.lines().map(Said::parse).collect();
    said.sort_by_key(|said| said.id);
    said
}

/// Drives one line.
pub(crate) async fn answer(order: &str, patience: Patience) -> Said {
    let said = answers(order, patience).await;
    let [said] = <[Said; 1]>::try_from(said).unwrap();
    said
}

/// For a server that waits for the half-close: waiting long before it would show nothing more.
pub(crate) fn impatient() -> Patience {
    Patience {
        reply: Duration::from_millis(20),
        close: HANG,
    }
}

/// For a server that ends the exchange by itself: on a busy machine the client must not half-close before.
pub(crate) fn patient() -> Patience {
    Patience {
        reply: HANG,
        close: HANG,
    }
}

/// As `drive` prints octets.
pub(crate) fn hex(octets: &[u8]) -> String {
    match octets {
        [] => "-".to_owned(),
        octets => hex::encode(octets),
    }
}
