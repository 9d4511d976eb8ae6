//! Packages from PyPI, in a virtual environment.

use cross::Host;
use cross::process::Invocation;

use super::{Installed, bring, first_line, folder, needed};
use crate::implementation::Implementation;

const DRIVER: &str = "codec.py";
const ENVIRONMENT: &str = "environment";

pub(super) async fn install(one: &Implementation, host: &Host) -> anyhow::Result<Installed> {
    let python = needed("python3", "apt-get install python3 python3-pip", host)?;
    let version = first_line(python.clone().arg("--version")).await?;
    let sources = [DRIVER, &one.codec];
    let place = folder(one, &sources, &version, host, async |new| {
        if one.packages.is_empty() {
            return Ok(());
        }
        let environment = new.join(ENVIRONMENT);
        // A pip of its own would be most of the environment.
        let make = python.clone().args(["-m", "venv", "--without-pip"]);
        let make = make.arg(&environment).kill_with_parent(host);
        bring("a virtual environment", make).await?;
        let pip = python.clone().args(["-m", "pip", "--python"]);
        let pip = pip
            .arg(environment.join("bin/python"))
            .args(["install", "--no-input", "--no-deps"])
            .args(["--quiet", "--disable-pip-version-check", "--retries", "1"])
            .args(&one.packages);
        bring(&one.packages.join(", "), pip.kill_with_parent(host)).await
    })
    .await?;
    let python = match one.packages.is_empty() {
        true => python,
        false => Invocation::new(place.join(ENVIRONMENT).join("bin/python")),
    };
    let packages = one.packages.first();
    let package = packages.map(|package| format!(", {}", package.replace("==", " ")));
    Ok(Installed {
        // `-I`: neither the environment nor the folder adds modules.
        program: python
            .arg("-I")
            .arg(place.join(DRIVER))
            .arg(place.join(&one.codec)),
        runner: version + &package.unwrap_or_default(),
    })
}
