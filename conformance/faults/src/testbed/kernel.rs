//! What the kernel shows of a process and of its network namespace.

use std::net::SocketAddr;

use procfs::net::{TcpNetEntry, TcpState};
use procfs::process::{ProcState, Process};

use crate::observation::Halt;

/// A process of ours, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pid(pub(super) i32);

/// Which end of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends {
    /// The address of the end that is asked about.
    pub(crate) local: SocketAddr,
    /// The address of the other one.
    pub(crate) remote: SocketAddr,
}

impl Ends {
    /// The same connection, seen from the other end.
    pub(crate) fn turned(self) -> Ends {
        Ends {
            local: self.remote,
            remote: self.local,
        }
    }
}

impl Pid {
    /// A process by its number.
    pub(crate) fn of(number: i32) -> Pid {
        Pid(number)
    }

    /// Its number.
    pub(crate) fn number(self) -> i32 {
        self.0
    }

    /// This process, which is in this machine's own network.
    pub(crate) fn this() -> Pid {
        Pid(nix::unistd::getpid().as_raw())
    }

    /// One end of a connection, as the network namespace of this process has it. `None` where the namespace does not know it.
    pub(crate) fn socket(self, ends: Ends) -> Result<Option<TcpNetEntry>, Halt> {
        Ok(self
            .sockets()?
            .into_iter()
            .find(|entry| entry.local_address == ends.local && entry.remote_address == ends.remote))
    }

    /// All TCP sockets of its network namespace. An IPv4 address is one in whatever family's socket it is.
    pub(crate) fn sockets(self) -> Result<Vec<TcpNetEntry>, Halt> {
        let mut sockets = self.ask("its sockets", |process| process.tcp())?;
        // A kernel without IPv6 has no such table.
        let others = Process::new(self.0).and_then(|process| process.tcp6());
        for mut socket in others.unwrap_or_default() {
            for address in [&mut socket.local_address, &mut socket.remote_address] {
                address.set_ip(address.ip().to_canonical());
            }
            sockets.push(socket);
        }
        Ok(sockets)
    }

    /// The state of one end of a connection, in the kernel's word; `none` where the namespace does not know it.
    pub(crate) fn state(self, ends: Ends) -> Result<String, Halt> {
        let entry = self.socket(ends)?;
        Ok(entry.map_or("none".to_owned(), |entry| word(&entry.state)))
    }

    /// How many descriptors it has open.
    pub(crate) fn descriptors(self) -> Result<usize, Halt> {
        // The size of that folder counts one too many while a thread waits in accept: its number is taken before there is a connection.
        let folder = std::fs::read_dir(format!("/proc/{}/fd", self.0));
        folder.map(Iterator::count).map_err(|why| {
            Halt::could_not(format_args!("process {}, its descriptors", self.0), why)
        })
    }

    /// How many of the processes that it started still exist.
    pub(crate) fn children(self) -> Result<usize, Halt> {
        Ok(self.child_processes()?.len())
    }

    /// The processes that it started and that still exist, or ended and were not waited for.
    pub(crate) fn child_processes(self) -> Result<Vec<Pid>, Halt> {
        self.ask("its children", |process| {
            let mut children = Vec::new();
            for task in process.tasks()? {
                let of_task = task?.children()?.into_iter();
                children.extend(
                    of_task
                        .filter_map(|child| i32::try_from(child).ok())
                        .map(Pid),
                );
            }
            Ok(children)
        })
    }

    /// Whether a signal has stopped it.
    pub(crate) fn is_stopped(self) -> Result<bool, Halt> {
        self.ask("its state", |process| {
            Ok(process.stat()?.state()? == ProcState::Stopped)
        })
    }

    /// Whether all its threads wait for something else than a processor. A process that is gone waits for nothing any more, and counts as asleep.
    pub(crate) fn is_asleep(self) -> bool {
        let asleep = |state: ProcState| !matches!(state, ProcState::Running | ProcState::Waiting);
        let threads = Process::new(self.0).and_then(|process| {
            let tasks = process.tasks()?.flatten();
            // One that ends between two looks is no reason to stay awake.
            let states = tasks.filter_map(|task| task.stat().ok()?.state().ok());
            Ok(states.collect::<Vec<_>>())
        });
        threads.is_ok_and(|states| states.into_iter().all(asleep)) || !self.exists()
    }

    /// Whether it has ended, waited for or not.
    pub(crate) fn has_ended(self) -> bool {
        let state = Process::new(self.0).and_then(|process| process.stat()?.state());
        state.map_or(true, |state| {
            matches!(state, ProcState::Zombie | ProcState::Dead)
        })
    }

    fn exists(self) -> bool {
        Process::new(self.0).is_ok()
    }

    /// CPU time so far, user and system together, in hundredths of a second (`USER_HZ`, which is 100 on every Linux).
    pub(crate) fn cpu_time(self) -> Result<u64, Halt> {
        self.ask("its CPU time", |process| {
            let stat = process.stat()?;
            Ok(stat.utime + stat.stime)
        })
    }

    fn ask<T>(
        self,
        what: &str,
        question: impl FnOnce(&Process) -> procfs::ProcResult<T>,
    ) -> Result<T, Halt> {
        let answer = Process::new(self.0).and_then(|process| question(&process));
        answer.map_err(|why| Halt::could_not(format_args!("process {}, {what}", self.0), why))
    }
}

/// As `netstat` and RFC 9293 spell it.
fn word(state: &TcpState) -> String {
    let word = match state {
        TcpState::Established => "ESTABLISHED",
        TcpState::SynSent => "SYN_SENT",
        TcpState::SynRecv => "SYN_RECV",
        TcpState::FinWait1 => "FIN_WAIT1",
        TcpState::FinWait2 => "FIN_WAIT2",
        TcpState::TimeWait => "TIME_WAIT",
        TcpState::Close => "CLOSE",
        TcpState::CloseWait => "CLOSE_WAIT",
        TcpState::LastAck => "LAST_ACK",
        TcpState::Listen => "LISTEN",
        TcpState::Closing => "CLOSING",
        TcpState::NewSynRecv => "NEW_SYN_RECV",
    };
    word.to_owned()
}
