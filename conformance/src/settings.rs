//! `crossum.toml`: what a project chose once, a section for each command. One reader for all: whatever is misspelt is told by every command.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Deserialize;

use crate::check::policy::Policy;
use crate::suite::Excludes;

/// The file of a project's settings.
pub const FILE: &str = "crossum.toml";

/// The sections.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// `crossum check`
    pub check: Policy,
    /// `crossum test`
    pub test: Excludes,
}

impl Settings {
    /// The settings in a file.
    ///
    /// # Errors
    /// It cannot be read, is not TOML, has an unknown key, or a name in it names nothing; with the line.
    pub fn of_file(path: &Path) -> anyhow::Result<Settings> {
        let text = std::fs::read_to_string(path);
        let text = text.with_context(|| format!("cannot read {}", path.display()))?;
        let settings: Settings =
            toml::from_str(&text).with_context(|| path.display().to_string())?;
        let checked = settings.check.check();
        checked.with_context(|| path.display().to_string())?;
        Ok(settings)
    }

    /// The settings file of the project around a folder, if it has one.
    pub fn find(folder: &Path) -> Option<PathBuf> {
        let mut files = folder.ancestors().map(|folder| folder.join(FILE));
        files.find(|file| file.is_file())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_section_is_read_and_what_is_misspelt_is_told_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE);
        for (text, trouble) in [
            ("", None),
            ("[check]\ndeny = [\"all\"]\nallow = [\"width@x\"]", None),
            (
                "[[test.exclude]]\ntests = [\"native::*\"]\non = [\"big-endian\"]",
                None,
            ),
            ("[check]\ndenies = []", Some("line 2")),
            ("\n[tests]\nexclude = []", Some("line 2")),
            (
                "[[test.exclude]]\ntest = [\"x\"]",
                Some("unknown field `test`"),
            ),
            (
                "[[test.exclude]]\ntests = [\"x\"]\non = [\"big-endina\"]",
                Some("line 3"),
            ),
            (
                "[[test.exclude]]\ntests = [\"x\"]\non = [\"big-endina\"]",
                Some("did you mean `big-endian`?"),
            ),
            ("[[test.exclude]]\ntests = [\"a[\"]", Some("line 2")),
            ("[check]\ndeny = [\"no-such-code\"]", Some("no-such-code")),
            ("[check", Some("line 1")),
        ] {
            std::fs::write(&file, text).unwrap();
            let read = Settings::of_file(&file);
            let told = read.err().map(|error| format!("{error:#}"));
            match (&told, trouble) {
                (None, None) => {}
                (Some(told), Some(trouble)) => assert!(told.contains(trouble), "{text}: {told}"),
                _ => panic!("{text}: {told:?}"),
            }
        }
    }
}
