//! Tries implementations: brings each, has it carry out the orders, and compares.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use cross::Host;
use cross::process;
use kit::exit::Exit;
use kit::machine::cores;
use kit::pool::Pool;
use kit::progress::Bar;
use proto::{Reply, Request, Why};

use crate::compare::{Compared, compare, orders};
use crate::implementation::Implementation;
use crate::install::{Installed, install};
use crate::known::Known;
use crate::message::Message;
use crate::order::Answer;

/// A thousand messages take a second.
const CODEC_TIMEOUT: Duration = Duration::from_secs(120);

/// An implementation, and what came of it.
#[derive(Debug)]
pub struct Tried {
    /// Which.
    pub implementation: Implementation,
    /// What carried the orders out, with versions; empty where nothing did.
    pub runner: String,
    /// What it wrote and read; or why it could not run.
    pub result: Result<Compared, String>,
}

/// What is said of an implementation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It reads what ours writes, and ours reads what it writes.
    Agrees,
    /// It differs in messages of which that is known, and in no other.
    AsKnown,
    /// It differs.
    Differs,
    /// It was known to differ, and does not.
    Mended,
    /// Nothing is known.
    CouldNotRun,
}

impl Tried {
    /// Where it is known to differ.
    pub fn known(&self) -> Option<&Known> {
        let known = self.implementation.known.as_ref();
        known.filter(|known| known.is_of(&self.runner))
    }

    /// What is said of it.
    pub fn verdict(&self) -> Verdict {
        let Ok(compared) = &self.result else {
            return Verdict::CouldNotRun;
        };
        let mut differing = compared.differing().iter();
        match (self.known(), differing.len()) {
            (None, 0) => Verdict::Agrees,
            (Some(_), 0) => Verdict::Mended,
            (Some(known), _)
                if differing.all(|(side, message)| known.admits(side.reads(), *message)) =>
            {
                Verdict::AsKnown
            }
            _ => Verdict::Differs,
        }
    }
}

/// How a command ends that tried these.
pub fn exit(tried: &[Tried]) -> Exit {
    let any = |verdicts: &[Verdict]| {
        let mut all = tried.iter();
        all.any(|one| verdicts.contains(&one.verdict()))
    };
    if any(&[Verdict::Differs, Verdict::Mended]) {
        Exit::Failed
    } else if any(&[Verdict::CouldNotRun]) {
        Exit::CouldNotRun
    } else {
        Exit::Held
    }
}

/// Tries all of these with the same requests, their replies, and every refusal; in the order in which they were given.
pub async fn try_all(
    implementations: Vec<Implementation>,
    requests: &[Request],
    host: &Host,
    bar: &Bar,
) -> Vec<Tried> {
    let replies = requests.iter().map(|request| request.answer());
    let refusals = [Why::Malformed, Why::Overflow, Why::TooLarge].map(Reply::Refused);
    let replies = replies.chain(refusals).map(Message::Reply);
    let requests = requests.iter().copied().map(Message::Request);
    let messages: Arc<[Message]> = requests.chain(replies).collect();
    let mut pool = Pool::new(cores());
    for (place, one) in implementations.iter().enumerate() {
        let (one, host, bar) = (one.clone(), host.clone(), bar.clone());
        let messages = Arc::clone(&messages);
        pool.spawn(place, async move {
            bar.at(&one.name);
            let result = try_one(&one, &messages, &host).await;
            bar.done();
            result.map_err(|why| format!("{why:#}"))
        });
    }
    let mut tried = Vec::new();
    while let Some((place, result)) = pool.next().await {
        let Some(implementation) = implementations.get(place) else {
            continue;
        };
        let (runner, result) = match result.and_then(|result| result) {
            Ok((runner, compared)) => (runner, Ok(compared)),
            Err(why) => (String::new(), Err(why)),
        };
        let implementation = implementation.clone();
        tried.push((
            place,
            Tried {
                implementation,
                runner,
                result,
            },
        ));
    }
    tried.sort_by_key(|(place, _)| *place);
    tried.into_iter().map(|(_, tried)| tried).collect()
}

