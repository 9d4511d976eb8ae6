//! What units of a program repeat is read once, and what only looks alike is not taken for it.

use std::collections::BTreeSet;
use std::path::Path;

use crossum_layout::dwarf::{self, Program};

use crate::compiled::{contents, run};

const HEADER: &str = r"
#ifdef WIDE
typedef long cell;
#else
typedef int cell;
#endif
enum kind { ONE, TWO = 70000 };
enum small { FEW } __attribute__((packed));
struct plain { int a; char b[3]; enum kind k; enum small s; };
struct deep {
    cell c;
    struct { cell x; } unnamed;
    union { int i; cell j; };
    struct plain *p;
    struct deep *next;
    const struct plain q;
    int (*f)(struct plain *);
    unsigned bits : 3, more : 5;
};
typedef struct { cell c[2]; } pair;
#ifndef CLOSE
#define CLOSE
#endif
struct CLOSE moved { char c; int i; };
struct __attribute__((packed)) close { char c; pair p; };
struct announced;
struct to_it { struct announced *a; struct announced **b; };
";

/// A unit of the program, with what it has of its own.
const UNITS: &[(&str, &str, &[&str])] = &[
    ("gcc", "one", &[]),
    ("gcc", "same", &[]),
    ("gcc", "wide", &["-DWIDE"]),
    ("gcc", "moved", &["-DCLOSE=__attribute__((packed))"]),
    ("gcc", "copied", &["-DALL=<all.h>", "-Icopy"]),
    ("gcc", "tight", &["-fpack-struct"]),
    ("gcc", "short", &["-fshort-enums"]),
    ("gcc", "dwarf4", &["-gdwarf-4"]),
    ("clang", "clang", &[]),
];

/// What is known of each type: as it lies for each of its compilations, and where it is declared.
fn told(octets: &[u8]) -> BTreeSet<String> {
    let program: Program = dwarf::read(octets).expect("a program");
    let mut told = BTreeSet::new();
    for named in &program.named {
        let (name, kind) = (named.name.to_string(), named.kind);
        let what = format!("{name}: {}", contents(&program, kind));
        for place in &named.declared {
            told.insert(format!("{what}, {}:{}", place.file, place.line));
        }
        let lies = program.observed.get(&kind);
        let tag = program.tags.get(&kind);
        for build in program.built.get(&kind).into_iter().flatten() {
            let build = program.builds.get(*build).expect("a build");
            let (compiler, switches) = (build.compiler, &build.switches);
            told.insert(format!(
                "{what}, {tag:?} by {compiler:?} {switches:?}: {lies:?}"
            ));
        }
    }
    told
}

#[test]
fn a_program_has_the_types_of_its_units_whoever_stands_first() {
    let directory = tempfile::tempdir().expect("a directory");
    let folder: &Path = directory.path();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).expect("a file");
    write("all.h", HEADER);
    std::fs::create_dir(folder.join("copy")).expect("a folder");
    write("copy/all.h", HEADER);
    let mut alone = BTreeSet::new();
    let mut objects = Vec::new();
    for (compiler, name, options) in UNITS {
        let file = format!("{name}.c");
        // Types of each stand at other places, and files have other numbers.
        let own = "#include <stddef.h>\nstruct own_NAME { char c[SIZE]; } o_NAME;\n#ifndef ALL\n#define ALL \"all.h\"\n#endif\n#include ALL\nstruct announced { int NAME; };\nstruct deep d_NAME; struct close c_NAME; struct moved m_NAME; struct to_it t_NAME; struct announced a_NAME;\n";
        let own = own.replace("NAME", name);
        write(&file, &own.replace("SIZE", &objects.len().to_string()));
        let object = format!("{name}.o");
        let args = [&["-g", "-c", &file, "-o", &object][..], options].concat();
        let made = run(compiler, &args, folder).expect("a compiler of this machine");
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        alone.extend(told(
            &std::fs::read(folder.join(&object)).expect("an object"),
        ));
        objects.push(object);
    }
    for turn in 0..objects.len() {
        objects.rotate_left(1);
        // A linker that makes a library has each string once; with `-r` none is the same as another.
        let mut args = vec!["-shared", "-nostdlib", "-o", "all"];
        args.extend(objects.iter().map(String::as_str));
        let made = run("gcc", &args, folder).expect("the linker of this machine");
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        let all = told(&std::fs::read(folder.join("all")).expect("an object"));
        let lost: Vec<_> = alone.difference(&all).collect();
        assert!(lost.is_empty(), "{turn}: {lost:#?}");
        let more: Vec<_> = all.difference(&alone).collect();
        assert!(more.is_empty(), "{turn}: {more:#?}");
    }
}
