//! Jars of the system, and a source that Java compiles when it starts it.

use std::path::Path;

use cross::Host;

use kit::packages::{first_line, needed};

use super::{Installed, debian_versions, folder};
use crate::implementation::Implementation;

/// Where Debian and its kin have them.
const JARS: &str = "/usr/share/java";

pub(super) async fn install(one: &Implementation, host: &Host) -> anyhow::Result<Installed> {
    let how = format!(
        "apt-get install default-jdk-headless {}",
        one.debian.join(" ")
    );
    let java = needed("java", &how, host)?;
    let version = first_line(java.clone().arg("--version")).await?;
    let jars: Vec<_> = one
        .jars
        .iter()
        .map(|jar| Path::new(JARS).join(jar))
        .collect();
    if let Some(missing) = jars.iter().find(|jar| !jar.is_file()) {
        anyhow::bail!("{} is not there ({how})", missing.display());
    }
    let place = folder(one, &[&one.codec], &version, host, async |_| Ok(())).await?;
    let versions = debian_versions(&one.debian, host).await;
    Ok(Installed {
        program: java
            .arg("-cp")
            .arg(std::env::join_paths(&jars)?)
            .arg(place.join(&one.codec)),
        runner: format!("Java {version}{versions}"),
    })
}
