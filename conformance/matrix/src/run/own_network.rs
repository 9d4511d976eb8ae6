//! A network of the run's own: a namespace in which servers and clients meet, so that this machine keeps none of their connections in TIME_WAIT, and gives none of its ports away.
//!
//! It lives as long as a process that waits for the end of its input, and so ends with this program, however that ends. Where this user may make none, the programs meet in this machine's own network.

use std::path::PathBuf;
use std::time::Duration;

use cross::Host;
use cross::process::{Invocation, Running};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::ChildStdin;

const MADE_WITHIN: Duration = Duration::from_secs(10);

/// A network that only this run's programs are in.
pub(super) struct OwnNetwork {
    holder: Running,
    nsenter: PathBuf,
    /// Whether it belongs to a user namespace of its own.
    in_user_namespace: bool,
    /// When it is closed, the network ends.
    _input: ChildStdin,
}

impl OwnNetwork {
    /// Makes one, in the first way that this user is allowed: directly, or in a user namespace.
    ///
    /// # Errors
    /// Why there is none, in words.
    pub(super) async fn new(host: &Host) -> Result<OwnNetwork, String> {
        let found = |name: &str| {
            let program = host.program(name);
            program.ok_or_else(|| format!("no program `{name}`"))
        };
        let (unshare, nsenter, ip) = (found("unshare")?, found("nsenter")?, found("ip")?);
        let mut refused = String::new();
        for (in_user_namespace, options) in [
            (false, &["--net", "--"][..]),
            (true, &["--user", "--map-root-user", "--net", "--"]),
        ] {
            let script = format!("{} link set lo up && echo here && exec cat", ip.display());
            let waiting = Invocation::new("/bin/sh").args(["-c", &script]);
            let make = Invocation::new(&unshare).args(options);
            match hold(&waiting.started_by(make).kill_with_parent(host)).await {
                Ok((holder, input)) => {
                    return Ok(OwnNetwork {
                        holder,
                        nsenter,
                        in_user_namespace,
                        _input: input,
                    });
                }
                Err(why) => refused = why,
            }
        }
        Err(refused)
    }

    /// The same program, to be started in this network.
    pub(super) fn inside(&self, program: Invocation) -> Invocation {
        let mut enter = Invocation::new(&self.nsenter)
            .arg("--target")
            .arg(self.holder.pid().unwrap_or_default().to_string())
            .arg("--net");
        if self.in_user_namespace {
            enter = enter.args(["--user", "--preserve-credentials"]);
        }
        program.started_by(enter.arg("--"))
    }
}

/// Starts what holds a network, and waits until it says that it does.
async fn hold(program: &Invocation) -> Result<(Running, ChildStdin), String> {
    let mut holder = program.start().map_err(|error| error.to_string())?;
    let streams = holder.streams();
    let (input, output, errors) = streams.ok_or("its streams are not piped")?;
    let mut lines = (
        BufReader::new(output).lines(),
        BufReader::new(errors).lines(),
    );
    let said = tokio::time::timeout(MADE_WITHIN, lines.0.next_line()).await;
    match said {
        Ok(Ok(Some(line))) if line == "here" => Ok((holder, input)),
        Err(_) => Err(format!("nothing within {} s", MADE_WITHIN.as_secs())),
        _ => {
            let why = tokio::time::timeout(MADE_WITHIN, lines.1.next_line()).await;
            Err(why.ok().and_then(Result::ok).flatten().unwrap_or_default())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn programs_in_it_meet_in_a_network_that_nobody_else_is_in() {
        let own = std::fs::read_link("/proc/self/ns/net").unwrap();
        let network = match OwnNetwork::new(&Host::this()).await {
            Ok(network) => network,
            // Where this user may make none, that is what the run says.
            Err(why) => return assert!(!why.is_empty()),
        };
        let link = || {
            let program = Invocation::new("/bin/readlink").arg("/proc/self/ns/net");
            network.inside(program)
        };
        let (one, other) = (link(), link());
        let (one, other) = (one.run(MADE_WITHIN).await, other.run(MADE_WITHIN).await);
        let (one, other) = (one.unwrap(), other.unwrap());
        assert_eq!(one, other);
        assert_ne!(one.trim_end(), own.to_str().unwrap());
        let interfaces = Invocation::new("/bin/cat").arg("/proc/net/dev");
        let interfaces = network.inside(interfaces).run(MADE_WITHIN).await.unwrap();
        assert!(
            interfaces.contains("lo:") && !interfaces.contains("eth0:"),
            "{interfaces}"
        );
    }
}
