//! Packages from PyPI, in a virtual environment.

use std::path::Path;

use cross::Host;
use cross::process::Invocation;

use super::{ASKED_WITHIN, Installed, bring, first_line, folder, needed};
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
        let environment = new.join(ENVIRONMENT);
        // A pip of its own would be most of the environment: the system's does, if it is there and knows `--python`.
        let pip_of = |environment: &Path| {
            let pip = python.clone().args(["-m", "pip", "--python"]);
            pip.arg(environment)
        };
        let system = pip_of(python.program()).arg("--version");
        let is_shared = system.run(ASKED_WITHIN).await.is_ok();
        let make = python.clone().args(["-m", "venv"]);
        let make = make.args(is_shared.then_some("--without-pip"));
        let make = make.arg(&environment).kill_with_parent(host);
        bring("a virtual environment", make).await?;
        let own = environment.join("bin/python");
        let pip = match is_shared {
            true => pip_of(&own),
            false => Invocation::new(own).args(["-m", "pip"]),
        };
        let pip = pip
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
        // `-I`: neither the environment nor the folder adds modules. `-B`: nothing is written into the folder, which is as it was put there.
        program: python
            .args(["-I", "-B"])
            .arg(place.join(DRIVER))
            .arg(place.join(&one.codec)),
        runner: version + &package.unwrap_or_default(),
    })
}
