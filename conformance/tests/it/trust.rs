//! What another user could have written is not run: caches, settings, participants, databases, checkouts. Two users are needed, and only root can be both.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::bench::{Bench, Ran, host_command, native, not_tried};

/// The user that has nothing, on every system.
const NOBODY: u32 = 65534;

/// Whether this can be tried.
fn are_two_users() -> bool {
    let is_root = nix::unistd::geteuid().is_root();
    if !is_root {
        not_tried("what another user wrote, which needs root to be that user, too");
    }
    is_root
}

/// Runs a script of the shell as that user.
fn as_nobody(script: &str, folder: &Path) {
    let ids = [format!("--reuid={NOBODY}"), format!("--regid={NOBODY}")];
    let mut command = host_command("setpriv");
    command
        .args(ids)
        .args(["--clear-groups", "sh", "-ec", script]);
    let done = command.current_dir(folder).output().unwrap();
    assert!(done.status.success(), "{done:?}");
}

/// A bench in a folder where everybody may write, as in that for temporary files.
fn shared() -> Bench {
    let bench = Bench::new();
    let everybody = Permissions::from_mode(0o1777);
    std::fs::set_permissions(bench.folder.path(), everybody).unwrap();
    bench
}

fn ran(mut command: Command, bench: &Bench) -> Ran {
    Ran::from(command.output().unwrap(), &bench.path("report.json"))
}

fn matrix(bench: &Bench, more: &[&str]) -> Command {
    let native = native();
    let args = [
        "matrix",
        "--participants",
        &native,
        "--encodings",
        "text",
        "--sample",
        "0",
        "--json",
        "report.json",
    ];
    bench.command(&[&args, more].concat())
}

/// The programs that are kept in a cache.
fn kept(cache: &Path) -> Vec<PathBuf> {
    let below = |folder: PathBuf| {
        let entries = folder.read_dir().into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect::<Vec<_>>()
    };
    let contents = below(cache.join("participants"));
    let contents = contents.into_iter().flat_map(below);
    let programs: Vec<_> = contents.map(|folder| folder.join("sum")).collect();
    assert!(!programs.is_empty(), "nothing is in {}", cache.display());
    programs
}

#[test]
fn a_program_that_another_user_put_where_a_cache_could_be_is_not_run() {
    if !are_two_users() {
        return;
    }
    let bench = shared();
    let mut first = matrix(&bench, &[]);
    first.env("CROSSUM_CACHE", bench.path("own"));
    let first = ran(first, &bench);
    assert_eq!(first.status, 0, "{first}");

    // The same, as that user would guess it, and with a program of theirs in it.
    let readable = Permissions::from_mode(0o755);
    for folder in ["own", "own/participants"] {
        std::fs::set_permissions(bench.path(folder), readable.clone()).unwrap();
    }
    as_nobody(
        "cp -r own crossum
        find crossum -name sum | while read -r program; do
            rm $program
            printf '#!/bin/sh\\ntouch %s/ran\\n' $PWD > $program
            chmod 755 $program
        done",
        bench.folder.path(),
    );
    assert!(!kept(&bench.path("crossum")).is_empty());
    let homeless = |bench: &Bench| {
        let mut command = matrix(bench, &[]);
        for name in ["HOME", "XDG_CACHE_HOME", "CROSSUM_CACHE"] {
            command.env_remove(name);
        }
        command.env("TMPDIR", bench.folder.path());
        command
    };
    let without_home = ran(homeless(&bench), &bench);
    let told = "nothing that is built is kept after this run: neither $CROSSUM_CACHE";
    assert_eq!(without_home.status, 0, "{without_home}");
    assert!(without_home.stderr.contains(told), "{without_home}");

    for (variable, place) in [("CROSSUM_CACHE", "crossum"), ("XDG_CACHE_HOME", "")] {
        let mut named = homeless(&bench);
        named.env(variable, bench.path(place));
        let named = ran(named, &bench);
        let told = format!("/crossum belongs to the user with the number {NOBODY}");
        assert_eq!(named.status, 0, "{named}");
        assert!(named.stderr.contains(&told), "{named}");
    }
    assert!(!bench.path("ran").exists(), "it was run");
    let left: Vec<_> = bench.folder.path().read_dir().unwrap().flatten().collect();
    let names = left.iter().map(std::fs::DirEntry::file_name);
    let names: std::collections::BTreeSet<_> = names.collect();
    let expected = ["crossum", "own", "report.json"].map(Into::into);
    assert_eq!(names, expected.into(), "something was left behind");
}

