//! `crossum lock` and `crossum check --locked`: what types have promised.

use serde_json::Value;

use crate::bench::{Bench, Ran, host_command};

const MACHINES: &str = "x86_64,i686,s390x";

/// A bench with this header, locked.
fn locked(header: &str) -> Bench {
    let bench = Bench::new();
    std::fs::write(bench.path("packet.h"), header).unwrap();
    let ran = bench.run(&["lock", "packet.h", "--targets", MACHINES]);
    assert_eq!(ran.status, 0, "{ran}");
    bench
}

fn check(bench: &Bench) -> Ran {
    bench.run(&["check", "--locked", "--json", "report.json"])
}

/// The kinds of changes of all types.
fn kinds(ran: &Ran) -> Vec<String> {
    let types = ran.report()["types"].as_array().unwrap().iter();
    let changes = types.flat_map(|one| one["changes"].as_array().unwrap());
    changes
        .map(|change| change["kind"].as_str().unwrap().to_owned())
        .collect()
}

const PACKET: &str = "struct packet { unsigned length; char kind; short code; long value; };";

#[test]
fn what_moves_octets_is_refused_and_what_does_not_is_not() {
    let bench = locked(PACKET);
    for (header, status, expected) in [
        (PACKET, 0, &[][..]),
        // The same octets.
        (
            "struct packet { unsigned length; char sort; short code; long value; };",
            0,
            &["renamed"],
        ),
        (
            "typedef unsigned u32; struct packet { u32 length; signed char kind; short code; long value; };",
            0,
            &[],
        ),
        (
            "struct packet { unsigned length; char kind; short code; long value; }; struct more { int a; };",
            0,
            &[],
        ),
        // Behind the end of what has a length.
        (
            "struct packet { unsigned length; char kind; short code; long value; long seq; };",
            0,
            &["appended", "appended"],
        ),
        // Other octets.
        (
            "struct packet { unsigned length; char kind; short code; long seq; long value; };",
            1,
            &["moved", "moved"],
        ),
        (
            "struct packet { unsigned length; short code; char kind; long value; };",
            1,
            &["moved", "moved"],
        ),
        (
            "struct packet { unsigned length; char kind; char flag; short code; long value; };",
            1,
            &["in-padding"],
        ),
        (
            "struct packet { unsigned length; char kind; short code; unsigned long value; };",
            1,
            &["meaning", "meaning", "meaning"],
        ),
        (
            "struct packet { unsigned length; char kind; int code; long value; };",
            1,
            &["moved", "moved", "moved"],
        ),
        (
            "struct packet { unsigned length; char kind; short code; };",
            1,
            &["gone", "gone"],
        ),
        (
            "struct packet { unsigned length; char kind; short code; float value; };",
            1,
            &["meaning"],
        ),
        (
            "struct packet { unsigned length; char kind; short code; long value; } __attribute__((aligned(64)));",
            1,
            &["size", "size"],
        ),
        ("struct other { int a; };", 1, &["type-gone"]),
    ] {
        std::fs::write(bench.path("packet.h"), header).unwrap();
        let ran = check(&bench);
        assert_eq!(ran.status, status, "{header}: {ran}");
        let kinds = kinds(&ran);
        let known: Vec<_> = kinds.iter().map(String::as_str).collect();
        let is_expected = match expected.len() {
            0 => known.is_empty(),
            _ => {
                expected.iter().all(|kind| known.contains(kind))
                    && known.iter().all(|kind| expected.contains(kind))
            }
        };
        assert!(is_expected, "{header}: {known:?}: {ran}");
    }
}

#[test]
fn a_long_in_the_middle_is_refused_with_its_line() {
    let bench = locked("struct packet {\n  long first;\n  long last;\n};");
    let header = "struct packet {\n  long first;\n  long seq;\n  long last;\n};";
    std::fs::write(bench.path("packet.h"), header).unwrap();
    let ran = check(&bench);
    assert_eq!(ran.status, 1, "{ran}");
    let words =
        "`last` was at 8:8, and is at 16:8 (octet:size); `seq` is there now on x86_64 and s390x";
    assert!(ran.stdout.contains(words), "{ran}");
    assert!(ran.stdout.contains("packet.h:3"), "{ran}");
    let before = std::fs::read_to_string(bench.path("wire.lock")).unwrap();
    let ran = bench.run(&["lock", "packet.h", "--targets", MACHINES]);
    assert_eq!(ran.status, 1, "{ran}");
    assert_eq!(
        std::fs::read_to_string(bench.path("wire.lock")).unwrap(),
        before
    );
    let ran = bench.run(&[
        "lock",
        "packet.h",
        "--targets",
        MACHINES,
        "--update",
        "struct packet",
    ]);
    assert_eq!(ran.status, 0, "{ran}");
    assert_eq!(check(&bench).status, 0);
}

