//! A user's own server and client, of a file of participants: which, how they are built, and what they are held to.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use cross::find::{Found, Origin};
use cross::process::{Exit, Invocation};
use cross::runner::Runner;
use cross::{Host, Target, TargetTools, trust};
use layout::Abis;

use super::super::{Unusable, say_if_nothing_is_kept, unusable};
use super::{inside_this, tools};
use crate::cli;
use faults::report::Subject;
use faults::{Asking, PairLab, Programs, Said, Terms};
use kit::names::Unknown;
use kit::progress::Progress;
use matrix::file::File;
use matrix::own::Promise;
use matrix::participant::{Implementation, Participant, implementations, participants};
use matrix::run::alone::ClientSaid;
use matrix::run::build::{self as built, BuildCache, Built, Serving};
use matrix::workspace::workspace;

/// Who plays in the scenarios, and what they are held to: all that a file says, before anything is built.
pub(super) struct Pair {
    terms: Terms,
    exchange: Exchange,
    server: Participant,
    client: Participant,
}

impl Pair {
    /// From the file that the command line names, and those whom it names of it.
    ///
    /// # Errors
    /// The file cannot be read, or has nobody for a part.
    pub(super) fn read(options: &cli::Faults, path: &Path) -> anyhow::Result<Pair> {
        let file = File::read(path, Abis::builtin()).map_err(|why| unusable(why.into()))?;
        let names: Vec<_> = faults::of_pairs().iter().map(|one| one.name).collect();
        let terms = Terms::read(path, &file.text, &names).map_err(|why| unusable(why.into()))?;
        let exchange = Exchange::of(&file, &terms)?;
        let candidates = candidates(&file);
        let (server, client) = (options.server.as_deref(), options.client.as_deref());
        let serves = |one: &Implementation| one.serves();
        let asks = |one: &Implementation| one.asks();
        Ok(Pair {
            server: pick(&candidates, server, "serves", &exchange, serves)?,
            client: pick(&candidates, client, "asks", &exchange, asks)?,
            terms,
            exchange,
        })
    }
}

/// Builds what a file tells of, and reads what it is held to.
pub(super) async fn lab(options: &cli::Faults, host: &Host) -> anyhow::Result<(PairLab, Subject)> {
    let path = options.file.as_deref().unwrap_or(Path::new(""));
    if path.exists() {
        trust::check(path, host)?;
    }
    let Pair {
        terms,
        exchange,
        server,
        client,
    } = Pair::read(options, path)?;
    let subject = Subject {
        file: path.to_owned(),
        server: server.id.implementation.clone(),
        client: client.id.implementation.clone(),
        encoding: exchange.encoding.clone(),
        request: exchange.request.clone(),
    };
    let server_built = build(host, &server).await?;
    let client_built = match client.id == server.id {
        true => server_built.clone(),
        false => build(host, &client).await?,
    };
    let (Some(server), Some(client)) = (server_built.server, client_built.client) else {
        anyhow::bail!("a participant was built without its server or client");
    };
    let lab = PairLab {
        programs: Arc::new(Own {
            server,
            client,
            exchange,
        }),
        terms,
        tools: tools(host),
        inside: inside_this(host)?,
    };
    Ok((lab, subject))
}

/// What is asked, in which encoding, and what is right.
struct Exchange {
    encoding: String,
    request: String,
    right: String,
}

impl Exchange {
    fn of(file: &File, terms: &Terms) -> anyhow::Result<Exchange> {
        let encodings: Vec<&str> = match file.has_protocol() {
            true => file.encodings.iter().map(|one| one.name.as_str()).collect(),
            false => implemented(file),
        };
        let encoding = match &terms.encoding {
            None => encodings.first().copied().unwrap_or_default().to_owned(),
            Some(name) if encodings.contains(&name.as_str()) => name.clone(),
            Some(name) => {
                let hint = format!("; {} lists them", file.path.display());
                return Err(Unknown::new("encoding", name, encodings, &hint).into());
            }
        };
        let (request, right) = match file.has_protocol() {
            true => question(file, terms)?,
            false => sum(file, terms)?,
        };
        Ok(Exchange {
            encoding,
            request,
            right,
        })
    }
}

/// The encodings of PROTOCOL.md that the file's participants implement, in their order.
fn implemented(file: &File) -> Vec<&str> {
    let all = file.implementations.iter().flat_map(|one| &one.encodings);
    all.map(String::as_str).collect()
}

/// One of the file's requests that has a reply, and that reply.
fn question(file: &File, terms: &Terms) -> anyhow::Result<(String, String)> {
    let asked = file.vectors.iter().filter_map(|one| match &one.promise {
        Promise::Reply(reply) => Some((one.request.clone(), reply.clone())),
        Promise::Refused(_) => None,
    });
    let asked: Vec<_> = asked.collect();
    match &terms.request {
        None => asked.into_iter().next().ok_or_else(|| {
            let why = "no [[vector]] has a `reply`: scenarios need a request that is answered";
            Unusable(format!("{}: {why}", file.path.display())).into()
        }),
        Some(request) => {
            let words = request.split_whitespace().collect::<Vec<_>>().join(" ");
            let found = asked.iter().find(|(asked, _)| *asked == words);
            found.cloned().ok_or_else(|| {
                let requests = asked.iter().map(|(request, _)| request.as_str());
                let hint = "; a [[vector]] with a `reply` has it";
                Unknown::new("request", request, requests, hint).into()
            })
        }
    }
}

