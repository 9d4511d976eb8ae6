//! A cable between two interfaces that delays, loses, doubles or reorders what it carries: whole frames of Ethernet, below TCP and IP. It stands in for the kernel's own netem where a kernel has none.
//!
//! A kernel leaves the sum of a TCP segment to the hardware, and here is none: the cable puts it in.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use nix::ifaddrs::getifaddrs;
use nix::sys::socket::{
    AddressFamily, LinkAddr, MsgFlags, SockFlag, SockProtocol, SockType, bind, recvfrom, send,
    socket,
};
use tokio::sync::mpsc::{Receiver, channel};
use tokio::time::{Instant, sleep_until};

use super::say;

/// What a cable does to the frames that it carries, each way alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Every frame is late.
    Delay(Duration),
    /// One frame in so many is lost, three or more of them.
    Loss(u32),
    /// Every frame comes twice.
    Duplication,
    /// One frame in so many is late, and those behind it overtake it.
    Reordering(u32, Duration),
}

/// A frame, and when it leaves the cable.
struct Frame {
    at: Instant,
    octets: Vec<u8>,
}

/// A frame with what the kernel puts before it is no longer than this; the hosts do not join segments.
const MAX_FRAME: usize = 16 << 10;

/// More than this is carried by no cable at a time: what comes then is lost, as in any switch.
const MAX_CARRIED: usize = 1024;

/// Carries frames between two interfaces until it is ended. It says a word for each that it did something to but delay it.
pub(super) async fn run(one: &str, other: &str, trouble: Trouble) -> io::Result<()> {
    let (one, other) = (port(one)?, port(other)?);
    let (from_one, from_other) = (frames(&one), frames(&other));
    say("laid")?;
    let there = carry(from_one, &other, trouble);
    let back = carry(from_other, &one, trouble);
    let ((), ()) = tokio::try_join!(there, back)?;
    Ok(())
}

/// A socket for the whole frames of an interface.
fn port(interface: &str) -> io::Result<Arc<OwnedFd>> {
    let all = SockProtocol::EthAll;
    let socket = socket(
        AddressFamily::Packet,
        SockType::Raw,
        SockFlag::SOCK_CLOEXEC,
        all,
    )?;
    let addresses = getifaddrs()?.filter(|one| one.interface_name == interface);
    let address = addresses
        .filter_map(|one| one.address?.as_link_addr().copied())
        .next();
    let address = address.ok_or_else(|| io::Error::other(format!("no interface `{interface}`")))?;
    bind(socket.as_raw_fd(), &address)?;
    Ok(Arc::new(socket))
}

/// The frames that come in by an interface, read by a thread of their own: the runtime has no word for such a socket. It ends with the process.
fn frames(port: &Arc<OwnedFd>) -> Receiver<Vec<u8>> {
    let (put, frames) = channel(MAX_CARRIED);
    let port = Arc::clone(port);
    std::thread::spawn(move || {
        let mut buffer = vec![0; MAX_FRAME];
        // An interface that goes down says so once.
        while let Ok((length, from)) =
            recvfrom::<LinkAddr>(port.as_raw_fd(), &mut buffer).or_else(|error| {
                if error == nix::Error::ENETDOWN {
                    Ok((0, None))
                } else {
                    Err(error)
                }
            })
        {
            let went_out = from.is_some_and(|from| from.pkttype() == PACKET_OUTGOING);
            let octets = buffer.get(..length).unwrap_or_default();
            if !went_out && put.blocking_send(octets.to_vec()).is_err() {
                return;
            }
        }
    });
    frames
}

