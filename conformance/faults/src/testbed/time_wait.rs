//! Whether this machine's network has room for another connection in TIME_WAIT. Where it has none, the kernel forgets a connection at once, and what a scenario must see there cannot be seen.

use std::fs;

use crate::observation::Halt;

/// What happens to the end of a connection that closed first says nothing about the programs where the kernel has no room for it.
///
/// # Errors
/// [`Halt::CouldNotRun`]: there is none. A kernel that does not say is taken to have room.
pub(crate) fn has_room() -> Result<(), Halt> {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let (waiting, most) = (
        waiting(&read("/proc/net/sockstat")),
        read("/proc/sys/net/ipv4/tcp_max_tw_buckets")
            .trim()
            .parse()
            .ok(),
    );
    match (waiting, most) {
        (Some(waiting), Some(most)) if waiting >= most => {
            Err(Halt::CouldNotRun(full(waiting, most)))
        }
        _ => Ok(()),
    }
}

fn full(waiting: u64, most: u64) -> String {
    format!(
        "{waiting} connections of this machine are in TIME_WAIT, and the kernel keeps {most} (net.ipv4.tcp_max_tw_buckets): it forgets others at once. They leave within a minute of their end"
    )
}

/// The count in `/proc/net/sockstat`: `TCP: inuse 5 orphan 0 tw 31 alloc 9 mem 1`.
fn waiting(sockstat: &str) -> Option<u64> {
    let line = sockstat
        .lines()
        .find_map(|line| line.strip_prefix("TCP:"))?;
    let mut words = line.split_whitespace();
    words.find(|word| *word == "tw")?;
    words.next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_count_is_read() {
        let text =
            "sockets: used 30\nTCP: inuse 1 orphan 0 tw 131072 alloc 1 mem 0\nUDP: inuse 0 mem 0\n";
        assert_eq!(waiting(text), Some(131_072));
        for other in ["", "TCP: inuse 1", "TCP: tw", "UDP: tw 5"] {
            assert_eq!(waiting(other), None, "{other}");
        }
        // This machine's own has one, full or not.
        let own = fs::read_to_string("/proc/net/sockstat").unwrap();
        assert!(waiting(&own).is_some(), "{own}");
    }
}
