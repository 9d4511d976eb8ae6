//! Whether compilers that are not a row's own say the same of its machine, where they say anything: other versions, and
//! the other family.

use crossum_layout::macros::{Language, Machines};

use crate::{asked, compilers};

/// What has another value in each compiler, or each version of one, and says nothing about how types lie.
const NOT_OF_THE_MACHINE: &[&str] = &[
    // Who it is.
    "_MSC_FULL_VER",
    "_MSC_VER",
    "__GNUC_MINOR__",
    "__GNUC_PATCHLEVEL__",
    "__GNUC__",
    "__GXX_ABI_VERSION",
    "__VERSION__",
    "__clang_major__",
    "__clang_minor__",
    "__clang_patchlevel__",
    "__clang_version__",
    // What it can do.
    "__BITINT_MAXWIDTH__",
    "__DECIMAL_DIG__",
    "__FLT_EVAL_METHOD_TS_18661_3__",
    "__FLT_EVAL_METHOD__",
    "__GCC_ATOMIC_TEST_AND_SET_TRUEVAL",
    "__GCC_DESTRUCTIVE_SIZE",
    "__LDBL_DENORM_MIN__",
    // What it does unless it is told otherwise.
    "__ENVIRONMENT_MAC_OS_X_VERSION_MIN_REQUIRED__",
    "__ENVIRONMENT_OS_VERSION_MIN_REQUIRED__",
    "__PIC__",
    "__PIE__",
    "__pic__",
    "__pie__",
    // How it writes assembly.
    "__REGISTER_PREFIX__",
    "__USER_LABEL_PREFIX__",
];

/// The same, of the processor that it compiles for unless it is told otherwise: the targets of one ABI may differ.
const OF_THE_PROCESSOR: &[&str] = &[
    "__ARM_",
    "__CLANG_ATOMIC_",
    "__GCC_ATOMIC_",
    "__GCC_IEC_559",
    "__riscv_",
];

/// Here the families disagree about machines: how wide a type for fast arithmetic is, and on bare Arm whether a wide
/// character and EOF have a sign. A C library decides about its types by itself: gcc's `int_fast16_t` has 64 bits on
/// x86_64, Clang's 16, and glibc's is a `long` with either.
const DISPUTED: &[(&str, &str)] = &[
    ("__INT_FAST", ""),
    ("__UINT_FAST", ""),
    ("__WINT_", "arm-bare"),
];

#[test]
fn compilers_agree_about_a_machine_with_its_row() {
    let mut compared = 0;
    let mut disagreements = Vec::new();
    for compiler in compilers::all() {
        // A compiler with another layout than the machine's has no row.
        let Some(machine) = Machines::builtin().get(compiler.row().name()) else {
            continue;
        };
        let other = match asked::macros(compiler.program, compiler.args, Language::C) {
            Ok(macros) => macros,
            Err(why) => {
                println!("could not run: {compiler}: {why}");
                continue;
            }
        };
        let own = machine.macros(Language::C).unwrap();
        for (name, body) in own {
            let Some(said) = other.get(name) else {
                continue;
            };
            compared += 1;
            let long = own.get("__SIZEOF_LONG__").map(String::as_str);
            let differs = meaning(body, long) != meaning(said, long);
            if differs && is_of_the_machine(name, &machine.head.abi) {
                disagreements.push(format!("{name}: {body}, but {compiler}: {said}"));
            }
        }
    }
    assert!(compared > 300, "{compared}");
    assert!(disagreements.is_empty(), "{}", disagreements.join("\n"));
}

fn is_of_the_machine(name: &str, abi: &str) -> bool {
    let is_of_the_processor = OF_THE_PROCESSOR.iter().any(|mark| name.starts_with(mark));
    let is_disputed = DISPUTED
        .iter()
        .any(|(mark, where_)| name.starts_with(mark) && abi.starts_with(where_));
    // How a constant is written to be of some width: the widths are compared.
    let has_parameters = name.contains('(');
    // How far its arithmetic follows IEC 60559: GCC 12 says 2, and GCC 14 says 1.
    let is_of_arithmetic = name.ends_with("_IS_IEC_60559__");
    !is_of_arithmetic
        && !NOT_OF_THE_MACHINE.contains(&name)
        && !is_of_the_processor
        && !is_disputed
        && !has_parameters
}

/// What a body says about octets: without the base of a number and its suffix, which of two types of the same width it
/// is, and how many digits of a fraction are given.
#[derive(Debug, PartialEq, Eq)]
enum Meaning<'a> {
    Number(u64),
    Fraction,
    Integer { is_signed: bool, size: &'a str },
    Text(&'a str),
}

fn meaning<'a>(body: &'a str, long: Option<&'a str>) -> Meaning<'a> {
    let number = body.trim_end_matches(['u', 'U', 'l', 'L']);
    let digits = number
        .strip_prefix("0x")
        .or_else(|| number.strip_prefix("0X"));
    let value = match digits {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => number.parse().ok(),
    };
    if let Some(value) = value {
        return Meaning::Number(value);
    }
    if body.contains('.') && body.contains(['e', 'E', '+', '-']) {
        return Meaning::Fraction;
    }
    let words: Vec<&str> = body.split(' ').collect();
    let is_integer = ["int", "long", "short", "char", "unsigned", "signed"];
    if !words.iter().all(|word| is_integer.contains(word)) {
        return Meaning::Text(body);
    }
    let longs = words.iter().filter(|word| **word == "long").count();
    let size = match longs {
        0 if words.contains(&"char") => "1",
        0 if words.contains(&"short") => "2",
        // There is none of 16 bits that two compilers here know.
        0 => "4",
        1 => long.unwrap_or("4"),
        _ => "8",
    };
    Meaning::Integer {
        is_signed: !words.contains(&"unsigned"),
        size,
    }
}

#[test]
fn what_is_only_written_otherwise_means_the_same() {
    for (one, other) in [
        ("0x7fffffffL", "2147483647"),
        ("long unsigned int", "unsigned long"),
        ("long int", "int"),
        ("1.0e+1L", "1.00e+1L"),
    ] {
        assert_eq!(meaning(one, Some("4")), meaning(other, Some("4")));
    }
    for (one, other) in [
        ("4", "8"),
        ("long int", "int"),
        ("int", "unsigned int"),
        ("__ORDER_BIG_ENDIAN__", "__ORDER_LITTLE_ENDIAN__"),
    ] {
        assert_ne!(
            meaning(one, Some("8")),
            meaning(other, Some("8")),
            "{one} {other}"
        );
    }
}
