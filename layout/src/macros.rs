//! The macros that each machine's compiler predefines: what a text can ask about the machine that it is compiled for.
//!
//! [`Machines`] is the table in `data/macros/`; the README there says how it was made. With it a preprocessor that is
//! here reads a text as another machine's would: [`Machine::options`]. What follows from the dialect of the language
//! alone (`__STDC_VERSION__`, `__cplusplus`) is not in the table, nor what a C library adds by `<stdc-predef.h>`.

mod given;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

/// Bodies by name. A macro with parameters has them in its name: `__INT64_C(c)`.
pub type Macros = BTreeMap<String, String>;

/// The language that a text is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// C, by the compilers' default: gnu17.
    C,
    /// C++, by the compilers' default: gnu++17.
    Cxx,
}

/// A macro that says nothing about a machine: it follows from the dialect (`-std`) or from the assembler in use. No
/// table has it.
pub fn is_of_no_machine(name: &str) -> bool {
    const NAMES: [&str; 5] = [
        "__STDC__",
        "__STDC_VERSION__",
        "__STDC_HOSTED__",
        "__cplusplus",
        // Clang has it defined whatever it is told.
        "__GCC_HAVE_DWARF2_CFI_ASM",
    ];
    NAMES.contains(&name) || name.starts_with("__STDC_UTF_") || name.starts_with("__STDC_EMBED_")
}

/// The table: machines by name. A name is that of an ABI, or of a target whose macros are not those of its ABI.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Machines {
    by_name: BTreeMap<String, Machine>,
}

/// What one machine's compiler predefines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Who said so.
    pub head: Head,
    c: Macros,
    cxx: Option<Macros>,
}

/// Who said what a machine's macros are, and in which sections of the table they are.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Head {
    /// The machine's ABI: a row of `abis.toml`.
    pub abi: String,
    /// The program that was asked.
    pub program: String,
    /// And with which options.
    #[serde(default)]
    pub args: Vec<String>,
    /// What it calls itself: its macro `__VERSION__`.
    pub version: String,
    /// Why there are no macros for C++; absent where there are.
    pub no_cxx: Option<String>,
    /// The sections: compiler, data model, `long double`, system and processor family, in this order.
    pub facts: [String; 5],
}

impl Machines {
    /// The table that comes with this crate.
    pub fn builtin() -> &'static Machines {
        static BUILTIN: LazyLock<Machines> = LazyLock::new(|| {
            Machines::parse(&Texts {
                machines: include_str!("../data/macros/machines.toml"),
                c: include_str!("../data/macros/c.toml"),
                cxx: include_str!("../data/macros/cxx.toml"),
            })
            .expect("a test reads the built-in table")
        });
        &BUILTIN
    }

    /// Reads a table; its README explains the notation.
    ///
    /// # Errors
    ///
    /// At the first text that is no such table, and where two sections speak of the same macro of a machine.
    pub fn parse(texts: &Texts) -> Result<Machines, TableError> {
        let machines: BTreeMap<String, Row> = read("machines.toml", texts.machines)?;
        let c: Sections = read("c.toml", texts.c)?;
        let cxx: Sections = read("cxx.toml", texts.cxx)?;
        let machine = |(name, row): (String, Row)| {
            let mut common = Macros::new();
            apply(&mut common, &c, &row.head.facts, &name)?;
            change(&mut common, row.own);
            let mut plus = common.clone();
            apply(&mut plus, &cxx, &row.head.facts, &name)?;
            change(&mut plus, row.own_cxx);
            let machine = Machine {
                cxx: row.head.no_cxx.is_none().then_some(plus),
                head: row.head,
                c: common,
            };
            Ok((name, machine))
        };
        Ok(Machines {
            by_name: machines
                .into_iter()
                .map(machine)
                .collect::<Result<_, _>>()?,
        })
    }

    /// By the name of an ABI or a target.
    pub fn get(&self, name: &str) -> Option<&Machine> {
        self.by_name.get(name)
    }

    /// Sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Machine)> {
        self.by_name
            .iter()
            .map(|(name, machine)| (name.as_str(), machine))
    }
}

