//! C compilers, and where they are looked for.
//!
//! gcc for a target:
//! 1. `$CROSSUM_TARGET_<TARGET>_GCC`;
//! 2. `<gnu prefix>-gcc` on the search path;
//! 3. `gcc` on the search path, when the target is this machine.
//!
//! A sysroot that the user names ([`runner`]) is given to what compiles and to what links.
//!
//! clang for a target (it only compiles: the target's gcc links, so that both use one C library and one linker):
//! 1. `$CROSSUM_TARGET_<TARGET>_CLANG`;
//! 2. `clang` on the search path, with the target's C library headers from `/usr/<gnu prefix>/include`.
//!
//! zig, where a target's row has it, alone or beside the others: the one that `crossum setup --with zig` brought ([`zig`](mod@crate::zig)).

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::find::{Finding, Found, Missing, Origin, Remedy};
use crate::host::Host;
use crate::process::{Invocation, ProcessError};
use crate::runner;
use crate::target::{Target, ZIG_ALONE};
use crate::zig;

/// The compilers that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Make {
    /// GNU.
    Gcc,
    /// LLVM.
    Clang,
    /// LLVM, with the C library that zig brings.
    Zig,
}

/// How far a compiler goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the text that the preprocessor leaves.
    Preprocess,
    /// To an object.
    Compile,
}

impl Step {
    /// The option that makes it stop there.
    pub fn flag(self) -> &'static str {
        match self {
            Step::Preprocess => "-E",
            Step::Compile => "-c",
        }
    }
}

/// A C compiler for one target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiler {
    /// Which of them.
    pub make: Make,
    /// The program.
    pub program: PathBuf,
    /// The flags that make it compile for the target.
    target_flags: Vec<String>,
    /// What it wants in its environment.
    variables: Vec<(&'static str, OsString)>,
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

const COMPILE_TIMEOUT: Duration = Duration::from_secs(300);

/// The first program that zig links for a target waits until its C library is built: a minute of a core that does nothing else.
const ZIG_TIMEOUT: Duration = Duration::from_secs(3600);

impl Make {
    /// The word in names, variables and reports.
    pub fn name(self) -> &'static str {
        match self {
            Make::Gcc => "gcc",
            Make::Clang => "clang",
            Make::Zig => "zig",
        }
    }
}

/// Looks for gcc for a target.
pub fn gcc(host: &Host, target: &Target) -> Finding<Compiler> {
    if target.is_of_zig_alone() {
        return Err(none(format!("gcc for {}", target.name), ZIG_ALONE));
    }
    let prefixed = format!("{}-gcc", target.gnu);
    let names: Vec<_> = std::iter::once(prefixed.as_str())
        .chain(target.is_native().then_some("gcc"))
        .collect();
    let found = program(host, &target.variable("GCC"), &names).map_err(|looked| Missing {
        what: format!("gcc for {}", target.name),
        looked,
        remedy: Remedy::Packages(target.packages()),
    })?;
    Ok(found.map(|program| {
        let mut flags = sysroot_flags(host, target);
        flags.extend(target.flags.iter().cloned());
        let linker = Linker {
            program: program.clone(),
            flags: flags.clone(),
        };
        Compiler {
            make: Make::Gcc,
            program,
            target_flags: flags,
            variables: Vec::new(),
            linker,
        }
    }))
}

/// Looks for clang for a target.
pub fn clang(host: &Host, target: &Target) -> Finding<Compiler> {
    let what = format!("clang for {}", target.name);
    let Some(triple) = &target.clang else {
        let why = target.no_clang.as_deref();
        return Err(none(what, why.unwrap_or("clang has no such target")));
    };
    let found = program(host, &target.variable("CLANG"), &["clang"]).map_err(|looked| Missing {
        what: what.clone(),
        looked,
        remedy: Remedy::Packages(vec!["clang".to_owned()]),
    })?;
    let linker = gcc(host, target)
        .map_err(|missing| Missing {
            what: format!("linker for {what} ({})", missing.what),
            ..missing
        })?
        .value
        .linker;
    let mut flags = vec![format!("--target={triple}")];
    flags.extend(target.flags.iter().cloned());
    flags.extend(headers(host, target));
    Ok(found.map(|program| Compiler {
        make: Make::Clang,
        program,
        target_flags: flags,
        variables: Vec::new(),
        linker,
    }))
}

/// Looks for zig for a target.
pub fn zig(host: &Host, target: &Target) -> Finding<Compiler> {
    let what = format!("zig for {}", target.name);
    let Some(triple) = &target.zig else {
        return Err(none(what, "no row of the targets has zig build for it"));
    };
    let mut flags = ["cc", "-target", triple].map(str::to_owned).to_vec();
    if target.is_of_zig_alone() {
        // No package brings the C library that a program would look for as it starts.
        flags.push("-static".to_owned());
    }
    flags.extend(target.flags.iter().cloned());
    Ok(zig::find(host, &what)?.map(|program| Compiler {
        make: Make::Zig,
        target_flags: flags.clone(),
        variables: zig::variables(host),
        linker: Linker {
            program: program.clone(),
            flags,
        },
        program,
    }))
}

