//! `crossum check` on objects: each is what its own compiler and its own options made of it.

use serde_json::{Value, json};

use crate::bench::{Bench, host_command, not_tried};

/// The target that this machine is.
fn native() -> &'static str {
    let native = cross::targets().find(|target| target.is_native());
    &native.expect("this machine is one of the targets").name
}

/// Compiles a source with this machine's compiler.
fn object(bench: &Bench, name: &str, source: &str, options: &[&str]) {
    assert!(object_by("gcc", bench, name, source, options), "gcc");
}

/// Compiles a source; `false` where the compiler is not here.
fn object_by(gcc: &str, bench: &Bench, name: &str, source: &str, options: &[&str]) -> bool {
    let (source_file, object) = (format!("{name}.c"), format!("{name}.o"));
    std::fs::write(bench.path(&source_file), source).unwrap();
    let mut compiler = host_command(gcc);
    compiler.current_dir(bench.folder.path());
    compiler.args(["-g", "-c", &source_file, "-o", &object]);
    let status = compiler.args(options).status();
    status.is_ok_and(|status| {
        assert!(status.success(), "{gcc}");
        true
    })
}

fn types(bench: &Bench, file: &str) -> Vec<Value> {
    let ran = bench.run(&["check", file, "--json", "report.json"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let report = std::fs::read(bench.path("report.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    report["types"].as_array().unwrap().clone()
}

fn of<'t>(types: &'t [Value], name: &str) -> &'t Value {
    types.iter().find(|one| one["name"] == name).unwrap()
}

#[test]
fn an_option_moves_the_objects_own_machine_and_leaves_the_others_undecided() {
    let bench = Bench::new();
    let source = "enum e { A, B = 200 }; struct s { char c; enum e v; } s; struct plain { char c; short v; } p;";
    object(&bench, "short", source, &["-fshort-enums"]);
    let types = types(&bench, "short.o");
    let moved = of(&types, "struct s");
    assert_eq!(moved["layouts"][native()]["size"], 2);
    let undecided = moved["undecided"].to_string();
    assert!(undecided.contains("`-fshort-enums`"), "{undecided}");
    assert!(
        undecided.contains("\"i686-unknown-linux-gnu\""),
        "{undecided}"
    );
    assert!(
        !undecided.contains(&format!("{:?}", native())),
        "{undecided}"
    );
    assert_eq!(of(&types, "struct plain")["undecided"], json!([]));
}

#[test]
fn a_programs_own_dev_t_is_what_it_declares() {
    let bench = Bench::new();
    let source = "typedef unsigned dev_t; typedef long long off_t;
        struct inode { char c; dev_t d; off_t o; } inode; struct plain { char c; unsigned d; long long o; } plain;";
    object(&bench, "own", source, &[]);
    let types = types(&bench, "own.o");
    let (inode, plain) = (of(&types, "struct inode"), of(&types, "struct plain"));
    assert_eq!(inode["undecided"], json!([]));
    // But for the names of the types.
    let places = |of: &Value| -> Value {
        let mut layouts = of["layouts"].clone();
        for layout in layouts.as_object_mut().unwrap().values_mut() {
            for field in layout["fields"].as_array_mut().unwrap() {
                field.as_object_mut().unwrap().remove("type");
            }
        }
        layouts
    };
    assert_eq!(places(inode), places(plain));
    assert!(inode["layouts"].as_object().unwrap().len() > 10);
}

#[test]
fn units_with_other_options_are_told_alike_in_whatever_order_they_were_linked() {
    let bench = Bench::new();
    let source = "enum e { A, B = 200 }; struct s { char c; enum e v; } TAG;";
    object(&bench, "plain", source, &["-DTAG=plain"]);
    object(
        &bench,
        "short",
        source,
        &["-DTAG=shortest", "-fshort-enums"],
    );
    let linked = |order: [&str; 2]| {
        let mut linker = host_command("gcc");
        linker.current_dir(bench.folder.path());
        linker.args(["-r", "-nostdlib", "-o", "both.o"]).args(order);
        assert!(linker.status().unwrap().success());
        types(&bench, "both.o")
    };
    let one = linked(["plain.o", "short.o"]);
    assert_eq!(one, linked(["short.o", "plain.o"]));
    let mut sizes: Vec<u64> = one
        .iter()
        .filter(|of| of["name"] == "struct s")
        .filter_map(|of| of["layouts"][native()]["size"].as_u64())
        .collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [2, 8]);
    let all = json!(one).to_string();
    let named = "one of the builds that are in this file was built with `-fshort-enums`";
    assert!(all.contains(named), "{all}");
}

const HEADER: &str = "#include <stdint.h>\nstruct packet { uint8_t op; unsigned long length; int32_t tag; float rate; };\n";

const MIRROR: &str =
    "#[repr(C)] pub struct Packet { pub op: u8, pub length: u64, pub tag: i32, pub rate: f32 }
#[no_mangle] pub static PACKET: Packet = Packet { op: 0, length: 0, tag: 0, rate: 0.0 };
#[repr(C)] pub struct Wrong { pub op: u8, pub length: u64, pub tag: u32, pub rate: u32 }
#[no_mangle] pub static WRONG: Wrong = Wrong { op: 0, length: 0, tag: 0, rate: 0 };
";

/// A header, and an object of Rust that mirrors its struct.
fn two_ends() -> Bench {
    let bench = Bench::new();
    std::fs::write(bench.path("packet.h"), HEADER).unwrap();
    std::fs::write(bench.path("mirror.rs"), MIRROR).unwrap();
    let mut rustc = host_command("rustc");
    rustc.current_dir(bench.folder.path());
    rustc.args(["-g", "--crate-type=lib", "--emit=obj=mirror.o", "mirror.rs"]);
    assert!(rustc.status().unwrap().success());
    bench
}

#[test]
fn a_struct_and_its_mirror_that_agree_on_one_machine_and_not_on_another() {
    let bench = two_ends();
    let ends = ["packet.h:struct packet", "mirror.o:mirror::Packet"];
    let same = |targets: &str| {
        let args = ["check", "--same", ends[0], ends[1], "--targets", targets];
        bench.run(&[&args[..], &["--json", "same.json"]].concat())
    };
    assert_eq!(same("x86_64,aarch64,s390x").status, 0);
    let ran = same("x86_64,i686,riscv64");
    assert_eq!(ran.status, 1, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("same on x86_64, riscv64\n"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("different on i686\n"), "{}", ran.stdout);
    let report = std::fs::read(bench.path("same.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    let machines = report["machines"].as_array().unwrap();
    let on = |name: &str| machines.iter().find(|row| row["machine"] == name).unwrap();
    assert_eq!(
        on("i686-unknown-linux-gnu"),
        &json!({
            "machine": "i686-unknown-linux-gnu",
            "answer": "differs",
            "differences": [
                { "what": "sizeof", "first": "16", "second": "20" },
                { "what": "length", "first": "4:4 unsigned long", "second": "4:8 u64" },
                { "what": "tag", "first": "8:4 int32_t", "second": "12:4 i32" },
                { "what": "rate", "first": "12:4 float", "second": "16:4 f32" },
            ],
        })
    );
    assert_eq!(
        report["summary"],
        json!({ "same": 2, "differs": 1, "undecided": 0, "absent": 0 })
    );
    // Nobody named a machine: all of them.
    let all = bench.run(&["check", "--same", ends[0], ends[1]]);
    assert_eq!(all.status, 1, "{}", all.stderr);
    assert!(all.stdout.contains("m68k"), "{}", all.stdout);
}

#[test]
fn one_place_and_another_meaning_is_a_difference() {
    let bench = two_ends();
    let ends = ["packet.h:struct packet", "mirror.o:mirror::Wrong"];
    let ran = bench.run(&["check", "--same", ends[0], ends[1], "--targets", "x86_64"]);
    assert_eq!(ran.status, 1, "{}", ran.stderr);
    let rows: Vec<Vec<&str>> = ran
        .stdout
        .lines()
        .filter(|line| line.starts_with("  tag") || line.starts_with("  rate"))
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(
        rows,
        [
            ["tag", "16:4", "int32_t", "16:4", "u32"],
            ["rate", "20:4", "float", "20:4", "u32"],
        ]
    );
}

#[test]
fn an_alignment_that_is_not_told_is_not_the_same() {
    let bench = Bench::new();
    let header = "struct pair { int a; int b; };\nstruct less { int a; short b; };\n";
    std::fs::write(bench.path("pair.h"), header).unwrap();
    // The compiler does not say whether somebody asked for 8.
    let source = "#include \"pair.h\"\nstruct pair p; struct less l; struct { int a; } o;";
    object(&bench, "pair", source, &["-gdwarf-4", "-gstrict-dwarf"]);
    let same = |other: &str| {
        let args = ["check", "--same", "pair.h:struct pair", other];
        bench.run(&[&args[..], &["--targets", "x86_64"]].concat())
    };
    assert_eq!(same("pair.h:struct pair").status, 0);
    let ran = same("pair.o:struct pair");
    assert_eq!(ran.status, 3, "{}", ran.stdout);
    let said = "undecided on x86_64: all that is told is the same, but the second does not tell how it is aligned\n";
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
    let ran = same("pair.o:struct less");
    assert_eq!(ran.status, 1, "{}", ran.stdout);
    let row = ran.stdout.lines().find(|line| line.contains("_Alignof"));
    let row: Vec<_> = row.unwrap_or_default().split_whitespace().collect();
    assert_eq!(row, ["_Alignof", "4", "not", "told"], "{}", ran.stdout);
}

#[test]
fn what_is_no_end_of_a_comparison_is_said() {
    let bench = two_ends();
    for (first, second, said) in [
        ("packet.h", "mirror.o:mirror::Packet", "expected FILE:TYPE"),
        ("packet.h:", "mirror.o:mirror::Packet", "it names no type"),
        (
            "packet.h:struct pocket",
            "mirror.o:mirror::Packet",
            "did you mean `packet`",
        ),
        ("packet.h:packet", "other.o:Packet", "cannot read other.o"),
    ] {
        let ran = bench.run(&["check", "--same", first, second]);
        assert_eq!(ran.status, 2, "{}", ran.stdout);
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
}

#[test]
fn units_that_contradict_each_other_about_a_type_are_told() {
    let bench = Bench::new();
    object(
        &bench,
        "one",
        "struct differs { int a; } one; struct alike { int a; } here;",
        &[],
    );
    object(
        &bench,
        "two",
        "struct differs { int a; int b; } two; struct alike { int a; } there;",
        &[],
    );
    let mut archiver = host_command("ar");
    archiver.current_dir(bench.folder.path());
    archiver.args(["rc", "both.a", "one.o", "two.o"]);
    assert!(archiver.status().unwrap().success());
    let types = types(&bench, "both.a");
    let codes = |name: &str| -> Vec<Vec<String>> {
        let named = types.iter().filter(|one| one["name"] == name);
        let codes = named.map(|one| {
            let findings = one["findings"].as_array().unwrap();
            let told = findings
                .iter()
                .filter(|of| of["code"] == "two-declarations");
            told.map(|of| of["message"].as_str().unwrap().to_owned())
                .collect()
        });
        codes.collect()
    };
    assert_eq!(codes("struct alike"), [Vec::<String>::new()]);
    let [one, two] = codes("struct differs").try_into().unwrap();
    assert_eq!(one, two);
    let [message] = one.try_into().unwrap();
    assert!(
        message.starts_with("2 declarations of this name in one file that do not agree: "),
        "{message}"
    );
    assert!(message.contains("one.c:1, ") && message.ends_with("two.c:1"));
}

/// gcc on x86_64 writes `e` as 12 34 56 78 and fills `bf` from the most significant bit; nothing in the object tells either.
#[test]
fn an_order_of_enumerations_and_bit_fields_is_read_in_the_source_that_is_here() {
    let bench = Bench::new();
    let source = "enum e { A, B = 0x12345678 };
        struct __attribute__((scalar_storage_order(\"big-endian\"))) number { enum e e; } n;
        struct __attribute__((scalar_storage_order(\"big-endian\"))) bits { enum e bf : 31; } b;
        struct plain { enum e e; } p;";
    object(&bench, "stored", source, &[]);
    let told = |name: &str| {
        let types = types(&bench, "stored.o");
        let one = of(&types, name);
        let findings = one["findings"].as_array().unwrap();
        let codes = findings.iter().map(|of| of["code"].as_str().unwrap());
        let codes: Vec<String> = codes.map(str::to_owned).collect();
        (codes, one["undecided"].to_string())
    };
    assert_eq!(told("struct number"), (vec![], "[]".to_owned()));
    let (_, undecided) = told("struct bits");
    assert!(
        undecided.contains("a storage order of their own"),
        "{undecided}"
    );
    let (plain, _) = told("struct plain");
    assert!(plain.contains(&"byte-order".to_owned()), "{plain:?}");
    // Without it the object alone counts.
    std::fs::remove_file(bench.path("stored.c")).unwrap();
    let (codes, _) = told("struct number");
    assert!(codes.contains(&"byte-order".to_owned()), "{codes:?}");
}

/// `-mabi=apcs-gnu` has 4 octets for every struct, and no machine that people have does so.
#[test]
fn the_machine_that_an_object_was_compiled_for_is_looked_at_unless_others_are_named() {
    let bench = Bench::new();
    let source = "struct tiny { unsigned char c; } tiny;";
    let gcc = "arm-linux-gnueabi-gcc";
    if !object_by(gcc, &bench, "tiny", source, &["-mabi=apcs-gnu"]) {
        return not_tried(gcc);
    }
    let tiny = types(&bench, "tiny.o");
    let tiny = of(&tiny, "struct tiny");
    assert_eq!(tiny["layouts"]["arm-oabi"]["size"], 4);
    assert_eq!(tiny["layouts"][native()]["size"], 1);
    assert_eq!(tiny["islands"].as_array().unwrap().len(), 2);
    let others = ["check", "tiny.o", "--targets", "x86_64,armv7"];
    let said = bench.run(&others).stdout;
    assert!(said.contains("on 2 machines: 1 portable"), "{said}");
}

#[test]
fn the_machine_that_a_source_is_compiled_for_is_looked_at_unless_others_are_named() {
    let bench = Bench::new();
    std::fs::write(bench.path("pair.h"), "struct pair { char c; long l; };").unwrap();
    // Of `-mx32` the compiler calls its machine as without it.
    let given: [(&[&str], _, _); 3] = [
        (&["--cc", "mipsel-linux-gnu-gcc"], "mipsel", 8),
        (&["--cc", "x86_64-w64-mingw32-gcc"], "x86_64-mingw", 8),
        (&["--", "-mx32"], "x32", 8),
    ];
    for (options, name, size) in given {
        if options.first() == Some(&"--cc") && host_command(options[1]).arg("-v").output().is_err()
        {
            not_tried(options[1]);
            continue;
        }
        let ran = bench.run(&[&["check", "pair.h", "--json", "pair.json"], options].concat());
        assert!(ran.stdout.contains(&format!("ESP32, {name};")), "{ran}");
        let report = std::fs::read(bench.path("pair.json")).unwrap();
        let report: Value = serde_json::from_slice(&report).unwrap();
        let layouts = report["types"][0]["layouts"].as_object().unwrap();
        assert_eq!(layouts.len(), 15, "{ran}");
        let own = layouts
            .iter()
            .find(|(machine, _)| machine.contains(name))
            .unwrap();
        assert_eq!(own.1["size"], size, "{name}");
        let named = [&["check", "pair.h", "--between", "x86_64,i686"], options].concat();
        let ran = bench.run(&named);
        assert!(ran.stdout.contains("machines: x86_64, i686;"), "{ran}");
    }
}

#[test]
fn what_has_no_size_anywhere_is_no_type_that_is_undecided() {
    let bench = Bench::new();
    let text = "typedef struct x x_t; typedef union u u_t; typedef int f(int); typedef void nothing; typedef float vec __attribute__((vector_size(16))); struct s { unsigned char a; };
vec v; x_t *x; u_t *u; f *g; nothing *n; struct s s;";
    object(&bench, "sizeless", text, &[]);
    std::fs::write(bench.path("sizeless.h"), text).unwrap();
    for file in ["sizeless.o", "sizeless.h"] {
        let all = types(&bench, file);
        let names: Vec<&str> = all.iter().filter_map(|one| one["name"].as_str()).collect();
        assert_eq!(names, ["struct s", "vec"], "{file}");
    }
    let ran = bench.run(&["check", "sizeless.h", "--type", "f"]);
    assert!(ran.stdout.contains("a function (f)"), "{ran}");
}