/// Two numbers, and their sum.
fn sum(file: &File, terms: &Terms) -> anyhow::Result<(String, String)> {
    let request = terms.request.clone().unwrap_or("1 2".to_owned());
    let numbers: Result<Vec<i64>, _> = request.split_whitespace().map(str::parse).collect();
    let sum = match numbers.as_deref() {
        Ok([a, b]) => a.checked_add(*b),
        _ => None,
    };
    let sum = sum.ok_or_else(|| {
        let why =
            format!("`{request}` is no request of the sums: two numbers are, such as \"1 2\"");
        Unusable(format!("{}: {why}", file.path.display()))
    })?;
    Ok((request, sum.to_string()))
}

/// The participants of the file; where it joins the sums, those of this repository after them, to meet it.
fn candidates(file: &File) -> Vec<Arc<Implementation>> {
    let ours: &[_] = match file.has_protocol() {
        true => &[],
        false => implementations(),
    };
    file.implementations.iter().chain(ours).cloned().collect()
}

/// The participant that plays a part on this machine: the one that is named, or the first that can.
fn pick(
    candidates: &[Arc<Implementation>],
    name: Option<&str>,
    part: &'static str,
    exchange: &Exchange,
    plays: impl Fn(&Implementation) -> bool,
) -> anyhow::Result<Participant> {
    let native: Vec<_> = cross::targets()
        .filter(|target| target.is_native())
        .collect();
    let playing = candidates
        .iter()
        .filter(|one| plays(one) && one.implements(&exchange.encoding));
    let playing: Vec<_> = playing.cloned().collect();
    let names = playing.iter().map(|one| one.name.as_str());
    if let Some(name) = name
        && !names.clone().any(|one| one == name)
    {
        let hint = format!(
            "; a participant of the file that {part} `{}` was expected",
            exchange.encoding
        );
        return Err(Unknown::new("participant", name, names, &hint).into());
    }
    let mut left_out = Vec::new();
    for one in playing
        .iter()
        .filter(|one| name.is_none_or(|name| one.name == name))
    {
        let (mut can, cannot) = participants(&[Arc::clone(one)], &native, Abis::builtin(), true);
        if let Some(participant) = can.pop() {
            return Ok(participant);
        }
        left_out.extend(
            cannot
                .iter()
                .map(|one| format!("; {}: {}", one.id, one.why)),
        );
    }
    let why = format!(
        "nobody {part} `{}` on this machine{}",
        exchange.encoding,
        left_out.concat()
    );
    Err(Unusable(why).into())
}

/// Builds a participant to run on this machine, in the hosts that are made here.
async fn build(host: &Host, participant: &Participant) -> anyhow::Result<Built> {
    let tools = native_tools(host, participant.target).await?;
    let progress = Progress::on_stderr().moment("building the programs");
    // A user's own programs need no checkout of this one.
    let built = BuildCache::new(host, workspace(host).ok())
        .build(participant, &tools)
        .await;
    drop(progress);
    built.with_context(|| format!("{} cannot be built", participant.id))
}

/// What builds for this machine; what it builds runs here, even where another runner is configured.
pub(super) async fn native_tools(
    host: &Host,
    target: &'static Target,
) -> anyhow::Result<TargetTools> {
    say_if_nothing_is_kept(host);
    let names = [target.name.as_str()].into();
    let tools = kit::tools::Tools::find(host.clone(), Abis::builtin(), &names).await?;
    let target_tools = tools
        .by_target
        .get(&target.name)
        .context("no tools were looked for")?;
    let runner = Found {
        value: Runner::Native,
        origin: Origin::Native,
    };
    Ok(TargetTools {
        runner: Ok(runner),
        ..target_tools.clone()
    })
}

/// The two programs, and what is asked.
struct Own {
    server: Serving,
    client: built::Asking,
    exchange: Exchange,
}

impl Programs for Own {
    fn serve(&self, at: SocketAddr) -> Invocation {
        self.server.at(&self.exchange.encoding, at)
    }

    fn ask(&self, at: SocketAddr) -> Asking {
        let Exchange {
            encoding, request, ..
        } = &self.exchange;
        asked(&self.client, encoding, at, request)
    }

    fn said(&self, exit: Exit, printed: &str) -> Said {
        said(&self.client, exit, printed)
    }

    fn right(&self) -> &str {
        &self.exchange.right
    }
}

/// A client that asks, in the words of `faults`.
pub(super) fn asked(
    client: &built::Asking,
    encoding: &str,
    at: SocketAddr,
    request: &str,
) -> Asking {
    let (invocation, input) = client.of(encoding, at, request);
    Asking { invocation, input }
}

/// What it says, in the words of `faults`.
pub(super) fn said(client: &built::Asking, exit: Exit, printed: &str) -> Said {
    match client.said(exit, printed) {
        ClientSaid::Reply(words) => Said::Reply(words),
        ClientSaid::Failed(how) => Said::Failed(how),
        ClientSaid::Nothing(how) => Said::Hidden(how),
    }
}
