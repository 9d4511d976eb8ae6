//! What `cargo --message-format=json` prints: which program belongs to which of cargo's targets, and the first error.
//!
//! Pure. The fields are those of the Cargo book, chapter "External tools".

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use crate::results::{CompileError, ProgramId};

/// What cargo printed.
#[derive(Debug, Default)]
pub(super) struct Messages {
    /// The test programs, by the path of the executable.
    pub(super) programs: BTreeMap<PathBuf, Artifact>,
    /// The programs that are no tests. Tests may start them.
    pub(super) helpers: Vec<Helper>,
    /// The compiler's first error.
    pub(super) error: Option<CompileError>,
    /// Whether everything was built.
    pub(super) is_built: bool,
}

impl Messages {
    /// Adds what another cargo built.
    pub(super) fn add(&mut self, other: Messages) {
        self.programs.extend(other.programs);
        self.helpers.extend(other.helpers);
    }
}

/// A test program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Artifact {
    /// Which program of its package.
    pub program: ProgramId,
    /// Its package, as this cargo spells it.
    pub package_id: String,
    /// The name of cargo's target. A library has one, too.
    pub name: String,
    /// Whether it is a procedural macro, which runs in the compiler.
    pub is_macro: bool,
}

/// A program that is no test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Helper {
    /// Its package, as this cargo spells it.
    pub package_id: String,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
}

#[derive(Deserialize)]
#[serde(tag = "reason")]
enum Message {
    #[serde(rename = "compiler-artifact")]
    Artifact {
        package_id: String,
        target: Target,
        profile: Profile,
        executable: Option<PathBuf>,
    },
    #[serde(rename = "compiler-message")]
    Diagnostic { message: Diagnostic },
    #[serde(rename = "build-finished")]
    Finished { success: bool },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
    name: String,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

#[derive(Deserialize)]
struct Diagnostic {
    level: String,
    message: String,
    #[serde(default)]
    spans: Vec<Span>,
    rendered: Option<String>,
}

#[derive(Deserialize)]
struct Span {
    file_name: String,
    line_start: u32,
    is_primary: bool,
}

/// Reads standard output.
pub(super) fn read(stdout: &str) -> Messages {
    let mut messages = Messages::default();
    for line in stdout.lines() {
        // A build script or a wrapper may print lines of its own.
        match serde_json::from_str(line) {
            Ok(Message::Artifact {
                package_id,
                target,
                profile,
                executable: Some(path),
            }) => {
                if profile.test {
                    let artifact = artifact(package_id, target);
                    messages.programs.insert(path, artifact);
                } else if target.kind.iter().any(|kind| kind == "bin") {
                    let name = target.name;
                    messages.helpers.push(Helper {
                        package_id,
                        name,
                        path,
                    });
                }
            }
            Ok(Message::Diagnostic { message }) if message.level.starts_with("error") => {
                messages.error.get_or_insert_with(|| error(message));
            }
            Ok(Message::Finished { success }) => messages.is_built = success,
            _ => {}
        }
    }
    messages
}

fn artifact(package_id: String, target: Target) -> Artifact {
    Artifact {
        program: program(&target),
        package_id,
        is_macro: target.kind.iter().any(|kind| kind == "proc-macro"),
        name: target.name,
    }
}

fn program(target: &Target) -> ProgramId {
    let kind = target.kind.first().map_or("", String::as_str);
    let kind = match kind {
        "bin" | "test" | "example" | "bench" => kind,
        // lib, rlib, dylib, cdylib, staticlib, proc-macro: a package has at most one of these.
        _ => "lib",
    };
    let name = match kind {
        "lib" => String::new(),
        _ => target.name.clone(),
    };
    ProgramId {
        kind: kind.to_owned(),
        name,
    }
}

fn error(message: Diagnostic) -> CompileError {
    let place = message.spans.into_iter().find(|span| span.is_primary);
    CompileError {
        place: place.map(|span| (span.file_name, span.line_start)),
        message: message.message,
        rendered: message.rendered.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn test_programs_and_the_first_error_are_found_among_everything_else() {
        // As cargo 1.95 printed it, shortened.
        let messages = read(
            r#"a build script's own words
{"reason":"compiler-artifact","package_id":"path+file:///p#0.1.0","target":{"kind":["lib"],"name":"probe"},"profile":{"test":false},"executable":null,"fresh":false}
{"reason":"compiler-artifact","package_id":"path+file:///p#0.1.0","target":{"kind":["bin"],"name":"probe"},"profile":{"test":false},"executable":"/t/debug/probe","fresh":false}
{"reason":"compiler-artifact","package_id":"path+file:///p#0.1.0","target":{"kind":["proc-macro"],"name":"pm"},"profile":{"test":true},"executable":"/t/deps/pm-1","fresh":false}
{"reason":"compiler-artifact","package_id":"path+file:///p#0.1.0","target":{"kind":["test"],"name":"it"},"profile":{"test":true},"executable":"/t/deps/it-1","fresh":false}
{"reason":"build-script-executed","package_id":"x"}
{"reason":"compiler-message","message":{"level":"warning","message":"unused","spans":[],"rendered":"w"}}
{"reason":"compiler-message","message":{"level":"error","message":"mismatched types","spans":[{"file_name":"b.rs","line_start":1,"is_primary":false},{"file_name":"src/lib.rs","line_start":7,"is_primary":true}],"rendered":"error: ..."}}
{"reason":"compiler-message","message":{"level":"error","message":"a second","spans":[],"rendered":""}}
{"reason":"build-finished","success":false}
"#,
        );
        let programs: Vec<_> = messages
            .programs
            .iter()
            .map(|(path, artifact)| (path.to_str().unwrap(), artifact.program.to_string()))
            .collect();
        assert_eq!(
            programs,
            [
                ("/t/deps/it-1", "test it".to_owned()),
                ("/t/deps/pm-1", "lib".to_owned())
            ]
        );
        assert!(messages.programs[Path::new("/t/deps/pm-1")].is_macro);
        assert_eq!(messages.helpers[0].path, Path::new("/t/debug/probe"));
        assert_eq!(
            messages.error.unwrap().to_string(),
            "src/lib.rs:7: mismatched types"
        );
        assert!(!messages.is_built);
    }
}
