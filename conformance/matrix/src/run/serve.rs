//! One server process a participant: started once, for all its cells.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use cross::process::{Exit, Invocation};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::build::Serving;
use super::build::Start;
use super::child::Child;
use super::contract::ServerLine;
use super::server_slot::{ServerSlot, ServerSlots};
use crate::outcome::Short;
use kit::lines::NoLine;
use kit::pool::run_all;

const READY_WITHIN: Duration = Duration::from_secs(30);
const DRAINED_WITHIN: Duration = Duration::from_secs(10);

/// A server that is ready.
pub(crate) struct Server {
    /// Where it listens, by encoding.
    pub(crate) addresses: BTreeMap<String, SocketAddr>,
    log: Log,
    process: Process,
}

/// What serves.
enum Process {
    /// One process for all encodings, and the task that watches it.
    Watched {
        stop: oneshot::Sender<()>,
        watch: Watch,
    },
    /// One process for each encoding, watched by the client that asks.
    BlackBoxes(ServerSlots),
}

/// The task that follows a server; dropping it ends the server.
struct Watch(JoinHandle<Vec<ServerTrouble>>);

/// What went wrong with a server.
pub(crate) struct ServerTrouble {
    /// The encoding, where each has a process of its own; `None` where all are concerned.
    pub(crate) encoding: Option<String>,
    /// What.
    pub(crate) why: String,
}

