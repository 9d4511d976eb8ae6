//! What a user's programs are held to: the table `[faults]` in the file of participants. The rest of that file is read by whoever builds them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cross::target::{did_you_mean, nearest};
use serde::Deserialize;
use toml::Spanned;

/// What a scenario must show, where the file says nothing: the client gets its reply or is told within this time.
const WITHIN: Duration = Duration::from_secs(10);

/// A bound beyond this is none that a run of scenarios should wait for.
const MAX_WITHIN: u64 = 3600;

/// What the programs are held to, and what is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The encoding that is asked in; the first, where it is not said.
    pub encoding: Option<String>,
    /// The request; the first that has a reply, where it is not said.
    pub request: Option<String>,
    within: Duration,
    scenarios: BTreeMap<String, Row>,
}

/// What the file says of a scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Row {
    client: Option<ClientEnds>,
    server: Option<ServerEnds>,
    left: Option<Left>,
    within: Option<Duration>,
    reason: Option<String>,
}

/// What a scenario must show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) client: ClientEnds,
    pub(crate) server: ServerEnds,
    pub(crate) left: Left,
    pub(crate) within: Duration,
    /// Why it is expected, where the user says so.
    pub(crate) reason: Option<String>,
}

/// How the client must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClientEnds {
    /// With the right reply.
    Reply,
    /// Without one, and it says so.
    Told,
    /// In either of these two ways.
    ReplyOrTold,
    /// It does not: a fault that is known.
    Waits,
    /// However it likes.
    Any,
}

/// What the server must do afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ServerEnds {
    /// It gives the next client its reply.
    Serves,
    /// It does not: a fault that is known.
    Stuck,
    /// Whatever it likes.
    Any,
}

/// What the server may keep afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// No connection, no descriptor and no process more than before.
    Nothing,
    /// Something: a fault that is known.
    Something,
    /// Whatever it likes.
    Any,
}

impl Left {
    /// What must be left, in words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Left::Nothing => "nothing left",
            Left::Something => "something is left, as is known",
            Left::Any => "whatever is left",
        }
    }
}

const CLIENT_WORDS: [(&str, ClientEnds); 5] = [
    ("reply", ClientEnds::Reply),
    ("told", ClientEnds::Told),
    ("reply-or-told", ClientEnds::ReplyOrTold),
    ("waits", ClientEnds::Waits),
    ("any", ClientEnds::Any),
];
const SERVER_WORDS: [(&str, ServerEnds); 3] = [
    ("serves", ServerEnds::Serves),
    ("stuck", ServerEnds::Stuck),
    ("any", ServerEnds::Any),
];
const LEFT_WORDS: [(&str, Left); 3] = [
    ("nothing", Left::Nothing),
    ("something", Left::Something),
    ("any", Left::Any),
];

/// A table `[faults]` that cannot be used, and why.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}: {why}", .path.display(), .line.map_or(String::new(), |line| format!(":{line}")))]
pub struct TermsError {
    path: PathBuf,
    line: Option<usize>,
    why: String,
}

/// Of the whole file only this table is read here.
#[derive(Deserialize)]
struct WholeFile {
    faults: Option<Table>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    encoding: Option<String>,
    request: Option<String>,
    within: Option<Spanned<f64>>,
    #[serde(default)]
    scenario: Vec<WrittenRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRow {
    name: Spanned<String>,
    client: Option<Spanned<String>>,
    server: Option<Spanned<String>>,
    left: Option<Spanned<String>>,
    within: Option<Spanned<f64>>,
    reason: Option<String>,
}

impl Default for Terms {
    fn default() -> Terms {
        Terms {
            encoding: None,
            request: None,
            within: WITHIN,
            scenarios: BTreeMap::new(),
        }
    }
}

impl Terms {
    /// Reads them from the text of a file of participants; `scenarios` are the names that there are.
    ///
    /// # Errors
    /// The text is not TOML, or the table says something that cannot be: with the line.
    pub fn read(path: &Path, text: &str, scenarios: &[&str]) -> Result<Terms, TermsError> {
        let reader = Reader { path, text };
        let file: WholeFile = toml::from_str(text)
            .map_err(|error| reader.error(error.span(), error.message().to_owned()))?;
        let table = file.faults.unwrap_or_default();
        let mut rows = BTreeMap::new();
        for row in &table.scenario {
            let name = reader.word(
                "scenario",
                &row.name,
                scenarios.iter().map(|name| (*name, *name)),
            )?;
            let read = Row {
                client: reader.optional("client", row.client.as_ref(), &CLIENT_WORDS)?,
                server: reader.optional("server", row.server.as_ref(), &SERVER_WORDS)?,
                left: reader.optional("left", row.left.as_ref(), &LEFT_WORDS)?,
                within: reader.seconds(row.within.as_ref())?,
                reason: row.reason.clone(),
            };
            if rows.insert(name.to_owned(), read).is_some() {
                let why = format!("there is a row for the scenario `{name}` already");
                return Err(reader.error(Some(row.name.span()), why));
            }
        }
        Ok(Terms {
            encoding: table.encoding,
            request: table.request,
            within: reader.seconds(table.within.as_ref())?.unwrap_or(WITHIN),
            scenarios: rows,
        })
    }

