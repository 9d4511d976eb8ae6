//! Debug information that is not in the file itself: halves that a compiler split off, packages of them, and what `dwz` moved to a file of several.

use std::path::Path;

use crossum_layout::dwarf::{self, Alternate, Companions, Links, Problem, Program, ReadError};

use crate::compiled::{formatted, run};
use crate::tools;

/// Some files whose types are in others.
fn read(octets: &[u8], companions: &Companions<'_>) -> Result<Program, ReadError> {
    dwarf::read_with(octets, companions, |_| true)
}

fn with_alternate(octets: &[u8]) -> Companions<'_> {
    let mut companions = Companions::default();
    companions.alternate = Some(octets);
    companions
}

fn with_split(files: &[Vec<u8>]) -> Companions<'_> {
    let mut companions = Companions::default();
    companions.split = files.iter().map(Vec::as_slice).collect();
    companions
}

fn lines(text: &str) -> Vec<&str> {
    let mut lines: Vec<_> = text.lines().collect();
    lines.sort_unstable();
    lines
}

/// A file of `layout/tests/files/dwz`, whose `make.sh` says what made it.
fn dwz(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files/dwz");
    std::fs::read(folder.join(name)).expect("a committed file")
}

#[test]
fn what_dwz_moved_to_another_file_is_read_from_there() {
    let point = "Struct { x short, y short, z double }";
    let shared = format!(
        "Struct {{ c char, l long, k enum 0..=1, p [3]{point}, u Union {{ i int, f float }} }}"
    );
    for set in ["dwarf4", "dwarf5", "sup", "s390x"] {
        let common = dwz(&format!("common-{set}"));
        for (name, own) in [("one", "x [4]int"), ("two", "name [9]char")] {
            let octets = dwz(&format!("{name}-{set}"));
            let Links { alternate, .. } = dwarf::links(&octets).expect("links");
            let Some(Alternate { file, id, .. }) = alternate else {
                panic!("{name}-{set}: no alternate file");
            };
            assert_eq!(file, format!("common-{set}"));
            assert_eq!(id, dwarf::links(&common).expect("links").id, "{set}");
            assert!(id.len() >= 16, "{set}");

            let program = read(&octets, &with_alternate(&common)).expect("a program");
            let tag = format!("struct only_{name}");
            let names = [&tag, "struct shared", "struct point", "struct list"];
            let expected = [
                format!("{tag}: Struct {{ s {shared}, {own} }}"),
                format!("struct shared: {shared}"),
                format!("struct point: {point}"),
                "struct list: Struct { next pointer, of pointer, flags:3 int, more:9 int }"
                    .to_owned(),
            ];
            let expected = expected.join("\n");
            assert_eq!(
                lines(&formatted(&program, &names)),
                lines(&expected),
                "{name}-{set}"
            );
            // The partial units of the other file have the compiler of those that import them.
            assert_eq!(program.builds.len(), 1, "{name}-{set}");
            let declared = program.of_name("struct shared").next().expect("a type");
            let places: Vec<_> = declared.declared.iter().map(ToString::to_string).collect();
            let [place] = places.as_slice() else {
                panic!("{set}: {places:?}");
            };
            assert!(place.ends_with("one.c:1") || place.ends_with("two.c:1"));
        }
    }
}

#[test]
fn an_alternate_file_that_is_missing_is_named() {
    let program = read(&dwz("one-dwarf5"), &Companions::default()).expect("a program");
    let [unread] = program.unread.as_slice() else {
        panic!("{:?}", program.unread);
    };
    assert!(
        matches!(&unread.problem, Problem::Alternate { file } if file == "common-dwarf5"),
        "{unread}"
    );
    // With nothing of its own there is nothing to read.
    let error = dwarf::read(&dwz("common-dwarf5")).expect_err("only what others import");
    assert!(matches!(error.problem, Problem::OnlyShared), "{error}");
}

/// Two units, of which one uses a type unit that the other has, too.
const UNITS: [(&str, &str); 2] = [
    (
        "a.c",
        "struct inner { char c; long l; }; struct a { struct inner i; } a; int main(void) { return 0; }",
    ),
    (
        "b.c",
        "struct inner { char c; long l; }; struct b { struct inner i[2]; short s; } b;",
    ),
];

