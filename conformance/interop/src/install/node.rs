//! Packages from npm, in a folder's `node_modules`.

use cross::Host;
use kit::packages::{first_line, from_npm, needed};

use super::{Installed, folder};
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
        from_npm(&one.packages, new, host).await
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