/// Carries frames one way.
async fn carry(mut from: Receiver<Vec<u8>>, to: &OwnedFd, trouble: Trouble) -> io::Result<()> {
    let mut carried: VecDeque<Frame> = VecDeque::new();
    // Those that others overtake.
    let mut late: VecDeque<Frame> = VecDeque::new();
    let mut count = 0;
    loop {
        tokio::select! {
            biased;
            () = due(&carried) => leave(to, &mut carried)?,
            () = due(&late) => leave(to, &mut late)?,
            octets = from.recv() => {
                let Some(mut octets) = octets else {
                    return Err(io::Error::other("an interface is gone"));
                };
                if carried.len() + late.len() >= MAX_CARRIED {
                    continue;
                }
                put_sum(&mut octets);
                count += 1;
                let now = Instant::now();
                let frame = |octets, delay| Frame { at: now + delay, octets };
                match trouble {
                    Trouble::Delay(delay) => carried.push_back(frame(octets, delay)),
                    Trouble::Loss(each) if is_lost(count, each) => say("lost")?,
                    Trouble::Loss(_) => carried.push_back(frame(octets, Duration::ZERO)),
                    Trouble::Duplication => {
                        say("doubled")?;
                        carried.push_back(frame(octets.clone(), Duration::ZERO));
                        carried.push_back(frame(octets, Duration::ZERO));
                    }
                    Trouble::Reordering(each, delay) if count % each == 0 => {
                        late.push_back(frame(octets, delay));
                    }
                    Trouble::Reordering(..) => {
                        if !late.is_empty() {
                            say("overtook")?;
                        }
                        carried.push_back(frame(octets, Duration::ZERO));
                    }
                }
            }
        }
    }
}

/// Whether the frame with this number, counted from 1, is one of those that are lost: never two in turn, and not at equal distances. Short connections have equally many frames each, and the same frame of each would be lost: an acknowledgement that the next one makes good, say.
fn is_lost(number: u32, each: u32) -> bool {
    let lost = [each - 2, 2 * each, 3 * each - 1, 4 * each, 5 * each];
    lost.map(|place| place % (5 * each))
        .contains(&(number % (5 * each)))
}

/// Waits until the first frame of a queue is to leave; for ever where there is none.
async fn due(queue: &VecDeque<Frame>) {
    match queue.front() {
        Some(frame) => sleep_until(frame.at).await,
        None => std::future::pending().await,
    }
}

