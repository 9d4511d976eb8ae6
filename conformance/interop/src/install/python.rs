//! Packages from PyPI, in a virtual environment.

use cross::Host;
use cross::process::Invocation;
use kit::packages::{first_line, from_pypi, needed};

use super::{Installed, folder};
use crate::implementation::Implementation;

const DRIVER: &str = "codec.py";
const ENVIRONMENT: &str = "environment";

pub(super) async fn install(one: &Implementation, host: &Host) -> anyhow::Result<Installed> {
    let python = needed("python3", "apt-get install python3 python3-venv", host)?;
    let version = first_line(python.clone().arg("--version")).await?;
    let sources = [DRIVER, &one.codec];
    let place = folder(one, &sources, &version, host, async |new| {
        if one.packages.is_empty() {
            return Ok(());
        }
        from_pypi(&one.packages, &new.join(ENVIRONMENT), &python, host).await
    })
    .await?;
    let python = match one.packages.is_empty() {
        true => python,
        false => Invocation::new(place.join(ENVIRONMENT).join("bin/python")),
    };
    let packages = one.packages.first();
    let package = packages.map(|package| format!(", {}", package.replace("==", " ")));
    Ok(Installed {
        // `-I`: neither the environment nor the folder adds modules. `-B`: nothing is written into the folder, which is as it was put there.
        program: python
            .args(["-I", "-B"])
            .arg(place.join(DRIVER))
            .arg(place.join(&one.codec)),
        runner: version + &package.unwrap_or_default(),
    })
}
