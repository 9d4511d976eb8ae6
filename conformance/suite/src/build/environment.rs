//! The variables that cargo gets to build for a target, and the scripts that they name.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use cross::compiler::Linker;
use cross::process::Invocation;
use cross::rust_std::{RustStd, Toolchain};
use cross::target::hosted;
use cross::{Host, Target};

/// What the variables depend on.
pub(super) struct BuildEnvironment<'a> {
    pub(super) host: &'a Host,
    /// A folder that lives as long as the run.
    pub(super) scratch: &'a Path,
    pub(super) target: &'a Target,
    pub(super) std: &'a RustStd,
    pub(super) linker: &'a Linker,
    /// Where cargo builds. Scripts on which the age of a build depends are kept there.
    pub(super) folder: &'a Path,
    /// Where processes are recorded.
    pub(super) records: &'a Path,
    /// Whether somebody will look at the programs with a debugger.
    pub(super) is_for_debugger: bool,
}

/// With so few cores, each crate is compiled as one unit.
const FEW_CORES: usize = 2;

impl BuildEnvironment<'_> {
    /// Writes the scripts, and gives the variables.
    pub(super) fn variables(&self) -> anyhow::Result<Vec<(String, String)>> {
        let text = |path: PathBuf| path.display().to_string();
        let mut variables = vec![
            ("CARGO_TARGET_DIR".to_owned(), text(self.folder.to_owned())),
            ("RUSTC".to_owned(), text(self.rustc()?)),
            ("RUSTDOC".to_owned(), text(self.rustdoc()?)),
            ("CARGO_TERM_COLOR".to_owned(), "never".to_owned()),
        ];
        // The tests of procedural macros are programs of this machine.
        let target = self.target;
        let runners = hosted().filter(|one| one.is_native() || one.name == target.name);
        let recorder = self.recorder("program");
        variables.extend(runners.map(|one| (one.cargo_variable("RUNNER"), recorder.clone())));
        if !target.is_native() {
            let linker = text(self.linker_program()?);
            // Build scripts that compile C look for their compiler in this variable.
            let compiler = format!("CC_{}", target.name.replace('-', "_"));
            if self.host.variable(&compiler).is_none() {
                variables.push((compiler, linker.clone()));
            }
            variables.push((target.cargo_variable("LINKER"), linker));
        }
        variables.extend(self.profiles());
        Ok(variables)
    }

    /// What makes a build quicker, unless the user decides otherwise.
    fn profiles(&self) -> impl Iterator<Item = (String, String)> {
        // Line numbers are enough for a backtrace, and are built in less time. A debugger wants names, too.
        let lines = match self.is_for_debugger {
            true => "full",
            false => "line-tables-only",
        };
        let debug = [
            ("CARGO_PROFILE_DEV_DEBUG", lines),
            ("CARGO_PROFILE_TEST_DEBUG", lines),
            ("CARGO_INCREMENTAL", "0"),
        ];
        // `--release` has neither.
        let release = [("CARGO_PROFILE_RELEASE_DEBUG", lines)];
        let release = release.into_iter().filter(|_| self.is_for_debugger);
        // A crate that is cut into more units than there are cores takes a sixth longer.
        let units = [
            ("CARGO_PROFILE_DEV_CODEGEN_UNITS", "1"),
            ("CARGO_PROFILE_TEST_CODEGEN_UNITS", "1"),
        ];
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let units = units.into_iter().filter(move |_| cores <= FEW_CORES);
        let is_free = |(variable, _): &(&str, &str)| self.host.variable(variable).is_none();
        let chosen = debug.into_iter().chain(release).chain(units);
        let chosen = chosen.filter(is_free);
        chosen.map(|(variable, value)| (variable.to_owned(), value.to_owned()))
    }

    /// The command that records a process of this kind.
    fn recorder(&self, kind: &str) -> String {
        let crossum = self.scratch.join("crossum");
        let (crossum, records) = (crossum.display(), self.records.display());
        format!("{crossum} record {records} {kind} --")
    }

    /// The linker, or a script that starts it with the flags that the target needs.
    fn linker_program(&self) -> anyhow::Result<PathBuf> {
        if self.linker.flags.is_empty() {
            return Ok(self.linker.program.clone());
        }
        let path = self.folder.join(format!("linker-{}", self.target.name));
        let command = Invocation::new(&self.linker.program).args(&self.linker.flags);
        script(&path, &format!("exec {command} \"$@\"\n"))?;
        Ok(path)
    }

    /// The compiler. Where a standard library is in a sysroot of its own, it is a script that gives this sysroot to the compiler when it compiles for that target. The script is the same for all targets, so that one cargo can build for several.
    ///
    /// `RUSTFLAGS` would take the place of the project's own flags.
    fn rustc(&self) -> anyhow::Result<PathBuf> {
        let rustc = &self.std.toolchain.rustc;
        let sysroots = self.folder.join("sysroots");
        link(self.std.place.sysroot(), &sysroots.join(&self.target.name))?;
        if !sysroots.is_dir() {
            return Ok(rustc.clone());
        }
        let path = self.folder.join("rustc");
        let [rustc, sysroots] = [rustc, &sysroots].map(|path| Invocation::new(path).to_string());
        script(
            &path,
            &format!(
                "for word do
case $word in --target=*) target=${{word#*=}};; esac
case $before in --target) target=$word;; esac
before=$word
done
if [ -n \"$target\" ] && [ -d {sysroots}/\"$target\" ]; then exec {rustc} --sysroot={sysroots}/\"$target\" \"$@\"; fi
exec {rustc} \"$@\"
"
            ),
        )?;
        Ok(path)
    }

    /// A script in the place of rustdoc. It records the process where cargo wants to test examples.
    fn rustdoc(&self) -> anyhow::Result<PathBuf> {
        let path = self.scratch.join(format!("rustdoc-{}", self.target.name));
        let real = Invocation::new(rustdoc_of(&self.std.toolchain));
        let recorder = self.recorder("rustdoc");
        script(
            &path,
            &format!(
                "case \" $* \" in *' --test '*) exec {recorder} \"$@\";; esac\nexec {real} \"$@\"\n"
            ),
        )?;
        Ok(path)
    }
}

