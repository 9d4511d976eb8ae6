//! C++ classes by chance: read from an object of this machine, and laid out on every other as the compilers there lay them.
//!
//! `CROSSUM_RANDOM_CLASSES=N` says how many programs of classes are compared, `CROSSUM_RANDOM_SEED=N` where chance begins.

mod generate;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Write as _;

use crossum_layout::abi::BitFieldPacking;
use crossum_layout::dwarf::{self, Program, ReadError};
use crossum_layout::fit::{self, Alignments};
use crossum_layout::types::{Record, Role, Type, TypeId};
use crossum_layout::{Abi, Abis, Layout, LayoutError, Layouts, Placed};

use crate::compilers::{self, Compiler};
use crate::random_types::generate::Chance;
use crate::tools;
use generate::{With, program};

const PROGRAMS: u64 = 1;

fn number(name: &str, otherwise: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.map_or(otherwise, |given| given.parse().expect("a number"))
}

/// Where a member lies, in bits, and how large it is; by its name, and the bases by their order.
type Places = BTreeMap<String, u64>;

/// How a class lies: its size in octets, and its members.
#[derive(Debug, PartialEq, Eq)]
struct Lies {
    size: u64,
    places: Places,
}

fn compile(compiler: &Compiler, source: &str, with: With) -> Option<Result<Program, ReadError>> {
    let directory = tempfile::tempdir().expect("a folder");
    let file = directory.path().join("classes.cc");
    let object = directory.path().join("classes.o");
    std::fs::write(&file, source).expect("a file");
    let options = ["-x", "c++", with.standard(), "-w", "-gdwarf-5", "-O0", "-c"];
    let only_gcc = [
        "-fno-eliminate-unused-debug-types",
        "-femit-class-debug-always",
    ];
    let only_clang = ["-fstandalone-debug"];
    let more: &[&str] = if compiler.program.contains("clang") {
        &only_clang
    } else {
        &only_gcc
    };
    let options = options.iter().chain(more).map(OsStr::new);
    let files = [OsStr::new("-o"), object.as_os_str(), file.as_os_str()];
    let output = match compiler.run(options.chain(files), directory.path()) {
        Ok(output) => output,
        Err(error) => {
            tools::not_here(compiler.program, &error);
            return None;
        }
    };
    if !output.status.success() {
        let says = String::from_utf8_lossy(&output.stderr);
        assert!(
            REFUSALS.iter().any(|of| says.contains(of)),
            "{compiler}: {says}\n{source}"
        );
        tools::not_done(compiler, &says);
        return None;
    }
    Some(dwarf::read(&std::fs::read(object).expect("an object")))
}

/// What a compiler may say: it does not know the machine, C++, or the standard; its half that knows C++ is not installed (`setup` brings no g++ for other machines); or, for 32-bit Windows, it takes no array of a class whose size is not rounded.
const REFUSALS: &[&str] = &[
    "unknown target",
    "language c++",
    "cannot execute 'cc1plus'",
    "cannot execute ‘cc1plus’",
    // Of AIX, whose objects are no ELF.
    "unsupported option '-gdwarf-5'",
    "-std=",
    "a multiple of its alignment",
];

fn record(program: &Program, id: TypeId) -> Option<&Record> {
    match program.types.get(id) {
        Some(Type::Record(record)) => Some(record),
        _ => None,
    }
}

/// The classes of a program, by name.
fn classes(program: &Program) -> impl Iterator<Item = (String, TypeId)> {
    let named = program.named.iter();
    named
        .filter(|named| named.name.path.starts_with('K'))
        .map(|named| (named.name.path.to_string(), named.kind))
}

fn name(member: Option<&str>, role: Role, place: usize) -> String {
    match (role, member) {
        (Role::Field, Some(name)) => name.to_owned(),
        (role, _) => format!("{role:?} {place}"),
    }
}

/// As a compiler wrote it down.
fn observed(program: &Program, id: TypeId) -> Option<Lies> {
    let record = record(program, id)?;
    let observed = program.observed.get(&id)?;
    let mut places = Places::new();
    let mut bases = 0;
    for (member, at) in record.members.iter().zip(&observed.members) {
        bases += usize::from(member.role == Role::Base);
        if !at.is_computed {
            let order = if member.role == Role::Base { bases } else { 0 };
            places.insert(
                name(member.name.as_deref(), member.role, order),
                at.bit_offset,
            );
        }
    }
    Some(Lies {
        size: observed.size,
        places,
    })
}

/// As the model says.
fn modelled(layout: &Layout<'_>) -> Lies {
    let mut places = Places::new();
    let mut bases = 0;
    for member in &layout.members {
        bases += usize::from(member.role == Role::Base);
        let order = if member.role == Role::Base { bases } else { 0 };
        if member.role != Role::VirtualBase {
            places.insert(name(member.name, member.role, order), member.bit_offset);
        }
    }
    Lies {
        size: layout.size,
        places,
    }
}

/// What nobody can tell about classes, by class.
type Open = BTreeMap<TypeId, Vec<fit::Ambiguity>>;

/// What was compared with one compiler.
#[derive(Default)]
struct Count {
    compared: u64,
    undecided: u64,
}