impl Machines {
    /// Puts together the machines that answer alike when a text asks about these macros: such a text is the same on all
    /// of them. Those without macros for the language are left out. Sorted by their first names.
    ///
    /// What a text asks, through its headers, too, gcc tells with `-E -dU`.
    pub fn alike(&self, asked: &BTreeSet<&str>, language: Language) -> Vec<Vec<&str>> {
        let mut classes: BTreeMap<Vec<Option<&str>>, Vec<&str>> = BTreeMap::new();
        for (name, machine) in &self.by_name {
            if let Some(macros) = machine.macros(language) {
                let answers = asked
                    .iter()
                    .map(|name| macros.get(*name).map(String::as_str));
                classes.entry(answers.collect()).or_default().push(name);
            }
        }
        let mut classes: Vec<Vec<&str>> = classes.into_values().collect();
        classes.sort_unstable();
        classes
    }
}

impl Machine {
    /// All that it predefines, but what follows from the dialect; `None` where no compiler could be asked
    /// (`head.no_cxx`).
    pub fn macros(&self, language: Language) -> Option<&Macros> {
        match language {
            Language::C => Some(&self.c),
            Language::Cxx => self.cxx.as_ref(),
        }
    }

    /// The options by which gcc or clang preprocesses as this machine's compiler. They come before the user's own.
    ///
    /// What they do not change is what the front end answers by itself: `__has_builtin`, `__has_attribute`,
    /// `__has_include`, the value of a character constant, and the C library whose headers it finds.
    pub fn options(&self, language: Language) -> Option<Vec<String>> {
        let macros = self.macros(language)?;
        let kept = KEPT.iter().filter(|name| !macros.contains_key(**name));
        let kept = kept.map(|name| format!("-U{name}"));
        let defined = macros.iter().map(|(name, body)| format!("-D{name}={body}"));
        let forgotten = std::iter::once("-undef".to_owned());
        Some(forgotten.chain(kept).chain(defined).collect())
    }
}

/// What `-undef` leaves defined, though the machine decides: by gcc 12 to 14 and clang 14 to 19.
const KEPT: &[&str] = &[
    "_GNU_SOURCE",
    "__STDCPP_DEFAULT_NEW_ALIGNMENT__",
    "__STDCPP_THREADS__",
];

/// The three files of a table.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'a> {
    /// Who said what, and what is a machine's own.
    pub machines: &'a str,
    /// What machines share.
    pub c: &'a str,
    /// How that changes in C++.
    pub cxx: &'a str,
}

/// What is wrong with a table of macros. Always the fault of the table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// No TOML, or another shape.
    #[error("{file}: {says}")]
    Toml {
        /// Which of the three.
        file: &'static str,
        /// Where, and what is wrong there.
        says: String,
    },
    /// Of two sections neither is the one that counts.
    #[error("machine `{machine}`: `{name}` is in two sections that are both about it")]
    Twice {
        /// The machine.
        machine: String,
        /// The macro.
        name: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Row {
    head: Head,
    #[serde(default)]
    own: Section,
    #[serde(default)]
    own_cxx: Section,
}

/// By the facts that a machine must have for a section to be about it, with spaces between; `all` for none.
type Sections = BTreeMap<String, Section>;

type Section = BTreeMap<String, Definition>;

/// The body of a macro, or `false` where it is not defined after all.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum Definition {
    Body(String),
    Undefined(False),
}

#[derive(Clone, Deserialize)]
#[serde(try_from = "bool")]
struct False;

impl TryFrom<bool> for False {
    type Error = &'static str;

    fn try_from(value: bool) -> Result<False, &'static str> {
        if value {
            Err("expected a macro's body, or false")
        } else {
            Ok(False)
        }
    }
}

