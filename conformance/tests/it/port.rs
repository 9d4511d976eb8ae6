//! `crossum port`: a portable type out of one that breaks.

use serde_json::{Value, json};

use crate::bench::{Bench, Ran, host_command, not_tried};

const PACKET: &str = "
#include <stdbool.h>
#include <stdint.h>
#include <time.h>
enum kind { OPEN = 1, CLOSE = 2, NONE = -5 };
struct point { short x; double y; };
struct packet {
  char tag[6];
  bool last;
  enum kind kind;
  unsigned low:3, high:5;
  int deep:10;
  unsigned long long wide:40;
  long value;
  time_t when;
  struct point points[2];
  float ratio;
  uint16_t list[3];
  signed char small[2];
  int64_t large;
  char letter;
  long longs[2];
  double numbers[2];
  bool flags[3];
  int type;
};
";

fn bench(header: &str) -> Bench {
    let bench = Bench::new();
    std::fs::write(bench.path("packet.h"), header).unwrap();
    bench
}

fn port(bench: &Bench, more: &[&str]) -> Ran {
    let args = [
        "port",
        "packet.h",
        "--type",
        "struct packet",
        "--json",
        "report.json",
    ];
    bench.run(&[&args, more].concat())
}

fn native() -> &'static str {
    let native = cross::targets().find(|target| target.is_native());
    &native.expect("this machine is one of the targets").name
}

