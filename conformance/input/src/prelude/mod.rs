//! Words of other compilers: what a prelude makes of them, so that gcc and Clang read what was written for those.
//!
//! The words are data (`words.toml`), one row each. Most of them cannot be macros: `__packed struct` packs with its own compiler, and `__attribute__((packed)) struct` packs nothing with gcc. So the text that a preprocessor left is rewritten, for every machine alike.

mod bodies;
mod text;
mod words;

use std::collections::{BTreeMap, BTreeSet};

pub use words::{UnknownPrelude, Word, named, of_word};

/// What is done to a text that a preprocessor left, before it is compiled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rewriting {
    words: BTreeMap<&'static str, &'static Word>,
    without_bodies: bool,
}

impl Rewriting {
    /// With these words; where two preludes have one, the later counts.
    pub fn add(&mut self, words: impl IntoIterator<Item = &'static Word>) {
        let words = words.into_iter().map(|word| (word.word.as_str(), word));
        self.words.extend(words);
    }

    /// With a prelude of each name.
    ///
    /// # Errors
    /// There is none of a name.
    pub fn with(&self, names: &[impl AsRef<str>]) -> Result<Rewriting, UnknownPrelude> {
        let mut more = self.clone();
        for name in names {
            more.add(named(name.as_ref())?);
        }
        Ok(more)
    }

    /// Without what functions do: no type depends on it, but that a compiler may refuse to read it.
    #[must_use]
    pub fn without_bodies(&self) -> Rewriting {
        Rewriting {
            without_bodies: true,
            ..self.clone()
        }
    }

    /// The macros that a preprocessor is given: `NAME(PARAMETERS)=BODY`.
    pub fn macros(&self) -> impl Iterator<Item = &'static str> {
        self.words
            .values()
            .filter_map(|word| word.macro_.as_deref())
    }

    /// A text, rewritten; every line keeps its number.
    pub fn of(&self, text: &str) -> String {
        let mut rewritten = match self.words.is_empty() {
            true => text.to_owned(),
            false => words::replaced(text, &self.words),
        };
        if self.without_bodies {
            rewritten = bodies::dropped(&rewritten);
        }
        rewritten
    }

    /// The words of it that are in a text, with the preludes that have them.
    pub fn met(&self, text: &str) -> BTreeSet<&'static str> {
        if self.words.is_empty() {
            return BTreeSet::new();
        }
        let tokens = text::Tokens::of(text);
        let met = tokens.words().filter_map(|word| self.words.get(word));
        met.map(|word| word.word.as_str()).collect()
    }
}
