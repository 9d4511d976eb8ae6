//! `crossum check` on objects: each is what its own compiler and its own options made of it.

use serde_json::{Value, json};

use crate::bench::{Bench, host_command};

/// The target that this machine is.
fn native() -> &'static str {
    let native = cross::targets().find(|target| target.is_native());
    &native.expect("this machine is one of the targets").name
}

/// Compiles a source with this machine's compiler.
fn object(bench: &Bench, name: &str, source: &str, options: &[&str]) {
    let (source_file, object) = (format!("{name}.c"), format!("{name}.o"));
    std::fs::write(bench.path(&source_file), source).unwrap();
    let mut compiler = host_command("gcc");
    compiler.current_dir(bench.folder.path());
    compiler.args(["-g", "-c", &source_file, "-o", &object]);
    assert!(compiler.args(options).status().unwrap().success());
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