/// Lays the classes of one program out as each compiler's ABI does, and compares with that compiler.
fn compare(with: With, prepare: impl Fn(&mut Program, &[&Abi], &str) -> Open) {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    let mut wrong = String::new();
    let mut chance = Chance::new(number("CROSSUM_RANDOM_SEED", 7));
    for _ in 0..number("CROSSUM_RANDOM_CLASSES", PROGRAMS) {
        let source = program(&mut chance, with);
        // A gcc without g++ was named, and there is nothing to lay out.
        let Some(here) = compile(&compilers::host(), &source, with) else {
            return;
        };
        let mut here = here.expect("a program");
        let abis: Vec<Abi> = compilers::all().map(|compiler| compiler.abi()).collect();
        let abis: Vec<&Abi> = abis.iter().collect();
        let ambiguities = prepare(&mut here, &abis, &source);
        for compiler in compilers::all() {
            // LLVM 15 and older have other ideas of what is defaulted.
            let is_old = compiler.program == "clang" && with.defaulted;
            let Some(there) = (!is_old)
                .then(|| compile(&compiler, &source, with))
                .flatten()
            else {
                continue;
            };
            let there = match there {
                Ok(there) => there,
                Err(error) => {
                    tools::not_done(compiler, &error.to_string());
                    continue;
                }
            };
            let abi = compiler.abi();
            let layouts = Layouts::new(&abi, &here.types);
            let ids: BTreeMap<String, TypeId> = classes(&there).collect();
            let count = counts.entry(compiler.to_string()).or_default();
            for (name, id) in classes(&here) {
                let open = ambiguities.get(&id).into_iter().flatten();
                let is_open = open.clone().any(|of| of.abis.contains(abi.name()));
                let layout = match layouts.of(id) {
                    Ok(layout) if !is_open => layout,
                    Ok(_) | Err(LayoutError::NotModelled { .. } | LayoutError::Opaque { .. }) => {
                        count.undecided += 1;
                        continue;
                    }
                    Err(error) => panic!("{name} on {compiler}: {error}"),
                };
                let Some(found) = ids.get(&name).and_then(|id| observed(&there, *id)) else {
                    continue;
                };
                count.compared += 1;
                let mut model = modelled(layout);
                // Of a pointer to the places of virtual bases Microsoft's debug information says nothing.
                let is_virtual = |one: &Placed<'_>| one.role == Role::VirtualBase;
                let is_msvc = abi.bit_field_packing() == BitFieldPacking::Msvc;
                if is_msvc && layout.members.iter().any(is_virtual) {
                    let is_there = |name: &String| found.places.contains_key(name);
                    model
                        .places
                        .retain(|name, _| !name.starts_with("VtablePointer") || is_there(name));
                }
                if model != found && wrong.len() < 4000 {
                    let _ = writeln!(
                        wrong,
                        "{compiler}: {name}\n  found {found:?}\n  model {model:?}\n{}",
                        source
                            .lines()
                            .filter(|line| line.contains(&format!(" {name} ")))
                            .collect::<Vec<_>>()
                            .join("\n")
                    );
                }
            }
        }
    }
    for (compiler, count) in &counts {
        println!(
            "{compiler}: {} alike, {} undecided",
            count.compared, count.undecided
        );
        assert!(count.compared > 0, "nothing was compared with {compiler}");
    }
    assert!(!counts.is_empty(), "no compiler is here");
    assert!(wrong.is_empty(), "{wrong}");
}

/// Nothing is fitted: debug information tells all that these have.
#[test]
fn plain_classes_lie_as_the_compilers_lay_them() {
    compare(With::default(), |_, _, _| Open::new());
}

/// With functions that are defaulted or deleted: gcc says which, and only what is provided takes plain old data away.
#[test]
fn classes_with_defaulted_functions_lie_as_the_compilers_lay_them() {
    let with = With {
        defaulted: true,
        ..With::default()
    };
    compare(with, |_, _, _| Open::new());
}

const ATTRIBUTES: With = With {
    attributes: true,
    overlapping: false,
    defaulted: false,
};

/// What is open about each class of a program, which is fitted.
fn fitted(program: &mut Program, abis: &[&Abi], told: &Alignments) -> Open {
    let fit = fit::best(program, Abis::builtin(), abis, told).expect("a row");
    let named: Vec<TypeId> = classes(program).map(|(_, id)| id).collect();
    let about = |id: &TypeId| {
        let about = fit.about(&program.types, *id).into_iter().cloned();
        (*id, about.collect())
    };
    named.iter().map(about).collect()
}

/// With attributes that leave no trace; what cannot be told is undecided, and nothing is wrong.
#[test]
fn classes_with_attributes_are_decided_rightly_or_not_at_all() {
    compare(ATTRIBUTES, |program, abis, _| {
        fitted(program, abis, &Alignments::default())
    });
}

/// The same where the source was read: it alone tells of a `[[no_unique_address]]` that changes nothing here.
#[test]
fn so_they_are_where_the_source_was_read() {
    let with = With {
        overlapping: true,
        ..ATTRIBUTES
    };
    compare(with, |program, abis, source| {
        let mut told = Alignments::default();
        told.read_source(program, source);
        fitted(program, abis, &told)
    });
}
