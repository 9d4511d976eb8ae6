//! What is around the programs of a target when they run: a folder for temporary files of their own, a network and a view of the project of their own, and a kernel that starts programs of that kind.
//!
//! A test that starts a program of its package (`CARGO_BIN_EXE_*`), or itself, asks the kernel to start a program of another machine. In a user namespace of the run's own, Linux (since 6.7) can be told to start the target's runner for such programs (`binfmt_misc`), and no other process of this machine sees that. Where it cannot be told so, a script that starts the runner takes the place of each program of the package.

use std::fmt::Write as _;
use std::io::Read as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use cross::process::Invocation;
use cross::runner::Runner;
use cross::{Host, TargetTools};
use kit::names::short;

use super::doctests;
use super::namespace::Namespace;
use crate::build::{BuildSite, BuiltTests, Helper, ProcessKind, TestProgram};

/// What is around the programs of a target.
pub(super) struct Surroundings {
    /// Where they put temporary files.
    temporary: Option<PathBuf>,
    /// Starts a program of tests in a namespace of its own, with all of this, where there is one.
    namespace: Option<Invocation>,
    /// Starts one where the kernel starts programs of that kind, in this machine's network and in the project itself.
    starter: Option<Invocation>,
    /// Whether tests may start a program of their package.
    has_helpers: bool,
    /// What a reader must know.
    pub(super) note: Option<&'static str>,
}

/// The note where a package's own programs are not where its tests run.
const NOT_THERE: &str = "tests that start a program of their own package fail there: only the tests are taken to another machine";

impl Surroundings {
    /// Makes them for what was built for a target.
    pub(super) async fn make(
        tools: &TargetTools,
        site: &BuildSite,
        runner: &Runner,
        built: &BuiltTests,
    ) -> anyhow::Result<Surroundings> {
        let mut made = Surroundings {
            temporary: None,
            namespace: None,
            starter: None,
            has_helpers: !built.helpers.is_empty(),
            note: None,
        };
        if let Runner::Remote(_) = runner {
            made.note = made.has_helpers.then_some(NOT_THERE);
            return Ok(made);
        }
        let name = short(&tools.target.name);
        if !tools.target.is_windows() {
            // Short, since the path of a socket has at most 107 octets.
            let temporary = site.scratch.path().join("t").join(name);
            std::fs::create_dir_all(&temporary)?;
            made.temporary = Some(temporary);
        }
        if tools.target.is_native() || tools.target.is_windows() {
            return Ok(made);
        }
        for helper in &built.helpers {
            put_back(helper)?;
        }
        let program = built.programs.iter().find_map(path);
        let program = program.map(Path::to_owned).or_else(|| library(runner));
        let Some(program) = program else {
            return Ok(made);
        };
        let folder = site.scratch.path().join(format!("start-{name}"));
        let [rules, view] = ["binfmt_misc", "view"].map(|name| folder.join(name));
        std::fs::create_dir_all(&rules)?;
        std::fs::create_dir_all(&view)?;
        let starts = Starts::write(&folder, runner, &program)?;
        if is_anothers(&site.project.root) {
            starts.in_place_of_all(built)?;
            return Ok(made);
        }
        let told = Namespace::default().with_rule(&starts.rule, &rules);
        made.starter = told.entered(&site.host, &folder, "told").await;
        let begun = match made.starter {
            Some(_) => told,
            None => {
                starts.in_place_of_all(built)?;
                Namespace::default()
            }
        };
        // A user's own command may need this machine's network to reach where the program runs.
        if !matches!(runner, Runner::Qemu { .. } | Runner::Native) {
            return Ok(made);
        }
        let own = begun
            .with_network(&site.host)
            .with_view(&site.project, &view);
        made.namespace = own.entered(&site.host, &folder, "own").await;
        Ok(made)
    }

    /// A command of a program in these surroundings. It is killed with this process.
    pub(super) fn around(
        &self,
        command: Invocation,
        program: &TestProgram,
        host: &Host,
    ) -> Invocation {
        match (&self.namespace, &program.artifact) {
            // Whoever enters a namespace is no longer killed with his parent. So that comes after it.
            (Some(namespace), Some(_)) => self.bare(command, host).started_by(namespace.clone()),
            _ => self.outside(command, program, host),
        }
    }

    /// The same in this machine's network and in the project itself.
    pub(super) fn outside(
        &self,
        command: Invocation,
        program: &TestProgram,
        host: &Host,
    ) -> Invocation {
        let command = self.bare(command, host);
        let is_doctest = program.record.what == ProcessKind::Rustdoc;
        match (&self.starter, &program.artifact) {
            // An example may start itself, too.
            (Some(starter), artifact) if artifact.is_some() || is_doctest => {
                command.started_by(starter.clone())
            }
            _ => command,
        }
    }

    /// Whether the two differ.
    pub(super) fn is_apart(&self, program: &TestProgram) -> bool {
        self.namespace.is_some() && program.artifact.is_some()
    }

    fn bare(&self, command: Invocation, host: &Host) -> Invocation {
        let temporary = self.temporary.iter();
        let command = temporary.fold(command, |command, folder| command.env("TMPDIR", folder));
        command.kill_with_parent(host)
    }

    /// What starts each test, for who starts the tests of all packages by themselves. A view for each would take longer than most tests.
    pub(super) fn starter(&self) -> Option<&Invocation> {
        self.starter.as_ref().filter(|_| self.has_helpers)
    }