/// Each of them by what came of it; those that could not run are said.
fn proofs(ran: &Ran) -> Vec<(String, String)> {
    let proofs = ran.report()["proofs"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let proofs = proofs.map(|proof| (text(&proof["who"]), text(&proof["outcome"])));
    let (missing, tried): (Vec<_>, Vec<_>) =
        proofs.partition(|(_, outcome)| outcome == "could-not-run");
    for (who, _) in missing {
        not_tried(&format!("generated code: {who}"));
    }
    tried
}

#[test]
fn every_language_reads_and_writes_every_format() {
    let bench = bench(PACKET);
    for format in [
        &["--order", "big"][..],
        &["--order", "little", "--long", "32"],
        &["--as", "i686"],
        &["--as", "s390x"],
    ] {
        let ran = port(
            &bench,
            &[format, &["--prove", "--targets", native()]].concat(),
        );
        let proofs = proofs(&ran);
        assert!(
            proofs.iter().any(|(who, _)| who.starts_with("C on")),
            "{ran}"
        );
        for reader in ["Rust", "Python", "Kaitai", "tshark"] {
            if !proofs.iter().any(|(who, _)| who.contains(reader)) {
                not_tried(&format!("generated code: {reader}"));
            }
        }
        assert!(
            proofs.iter().all(|(_, outcome)| outcome == "equal"),
            "{format:?}: {ran}"
        );
    }
}

#[test]
fn every_machine_that_is_here_reads_and_writes_the_same() {
    let bench = bench(PACKET);
    let ran = port(&bench, &["--lang", "c", "--prove"]);
    assert_eq!(ran.status, 0, "{ran}");
    let here = proofs(&ran);
    assert!(here.iter().all(|(_, outcome)| outcome == "equal"), "{ran}");
    for target in cross::targets().filter(|target| target.unobserved.is_none()) {
        let who = format!("C on {}", target.name);
        if !here.iter().any(|(name, _)| *name == who) {
            not_tried(&who);
        }
    }
    assert!(!here.is_empty(), "this machine is one of the targets");
}

#[test]
fn a_program_that_reads_something_else_is_told() {
    let bench =
        bench("struct packet { int a, b; };").with_runner("\"$@\" | sed 's/^b=1$/b=2/'; exit 0");
    let ran = port(&bench, &["--lang", "c", "--prove", "--targets", native()]);
    assert_eq!(ran.status, 1, "{ran}");
    assert!(ran.stdout.contains("b=2, and it should be b=1"), "{ran}");
    assert_eq!(ran.report()["proofs"][0]["outcome"], "differs");
}

/// What is not here is no proof that the code is right.
#[test]
fn a_reader_that_is_not_here_could_not_run() {
    let bench = bench("struct packet { int a; };");
    let here = bench.path("bin");
    std::fs::create_dir(&here).unwrap();
    for name in ["cc", "gcc", "as", "ld"] {
        let folders = std::env::var("PATH").unwrap();
        let mut found = folders
            .split(':')
            .map(|folder| std::path::Path::new(folder).join(name));
        let found = found.find(|path| path.is_file());
        std::os::unix::fs::symlink(found.expect("gcc is here"), here.join(name)).unwrap();
    }
    let bench = bench.with_variable("PATH", here.to_str().unwrap());
    for (language, words) in [
        ("kaitai", "no program `node` is on the search path"),
        ("wireshark", "tshark is not here (apt-get install tshark)"),
    ] {
        let ran = port(
            &bench,
            &["--to", language, "--prove", "--targets", native()],
        );
        assert_eq!(ran.status, 3, "{ran}");
        assert!(ran.stdout.contains(words), "{ran}");
        assert_eq!(ran.report()["proofs"][0]["outcome"], "could-not-run");
    }
}

#[test]
fn a_new_format_has_no_padding_and_the_widths_that_were_chosen() {
    let bench =
        bench("struct packet { char a; long b; enum { X } c; unsigned d:3, e:7; short f; };");
    let places = |ran: &Ran| -> Vec<(u64, u64)> {
        let fields = ran.report()["fields"].as_array().unwrap().iter();
        let number = |value: &Value| value.as_u64().unwrap();
        fields
            .map(|field| (number(&field["bit_offset"]), number(&field["bit_size"])))
            .collect()
    };
    let ran = port(&bench, &[]);
    assert_eq!(ran.status, 0, "{ran}");
    assert_eq!(
        places(&ran),
        [(0, 8), (8, 64), (72, 32), (104, 3), (107, 7), (120, 16)]
    );
    assert_eq!(ran.report()["size"], 17);
    let ran = port(&bench, &["--long", "32"]);
    assert_eq!(places(&ran)[1], (8, 32));
    let ran = port(&bench, &["--as", "m68k"]);
    assert_eq!(
        places(&ran),
        [(0, 8), (16, 32), (48, 32), (80, 3), (83, 7), (96, 16)]
    );
    assert_eq!(ran.report()["machine"], "m68k-unknown-linux-gnu");
}

#[test]
fn what_means_nothing_elsewhere_is_refused_with_what_to_write() {
    for (field, words) in [
        ("void *p;", "`p` is an address"),
        (
            "long double d;",
            "`d` is a long double, of which there are six formats",
        ),
        ("union { int a; float b; } u;", "`u.a` shares its octets"),
        ("char data[];", "`data` has no declared length"),
        (
            "struct { short a; double b; } items[];",
            "as it is:\n`items` has no declared length: write its elements behind the type, and their number in it\n",
        ),
        (
            "struct { int x; } none[0];",
            "`none` has no declared length",
        ),
        ("__float128 q;", "`q` is a `"),
        ("double _Complex z;", "`z` is a complex number"),
        ("char much[1 << 21];", "expected at most 1048576"),
        (
            "struct { char a; } many[2000];",
            "it has 2001 values, expected at most 1000",
        ),
    ] {
        let bench = bench(&format!("struct packet {{ int first; {field} }};"));
        let ran = port(&bench, &["--out", "out"]);
        assert_eq!(ran.status, 2, "{field}: {ran}");
        assert!(ran.stderr.contains(words), "{field}: {ran}");
        assert!(!bench.path("out").exists(), "{field}");
    }
}

#[test]
fn a_name_that_a_language_keeps_is_written_otherwise() {
    let bench = bench(
        "#include <stdbool.h>
enum word { pass = 1, PASS = 2, end = 1, True = 3, _x = 4 };
struct packet { int None, True, False, Self, to_bytes, from_bytes, new, this, template, z;
  int end, nil, function, local, Class, class, CLASS, from_io, close, _io, __a, a__;
  int _, INT32_MAX, CHAR_BIT, PACKET_OCTETS, PACKET_WIRE_H;
  int x_bits, x:5, X:5; bool flag:1; int sign:1; unsigned one:1; enum word word, few:31; };
struct self { int a; };
struct none { int a; };
struct nothing { };",
    );
    for name in ["struct packet", "struct self", "struct none"] {
        let ran = bench.run(&[
            "port",
            "packet.h",
            "--type",
            name,
            "--json",
            "report.json",
            "--out",
            "out",
            "--prove",
            "--targets",
            native(),
        ]);
        let proofs = proofs(&ran);
        assert!(!proofs.is_empty(), "{ran}");
        assert!(
            proofs.iter().all(|(_, outcome)| outcome == "equal"),
            "{ran}"
        );
    }
    let mut compiler = host_command("g++");
    compiler.current_dir(bench.folder.path());
    let compiler = compiler.args(["-fsyntax-only", "-x", "c++", "out/packet_wire.h"]);
    assert!(compiler.status().unwrap().success());
    let ran = bench.run(&["port", "packet.h", "--type", "struct nothing"]);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(ran.stderr.contains("it has no value"), "{ran}");
}

#[test]
fn what_was_edited_is_not_overwritten() {
    let bench = bench("struct packet { int a; };");
    let ran = port(&bench, &["--out", "out"]);
    assert_eq!(ran.status, 0, "{ran}");
    let files = [
        "packet_wire.h",
        "packet_wire.c",
        "packet_wire.rs",
        "packet_wire.py",
        "packet_wire.ksy",
        "packet_wire.lua",
    ];
    assert_eq!(
        ran.report()["files"],
        json!(files.map(|name| format!("out/{name}")))
    );
    // Written anew where the declaration has changed, and nobody else has.
    std::fs::write(bench.path("packet.h"), "struct packet { int a, b; };").unwrap();
    assert_eq!(port(&bench, &["--out", "out"]).status, 0);
    let source = bench.path("out/packet_wire.c");
    let text = std::fs::read_to_string(&source).unwrap();
    std::fs::write(&source, format!("{text}/* mine */\n")).unwrap();
    let ran = port(&bench, &["--out", "out"]);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(
        ran.stderr
            .contains("out/packet_wire.c: it was edited since crossum wrote it"),
        "{ran}"
    );
    assert!(
        std::fs::read_to_string(&source)
            .unwrap()
            .ends_with("/* mine */\n")
    );
    assert_eq!(port(&bench, &["--out", "out", "--force"]).status, 0);
    assert_eq!(std::fs::read_to_string(&source).unwrap(), text);
    std::fs::write(&source, "int mine;\n").unwrap();
    let ran = port(&bench, &["--out", "out"]);
    assert!(ran.stderr.contains("crossum has not written it"), "{ran}");
}

#[test]
fn the_code_in_rust_needs_no_standard_library() {
    let bench = bench(PACKET);
    assert_eq!(port(&bench, &["--lang", "rust", "--out", "."]).status, 0);
    std::fs::write(
        bench.path("lib.rs"),
        "#![no_std]\n#![forbid(unsafe_code)]\npub mod wire { include!(\"packet_wire.rs\"); }\n",
    )
    .unwrap();
    let mut rustc = host_command("rustc");
    rustc.current_dir(bench.folder.path());
    let rustc = rustc.args([
        "--edition",
        "2021",
        "--crate-type",
        "lib",
        "--emit",
        "metadata",
        "-D",
        "warnings",
        "lib.rs",
    ]);
    assert!(rustc.status().unwrap().success());
}

/// A width can be chosen for a value; what it is cannot.
#[test]
fn a_value_that_is_something_else_on_another_machine_is_refused() {
    for (header, words) in [
        (
            "#ifdef __s390x__\ntypedef double v;\n#else\ntypedef long v;\n#endif\nstruct packet { char a; v n; };",
            "and a floating-point number on s390x",
        ),
        (
            "#ifdef __s390x__\ntypedef unsigned v;\n#else\ntypedef int v;\n#endif\nstruct packet { char a; v n; };",
            "`n` is an integer with a sign",
        ),
        (
            "struct packet { char a:4; };",
            "`a` is a bit-field of plain `char`",
        ),
        (
            "struct packet { int a[sizeof(void *)]; };",
            "`a` has 8 elements on x86_64",
        ),
        (
            "struct packet { int a;\n#ifdef __s390x__\nint b;\n#endif\n};",
            "`b` is not declared on every machine",
        ),
        (
            "struct packet { int a;\n#ifndef __s390x__\nint b;\n#endif\n};",
            "`b` is not declared on every machine",
        ),
    ] {
        let bench = bench(header);
        let ran = port(&bench, &["--out", "out"]);
        assert_eq!(ran.status, 2, "{header}: {ran}");
        assert!(ran.stderr.contains(words), "{header}: {ran}");
        assert!(!bench.path("out").exists(), "{header}");
        // An old format is one machine's own.
        assert_eq!(port(&bench, &["--as", "x86_64"]).status, 0, "{header}");
    }
    // The sign of a wide character is its machine's, and so is its width.
    let wide = bench("#include <wchar.h>\nstruct packet { char a; wchar_t w; };");
    assert_eq!(port(&wide, &[]).status, 0);
}

#[test]
fn what_has_to_be_decided_on_a_machine_is_named_with_what_to_write() {
    let bench = bench(
        "#include <stdint.h>\n#ifdef __s390x__\n#include \"nowhere.h\"\n#endif\nstruct packet { uint8_t a; long n; uint32_t b; };",
    );
    let ran = port(&bench, &[]);
    assert_eq!(ran.status, 3, "{ran}");
    assert!(ran.stdout.contains("undecided  on s390x: "), "{ran}");
    assert!(ran.stdout.contains("nowhere.h"), "{ran}");
    let words = "give them: `n` (long). Declare each with a type of fixed width";
    assert!(ran.stdout.contains(words), "{ran}");
    let report = ran.report();
    assert_eq!(report["to_decide"], json!(["n"]));
    let machines = &report["undecided"][0]["machines"];
    assert_eq!(machines, &json!(["s390x-unknown-linux-gnu"]));
    let old = port(&bench, &["--as", "s390x"]);
    assert_ne!(old.status, 0, "{old}");
    // Of an old format, which is one machine's, nothing is open.
    let old = port(&bench, &["--as", "i686"]);
    assert_eq!(old.status, 0, "{old}");
    assert_eq!(old.report()["undecided"], json!([]));
    assert_eq!(old.report()["to_decide"], json!([]));
}

#[test]
fn what_is_undecided_everywhere_could_not_be_asked_and_what_a_compiler_refuses_is_wrong() {
    let vector =
        bench("typedef int v4 __attribute__((vector_size(16)));\nstruct packet { int a; v4 v; };");
    for more in [&[][..], &["--as", "s390x"]] {
        let ran = port(&vector, more);
        assert_eq!(ran.status, 3, "{ran}");
        assert!(ran.stderr.contains("is undecided on"), "{ran}");
    }
    let wide = bench("struct packet { int a; unsigned long b:33; };");
    assert_eq!(port(&wide, &["--as", "x86_64"]).status, 0);
    let ran = port(&wide, &["--as", "i686"]);
    assert_eq!(ran.status, 2, "{ran}");
    let words = "there is no struct packet on i686-unknown-linux-gnu: bit-field `b` of 33 bits";
    assert!(ran.stderr.contains(words), "{ran}");
}

/// The compiler that reads the declaration has a sign of its own for it.
#[test]
fn the_sign_of_a_character_is_that_of_the_machine_that_wrote_it() {
    let bench = bench(
        "#include <wchar.h>\nstruct packet { char a:4; signed char b:4; unsigned char c:4; wchar_t w; wchar_t ws[2]; };",
    );
    let signs = |more: &[&str]| -> Vec<String> {
        let ran = port(&bench, more);
        let fields = ran.report()["fields"].as_array().unwrap().clone();
        let written = fields
            .iter()
            .map(|field| field["written"].as_str().unwrap());
        let sign = written.map(|words| words.split(',').next().unwrap().to_owned());
        sign.collect()
    };
    let (s, u) = ("signed", "unsigned");
    assert_eq!(signs(&["--as", "x86_64"]), [s, s, u, s, s]);
    assert_eq!(signs(&["--as", "armv7"]), [u, s, u, u, u]);
    assert_eq!(signs(&["--as", "s390x"]), [u, s, u, s, s]);
    assert_eq!(signs(&["--as", "windows"]), [s, s, u, u, u]);
    assert_eq!(
        signs(&["--as", "x86_64", "--", "-funsigned-char"]),
        [u, s, u, s, s]
    );
    std::fs::write(
        bench.path("text.hpp"),
        "struct text { char16_t a; char32_t b; wchar_t c; };",
    )
    .unwrap();
    let ran = bench.run(&["port", "text.hpp", "--type", "text", "--as", "i686"]);
    assert_eq!(ran.status, 0, "{ran}");
    let kinds = ran
        .stdout
        .lines()
        .skip(2)
        .map(|line| line.contains("unsigned"));
    assert_eq!(kinds.collect::<Vec<_>>(), [true, true, false], "{ran}");
}

/// Of its own types a C library has members that no other has.
#[test]
fn a_member_of_some_c_libraries_is_not_the_headers_fault() {
    let bench =
        bench("#include <netinet/in.h>\nstruct packet { int a; struct sockaddr_in from; };");
    let ran = port(&bench, &[]);
    assert_eq!(ran.status, 2, "{ran}");
    assert!(
        ran.stderr.contains("`from.sin_zero` is a member that not every C library gives its type: declare those members of `from` that you need"),
        "{ran}"
    );
    assert!(!ran.stderr.contains("__in_"), "{ran}");
}

#[test]
fn a_page_shows_the_type_before_and_after() {
    let bench = bench("struct packet { char a; long b; };");
    let ran = port(
        &bench,
        &[
            "--lang",
            "c",
            "--out",
            "wire",
            "--prove",
            "--targets",
            native(),
            "--html",
            "port.html",
        ],
    );
    assert_eq!(ran.status, 0, "{ran}");
    let page = std::fs::read_to_string(bench.path("port.html")).unwrap();
    for words in [
        "<h1>struct packet: before and after</h1>",
        "<b>9</b>octets after",
        // One pair was run: this machine with itself.
        "<b class=\"good\">1</b>of ",
        // Where the same value lies on the first machines, on others, and in what is written.
        ">8:8<",
        ">4:4<",
        "<b>1:8</b>",
        "<b class=\"good\">equal</b> C on ",
        "wire/packet_wire.h",
        "s390x",
    ] {
        assert!(page.contains(words), "{words}:\n{page}");
    }
    // Before, the 64-bit machines of one byte order go together, and nobody else does.
    assert!(
        page.contains("Before: ") && page.contains("After: 1 of "),
        "{page}"
    );
    // Without a proof there is none to be shown.
    let ran = port(&bench, &["--as", "i686", "--html", "old.html"]);
    assert_eq!(ran.status, 0, "{ran}");
    let page = std::fs::read_to_string(bench.path("old.html")).unwrap();
    assert!(page.contains("as i686 has written it"), "{page}");
    assert!(page.contains("not proved"), "{page}");
    assert!(!page.contains("equal</b>"), "{page}");
}
