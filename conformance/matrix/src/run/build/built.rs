//! A participant that was built, and how each part of it is started.

use std::net::IpAddr;

use cross::process::Invocation;
use cross::wine::{Prefix, Wine};

use super::black_box::Start;
use crate::run::network::Network;

/// A participant that was built: how to start it.
#[derive(Clone, Debug)]
pub struct Built {
    /// How it serves, if it does.
    pub server: Option<Serving>,
    /// How it asks, if it does.
    pub client: Option<Asking>,
    /// What compiled it, such as `gcc 12.2.0`.
    pub compiler: String,
    /// What runs it, such as `qemu-ppc-static 7.2.22`.
    pub runner: String,
    /// Wine, where it starts it: it needs a prefix.
    pub wine: Option<Wine>,
    /// What leads to the machine that it runs on, if that is not this one.
    pub machine: Option<String>,
    /// Where its server listens and is reached, if a setting says so.
    pub address: Option<IpAddr>,
    /// Whether it is started by no command of the user's, and needs nothing of this machine's network: then it can be started in one of the run's own.
    pub is_plain: bool,
    /// Whether it was built now, and not found in the cache.
    pub is_new: bool,
}

#[cfg(test)]
impl Built {
    /// One that nothing starts.
    pub(in crate::run) fn of_nothing() -> Built {
        Built {
            server: None,
            client: None,
            compiler: String::new(),
            runner: String::new(),
            wine: None,
            machine: None,
            address: None,
            is_plain: true,
            is_new: false,
        }
    }
}

impl Built {
    /// The same, with servers and clients started by another program, where they speak the contract.
    pub(in crate::run) fn started(self, by: impl Fn(Invocation) -> Invocation) -> Built {
        Built {
            server: self.server.map(|server| match server {
                Serving::ByContract(server) => Serving::ByContract(by(server)),
                black_box @ Serving::BlackBox(_) => black_box,
            }),
            client: self.client.map(|client| match client {
                Asking::ByContract(client, lines) => Asking::ByContract(by(client), lines),
                black_box @ Asking::BlackBox(_) => black_box,
            }),
            ..self
        }
    }

    /// The same, in a prefix of wine's, where wine starts it.
    pub(in crate::run) fn in_prefix(self, prefix: &Prefix) -> Built {
        if self.wine.is_none() {
            return self;
        }
        let mut built = self.started(|program| prefix.inside(program));
        for start in built.black_boxes() {
            start.variables.extend(prefix.variables());
        }
        built
    }

    /// The same, in a network.
    pub(in crate::run) fn in_network(self, network: &Network) -> Built {
        let mut built = self.started(|program| network.inside(program));
        for start in built.black_boxes() {
            start.network = network.clone();
        }
        built
    }

    /// How it is started, where it is a black box.
    fn black_boxes(&mut self) -> impl Iterator<Item = &mut Start> {
        let serving = self.server.iter_mut().filter_map(|server| match server {
            Serving::BlackBox(start) => Some(start),
            Serving::ByContract(_) => None,
        });
        let asking = self.client.iter_mut().filter_map(|client| match client {
            Asking::BlackBox(start) => Some(start),
            Asking::ByContract(..) => None,
        });
        serving.chain(asking)
    }

    /// Whether all of it can be started in a network of the run's own: a user's command and another machine are in others.
    pub(in crate::run) fn fits_own_network(&self) -> bool {
        self.is_plain && self.address.is_none()
    }

    /// Whether a relay stands between it and the others.
    pub(in crate::run) fn is_black_box(&self) -> bool {
        matches!(self.server, Some(Serving::BlackBox(_)))
            || matches!(self.client, Some(Asking::BlackBox(_)))
    }

    /// Whether a client's machine reaches this server: it does on one machine, and otherwise where a setting gives the server's address.
    pub fn is_reached_by(&self, client: &Built) -> bool {
        self.machine == client.machine || self.address.is_some()
    }
}

/// How a server is started.
#[derive(Clone, Debug)]
pub enum Serving {
    /// As PARTICIPANTS.md says; `abi` or `serve ...` is to be appended.
    ByContract(Invocation),
    /// As a black box.
    BlackBox(Start),
}

/// In which form a client reads its lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lines {
    /// In words.
    #[default]
    Words,
    /// As JSON objects.
    Json,
}

/// How a client is started.
#[derive(Clone, Debug)]
pub enum Asking {
    /// As PARTICIPANTS.md says; `drive` is to be appended.
    ByContract(Invocation, Lines),
    /// As a black box.
    BlackBox(Start),
}