#[test]
fn a_kept_program_that_is_not_what_was_put_there_is_built_again_and_not_run() {
    let bench = Bench::new();
    let bench_cache = bench.path("cache");
    let run = || {
        let mut command = matrix(&bench, &[]);
        command.env("CROSSUM_CACHE", &bench_cache);
        ran(command, &bench)
    };
    assert_eq!(run().status, 0);
    let programs = kept(&bench_cache);
    let [program] = programs.as_slice() else {
        panic!("{programs:?}");
    };
    let was = std::fs::read(program).unwrap();
    let script = format!("#!/bin/sh\ntouch {}\n", bench.path("ran").display());
    for changed in [
        script.into_bytes(),
        was[..was.len() / 2].to_vec(),
        Vec::new(),
    ] {
        std::fs::write(program, changed).unwrap();
        let again = run();
        assert_eq!(again.status, 0, "{again}");
        assert!(!bench.path("ran").exists(), "it was run");
        assert_eq!(std::fs::read(program).unwrap(), was);
    }
}

#[test]
fn commands_in_another_users_files_are_not_run_until_they_are_named() {
    if !are_two_users() {
        return;
    }
    let bench = shared();
    as_nobody(
        r#"
        run="touch $PWD/ran"
        printf '#!/bin/sh\n%s\ncase $1 in -*) exec gcc "$@";; esac\nexec "$@"\n' "$run" > evil; chmod 755 evil
        mkdir toml database project toolchain plain
        printf '[target."*"]\nrunner = "%s"\n' $PWD/evil > toml/crossum.toml
        printf '[{"directory": "%s", "file": "a.c", "arguments": ["%s", "gcc", "-c", "a.c"]}]' $PWD/database $PWD/evil > database/compile_commands.json
        printf 'struct s { long l; };\n' > database/a.c
        mkdir project/src
        printf '[package]\nname = "p"\nversion = "0.1.0"\nedition = "2021"\n' > project/Cargo.toml
        printf 'fn main() { std::fs::write("%s/ran", "").unwrap(); }' $PWD > project/build.rs
        printf '#[repr(C)] pub struct S { l: std::ffi::c_long }' > project/src/lib.rs
        cat > participants.toml <<END
[[participant]]
name = "evil"
targets = "host"
build = ["$PWD/evil true"]
server = "$PWD/evil"
client = "$PWD/evil"
END"#,
        bench.folder.path(),
    );
    let native = native();
    for (place, args, named) in [
        (
            "toml",
            &["matrix", "--participants", &native, "--encodings", "text"][..],
            "crossum.toml",
        ),
        (
            "",
            &[
                "matrix",
                "--config",
                "toml/crossum.toml",
                "--participants",
                &native,
            ],
            "crossum.toml",
        ),
        ("", &["matrix", "participants.toml"], "participants.toml"),
        ("", &["faults", "participants.toml"], "participants.toml"),
        ("", &["check", "database/a.c"], "compile_commands.json"),
        ("", &["check", "-p", "database", "database/a.c"], "database"),
        ("", &["check", "--crate", "project"], "project"),
        (
            "",
            &["test", "--manifest-path", "project/Cargo.toml"],
            "project",
        ),
        ("project", &["test"], "project"),
    ] {
        let mut command = bench.command(args);
        command.current_dir(bench.path(place));
        let refused = ran(command, &bench);
        assert_eq!(refused.status, 2, "{args:?}: {refused}");
        let told = format!("{named} belongs to the user with the number {NOBODY}, not to 0");
        assert!(refused.stderr.contains(&told), "{args:?}: {refused}");
        assert!(refused.stderr.contains("CROSSUM_TRUST="), "{refused}");
        assert!(!bench.path("ran").exists(), "{args:?}: it was run");
    }

    let mut trusted = bench.command(&["check", "database/a.c"]);
    trusted.env("CROSSUM_TRUST", bench.path("database"));
    let trusted = ran(trusted, &bench);
    assert!(!trusted.stderr.contains("belongs to the user"), "{trusted}");
    assert!(trusted.stdout.contains("struct s"), "{trusted}");
    assert!(bench.path("ran").exists(), "it is what would have been run");
}

#[test]
fn a_checkout_that_is_another_users_is_not_built() {
    if !are_two_users() {
        return;
    }
    let bench = shared();
    as_nobody(
        "mkdir -p checkout/conformance/matrix/participants/c checkout/sumsrv
        touch checkout/sumsrv/Cargo.toml checkout/Cargo.toml",
        bench.folder.path(),
    );
    for variable in [true, false] {
        let mut command = matrix(&bench, &[]);
        match variable {
            true => command.env("CROSSUM_WORKSPACE", bench.path("checkout")),
            false => command.current_dir(bench.path("checkout/sumsrv")),
        };
        let refused = ran(command, &bench);
        assert_eq!(refused.status, 2, "{refused}");
        assert!(
            refused.stderr.contains("checkout belongs to the user"),
            "{refused}"
        );
    }
}
