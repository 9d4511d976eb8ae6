//! A participant of one's own: how it is built and started, and what it implements.

use std::collections::BTreeMap;
use std::path::Path;

use cross::target::{did_you_mean, nearest};
use toml::Spanned;

use super::rows::{LinesWord, NetworkWord, ParticipantRow, TargetWords};
use super::{Reader, Unreadable};
use crate::own::Declaration;
use crate::participant::command::Builtin;
use crate::participant::command::Command;
use crate::participant::program::{Asks, Program, Serves};
use crate::participant::{Build, Implementation, implementations};
use kit::property::{On, Property};

impl Reader<'_> {
    pub(super) fn participant(
        &self,
        row: ParticipantRow,
        folder: &Path,
        variables: &BTreeMap<String, String>,
        own: &[Declaration],
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
            (None, Some(command)) => Some(Serves::BlackBox(read(command, &each)?)),
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
            (None, Some(command)) => Some(Asks::BlackBox(read(command, &asked)?)),
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
            ("listen", black_box_serving(serves.as_ref()), &row.listen),
            ("ask", black_box_asking(asks.as_ref()), &row.ask),
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
            json_lines: row.lines == Some(LinesWord::Json),
            in_host_network: row.network == Some(NetworkWord::Host),
            on: self.targets(row.targets.as_ref())?,
        };
        Ok(Implementation {
            name,
            build: Build::Own(program),
            encodings,
        })
    }

    /// Where a participant can be.
    fn targets(&self, words: Option<&Spanned<TargetWords>>) -> Result<Vec<On>, Unreadable> {
        let Some(words) = words else {
            return Ok(Vec::new());
        };
        let on = |word: &str| {
            match word {
            HOST => host(),
            word => On::try_from(word.to_owned()).map_err(|unknown| {
                let properties = Property::ALL.map(Property::word).join(", ");
                format!("{unknown}; there are the properties {properties}, the targets that `crossum targets` lists, and `{HOST}`, which is this machine")
            }),
        }
        };
        let all = match words.get_ref() {
            TargetWords::One(word) => std::slice::from_ref(word),
            TargetWords::Several(all) => all.as_slice(),
        };
        let each = all.iter().map(|word| on(word));
        let each = each.collect::<Result<Vec<On>, String>>();
        each.or_else(|why| self.wrong(words, why))
    }

    /// The encodings of a participant: those that it names, else all of the file's own.
    fn implemented(
        &self,
        row: &ParticipantRow,
        own: &[Declaration],
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
                let all = there.join(", ");
                return self.wrong(
                    name,
                    format!("no encoding {whose} is `{text}`{near}; there are {all}"),
                );
            }
        }
        if named.is_empty() {
            return self.wrong(&row.name, "it implements no encoding");
        }
        Ok(named.iter().map(|name| name.get_ref().clone()).collect())
    }
}

/// The word for this machine.
const HOST: &str = "host";

fn host() -> Result<On, String> {
    let mut targets = cross::targets();
    let own = targets.find(|target| target.is_native());
    own.map(|target| On::Target(target.name.clone()))
        .ok_or_else(|| {
            "this machine is none of the targets: name one that an emulator runs here".to_owned()
        })
}

fn black_box_serving(serves: Option<&Serves>) -> Option<&Command> {
    match serves {
        Some(Serves::BlackBox(command)) => Some(command),
        _ => None,
    }
}

fn black_box_asking(asks: Option<&Asks>) -> Option<&Command> {
    match asks {
        Some(Asks::BlackBox(command)) => Some(command),
        _ => None,
    }
}
