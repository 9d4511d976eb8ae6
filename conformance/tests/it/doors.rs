//! What `crossum check` takes, and what it says of what it does not: flags of a build, headers that want others, other compilers' words, C++ by another name, standard input.

use std::path::Path;

use serde_json::Value;

use crate::bench::{Bench, Ran};

/// A folder with these files.
fn project(files: &[(&str, &str)]) -> Bench {
    let bench = Bench::new();
    for (name, text) in files {
        let file = bench.path(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    // Nothing above it is looked at.
    std::fs::create_dir(bench.path(".git")).unwrap();
    bench
}

const MACHINES: &str = "x86_64-unknown-linux-gnu,i686-unknown-linux-gnu,s390x-unknown-linux-gnu,xtensa-lx106,x86_64-windows";

/// Runs it on five machines: this one, two that have compilers here, and two that can only be modelled.
fn check(bench: &Bench, options: &[&str]) -> Ran {
    let all = [
        &["check", "--json", "report.json", "--targets", MACHINES],
        options,
    ];
    bench.run(&all.concat())
}

/// The size of the only type of this name on each machine, the machines sorted.
fn sizes(ran: &Ran, name: &str) -> Vec<u64> {
    let types = ran.report()["types"].as_array().unwrap();
    let row = types.iter().find(|row| row["name"] == name);
    let row = row.unwrap_or_else(|| panic!("no {name}: {}{}", ran.stdout, ran.stderr));
    let layouts = row["layouts"].as_object().unwrap().values();
    layouts
        .map(|layout| layout["size"].as_u64().unwrap())
        .collect()
}

fn notes(ran: &Ran) -> String {
    let inputs = ran.report()["inputs"].as_array().unwrap();
    let notes = inputs.iter().filter_map(|input| input["notes"].as_array());
    let notes = notes.flatten().filter_map(Value::as_str);
    notes.collect::<Vec<_>>().join("\n")
}

#[test]
fn options_of_the_build_hold_on_every_machine() {
    let bench = project(&[
        (
            "a.h",
            "#include <base.h>\n#ifdef _WIN32\n#endif\nenum e { A };\nstruct s { item i[N]; enum e e; };\n",
        ),
        ("inc/base.h", "typedef short item;\n"),
    ]);
    let options = [
        "a.h",
        "--",
        "-Iinc",
        "-D",
        "N=3",
        "-fshort-enums",
        "-O2",
        "-Wall",
        "-c",
    ];
    let ran = check(&bench, &options);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    // On Windows an enumeration is an int whatever is asked.
    assert_eq!(sizes(&ran, "struct s"), [8, 8, 8, 12, 8]);
    let input = &ran.report()["inputs"][0];
    assert_eq!(input["language"], "C");
    let options: Vec<_> = input["options"].as_array().unwrap().iter().collect();
    let kept = ["-I", "inc", "-D", "N=3", "-fshort-enums", "-O2"];
    assert_eq!(options, kept);
    let verified = check(
        &bench,
        &["a.h", "--verify", "--", "-Iinc", "-DN=3", "-fshort-enums"],
    );
    assert_eq!(
        verified.report()["verified"]["mismatches"],
        Value::Array(vec![])
    );
    assert!(
        verified.report()["verified"]["probed"].as_u64().unwrap() > 0,
        "{}",
        verified.stdout
    );
}

#[test]
fn a_header_that_wants_another_is_told_which_and_read_with_it() {
    let files = [
        (
            "quake/q.h",
            "struct surface { char name[64]; vec3_t low, high; int first; };\n",
        ),
        ("game/shared.h", "typedef float vec3_t[3];\n"),
        ("game/unlike.h", "struct s { vec3_t a; };\n"),
    ];
    let bench = project(&files);
    let ran = check(&bench, &["quake/q.h"]);
    assert_eq!(ran.status, 2);
    let told =
        "`vec3_t` is declared nowhere: give `--include-file game/shared.h`; with it, it compiles";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    let ran = check(&bench, &["quake/q.h", "--include-file", "game/shared.h"]);
    assert_eq!(sizes(&ran, "struct surface"), [92; 5]);
    let alone = project(&files[..1]);
    let ran = check(&alone, &["quake/q.h"]);
    let told = "`vec3_t` is declared nowhere: give `--include-file F`\n";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
}

#[test]
fn a_fault_of_the_text_is_no_name_that_is_declared_nowhere() {
    for (text, told) in [
        ("int x = 5 +;\nstruct s { int a; };\n", None),
        ("struct s { int a;\n", None),
        ("struct s { struct other o; };\n", Some("`other` is")),
    ] {
        let bench = project(&[("a.h", text)]);
        let ran = check(&bench, &["a.h"]);
        assert_eq!(ran.status, 2, "{text}: {}", ran.stderr);
        assert!(ran.stderr.contains("does not compile"), "{}", ran.stderr);
        let told = told.map(|told| format!("{told} declared nowhere"));
        match told {
            Some(told) => assert!(ran.stderr.contains(&told), "{}", ran.stderr),
            None => assert!(!ran.stderr.contains("declared nowhere"), "{}", ran.stderr),
        }
    }
}

#[test]
fn what_stands_before_a_header_may_include_it() {
    let bench = project(&[
        (
            "all.h",
            "typedef int word;\n#define INSIDE\n#include \"part.h\"\n#undef INSIDE\n",
        ),
        (
            "part.h",
            "#ifndef INSIDE\n#error \"include all.h\"\n#endif\nstruct part { word a; };\n",
        ),
    ]);
    let ran = check(&bench, &["part.h"]);
    assert!(
        ran.stderr
            .contains("give `--include-file all.h`; with it, it compiles"),
        "{}",
        ran.stderr
    );
    let ran = check(&bench, &["part.h", "--include-file", "all.h"]);
    assert_eq!(sizes(&ran, "struct part"), [4; 5]);
    assert_eq!(ran.report()["types"].as_array().unwrap().len(), 1);
}

#[test]
fn a_macro_that_a_header_asks_for_is_named() {
    let bench = project(&[(
        "a.h",
        "#if !defined(BOARD_A)\n#error choose a board\n#endif\nstruct s { int a; };\n",
    )]);
    let ran = check(&bench, &["a.h"]);
    let told = "it says choose a board: give `-D BOARD_A`; with it, it compiles";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    let bench = project(&[(
        "a.h",
        "#ifndef API\n#error no API\n#elif API < 2\n#error too old\n#endif\nstruct s { int a; };\n",
    )]);
    let ran = check(&bench, &["a.h"]);
    let told = "it says no API: give `-D NAME=VALUE`; it asks for `API`";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    let bench = project(&[(
        "a.h",
        "#if defined __PIE__ || !defined __PIC__\n#error \"Compile with -fPIC.\"\n#endif\nclass s { int a; };\n",
    )]);
    let ran = check(&bench, &["a.h"]);
    let told = "give `-- -fPIC`; with it, it compiles";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    let ran = check(&bench, &["a.h", "--", "-fPIC"]);
    assert_eq!(sizes(&ran, "s")[0], 4, "{}", ran.stderr);
}

#[test]
fn folders_of_headers_are_found_where_there_is_one_and_asked_for_where_there_are_two() {
    let bench = project(&[
        (
            "lib/net/a.h",
            "#include \"net/b.h\"\nstruct s { b_t b; };\n",
        ),
        ("lib/net/b.h", "#include <port.h>\n"),
        ("port/port.h", "typedef char b_t;\n"),
    ]);
    let ran = check(&bench, &["lib/net/a.h"]);
    assert_eq!(sizes(&ran, "struct s"), [1; 5], "{}", ran.stderr);
    for told in [
        "-idirafter lib, where `net/b.h` is",
        "-idirafter port, where `port.h` is",
    ] {
        assert!(
            notes(&ran).contains(told) && ran.stdout.contains(told),
            "{}",
            ran.stdout
        );
    }
    std::fs::create_dir(bench.path("other")).unwrap();
    std::fs::write(bench.path("other/port.h"), "typedef long b_t;\n").unwrap();
    let ran = check(&bench, &["lib/net/a.h"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.stderr
            .contains("`port.h` is not found: give `-I other`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_project_says_by_itself_how_its_files_are_compiled() {
    let bench = project(&[
        ("src/a.c", "#include <wire.h>\nstruct own { item i[N]; };\n"),
        (
            "inc/wire.h",
            "typedef short item;\nstruct wire { item i[N]; };\n",
        ),
    ]);
    let entry = |form: &str| {
        format!(
            r#"[{{"directory": "{}", "file": "src/a.c", {form}}}]"#,
            bench.folder.path().display()
        )
    };
    std::fs::create_dir(bench.path("build")).unwrap();
    let database = bench.path("build/compile_commands.json");
    for form in [
        r#""command": "cc -Iinc '-DN=5' -O2 -o a.o -c src/a.c""#,
        r#""arguments": ["cc", "-I", "inc", "-DN=5", "-c", "src/a.c"]"#,
    ] {
        std::fs::write(&database, entry(form)).unwrap();
        let ran = check(&bench, &["src/a.c"]);
        assert_eq!(sizes(&ran, "struct own"), [10; 5], "{}", ran.stderr);
        let ran = check(&bench, &["inc/wire.h"]);
        assert_eq!(sizes(&ran, "struct wire"), [10; 5], "{}", ran.stderr);
        let told = "options of src/a.c, which includes it (build/compile_commands.json)";
        assert!(notes(&ran).contains(told), "{}", notes(&ran));
    }
    // Another one is named, with a compiler that nobody has.
    std::fs::create_dir(bench.path("other")).unwrap();
    let form = r#""arguments": ["/no/such/gcc", "-mcpu=none", "-DN=7", "-Iinc", "-c", "src/a.c"]"#;
    std::fs::write(bench.path("other/compile_commands.json"), entry(form)).unwrap();
    let ran = check(&bench, &["src/a.c", "-p", "other"]);
    assert_eq!(sizes(&ran, "struct own"), [14; 5], "{}", ran.stderr);
    assert!(
        notes(&ran).contains("without -mcpu=none: its compiler /no/such/gcc is not here"),
        "{}",
        notes(&ran)
    );
    let ran = check(&bench, &["src/a.c", "-p", "none"]);
    assert!(
        ran.status == 2 && ran.stderr.contains("none"),
        "{}",
        ran.stderr
    );
}

#[test]
fn cxx_in_a_header_of_c_is_read_as_cxx_and_said() {
    let bench = project(&[(
        "a.h",
        "#include <cstdint>\nnamespace net { class Packet { public: uint8_t kind; uint32_t n; }; }\n",
    )]);
    let ran = check(&bench, &["a.h"]);
    assert_eq!(sizes(&ran, "net::Packet"), [8; 5], "{}", ran.stderr);
    assert!(
        notes(&ran).contains("read as C++; as C: "),
        "{}",
        notes(&ran)
    );
    assert_eq!(ran.report()["inputs"][0]["language"], "C++");
    // What only lacks a header is no C++.
    let bench = project(&[("b.h", "struct s { other_t a; };\n")]);
    let ran = check(&bench, &["b.h"]);
    assert!(
        ran.stderr.contains("`other_t` is declared nowhere"),
        "{}",
        ran.stderr
    );
}

#[test]
fn source_by_other_names_is_source() {
    let c = "struct s { short a; };\n";
    let cxx = "struct s { short a; int f() const { return a; } };\n";
    let sketch = "struct s { byte a, b; };\nvoid loop() { digitalWrite(13, HIGH); }\n";
    let kernel =
        "struct s { short a; };\n__global__ void k(s *a) { }\nvoid f(s *a) { k<<<1, 2>>>(a); }\n";
    let objective =
        "#import <stdint.h>\n@class N;\nstruct s { int16_t a; };\n@interface A { int b; } @end\n";
    for (name, text, tag) in [
        ("a.inc", c, "struct s"),
        ("a.inl", c, "struct s"),
        ("a.m", objective, "struct s"),
        ("a.ipp", cxx, "s"),
        ("a.tpp", cxx, "s"),
        ("a.hh", cxx, "s"),
        ("a.hxx", cxx, "s"),
        ("Bare", cxx, "s"),
        ("a.ino", sketch, "s"),
        ("a.cu", kernel, "s"),
    ] {
        let bench = project(&[(name, text)]);
        let ran = check(&bench, &[name]);
        assert_eq!(ran.status, 0, "{name}: {}", ran.stderr);
        assert_eq!(sizes(&ran, tag), [2; 5], "{name}");
    }
}

#[test]
fn words_of_other_compilers_are_named_and_understood_by_a_prelude() {
    let bench = project(&[(
        "card.h",
        "#include <stdint.h>\n__packed struct card { uint8_t kind; uint32_t serial; __packed uint16_t more; };\n",
    )]);
    let ran = check(&bench, &["card.h"]);
    assert_eq!(ran.status, 2);
    let told = "`__packed` is a word of armcc, iar, ghs, renesas: give `--prelude armcc`; with it, it compiles";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    let ran = check(&bench, &["card.h", "--prelude", "armcc"]);
    assert_eq!(sizes(&ran, "struct card"), [7; 5]);
    assert!(notes(&ran).contains("`__packed`"), "{}", notes(&ran));
    let verified = check(&bench, &["card.h", "--prelude", "armcc", "--verify"]);
    let verified = &verified.report()["verified"];
    assert_eq!(verified["mismatches"], Value::Array(vec![]));
    assert!(verified["probed"].as_u64().unwrap() > 0);
    let ran = check(&bench, &["card.h", "--prelude", "armcx"]);
    assert!(
        ran.status == 2 && ran.stderr.contains("armcc"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_member_that_is_called_as_another_compilers_word_is_not_what_is_missing() {
    let bench = project(&[("addr.h", "struct addr { uint16_t kind, __data16[8]; };\n")]);
    let ran = check(&bench, &["addr.h"]);
    assert_eq!(ran.status, 2);
    let told =
        "`uint16_t` is declared nowhere: give `--include-file stdint.h`; with it, it compiles";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
}

#[test]
fn what_only_functions_do_keeps_no_type_from_being_read() {
    let bench = project(&[(
        "core.h",
        "struct s { int a; };\nstatic inline int f(void) { return BOARD->status; }\n",
    )]);
    let ran = check(&bench, &["core.h"]);
    assert_eq!(sizes(&ran, "struct s"), [4; 5], "{}", ran.stderr);
    assert!(
        notes(&ran).contains("read without the bodies of its functions"),
        "{}",
        notes(&ran)
    );
}

#[test]
fn one_bad_file_spoils_no_other() {
    let bench = project(&[
        ("good.h", "struct good { int a; };\n"),
        ("bad.h", "struct bad { lung a; };\n"),
    ]);
    let ran = check(&bench, &["good.h", "bad.h", "missing.h"]);
    assert_eq!(ran.status, 2);
    assert_eq!(sizes(&ran, "struct good"), [4; 5]);
    for told in ["`lung` is declared nowhere", "cannot read missing.h"] {
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
    }
    let inputs = ran.report()["inputs"].as_array().unwrap();
    let errors = inputs.iter().filter(|input| input["error"].is_string());
    assert_eq!(errors.count(), 2);
}

#[test]
fn standard_input_is_read_in_the_language_that_is_said() {
    let bench = project(&[("base.h", "typedef short item;\n")]);
    let text = "#include \"base.h\"\n#ifdef _WIN32\n#define N 2\n#else\n#define N 1\n#endif\nstruct s { item a[N]; };\n";
    let all = ["check", "--json", "report.json", "--targets", MACHINES, "-"];
    let ran = bench.run_with_input(&all, text);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(sizes(&ran, "struct s"), [2, 2, 2, 4, 2]);
    let types = ran.report()["types"].as_array().unwrap();
    assert_eq!(types[0]["declared"], "<stdin>:7");
    assert!(
        ran.stdout.contains("<stdin>:7:17") && ran.stdout.contains("7 | struct s { item a[N]; };"),
        "{}",
        ran.stdout
    );
    let again = bench.run_with_input(&all, text);
    assert_eq!(again.stdout, ran.stdout);
    let all = [&all[..], &["--std", "c++17"]].concat();
    let ran = bench.run_with_input(&all, "namespace n { struct s { char a; }; }\n");
    assert_eq!(sizes(&ran, "n::s"), [1; 5], "{}", ran.stderr);
}

#[test]
fn a_pack_that_is_left_open_is_told_where_it_is_and_where_it_packs() {
    let bench = project(&[
        (
            "open.h",
            "#include <stdint.h>\n#pragma pack(push, 1)\nstruct lap { uint32_t a; uint8_t b; };\nstruct next { uint8_t b; };\n",
        ),
        (
            "victim.h",
            "#include \"open.h\"\nstruct widget { uint8_t colour; uint32_t width; };\n",
        ),
        (
            "closed.h",
            "#pragma pack(push, 1)\nstruct shut { char a; int b; };\n#pragma pack(pop)\n",
        ),
    ]);
    let found = |file: &str| {
        let ran = check(&bench, &[file]);
        let types = ran.report()["types"].as_array().unwrap().clone();
        let mut told = Vec::new();
        for row in types {
            let findings = row["findings"].as_array().unwrap();
            let open = findings
                .iter()
                .filter(|one| one["code"] == "pack-left-open");
            told.extend(open.map(|one| {
                format!(
                    "{}: {}",
                    row["name"].as_str().unwrap(),
                    one["message"].as_str().unwrap()
                )
            }));
        }
        told
    };
    assert_eq!(
        found("open.h"),
        [
            "struct lap: `#pragma pack(push, 1)` of open.h:2 is left open: whatever is included behind this file is packed, too"
        ]
    );
    assert_eq!(
        found("victim.h"),
        [
            "struct widget: packed by `#pragma pack(push, 1)` of open.h:2, which that file leaves open"
        ]
    );
    assert_eq!(found("closed.h"), [""; 0]);
}

#[test]
fn a_struct_whose_size_is_in_an_ioctls_number_is_told_where_that_differs() {
    let bench = project(&[(
        "dev.h",
        "#include <linux/ioctl.h>\n#define GET _IOR('d', 1, struct get)\n#define SET _IOW('d', 2, struct set)\nstruct get { long a; };\nstruct set { int a; };\n",
    )]);
    let ran = check(&bench, &["dev.h"]);
    let types = ran.report()["types"].as_array().unwrap();
    let has = |name: &str| {
        let row = types.iter().find(|row| row["name"] == name).unwrap();
        let findings = row["findings"].as_array().unwrap();
        let found = findings.iter().find(|one| one["code"] == "ioctl-number");
        found.map(|one| one["message"].as_str().unwrap().to_owned())
    };
    let told = has("struct get").unwrap();
    assert!(
        told.starts_with("its size is a part of the number of GET: 8 octets on x86_64, s390x; 4"),
        "{told}"
    );
    assert_eq!(has("struct set"), None);
}

#[test]
fn a_compiler_of_another_system_is_named_where_a_header_lies_among_its_own() {
    let header = Path::new("/usr/x86_64-w64-mingw32/include/winsock2.h");
    if !header.exists() {
        crate::bench::not_tried("mingw's headers");
        return;
    }
    let path = header.to_str().unwrap();
    let ran = check(&project(&[]), &[path]);
    let told = "give `--cc x86_64-w64-mingw32-gcc`; with it, it compiles";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
}
