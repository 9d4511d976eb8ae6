//! A command with what its variables stand for put in.

mod variables;

use std::collections::BTreeMap;

pub use variables::{Builtin, Wrong};
use variables::{Piece, Word, words};

/// A command in which only builtin variables are left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command(Vec<Word>);

/// What builtin variables stand for; most are one word.
pub type Values = BTreeMap<Builtin, Vec<String>>;

impl Command {
    /// Reads one.
    ///
    /// # Errors
    /// A variable that is not there or needs itself, a brace or a quote without its other half.
    pub fn read(text: &str, variables: &BTreeMap<String, String>) -> Result<Command, Wrong> {
        words(text, variables).map(Command)
    }

    /// The builtin variables in it.
    pub fn builtins(&self) -> impl Iterator<Item = Builtin> + '_ {
        let pieces = self.0.iter().flatten();
        pieces.filter_map(|piece| match piece {
            Piece::Variable(builtin) => Some(*builtin),
            Piece::Text(_) => None,
        })
    }

    /// Whether a variable is in it.
    pub fn has(&self, wanted: Builtin) -> bool {
        self.builtins().any(|builtin| builtin == wanted)
    }

    /// The command with what is known put in; what is not known yet stays.
    #[must_use]
    pub fn with(&self, values: &Values) -> Command {
        let word = |word: &Word| -> Vec<Word> {
            if let [Piece::Variable(builtin)] = word.as_slice()
                && let Some(value) = values.get(builtin)
            {
                let words = value.iter().cloned();
                return words.map(|text| vec![Piece::Text(text)]).collect();
            }
            let piece = |piece: &Piece| match piece {
                Piece::Variable(builtin) => match values.get(builtin) {
                    Some(value) => Piece::Text(value.join(" ")),
                    None => piece.clone(),
                },
                Piece::Text(_) => piece.clone(),
            };
            vec![word.iter().map(piece).collect()]
        };
        Command(self.0.iter().flat_map(word).collect())
    }

    /// Its words; a variable that has no value yet stays as it is written.
    pub fn words(&self) -> Vec<String> {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Variable(builtin) => builtin.to_string(),
        };
        let word = |word: &Word| word.iter().map(piece).collect();
        self.0.iter().map(word).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_put_in_and_the_rest_stays() {
        let command = Command::read("{cc} -o {out}/x --port={port} {request}", &BTreeMap::new());
        let command = command.unwrap();
        let one = |text: &str| vec![text.to_owned()];
        let of_target = Values::from([
            (Builtin::Gcc, vec!["gcc".to_owned(), "-m32".to_owned()]),
            (Builtin::Out, one("/a b")),
        ]);
        let half = command.with(&of_target);
        let expected = ["gcc", "-m32", "-o", "/a b/x", "--port={port}", "{request}"];
        assert_eq!(half.words(), expected);
        let of_exchange = Values::from([
            (Builtin::Port, one("80")),
            (Builtin::Request, vec!["1".to_owned(), "{cc}".to_owned()]),
        ]);
        let whole = half.with(&of_exchange).words();
        let within = Command::read("make CC={cc}", &BTreeMap::new()).unwrap();
        assert_eq!(within.with(&of_target).words(), ["make", "CC=gcc -m32"]);
        // What was put in is not read again.
        assert_eq!(whole[4..], ["--port=80", "1", "{cc}"]);
    }
}
