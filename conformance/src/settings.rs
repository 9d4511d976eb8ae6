//! `crossum.toml`: what a project chose once, a section for each command. One reader for all: whatever is misspelt is told by every command.

mod targets;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use cross::choice::Choice;
use cross::{Host, trust};
use serde::Deserialize;

use check::policy::Policy;
use suite::Excludes;

/// The file of a project's settings.
pub const FILE: &str = "crossum.toml";

/// What was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// `crossum check`
    pub check: Policy,
    /// `crossum test`
    pub test: Excludes,
    /// Runners and what belongs to them, by the targets' names.
    pub targets: BTreeMap<String, Choice>,
}

/// The sections.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    check: Policy,
    test: Excludes,
    target: targets::Sections,
}

impl Settings {
    /// The settings in a file.
    ///
    /// # Errors
    /// It cannot be read, is not TOML, has an unknown key, or a name in it names nothing; with the line.
    pub fn of_file(path: &Path) -> anyhow::Result<Settings> {
        let text = std::fs::read_to_string(path);
        let text = text.with_context(|| format!("cannot read {}", path.display()))?;
        Settings::of_text(path, &text).with_context(|| path.display().to_string())
    }

    fn of_text(path: &Path, text: &str) -> anyhow::Result<Settings> {
        let Written {
            check,
            test,
            target,
        } = toml::from_str(text)?;
        check.check()?;
        let targets = targets::File { path, text }.choices(&target);
        Ok(Settings {
            check,
            test,
            targets: targets.map_err(anyhow::Error::msg)?,
        })
    }

    /// The settings in a file that is named, or else in that of the project around a folder; none, where there is none.
    ///
    /// # Errors
    /// As [`Settings::of_file`]; or the file is another user's.
    pub fn of(named: Option<&Path>, folder: &Path) -> anyhow::Result<Settings> {
        let file = match named {
            Some(file) => Some(file.to_owned()),
            None => Settings::find(folder),
        };
        if let Some(file) = file.as_deref().filter(|file| file.exists()) {
            trust::check(file, &Host::this())?;
        }
        let settings = file.as_deref().map(Settings::of_file).transpose()?;
        Ok(settings.unwrap_or_default())
    }

    /// This machine, with what is chosen for the targets.
    pub fn host(&self) -> Host {
        Host::this().with_choices(self.targets.clone())
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
            ("[target.s390x-unknown-linux-gnu]\nrunner = \"wine\"", None),
            (
                "[target.\"arm*\"]\nrunner = [\"ssh\", \"b\"]\ncopy = \"scp {program} b:{there}\"\nthere = \"/t/{name}\"\nversion = \"x\"\naddress = \"::1\"",
                None,
            ),
            ("[target.big-endian]\nsysroot = \"/srv\"", None),
            (
                "\n[target.s390x-linux]",
                Some("line 2: `s390x-linux` is no target, pattern of targets or property"),
            ),
            (
                "[target.s390x]",
                Some("did you mean `s390x-unknown-linux-gnu`?"),
            ),
            ("[target.\"sparc*-apple\"]", Some("line 1")),
            ("[target.big-endian]\nruner = \"x\"", Some("line 2")),
            (
                "[target.big-endian]\nrunner = \" \"",
                Some("the command is empty"),
            ),
            ("[target.big-endian]\n\nrunner = []", Some("line 3")),
            (
                "[target.big-endian]\nrunner = [\"\", \"x\"]",
                Some("the command is empty"),
            ),
            (
                "[target.big-endian]\nrunner = 5",
                Some("a command was expected"),
            ),
            ("[target.big-endian]\naddress = \"board1\"", Some("line 2")),
            (
                "[target.big-endian]\ncopy = \"cp {program} x\"",
                Some("there is none"),
            ),
            (
                "[target.big-endian]\nrunner = \"wine\"\ncopy = \"cp {program} x\"",
                Some("`remote = true`"),
            ),
            (
                "[target.big-endian]\nrunner = \"ssh b\"\ncopy = \"cp x y\"",
                Some("no {program}"),
            ),
            (
                "[target.big-endian]\nrunner = \"ssh b\"\nthere = \"/x/{name}\"",
                Some("without `copy`"),
            ),
            (
                "[target.big-endian]\nrunner = \"ssh b\"\ncopy = \"cp {program} x\"\nthere = \"/x\"",
                Some("{name} in it"),
            ),
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

    #[test]
    fn the_last_section_that_says_something_counts_and_a_targets_own_comes_last() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE);
        let text = "[target.s390x-unknown-linux-gnu]
runner = \"./on-board.sh -q\"
[target.\"*\"]
runner = \"wine\"
address = \"192.168.7.1\"
sysroot = \"roots/all\"
[target.big-endian]
runner = { words = 1 }
";
        std::fs::write(&file, text).unwrap();
        assert!(Settings::of_file(&file).is_err());
        std::fs::write(
            &file,
            text.replace("{ words = 1 }", "[\"ssh\", \"board 1\"]"),
        )
        .unwrap();
        let targets = Settings::of_file(&file).unwrap().targets;
        let words = |name: &str| {
            let found = targets[name].runner.clone().unwrap();
            (found.value.words, found.origin.to_string())
        };
        let place = |path: &str| folder.path().join(path).display().to_string();
        let from = |line| format!("{}:{line}", file.display());
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        for (name, expected, line) in [
            (
                "s390x-unknown-linux-gnu",
                list(&[&place("./on-board.sh"), "-q"]),
                2,
            ),
            ("i686-unknown-linux-gnu", list(&["wine"]), 4),
            ("m68k-unknown-linux-gnu", list(&["ssh", "board 1"]), 8),
        ] {
            let expected: Vec<String> = expected;
            let (found, origin) = words(name);
            assert_eq!(
                (found.len(), origin),
                (expected.len(), from(line)),
                "{name}"
            );
            let alike = Path::new(&found[0])
                .components()
                .eq(Path::new(&expected[0]).components());
            assert!(alike && found[1..] == expected[1..], "{found:?}");
            let choice = &targets[name];
            assert_eq!(
                choice.address.as_ref().unwrap().value.to_string(),
                "192.168.7.1"
            );
            let sysroot = &choice.sysroot.as_ref().unwrap().value;
            assert_eq!(*sysroot, folder.path().join("roots/all"));
        }
    }
}
