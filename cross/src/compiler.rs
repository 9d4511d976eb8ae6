//! C compilers, and where they are looked for.
//!
//! gcc for a target:
//! 1. `$CROSSUM_TARGET_<TARGET>_GCC`;
//! 2. `<gnu prefix>-gcc` on the search path;
//! 3. `gcc` on the search path, when the target is this machine.
//!
//! `$CROSSUM_TARGET_<TARGET>_SYSROOT`, if it is set, is told to whichever compiles and links.
//!
//! clang for a target (it only compiles: the target's gcc links, so that both use one C library and one linker):
//! 1. `$CROSSUM_TARGET_<TARGET>_CLANG`;
//! 2. `clang` on the search path, with the target's C library headers from `/usr/<gnu prefix>/include`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::find::{Finding, Found, Missing, Origin, Remedy};
use crate::host::Host;
use crate::process::{Invocation, ProcessError};
use crate::target::Target;

/// The two compilers that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Make {
    /// GNU.
    Gcc,
    /// LLVM.
    Clang,
}

/// A C compiler for one target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiler {
    /// Which of the two.
    pub make: Make,
    /// The program.
    pub program: PathBuf,
    /// The flags that make it compile for the target.
    target_flags: Vec<String>,
    /// What links what it compiled.
    linker: Linker,
}

/// A program that links for a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linker {
    /// The program.
    pub program: PathBuf,
    /// The flags that it needs.
    pub flags: Vec<String>,
}

const A_COMPILE: Duration = Duration::from_secs(300);

impl Make {
    /// The word in names, variables and reports.
    pub fn name(self) -> &'static str {
        match self {
            Make::Gcc => "gcc",
            Make::Clang => "clang",
        }
    }
}

/// Looks for gcc for a target.
pub fn gcc(host: &Host, target: &Target) -> Finding<Compiler> {
    let variable = target.variable("GCC");
    let prefixed = format!("{}-gcc", target.gnu);
    let native = target.is_native().then_some("gcc");
    let missing = |looked| Missing {
        what: format!("gcc for {}", target.name),
        looked,
        remedy: Remedy::Packages(target.packages()),
    };
    let (program, origin) = match host.variable(&variable) {
        Some(named) => {
            let program = host.named_program(named);
            (
                program.ok_or_else(|| missing(vec![not_a_program(&variable, named)]))?,
                Origin::Variable(variable),
            )
        }
        None => {
            let names = std::iter::once(prefixed.as_str()).chain(native);
            let program = names
                .clone()
                .find_map(|name| host.program(name))
                .ok_or_else(|| {
                    let looked = names.map(|name| format!("{name} on PATH"));
                    missing(
                        std::iter::once(format!("${variable}"))
                            .chain(looked)
                            .collect(),
                    )
                })?;
            (program.clone(), Origin::Path(program))
        }
    };
    let flags = sysroot_flags(host, target);
    let linker = Linker {
        program: program.clone(),
        flags: flags.clone(),
    };
    Ok(Found {
        value: Compiler {
            make: Make::Gcc,
            program,
            target_flags: flags,
            linker,
        },
        origin,
    })
}

/// Looks for clang for a target.
pub fn clang(host: &Host, target: &Target) -> Finding<Compiler> {
    let what = format!("clang for {}", target.name);
    let Some(triple) = &target.clang else {
        let why = target
            .no_clang
            .clone()
            .unwrap_or_else(|| "clang has no such target".to_owned());
        return Err(Missing {
            what,
            looked: Vec::new(),
            remedy: Remedy::Nothing(why),
        });
    };
    let variable = target.variable("CLANG");
    let missing = |looked| Missing {
        what: what.clone(),
        looked,
        remedy: Remedy::Packages(vec!["clang".to_owned()]),
    };
    let (program, origin) = match host.variable(&variable) {
        Some(named) => {
            let program = host.named_program(named);
            (
                program.ok_or_else(|| missing(vec![not_a_program(&variable, named)]))?,
                Origin::Variable(variable),
            )
        }
        None => {
            let looked = || missing(vec![format!("${variable}"), "clang on PATH".to_owned()]);
            let program = host.program("clang").ok_or_else(looked)?;
            (program.clone(), Origin::Path(program))
        }
    };
    let linker = gcc(host, target)
        .map_err(|missing| Missing {
            what: format!("linker for {what} ({})", missing.what),
            ..missing
        })?
        .value
        .linker;
    let mut target_flags = vec![format!("--target={triple}")];
    target_flags.extend(sysroot_flags(host, target));
    // Debian's cross C libraries are not where clang's own --sysroot would look (usr/include below it).
    let include = host.installed(&format!("usr/{}/include", target.gnu));
    if let (Some(include), false, 1) = (include, target.is_native(), target_flags.len()) {
        target_flags.extend(["-isystem".to_owned(), include.display().to_string()]);
    }
    Ok(Found {
        value: Compiler {
            make: Make::Clang,
            program,
            target_flags,
            linker,
        },
        origin,
    })
}

fn sysroot_flags(host: &Host, target: &Target) -> Vec<String> {
    let named = host.variable(&target.variable("SYSROOT"));
    named
        .map(|folder| format!("--sysroot={folder}"))
        .into_iter()
        .collect()
}

fn not_a_program(variable: &str, named: &str) -> String {
    format!("${variable}, which names `{named}`: no such program")
}

impl Compiler {
    /// Compiles and links C sources into one program.
    ///
    /// Objects are left in `folder`, which must be the caller's own; `output` is complete or not there.
    ///
    /// # Errors
    /// The compiler's or linker's own message.
    pub async fn build(
        &self,
        flags: &[&str],
        sources: &[PathBuf],
        folder: &Path,
        output: &Path,
    ) -> Result<(), ProcessError> {
        let compile = Invocation::new(&self.program)
            .args(&self.target_flags)
            .args(flags)
            .arg("-c")
            .args(sources)
            .directory(folder);
        compile.run(A_COMPILE).await?;
        let objects = sources
            .iter()
            .filter_map(|source| Some(folder.join(source.file_stem()?).with_extension("o")));
        Invocation::new(&self.linker.program)
            .args(&self.linker.flags)
            .args(objects)
            .arg("-o")
            .arg(output)
            .directory(folder)
            .run(A_COMPILE)
            .await?;
        Ok(())
    }

    /// What links.
    pub fn linker(&self) -> &Linker {
        &self.linker
    }

    /// The compiler's own word about its version, such as `gcc 12.2.0`.
    ///
    /// # Errors
    /// It does not start, or does not know `--version`.
    pub async fn version(&self) -> Result<String, ProcessError> {
        let said = Invocation::new(&self.program)
            .arg("--version")
            .run(Duration::from_secs(20))
            .await?;
        // The version is the last word of the first line that looks like one; the rest names the vendor's build.
        let number = said
            .lines()
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .rfind(|word| word.starts_with(|c: char| c.is_ascii_digit()))
            .unwrap_or("of an unknown version");
        Ok(format!("{} {number}", self.make.name()))
    }
}