#[test]
fn enumerators_keep_their_values() {
    let bench = locked("enum kind { A = 1, B }; struct packet { enum kind kind; };");
    for (header, status, words) in [
        (
            "enum kind { A = 1, B, C }; struct packet { enum kind kind; };",
            0,
            "2 held",
        ),
        (
            "enum kind { FIRST = 1, B }; struct packet { enum kind kind; };",
            0,
            "2 held",
        ),
        (
            "enum kind { A = 1, C, B }; struct packet { enum kind kind; };",
            1,
            "`B` of `kind` was 2, and is 3",
        ),
        (
            "enum kind { A = 1 }; struct packet { enum kind kind; };",
            1,
            "2, which was `B`, has no name now",
        ),
    ] {
        std::fs::write(bench.path("packet.h"), header).unwrap();
        let ran = check(&bench);
        assert_eq!(ran.status, status, "{header}: {ran}");
        assert!(ran.stdout.contains(words), "{header}: {ran}");
    }
}

#[test]
fn without_a_length_nothing_is_appended() {
    let bench = locked("struct packet { int a; };");
    std::fs::write(bench.path("packet.h"), "struct packet { int a, b; };").unwrap();
    let ran = check(&bench);
    assert_eq!(ran.status, 1, "{ran}");
    assert_eq!(kinds(&ran), ["no-length"]);
}

/// Where it lies and how large its type is say nothing of its elements.
#[test]
fn what_an_array_without_a_length_is_of_is_locked() {
    let header = |item: &str| format!("struct packet {{ unsigned count, sort; {item} items[]; }};");
    for (before, after, status) in [
        ("unsigned", "unsigned", 0),
        ("unsigned", "int", 1),
        ("unsigned", "unsigned short", 1),
        (
            "struct { int a; short b; }",
            "struct { int a; short c; }",
            0,
        ),
        (
            "struct { int a; short b; }",
            "struct { short b; int a; }",
            1,
        ),
        // Their places are the same, and that of the next element is not.
        ("struct { int a, b; }", "struct { int a, b; char c; }", 1),
    ] {
        let bench = locked(&header(before));
        std::fs::write(bench.path("packet.h"), header(after)).unwrap();
        let ran = check(&bench);
        assert_eq!(ran.status, status, "{before}, {after}: {ran}");
    }
}

#[test]
fn what_is_permitted_is_marked_among_what_breaks() {
    let bench = locked(PACKET);
    let header = PACKET
        .replace("kind", "sort")
        .replace("short code", "int code");
    std::fs::write(bench.path("packet.h"), header).unwrap();
    let ran = check(&bench);
    assert_eq!(ran.status, 1, "{ran}");
    assert!(
        ran.stdout
            .contains("\n  permitted: `kind` is called `sort` now"),
        "{ran}"
    );
    assert!(ran.stdout.contains("\n  `code` was at"), "{ran}");
}

#[test]
fn a_type_that_is_gone_can_be_forgotten() {
    let bench = locked(PACKET);
    std::fs::write(bench.path("packet.h"), "struct other { int a; };").unwrap();
    let ran = check(&bench);
    assert_eq!(ran.status, 1, "{ran}");
    let cure = "forget the old format: `crossum lock packet.h --remove 'struct packet'`";
    assert!(ran.stdout.contains(cure), "{ran}");
}

