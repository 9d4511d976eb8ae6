//! The network's weather: packets that are late, lost, doubled, out of order or small.
//!
//! The kernel's netem makes it, between the hosts; where a kernel has none, a cable in user space that carries whole frames does. Either way TCP meets it as it meets a real network, and what it met is in the kernel's own counters.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cross::process::{Invocation, Running};
use tokio::process::ChildStdin;

use super::counters::Counters;
use super::namespace::found;
use super::network::{COMMAND_TIMEOUT, Network, Side};
use super::server::no_streams;
use super::tools::HostTools;
use super::wait::coming;
use crate::inside::Trouble;
use crate::observation::Halt;
use kit::lines::Lines;

/// What a network does to packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weather {
    /// Each is a tenth of a second late, each way.
    Delay,
    /// One in five is lost, each way.
    Loss,
    /// Each comes twice.
    Duplication,
    /// One in three is 30 ms late, and others overtake it.
    Reordering,
    /// They are small: 48 octets of a message at most, which is the least that Linux sends (net.ipv4.tcp_min_snd_mss).
    SmallMtu,
}

const DELAY: Duration = Duration::from_millis(100);
const BEHIND: Duration = Duration::from_millis(30);

/// The headers of IPv4 and TCP without options, and 48 octets.
const SMALL_MTU: u32 = 20 + 20 + 48;

/// Weather that was made.
pub(crate) struct Made {
    weather: Weather,
    /// Who made it.
    by: String,
    before: Counters,
    cable: Option<LaidCable>,
}

/// A cable in user space. It is there as long as its input is open.
struct LaidCable {
    _running: Running,
    _input: ChildStdin,
    /// How many frames it lost, doubled, or had overtaken.
    done: Arc<AtomicUsize>,
}

impl Network {
    /// Makes weather from now on.
    ///
    /// # Errors
    /// [`Halt::CouldNotRun`]: neither can the kernel, nor can a cable be laid.
    pub(crate) async fn weather(
        &self,
        weather: Weather,
        tools: &HostTools,
        inside: &Invocation,
    ) -> Result<Made, Halt> {
        let (by, cable) = match weather.makers() {
            None => {
                let small = format!("$ip link set eth0 mtu {SMALL_MTU}");
                self.shell(&self.client, &small).await?;
                self.shell(&self.server, &small).await?;
                (format!("interfaces with an MTU of {SMALL_MTU}"), None)
            }
            Some((netem, trouble)) => match self.netem(netem, tools).await {
                Ok(()) => ("tc netem".to_owned(), None),
                Err(why) => {
                    let cable = self.cable(trouble, inside).await.map_err(|neither| {
                        Halt::CouldNotRun(format!(
                            "no netem: {why}; and no cable in user space: {neither}"
                        ))
                    })?;
                    let by =
                        format!("a cable in user space, since this kernel has no netem ({why})");
                    (by, Some(cable))
                }
            },
        };
        Ok(Made {
            weather,
            by,
            before: self.counters()?,
            cable,
        })
    }

    /// By the kernel, at both ports of the switch.
    async fn netem(&self, words: &[&str], tools: &HostTools) -> Result<(), String> {
        let tc = found(&tools.tc).map_err(|why| why.to_string())?;
        for side in [Side::Client, Side::Server] {
            let add = ["qdisc", "add", "dev", side.port(), "root", "netem"];
            let add = Invocation::new(&tc).args(add).args(words);
            let added = self.switch.inside(add).output(COMMAND_TIMEOUT).await;
            let added = added.map_err(|error| error.to_string())?;
            if added.exit != cross::process::Exit::Code(0) {
                let words = added.stderr.lines().next().unwrap_or_default();
                return Err(words
                    .trim_start_matches("Error: ")
                    .trim_end_matches('.')
                    .to_owned());
            }
        }
        Ok(())
    }

