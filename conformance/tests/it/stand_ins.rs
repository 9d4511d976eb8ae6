//! What stands in for the types of other C libraries is never shown: not as a type, not by its name, not at its place.

use serde_json::Value;

use crate::bench::Bench;

/// A machine whose library is only known by tables.
const TABLED: &str = "aarch64-darwin";

/// In C++ a member is called as its type is.
const HEADER: &str = "#include <sys/stat.h>\n#include <stdint.h>\n#include <time.h>\nstruct crossum_header { uint16_t kind; int64_t at; };\nstruct rec { struct crossum_header head; struct stat st; struct tm MEMBER; pid_t pid; };\ntypedef struct stat mine;\n";

#[test]
fn what_stands_in_for_a_type_is_no_type_that_anybody_declared() {
    for (file, member) in [("own.h", "local"), ("own.hpp", "tm")] {
        for options in [&[][..], &["--all"], &["--type", "*"]] {
            let report = checked(file, options);
            let types = report["types"].as_array().unwrap();
            let named = |name: &str| {
                let bare = |row: &Value| row["name"].as_str().unwrap().replace("struct ", "");
                types.iter().find(|row| bare(row) == name)
            };
            assert!(named("crossum_header").is_some(), "{file} {options:?}");
            // It did stand in: no header of that machine is here.
            let rec = &named("rec").unwrap()["layouts"][TABLED]["fields"];
            let field = |path: &str| {
                let mut fields = rec.as_array().unwrap().iter();
                fields.find(|field| field["path"] == path).cloned()
            };
            assert!(field("st.st_ino").is_some(), "{file} {options:?}: {rec}");
            assert!(
                field(&format!("{member}.tm_zone")).is_some(),
                "{file} {options:?}: {rec}"
            );
            assert_eq!(field("pid").unwrap()["type"], "pid_t");
        }
    }
}

#[test]
fn a_header_of_the_system_has_no_types_but_its_own() {
    let report = checked("/usr/include/fcntl.h", &[]);
    let types = report["types"].as_array().unwrap();
    let names: Vec<_> = types.iter().map(|row| row["name"].clone()).collect();
    assert!(names.contains(&"struct flock".into()), "{names:?}");
}

/// The report, in whose formats nothing is of what stands in.
fn checked(file: &str, options: &[&str]) -> Value {
    let bench = Bench::new();
    if !file.starts_with('/') {
        let member = if file.ends_with("pp") { "tm" } else { "local" };
        std::fs::write(bench.path(file), HEADER.replace("MEMBER", member)).unwrap();
    }
    let formats = [
        "--json",
        "report.json",
        "--sarif",
        "r.sarif",
        "--html",
        "r.html",
    ];
    let targets = format!("x86_64-unknown-linux-gnu,i686-unknown-linux-gnu,wasm32,{TABLED}");
    let words = [
        &["check", file, "--targets", &targets][..],
        &formats,
        options,
    ]
    .concat();
    let ran = bench.run(&words);
    assert_eq!(ran.status, 0, "{file} {options:?}: {}", ran.stderr);
    let mut told = vec![ran.stdout.clone()];
    for name in ["report.json", "r.sarif", "r.html"] {
        told.push(std::fs::read_to_string(bench.path(name)).unwrap());
    }
    for text in told {
        let own = text.replace("crossum_header", "");
        for hidden in ["crossum_", "crossum-run"] {
            let at = own.find(hidden);
            let around = at.map(|at| own.get(at.saturating_sub(80)..at + 60).unwrap_or(&own));
            assert_eq!(around, None, "{file} {options:?}");
        }
    }
    ran.report().clone()
}
