//! Variables in commands: `{target}`, `{cc}`, and those of `[variables]`, which may stand in one another.

use std::collections::BTreeMap;
use std::fmt;

use cross::target::{did_you_mean, nearest};

/// A variable that has a value of its own for each target, or for each exchange. Where it is several words and stands within one, they are put there with spaces between them: `make CC={cc}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Builtin {
    /// The target's name.
    Target,
    /// The prefix of its GNU tools, such as `s390x-linux-gnu`.
    Gnu,
    /// gcc for the target, with its flags: several words.
    Gcc,
    /// clang for the target, with its flags: several words. It compiles; gcc links.
    Clang,
    /// Where the target's C library is.
    Sysroot,
    /// A folder for what is built, of this participant and target alone.
    Out,
    /// The ABI's name.
    Abi,
    /// `big` or `little`.
    ByteOrder,
    /// The width of a pointer: 32 or 64.
    Bits,
    /// The encoding's name.
    Encoding,
    /// The port to listen on, or to connect to.
    Port,
    /// The same with the host, `127.0.0.1:PORT`.
    Address,
    /// The request: several words.
    Request,
}

impl Builtin {
    const ALL: [(Builtin, &'static str); 14] = [
        (Builtin::Target, "target"),
        (Builtin::Gnu, "gnu"),
        (Builtin::Gcc, "cc"),
        (Builtin::Gcc, "gcc"),
        (Builtin::Clang, "clang"),
        (Builtin::Sysroot, "sysroot"),
        (Builtin::Out, "out"),
        (Builtin::Abi, "abi"),
        (Builtin::ByteOrder, "byte-order"),
        (Builtin::Bits, "bits"),
        (Builtin::Encoding, "encoding"),
        (Builtin::Port, "port"),
        (Builtin::Address, "address"),
        (Builtin::Request, "request"),
    ];

    /// Whether it has a value for each target already, and not only for each exchange.
    pub fn is_of_target(self) -> bool {
        self < Builtin::Encoding
    }

    fn named(name: &str) -> Option<Builtin> {
        let mut all = Builtin::ALL.into_iter();
        let found = all.find(|(_, its)| *its == name);
        found.map(|(builtin, _)| builtin)
    }

    /// Whether a variable of `[variables]` may not be called so.
    pub fn is_taken(name: &str) -> bool {
        Builtin::named(name).is_some()
    }
}

impl fmt::Display for Builtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut all = Builtin::ALL.iter();
        let found = all.find(|(builtin, _)| builtin == self);
        write!(f, "{{{}}}", found.map_or("", |(_, name)| *name))
    }
}

/// A part of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Itself.
    Text(String),
    /// What the variable stands for.
    Variable(Builtin),
}

/// A word of a command.
pub(super) type Word = Vec<Piece>;

/// What is wrong with a command or a variable.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// There is no such variable.
    #[error("there is no variable `{{{name}}}`{}", did_you_mean(.near.as_deref()))]
    Unknown {
        /// What was written.
        name: String,
        /// What there is.
        near: Option<String>,
    },
    /// A variable that needs itself.
    #[error("the variables go round in a loop: {}", .0.join(" -> "))]
    Loop(Vec<String>),
    /// A `{` without its `}`, or the reverse.
    #[error("a `{0}` without its other half (a brace itself is written twice: `{0}{0}`)")]
    Brace(char),
    /// A quotation without its end.
    #[error("a quotation mark without its other half")]
    Quote,
    /// Nothing to run.
    #[error("an empty command")]
    Empty,
    /// Commands that would grow without end.
    #[error("with what its variables stand for it has more than {LONGEST} octets")]
    TooLong,
}

/// The longest command: variables that double one another would fill the memory.
const LONGEST: usize = 1 << 17;

/// Splits a command into words as a shell would, and puts in what the user's own variables stand for; the builtin ones stay.
///
/// # Errors
/// Unknown variables, loops, quotations and braces without an end, an empty command.
pub(super) fn words(
    command: &str,
    variables: &BTreeMap<String, String>,
) -> Result<Vec<Word>, Wrong> {
    let mut expansion = Expansion {
        variables,
        within: Vec::new(),
        octets: 0,
    };
    let mut words = Vec::new();
    expansion.words(command, &mut words)?;
    if words.is_empty() {
        return Err(Wrong::Empty);
    }
    Ok(words)
}

/// A command that is being expanded.
struct Expansion<'a> {
    variables: &'a BTreeMap<String, String>,
    /// The variables whose values it is in, the outermost first.
    within: Vec<String>,
    /// How many were read so far.
    octets: usize,
}

