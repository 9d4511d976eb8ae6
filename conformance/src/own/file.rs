//! The file of a user's own participants, read. Whatever is wrong in it is told with its line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cross::target::{did_you_mean, nearest};
use proto::Family;
use serde::Deserialize;
use toml::Spanned;

use super::claim::{self, Claim, Island};
use super::command::Command;
use super::place::line;
use super::program::{Asks, Program, Serves};
use super::variables::{Builtin, Wrong};
use super::{Encoding, Promise, Vector};
use crate::fingerprint::Fingerprint;
use crate::participant::{Build, Implementation, implementations};
use crate::suite::On;

/// What is in a file of participants.
#[derive(Debug)]
pub struct File {
    /// Where it is.
    pub path: PathBuf,
    /// The participants.
    pub implementations: Vec<Implementation>,
    /// Their encodings; none where they implement those of PROTOCOL.md.
    pub encodings: Vec<Encoding>,
    /// What is asked in each cell.
    pub vectors: Vec<Vector>,
    /// A fingerprint of the text.
    pub fingerprint: String,
}

/// A file that cannot be used, and why.
#[derive(Debug, thiserror::Error)]
#[error("{}{}: {why}", .path.display(), .line.map_or(String::new(), |line| format!(":{line}")))]
pub struct Unreadable {
    path: PathBuf,
    line: Option<usize>,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    variables: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    participant: Vec<ParticipantRow>,
    #[serde(default)]
    encoding: Vec<EncodingRow>,
    #[serde(default)]
    vector: Vec<VectorRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ParticipantRow {
    name: Spanned<String>,
    #[serde(default)]
    build: Vec<Spanned<String>>,
    server: Option<Spanned<String>>,
    client: Option<Spanned<String>>,
    listen: Option<Spanned<String>>,
    ask: Option<Spanned<String>>,
    encodings: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    targets: Vec<On>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EncodingRow {
    name: Spanned<String>,
    family: FamilyWord,
    claim: ClaimWord,
    facts: Option<Vec<Spanned<String>>>,
    reason: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum FamilyWord {
    Text,
    Raw,
    Explicit,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ClaimWord {
    CorrectEverywhere,
    CorrectWithinAnIsland,
    KnownBroken,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VectorRow {
    request: Spanned<String>,
    reply: Option<String>,
    refused: Option<String>,
}

/// A file larger than this is none that somebody wrote.
const LARGEST: u64 = 1 << 20;

impl File {
    /// Reads a file.
    ///
    /// # Errors
    /// It is not there, is too large, is not TOML, or says something that cannot be: with the line.
    pub fn read(path: &Path) -> Result<File, Unreadable> {
        let unreadable = |why: String| Unreadable {
            path: path.to_owned(),
            line: None,
            why,
        };
        let size = std::fs::metadata(path).map(|data| data.len());
        if size.map_err(|error| unreadable(error.to_string()))? > LARGEST {
            return Err(unreadable(format!("it has more than {LARGEST} octets")));
        }
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|error| unreadable(error.to_string()))?;
        // A bare file name has the empty path for a folder.
        let folder = std::path::absolute(path).map_err(|error| unreadable(error.to_string()))?;
        let folder = folder.parent().unwrap_or(Path::new("/")).to_owned();
        parse(path, folder, &text)
    }
}

fn parse(path: &Path, folder: PathBuf, text: &str) -> Result<File, Unreadable> {
    let reader = Reader { path, text };
    let written: Written = toml::from_str(text).map_err(|error| Unreadable {
        path: path.to_owned(),
        line: error.span().map(|span| line(text, &span)),
        why: error.message().to_owned(),
    })?;
    let variables = reader.variables(&written.variables)?;
    let encodings = reader.encodings(&written.encoding)?;
    let vectors = reader.vectors(&written.vector, !encodings.is_empty())?;
    let mut implementations: Vec<Implementation> = Vec::new();
    for row in written.participant {
        let name = row.name.clone();
        let implementation = reader.participant(row, &folder, &variables, &encodings)?;
        if implementations
            .iter()
            .any(|other| other.name == implementation.name)
        {
            return reader.wrong(
                &name,
                format!("there is a participant `{}` already", name.get_ref()),
            );
        }
        implementations.push(implementation);
    }
    if implementations.is_empty() {
        return Err(Unreadable {
            path: path.to_owned(),
            line: None,
            why: "it has no [[participant]]: PARTICIPANTS.md says what one is".to_owned(),
        });
    }
    implementations.sort_by(|a, b| a.name.cmp(&b.name));
    let mut fingerprint = Fingerprint::default();
    fingerprint.add(text);
    Ok(File {
        path: path.to_owned(),
        implementations,
        encodings,
        vectors,
        fingerprint: fingerprint.to_string(),
    })
}

/// A text, to say where in it something is wrong.
struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Reader<'_> {
    fn wrong<T, U>(&self, at: &Spanned<U>, why: impl Into<String>) -> Result<T, Unreadable> {
        Err(Unreadable {
            path: self.path.to_owned(),
            line: Some(line(self.text, &at.span())),
            why: why.into(),
        })
    }

    /// A name that can stand in a line of the contract, and beside an `@`.
    fn name(&self, name: &Spanned<String>) -> Result<String, Unreadable> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.+".contains(c);
        let text = name.get_ref();
        if text.is_empty() || !text.chars().all(is_plain) {
            return self.wrong(
                name,
                format!("`{text}` is no name: letters, digits and -_.+ make one"),
            );
        }
        Ok(text.clone())
    }

    fn variables(
        &self,
        written: &BTreeMap<String, Spanned<String>>,
    ) -> Result<BTreeMap<String, String>, Unreadable> {
        let plain: BTreeMap<String, String> = written
            .iter()
            .map(|(name, value)| (name.clone(), value.get_ref().clone()))
            .collect();
        for (name, value) in written {
            if Builtin::is_taken(name) {
                return self.wrong(value, format!("the variable `{name}` is there already"));
            }
            // Found where it is written, though no command needs it.
            match Command::read(&format!("{{{name}}}"), &plain) {
                Ok(_) | Err(Wrong::Empty) => {}
                Err(wrong) => return self.wrong(value, wrong.to_string()),
            }
        }
        Ok(plain)
    }

    fn encodings(&self, rows: &[EncodingRow]) -> Result<Vec<Encoding>, Unreadable> {
        let mut encodings: Vec<Encoding> = Vec::new();
        for row in rows {
            let name = self.name(&row.name)?;
            if encodings.iter().any(|other| other.name == name) {
                return self.wrong(&row.name, format!("there is an encoding `{name}` already"));
            }
            encodings.push(Encoding {
                family: match row.family {
                    FamilyWord::Text => Family::Text,
                    FamilyWord::Raw => Family::Raw,
                    FamilyWord::Explicit => Family::Explicit,
                },
                claim: self.claim(row)?,
                line: line(self.text, &row.name.span()),
                name,
            });
        }
        Ok(encodings)
    }

    fn claim(&self, row: &EncodingRow) -> Result<Claim, Unreadable> {
        let there = claim::facts();
        for fact in row.facts.iter().flatten() {
            let name = fact.get_ref();
            if !there.contains(name) {
                let near = nearest(name, there.iter().map(String::as_str));
                let why = format!("there is no fact `{name}`{}", did_you_mean(near));
                return self.wrong(fact, why);
            }
        }
        let facts = row.facts.as_ref().map(|facts| {
            let facts = facts.iter().map(|fact| fact.get_ref().clone());
            facts.collect::<Vec<_>>()
        });
        match (row.claim, facts, row.reason.clone()) {
            (ClaimWord::KnownBroken, Some(facts), Some(reason)) if !facts.is_empty() => {
                Ok(Claim::KnownBroken {
                    island: Island::of(facts),
                    reason,
                })
            }
            (ClaimWord::KnownBroken, _, None) => self.wrong(
                &row.name,
                "`known-broken` needs a `reason`: what is wrong, or where it is written down",
            ),
            (ClaimWord::KnownBroken, _, Some(_)) => self.wrong(
                &row.name,
                "`known-broken` needs `facts`: it is broken between machines that differ in one of them, such as [\"byte-order\"]",
            ),
            (_, _, Some(_)) => self.wrong(&row.name, "a `reason` is for `known-broken`"),
            (ClaimWord::CorrectEverywhere, Some(_), None) => self.wrong(
                &row.name,
                "`facts` are for `correct-within-an-island` and `known-broken`",
            ),
            (ClaimWord::CorrectEverywhere, None, None) => Ok(Claim::CorrectEverywhere),
            (ClaimWord::CorrectWithinAnIsland, facts, None) => Ok(Claim::CorrectWithinAnIsland(
                Island::of(facts.unwrap_or_default()),
            )),
        }
    }

    fn vectors(&self, rows: &[VectorRow], wanted: bool) -> Result<Vec<Vector>, Unreadable> {
        if let (Some(row), false) = (rows.first(), wanted) {
            return self.wrong(
                &row.request,
                "vectors are for encodings of one's own, and there is no [[encoding]]",
            );
        }
        if rows.is_empty() && wanted {
            return Err(Unreadable {
                path: self.path.to_owned(),
                line: None,
                why: "it has no [[vector]]: nothing would be asked".to_owned(),
            });
        }
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut vectors = Vec::new();
        for row in rows {
            let promise = match (&row.reply, &row.refused) {
                (Some(reply), None) => Promise::Reply(words(reply)),
                (None, Some(why)) => Promise::Refused(words(why)),
                _ => {
                    return self
                        .wrong(&row.request, "a vector has either a `reply` or a `refused`");
                }
            };
            let request = words(row.request.get_ref());
            if request.is_empty() {
                return self.wrong(&row.request, "an empty request");
            }
            // With what the contract puts around it, it must fit one line.
            if request.len() > LONGEST_REQUEST {
                let why = format!("a request of more than {LONGEST_REQUEST} octets");
                return self.wrong(&row.request, why);
            }
            vectors.push(Vector { request, promise });
        }
        Ok(vectors)
    }

    fn participant(
        &self,
        row: ParticipantRow,
        folder: &Path,
        variables: &BTreeMap<String, String>,
        own: &[Encoding],
    ) -> Result<Implementation, Unreadable> {
        let name = self.name(&row.name)?;
        let mut ours = implementations().iter();
        if own.is_empty() && ours.any(|ours| ours.name == name) {
            let why = format!("`{name}` takes part already, with those of this repository");
            return self.wrong(&row.name, why);
        }
        let read =
            |text: &Spanned<String>, allowed: &[Builtin]| self.command(text, variables, allowed);
        let each = [Builtin::Encoding, Builtin::Port, Builtin::Address];
        let asked = [
            Builtin::Encoding,
            Builtin::Port,
            Builtin::Address,
            Builtin::Request,
        ];
        let serves = match (&row.server, &row.listen) {
            (None, None) => None,
            (Some(command), None) => Some(Serves::ByContract(read(command, &[])?)),
            (None, Some(command)) => Some(Serves::AsItIs(read(command, &each)?)),
            (Some(command), Some(_)) => {
                return self.wrong(
                    command,
                    "it has both `server` and `listen`: one of them says how it serves",
                );
            }
        };
        let asks = match (&row.client, &row.ask) {
            (None, None) => None,
            (Some(command), None) => Some(Asks::ByContract(read(command, &[])?)),
            (None, Some(command)) => Some(Asks::AsItIs(read(command, &asked)?)),
            (Some(command), Some(_)) => {
                return self.wrong(
                    command,
                    "it has both `client` and `ask`: one of them says how it asks",
                );
            }
        };
        if serves.is_none() && asks.is_none() {
            return self.wrong(
                &row.name,
                format!("`{name}` has no command to start it: `server` or `listen` says how it serves, `client` or `ask` how it asks"),
            );
        }
        let encodings = self.implemented(&row, own)?;
        for (key, command, text) in [
            ("listen", as_it_is_serving(serves.as_ref()), &row.listen),
            ("ask", as_it_is_asking(asks.as_ref()), &row.ask),
        ] {
            let (Some(command), Some(text)) = (command, text) else {
                continue;
            };
            if !command.has(Builtin::Port) && !command.has(Builtin::Address) {
                return self.wrong(
                    text,
                    format!("`{key}` does not say where: {{port}} or {{address}} is missing"),
                );
            }
            if encodings.len() > 1 && !command.has(Builtin::Encoding) {
                return self.wrong(text, format!("`{key}` does not say in which of the {} encodings: {{encoding}} is missing", encodings.len()));
            }
            if key == "ask" && !command.has(Builtin::Request) {
                return self.wrong(text, "`ask` does not say what: {request} is missing");
            }
        }
        let commands = row.build.iter().map(|command| read(command, &[]));
        let program = Program {
            folder: folder.to_owned(),
            build: commands.collect::<Result<_, _>>()?,
            serves,
            asks,
            on: row.targets,
        };
        Ok(Implementation {
            name,
            build: Build::Own(program),
            encodings,
        })
    }

    /// The encodings of a participant: those that it names, else all of the file's own.
    fn implemented(
        &self,
        row: &ParticipantRow,
        own: &[Encoding],
    ) -> Result<Vec<String>, Unreadable> {
        let there: Vec<&str> = match own {
            [] => proto::all()
                .iter()
                .map(|encoding| encoding.name())
                .collect(),
            own => own.iter().map(|encoding| encoding.name.as_str()).collect(),
        };
        let Some(named) = &row.encodings else {
            if own.is_empty() {
                return self.wrong(&row.name, "its `encodings` are missing: there is no [[encoding]] here, so they are some of PROTOCOL.md");
            }
            return Ok(there.into_iter().map(str::to_owned).collect());
        };
        for name in named {
            let text = name.get_ref().as_str();
            if !there.contains(&text) {
                let near = did_you_mean(nearest(text, there.iter().copied()));
                let whose = if own.is_empty() {
                    "of PROTOCOL.md"
                } else {
                    "of this file"
                };
                return self.wrong(name, format!("no encoding {whose} is `{text}`{near}"));
            }
        }
        if named.is_empty() {
            return self.wrong(&row.name, "it implements no encoding");
        }
        Ok(named.iter().map(|name| name.get_ref().clone()).collect())
    }

    /// A command, in which besides the target's variables only these may be.
    fn command(
        &self,
        text: &Spanned<String>,
        variables: &BTreeMap<String, String>,
        allowed: &[Builtin],
    ) -> Result<Command, Unreadable> {
        let command = match Command::read(text.get_ref(), variables) {
            Ok(command) => command,
            Err(wrong) => return self.wrong(text, wrong.to_string()),
        };
        let strange = |builtin: &Builtin| !builtin.is_of_target() && !allowed.contains(builtin);
        let found = command.builtins().find(strange);
        match found {
            Some(builtin) => self.wrong(text, format!("{builtin} has no value in this command")),
            None => Ok(command),
        }
    }
}

fn as_it_is_serving(serves: Option<&Serves>) -> Option<&Command> {
    match serves {
        Some(Serves::AsItIs(command)) => Some(command),
        _ => None,
    }
}

fn as_it_is_asking(asks: Option<&Asks>) -> Option<&Command> {
    match asks {
        Some(Asks::AsItIs(command)) => Some(command),
        _ => None,
    }
}

/// In octets.
const LONGEST_REQUEST: usize = 4096;

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