fn read<T: serde::de::DeserializeOwned>(file: &'static str, text: &str) -> Result<T, TableError> {
    toml::from_str(text).map_err(|error| TableError::Toml {
        file,
        says: error.to_string(),
    })
}

fn apply(
    macros: &mut Macros,
    sections: &Sections,
    facts: &[String],
    machine: &str,
) -> Result<(), TableError> {
    let mut seen = BTreeSet::new();
    for (key, section) in sections {
        let is_about = key == "all"
            || key
                .split(' ')
                .all(|fact| facts.iter().any(|own| own == fact));
        if !is_about {
            continue;
        }
        if let Some(name) = section.keys().find(|name| !seen.insert((*name).clone())) {
            return Err(TableError::Twice {
                machine: machine.to_owned(),
                name: name.clone(),
            });
        }
        change(macros, section.clone());
    }
    Ok(())
}

fn change(macros: &mut Macros, section: Section) {
    for (name, definition) in section {
        match definition {
            Definition::Body(body) => macros.insert(name, body),
            Definition::Undefined(False) => macros.remove(&name),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts<'a>(machines: &'a str, c: &'a str, cxx: &'a str) -> Texts<'a> {
        Texts { machines, c, cxx }
    }

    const HEAD: &str = r#"
        [m.head]
        abi = "a"
        program = "gcc"
        version = "12"
        facts = ["gcc", "lp64", "ieee-quad", "linux", "z"]
    "#;

    #[test]
    fn a_machine_has_what_its_sections_say_and_then_its_own() {
        let machines = format!("{HEAD}\n[m.own]\nB = '2'\nC = false\n[m.own-cxx]\nD = 'x'");
        let c = "[all]\nA = '1'\nB = '1'\n['gcc lp64']\nC = '1'\n['gcc ilp32']\nE = '1'";
        let table = Machines::parse(&texts(&machines, c, "[linux]\nA = false")).unwrap();
        let machine = table.get("m").unwrap();
        let of = |language| {
            let macros = machine.macros(language).unwrap();
            let pairs = macros.iter().map(|(name, body)| format!("{name}={body}"));
            pairs.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(of(Language::C), "A=1 B=2");
        assert_eq!(of(Language::Cxx), "B=2 D=x");
        let options = machine.options(Language::C).unwrap();
        assert_eq!(options.first().map(String::as_str), Some("-undef"));
        assert!(options.contains(&"-U_GNU_SOURCE".to_owned()));
        assert!(options.ends_with(&["-DA=1".to_owned(), "-DB=2".to_owned()]));
    }

    #[test]
    fn machines_are_alike_by_what_a_text_asks() {
        let count = |asked: &[&str]| {
            let asked = asked.iter().copied().collect();
            Machines::builtin().alike(&asked, Language::C)
        };
        assert_eq!(count(&["NOBODY_DEFINES_THIS"]).len(), 1);
        let orders = count(&["__BYTE_ORDER__"]);
        assert_eq!(orders.len(), 2);
        let of = |name: &str| orders.iter().position(|class| class.contains(&name));
        assert_eq!(of("s390x-elf"), of("m68k-sysv"));
        assert_ne!(of("s390x-elf"), of("x86_64-sysv"));
        assert!(count(&["__BYTE_ORDER__", "_WIN32", "__SIZEOF_LONG__"]).len() > 4);
    }

    #[test]
    fn a_table_that_says_a_thing_twice_or_anything_else_is_refused() {
        let twice = Machines::parse(&texts(HEAD, "[all]\nA = '1'\n[lp64]\nA = '1'", ""));
        let says = twice.unwrap_err().to_string();
        assert_eq!(
            says,
            "machine `m`: `A` is in two sections that are both about it"
        );
        for c in ["[all]\nA = true", "[all]\nA = 1", "A = 'x'", "["] {
            let refused = Machines::parse(&texts(HEAD, c, ""));
            assert!(
                matches!(refused, Err(TableError::Toml { file: "c.toml", .. })),
                "{c}"
            );
        }
    }
}
