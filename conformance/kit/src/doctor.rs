//! What is here for each target, where it was found, or how to get it.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};
use std::path::PathBuf;

use cross::TargetTools;
use cross::compiler::Compiler;
use cross::find::{Finding, Missing, Remedy};
use cross::process::ProcessError;
use cross::rust_std::{Place, RustStd};

use crate::exit::Exit;
use crate::style::{BAD, DIM, GOOD};

/// A diagnosis, as it grows.
#[derive(Default)]
pub struct Diagnosis {
    text: String,
    /// Debian's packages that bring what is missing.
    packages: BTreeSet<String>,
    /// What `setup --with` these brings.
    extras: BTreeSet<&'static str>,
    /// How many compilers are there and do not work.
    broken: usize,
    /// How many settings name a wrong place.
    misnamed: usize,
}

impl Diagnosis {
    /// Looks at what there is for a target.
    ///
    /// # Errors
    /// A text in memory cannot be written, which does not happen.
    pub async fn add_target(&mut self, tools: &TargetTools) -> fmt::Result {
        let text = &mut self.text;
        writeln!(text, "{} ({})", tools.target.name, tools.abi.name())?;
        if let Some(why) = &tools.target.unobserved {
            writeln!(text, "  {DIM}modelled only: {why}{DIM:#}")?;
        }
        let zig = tools.target.zig.iter().map(|_| ("zig", &tools.zig));
        let compilers = [("gcc", &tools.gcc), ("clang", &tools.clang)];
        for (what, compiler) in compilers.into_iter().chain(zig) {
            let version = version(compiler).await;
            self.broken += usize::from(version.is_err());
            match version {
                Ok(version) => line(text, what, compiler, &version)?,
                Err(error) => writeln!(text, "  {BAD}!{BAD:#} {what:<9}  {error}")?,
            }
        }
        let std = tools.rust.as_ref().map(|std| library(&std.value));
        line(text, "rust std", &tools.rust, &std.unwrap_or_default())?;
        let place = tools.c_library.as_ref();
        let place = place.map(|found| found.value.display().to_string());
        line(
            text,
            "C library",
            &tools.c_library,
            &place.unwrap_or_default(),
        )?;
        let runner = match &tools.runner {
            Ok(found) => found.value.describe().await,
            Err(_) => String::new(),
        };
        line(text, "runner", &tools.runner, &runner)?;
        for missing in tools.missing() {
            self.note(missing);
        }
        Ok(())
    }

    /// Looks at programs that are of no target.
    ///
    /// # Errors
    /// A text in memory cannot be written, which does not happen.
    pub fn add_programs(
        &mut self,
        title: &str,
        programs: &[(&str, &Finding<PathBuf>)],
    ) -> fmt::Result {
        writeln!(self.text, "{title}")?;
        for (what, program) in programs {
            let place = program.as_ref();
            let place = place.map(|found| found.value.display().to_string());
            line(&mut self.text, what, program, &place.unwrap_or_default())?;
            if let Err(missing) = program {
                self.note(missing);
            }
        }
        Ok(())
    }

    fn note(&mut self, missing: &Missing) {
        match &missing.remedy {
            Remedy::Packages(names) => self.packages.extend(names.iter().cloned()),
            Remedy::Correct => self.misnamed += 1,
            Remedy::Setup(with) => {
                self.extras.insert(with);
            }
            Remedy::Nothing(_) => {}
        }
    }

    /// The text, and what it comes to.
    ///
    /// # Errors
    /// A text in memory cannot be written, which does not happen.
    pub fn finish(self) -> Result<(String, Exit), fmt::Error> {
        let Diagnosis {
            mut text,
            packages,
            extras,
            broken,
            misnamed,
        } = self;
        let brings = |with: &&str| format!("`crossum setup --with {with}`");
        let extras: Vec<_> = extras.iter().map(brings).collect();
        let exit = if broken > 0 {
            writeln!(text, "\n{BAD}some compilers do not work{BAD:#}: see above")?;
            Exit::CouldNotRun
        } else if packages.is_empty() && misnamed > 0 {
            writeln!(
                text,
                "\n{BAD}some things are not where they are said to be{BAD:#}: see above"
            )?;
            Exit::CouldNotRun
        } else if packages.is_empty() && !extras.is_empty() {
            let extras = extras.join(" and ");
            writeln!(text, "\n{BAD}missing{BAD:#}: {extras} brings it")?;
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
        Ok((text, exit))
    }
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
            Remedy::Setup(with) => writeln!(
                text,
                "  {DIM}- {what:<9}  `crossum setup --with {with}` brings it{DIM:#}"
            ),
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
        Place::Sysroot(_) | Place::Kept { .. } => "in a sysroot of its own",
        Place::ToBeBuilt { .. } => "to be built from source at first use",
    };
    format!("{place}, for Rust {}", std.toolchain.release)
}