#[test]
fn an_object_is_locked_as_a_header_is_and_compared_with_its_next_build() {
    let bench = Bench::new();
    let compile = |source: &str| {
        std::fs::write(bench.path("packet.c"), source).unwrap();
        let mut compiler = host_command("gcc");
        compiler.current_dir(bench.folder.path());
        let compiler = compiler.args(["-g", "-c", "packet.c", "-o", "packet.o"]);
        assert!(compiler.status().unwrap().success());
    };
    compile("struct packet { int a; long b; } packet;");
    let ran = bench.run(&["lock", "packet.o", "--targets", MACHINES]);
    assert_eq!(ran.status, 0, "{ran}");
    assert_eq!(check(&bench).status, 0);
    compile("struct packet { long b; int a; } packet;");
    let ran = check(&bench);
    assert_eq!(ran.status, 1, "{ran}");
    assert!(kinds(&ran).contains(&"moved".to_owned()), "{ran}");
}

/// On this machine the layout fits with `#pragma pack(2)` and without; where 64 bits have an alignment of 8 behind a `long` of 32, these differ.
#[test]
fn a_machine_on_which_an_object_is_undecided_is_named_with_the_reason_everywhere() {
    let bench = Bench::new();
    let compile = |last: &str| {
        let source = format!(
            "#include <stdint.h>\nstruct packet {{ long first; {last} seq; }}; struct packet p;"
        );
        std::fs::write(bench.path("packet.c"), source).unwrap();
        let mut compiler = host_command("gcc");
        compiler.current_dir(bench.folder.path());
        let compiler = compiler.args(["-g", "-c", "packet.c", "-o", "packet.o"]);
        assert!(compiler.status().unwrap().success());
    };
    let why = "#pragma pack";
    compile("uint64_t");
    let ran = bench.run(&["lock", "packet.o", "--targets", "x86_64,armv7"]);
    assert_eq!(ran.status, 3, "{ran}");
    assert!(ran.stdout.contains("  not locked on armv7: "), "{ran}");
    assert!(ran.stdout.contains(why), "{ran}");
    // What was locked holds.
    assert_eq!(check(&bench).status, 0);
    let ran = bench.run(&["lock", "packet.o", "--lock", "other", "--targets", "x86_64"]);
    assert_eq!(ran.status, 0, "{ran}");
    let of_packet = ["packet.o", "--type", "struct packet"];
    for (command, more) in [
        ("lock", &["--targets", "armv7"][..]),
        ("port", &["--as", "armv7"]),
    ] {
        let ran = bench.run(&[&[command], &of_packet[..], more].concat());
        assert_eq!(ran.status, 3, "{ran}");
        assert!(ran.stderr.contains(why), "{ran}");
    }
    let ran = bench.run(&[&["compat"], &of_packet[..], &["--abis", "x86_64,armv7"]].concat());
    assert_eq!(ran.status, 3, "{ran}");
    assert!(ran.stdout.contains("undecided on armv7: "), "{ran}");
    assert!(ran.stdout.contains(why), "{ran}");
    // No record is so short: none that was tried can have written it.
    std::fs::write(bench.path("dump"), "abc").unwrap();
    let of_dump = [
        "decode",
        "dump",
        "--from",
        "packet.o",
        "--type",
        "struct packet",
    ];
    let ran = bench.run(&[&of_dump[..], &["--guess"]].concat());
    assert_eq!(ran.status, 3, "{ran}");
    assert!(
        ran.stdout.contains("of any machine that was tried"),
        "{ran}"
    );
    assert!(
        ran.stdout.contains("not tried") && ran.stdout.contains(why),
        "{ran}"
    );
    // What was known when it was locked, and no longer is.
    std::fs::remove_file(bench.path("wire.lock")).unwrap();
    compile("uint32_t");
    let ran = bench.run(&["lock", "packet.o", "--targets", "x86_64,armv7"]);
    assert_eq!(ran.status, 0, "{ran}");
    compile("uint64_t");
    let ran = check(&bench);
    let changes = ran.report()["types"][0]["changes"].as_array().unwrap();
    let undecided = changes.iter().find(|change| change["kind"] == "undecided");
    let message = undecided.unwrap()["message"].as_str().unwrap();
    assert!(message.contains(why), "{ran}");
}

