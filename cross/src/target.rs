//! The targets: rows of `targets.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::zig;

/// A kind of machine that crossum can build for and run: how its tools are called, and which ABI describes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Target {
    /// A Rust-style triple.
    pub name: String,
    /// The row of `layout/abis.toml` that describes its data model.
    pub abi: String,
    /// `std::env::consts::ARCH` on such a machine.
    pub arch: String,
    /// The GNU prefix: `<gnu>-gcc` compiles, `/usr/<gnu>` holds the C library. Where zig builds, its name for the target.
    #[serde(default)]
    pub gnu: String,
    /// The folder of `/usr/<gnu>` with the libraries that it is linked with.
    #[serde(default = "usual_library")]
    pub library: String,
    /// The suffix of QEMU's user-mode emulator; `None` where wine starts programs.
    pub qemu: Option<String>,
    /// The processor that the emulator is to be when instructions are counted.
    pub cpu: Option<String>,
    /// The value of `clang --target=`.
    pub clang: Option<String>,
    /// What its compilers and the linker must be told besides.
    #[serde(default)]
    pub flags: Vec<String>,
    /// The value of `zig cc -target`, where zig builds for it: [beside others, or alone](Target::is_of_zig_alone).
    pub zig: Option<String>,
    /// Why clang cannot be used.
    pub no_clang: Option<String>,
    /// Why no Rust program can be built for it.
    pub no_rust: Option<String>,
    /// The Debian packages that bring the compiler and the C library.
    #[serde(default)]
    pub deb: Vec<String>,
    /// What of `setup --with` brings its tools; nobody needs them.
    pub with: Option<String>,
    /// Why the target is not in the default matrix.
    pub unobserved: Option<String>,
    /// The board that it is, where it has no operating system.
    pub board: Option<Board>,
}

/// A machine without an operating system: one program is in it, and talks over a serial line.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Board {
    /// Its name, which is that of the files that a program has for it.
    pub name: String,
    /// The suffix of the emulator of the whole machine, `qemu-system-<emulator>`.
    pub emulator: String,
    /// The emulator's options for this machine; the program's image follows the last.
    pub machine: Vec<String>,
    /// The Debian package that brings the emulator.
    pub emulator_deb: String,
    /// Whether the emulator knows no sleep, and takes a core for itself as long as it runs.
    #[serde(default)]
    pub busy: bool,
}

fn usual_library() -> String {
    "lib".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    target: Vec<Target>,
}

/// Why neither gcc, clang nor Rust builds for a target of zig's.
pub(crate) const ZIG_ALONE: &str = "zig builds for it, with the C library that it brings";

static BUILTIN: LazyLock<BTreeMap<String, Target>> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the table is part of the program, and a test parses it"
    )]
    let table: Table =
        toml::from_str(include_str!("../targets.toml")).expect("targets.toml parses");
    table
        .target
        .into_iter()
        .map(Target::whole)
        .map(|target| (target.name.clone(), target))
        .collect()
});

/// The targets whose tools plain `setup` brings, sorted by name.
pub fn targets() -> impl Iterator<Item = &'static Target> {
    all().filter(|target| target.with.is_none())
}

/// The targets whose tools are brought only when asked, sorted by name.
pub fn extras() -> impl Iterator<Item = &'static Target> {
    all().filter(|target| target.with.is_some())
}

/// All targets with an operating system, sorted by name.
pub fn hosted() -> impl Iterator<Item = &'static Target> {
    all().filter(|target| target.board.is_none())
}

/// All targets without an operating system, sorted by name.
pub fn boards() -> impl Iterator<Item = &'static Target> {
    all().filter(|target| target.board.is_some())
}

/// All of these, sorted by name.
pub fn all() -> impl Iterator<Item = &'static Target> {
    BUILTIN.values()
}

/// The target of that name, whichever kind it is of.
///
/// # Errors
/// [`UnknownTarget`], with the nearest name there is.
pub fn target(name: &str) -> Result<&'static Target, UnknownTarget> {
    BUILTIN.get(name).ok_or_else(|| UnknownTarget {
        name: name.to_owned(),
    })
}

/// There is no such target.
// The nearest name is looked for when the error is shown: many only ask whether there is one.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown target `{name}`{}", did_you_mean(nearest(.name, BUILTIN.keys().map(String::as_str))))]
pub struct UnknownTarget {
    name: String,
}

/// The candidate most like `name`, if any is like it at all: one that begins with it, else one that is spelt like it.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut candidates: Vec<_> = candidates.into_iter().collect();
    let longer = candidates
        .iter()
        // One letter begins too many names to mean any of them.
        .filter(|candidate| name.chars().count() > 1 && candidate.starts_with(name));
    if let Some(shortest) = longer.min_by_key(|candidate| candidate.len()) {
        return Some(shortest);
    }
    // Of equals the first wins, whatever order they came in.
    candidates.sort_unstable_by(|a, b| b.cmp(a));
    let alike = candidates.into_iter().map(|candidate| {
        (
            strsim::normalized_damerau_levenshtein(name, candidate),
            candidate,
        )
    });
    let (_, nearest) = alike
        .filter(|(likeness, _)| *likeness > 0.5)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    Some(nearest)
}

/// `, did you mean ...?` or nothing.
pub fn did_you_mean(nearest: Option<&str>) -> String {
    nearest
        .map(|name| format!(", did you mean `{name}`?"))
        .unwrap_or_default()
}