impl Expansion<'_> {
    fn words(&mut self, text: &str, words: &mut Vec<Word>) -> Result<(), Wrong> {
        self.count(text)?;
        for word in shlex::split(text).ok_or(Wrong::Quote)? {
            // A variable that stands alone may be several words.
            let inner = word.strip_prefix('{');
            let name = inner.and_then(|rest| rest.strip_suffix('}'));
            if let Some(value) = name.and_then(|name| self.variables.get(name)) {
                self.enter(name.unwrap_or_default())?;
                self.words(value, words)?;
                self.within.pop();
                continue;
            }
            let mut pieces = Vec::new();
            self.pieces(&word, &mut pieces)?;
            if pieces.is_empty() {
                // A word of no characters: `""`.
                pieces.push(Piece::Text(String::new()));
            }
            words.push(pieces);
        }
        Ok(())
    }

    /// What a word is made of: texts, and builtin variables.
    fn pieces(&mut self, word: &str, pieces: &mut Word) -> Result<(), Wrong> {
        self.count(word)?;
        let mut rest = word;
        while let Some(at) = rest.find(['{', '}']) {
            let (text, from) = rest.split_at(at);
            push(pieces, text);
            let doubled = ["{{", "}}"].into_iter().find(|two| from.starts_with(two));
            if let Some(two) = doubled {
                push(pieces, two.get(..1).unwrap_or_default());
                rest = from.get(2..).unwrap_or_default();
                continue;
            }
            let inner = from.strip_prefix('{').ok_or(Wrong::Brace('}'))?;
            let (name, after) = inner.split_once('}').ok_or(Wrong::Brace('{'))?;
            if let Some(value) = self.variables.get(name) {
                self.enter(name)?;
                self.pieces(value, pieces)?;
                self.within.pop();
            } else {
                let builtin = Builtin::named(name).ok_or_else(|| unknown(name, self.variables))?;
                pieces.push(Piece::Variable(builtin));
            }
            rest = after;
        }
        push(pieces, rest);
        Ok(())
    }

    /// Goes into a variable's value, unless it is there already.
    fn enter(&mut self, name: &str) -> Result<(), Wrong> {
        let comes_round = self.within.iter().position(|outer| outer == name);
        self.within.push(name.to_owned());
        match comes_round {
            Some(at) => Err(Wrong::Loop(self.within.split_off(at))),
            None => Ok(()),
        }
    }

    fn count(&mut self, text: &str) -> Result<(), Wrong> {
        self.octets += text.len() + 1;
        match self.octets {
            0..=LONGEST => Ok(()),
            _ => Err(Wrong::TooLong),
        }
    }
}

fn push(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(Piece::Text(before)) => before.push_str(text),
        _ => pieces.push(Piece::Text(text.to_owned())),
    }
}

fn unknown(name: &str, variables: &BTreeMap<String, String>) -> Wrong {
    let builtin = Builtin::ALL.iter().map(|(_, name)| *name);
    let there = builtin.chain(variables.keys().map(String::as_str));
    Wrong::Unknown {
        name: name.to_owned(),
        near: nearest(name, there).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quickcheck::quickcheck;

    fn variables(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(owned).collect()
    }

    /// Words as a reader would write them.
    fn told(words: &[Word]) -> Vec<String> {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Variable(builtin) => builtin.to_string(),
        };
        words
            .iter()
            .map(|word| word.iter().map(piece).collect())
            .collect()
    }

    #[test]
    fn commands_become_words() {
        let own = variables(&[
            ("flags", "-O2 '-DNAME=a b' {more}"),
            ("more", "-Wall"),
            ("program", "{out}/sensor"),
        ]);
        for (command, expected) in [
            ("{cc} -c x.c", &["{cc}", "-c", "x.c"][..]),
            (
                "{cc} {flags} -o {program}",
                &["{cc}", "-O2", "-DNAME=a b", "-Wall", "-o", "{out}/sensor"],
            ),
            // Within a word a variable is text.
            ("'{flags}'x", &["-O2 '-DNAME=a b' -Wallx"]),
            ("a '' \"b c\"", &["a", "", "b c"]),
            ("{{x}} {target}{{", &["{x}", "{target}{"]),
        ] {
            assert_eq!(told(&words(command, &own).unwrap()), expected, "{command}");
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        let own = variables(&[("a", "x {b}"), ("b", "{c}y"), ("c", "{a}"), ("me", "{me}")]);
        for (command, expected) in [
            ("{a}", "in a loop: a -> b -> c -> a"),
            ("cc {me}", "in a loop: me -> me"),
            ("{tagret}", "no variable `{tagret}`, did you mean `target`?"),
            ("{out", "a `{` without"),
            ("out}", "a `}` without"),
            ("'x", "a quotation mark"),
            ("", "an empty command"),
        ] {
            let wrong = words(command, &own).unwrap_err().to_string();
            assert!(wrong.contains(expected), "{command}: {wrong}");
        }
    }

    #[test]
    fn variables_that_double_one_another_do_not_fill_the_memory() {
        let mut own = variables(&[("v0", "x y")]);
        for level in 1..40 {
            let before = level - 1;
            own.insert(format!("v{level}"), format!("{{v{before}}} {{v{before}}}"));
        }
        assert_eq!(words("{v39}", &own), Err(Wrong::TooLong));
        assert_eq!(words("x{v39}", &own), Err(Wrong::TooLong));
    }

    quickcheck! {
        fn no_command_makes_it_panic(command: String, name: String, value: String) -> bool {
            let own = BTreeMap::from([(name, value)]);
            let _ = words(&command, &own);
            true
        }
    }
}
