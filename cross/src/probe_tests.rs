//! The probes on machines that are made up: a folder is the root, and the environment is a list.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::find::{Origin, Remedy};
use crate::runner::{Runner, c_library, runner};
use crate::rust_std::{Place, Toolchain, rust_std};
use crate::{Host, Target, compiler, target};

/// A machine with nothing on it.
struct Machine {
    root: TempDir,
    variables: Vec<(String, String)>,
}

impl Machine {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("usr/bin").display().to_string();
        Machine {
            root,
            variables: vec![("PATH".to_owned(), path)],
        }
    }

    fn path(&self, place: &str) -> PathBuf {
        self.root.path().join(place)
    }

    fn with_program(self, name: &str) -> Self {
        let file = self.path("usr/bin").join(name);
        std::fs::create_dir_all(self.path("usr/bin")).unwrap();
        std::fs::write(&file, "").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        self
    }

    fn with_file(self, place: &str) -> Self {
        let file = self.path(place);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, "").unwrap();
        self
    }

    fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    fn host(&self) -> Host {
        Host::new(self.variables.clone(), self.root.path())
    }

    fn toolchain(&self, name: &str) -> Toolchain {
        Toolchain {
            cargo: self.path("cargo"),
            rustc: self.path("rustc"),
            release: "1.96.0".to_owned(),
            commit: "0123456789abcdef".to_owned(),
            sysroot: self.path(name),
            origin: Origin::Toolchain(name.to_owned()),
        }
    }
}

/// A target that no test machine is.
fn foreign() -> &'static Target {
    target("m68k-unknown-linux-gnu").unwrap()
}

fn with_rust() -> &'static Target {
    target("mips-unknown-linux-gnu").unwrap()
}

#[test]
fn on_a_bare_machine_everything_is_missing_and_something_brings_it() {
    let host = Machine::new().host();
    let missing = compiler::gcc(&host, foreign()).unwrap_err();
    assert_eq!(
        missing.looked,
        [
            "$CROSSUM_TARGET_M68K_UNKNOWN_LINUX_GNU_GCC",
            "m68k-linux-gnu-gcc on PATH"
        ]
    );
    assert_eq!(
        missing.remedy,
        Remedy::Packages(vec![
            "gcc-m68k-linux-gnu".to_owned(),
            "libc6-dev-m68k-cross".to_owned()
        ])
    );
    assert_eq!(
        runner(&host, foreign()).unwrap_err().remedy,
        Remedy::Packages(vec!["qemu-user-static".to_owned()])
    );
    assert!(c_library(&host, foreign()).is_err());
    let missing = rust_std(&host, &[], with_rust()).unwrap_err();
    assert!(
        matches!(missing.remedy, Remedy::Packages(names) if names.contains(&"rust-web-src".to_owned()))
    );
}

#[test]
fn what_there_cannot_be_is_not_missing() {
    let host = Machine::new().host();
    let why = |remedy| match remedy {
        Remedy::Nothing(why) => why,
        Remedy::Packages(packages) => panic!("{packages:?} would bring it"),
    };
    assert!(why(compiler::clang(&host, foreign()).unwrap_err().remedy).contains("m68k"));
    assert!(why(rust_std(&host, &[], foreign()).unwrap_err().remedy).contains("std does not link"));
}

#[test]
fn a_variable_comes_before_the_search_path_and_must_name_a_program() {
    let name = "CROSSUM_TARGET_M68K_UNKNOWN_LINUX_GNU_GCC";
    let machine = Machine::new()
        .with_program("m68k-linux-gnu-gcc")
        .with_program("gcc-of-mine");
    let found = compiler::gcc(&machine.host(), foreign()).unwrap();
    assert_eq!(
        found.origin,
        Origin::Path(machine.path("usr/bin/m68k-linux-gnu-gcc"))
    );
    let mine = machine.path("usr/bin/gcc-of-mine");
    for named in ["gcc-of-mine".to_owned(), mine.display().to_string()] {
        let mut variables = machine.variables.clone();
        variables.push((name.to_owned(), named));
        let found = compiler::gcc(&Host::new(variables, machine.root.path()), foreign()).unwrap();
        assert_eq!(
            (found.value.program, found.origin),
            (mine.clone(), Origin::Variable(name.to_owned()))
        );
    }
    let missing =
        compiler::gcc(&machine.with_variable(name, "/opt/gcc").host(), foreign()).unwrap_err();
    assert_eq!(
        missing.looked,
        [format!("${name}, which names `/opt/gcc`: no such program")]
    );
}

#[test]
fn a_sysroot_of_the_users_is_told_to_compiler_linker_and_runner() {
    let machine = Machine::new()
        .with_program("s390x-linux-gnu-gcc")
        .with_program("clang")
        .with_program("qemu-s390x");
    let machine = machine.with_file("mine/lib/libc.so.6");
    let folder = machine.path("mine");
    let machine = machine.with_variable(
        "CROSSUM_TARGET_S390X_UNKNOWN_LINUX_GNU_SYSROOT",
        &folder.display().to_string(),
    );
    let target = target("s390x-unknown-linux-gnu").unwrap();
    let flags = vec![format!("--sysroot={}", folder.display())];
    assert_eq!(
        compiler::gcc(&machine.host(), target)
            .unwrap()
            .value
            .linker()
            .flags,
        flags
    );
    assert_eq!(
        compiler::clang(&machine.host(), target)
            .unwrap()
            .value
            .linker()
            .flags,
        flags
    );
    assert_eq!(c_library(&machine.host(), target).unwrap().value, folder);
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(c_library(&machine.host(), target).unwrap_err().looked[0].ends_with("no such folder"));
}

