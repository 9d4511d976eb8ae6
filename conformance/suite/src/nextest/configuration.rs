//! The configuration that nextest gets: the project's, with a report in the profile that is used.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use toml::{Table, Value};

/// The folder and name of the configuration in the workspace's folder.
pub(super) const FILE: &str = ".config/nextest.toml";

/// The profile where the user names none.
const DEFAULT_PROFILE: &str = "default";

/// The project's configuration of nextest.
#[derive(Clone, Debug)]
pub(super) struct Configuration {
    /// Its text. Empty where there is none.
    pub(super) text: String,
    /// The profile that `$NEXTEST_PROFILE` asks for.
    pub(super) profile: Option<String>,
}

/// The arguments with which nextest uses a configuration.
pub(super) struct ConfigurationArguments(pub(super) Vec<String>);

impl Configuration {
    /// Writes the project's configuration into `folder`. The user's profile is the one that is used, with all that is in it, and writes the report that is named.
    ///
    /// Unless the project says otherwise, nothing is kept in its folder, and each test may take as long as `limit`.
    ///
    /// The report is in the profile itself: a profile of ours that inherits from it would have neither its filter nor its overrides.
    pub(super) fn write(
        &self,
        folder: &Path,
        report: &Path,
        limit: Duration,
    ) -> anyhow::Result<ConfigurationArguments> {
        let file = folder.join("nextest.toml");
        std::fs::write(&file, self.with_report(report)?)?;
        let defaults = folder.join("defaults.toml");
        let text = format!(
            "[store]\ndir = {}\n[profile.default]\nslow-timeout = {{ period = \"{}s\", terminate-after = 1 }}\n",
            quoted(&folder.join("store").display().to_string()),
            limit.as_secs()
        );
        std::fs::write(&defaults, text)?;
        let words = |path: &Path| path.display().to_string();
        Ok(ConfigurationArguments(vec![
            "--config-file".to_owned(),
            words(&file),
            "--tool-config-file".to_owned(),
            format!("crossum:{}", words(&defaults)),
            "--profile".to_owned(),
            self.profile().to_owned(),
        ]))
    }

    fn profile(&self) -> &str {
        self.profile.as_deref().unwrap_or(DEFAULT_PROFILE)
    }

    /// The project's configuration, in which the profile that is used writes a report.
    fn with_report(&self, report: &Path) -> anyhow::Result<String> {
        let mut table: Table = self.text.parse().context(FILE)?;
        let mut junit = Table::new();
        let path = Value::from(report.display().to_string());
        junit.insert("path".to_owned(), path);
        junit.insert("store-success-output".to_owned(), false.into());
        junit.insert("store-failure-output".to_owned(), true.into());
        let profiles = inner(&mut table, "profile")?;
        let profile = inner(profiles, self.profile())?;
        profile.insert("junit".to_owned(), junit.into());
        Ok(toml::to_string(&table)?)
    }
}

/// The table of that name in a table, which gets an empty one where it has none.
fn inner<'a>(table: &'a mut Table, name: &str) -> anyhow::Result<&'a mut Table> {
    let value = table.entry(name).or_insert_with(|| Table::new().into());
    let table = value.as_table_mut();
    table.with_context(|| format!("{FILE}: `{name}` is no table"))
}

/// A string as TOML writes it.
fn quoted(text: &str) -> String {
    // A string of JSON is a string of TOML.
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_that_is_used_keeps_all_that_is_in_it() {
        let text = "[profile.ci]\ndefault-filter = 'not test(slow)'\nretries = 2\n[profile.ci.junit]\npath = \"theirs.xml\"\n[[profile.ci.overrides]]\nfilter = 'test(a)'\nretries = 3\n[[profile.ci.overrides]]\nfilter = 'test(b)'\nretries = 4\n";
        for profile in [Some("ci"), None] {
            let configuration = Configuration {
                text: text.to_owned(),
                profile: profile.map(str::to_owned),
            };
            let written: Table = configuration
                .with_report("/ours.xml".as_ref())
                .unwrap()
                .parse()
                .unwrap();
            let mut expected: Table = text.parse().unwrap();
            let profiles = inner(&mut expected, "profile").unwrap();
            let used = inner(profiles, profile.unwrap_or("default")).unwrap();
            let junit =
                "path = \"/ours.xml\"\nstore-success-output = false\nstore-failure-output = true";
            let junit: Table = junit.parse().unwrap();
            used.insert("junit".to_owned(), junit.into());
            assert_eq!(written, expected, "{profile:?}");
        }
    }

    #[test]
    fn a_profile_that_is_no_table_is_an_error() {
        let configuration = Configuration {
            text: "profile = 1".to_owned(),
            profile: None,
        };
        let error = configuration.with_report("/r.xml".as_ref()).unwrap_err();
        assert!(
            error.to_string().contains("`profile` is no table"),
            "{error}"
        );
    }
}
