//! The configuration that nextest gets: the project's, and a profile of ours with a report.

use std::path::Path;
use std::time::Duration;

/// The folder and name of the configuration in the workspace's folder.
pub(super) const FILE: &str = ".config/nextest.toml";

/// Our profile: the user's, with a report.
const PROFILE: &str = "crossum";

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
    /// Writes the project's configuration with our profile into `folder`. The profile is the user's, with the report that is named.
    ///
    /// Unless the project says otherwise, nothing is kept in its folder, and each test may take as long as `limit`.
    ///
    /// Both are in one file, because a tool's own file (`--tool-config-file`) cannot inherit from a profile of the project.
    pub(super) fn write(
        &self,
        folder: &Path,
        report: &Path,
        limit: Duration,
    ) -> anyhow::Result<ConfigurationArguments> {
        let inherits = match &self.profile {
            Some(name) => format!("inherits = {}\n", quoted(name)),
            None => String::new(),
        };
        let ours = format!(
            "\n[profile.{PROFILE}]\n{inherits}[profile.{PROFILE}.junit]\npath = {}\nstore-success-output = false\nstore-failure-output = true\n",
            quoted(&report.display().to_string())
        );
        let file = folder.join("nextest.toml");
        std::fs::write(&file, format!("{}{ours}", self.text))?;
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
            PROFILE.to_owned(),
        ]))
    }
}

/// A string as TOML writes it.
fn quoted(text: &str) -> String {
    // A string of JSON is a string of TOML.
    serde_json::Value::from(text).to_string()
}
