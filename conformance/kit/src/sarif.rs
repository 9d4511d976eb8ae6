//! SARIF 2.1.0 (OASIS), as much of it as code scanning reads. Each type has the name and the fields that the standard gives it; the number is that of its section.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;

/// The file (3.13): one run of one tool.
#[derive(Clone, Debug, Serialize)]
pub struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

/// A run (3.14).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    tool: Tool,
    /// What was found.
    pub results: Vec<Found>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    invocations: Vec<Invocation>,
}

#[derive(Clone, Debug, Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Clone, Debug, Serialize)]
struct Driver {
    name: &'static str,
    version: &'static str,
    rules: Vec<Rule>,
}

/// A kind of result (3.49, `reportingDescriptor`).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// Its name, which results refer to.
    pub id: &'static str,
    /// In a line.
    pub short_description: Message,
    /// At length.
    pub full_description: Message,
    /// What to do about it.
    pub help: Message,
}

/// A message (3.11).
#[derive(Clone, Debug, Serialize)]
pub struct Message {
    text: String,
}

impl<T: Into<String>> From<T> for Message {
    fn from(text: T) -> Message {
        Message { text: text.into() }
    }
}

/// A result (3.27).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// The rule that it is of.
    pub rule_id: &'static str,
    /// How bad it is.
    pub level: Level,
    /// What was found.
    pub message: Message,
    /// Where.
    pub locations: Vec<Location>,
    /// How it can be mended (3.27.30).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fixes: Vec<Fix>,
    /// What makes it the same result in the next run, if not its place (3.27.17): a name with a version, and the words.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub partial_fingerprints: BTreeMap<&'static str, String>,
}

/// How bad a result is (3.27.10).
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It is to be mended.
    Error,
    /// It is to be looked at.
    Warning,
}

/// A place (3.28).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    /// In a file. GitHub shows a result without one nowhere.
    pub physical_location: Place,
    /// In what the program knows.
    pub logical_locations: Vec<LogicalLocation>,
}

/// A place in a file (3.29, `physicalLocation`).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

impl Place {
    /// A line of a file, counted from 1; of 0 the whole file is meant.
    pub fn new(file: impl Into<String>, line: u64) -> Place {
        Place {
            artifact_location: ArtifactLocation { uri: file.into() },
            region: (line > 0).then_some(Region {
                start_line: line,
                start_column: None,
                end_column: None,
            }),
        }
    }

    /// Only these columns of the line: from 1, and up to the one behind the last.
    #[must_use]
    pub fn columns(mut self, columns: Range<usize>) -> Place {
        if let Some(region) = &mut self.region {
            region.start_column = Some(columns.start);
            region.end_column = Some(columns.end);
        }
        self
    }
}

/// A change that mends a result (3.55).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fix {
    description: Message,
    artifact_changes: [ArtifactChange; 1],
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Option<Region>,
    inserted_content: Message,
}

impl Fix {
    /// Text in the place of other text.
    pub fn new(description: impl Into<Message>, place: Place, text: impl Into<Message>) -> Fix {
        Fix {
            description: description.into(),
            artifact_changes: [ArtifactChange {
                artifact_location: place.artifact_location,
                replacements: vec![Replacement {
                    deleted_region: place.region,
                    inserted_content: text.into(),
                }],
            }],
        }
    }

    /// And other text in another place of the same file.
    #[must_use]
    pub fn and(mut self, place: Place, text: impl Into<Message>) -> Fix {
        let [change] = &mut self.artifact_changes;
        change.replacements.push(Replacement {
            deleted_region: place.region,
            inserted_content: text.into(),
        });
        self
    }
}

#[derive(Clone, Debug, Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<usize>,
}

/// A place that is no file's (3.33).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LogicalLocation {
    /// By a name that is enough where it stands.
    Name(String),
    /// By a name that is enough everywhere.
    FullyQualifiedName(String),
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: [Notification; 1],
}

#[derive(Clone, Debug, Serialize)]
struct Notification {
    level: Level,
    message: Message,
}

impl Log {
    /// A run of crossum with these results, which are of these rules.
    pub fn new(rules: Vec<Rule>, results: Vec<Found>) -> Log {
        let driver = Driver {
            name: "crossum",
            version: env!("CARGO_PKG_VERSION"),
            rules,
        };
        Log {
            schema: "https://json.schemastore.org/sarif-2.1.0.json",
            version: "2.1.0",
            runs: [Run {
                tool: Tool { driver },
                results,
                invocations: Vec::new(),
            }],
        }
    }

    /// Adds what whoever reads it has to know, such as that it is not everything.
    #[must_use]
    pub fn noting(mut self, text: impl Into<Message>) -> Log {
        let [run] = &mut self.runs;
        run.invocations.push(Invocation {
            execution_successful: true,
            tool_execution_notifications: [Notification {
                level: Level::Warning,
                message: text.into(),
            }],
        });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_as_the_standard_and_github_want_it() {
        let found = |line, logical| Found {
            rule_id: "width",
            level: Level::Error,
            message: "too wide".into(),
            locations: vec![Location {
                physical_location: Place::new("a.h", line),
                logical_locations: vec![logical],
            }],
            fixes: vec![Fix::new(
                "write more",
                Place::new("a.h", line).columns(3..7),
                "int64_t",
            )],
            partial_fingerprints: BTreeMap::from([("name/v1", "a".to_owned())]),
        };
        let rule = Rule {
            id: "width",
            short_description: "a width".into(),
            full_description: "A width that differs.".into(),
            help: "Use int64_t.".into(),
        };
        let results = vec![
            found(3, LogicalLocation::Name("struct s".to_owned())),
            Found {
                fixes: Vec::new(),
                partial_fingerprints: BTreeMap::new(),
                ..found(0, LogicalLocation::FullyQualifiedName("a/b".to_owned()))
            },
        ];
        let log = Log::new(vec![rule], results).noting("3 more");
        let log = serde_json::to_string_pretty(&log).unwrap();
        insta::assert_snapshot!(log.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
    }
}
