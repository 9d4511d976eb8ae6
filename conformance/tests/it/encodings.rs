//! `crossum encodings`, as a user runs it.

use serde_json::Value;

use crate::bench::{Bench, Ran, host_command};

const TWO: &str = "s390x-unknown-linux-gnu,x86_64-unknown-linux-gnu";
const SOME: &str = "raw-long,network,varint,text-ebcdic";

fn compared(bench: &Bench, more: &[&str]) -> Ran {
    let args = [
        "encodings",
        "--predict",
        "--targets",
        TWO,
        "--encodings",
        SOME,
        "--values",
        "1",
        "--json",
        "report.json",
    ];
    bench.run(&[&args, more].concat())
}

fn row<'a>(ran: &'a Ran, name: &str) -> &'a Value {
    let rows = ran.report()["encodings"].as_array().unwrap();
    let named = rows.iter().find(|row| row["encoding"] == name);
    named.unwrap_or_else(|| panic!("no row {name}: {ran}"))
}

#[test]
fn two_runs_count_the_same_instructions_whatever_the_environment_is() {
    let first = compared(&Bench::new(), &[]);
    assert_eq!(first.status, 0, "{first}");
    // Neither variables nor the length of a folder's name reach the program that is counted.
    let bench = Bench::new().with_variable("CROSSUM_TEST_LONG_VARIABLE", "x".repeat(3000));
    let deep = bench.path(&"d".repeat(97));
    std::fs::create_dir(&deep).unwrap();
    let bench = bench.with_variable("TMPDIR", deep.to_str().unwrap());
    let second = compared(&bench, &[]);
    assert_eq!(second.status, 0, "{second}");
    for name in SOME.split(',') {
        let counts = &row(&first, name)["instructions"];
        assert_eq!(counts, &row(&second, name)["instructions"], "{name}");
        let targets = counts.as_object().unwrap().len();
        assert_eq!(
            targets,
            if name == "text-ebcdic" { 0 } else { 2 },
            "{first}"
        );
    }
}

#[test]
fn a_report_has_every_promised_field_and_a_trap_no_numbers() {
    let bench = Bench::new();
    let ran = compared(&bench, &["--html", "page.html"]);
    assert_eq!(ran.status, 0, "{ran}");
    let report = ran.report();
    assert_eq!(
        (&report["format"], &report["version"]),
        (&"crossum-encodings".into(), &1.into())
    );
    let network = row(&ran, "network");
    assert_eq!(network["family"], "explicit");
    assert_eq!(network["portable"], true);
    assert_eq!(network["cells"]["not_correct"], 0);
    assert!(network["cells"]["correct"].as_u64().unwrap() > 0);
    for part in ["request", "reply"] {
        for which in ["min", "median", "max"] {
            assert_eq!(network["bytes"][part][which], 16);
        }
    }
    for what in ["encode", "decode"] {
        assert!(network["native_ns"][what].as_f64().unwrap() > 0.0);
        let counts = &network["instructions"]["s390x-unknown-linux-gnu"];
        assert!(counts[what].as_u64().unwrap() > 0, "{counts}");
    }
    assert_eq!(row(&ran, "raw-long")["portable"], false);
    let trap = row(&ran, "text-ebcdic");
    assert_eq!(trap["standing"], "trap");
    assert!(trap["bytes"].is_null() && trap["native_ns"].is_null());
    assert!(trap["difference"]["came_back"].is_string());

    let page = std::fs::read_to_string(bench.path("page.html")).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"));
    assert_eq!(page.matches("<svg").count(), page.matches("</svg>").count());
    for foreign in ["http:", "https:", "<script", "src=", "url("] {
        assert!(!page.contains(foreign), "{foreign}");
    }
}

#[test]
fn what_cannot_be_counted_is_said_and_is_no_pass() {
    // A path without an emulator; the compilers are there.
    let bench = Bench::new();
    let tools = bench.path("bin");
    std::fs::create_dir(&tools).unwrap();
    let path = std::env::var("PATH").unwrap();
    for name in ["gcc", "cc", "cargo", "rustc", "setpriv"] {
        let mut folders = path.split(':').map(|folder| format!("{folder}/{name}"));
        if let Some(found) = folders.find(|file| std::path::Path::new(file).is_file()) {
            std::os::unix::fs::symlink(found, tools.join(name)).unwrap();
        }
    }
    let ran = bench.with_variable("PATH", tools.to_str().unwrap()).run(&[
        "encodings",
        "--predict",
        "--encodings",
        "network",
        "--values",
        "1",
        "--targets",
        "m68k-unknown-linux-gnu,s390x-unknown-linux-gnu",
    ]);
    assert_eq!(ran.status, 3, "{ran}");
    assert!(
        ran.stdout.contains("unsupported  m68k: std does not link"),
        "{ran}"
    );
    assert!(
        ran.stdout
            .contains("could not run  s390x: no emulator for s390x-unknown-linux-gnu"),
        "{ran}"
    );
}

#[test]
fn cells_are_taken_from_a_report_and_foreign_files_are_refused() {
    let bench = Bench::new();
    let args = [
        "predict",
        "--participants",
        "c-gcc",
        "--json",
        "matrix.json",
    ];
    assert_eq!(bench.run(&args).status, 0);
    let with = |file: &str| {
        bench.run(&[
            "encodings",
            "--matrix",
            file,
            "--participants",
            "c-gcc@m68k-unknown-linux-gnu,c-gcc@i686-unknown-linux-gnu",
            "--targets",
            "m68k-unknown-linux-gnu,i686-unknown-linux-gnu",
            "--encodings",
            "raw-long,network",
            "--values",
            "1",
            "--json",
            "report.json",
        ])
    };
    let ran = with("matrix.json");
    assert_eq!(ran.status, 0, "{ran}");
    let cells = &row(&ran, "raw-long")["cells"];
    assert_eq!(cells, &serde_json::json!({"correct": 2, "not_correct": 2}));
    assert_eq!(ran.report()["cells_from"], "report");

    std::fs::write(bench.path("other.json"), r#"{"format": "x", "version": 1}"#).unwrap();
    for (file, expected) in [
        (
            "other.json",
            "no report of crossum: its `format` is not one of",
        ),
        ("nothing.json", "nothing.json: No such file"),
    ] {
        let ran = with(file);
        assert_eq!(ran.status, 2, "{ran}");
        assert!(ran.stderr.contains(expected), "{ran}");
    }
}

/// The mark is found in a real program, and not in one that moves.
#[test]
fn a_function_is_found_by_its_name_in_the_source() {
    let bench = Bench::new();
    let (source, program) = (bench.path("m.c"), bench.path("m"));
    std::fs::write(
        &source,
        "void mark(void) {} int main(void) { mark(); return 0; }",
    )
    .unwrap();
    let build = |flag: &str| {
        let mut gcc = host_command("gcc");
        gcc.arg(flag).arg("-o").arg(&program).arg(&source);
        assert!(gcc.status().unwrap().success());
        std::fs::read(&program).unwrap()
    };
    let fixed = build("-no-pie");
    assert!(
        cross::counting::function::find(&fixed, "mark")
            .unwrap()
            .size
            > 0
    );
    let missing = cross::counting::function::find(&fixed, "remark").unwrap_err();
    assert_eq!(
        missing.to_string(),
        "its symbol table names the function `remark` 0 times, where once was expected"
    );
    let moving = cross::counting::function::find(&build("-pie"), "mark");
    assert_eq!(moving, Err(cross::counting::function::NoFunction::Moving));
}