const FORMATTED: [&str; 3] = [
    "struct a: Struct { i Struct { c char, l long } }",
    "struct b: Struct { i [2]Struct { c char, l long }, s short }",
    "struct inner: Struct { c char, l long }",
];

const NAMES: &[&str] = &["struct a", "struct b", "struct inner"];

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in UNITS {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

fn done(program: &str, args: &[&str], folder: &Path) -> bool {
    match run(program, args, folder) {
        Ok(output) if output.status.success() => true,
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            tools::not_done(format!("{program} {args:?}"), &said);
            false
        }
        Err(why) => {
            why.name(&format!("{program} {args:?}"), program);
            false
        }
    }
}

fn octets(folder: &Path, name: &str) -> Vec<u8> {
    std::fs::read(folder.join(name)).expect("a file")
}

/// The ways to split debug information that are tried.
const WAYS: [[&str; 2]; 4] = [
    ["-gdwarf-4", "-fno-debug-types-section"],
    ["-gdwarf-4", "-fdebug-types-section"],
    ["-gdwarf-5", "-fno-debug-types-section"],
    ["-gdwarf-5", "-fdebug-types-section"],
];

#[test]
fn the_halves_of_split_units_are_read_and_those_that_are_missing_are_named() {
    for way in WAYS {
        let folder = folder();
        let folder = folder.path();
        let [version, types] = way;
        assert!(done(
            "gcc",
            &[version, types, "-gsplit-dwarf", "-c", "a.c", "b.c"],
            folder
        ));
        assert!(done("gcc", &["a.o", "b.o", "-o", "program"], folder));
        let program = octets(folder, "program");
        let links = dwarf::links(&program).expect("links");
        let files: Vec<_> = links.split.iter().map(|unit| &*unit.file).collect();
        assert_eq!(files, ["a.dwo", "b.dwo"]);
        assert!(links.split.iter().all(|unit| !unit.folder.is_empty()));

        let halves = [octets(folder, "b.dwo"), octets(folder, "a.dwo")];
        let all = read(&program, &with_split(&halves)).expect("a program");
        assert_eq!(lines(&formatted(&all, NAMES)), FORMATTED, "{way:?}");
        assert_eq!(all.unread, []);

        // A half of another compilation has another number.
        assert!(done(
            "gcc",
            &[version, types, "-gsplit-dwarf", "-O2", "-Dc=d", "-c", "a.c"],
            folder
        ));
        let halves = [octets(folder, "a.dwo"), octets(folder, "b.dwo")];
        let some = read(&program, &with_split(&halves)).expect("a program");
        assert_eq!(
            lines(&formatted(&some, NAMES)),
            FORMATTED[1..].to_vec(),
            "{way:?}"
        );
        let [unread] = some.unread.as_slice() else {
            panic!("{:?}", some.unread);
        };
        assert!(
            matches!(&unread.problem, Problem::Split { file } if file == "a.dwo"),
            "{unread}"
        );
    }
}

#[test]
fn a_package_is_read_by_its_index() {
    // That of the binutils leaves out the units of DWARF 5 without a word.
    for (packer, ways) in [("dwp", &WAYS[..2]), ("llvm-dwp", &WAYS)] {
        for way in ways {
            let folder = folder();
            let folder = folder.path();
            let [version, types] = *way;
            assert!(done(
                "gcc",
                &[version, types, "-gsplit-dwarf", "-c", "a.c", "b.c"],
                folder
            ));
            assert!(done("gcc", &["a.o", "b.o", "-o", "program"], folder));
            if !done(packer, &["a.dwo", "b.dwo", "-o", "program.dwp"], folder) {
                continue;
            }
            let package = [octets(folder, "program.dwp")];
            let what = format!("{packer} {way:?}");
            let with = read(&octets(folder, "program"), &with_split(&package)).expect(&what);
            assert_eq!(lines(&formatted(&with, NAMES)), FORMATTED, "{what}");
            assert_eq!(with.unread, [], "{what}");
            let alone = dwarf::read(&package[0]).expect(&what);
            assert_eq!(lines(&formatted(&alone, NAMES)), FORMATTED, "{what}");
        }
    }
}

