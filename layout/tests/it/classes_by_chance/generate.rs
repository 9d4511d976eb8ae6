//! C++ programs of classes by chance.

use std::fmt::Write as _;

use crate::random_types::generate::Chance;

/// What a program may have.
#[derive(Clone, Copy, Default)]
pub(super) struct With {
    /// `packed`, `aligned`, `[[no_unique_address]]`, initializers.
    pub(super) attributes: bool,
    /// Functions that are defaulted or deleted.
    pub(super) defaulted: bool,
}

impl With {
    /// AVR's gcc knows no later standard than the one that is enough without attributes.
    pub(super) fn standard(self) -> &'static str {
        if self.attributes {
            "-std=gnu++2a"
        } else {
            "-std=gnu++14"
        }
    }
}

const CLASSES: usize = 60;

const FIELDS: &[&str] = &[
    "char",
    "char",
    "signed char",
    "bool",
    "short",
    "unsigned",
    "int",
    "long",
    "long long",
    "float",
    "double",
    "void *",
    "int &",
    "int M::*",
    "void (M::*)()",
];

const BIT_FIELDS: &[(&str, u64)] = &[
    ("bool", 1),
    ("char", 8),
    ("short", 16),
    ("int", 16),
    ("unsigned", 16),
    ("long", 32),
    ("long long", 64),
    ("Small", 8),
    ("Wide", 32),
];

/// So that a pointer to a member has a name before it.
const PRELUDE: &str = "struct M { int m; };
enum class Small : unsigned char { A, B }; enum class Wide : long { C, D };
";

pub(super) fn program(chance: &mut Chance, with: With) -> String {
    let mut source = String::from(PRELUDE);
    for number in 0..CLASSES {
        class(&mut source, chance, with, number);
    }
    source
}

fn once(chance: &mut Chance, times: u64) -> bool {
    chance.once_in(times)
}

fn class(source: &mut String, chance: &mut Chance, with: With, number: usize) {
    let earlier = |chance: &mut Chance| {
        let place = chance.below(number as u64);
        format!("K{place}")
    };
    let is_class = once(chance, 5);
    let packed = with.attributes && once(chance, 8);
    let aligned = with.attributes && once(chance, 10);
    let mut bases: Vec<String> = Vec::new();
    for _ in 0..chance.below(4) {
        if number == 0 || once(chance, 2) {
            continue;
        }
        let base = earlier(chance);
        let is_virtual = once(chance, 8);
        if !bases
            .iter()
            .any(|known| known.ends_with(&format!(" {base}")))
        {
            let how = if is_virtual {
                "public virtual"
            } else {
                "public"
            };
            bases.push(format!("{how} {base}"));
        }
    }
    let keyword = if is_class { "class" } else { "struct" };
    let packed = if packed {
        "__attribute__((packed)) "
    } else {
        ""
    };
    let aligned = if aligned {
        "__attribute__((aligned(8))) "
    } else {
        ""
    };
    let _ = write!(source, "{keyword} {packed}{aligned}K{number} ");
    if !bases.is_empty() {
        let _ = write!(source, ": {} ", bases.join(", "));
    }
    source.push_str("{ ");
    if is_class && !once(chance, 3) {
        source.push_str("public: ");
    }
    if once(chance, 6) {
        let _ = write!(source, "virtual void v{number}(); ");
    }
    if once(chance, 6) {
        let _ = write!(source, "K{number}(int); ");
    }
    if once(chance, 12) {
        let _ = write!(source, "~K{number}(); ");
    }
    if with.defaulted && once(chance, 4) {
        let of = format!("K{number}");
        let functions = [
            format!("{of}() = default; "),
            format!("{of}(const {of} &) = default; "),
            format!("{of}(const {of} &) = delete; "),
            format!("~{of}() = default; "),
            format!("{of} &operator=(const {of} &) = default; "),
            format!("{of} &operator=(int); "),
            format!("explicit {of}(char); "),
        ];
        *source += chance.one_of::<String>(&functions);
    }
    // One in a few classes is empty.
    let fields = if once(chance, 5) { 0 } else { chance.below(5) };
    for field in 0..fields {
        if once(chance, 12) {
            *source += chance.one_of::<&str>(&["private: ", "protected: ", "public: "]);
        }
        if once(chance, 3) {
            let (kind, widest) = chance.one_of(BIT_FIELDS);
            let bits = 1 + chance.below(*widest);
            let _ = write!(source, "{kind} f{field} : {bits}; ");
        } else if number > 0 && once(chance, 3) {
            let kind = earlier(chance);
            let overlaps = if with.attributes && once(chance, 3) {
                "[[no_unique_address]] "
            } else {
                ""
            };
            let array = if overlaps.is_empty() && once(chance, 4) {
                "[2]"
            } else {
                ""
            };
            let _ = write!(source, "{overlaps}{kind} f{field}{array}; ");
        } else {
            let kind = chance.one_of(FIELDS);
            let initializer = if with.attributes && *kind == "int" && once(chance, 3) {
                " = 1"
            } else {
                ""
            };
            let declaration = match kind.split_once("::*") {
                Some((of, rest)) => format!("{of}::*f{field}{rest}"),
                None => format!("{kind} f{field}"),
            };
            let _ = write!(source, "{declaration}{initializer}; ");
        }
    }
    let _ = writeln!(source, "}}; K{number} *p{number};");
}
