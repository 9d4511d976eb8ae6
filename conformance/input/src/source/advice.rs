//! What to do about a source that no compiler takes.

use std::fmt;

/// What is wanted, and the option that gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Advice {
    /// What is missing.
    pub(super) wants: Wants,
    /// The options that make it compile; empty where none was found that does.
    pub(super) options: Vec<String>,
    /// What was found and does not suffice, as options.
    pub(super) others: Vec<String>,
}

/// What is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wants {
    /// A header is not found.
    Header(String),
    /// A name is declared nowhere.
    Name(String),
    /// The source says that something else is to come before, or to be defined: in its own words, and the macros that it asks for.
    Said(String, Vec<String>),
    /// It has words of other compilers.
    Word(String, Vec<String>),
    /// It is another machine's.
    Machine,
}

/// So many macros are named.
const MAX_NAMED: usize = 4;

impl Advice {
    /// Whether it was tried and compiles.
    pub(super) fn is_proven(&self) -> bool {
        !self.options.is_empty()
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = match &self.wants {
            Wants::Header(header) => {
                write!(formatter, "`{header}` is not found")?;
                "-I FOLDER"
            }
            Wants::Name(name) => {
                write!(formatter, "`{name}` is declared nowhere")?;
                "--include-file F"
            }
            Wants::Said(said, macros) => {
                write!(formatter, "it says {said}")?;
                match macros.first() {
                    Some(_) => "-D NAME=VALUE",
                    None => "--include-file F",
                }
            }
            Wants::Word(word, preludes) => {
                write!(formatter, "`{word}` is a word of {}", preludes.join(", "))?;
                "--prelude NAME"
            }
            Wants::Machine => {
                write!(formatter, "it is of another machine")?;
                "--cc COMPILER"
            }
        };
        if self.is_proven() {
            return write!(
                formatter,
                ": give `{}`; with it, it compiles",
                self.options.join(" ")
            );
        }
        if let Wants::Said(_, macros) = &self.wants
            && !macros.is_empty()
        {
            let names: Vec<_> = macros.iter().take(MAX_NAMED).collect();
            let names = names.into_iter().map(|name| format!("`{name}`"));
            let names = names.collect::<Vec<_>>().join(", ");
            return write!(formatter, ": give `{form}`; it asks for {names}");
        }
        match self.others.as_slice() {
            [] => write!(formatter, ": give `{form}`"),
            others => write!(
                formatter,
                ": give `{form}`; by itself none of these is enough: {}",
                others.join(", ")
            ),
        }
    }
}
