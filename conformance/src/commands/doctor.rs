//! `crossum doctor`: what is here for each target, where it was found, or how to get it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use cross::Host;
use cross::compiler::Compiler;
use cross::find::{Finding, Remedy};
use cross::process::ProcessError;
use cross::rust_std::{Place, RustStd};
use layout::Abis;

use super::print;
use faults;
use kit::exit::Exit;
use kit::tools::Tools;

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const DIM: Style = Style::new().dimmed();

/// Looks, and says what it found.
pub(super) async fn run(host: Host, names: &[String]) -> anyhow::Result<Exit> {
    let targets: BTreeSet<_> = kit::names::targets_of_tests(names)?
        .into_iter()
        .map(|target| target.name.as_str())
        .collect();
    let tools = Tools::find(host, Abis::builtin(), &targets).await?;

    let mut text = String::new();
    let mut packages = BTreeSet::new();
    let (mut broken, mut misnamed) = (0_usize, 0_usize);
    for kit in tools.kits.values() {
        writeln!(text, "{} ({})", kit.target.name, kit.abi.name())?;
        if let Some(why) = &kit.target.unobserved {
            writeln!(text, "  {DIM}modelled only: {why}{DIM:#}")?;
        }
        for (what, compiler) in [("gcc", &kit.gcc), ("clang", &kit.clang)] {
            let version = version(compiler).await;
            broken += usize::from(version.is_err());
            match version {
                Ok(version) => line(&mut text, what, compiler, &version)?,
                Err(error) => writeln!(text, "  {BAD}!{BAD:#} {what:<9}  {error}")?,
            }
        }
        line(
            &mut text,
            "rust std",
            &kit.rust,
            &kit.rust
                .as_ref()
                .map(|std| library(&std.value))
                .unwrap_or_default(),
        )?;
        line(
            &mut text,
            "C library",
            &kit.c_library,
            &kit.c_library
                .as_ref()
                .map(|found| found.value.display().to_string())
                .unwrap_or_default(),
        )?;
        let runner = match &kit.runner {
            Ok(found) => found.value.describe().await,
            Err(_) => String::new(),
        };
        line(&mut text, "runner", &kit.runner, &runner)?;
        for missing in kit.missing() {
            match &missing.remedy {
                Remedy::Packages(names) => packages.extend(names.iter().cloned()),
                Remedy::Correct => misnamed += 1,
                Remedy::Nothing(_) => {}
            }
        }
    }
    let faults = faults::HostTools::find(&tools.host);
    writeln!(text, "failure scenarios")?;
    for (what, tool) in [
        ("ip", &faults.ip),
        ("nsenter", &faults.nsenter),
        ("unshare", &faults.unshare),
        ("prlimit", &faults.prlimit),
    ] {
        let place = tool.as_ref().map(|found| found.value.display().to_string());
        line(&mut text, what, tool, &place.unwrap_or_default())?;
    }
    for missing in faults.missing() {
        if let Remedy::Packages(names) = &missing.remedy {
            packages.extend(names.iter().cloned());
        }
    }
    let exit = if broken > 0 {
        writeln!(text, "\n{BAD}some compilers do not work{BAD:#}: see above")?;
        Exit::CouldNotRun
    } else if packages.is_empty() && misnamed > 0 {
        writeln!(
            text,
            "\n{BAD}some things are not where they are said to be{BAD:#}: see above"
        )?;
        Exit::CouldNotRun
    } else if packages.is_empty() {
        writeln!(text, "\n{GOOD}nothing is missing{GOOD:#}")?;
        Exit::Held
    } else {
        let packages: Vec<_> = packages.into_iter().collect();
        writeln!(
            text,
            "\n{BAD}missing{BAD:#}: `crossum setup` installs it, or `apt-get install {}`",
            packages.join(" ")
        )?;
        Exit::CouldNotRun
    };
    print(&text)?;
    Ok(exit)
}

fn line<T>(text: &mut String, what: &str, finding: &Finding<T>, value: &str) -> std::fmt::Result {
    match finding {
        Ok(found) => {
            let origin = found.origin.to_string();
            let origin = if origin == value {
                String::new()
            } else {
                format!(" {DIM}from {origin}{DIM:#}")
            };
            writeln!(text, "  {GOOD}+{GOOD:#} {what:<9}  {value}{origin}")
        }
        Err(missing) => match &missing.remedy {
            Remedy::Nothing(why) => writeln!(text, "  {DIM}- {what:<9}  {why}{DIM:#}"),
            Remedy::Correct => {
                let looked = missing.looked.join(", ");
                writeln!(text, "  {BAD}!{BAD:#} {what:<9}  {looked}")
            }
            Remedy::Packages(packages) => {
                writeln!(
                    text,
                    "  {BAD}!{BAD:#} {what:<9}  missing: Debian's {}",
                    packages.join(" ")
                )?;
                writeln!(
                    text,
                    "               {DIM}looked at {}{DIM:#}",
                    missing.looked.join(", ")
                )
            }
        },
    }
}

/// A compiler's version; one that is there and cannot say it is no compiler.
async fn version(compiler: &Finding<Compiler>) -> Result<String, ProcessError> {
    match compiler {
        Ok(found) => found.value.version().await,
        Err(_) => Ok(String::new()),
    }
}

fn library(std: &RustStd) -> String {
    let place = match std.place {
        Place::Toolchain => "the toolchain's own",
        Place::Sysroot(_) => "in a sysroot of its own",
        Place::ToBeBuilt { .. } => "to be built from source at first use",
    };
    format!("{place}, for Rust {}", std.toolchain.release)
}
