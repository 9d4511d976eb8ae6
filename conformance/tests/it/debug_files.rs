//! `crossum check` on files whose debug information is elsewhere: it is found, and said where; what is not the one that is meant is named and not used.

use std::path::Path;

use crate::bench::{Bench, Ran, host_command};

const SOURCE: &str = "struct shown { char c; long l; } shown; int main(void) { return 0; }";

/// Runs a program in the bench's folder.
fn done(bench: &Bench, program: &str, args: &[&str]) {
    let mut command = host_command(program);
    command.current_dir(bench.folder.path()).args(args);
    assert!(command.status().unwrap().success(), "{program} {args:?}");
}

/// A program, stripped, and beside it what was stripped off: `program`, `program.debug`.
fn stripped(bench: &Bench, link: bool) {
    std::fs::write(bench.path("program.c"), SOURCE).unwrap();
    done(
        bench,
        "gcc",
        &["-g", "-Wl,--build-id=sha1", "program.c", "-o", "program"],
    );
    done(
        bench,
        "objcopy",
        &["--only-keep-debug", "program", "program.debug"],
    );
    done(bench, "strip", &["program"]);
    if link {
        done(
            bench,
            "objcopy",
            &["--add-gnu-debuglink=program.debug", "program"],
        );
    }
}

/// Where a build-id puts its debug information below a folder.
fn by_id(bench: &Bench, folder: &str) -> String {
    let octets = std::fs::read(bench.path("program")).unwrap();
    let id = layout::dwarf::links(&octets).unwrap().id;
    let hex: String = id.iter().map(|octet| format!("{octet:02x}")).collect();
    let (first, rest) = hex.split_at(2);
    std::fs::create_dir_all(bench.path(&format!("{folder}/.build-id/{first}"))).unwrap();
    format!("{folder}/.build-id/{first}/{rest}.debug")
}

fn check(bench: &Bench, args: &[&str]) -> Ran {
    bench.run(&[&["check", "--targets", "x86_64,i686"], args].concat())
}

fn is_shown(ran: &Ran, found: &str) {
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("struct shown"), "{}", ran.stdout);
    assert!(ran.stdout.contains(found), "{}", ran.stdout);
}