/// There is no such compiler, whatever is installed.
fn none(what: String, why: &str) -> Missing {
    Missing {
        what,
        looked: Vec::new(),
        remedy: Remedy::Nothing(why.to_owned()),
    }
}

/// The program that a variable names, else the first of these names on the search path; or where it was looked for.
fn program(host: &Host, variable: &str, names: &[&str]) -> Result<Found<PathBuf>, Vec<String>> {
    if let Some(named) = host.variable(variable) {
        let nothing = || {
            vec![format!(
                "${variable}, which names `{named}`: no such program"
            )]
        };
        let value = host.named_program(named).ok_or_else(nothing)?;
        return Ok(Found {
            value,
            origin: Origin::Variable(variable.to_owned()),
        });
    }
    let looked = || {
        std::iter::once(format!("${variable}"))
            .chain(names.iter().map(|name| format!("{name} on PATH")))
    };
    let value = names
        .iter()
        .find_map(|name| host.program(name))
        .ok_or_else(|| looked().collect::<Vec<_>>())?;
    Ok(Found {
        origin: Origin::Path(value.clone()),
        value,
    })
}

/// Where clang finds the target's C library headers: Debian's are not where its own --sysroot would look (usr/include below it).
fn headers(host: &Host, target: &Target) -> Vec<String> {
    let flags = sysroot_flags(host, target);
    let include = host.installed(&format!("usr/{}/include", target.gnu));
    match include {
        Some(include) if flags.is_empty() && !target.is_native() => {
            vec!["-isystem".to_owned(), include.display().to_string()]
        }
        _ => flags,
    }
}

fn sysroot_flags(host: &Host, target: &Target) -> Vec<String> {
    let named = runner::sysroot(host, target);
    named
        .map(|folder| format!("--sysroot={}", folder.value.display()))
        .into_iter()
        .collect()
}

impl Compiler {
    /// This program, in the environment that the compiler wants.
    fn starts(&self, program: &Path) -> Invocation {
        let variables = self.variables.iter();
        variables.fold(Invocation::new(program), |all, (name, value)| {
            all.env(name, value)
        })
    }

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
        self.build_with(flags, sources, folder, &[], output).await
    }

    /// The same, with these words for the linker, after the objects.
    ///
    /// # Errors
    /// The compiler's or linker's own message.
    pub async fn build_with(
        &self,
        flags: &[&str],
        sources: &[PathBuf],
        folder: &Path,
        link: &[&str],
        output: &Path,
    ) -> Result<(), ProcessError> {
        if self.make == Make::Zig {
            // With `-c` it makes one object of all sources, named as the first.
            let build = self
                .starts(&self.program)
                .args(&self.target_flags)
                .args(flags)
                .args(sources)
                .args(link)
                .arg("-o")
                .arg(output)
                .directory(folder);
            build.run(ZIG_TIMEOUT).await?;
            return Ok(());
        }
        let compile = self
            .starts(&self.program)
            .args(&self.target_flags)
            .args(flags)
            .arg("-c")
            .args(sources)
            .directory(folder);
        compile.run(COMPILE_TIMEOUT).await?;
        let objects = sources
            .iter()
            .filter_map(|source| Some(folder.join(source.file_stem()?).with_extension("o")));
        self.starts(&self.linker.program)
            .args(&self.linker.flags)
            .args(objects)
            .args(link)
            .arg("-o")
            .arg(output)
            .directory(folder)
            .run(COMPILE_TIMEOUT)
            .await?;
        Ok(())
    }

    /// Compiles and links one C source into a shared library, or what the target has in its place.
    ///
    /// # Errors
    /// The compiler's or linker's own message.
    pub async fn library(
        &self,
        source: &Path,
        libraries: &[&str],
        output: &Path,
    ) -> Result<(), ProcessError> {
        let build = self
            .starts(&self.program)
            .args(&self.target_flags)
            .args(["-shared", "-O2", "-o"])
            .arg(output)
            .arg(source)
            .args(libraries);
        build.run(COMPILE_TIMEOUT).await?;
        Ok(())
    }

    /// Compiles one C source into an object, or preprocesses it into a text.
    ///
    /// # Errors
    /// The compiler's own message.
    pub async fn compile(
        &self,
        step: Step,
        flags: &[OsString],
        source: &Path,
        output: &Path,
    ) -> Result<(), ProcessError> {
        let compile = self
            .starts(&self.program)
            .args(&self.target_flags)
            .args(flags)
            .arg(step.flag())
            .arg(source)
            .arg("-o")
            .arg(output);
        compile.run(COMPILE_TIMEOUT).await?;
        Ok(())
    }

    /// The command that compiles for the target: the program and its flags. More arguments are to be appended.
    pub fn words(&self) -> Vec<String> {
        let program = self.program.display().to_string();
        std::iter::once(program)
            .chain(self.target_flags.iter().cloned())
            .collect()
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
        let asked = match self.make {
            Make::Gcc | Make::Clang => "--version",
            Make::Zig => "version",
        };
        let said = self
            .starts(&self.program)
            .arg(asked)
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