async fn try_one(
    one: &Implementation,
    messages: &[Message],
    host: &Host,
) -> anyhow::Result<(String, Compared)> {
    let encoding = one.ours().context("PROTOCOL.md has no such encoding")?;
    let Installed { program, runner } = install(one, host).await?;
    let orders = orders(messages, encoding);
    let mut file = tempfile::NamedTempFile::new()?;
    for order in &orders {
        writeln!(file, "{order}")?;
    }
    file.flush()?;
    // The length before a frame; a line has only its end.
    let form = match encoding.envelope() {
        Some(4) => "framed",
        _ => "bare",
    };
    let program = program.arg(file.path()).arg(form).kill_with_parent(host);
    let output = program.output(CODEC_TIMEOUT).await?;
    let answers: Vec<Answer> = output.stdout.lines().map(Answer::of).collect();
    if output.exit != process::Exit::Code(0) {
        let last = orders.get(answers.len());
        let last = last.map_or(String::new(), |order| format!(" at `{order}`"));
        anyhow::bail!(
            "its codec {}{last}: {}",
            output.exit,
            output.stderr.trim_end()
        );
    }
    Ok((runner, compare(&orders, &answers, encoding)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::implementation::all;

    fn tried(name: &str, result: Result<Compared, String>) -> Tried {
        let implementation = all().iter().find(|one| one.name == name).unwrap().clone();
        Tried {
            implementation,
            runner: String::new(),
            result,
        }
    }

    /// As an implementation that fails at these orders, and is right in all others.
    fn failing_at(encoding: &str, failing: &[&str]) -> Compared {
        let encoding = proto::named(encoding).unwrap();
        let messages: Vec<Message> = ["request -128 5", "sum 7", "refused overflow"]
            .map(|text| text.parse().unwrap())
            .to_vec();
        let orders = orders(&messages, encoding);
        let answers = orders.iter().map(|order| {
            let message = order.message();
            match order {
                _ if failing.contains(&order.to_string().as_str()) => Answer::of("failed"),
                crate::order::Order::Write(_) => Answer::Octets(message.octets(encoding).unwrap()),
                crate::order::Order::Read(..) => Answer::Message(message),
            }
        });
        let answers: Vec<Answer> = answers.collect();
        compare(&orders, &answers, encoding)
    }

    #[test]
    fn a_known_difference_holds_and_any_other_and_its_end_are_failures() {
        let of = |name: &str, failing: &[&str]| tried(name, Ok(failing_at("der", failing)));
        let cases = [
            (of("asn1tools", &[]), Verdict::Agrees, Exit::Held),
            (
                of("asn1tools", &["write sum 7"]),
                Verdict::Differs,
                Exit::Failed,
            ),
            (
                of("pyasn1", &["write request -128 5"]),
                Verdict::AsKnown,
                Exit::Held,
            ),
            (
                of("pyasn1", &["write request -128 5", "write sum 7"]),
                Verdict::Differs,
                Exit::Failed,
            ),
            // It is known to write so, and not to read so.
            (
                of("pyasn1", &["read request 000000083006020180020105"]),
                Verdict::Differs,
                Exit::Failed,
            ),
            (of("pyasn1", &[]), Verdict::Mended, Exit::Failed),
            (
                tried("pyasn1", Err("no pip".to_owned())),
                Verdict::CouldNotRun,
                Exit::CouldNotRun,
            ),
        ];
        for (one, verdict, code) in cases {
            let name = one.implementation.name.clone();
            assert_eq!(one.verdict(), verdict, "{name}");
            assert_eq!(exit(&[one]), code, "{name}");
        }
    }

    /// Another version of the system's package may differ nowhere.
    #[test]
    fn a_difference_that_is_known_of_another_version_is_not_known() {
        let of = |runner: &str, failing: &[&str]| Tried {
            runner: runner.to_owned(),
            ..tried("jackson", Ok(failing_at("cbor", failing)))
        };
        let (old, new) = (
            "Java, libjackson2-dataformat-cbor 2.7.8-5",
            "Java, libjackson2-dataformat-cbor 2.14.2-1",
        );
        for (runner, verdict) in [(old, Verdict::Mended), (new, Verdict::Agrees)] {
            assert_eq!(of(runner, &[]).verdict(), verdict);
        }
        let read = "read reply 00000006a16373756d07";
        assert_eq!(of(new, &[read]).verdict(), Verdict::Differs);
    }

    /// A difference is worse news than what could not run.
    #[test]
    fn what_could_not_run_hides_no_difference() {
        let both = [
            tried("asn1js", Err("no npm".to_owned())),
            tried("asn1tools", Ok(failing_at("der", &["write sum 7"]))),
        ];
        assert_eq!(exit(&both), Exit::Failed);
    }
}