fn is_refused(ran: &Ran, why: &str) {
    assert_eq!(ran.status, 2, "{}", ran.stdout);
    assert!(
        ran.stderr.contains("no debug information"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains(why), "{}", ran.stderr);
}

#[test]
fn a_debug_link_is_followed_where_the_checksum_is_right() {
    let bench = Bench::new();
    stripped(&bench, true);
    let beside = bench.path("program.debug");
    is_shown(
        &check(&bench, &["program"]),
        "program: its debug information is in",
    );
    std::fs::create_dir(bench.path(".debug")).unwrap();
    std::fs::rename(&beside, bench.path(".debug/program.debug")).unwrap();
    is_shown(
        &check(&bench, &["program"]),
        "/.debug/program.debug, by .gnu_debuglink",
    );
    let mut octets = std::fs::read(bench.path(".debug/program.debug")).unwrap();
    octets.push(0);
    std::fs::write(&beside, octets).unwrap();
    std::fs::remove_dir_all(bench.path(".debug")).unwrap();
    let ran = check(&bench, &["program"]);
    is_refused(&ran, "not used, since its checksum is");
}

#[test]
fn a_build_id_is_looked_for_in_folders_and_must_be_the_same() {
    let bench = Bench::new();
    stripped(&bench, false);
    let place = by_id(&bench, "here");
    std::fs::rename(bench.path("program.debug"), bench.path(&place)).unwrap();
    is_refused(&check(&bench, &["program"]), "expected a section");
    is_shown(
        &check(&bench, &["program", "--debug-dir", "here"]),
        &format!("its debug information is in {place}, by its build-id"),
    );
    // Another program's, in that place.
    std::fs::write(bench.path("other.c"), format!("{SOURCE} int more;")).unwrap();
    done(
        &bench,
        "gcc",
        &["-g", "-Wl,--build-id=sha1", "other.c", "-o", &place],
    );
    is_refused(
        &check(&bench, &["program", "--debug-dir", "here"]),
        "not used, since its build-id is",
    );
}

#[test]
fn a_debug_link_that_leaves_its_folder_or_is_a_pipe_is_refused() {
    let bench = Bench::new();
    stripped(&bench, true);
    std::fs::remove_file(bench.path("program.debug")).unwrap();
    done(&bench, "mkfifo", &["program.debug"]);
    is_refused(
        &check(&bench, &["program"]),
        "refused, since it is no regular file",
    );
    // As long as the name that it had.
    let mut octets = std::fs::read(bench.path("program")).unwrap();
    let name = b"program.debug";
    let place = octets
        .windows(name.len())
        .position(|of| of == name)
        .unwrap();
    octets[place..place + name.len()].copy_from_slice(b"../../../etcd");
    std::fs::write(bench.path("program"), octets).unwrap();
    is_refused(
        &check(&bench, &["program"]),
        "which is no name of a file in its folder: refused",
    );
}

#[test]
fn split_halves_are_found_where_the_compiler_put_them_and_missing_ones_are_named() {
    let bench = Bench::new();
    std::fs::write(bench.path("program.c"), SOURCE).unwrap();
    std::fs::write(bench.path("other.c"), "struct other { short s; } other;").unwrap();
    done(
        &bench,
        "gcc",
        &["-g", "-gsplit-dwarf", "-c", "program.c", "other.c"],
    );
    done(&bench, "gcc", &["program.o", "other.o", "-o", "program"]);
    let ran = check(&bench, &["program"]);
    is_shown(&ran, "and one other");
    assert!(ran.stdout.contains("struct other"), "{}", ran.stdout);

    std::fs::remove_file(bench.path("other.dwo")).unwrap();
    let ran = check(&bench, &["program", "--json", "report.json"]);
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    assert!(ran.stdout.contains("struct shown"), "{}", ran.stdout);
    let said = "not read: split debug information: the types are in `other.dwo`";
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
    let report = std::fs::read_to_string(bench.path("report.json")).unwrap();
    assert!(report.contains(said), "{report}");
}

/// A file of the crate `layout`'s tests, and what `dwz` moved out of it.
fn dwz(bench: &Bench, name: &str, to: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../layout/tests/files/dwz");
    let to = bench.path(to);
    std::fs::create_dir_all(to.parent().unwrap()).unwrap();
    std::fs::copy(folder.join(name), to).unwrap();
}

#[test]
fn what_dwz_moved_to_another_file_is_found_beside_it_and_must_have_its_build_id() {
    let bench = Bench::new();
    dwz(&bench, "one-dwarf5", "one");
    dwz(&bench, "common-dwarf5", "common-dwarf5");
    let ran = check(&bench, &["one"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("struct only_one"), "{}", ran.stdout);
    let said = "what it has in common with other files is in ";
    assert!(ran.stdout.contains(said), "{}", ran.stdout);

    dwz(&bench, "common-dwarf4", "common-dwarf5");
    let ran = check(&bench, &["one"]);
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    let said = "not used, since its build-id is";
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
    let said = "what it has in common with other files is in `common-dwarf5`, which was not found";
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
    assert!(ran.stdout.contains("undecided"), "{}", ran.stdout);
}

#[test]
fn what_a_file_of_dwz_leads_out_of_its_folder_to_is_refused() {
    let bench = Bench::new();
    dwz(&bench, "one-dwarf5", "below/one");
    dwz(&bench, "common-dwarf5", "common-dwarf5");
    let link = bench.path("below/common-dwarf5");
    std::os::unix::fs::symlink(bench.path("common-dwarf5"), link).unwrap();
    let ran = check(&bench, &["below/one"]);
    assert_eq!(ran.status, 3, "{}", ran.stderr);
    let said = "refused, since it is neither below the folder of the file";
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
    let folder = bench.folder.path().display().to_string();
    let ran = check(&bench, &["below/one", "--debug-dir", &folder]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
}

/// A file of the crate `layout`'s tests: a program of Windows, and its PDB.
fn of_windows(bench: &Bench, name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../layout/tests/files/pdb");
    std::fs::copy(folder.join(name), bench.path(name)).unwrap();
}

#[test]
fn the_pdb_of_a_program_is_found_beside_it_and_must_have_its_guid() {
    let bench = Bench::new();
    of_windows(&bench, "wire.exe");
    let check = |args: &[&str]| {
        let machines = ["check", "--targets", "Windows x64,i386-mingw,x86_64"];
        bench.run(&[&machines[..], args].concat())
    };
    let ran = check(&["wire.exe"]);
    assert_eq!(ran.status, 2, "{}", ran.stdout);
    let said = "whose debug information is in `wire.pdb`";
    assert!(ran.stderr.contains(said), "{}", ran.stderr);

    of_windows(&bench, "wire.pdb");
    let ran = check(&["wire.exe", "--type", "wire::message", "--type", "all"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let said = "wire.pdb, by its GUID";
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
    let said = "wire::message: portable, 28 octets; same octets between";
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
    // WCHAR is an `unsigned short` in C, and nothing tells which of the two it is.
    let said = "undecided on x86_64: `unsigned short` may be `wchar_t` in the source";
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
    let by_itself = check(&["wire.pdb", "--type", "wire::message"]);
    assert_eq!(by_itself.status, 0, "{}", by_itself.stderr);

    let mut octets = std::fs::read(bench.path("wire.exe")).unwrap();
    let place = octets.windows(4).position(|of| of == b"RSDS").unwrap();
    octets[place + 4] ^= 1;
    std::fs::write(bench.path("wire.exe"), octets).unwrap();
    let ran = check(&["wire.exe"]);
    assert_eq!(ran.status, 2, "{}", ran.stdout);
    let said = "not used, since its GUID is";
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
}

/// Of macOS: `darwin/make.sh`.
const DARWIN: [&[u8]; 2] = [
    include_bytes!("darwin/program"),
    include_bytes!("darwin/program.dwarf"),
];

#[test]
fn the_bundle_of_a_program_of_darwin_is_found_beside_it_and_must_have_its_uuid() {
    let bench = Bench::new();
    let [program, gathered] = DARWIN;
    std::fs::write(bench.path("program"), program).unwrap();
    let is_missed = |why: &str| {
        let ran = check(&bench, &["program"]);
        assert_eq!(ran.status, 2, "{}", ran.stdout);
        for said in ["`dsymutil FILE` gathers it in FILE.dSYM", why] {
            assert!(ran.stderr.contains(said), "{}", ran.stderr);
        }
    };
    is_missed("found a program of Darwin");
    let inside = "program.dSYM/Contents/Resources/DWARF";
    std::fs::create_dir_all(bench.path(inside)).unwrap();
    let gathered_file = format!("{inside}/program");
    std::fs::write(bench.path(&gathered_file), gathered).unwrap();
    is_shown(&check(&bench, &["program"]), "its debug information is in");
    is_shown(&check(&bench, &["program.dSYM"]), "struct shown");
    // That of another build.
    let id = layout::dwarf::links(gathered).unwrap().id;
    let place = gathered.windows(id.len()).position(|at| at == id).unwrap();
    let mut other = gathered.to_vec();
    other[place] ^= 1;
    std::fs::write(bench.path(&gathered_file), other).unwrap();
    is_missed("not used, since its UUID is");
}
