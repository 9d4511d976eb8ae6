//! The programs of util-linux and iproute2 that make hosts and set limits.

use std::path::PathBuf;

use cross::Host;
use cross::find::{Finding, Found, Missing, Origin, Remedy};

/// Where each is, or which package brings it.
#[derive(Clone)]
pub struct HostTools {
    /// Configures network interfaces, addresses and routes.
    pub ip: Finding<PathBuf>,
    /// Makes a network's weather.
    pub tc: Finding<PathBuf>,
    /// Starts a program in a namespace.
    pub nsenter: Finding<PathBuf>,
    /// Starts a program in a namespace of its own.
    pub unshare: Finding<PathBuf>,
    /// Starts a program with other limits.
    pub prlimit: Finding<PathBuf>,
}

impl HostTools {
    /// Looks for them.
    pub fn find(host: &Host) -> HostTools {
        HostTools {
            ip: find(host, "ip", "iproute2"),
            tc: find(host, "tc", "iproute2"),
            nsenter: find(host, "nsenter", "util-linux"),
            unshare: find(host, "unshare", "util-linux"),
            prlimit: find(host, "prlimit", "util-linux"),
        }
    }

    /// What is not here.
    pub fn missing(&self) -> impl Iterator<Item = &Missing> {
        [&self.ip, &self.nsenter, &self.unshare, &self.prlimit]
            .into_iter()
            .filter_map(|tool| tool.as_ref().err())
    }
}

fn find(host: &Host, name: &str, package: &str) -> Finding<PathBuf> {
    // Debian keeps `ip` where only root's search path leads.
    let places = [format!("usr/sbin/{name}"), format!("sbin/{name}")];
    let found = host.program(name).map(|path| Found {
        origin: Origin::Path(path.clone()),
        value: path,
    });
    let installed = || {
        let path = places.iter().find_map(|place| host.installed(place))?;
        Some(Found {
            origin: Origin::Distribution(path.clone()),
            value: path,
        })
    };
    found.or_else(installed).ok_or_else(|| Missing {
        what: name.to_owned(),
        looked: ["PATH".to_owned()].into_iter().chain(places).collect(),
        remedy: Remedy::Packages(vec![package.to_owned()]),
    })
}
