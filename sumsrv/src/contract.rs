//! `serve` of `PARTICIPANTS.md`: the lines that a server prints, and what it does between them.

use std::{fmt, io, net::SocketAddr, str::FromStr, sync::Arc};

use tokio::{net::TcpListener, sync::watch, task::JoinSet};

use crate::{
    event::{Event, Events},
    limits::Limits,
    listen::{ListenError, Listening, listen},
    serve::serve,
    services::Service,
};

/// Prints a line and flushes it.
pub type Print = fn(fmt::Arguments<'_>) -> io::Result<()>;

/// `ENC[=ADDR]`: a service, and where to listen for it; without the address, on a free port of 127.0.0.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Not checked yet: an unknown service is not a wrong argument, but has an exit code of its own.
    pub name: String,
    /// Where to listen; port 0 is any free port.
    pub addr: SocketAddr,
}

impl FromStr for Endpoint {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let (name, addr) = word.split_once('=').unwrap_or((word, "127.0.0.1:0"));
        let addr = addr
            .parse()
            .map_err(|_| format!("`{addr}` is not IP:PORT, such as 127.0.0.1:9877 or [::1]:0"))?;
        Ok(Endpoint {
            name: name.to_owned(),
            addr,
        })
    }
}

/// Why a server could not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// There is no socket.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// A line could not be printed, or a signal not be waited for.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The services of these names. Where one is unknown, prints `unsupported NAME` for each that is, and gives `None`.
///
/// # Errors
/// A line could not be printed.
pub fn known(asked: &[Endpoint], print: Print) -> io::Result<Option<Vec<(Service, SocketAddr)>>> {
    let mut known = Vec::new();
    for endpoint in asked {
        match Service::named(&endpoint.name) {
            Some(service) => known.push((service, endpoint.addr)),
            None => print(format_args!("unsupported {}", endpoint.name))?,
        }
    }
    Ok((known.len() == asked.len()).then_some(known))
}

/// Listens for all of these, prints where and then `ready`, and serves until `stop` is done.
///
/// It must run in a tokio runtime with I/O and time.
///
/// # Errors
/// A socket cannot be had, or a line not be printed.
pub async fn serve_all(
    services: Vec<(Service, SocketAddr)>,
    how: &Listening,
    limits: Limits,
    stop: impl Future<Output = ()>,
    print: Print,
) -> Result<(), ServeError> {
    let mut listeners = Vec::new();
    for (service, addr) in services {
        listeners.push((service, listen(addr, how).await?));
    }
    let (stopping, stopped) = watch::channel(false);
    let events: Events = Arc::new(move |event| report(event, print));
    let mut servers = JoinSet::new();
    for (service, listener) in listeners {
        let (name, addr) = (service.name(), TcpListener::local_addr(&listener)?);
        print(format_args!("listening {name} {addr}"))?;
        servers.spawn(serve(
            listener,
            service,
            stopped.clone(),
            limits,
            events.clone(),
        ));
    }
    print(format_args!("ready"))?;
    stop.await;
    stopping.send_replace(true);
    while servers.join_next().await.is_some() {}
    Ok(())
}

fn report(event: Event, print: Print) {
    let Event::Short {
        service,
        peer,
        got,
        want,
    } = event;
    // When nobody reads standard output any more, the peers are served all the same.
    let _ = print(format_args!("short {service} {peer} {got} {want}"));
}
