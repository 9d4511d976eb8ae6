//! Packages from npm, in a folder's `node_modules`.

use cross::Host;

use super::{Installed, bring, first_line, folder, needed};
use crate::implementation::Implementation;

const DRIVER: &str = "codec.mjs";

pub(super) async fn install(one: &Implementation, host: &Host) -> anyhow::Result<Installed> {
    let node = needed("node", "apt-get install nodejs npm", host)?;
    let version = first_line(node.clone().arg("--version")).await?;
    let sources = [DRIVER, &one.codec];
    let place = folder(one, &sources, &version, host, async |new| {
        if one.packages.is_empty() {
            return Ok(());
        }
        let npm = needed("npm", "apt-get install npm", host)?
            .arg("install")
            .arg("--prefix")
            .arg(new)
            // Nothing of a package is run but what the codec calls.
            .args(["--ignore-scripts", "--no-save", "--no-audit", "--no-fund"])
            .args(["--loglevel", "error", "--fetch-retries", "1"])
            .args(&one.packages);
        bring(&one.packages.join(", "), npm.kill_with_parent(host)).await
    })
    .await?;
    let package = one.packages.first();
    let package = package.and_then(|package| package.rsplit_once('@'));
    let package = package.map(|(name, version)| format!(", {name} {version}"));
    Ok(Installed {
        program: node.arg(place.join(DRIVER)).arg(place.join(&one.codec)),
        runner: format!("Node {version}{}", package.unwrap_or_default()),
    })
}