impl From<String> for ServerTrouble {
    fn from(why: String) -> ServerTrouble {
        ServerTrouble {
            encoding: None,
            why,
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What a server has reported about requests that were cut short.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Reports>>);

/// When it reported what, about each connection.
type Reports = HashMap<Connection, Vec<(Instant, Short)>>;

/// A connection as both ends name it: the encoding, which has a listener of its own, and the client's address.
type Connection = (String, SocketAddr);

/// Reports that are nearer in time than this are about one connection: the system gives a client's port to another connection to the same listener, but not within a second.
const ONE_CONNECTION: Duration = Duration::from_secs(1);

impl Log {
    /// The server's report about the connection on which its client timed out at that time. Each report confirms one client's time-out, and so it is given once.
    pub(crate) fn claim(&self, encoding: &str, peer: SocketAddr, when: Instant) -> Option<Short> {
        let mut reports = self.0.lock().ok()?;
        let reports = reports.get_mut(&(encoding.to_owned(), peer))?;
        let apart = |at: Instant| at.max(when).duration_since(at.min(when));
        let near = reports
            .iter()
            .enumerate()
            .min_by_key(|(_, (at, _))| apart(*at));
        let (nearest, _) = near.filter(|(_, (at, _))| apart(*at) < ONE_CONNECTION)?;
        Some(reports.swap_remove(nearest).1)
    }

    fn keep(&self, encoding: String, peer: SocketAddr, short: Short) {
        if let Ok(mut reports) = self.0.lock() {
            reports
                .entry((encoding, peer))
                .or_default()
                .push((Instant::now(), short));
        }
    }
}

impl Server {
    /// Starts a server, on an address of its machine's if it is given one, and waits until it is ready.
    pub(crate) async fn start(
        serving: &Serving,
        address: Option<IpAddr>,
        encodings: &[&str],
    ) -> Result<Server, String> {
        match serving {
            Serving::ByContract(invocation) => {
                Server::by_contract(invocation, address, encodings).await
            }
            Serving::BlackBox(start) => Server::black_box(start, encodings).await,
        }
    }

    async fn black_box(start: &Start, encodings: &[&str]) -> Result<Server, String> {
        let starting = encodings.iter().map(|encoding| {
            let encoding = (*encoding).to_owned();
            ServerSlot::start(start.clone(), encoding, READY_WITHIN)
        });
        let (mut addresses, mut slots) = (BTreeMap::new(), ServerSlots::new());
        // All at once: each may take its time to listen.
        for started in run_all(encodings.len(), starting).await {
            let slot = started??;
            addresses.insert(slot.encoding().to_owned(), slot.address());
            slots.insert(slot.address(), Arc::new(tokio::sync::Mutex::new(slot)));
        }
        Ok(Server {
            addresses,
            log: Log::default(),
            process: Process::BlackBoxes(slots),
        })
    }

    /// The slots of its black-box processes.
    pub(super) fn slots(&self) -> ServerSlots {
        match &self.process {
            Process::Watched { .. } => ServerSlots::new(),
            Process::BlackBoxes(slots) => slots.clone(),
        }
    }

    async fn by_contract(
        invocation: &Invocation,
        address: Option<IpAddr>,
        encodings: &[&str],
    ) -> Result<Server, String> {
        let asked = encodings.iter().map(|encoding| match address {
            Some(address) => format!("{encoding}={}", SocketAddr::new(address, 0)),
            None => (*encoding).to_owned(),
        });
        let mut child = Child::start(&invocation.clone().arg("serve").args(asked))
            .map_err(|error| error.to_string())?;
        match tokio::time::timeout(READY_WITHIN, listening(&mut child, encodings)).await {
            Ok(Ok(addresses)) => {
                let log = Log::default();
                let (stop, stopped) = oneshot::channel();
                let watched = watch(child, log.clone(), stopped);
                let watched =
                    async { watched.await.into_iter().map(ServerTrouble::from).collect() };
                let watch = Watch(tokio::spawn(watched));
                Ok(Server {
                    addresses,
                    log,
                    process: Process::Watched { stop, watch },
                })
            }
            Ok(Err(why)) => Err(child.trouble(why).await),
            Err(_) => Err(child
                .trouble(format!(
                    "never said `ready` within {} s",
                    READY_WITHIN.as_secs()
                ))
                .await),
        }
    }

    /// Its log, which goes on growing.
    pub(crate) fn log(&self) -> Log {
        self.log.clone()
    }

    /// Ends it. Returns what went wrong since it was ready.
    pub(crate) async fn stop(self) -> Vec<ServerTrouble> {
        match self.process {
            Process::Watched { stop, mut watch } => {
                // It may have ended already: then the watch knows why.
                let _ = stop.send(());
                let watched = (&mut watch.0).await;
                watched.unwrap_or_else(|error| vec![error.to_string().into()])
            }
            Process::BlackBoxes(slots) => {
                // All clients have ended, and hold no slot.
                let slots = slots.into_values().filter_map(Arc::into_inner);
                let slots: Vec<_> = slots.map(tokio::sync::Mutex::into_inner).collect();
                let left = run_all(slots.len(), slots.into_iter().map(leave)).await;
                let trouble = left
                    .into_iter()
                    .map(|left| left.unwrap_or_else(|why| Some(why.into())));
                trouble.flatten().collect()
            }
        }
    }
}

async fn leave(slot: ServerSlot) -> Option<ServerTrouble> {
    let encoding = Some(slot.encoding().to_owned());
    let why = slot.leave().await?;
    Some(ServerTrouble { encoding, why })
}

async fn listening(
    child: &mut Child,
    encodings: &[&str],
) -> Result<BTreeMap<String, SocketAddr>, String> {
    let mut addresses = BTreeMap::new();
    loop {
        let line = child
            .lines
            .next()
            .await
            .map_err(|no_line| format!("{no_line} before `ready`"))?;
        match ServerLine::read(&line).map_err(|nonsense| nonsense.to_string())? {
            ServerLine::Listening { encoding, address } => {
                addresses.insert(encoding, address);
            }
            ServerLine::Ready => break,
            _ => return Err(format!("`{line}` before `ready`")),
        }
    }
    match encodings
        .iter()
        .find(|encoding| !addresses.contains_key(**encoding))
    {
        Some(encoding) => Err(format!("said `ready` without `listening {encoding} ADDR`")),
        None => Ok(addresses),
    }
}

/// Follows a server until it has to stop, and then to its end.
async fn watch(mut child: Child, log: Log, stopped: oneshot::Receiver<()>) -> Option<String> {
    tokio::select! {
        ended = follow(&mut child, &log) => {
            let why = ended.err().unwrap_or_else(|| "its output ended".to_owned());
            return Some(child.trouble(format!("while it served: {why}")).await);
        }
        _ = stopped => {}
    }
    child.terminate();
    // Its reports while it drains count, too.
    match tokio::time::timeout(DRAINED_WITHIN, follow(&mut child, &log)).await {
        Ok(Ok(())) => {}
        Ok(Err(why)) => return Some(child.trouble(format!("while it drained: {why}")).await),
        Err(_) => {
            let seconds = DRAINED_WITHIN.as_secs();
            return Some(
                child
                    .trouble(format!(
                        "its output is still open {seconds} s after SIGTERM"
                    ))
                    .await,
            );
        }
    }
    match child.wait(DRAINED_WITHIN).await {
        Ok(Exit::Code(0)) => None,
        Ok(exit) => Some(format!("after SIGTERM it {exit} where 0 was expected")),
        Err(why) => Some(why),
    }
}

/// Keeps what a server reports until its output ends. The error says what went wrong before that.
async fn follow(child: &mut Child, log: &Log) -> Result<(), String> {
    loop {
        let line = match child.lines.next().await {
            Ok(line) => line,
            Err(NoLine::End) => return Ok(()),
            Err(no_line) => return Err(no_line.to_string()),
        };
        match ServerLine::read(&line) {
            Ok(ServerLine::Short {
                encoding,
                peer,
                got,
                want,
            }) => log.keep(encoding, peer, Short { got, want }),
            Ok(_) => return Err(format!("`{line}` where only `short` was expected")),
            Err(nonsense) => return Err(nonsense.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Invocation {
        Invocation::new("/bin/sh").args(["-c", script])
    }

    /// A paused clock jumps to the next limit as soon as everybody waits, for a process too.
    #[tokio::test(start_paused = true)]
    async fn a_server_that_never_says_ready_is_given_up() {
        let silent =
            Server::by_contract(&shell("echo hello >&2; exec sleep 1000"), None, &["text"]).await;
        let why = silent.err().unwrap();
        assert!(why.starts_with("never said `ready` within 30 s"), "{why}");
    }

    #[tokio::test]
    async fn a_server_that_ignores_sigterm_is_in_trouble() {
        let deaf =
            "trap '' TERM; echo listening text 127.0.0.1:1; echo ready; while :; do sleep 1; done";
        let server = Server::by_contract(&shell(deaf), None, &["text"])
            .await
            .unwrap_or_else(|why| panic!("{why}"));
        tokio::time::pause();
        let [ServerTrouble { why, .. }] = &server.stop().await[..] else {
            panic!("one trouble was expected")
        };
        assert!(
            why.starts_with("its output is still open 10 s after SIGTERM"),
            "{why}"
        );
    }

    #[test]
    fn a_port_that_is_used_again_is_another_connection_and_no_report_confirms_two_time_outs() {
        let log = Log::default();
        let peer = "127.0.0.1:40000".parse().unwrap();
        let (first, second) = (Short { got: 8, want: 9 }, Short { got: 19, want: 20 });
        let early = Instant::now();
        let late = early + Duration::from_secs(5);
        log.0.lock().unwrap().insert(
            ("text".to_owned(), peer),
            vec![(early, first), (late, second)],
        );
        let soon = Duration::from_millis(10);
        assert_eq!(log.claim("text", peer, late + soon), Some(second));
        assert_eq!(
            log.claim("text", peer, late + soon),
            None,
            "the other report is of another connection"
        );
        assert_eq!(log.claim("raw-long", peer, early), None);
        assert_eq!(log.claim("text", peer, early + soon), Some(first));
        assert_eq!(log.claim("text", peer, early + soon), None);
    }
}
