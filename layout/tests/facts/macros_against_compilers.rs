//! The table of macros, against the compilers themselves.

use std::collections::BTreeSet;
use std::path::Path;

use crossum_layout::abi::{Abi, Abis, ByteOrder, Scalar};
use crossum_layout::macros::{Language, Machine, Machines, Macros};

use crate::{asked, partition};

/// Set it to have the table written anew, of what the compilers here say; the rows of others stay as they are.
const UPDATE: &str = "UPDATE_MACROS";

#[test]
fn every_compiler_here_predefines_what_its_row_says() {
    let asked: Vec<partition::Machine> = Machines::builtin().iter().map(asked_again).collect();
    let written = partition::written(&asked);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/macros");
    let files = [
        ("machines.toml", written.machines),
        ("c.toml", written.c),
        ("cxx.toml", written.cxx),
    ];
    for (name, text) in files {
        let path = folder.join(name);
        if std::env::var_os(UPDATE).is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let there = std::fs::read_to_string(&path).unwrap();
        let line = there.lines().zip(text.lines()).position(|(a, b)| a != b);
        assert!(
            there == text,
            "{}: the compilers here say otherwise, first in line {} (0: in their lengths); {UPDATE}=1 writes what they say",
            path.display(),
            line.map_or(0, |line| line + 1),
        );
    }
}

/// A row with what its own compiler says now; as it is where that is not here, or of another version.
fn asked_again((name, machine): (&str, &Machine)) -> partition::Machine {
    let mut head = machine.head.clone();
    let kept = |why: String| {
        println!("could not run: {name}: {why}");
        partition::Machine {
            name: name.to_owned(),
            head: machine.head.clone(),
            c: machine.macros(Language::C).unwrap().clone(),
            cxx: machine.macros(Language::Cxx).cloned(),
        }
    };
    let c = match asked::macros(&head.program, &head.args, Language::C) {
        Ok(c) => c,
        Err(why) => return kept(why),
    };
    let version = c["__VERSION__"].trim_matches('"').to_owned();
    if version != head.version && std::env::var_os(UPDATE).is_none() {
        return kept(format!("here is {version}, the row is of {}", head.version));
    }
    let cxx = match asked::macros(&head.program, &head.args, Language::Cxx) {
        Err(why) if is_without_cxx(&why) => {
            println!("could not run: {name}, C++: {why}");
            machine.macros(Language::Cxx).cloned()
        }
        said => {
            head.no_cxx = said.as_ref().err().cloned();
            said.ok()
        }
    };
    head.version = version;
    partition::Machine {
        name: name.to_owned(),
        head,
        c,
        cxx,
    }
}

/// Whether a compiler refused because only its half that knows C is installed: that says nothing of what its C++ predefines.
fn is_without_cxx(says: &str) -> bool {
    says.contains("cannot execute") && says.contains("cc1plus")
}

#[test]
fn a_preprocessor_here_speaks_for_every_machine() {
    for (program, must) in [("gcc", true), ("clang", false), ("clang-19", false)] {
        if let Err(why) = asked::macros::<&str>(program, &[], Language::C) {
            assert!(!must, "{why}");
            println!("could not run: {program}: {why}");
            continue;
        }
        for (name, machine) in Machines::builtin().iter() {
            for language in [Language::C, Language::Cxx] {
                let Some(options) = machine.options(language) else {
                    assert!(machine.head.no_cxx.is_some(), "{name}");
                    continue;
                };
                let said = match asked::macros(program, &options, language) {
                    Err(why) if language == Language::Cxx && is_without_cxx(&why) => {
                        println!("could not run: {program} as {name}, C++: {why}");
                        continue;
                    }
                    said => said.unwrap(),
                };
                let differing = differing(&said, machine.macros(language).unwrap());
                assert!(differing.is_empty(), "{program} as {name}: {differing:?}");
            }
        }
    }
}

/// Where two tables differ, and how.
fn differing<'a>(
    one: &'a Macros,
    other: &'a Macros,
) -> Vec<(&'a str, Option<&'a str>, Option<&'a str>)> {
    let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    let of = |macros: &'a Macros, name| macros.get(name).map(String::as_str);
    let both = names
        .into_iter()
        .map(|name| (name.as_str(), of(one, name), of(other, name)));
    both.filter(|(_, one, other)| one != other).collect()
}

/// For these there is no compiler to be had: what their texts ask is not known.
const UNASKED: &[&str] = &[
    "ia64-sysv",
    "microblaze-be",
    "microblaze-le",
    "msp430-elf",
    "nios2-elf",
    "rl78-elf",
    "rx-be",
    "rx-le",
];

#[test]
fn every_abi_has_a_row_but_for_those_that_are_named() {
    let unasked: Vec<&str> = Abis::builtin()
        .iter()
        .map(Abi::name)
        .filter(|name| Machines::builtin().get(name).is_none())
        .collect();
    assert_eq!(unasked, UNASKED);
    for (name, machine) in Machines::builtin().iter() {
        assert!(Abis::builtin().get(&machine.head.abi).is_some(), "{name}");
    }
}

#[test]
fn the_macros_are_of_the_machine_that_the_abi_describes() {
    for (name, machine) in Machines::builtin().iter() {
        let abi = Abis::builtin().get(&machine.head.abi).unwrap();
        let macros = machine.macros(Language::C).unwrap();
        let said = |name: &str| macros.get(name).map(String::as_str);
        for (scalar, macro_name) in [
            (Scalar::Short, "__SIZEOF_SHORT__"),
            (Scalar::Int, "__SIZEOF_INT__"),
            (Scalar::Long, "__SIZEOF_LONG__"),
            (Scalar::LongLong, "__SIZEOF_LONG_LONG__"),
            (Scalar::Pointer, "__SIZEOF_POINTER__"),
            (Scalar::Float, "__SIZEOF_FLOAT__"),
            (Scalar::Double, "__SIZEOF_DOUBLE__"),
            (Scalar::LongDouble, "__SIZEOF_LONG_DOUBLE__"),
            (Scalar::Wchar, "__SIZEOF_WCHAR_T__"),
        ] {
            let size = abi.size(scalar).to_string();
            assert_eq!(
                said(macro_name),
                Some(size.as_str()),
                "{macro_name} of {name}"
            );
        }
        let order = match abi.byte_order() {
            ByteOrder::Big => "__ORDER_BIG_ENDIAN__",
            ByteOrder::Little => "__ORDER_LITTLE_ENDIAN__",
        };
        assert_eq!(said("__BYTE_ORDER__"), Some(order), "{name}");
        let is_unsigned = said("__CHAR_UNSIGNED__").is_some();
        assert_eq!(is_unsigned, !abi.char_signed(), "char of {name}");
        let digits = abi.long_double_format().mantissa_bits().to_string();
        assert_eq!(said("__LDBL_MANT_DIG__"), Some(digits.as_str()), "{name}");
        let has_int128 = said("__SIZEOF_INT128__").is_some();
        assert_eq!(has_int128, abi.int128().is_some(), "__int128 of {name}");
    }
}
