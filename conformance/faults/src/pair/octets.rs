//! A request as octets: recorded from the client once, and sent again by a peer that behaves otherwise.

use cross::process::Running;
use tokio::process::{ChildStdin, ChildStdout};

use super::asked::ClientEnd;
use super::hosts::Hosts;
use super::lab::ADDRESS;
use crate::observation::Halt;
use crate::testbed::{Busy, Namespace, coming, last_words, while_asleep};
use kit::lines::{Lines, NoLine};

/// How a request is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// At once, and the reply is read to its end, or until nothing more comes.
    Whole,
    /// At once; then the sending side is closed.
    HalfClose,
    /// Octet by octet.
    Slowly,
}

impl Manner {
    fn word(self) -> &'static str {
        match self {
            Manner::Whole => "whole",
            Manner::HalfClose => "half-close",
            Manner::Slowly => "slowly",
        }
    }
}

/// A peer that this program plays on a host, and that ends with its input.
pub(crate) struct Peer {
    running: Running,
    _input: ChildStdin,
    lines: Lines<ChildStdout>,
    words: tokio::task::JoinHandle<String>,
}

impl Peer {
    /// Starts one with these words after `inside`.
    fn start(hosts: &Hosts<'_>, host: &Namespace, words: &[&str]) -> Result<Peer, Halt> {
        let program = hosts.lab.inside.clone().args(words);
        let mut running = host.inside(program).start()?;
        let (input, output, errors) = running.streams().ok_or_else(crate::testbed::no_streams)?;
        Ok(Peer {
            running,
            _input: input,
            lines: Lines::new(output),
            words: last_words(errors),
        })
    }

    /// One that resets its connection before anybody has accepted it: the server is stopped.
    pub(crate) async fn resets(hosts: &Hosts<'_>) -> Result<(), Halt> {
        let address = ADDRESS.to_string();
        let mut peer = Peer::start(hosts, &hosts.network.client, &["reset", &address])?;
        peer.line().await?;
        Ok(())
    }

    /// One that begins so many connections, of which the first is made, and says nothing on them.
    pub(crate) async fn that_holds(hosts: &Hosts<'_>, count: usize) -> Result<Peer, Halt> {
        let (address, count) = (ADDRESS.to_string(), count.to_string());
        let words = ["hold", &address, &count];
        let mut peer = Peer::start(hosts, &hosts.network.client, &words)?;
        peer.line().await?;
        Ok(peer)
    }

    /// Its next line.
    async fn line(&mut self) -> Result<String, Halt> {
        match coming("a line of a peer that misbehaves", self.lines.next()).await? {
            Ok(line) => Ok(line),
            Err(NoLine::End) => {
                let words = coming("its last words", &mut self.words).await?;
                Err(Halt::could_not(
                    "a peer that misbehaves",
                    words.unwrap_or_default(),
                ))
            }
            Err(why) => Err(Halt::could_not("a peer that misbehaves", why)),
        }
    }
}

/// What the client sends before it hears anything, in hexadecimal, and how it ends when the server reads all of it and then dies without a word. No server may run.
pub(crate) async fn recorded(hosts: &Hosts<'_>) -> Result<(String, ClientEnd), Halt> {
    let port = ADDRESS.port().to_string();
    let mut peer = Peer::start(hosts, &hosts.network.server, &["record", &port])?;
    peer.line().await?;
    let client = hosts.client().await?;
    let octets = peer.line().await?;
    if octets.is_empty() {
        return Err(Halt::CouldNotRun(
            "the client says nothing before the server does: its request cannot be sent again by others".to_owned(),
        ));
    }
    coming("the end of who recorded", peer.running.wait()).await??;
    let process = [client.pid()];
    let busy = Busy::since_now(&process);
    let doing = || Ok(busy.doing(&process));
    let end = client.end(hosts.lab, hosts.expected.within, doing);
    Ok((octets, end.await?))
}

/// Sends a request again. Gives how many octets of a reply came: `want` of them, or fewer if the server closed; or all that came, where it is not known how many are wanted. `None` where less than that came in the time that is expected.
pub(crate) async fn replay(
    hosts: &Hosts<'_>,
    octets: &str,
    manner: Manner,
    want: Option<usize>,
) -> Result<Option<usize>, Halt> {
    let address = ADDRESS.to_string();
    let want = want.unwrap_or_default().to_string();
    let words = ["replay", &address, octets, manner.word(), &want];
    let mut peer = Peer::start(hosts, &hosts.network.client, &words)?;
    let everybody = hosts.everybody()?;
    let (line, _) = while_asleep(&everybody, hosts.expected.within, peer.lines.next()).await;
    match line {
        None => Ok(None),
        Some(Ok(line)) => match line.parse() {
            Ok(count) => Ok(Some(count)),
            Err(_) => Err(Halt::could_not("a peer that misbehaves", line)),
        },
        Some(Err(why)) => Err(Halt::could_not("a peer that misbehaves", why)),
    }
}