#[test]
fn an_empty_variable_is_none() {
    let machine = Machine::new().with_variable("CROSSUM_TARGET_M68K_UNKNOWN_LINUX_GNU_GCC", "");
    assert!(compiler::gcc(&machine.host(), foreign()).is_err());
}

#[test]
fn qemu_is_told_where_the_c_library_is() {
    let machine = Machine::new().with_program("qemu-m68k-static");
    let missing = runner(&machine.host(), foreign()).unwrap_err();
    assert_eq!(missing.what, "C library for m68k-unknown-linux-gnu");
    let machine = machine.with_file("usr/m68k-linux-gnu/lib/libc.so.6");
    let found = runner(&machine.host(), foreign()).unwrap().value;
    let command = found
        .invocation(Path::new("/tmp/sum"))
        .arg("abi")
        .to_string();
    let (qemu, sysroot) = (
        machine.path("usr/bin/qemu-m68k-static"),
        machine.path("usr/m68k-linux-gnu"),
    );
    assert_eq!(
        command,
        format!("{} -L {} /tmp/sum abi", qemu.display(), sysroot.display())
    );
}

#[test]
fn a_users_runner_gets_the_program_appended_and_cargos_variable_counts_too() {
    for name in [
        "CROSSUM_TARGET_M68K_UNKNOWN_LINUX_GNU_RUNNER",
        "CARGO_TARGET_M68K_UNKNOWN_LINUX_GNU_RUNNER",
    ] {
        let found = runner(
            &Machine::new().with_variable(name, "ssh board1").host(),
            foreign(),
        )
        .unwrap();
        assert_eq!(found.origin, Origin::Variable(name.to_owned()));
        assert_eq!(
            found.value.invocation(Path::new("/tmp/sum")).to_string(),
            "ssh board1 /tmp/sum"
        );
    }
}

#[test]
fn this_machine_needs_no_runner_and_takes_its_own_gcc() {
    let native = crate::targets().find(|target| target.is_native()).unwrap();
    let machine = Machine::new().with_program("gcc");
    assert_eq!(
        runner(&machine.host(), native).unwrap().value,
        Runner::Native
    );
    assert_eq!(
        compiler::gcc(&machine.host(), native)
            .unwrap()
            .value
            .program,
        machine.path("usr/bin/gcc")
    );
    assert!(
        compiler::gcc(&machine.host(), foreign()).is_err(),
        "the host's gcc is no cross compiler"
    );
}

#[test]
fn a_standard_library_is_taken_from_where_it_costs_least() {
    let library = "lib/rustlib/mips-unknown-linux-gnu/lib/libstd-0123.rlib";
    let source = "lib/rustlib/src/rust/library/std/Cargo.toml";
    let machine = Machine::new().with_file(&format!("with-source/{source}"));
    let cache = machine.path("cache").display().to_string();
    let machine = machine.with_variable("CROSSUM_CACHE", &cache);
    let toolchains = [machine.toolchain("bare"), machine.toolchain("with-source")];
    let find = |machine: &Machine| rust_std(&machine.host(), &toolchains, with_rust()).unwrap();

    // Only source: to be built by the toolchain that has it, into a place with its compiler's name.
    let sysroot = machine.path("cache/sysroots/1.96.0-0123456789/mips-unknown-linux-gnu");
    let found = find(&machine);
    assert_eq!(found.value.toolchain.sysroot, machine.path("with-source"));
    assert!(
        matches!(found.value.place, Place::ToBeBuilt { sysroot: place, .. } if place == sysroot)
    );

    // Built before.
    let machine = machine.with_file(&format!(
        "cache/sysroots/1.96.0-0123456789/mips-unknown-linux-gnu/{library}"
    ));
    let found = find(&machine);
    assert_eq!(
        (found.value.place, found.origin),
        (Place::Sysroot(sysroot.clone()), Origin::Cache(sysroot))
    );

    // A toolchain has it.
    let machine = machine.with_file(&format!("bare/{library}"));
    let found = find(&machine);
    assert_eq!(
        (found.value.place, found.value.toolchain.sysroot),
        (Place::Toolchain, machine.path("bare"))
    );

    // The user names one, which must be one.
    let name = "CROSSUM_TARGET_MIPS_UNKNOWN_LINUX_GNU_RUST_SYSROOT";
    let mine = machine.path("mine");
    let machine = machine.with_variable(name, &mine.display().to_string());
    let missing = rust_std(&machine.host(), &toolchains, with_rust()).unwrap_err();
    assert!(
        missing.looked[0].contains("no std for mips-unknown-linux-gnu in it"),
        "{missing}"
    );
    let found = find(&machine.with_file(&format!("mine/{library}")));
    assert_eq!(
        (found.value.place, found.origin),
        (Place::Sysroot(mine), Origin::Variable(name.to_owned()))
    );
}
