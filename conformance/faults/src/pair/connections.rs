//! The server's connections, as the kernels of both hosts have them: which of them the server's program has, and what is still under way.
//!
//! A kernel knows a connection before the program does, while it is being made, and after the program has closed it, until the other end has acknowledged that (RFC 9293, section 3.6). Where packets are lost that takes as long as the dice want, and no program can hasten it.

use procfs::net::{TcpNetEntry, TcpState};

use super::lab::ADDRESS;
use crate::observation::Halt;
use crate::testbed::Pid;

/// One host's end of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
struct End {
    state: TcpState,
    /// Whether a process has a descriptor of it.
    has_descriptor: bool,
    /// Whether it has sent something, be it a SYN or a FIN, that is not acknowledged.
    is_unacknowledged: bool,
}

/// Whose a connection is, at the server's host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    /// No program's: it is being made, or was closed.
    Kernel,
    /// The server's, which has accepted it, or finds it in its queue.
    Program,
    /// The server's, and nobody will tell it that it is over: what the client's host sent last was lost, and that host knows the connection no more. Only keep-alive finds that (RFC 1122, section 4.2.3.6).
    HalfOpen,
}

/// How many connections of the server there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Connections {
    /// Those that the server's program has, and whose other end is there or has told its end.
    pub(super) of_program: usize,
    /// Those that it has, and whose other end is gone without a word that came.
    pub(super) half_open: usize,
    /// Whether a kernel waits for an acknowledgement, or for the end of a handshake.
    pub(super) under_way: bool,
}

impl Connections {
    /// Those between these two hosts.
    pub(super) fn between(client: Pid, server: Pid) -> Result<Connections, Halt> {
        // The client's first: what it has ended by then the server can only learn later.
        let clients = client.sockets()?;
        let servers = of_server(server)?;
        let clients = clients.iter().filter(|one| one.remote_address == ADDRESS);
        let clients: Vec<_> = clients.map(|one| (one.local_address, end(one))).collect();
        let pairs = servers.iter().map(|own| {
            let other = clients.iter().find(|one| one.0 == own.remote_address);
            (end(own), other.map(|one| one.1.clone()))
        });
        let mut connections = Connections::counted(&pairs.collect::<Vec<_>>());
        connections.under_way |= clients.iter().any(|one| one.1.is_under_way());
        Ok(connections)
    }

    /// From the server's ends, each beside the client's, where there is one.
    fn counted(pairs: &[(End, Option<End>)]) -> Connections {
        let count = |whose| {
            let all = pairs.iter().map(|(own, other)| own.whose(other.as_ref()));
            all.filter(|one| *one == whose).count()
        };
        Connections {
            of_program: count(Whose::Program),
            half_open: count(Whose::HalfOpen),
            under_way: pairs.iter().any(|(own, _)| own.is_under_way()),
        }
    }
}

impl End {
    /// Whose it is; `other` is the end at the client's host.
    fn whose(&self, other: Option<&End>) -> Whose {
        // A connection that waits to be accepted has no descriptor either. Its program has not closed it, and only such are in these two states.
        let in_queue = matches!(self.state, TcpState::Established | TcpState::CloseWait);
        if !self.has_descriptor && !in_queue {
            return Whose::Kernel;
        }
        // In all other states the client's FIN has come.
        let waits_for_fin = matches!(
            self.state,
            TcpState::Established | TcpState::FinWait1 | TcpState::FinWait2
        );
        match other {
            None if waits_for_fin => Whose::HalfOpen,
            _ => Whose::Program,
        }
    }

    fn is_under_way(&self) -> bool {
        self.is_unacknowledged
            || matches!(
                self.state,
                TcpState::SynSent | TcpState::SynRecv | TcpState::NewSynRecv
            )
    }
}

fn end(entry: &TcpNetEntry) -> End {
    End {
        state: entry.state.clone(),
        has_descriptor: entry.inode != 0,
        is_unacknowledged: entry.tx_queue > 0,
    }
}

/// The server's ends of connections, as its host has them.
pub(super) fn of_server(network: Pid) -> Result<Vec<TcpNetEntry>, Halt> {
    let sockets = network.sockets()?.into_iter();
    let of_server = sockets.filter(|socket| {
        socket.local_address.port() == ADDRESS.port() && socket.state != TcpState::Listen
    });
    Ok(of_server.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use TcpState::{
        CloseWait, Closing, Established, FinWait1, FinWait2, LastAck, SynRecv, SynSent, TimeWait,
    };

    fn end(state: TcpState) -> End {
        End {
            state,
            has_descriptor: false,
            is_unacknowledged: false,
        }
    }

    fn held(state: TcpState) -> End {
        End {
            has_descriptor: true,
            ..end(state)
        }
    }

    #[test]
    fn what_a_kernel_still_says_or_hears_is_no_programs() {
        for state in [SynRecv, FinWait1, FinWait2, Closing, LastAck, TimeWait] {
            for other in [None, Some(end(LastAck)), Some(held(Established))] {
                let whose = end(state.clone()).whose(other.as_ref());
                assert_eq!(whose, Whose::Kernel, "{state:?}");
            }
        }
    }

    #[test]
    fn a_program_has_what_it_has_a_descriptor_of_or_has_not_accepted() {
        let client = held(Established);
        for own in [
            end(Established),
            end(CloseWait),
            held(Established),
            held(FinWait2),
        ] {
            assert_eq!(own.whose(Some(&client)), Whose::Program, "{own:?}");
        }
        // Its client is gone, and it was told so.
        for own in [
            end(CloseWait),
            held(CloseWait),
            held(LastAck),
            held(Closing),
        ] {
            assert_eq!(own.whose(None), Whose::Program, "{own:?}");
        }
    }

    #[test]
    fn a_client_that_is_gone_without_a_word_leaves_a_half_open_connection() {
        for own in [end(Established), held(Established), held(FinWait2)] {
            assert_eq!(own.whose(None), Whose::HalfOpen, "{own:?}");
            // Its FIN may still come.
            let client = end(FinWait1);
            assert_eq!(own.whose(Some(&client)), Whose::Program, "{own:?}");
        }
    }

    #[test]
    fn connections_are_counted_by_whose_they_are() {
        let sending = End {
            is_unacknowledged: true,
            ..end(FinWait1)
        };
        let counted = |pairs: &[(End, Option<End>)]| Connections::counted(pairs);
        assert_eq!(counted(&[]), Connections::default());
        let pairs = [
            (end(FinWait2), None),
            (held(CloseWait), None),
            (held(Established), None),
            (held(Established), Some(held(Established))),
        ];
        let three = Connections {
            of_program: 2,
            half_open: 1,
            under_way: false,
        };
        assert_eq!(counted(&pairs), three);
        for under_way in [sending, end(SynRecv)] {
            let with = counted(&[(under_way, None)]);
            let expected = Connections {
                under_way: true,
                ..Connections::default()
            };
            assert_eq!(with, expected);
        }
        assert!(end(SynSent).is_under_way());
    }
}