/// The first frame of a queue leaves. What an interface does not take is lost.
fn leave(to: &OwnedFd, queue: &mut VecDeque<Frame>) -> io::Result<()> {
    if let Some(frame) = queue.pop_front() {
        match send(to.as_raw_fd(), &frame.octets, MsgFlags::empty()) {
            Ok(_) | Err(nix::Error::ENETDOWN | nix::Error::EAGAIN | nix::Error::ENOBUFS) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// What packet(7) calls a frame that this host sent.
const PACKET_OUTGOING: u8 = 4;

/// Puts in the sum of a TCP segment in an IPv4 packet that is no fragment (RFC 9293, section 3.1; RFC 1071). Other frames stay as they are.
fn put_sum(frame: &mut [u8]) {
    let Some((ethernet, packet)) = frame.split_at_mut_checked(14) else {
        return;
    };
    let is = |at: usize| packet.get(at).copied().unwrap_or_default();
    let is_ipv4 = ethernet.ends_with(&[0x08, 0x00]) && is(0) >> 4 == 4;
    let is_fragment = is(6) & 0x3f != 0 || is(7) != 0;
    if !is_ipv4 || is_fragment || is(9) != 6 {
        return;
    }
    let header = usize::from(is(0) & 0xf) * 4;
    // A short frame is filled up: the packet says how long it is.
    let total = usize::from(u16::from_be_bytes([is(2), is(3)]));
    let Some(packet) = packet.get_mut(..total) else {
        return;
    };
    let Some((ip, segment)) = packet.split_at_mut_checked(header) else {
        return;
    };
    let Some(place) = segment.get_mut(16..18) else {
        return;
    };
    place.fill(0);
    let length = u32::try_from(segment.len()).unwrap_or_default();
    let addresses = ip.get(12..20).unwrap_or_default();
    let sum = 6 + length + words(addresses) + words(segment);
    let sum = !folded(sum);
    if let Some(place) = segment.get_mut(16..18) {
        place.copy_from_slice(&sum.to_be_bytes());
    }
}

/// The sum of 16-bit words, a last odd octet being the first of one.
fn words(octets: &[u8]) -> u32 {
    let pairs = octets.chunks(2).map(|pair| match *pair {
        [high, low] => u32::from(u16::from_be_bytes([high, low])),
        [high] => u32::from(high) << 8,
        _ => 0,
    });
    pairs.sum()
}

/// What is carried is added again.
fn folded(mut sum: u32) -> u16 {
    while sum >> 16 != 0 {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    u16::try_from(sum).unwrap_or_default()
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Delay(delay) => write!(f, "delay:{}", delay.as_millis()),
            Trouble::Loss(each) => write!(f, "loss:{each}"),
            Trouble::Duplication => write!(f, "duplication"),
            Trouble::Reordering(each, delay) => {
                write!(f, "reordering:{each}:{}", delay.as_millis())
            }
        }
    }
}

impl FromStr for Trouble {
    type Err = String;

    fn from_str(text: &str) -> Result<Trouble, String> {
        let unknown = || format!("`{text}` is no trouble of a cable");
        let number = |text: &str| -> Result<u32, String> {
            let number = text.parse().map_err(|_| unknown())?;
            if number == 0 {
                Err(unknown())
            } else {
                Ok(number)
            }
        };
        let milliseconds = |text: &str| -> Result<Duration, String> {
            Ok(Duration::from_millis(number(text)?.into()))
        };
        match text.split(':').collect::<Vec<_>>().as_slice() {
            ["delay", delay] => Ok(Trouble::Delay(milliseconds(delay)?)),
            ["loss", each] => Ok(Trouble::Loss(number(each)?)),
            ["duplication"] => Ok(Trouble::Duplication),
            ["reordering", each, delay] => {
                Ok(Trouble::Reordering(number(each)?, milliseconds(delay)?))
            }
            _ => Err(unknown()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quickcheck::quickcheck;

    /// A SYN from 127.0.0.2 to 127.0.0.1, as a kernel sends it that leaves the sum to the hardware: at 50 is that of the pseudo-header alone.
    const SYN: &str = "02000000000202000000000108004500003c1c464000400620707f0000027f000001a0021267a3b1c2d300000000a002fff0fe310000020405b40402080a0000000100000000010303 07";

    fn syn() -> Vec<u8> {
        hex::decode(SYN.replace(' ', "")).unwrap()
    }

    /// A receiver adds everything up, and all must be ones (RFC 1071, section 1).
    fn is_right(frame: &[u8]) -> bool {
        let segment = &frame[34..];
        let length = u32::try_from(segment.len()).unwrap();
        folded(6 + length + words(&frame[26..34]) + words(segment)) == 0xffff
    }

    #[test]
    fn one_frame_in_so_many_is_lost_and_never_at_equal_distances() {
        for each in 3..9 {
            let lost: Vec<u32> = (1..=10 * each).filter(|&n| is_lost(n, each)).collect();
            assert_eq!(lost.len(), 10, "of {each}: {lost:?}");
            let gaps = lost.windows(2).map(|pair| pair[1] - pair[0]);
            let gaps: Vec<u32> = gaps.collect();
            assert!(gaps.windows(2).all(|pair| pair[0] != pair[1]), "{gaps:?}");
        }
    }

    #[test]
    fn a_segment_gets_the_sum_that_a_receiver_wants() {
        let mut frame = syn();
        assert!(!is_right(&frame));
        put_sum(&mut frame);
        assert!(is_right(&frame), "{}", hex::encode(&frame));
        let (whole, mut padded) = (frame.clone(), [frame, vec![0; 3]].concat());
        put_sum(&mut padded);
        assert!(
            padded.starts_with(&whole),
            "what fills a frame up does not count"
        );
        let mut fragment = syn();
        fragment[20] |= 0x20;
        let as_it_was = fragment.clone();
        put_sum(&mut fragment);
        assert_eq!(fragment, as_it_was);
    }

    #[test]
    fn a_trouble_is_written_as_it_is_read() {
        for trouble in [
            Trouble::Delay(Duration::from_millis(100)),
            Trouble::Loss(5),
            Trouble::Duplication,
            Trouble::Reordering(3, Duration::from_millis(30)),
        ] {
            assert_eq!(trouble.to_string().parse(), Ok(trouble));
        }
        for wrong in ["loss:0", "loss", "delay:-1", "rain"] {
            assert!(wrong.parse::<Trouble>().is_err(), "{wrong}");
        }
    }

    quickcheck! {
        /// Whatever a frame is, it is taken.
        fn no_frame_is_too_odd(frame: Vec<u8>, at: usize, octet: u8) -> bool {
            let mut odd = syn();
            let at = at % odd.len();
            odd[at] = octet;
            odd.truncate(frame.len().max(at));
            for mut frame in [frame, odd] {
                let length = frame.len();
                put_sum(&mut frame);
                assert_eq!(frame.len(), length);
            }
            true
        }
    }
}