    /// By this program, between the two ports, which leave the switch.
    async fn cable(&self, trouble: Trouble, inside: &Invocation) -> Result<LaidCable, Halt> {
        // Each segment of TCP is a frame of its own.
        let alone = "$ip link set eth0 gso_max_segs 1";
        self.shell(&self.client, alone).await?;
        self.shell(&self.server, alone).await?;
        let (one, other) = (Side::Client.port(), Side::Server.port());
        let leave = format!("$ip link set {one} nomaster\n$ip link set {other} nomaster");
        self.shell(&self.switch, &leave).await?;
        let trouble = trouble.to_string();
        let cable = inside.clone().args(["cable", one, other, &trouble]);
        let mut running = self.switch.inside(cable).start()?;
        let (input, output, errors) = running.streams().ok_or_else(no_streams)?;
        let words = super::last_words(errors);
        let mut lines = Lines::new(output);
        if coming("a cable", lines.next()).await?.is_err() {
            let words = coming("why there is no cable", words).await?;
            return Err(Halt::CouldNotRun(words.unwrap_or_default()));
        }
        let done = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&done);
        tokio::spawn(async move {
            while lines.next().await.is_ok() {
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
        Ok(LaidCable {
            _running: running,
            _input: input,
            done,
        })
    }

    fn counters(&self) -> Result<Counters, Halt> {
        let (client, server) = (self.client.pid()?, self.server.pid()?);
        Ok(Counters::of(client)? + Counters::of(server)?)
    }
}

impl Weather {
    /// What makes it: the words for `tc`, and the same of a cable. `None` where neither is needed.
    fn makers(self) -> Option<(&'static [&'static str], Trouble)> {
        match self {
            Weather::Delay => Some((&["delay", "100ms"], Trouble::Delay(DELAY))),
            Weather::Loss => Some((&["loss", "20%"], Trouble::Loss(5))),
            Weather::Duplication => Some((&["duplicate", "100%"], Trouble::Duplication)),
            // Two of three are sent at once, before those that wait.
            Weather::Reordering => Some((
                &["delay", "30ms", "reorder", "67%"],
                Trouble::Reordering(3, BEHIND),
            )),
            Weather::SmallMtu => None,
        }
    }
}

impl Made {
    /// What was seen of it since it was made, of which `quickest` is the shortest time that a client took.
    ///
    /// # Errors
    /// [`Halt::CouldNotRun`]: nothing. Then nothing is known of the programs in such weather.
    pub(crate) fn seen(&self, network: &Network, quickest: Duration) -> Result<String, Halt> {
        let now = network.counters()?;
        let since = now.since(&self.before);
        let done = self
            .cable
            .as_ref()
            .map(|cable| cable.done.load(Ordering::Relaxed));
        let (count, words) = match self.weather {
            // A connection is made by a packet each way, before anything is asked.
            Weather::Delay if quickest >= 2 * DELAY => (
                1,
                format!("no reply in less than {} s", (2 * DELAY).as_secs_f64()),
            ),
            Weather::Delay => (0, String::new()),
            Weather::Loss => (
                since.sent_again,
                format!("{} segments sent again", since.sent_again),
            ),
            Weather::Duplication => (
                since.doubled,
                format!("{} segments came twice", since.doubled),
            ),
            Weather::Reordering => {
                let overtaken = done.map(|done| u64::try_from(done).unwrap_or(u64::MAX));
                let count = overtaken.unwrap_or(since.out_of_order);
                (
                    count,
                    format!(
                        "{count} packets overtook another, {} segments with a part of a message before it were there too early",
                        since.out_of_order
                    ),
                )
            }
            Weather::SmallMtu => (since.segments, format!("{} segments", since.segments)),
        };
        match count {
            0 => Err(Halt::CouldNotRun(format!(
                "the kernel saw nothing of the weather, which was made by {}",
                self.by
            ))),
            _ => Ok(format!("{words}; by {}", self.by)),
        }
    }
}
