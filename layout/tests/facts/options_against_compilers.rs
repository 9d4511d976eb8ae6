//! What options of a build change, against the compilers themselves.

use crossum_layout::macros::{Language, Machines};

use crate::asked;

/// Machines whose compilers take all of the options: of each system and word size one, and one with a small `int`.
const MACHINES: &[&str] = &[
    "x86_64-sysv",
    "arm-aapcs",
    "s390x-elf",
    "m68k-sysv",
    "avr-gcc",
    "arm-bare",
    "i386-mingw",
];

const OPTIONS: &[&str] = &[
    "-funsigned-char",
    "-fsigned-char",
    "-fshort-enums",
    "-fno-short-enums",
    "-fshort-wchar",
    "-O2",
    "-Os",
    "-O0",
    "-ansi",
    "-std=c11",
    "-std=gnu11",
];

/// What these say of a machine, types depend on; other macros name instructions and libraries.
fn is_of_types(name: &str) -> bool {
    ["CHAR", "WCHAR", "ENUM", "OPTIMIZE", "INLINE__"]
        .iter()
        .any(|part| name.contains(part))
        && !name.starts_with("__GNUC_")
        || !name.starts_with('_')
        || name == "__STRICT_ANSI__"
}

#[test]
fn compilers_with_an_option_predefine_what_the_row_says_with_it() {
    let mut compared = 0;
    for name in MACHINES {
        let machine = Machines::builtin().get(name).unwrap();
        for option in OPTIONS {
            let args: Vec<&str> = machine.head.args.iter().map(String::as_str).collect();
            let args = [args.as_slice(), &[option]].concat();
            let mut said = match asked::macros(&machine.head.program, &args, Language::C) {
                Ok(said) => said,
                Err(why) => {
                    println!("could not run: {name} {option}: {why}");
                    continue;
                }
            };
            let given = machine.given([*option]);
            let mut row = given.macros(Language::C).unwrap().clone();
            said.retain(|name, _| is_of_types(name));
            row.retain(|name, _| is_of_types(name));
            assert_eq!(said, row, "{name} {option}");
            compared += 1;
        }
    }
    // This machine's compiler is always here.
    assert!(compared >= OPTIONS.len(), "{compared}");
}
