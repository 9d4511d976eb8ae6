//! What a network namespace's kernel counted of TCP (`/proc/net/snmp`, `/proc/net/netstat`; RFC 4022 names the first).

use std::ops::Add;

use super::kernel::Pid;
use crate::observation::Halt;

/// How often something happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counters {
    /// Segments that were sent.
    pub(super) segments: u64,
    /// Segments that were sent again.
    pub(super) sent_again: u64,
    /// Segments that had come already.
    pub(super) doubled: u64,
    /// Segments that had to wait for one that was sent before them.
    pub(super) out_of_order: u64,
}

impl Counters {
    /// Those of the namespace that a process is in.
    pub(super) fn of(process: Pid) -> Result<Counters, Halt> {
        let read = |name: &str| std::fs::read_to_string(format!("/proc/{}/net/{name}", process.0));
        Ok(Counters::read(&(read("snmp")? + &read("netstat")?)))
    }

    fn read(text: &str) -> Counters {
        let count = |group, name| count(text, group, name).unwrap_or_default();
        Counters {
            segments: count("Tcp:", "OutSegs"),
            sent_again: count("Tcp:", "RetransSegs"),
            doubled: count("TcpExt:", "TCPDSACKOldSent"),
            out_of_order: count("TcpExt:", "TCPOFOQueue"),
        }
    }

    /// What was counted since then.
    pub(super) fn since(&self, before: &Counters) -> Counters {
        Counters {
            segments: self.segments.saturating_sub(before.segments),
            sent_again: self.sent_again.saturating_sub(before.sent_again),
            doubled: self.doubled.saturating_sub(before.doubled),
            out_of_order: self.out_of_order.saturating_sub(before.out_of_order),
        }
    }
}

impl Add for Counters {
    type Output = Counters;

    fn add(self, other: Counters) -> Counters {
        Counters {
            segments: self.segments + other.segments,
            sent_again: self.sent_again + other.sent_again,
            doubled: self.doubled + other.doubled,
            out_of_order: self.out_of_order + other.out_of_order,
        }
    }
}

/// A count: a line of a group has the names, and the next one of the group the numbers.
fn count(text: &str, group: &str, name: &str) -> Option<u64> {
    let mut of_group = text
        .lines()
        .filter(|line| line.split(' ').next() == Some(group));
    let (names, numbers) = (of_group.next()?, of_group.next()?);
    let place = names.split(' ').position(|word| word == name)?;
    numbers.split(' ').nth(place)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_below_its_name() {
        let text = "Ip: A B\nIp: 1 2\nTcp: RtoMin OutSegs RetransSegs\nTcp: 200 7 3\nTcpExt: TCPOFOQueue TCPDSACKOldSent\nTcpExt: 4 5\n";
        let counters = Counters::read(text);
        let expected = Counters {
            segments: 7,
            sent_again: 3,
            doubled: 5,
            out_of_order: 4,
        };
        assert_eq!(counters, expected);
        assert_eq!((counters + counters).since(&counters), counters);
        for other in ["", "Tcp: OutSegs", "Tcp: OutSegs\nTcp: x"] {
            assert_eq!(Counters::read(other), Counters::default(), "{other}");
        }
    }

    #[test]
    fn this_kernel_has_every_one_of_them() {
        let read = |name: &str| std::fs::read_to_string(format!("/proc/self/net/{name}")).unwrap();
        let text = read("snmp") + &read("netstat");
        for (group, name) in [
            ("Tcp:", "OutSegs"),
            ("Tcp:", "RetransSegs"),
            ("TcpExt:", "TCPDSACKOldSent"),
            ("TcpExt:", "TCPOFOQueue"),
        ] {
            assert!(count(&text, group, name).is_some(), "{name}");
        }
    }
}