#[test]
fn both_halves_in_one_object_are_read() {
    let folder = folder();
    let folder = folder.path();
    let single = ["-gsplit-dwarf=single", "-g", "-c", "b.c"];
    let compiled = done(
        "clang",
        &["--target=x86_64-linux-gnu", single[0], "-g", "-c", "b.c"],
        folder,
    );
    if compiled {
        let program = dwarf::read(&octets(folder, "b.o")).expect("a program");
        assert_eq!(lines(&formatted(&program, NAMES)), FORMATTED[1..].to_vec());
        assert_eq!(program.unread, []);
    }
}

#[test]
fn members_of_an_archive_that_are_split_are_named() {
    let folder = folder();
    let folder = folder.path();
    assert!(done("gcc", &["-g", "-gsplit-dwarf", "-c", "a.c"], folder));
    assert!(done("gcc", &["-g", "-c", "b.c"], folder));
    assert!(done("ar", &["rc", "all.a", "a.o", "b.o"], folder));
    let archive = octets(folder, "all.a");
    let program = dwarf::read(&archive).expect("a program");
    let unread: Vec<_> = program.unread.iter().map(ToString::to_string).collect();
    let [unread] = unread.as_slice() else {
        panic!("{unread:?}");
    };
    assert!(unread.starts_with("member `a.o`: split debug information: the types are in `a.dwo`"));
    let halves = [octets(folder, "a.dwo")];
    let all = read(&archive, &with_split(&halves)).expect("a program");
    assert_eq!(lines(&formatted(&all, NAMES)), FORMATTED);
    assert_eq!(all.unread, []);
}

/// Reads a file with what `dwz` moved out of it, within what a file of its size may cost.
fn is_within_bounds(octets: &[u8], common: &[u8]) -> bool {
    const MAX_ALLOCATED_PER_OCTET: u64 = 1032 + 200;
    let cost = allocation_counter::measure(|| {
        let _ = dwarf::links(octets);
        let _ = read(octets, &with_alternate(common));
    });
    let of = (octets.len() + common.len()) as u64;
    cost.count_total <= of && cost.bytes_total <= MAX_ALLOCATED_PER_OCTET * of
}

#[test]
fn damaged_files_of_dwz_end_in_a_program_or_an_error_and_cost_what_files_cost() {
    for set in ["dwarf4", "dwarf5", "sup", "s390x"] {
        let (one, common) = (dwz(&format!("one-{set}")), dwz(&format!("common-{set}")));
        for place in (0..common.len()).step_by(3) {
            for change in [0x01, 0x80, 0xff] {
                let mut damaged = common.clone();
                damaged[place] ^= change;
                assert!(is_within_bounds(&one, &damaged), "{set}: {place} {change}");
            }
            assert!(is_within_bounds(&one, &common[..place]), "{set}: {place}");
        }
        for place in (0..one.len()).step_by(5) {
            let mut damaged = one.clone();
            damaged[place] ^= 0x41;
            assert!(is_within_bounds(&damaged, &common), "{set}: {place}");
            assert!(is_within_bounds(&one[..place], &common), "{set}: {place}");
        }
    }
}

#[test]
fn a_damaged_package_ends_in_a_program_or_an_error() {
    let folder = folder();
    let folder = folder.path();
    let split = ["-gdwarf-4", "-gsplit-dwarf", "-fdebug-types-section"];
    assert!(done(
        "gcc",
        &[&split[..], &["-c", "a.c", "b.c"]].concat(),
        folder
    ));
    assert!(done("gcc", &["a.o", "b.o", "-o", "program"], folder));
    if !done("dwp", &["a.dwo", "b.dwo", "-o", "program.dwp"], folder) {
        return;
    }
    let package = octets(folder, "program.dwp");
    let (mut programs, mut errors) = (0, 0);
    for place in 0..package.len() {
        let mut damaged = package.clone();
        damaged[place] ^= 0x81;
        for octets in [&damaged[..], &package[..place]] {
            match dwarf::read(octets) {
                Ok(_) => programs += 1,
                Err(_) => errors += 1,
            }
        }
    }
    assert!(programs > 100 && errors > 100, "{programs} {errors}");
}