/// The rustdoc that belongs to a compiler.
pub(crate) fn rustdoc_of(toolchain: &Toolchain) -> PathBuf {
    toolchain.rustc.with_file_name("rustdoc")
}

/// Lets a link lead to a folder; without one, removes the link.
fn link(folder: Option<&Path>, path: &Path) -> anyhow::Result<()> {
    let found = std::fs::read_link(path).ok();
    if found.as_deref() == folder {
        return Ok(());
    }
    if found.is_some() {
        std::fs::remove_file(path)?;
    }
    if let (Some(folder), Some(parent)) = (folder, path.parent()) {
        std::fs::create_dir_all(parent)?;
        std::os::unix::fs::symlink(folder, path)?;
    }
    Ok(())
}

/// Writes a script, unless it exists with the same text: cargo rebuilds everything when the compiler's file changes.
fn script(path: &Path, body: &str) -> anyhow::Result<()> {
    let text = format!("#!/bin/sh\n{body}");
    if std::fs::read_to_string(path).is_ok_and(|found| found == text) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let scratch = tempfile::Builder::new()
        .permissions(std::fs::Permissions::from_mode(0o755))
        .tempfile_in(folder)?;
    std::fs::write(scratch.path(), text)?;
    scratch.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use cross::find::Origin;
    use cross::rust_std::Place;

    use super::*;

    #[tokio::test]
    async fn one_compiler_gives_each_target_its_own_standard_library() {
        let folder = tempfile::tempdir().unwrap();
        let host = Host::this();
        let linker = Linker {
            program: "cc".into(),
            flags: Vec::new(),
        };
        let std = |place| RustStd {
            toolchain: Toolchain {
                cargo: "cargo".into(),
                rustc: "/bin/echo".into(),
                release: "1.95.0".to_owned(),
                commit: String::new(),
                sysroot: "/rust".into(),
                origin: Origin::Path("cargo".into()),
            },
            place,
        };
        let rustc = |name: &str, place| {
            let environment = BuildEnvironment {
                host: &host,
                scratch: folder.path(),
                target: cross::target(name).unwrap(),
                std: &std(place),
                linker: &linker,
                folder: folder.path(),
                records: folder.path(),
                is_for_debugger: false,
            };
            environment.rustc().unwrap()
        };
        let (big, small) = ("mips-unknown-linux-gnu", "mipsel-unknown-linux-gnu");
        let [of_big, of_small] = ["big", "small"].map(|name| folder.path().join(name));
        std::fs::create_dir(&of_big).unwrap();
        std::fs::create_dir(&of_small).unwrap();

        // The toolchain's own compiler, as long as it has all the libraries.
        assert_eq!(rustc(small, Place::Toolchain), Path::new("/bin/echo"));
        let script = rustc(big, Place::Sysroot(of_big.clone()));
        assert_eq!(rustc(small, Place::Toolchain), script);
        assert_eq!(rustc(small, Place::Sysroot(of_small.clone())), script);
        let script = script.as_path();
        let said = |args: &'static [&'static str]| async move {
            let said = Invocation::new(script).args(args);
            let said = said.run(std::time::Duration::from_secs(30)).await.unwrap();
            said.trim_end().to_owned()
        };
        let sysroots = folder.path().join("sysroots");
        let sysroots = sysroots.display();
        assert_eq!(
            said(&["--target", "mips-unknown-linux-gnu", "a b.rs"]).await,
            format!("--sysroot={sysroots}/{big} --target {big} a b.rs")
        );
        assert_eq!(
            said(&["x.rs", "--target=mipsel-unknown-linux-gnu"]).await,
            format!("--sysroot={sysroots}/{small} x.rs --target={small}")
        );
        for without in [
            &["x.rs"][..],
            &["--target", "s390x-unknown-linux-gnu"],
            &["--target"],
            &["--crate-name", "mips-unknown-linux-gnu"],
        ] {
            assert_eq!(said(without).await, without.join(" "));
        }
        // Now the toolchain has it.
        rustc(big, Place::Toolchain);
        assert_eq!(
            said(&["--target", "mips-unknown-linux-gnu"]).await,
            format!("--target {big}")
        );
    }

    #[test]
    fn a_script_with_the_same_text_stays_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/rustc");
        script(&path, "exec true\n").unwrap();
        let before = path.metadata().unwrap();
        assert_eq!(before.permissions().mode() & 0o777, 0o755);
        script(&path, "exec true\n").unwrap();
        let after = path.metadata().unwrap();
        assert_eq!(before.modified().unwrap(), after.modified().unwrap());
        use std::os::unix::fs::MetadataExt as _;
        assert_eq!(before.ino(), after.ino());
    }
}
