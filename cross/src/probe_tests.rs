//! The probes on machines that are made up: a folder is the root, and the environment is a list.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::choice::{Choice, Starter};
use crate::find::{Found, Missing, Origin, Remedy};
use crate::runner::{Command, Remote, Runner, address, c_library, emulator, runner};
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
        let file = match name.strip_prefix("../") {
            Some(name) => self.path("usr").join(name),
            None => self.path("usr/bin").join(name),
        };
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
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
        Remedy::Packages(vec!["qemu-user".to_owned()])
    );
    assert!(c_library(&host, foreign()).is_err());
    let missing = rust_std(&host, &[], with_rust()).unwrap_err();
    assert!(
        matches!(missing.remedy, Remedy::Packages(names) if names.contains(&"rust-web-src".to_owned()))
    );
}

#[test]
fn what_cannot_exist_is_not_missing() {
    let host = Machine::new().host();
    let why = |remedy| match remedy {
        Remedy::Nothing(why) => why,
        other => panic!("{other:?}"),
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
fn a_sysroot_of_the_users_is_given_to_compiler_linker_and_runner() {
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
fn qemu_is_given_the_folder_of_the_c_library() {
    let machine = Machine::new().with_program("qemu-m68k-static");
    let missing = runner(&machine.host(), foreign()).unwrap_err();
    assert_eq!(missing.what, "C library for m68k-unknown-linux-gnu");
    let machine = machine.with_file("usr/m68k-linux-gnu/lib/libc.so.6");
    let found = runner(&machine.host(), foreign()).unwrap().value;
    let command = found
        .invocation(Path::new("/tmp/program"))
        .arg("abi")
        .to_string();
    let (qemu, sysroot) = (
        machine.path("usr/bin/qemu-m68k-static"),
        machine.path("usr/m68k-linux-gnu"),
    );
    assert_eq!(
        command,
        format!(
            "{} -L {} /tmp/program abi",
            qemu.display(),
            sysroot.display()
        )
    );
}

const RUNNER: &str = "CROSSUM_TARGET_M68K_UNKNOWN_LINUX_GNU_RUNNER";

fn command(host: &Host) -> String {
    let found = runner(host, foreign()).unwrap().value;
    found
        .invocation(Path::new("/tmp/program"))
        .arg("abi")
        .to_string()
}

/// A machine whose project's settings name a runner.
fn with_runner(machine: &Machine, starter: Starter) -> Host {
    let choice = Choice {
        runner: Some(Found {
            value: starter,
            origin: Origin::Settings("/p/crossum.toml".into(), 3),
        }),
        ..Choice::default()
    };
    let choices = [(foreign().name.clone(), choice)];
    machine.host().with_choices(choices.into())
}

fn starter(words: &str) -> Starter {
    Starter::of(words.split(' ').map(str::to_owned).collect())
}

#[test]
fn a_users_runner_gets_the_program_appended_and_cargos_variable_counts_too() {
    for name in [RUNNER, "CARGO_TARGET_M68K_UNKNOWN_LINUX_GNU_RUNNER"] {
        let machine = Machine::new().with_program("wine");
        let machine = machine.with_variable(name, "wine start");
        let host = machine.host();
        let found = runner(&host, foreign()).unwrap();
        assert_eq!(found.origin, Origin::Variable(name.to_owned()));
        assert_eq!(command(&host), "wine start /tmp/program abi");
    }
}

#[test]
fn the_environment_comes_before_the_projects_settings_and_both_before_what_is_found() {
    let machine = Machine::new()
        .with_program("wine")
        .with_program("box")
        .with_program("qemu-m68k")
        .with_file("usr/m68k-linux-gnu/lib/libc.so.6");
    let origin = |host: &Host| runner(host, foreign()).unwrap().origin;
    assert_eq!(
        origin(&machine.host()),
        Origin::Path(machine.path("usr/bin/qemu-m68k"))
    );
    let host = with_runner(&machine, starter("box -q"));
    assert_eq!(command(&host), "box -q /tmp/program abi");
    assert_eq!(origin(&host).to_string(), "/p/crossum.toml:3");
    let machine = machine.with_variable(RUNNER, "wine");
    assert_eq!(
        command(&with_runner(&machine, starter("box"))),
        "wine /tmp/program abi"
    );
}

#[test]
fn a_missing_runner_is_reported_with_who_named_it() {
    let machine = Machine::new().with_program("qemu-m68k-static");
    let missing = runner(
        &with_runner(&machine, starter("/opt/qemu-9/bin/qemu-m68k")),
        foreign(),
    );
    let missing = missing.unwrap_err();
    assert_eq!(
        missing.to_string(),
        "no runner for m68k-unknown-linux-gnu: looked at /p/crossum.toml:3, which names `/opt/qemu-9/bin/qemu-m68k`: no such program"
    );
    assert_eq!(missing.remedy, Remedy::Correct);
    let missing = runner(
        &machine.with_variable(RUNNER, "no-such -x").host(),
        foreign(),
    );
    let said = missing.unwrap_err().to_string();
    assert!(
        said.contains(&format!("${RUNNER}, which names `no-such`")),
        "{said}"
    );
}

#[test]
fn a_qemu_of_the_users_is_one_with_a_sysroot_and_counts_too() {
    let machine = Machine::new()
        .with_program("qemu-m68k-static")
        .with_program("../opt/qemu-m68k")
        .with_file("usr/m68k-linux-gnu/lib/libc.so.6");
    let mine = machine.path("usr/opt/qemu-m68k").display().to_string();
    let mut host = with_runner(&machine, starter(&format!("{mine} -cpu m68040")));
    let sysroot = machine.path("usr/m68k-linux-gnu");
    assert_eq!(
        command(&host),
        format!(
            "{mine} -L {} -cpu m68040 /tmp/program abi",
            sysroot.display()
        )
    );
    assert_eq!(emulator(&host, foreign()).unwrap().value, Path::new(&mine));

    let mut choice = host.choice(foreign()).unwrap().clone();
    choice.sysroot = Some(Found {
        value: machine.path("usr/opt"),
        origin: Origin::Settings("/p/crossum.toml".into(), 4),
    });
    host = host.with_choices([(foreign().name.clone(), choice.clone())].into());
    assert!(command(&host).contains(&format!("-L {} ", machine.path("usr/opt").display())));
    choice.sysroot.as_mut().unwrap().value = machine.path("nothing");
    host = host.with_choices([(foreign().name.clone(), choice)].into());
    let missing = runner(&host, foreign()).unwrap_err().to_string();
    assert!(missing.contains("crossum.toml:4, which names"), "{missing}");
    assert!(missing.ends_with("no such folder"), "{missing}");
}

#[test]
fn windows_programs_are_started_by_a_wine_that_has_the_libraries_for_them() {
    let [wide, narrow] =
        ["x86_64-pc-windows-gnu", "i686-pc-windows-gnu"].map(|name| target(name).unwrap());
    let packages = |machine: &Machine, target| match runner(&machine.host(), target) {
        Err(Missing {
            remedy: Remedy::Packages(names),
            ..
        }) => names.join(" "),
        other => panic!("{other:?}"),
    };
    let bare = Machine::new();
    assert_eq!(packages(&bare, wide), "wine wine64");
    assert_eq!(packages(&bare, narrow), "wine wine32:i386");
    let machine = Machine::new()
        .with_program("wine")
        .with_program("wineserver");
    assert_eq!(packages(&machine, wide), "wine64");
    // Debian's folder for the other kind holds a library of others.
    let machine = machine
        .with_file("usr/lib/x86_64-linux-gnu/wine/i386-windows/zlib1.dll")
        .with_file("usr/lib/x86_64-linux-gnu/wine/x86_64-windows/ntdll.dll");
    let started = |machine: &Machine, target| {
        let found = runner(&machine.host(), target).unwrap();
        assert!(matches!(found.value, Runner::Wine(_)), "{found:?}");
        found.value.invocation("/p/program".as_ref()).to_string()
    };
    let wine = machine.path("usr/bin/wine").display().to_string();
    assert_eq!(started(&machine, wide), format!("{wine} /p/program"));
    assert_eq!(packages(&machine, narrow), "wine32:i386");
    let machine = machine.with_file("usr/lib/i386-linux-gnu/wine/i386-windows/ntdll.dll");
    assert_eq!(started(&machine, narrow), format!("{wine} /p/program"));
    // Of others than Debian, by way of a link.
    let other = Machine::new()
        .with_program("../../opt/wine/bin/wine")
        .with_program("wineserver")
        .with_file("opt/wine/lib/wine/i386-windows/ntdll.dll");
    std::fs::create_dir_all(other.path("usr/bin")).unwrap();
    std::os::unix::fs::symlink(other.path("opt/wine/bin/wine"), other.path("usr/bin/wine"))
        .unwrap();
    started(&other, narrow);
    assert_eq!(packages(&other, wide), "wine64");
}

#[test]
fn no_emulator_of_qemu_is_looked_for_where_programs_are_of_windows_or_of_a_board() {
    for name in ["x86_64-pc-windows-gnu", "avr-none"] {
        let missing = emulator(&Machine::new().host(), target(name).unwrap()).unwrap_err();
        assert!(matches!(missing.remedy, Remedy::Nothing(_)), "{missing:?}");
    }
}

#[test]
fn native_starts_a_foreign_program_as_it_is() {
    let found = runner(&with_runner(&Machine::new(), starter("native")), foreign()).unwrap();
    assert_eq!(found.value, Runner::Native);
}

#[test]
fn ssh_leads_elsewhere_and_others_do_where_it_is_said() {
    let machine = Machine::new().with_program("ssh").with_program("docker");
    let leads_to = |starter| {
        let found = runner(&with_runner(&machine, starter), foreign())
            .unwrap()
            .value;
        found.machine()
    };
    assert_eq!(
        leads_to(starter("ssh board1")).as_deref(),
        Some("ssh board1")
    );
    assert_eq!(leads_to(starter("docker exec box")), None);
    let said = |remote, words| {
        leads_to(Starter {
            remote: Some(remote),
            ..starter(words)
        })
    };
    assert!(said(true, "docker exec -i box sh -c").is_some());
    assert!(said(false, "ssh board1").is_none());
}

#[test]
fn an_address_is_the_variables_before_the_settings() {
    let machine = Machine::new();
    let choice = Choice {
        address: Some(Found {
            value: [192, 168, 7, 2].into(),
            origin: Origin::Settings("/p/crossum.toml".into(), 3),
        }),
        ..Choice::default()
    };
    let choices: BTreeMap<_, _> = [(foreign().name.clone(), choice)].into();
    let of = |machine: &Machine| {
        let host = machine.host().with_choices(choices.clone());
        address(&host, foreign()).map(|found| found.unwrap().to_string())
    };
    assert_eq!(of(&machine), Ok("192.168.7.2".to_owned()));
    let name = "CROSSUM_TARGET_M68K_UNKNOWN_LINUX_GNU_ADDRESS";
    assert_eq!(
        of(&Machine::new().with_variable(name, "::1")),
        Ok("::1".to_owned())
    );
    let wrong = of(&Machine::new().with_variable(name, "board1")).unwrap_err();
    assert!(wrong.to_string().contains("an IP address was expected"));
    assert_eq!(address(&Machine::new().host(), foreign()), Ok(None));
}

#[tokio::test]
async fn a_runner_says_which_version_it_is() {
    assert!(
        Runner::Native
            .describe()
            .await
            .starts_with("native (Linux ")
    );
    let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let command = |version: Option<&str>| Command {
        words: words("/bin/sh -c"),
        version: version.map(words),
    };
    for (version, described) in [
        (None, "/bin/sh -c"),
        (Some("echo box 1.2"), "/bin/sh -c (box 1.2)"),
        (Some("false"), "/bin/sh -c (of an unknown version)"),
    ] {
        assert_eq!(
            Runner::Command(command(version)).describe().await,
            described
        );
    }
    let remote = Runner::Remote(Remote {
        command: command(None),
        copy: None,
        there: String::new(),
    });
    // This machine's shell stands for another's.
    assert!(remote.describe().await.starts_with("/bin/sh -c (Linux "));
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
        (
            Place::Kept {
                sysroot: sysroot.clone(),
                source: machine.path("with-source/lib/rustlib/src/rust/library")
            },
            Origin::Cache(sysroot)
        )
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