    /// What a scenario must show; `client` is how the client ends where the file says nothing.
    pub(crate) fn of(&self, scenario: &str, client: ClientEnds) -> Expected {
        let row = self.scenarios.get(scenario).cloned().unwrap_or_default();
        Expected {
            client: row.client.unwrap_or(client),
            server: row.server.unwrap_or(ServerEnds::Serves),
            left: row.left.unwrap_or(Left::Nothing),
            within: row.within.unwrap_or(self.within),
            reason: row.reason,
        }
    }
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Reader<'_> {
    fn error(&self, span: Option<Range<usize>>, why: String) -> TermsError {
        let line = |span: Range<usize>| {
            let before = self.text.as_bytes().get(..span.start).unwrap_or_default();
            1 + before.iter().filter(|octet| **octet == b'\n').count()
        };
        TermsError {
            path: self.path.to_owned(),
            line: span.map(line),
            why,
        }
    }

    /// One of these words.
    fn word<'w, T>(
        &self,
        what: &str,
        word: &Spanned<String>,
        words: impl Iterator<Item = (&'w str, T)>,
    ) -> Result<T, TermsError> {
        let text = word.get_ref().as_str();
        let mut names = Vec::new();
        for (name, meaning) in words {
            if name == text {
                return Ok(meaning);
            }
            names.push(name);
        }
        let near = did_you_mean(nearest(text, names.iter().copied()));
        let all = names.join(", ");
        let why = format!("`{text}` is no word for `{what}`{near}; there are {all}");
        Err(self.error(Some(word.span()), why))
    }

    fn optional<T: Copy>(
        &self,
        key: &str,
        word: Option<&Spanned<String>>,
        words: &[(&str, T)],
    ) -> Result<Option<T>, TermsError> {
        let word = word.map(|word| self.word(key, word, words.iter().copied()));
        word.transpose()
    }

    fn seconds(&self, seconds: Option<&Spanned<f64>>) -> Result<Option<Duration>, TermsError> {
        let Some(written) = seconds else {
            return Ok(None);
        };
        let bound = Duration::try_from_secs_f64(*written.get_ref());
        match bound {
            Ok(bound) if !bound.is_zero() && bound.as_secs() < MAX_WITHIN => Ok(Some(bound)),
            _ => {
                let why = format!(
                    "`within` is a number of seconds, more than 0 and less than {MAX_WITHIN}"
                );
                Err(self.error(Some(written.span()), why))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 2] = ["network-cut", "half-close"];

    fn read(text: &str) -> Result<Terms, String> {
        Terms::read(Path::new("p.toml"), text, &NAMES).map_err(|error| error.to_string())
    }

    #[test]
    fn what_the_file_says_comes_before_what_is_usual() {
        let text = "[[participant]]\nname = 'x'\n[faults]\nwithin = 2.5\nencoding = 'v3'\n[[faults.scenario]]\nname = 'network-cut'\nclient = 'waits'\nreason = 'issue 3'\n";
        let terms = read(text).unwrap();
        assert_eq!(terms.encoding.as_deref(), Some("v3"));
        let cut = terms.of("network-cut", ClientEnds::Told);
        let usual = terms.of("half-close", ClientEnds::Reply);
        assert_eq!(
            (cut.client, usual.client),
            (ClientEnds::Waits, ClientEnds::Reply)
        );
        assert_eq!(
            (cut.reason.as_deref(), usual.reason),
            (Some("issue 3"), None)
        );
        for expected in [&cut.within, &usual.within] {
            assert_eq!(*expected, Duration::from_millis(2500));
        }
        assert_eq!((cut.server, cut.left), (ServerEnds::Serves, Left::Nothing));
        assert_eq!(read("").unwrap(), Terms::default());
    }

    #[test]
    fn a_mistake_is_told_with_its_line_and_the_nearest_word() {
        let row =
            |row: &str| read(&format!("[faults]\n\n[[faults.scenario]]\n{row}\n")).unwrap_err();
        for (error, expected) in [
            (
                row("name = 'netwok-cut'"),
                "p.toml:4: `netwok-cut` is no word for `scenario`, did you mean `network-cut`?; there are network-cut, half-close",
            ),
            (
                row("name = 'half-close'\nclient = 'wait'"),
                "p.toml:5: `wait` is no word for `client`, did you mean `waits`?; there are reply, told, reply-or-told, waits, any",
            ),
            (
                row("name = 'half-close'\nleft = 'all'"),
                "p.toml:5: `all` is no word for `left`; there are nothing, something, any",
            ),
            (
                row("name = 'half-close'\nwithin = -1.0"),
                "p.toml:5: `within` is a number of seconds, more than 0 and less than 3600",
            ),
            (
                row("name = 'half-close'\n[[faults.scenario]]\nname = 'half-close'"),
                "p.toml:6: there is a row for the scenario `half-close` already",
            ),
        ] {
            assert_eq!(error, expected);
        }
        let error = read("[faults]\nwihtin = 3\n").unwrap_err();
        assert!(
            error.contains("p.toml:2: unknown field `wihtin`, expected one of `encoding`"),
            "{error}"
        );
    }
}