impl Target {
    /// A row with what it need not say where zig alone builds for it.
    fn whole(self) -> Target {
        if !self.is_of_zig_alone() {
            return self;
        }
        let alone = || Some(ZIG_ALONE.to_owned());
        Target {
            gnu: self.zig.clone().unwrap_or_default(),
            no_clang: alone(),
            no_rust: alone(),
            with: Some(zig::WITH.to_owned()),
            ..self
        }
    }

    /// Whether a program for this target runs on this machine as it is.
    pub fn is_native(&self) -> bool {
        self.arch == std::env::consts::ARCH
            && self.little_endian() == cfg!(target_endian = "little")
            && std::env::consts::OS == "linux"
            // A program of another C library is static, and starts as those of other machines do.
            && self.name.contains("-linux-gnu")
    }

    /// Whether zig builds for it and nobody else does: no package brings another compiler.
    pub fn is_of_zig_alone(&self) -> bool {
        self.zig.is_some() && self.deb.is_empty()
    }

    /// Whether its programs are Windows'.
    pub fn is_windows(&self) -> bool {
        self.name.contains("-windows-")
    }

    /// The file of a program of that name.
    pub fn file_of(&self, program: &str) -> String {
        match self.is_windows() {
            true => format!("{program}.exe"),
            false => program.to_owned(),
        }
    }

    fn little_endian(&self) -> bool {
        layout::Abis::builtin()
            .get(&self.abi)
            .is_some_and(|abi| abi.byte_order() == layout::ByteOrder::Little)
    }

    /// The Debian packages that bring its compiler and C library on this machine.
    pub fn packages(&self) -> Vec<String> {
        if self.is_native() {
            vec!["gcc".to_owned(), "libc6-dev".to_owned()]
        } else {
            self.deb.clone()
        }
    }

    /// The environment variable that overrides `what` for this target, such as `CROSSUM_TARGET_S390X_UNKNOWN_LINUX_GNU_RUNNER`.
    pub fn variable(&self, what: &str) -> String {
        format!("CROSSUM_TARGET_{}_{what}", self.shouted())
    }

    /// Cargo's own variable for this target, such as `CARGO_TARGET_S390X_UNKNOWN_LINUX_GNU_LINKER`.
    pub fn cargo_variable(&self, what: &str) -> String {
        format!("CARGO_TARGET_{}_{what}", self.shouted())
    }

    fn shouted(&self) -> String {
        self.name.to_uppercase().replace(['-', '.'], "_")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_an_abi_and_a_reason_for_what_it_lacks() {
        for target in all() {
            assert!(
                layout::Abis::builtin().get(&target.abi).is_some(),
                "{} names an unknown ABI",
                target.name
            );
            assert_eq!(
                target.clang.is_none(),
                target.no_clang.is_some(),
                "{}",
                target.name
            );
        }
    }

    #[test]
    fn a_misspelt_target_gets_the_nearest_name() {
        let error = target("powerpc-unknown-linux").unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown target `powerpc-unknown-linux`, did you mean `powerpc-unknown-linux-gnu`?"
        );
    }

    #[test]
    fn what_zig_builds_for_is_brought_when_asked_and_nobody_else_builds_for_it() {
        let (alone, beside): (Vec<_>, Vec<_>) = all()
            .filter(|target| target.zig.is_some())
            .partition(|target| target.is_of_zig_alone());
        assert!(alone.len() > 3 && beside.len() > 3);
        for target in beside {
            assert!(targets().any(|usual| usual == target), "{}", target.name);
            // Its programs run with the C library that gcc's do.
            let glibc = target.zig.as_deref().unwrap().contains("-linux-gnu");
            assert!(glibc && !target.gnu.is_empty(), "{}", target.name);
        }
        for target in alone {
            assert!(extras().any(|extra| extra == target), "{}", target.name);
            assert!(target.name.contains("-linux-musl"), "{}", target.name);
            assert!(!target.is_native() && target.clang.is_none() && target.deb.is_empty());
            assert_eq!(target.no_rust.as_deref(), Some(ZIG_ALONE));
        }
        assert!(all().all(|target| target.is_of_zig_alone() || !target.gnu.is_empty()));
    }

    #[test]
    fn one_letter_is_near_to_no_longer_name() {
        assert_eq!(nearest("s", ["size_t", "header"]), None);
        assert_eq!(nearest("si", ["size_t", "header"]), Some("size_t"));
    }

    #[test]
    fn what_nobody_needs_is_apart_and_the_two_together_are_all() {
        let windows = target("x86_64-pc-windows-gnu").unwrap();
        assert!(windows.is_windows() && !windows.is_native());
        assert!(hosted().any(|target| target.name == windows.name));
        assert!(targets().all(|target| target.board.is_none() && !target.is_windows()));
        assert!(
            boards()
                .chain([windows])
                .all(|one| extras().any(|extra| extra == one))
        );
        assert_eq!(targets().count() + extras().count(), all().count());
    }

    #[test]
    fn exactly_one_target_is_this_machine() {
        let native: Vec<_> = hosted()
            .filter(|target| target.is_native())
            .map(|target| &target.name)
            .collect();
        assert_eq!(native.len(), 1, "{native:?}");
    }
}