#[test]
fn a_lock_file_that_cannot_be_taken_at_its_word_is_not() {
    let bench = locked(PACKET);
    let path = bench.path("wire.lock");
    let good = std::fs::read_to_string(&path).unwrap();
    for (from, to, words) in [
        (
            "version = 2",
            "version = 3",
            "version 3, and this crossum reads at most 2",
        ),
        (
            "file = \"packet.h\"",
            "file = \"other.h\"",
            "`struct packet` was edited by hand",
        ),
        (
            "[[type]]",
            "[[type]]\nname = \"struct more\"\nfile = \"packet.h\"\nfingerprint = \"\"\n[[type]]",
            "it was edited by hand: the fingerprint of all its types",
        ),
        (
            "\"0:4\", \"length\"",
            "\"4:4\", \"length\"",
            "`struct packet` was edited by hand",
        ),
        ("size = ", "sise = ", "unknown field `sise`"),
        ("[[type]]", "[[type", "TOML parse error"),
    ] {
        assert!(good.contains(from), "{from}");
        std::fs::write(&path, good.replacen(from, to, 1)).unwrap();
        let ran = bench.run(&["check", "--locked"]);
        assert_eq!(ran.status, 2, "{from}: {ran}");
        assert!(ran.stderr.contains(words), "{from}: {ran}");
    }
    // What was edited is written anew where that is asked for.
    std::fs::write(
        &path,
        good.replacen("\"0:4\", \"length\"", "\"4:4\", \"length\"", 1),
    )
    .unwrap();
    let ran = bench.run(&[
        "lock",
        "packet.h",
        "--targets",
        MACHINES,
        "--update",
        "struct packet",
    ]);
    assert_eq!(ran.status, 0, "{ran}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), good);
    let ran = bench.run(&["lock", "packet.h", "--remove", "struct nothing"]);
    assert_eq!(ran.status, 2, "{ran}");
    let ran = bench.run(&["lock", "packet.h", "--remove", "struct packet"]);
    assert_eq!(ran.status, 0, "{ran}");
    assert!(ran.stdout.contains("removed  struct packet\n"), "{ran}");
    let ran = bench.run(&["check", "--locked"]);
    assert_eq!(ran.status, 2, "{ran}");
    let ran = bench.run(&["check", "--locked=nothing.lock"]);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(ran.stderr.contains("cannot read nothing.lock"), "{ran}");
    assert!(
        ran.stderr.contains("`crossum lock FILE` writes one"),
        "{ran}"
    );
    std::fs::write(bench.path("other.lock"), "").unwrap();
    let ran = bench.run(&["check", "--locked=other.lock"]);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(ran.stderr.contains("it has no `version`"), "{ran}");
    let ran = bench.run(&["check", "--locked", "other.lock"]);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(
        ran.stderr.contains("no type of other.lock is in it")
            && ran.stderr.contains("`--locked=other.lock`"),
        "{ran}"
    );
}

#[test]
fn the_options_that_a_type_was_locked_with_are_those_that_it_is_compared_with() {
    let bench = Bench::new();
    let header =
        "#ifdef WIDE\nstruct packet { long long a; };\n#else\nstruct packet { int a; };\n#endif\n";
    std::fs::write(bench.path("packet.h"), header).unwrap();
    let ran = bench.run(&["lock", "packet.h", "--targets", MACHINES, "-DWIDE"]);
    assert_eq!(ran.status, 0, "{ran}");
    let ran = check(&bench);
    assert_eq!(ran.status, 0, "{ran}");
    assert_eq!(
        ran.report()["types"][0]["changes"],
        Value::Array(Vec::new())
    );
}

/// What pre-commit reads of this repository, and runs before a commit.
fn hook() -> String {
    let hooks = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../.pre-commit-hooks.yaml");
    let hooks = std::fs::read_to_string(hooks).unwrap();
    let mut lines = hooks.lines();
    let entry = lines.find_map(|line| line.trim().strip_prefix("entry: "));
    entry.unwrap().to_owned()
}

#[test]
fn a_commit_that_adds_a_long_is_refused_with_its_line() {
    let bench = locked("struct packet {\n  long first;\n  long last;\n};\n");
    let git = |args: &[&str]| {
        let mut git = host_command("git");
        let git = git
            .current_dir(bench.folder.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .args(["-c", "user.name=A", "-c", "user.email=a@example.org"]);
        Ran::from(git.args(args).output().unwrap(), &bench.path("none"))
    };
    assert_eq!(git(&["init", "--quiet"]).status, 0);
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_crossum"));
    let folder = program.parent().unwrap().display();
    let hooks = bench.path(".git/hooks");
    std::fs::create_dir_all(&hooks).unwrap();
    let script = format!("#!/bin/sh\nPATH=\"{folder}:$PATH\"\nexec {}\n", hook());
    std::fs::write(hooks.join("pre-commit"), script).unwrap();
    let mut executable = host_command("chmod");
    let executable = executable.arg("+x").arg(hooks.join("pre-commit"));
    assert!(executable.status().unwrap().success());
    let commit = |message| {
        assert_eq!(git(&["add", "packet.h", "wire.lock"]).status, 0);
        git(&["commit", "--quiet", "--message", message])
    };
    let ran = commit("a type and its lock");
    assert_eq!(ran.status, 0, "{ran}");
    let header = "struct packet {\n  long first;\n  long seq;\n  long last;\n};\n";
    std::fs::write(bench.path("packet.h"), header).unwrap();
    let ran = commit("a long");
    assert_ne!(ran.status, 0, "{ran}");
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(said.contains("broken  struct packet of packet.h"), "{ran}");
    assert!(said.contains("packet.h:3"), "{ran}");
    let log = git(&["log", "--format=%s"]);
    assert_eq!(log.stdout, "a type and its lock\n");
    // Under another name the octets stay.
    let header = "struct packet {\n  long begin;\n  long last;\n};\n";
    std::fs::write(bench.path("packet.h"), header).unwrap();
    let ran = commit("a name");
    assert_eq!(ran.status, 0, "{ran}");
}

const LIBRARY: &str = "#[repr(C)]\npub struct Header {\n    pub kind: u8,\n    pub length: u32,\n}\npub struct Plain {\n    pub a: u32,\n    pub b: u8,\n}\n";

/// A crate with this library.
fn package(library: &str) -> Bench {
    let bench = Bench::new();
    let manifest =
        "[package]\nname = \"packets\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[workspace]\n";
    std::fs::create_dir(bench.path("src")).unwrap();
    std::fs::write(bench.path("Cargo.toml"), manifest).unwrap();
    std::fs::write(bench.path("src/lib.rs"), library).unwrap();
    bench
}

#[test]
fn the_types_of_a_crate_are_locked_and_compared_as_those_of_a_header() {
    let bench = package(LIBRARY);
    let lock = ["lock", "--crate", "--targets", MACHINES];
    let ran = bench.run(&lock);
    assert_eq!(ran.status, 0, "{ran}");
    assert!(
        ran.stdout.contains("locked  packets::Header on 3 machines"),
        "{ran}"
    );
    assert!(ran.stdout.contains("not locked  packets::Plain: "), "{ran}");
    let ran = check(&bench);
    assert_eq!(ran.status, 0, "{ran}");
    // What is not promised may change.
    let other = LIBRARY.replace("pub a: u32,", "pub a: u64,");
    std::fs::write(bench.path("src/lib.rs"), other).unwrap();
    assert_eq!(check(&bench).status, 0);
    let moved = LIBRARY.replace(
        "    pub length",
        "    pub seq: std::ffi::c_long,\n    pub length",
    );
    std::fs::write(bench.path("src/lib.rs"), moved).unwrap();
    let ran = check(&bench);
    assert_eq!(ran.status, 1, "{ran}");
    assert!(ran.stdout.contains("broken  packets::Header"), "{ran}");
    assert!(ran.stdout.contains("`length` was at 4:4"), "{ran}");
    assert!(ran.stdout.contains("src/lib.rs:4"), "{ran}");
    // One that is asked for by name has to have a layout.
    let ran = bench.run(&["lock", "--crate", "--type", "packets::Plain"]);
    assert_ne!(ran.status, 0, "{ran}");
    let bench = package("pub struct Plain { pub a: u32 }\n");
    let ran = bench.run(&lock);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(ran.stderr.contains("`#[repr(C)]` promises one"), "{ran}");
    assert!(!bench.path("wire.lock").exists());
    let ran = bench.run(&["lock", "."]);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(ran.stderr.contains("`crossum lock --crate .`"), "{ran}");
}
