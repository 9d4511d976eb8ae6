//! `crossum doctor`: what is here for each target, where it was found, or how to get it.

use cross::Host;
use layout::Abis;

use super::print;
use faults::HostTools;
use kit::doctor::Diagnosis;
use kit::exit::Exit;
use kit::tools::Tools;

/// Looks, and says what it found.
pub(super) async fn run(host: Host, names: &[String]) -> anyhow::Result<Exit> {
    let targets = kit::names::targets_and_extras(names, &[])?.into_iter();
    let targets = targets.map(|target| target.name.as_str()).collect();
    let tools = Tools::find(host, Abis::builtin(), &targets).await?;

    let mut diagnosis = Diagnosis::default();
    for target_tools in tools.by_target.values() {
        diagnosis.add_target(target_tools).await?;
    }
    let faults = HostTools::find(&tools.host);
    let programs = [
        ("ip", &faults.ip),
        ("nsenter", &faults.nsenter),
        ("unshare", &faults.unshare),
        ("prlimit", &faults.prlimit),
    ];
    diagnosis.add_programs("failure scenarios", &programs)?;
    let (text, exit) = diagnosis.finish()?;
    print(&text)?;
    Ok(exit)
}