    /// The variables of who starts the tests.
    pub(super) fn temporary(&self) -> Option<&Path> {
        self.temporary.as_deref()
    }
}

/// Whether root tests files of another user. In a namespace root is root of its own files only.
fn is_anothers(project: &Path) -> bool {
    let is_own = |data: std::fs::Metadata| data.uid() == 0;
    nix::unistd::getuid().is_root() && !project.metadata().is_ok_and(is_own)
}

/// The path of a test program.
fn path(program: &TestProgram) -> Option<&Path> {
    program.artifact.as_ref()?;
    program.record.args.first().map(Path::new)
}

/// The C library of an emulated machine, which begins as its programs do: where examples alone are run, none of these is built yet.
fn library(runner: &Runner) -> Option<PathBuf> {
    let Runner::Qemu { sysroot, .. } = runner else {
        return None;
    };
    let places = ["lib", "lib64"].map(|folder| sysroot.join(folder).join("libc.so.6"));
    places.into_iter().find(|place| place.is_file())
}

/// The scripts that start programs of another machine.
struct Starts {
    /// Starts the runner. The program is appended.
    command: Invocation,
    /// What the kernel is told: which files are such programs, and what starts them.
    rule: String,
}

impl Starts {
    /// Writes the script that starts the runner, for programs like this one.
    fn write(folder: &Path, runner: &Runner, program: &Path) -> anyhow::Result<Starts> {
        let mut words = doctests::words(runner).into_iter();
        let first = words.next().context("a runner without words")?;
        let command = Invocation::new(first).args(words);
        let runner = folder.join("runner");
        script(&runner, &format!("exec {command} \"$@\"\n"))?;
        let mut head = [0; HEAD];
        std::fs::File::open(program)?.read_exact(&mut head)?;
        Ok(Starts {
            rule: rule(&head, &runner),
            command,
        })
    }

    /// Puts a script in the place of each program that tests may start.
    fn in_place_of_all(&self, built: &BuiltTests) -> anyhow::Result<()> {
        built
            .helpers
            .iter()
            .try_for_each(|helper| self.in_place_of(helper))
    }

    /// Puts a script in the place of a program. Cargo puts a program there when it builds it anew.
    fn in_place_of(&self, helper: &Helper) -> anyhow::Result<()> {
        let (path, real) = (&helper.path, aside(&helper.path));
        // To rename a file to another name of the same file does nothing, and the script would be written into the program.
        if real.exists() {
            std::fs::remove_file(&real)?;
        }
        std::fs::rename(path, &real)?;
        let command = self.command.clone().arg(&real);
        script(path, &format!("exec {command} \"$@\"\n"))
    }
}

/// Where a program lies while a script is in its place.
fn aside(path: &Path) -> PathBuf {
    path.with_extension("crossum")
}

/// Puts a program back in whose place an earlier run put a script.
fn put_back(helper: &Helper) -> anyhow::Result<()> {
    let (path, real) = (&helper.path, aside(&helper.path));
    let mut head = [0; 2];
    let is_script = std::fs::File::open(path)?.read_exact(&mut head).is_ok() && head == *b"#!";
    if is_script && real.exists() {
        std::fs::rename(real, path)?;
    }
    Ok(())
}

/// How many octets at the beginning of a program say for which kind of machine it is (ELF, `e_ident` to `e_machine`).
const HEAD: usize = 20;

/// The octet of `e_ident` that says which byte order the rest has, and what it is for the less significant first.
const DATA: (usize, u8) = (5, 1);

/// The rule for `binfmt_misc` by which a script starts all programs for the same kind of machine as the one that begins so.
fn rule(head: &[u8; HEAD], runner: &Path) -> String {
    let mut mask = [0xff_u8; HEAD];
    // The ABI of the system may be named or not.
    if let Some(octet) = mask.get_mut(7) {
        *octet = 0;
    }
    // A program is of type 2 or 3, depending on whether it may lie anywhere.
    let low = if head.get(DATA.0) == Some(&DATA.1) {
        16
    } else {
        17
    };
    if let Some(octet) = mask.get_mut(low) {
        *octet = 0xfe;
    }
    let spelt = |octets: [u8; HEAD]| {
        let mut text = String::new();
        for octet in octets {
            // A string takes everything.
            let _ = write!(text, "\\x{octet:02x}");
        }
        text
    };
    let mut magic = *head;
    for (octet, mask) in magic.iter_mut().zip(mask) {
        *octet &= mask;
    }
    let runner = runner.display();
    format!(":crossum:M::{}:{}:{runner}:", spelt(magic), spelt(mask))
}

/// Writes a script for a shell.
pub(super) fn script(path: &Path, body: &str) -> anyhow::Result<()> {
    std::fs::write(path, format!("#!/bin/sh\n{body}"))?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_is_told_by_machine_and_byte_order_and_not_by_type() {
        let mut head = *b"\x7fELF\x02\x02\x01\x03\0\0\0\0\0\0\0\0\0\x03\x00\x16";
        let big = rule(&head, Path::new("/r"));
        assert_eq!(
            big,
            ":crossum:M::\\x7f\\x45\\x4c\\x46\\x02\\x02\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\x16:\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xfe\\xff\\xff:/r:"
        );
        // An executable that lies at a fixed address is started by the same rule.
        head[17] = 2;
        assert_eq!(rule(&head, Path::new("/r")), big);
    }
}
