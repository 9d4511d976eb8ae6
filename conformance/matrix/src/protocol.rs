//! The seam between the matrix and the protocols that it runs: the sums of PROTOCOL.md ([`crate::sums`]), and a user's own ([`crate::own`]).
//!
//! A cell holds an [`Encoding`]; a run holds the [`Protocol`] that all its encodings are of. Only what chooses a protocol (`select`) names one of the two.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use layout::Abi;
use proto::Family;

use crate::expectation::{Ends, Expected};
use crate::message::declared::DeclaredTypes;
use crate::verdict::Due;

/// What a run needs of its protocol.
pub trait Protocol: Send + Sync {
    /// Whether there is a model of it, which predicts outcomes. Without one only promises are expected, and causes are inferred from the cells that ran (`infer`).
    fn is_modelled(&self) -> bool;

    /// Its encodings, in the order of reports.
    fn encodings(&self) -> &[Arc<dyn Encoding>];

    /// Where its encodings are listed: the end of a message about a name that is none of theirs.
    fn listed(&self) -> String;

    /// What is asked in every cell: at least one vector, all with the same fields.
    fn vectors(&self) -> &[Vector];

    /// How many vectors there are; known before they are made, where they are made when they are needed.
    fn vector_count(&self) -> usize;

    /// The options of the command line that ask the same again, each after a space; none where they are the defaults.
    fn options(&self) -> String {
        String::new()
    }

    /// What of the command line decided which vectors there are.
    fn choice(&self) -> VectorChoice {
        VectorChoice::default()
    }

    /// What is claimed of its encodings, in sentences.
    fn claims(&self) -> Vec<ClaimSentence>;

    /// What its encodings that are correct everywhere are called together.
    fn correct_ones(&self) -> &'static str;

    /// The facts of a machine that a participant measures and the model knows.
    fn facts(&self, abi: &Abi) -> BTreeMap<String, String> {
        abi.fact_words()
    }
}

/// What a cell needs of its encoding.
pub trait Encoding: Send + Sync {
    /// Its name.
    fn name(&self) -> &str;

    /// Its family.
    fn family(&self) -> Family;

    /// Why it is not what its family promises, where it only looks like one of it.
    fn trap(&self) -> Option<&str> {
        None
    }

    /// What is claimed of it, in a word or two.
    fn claim(&self) -> &'static str;

    /// Where that is written, in the file that says who takes part: a line, from 1.
    fn claimed_at(&self) -> usize {
        1
    }

    /// The type of its requests, where a user named it.
    fn types(&self) -> Option<&DeclaredTypes> {
        None
    }

    /// Whether it is claimed to be correct between any two machines.
    fn is_correct_everywhere(&self) -> bool;

    /// What its claim asks of a cell between two machines.
    fn due(&self, ends: Ends<'_>) -> Due;

    /// What is expected of a cell between two machines, for each of the protocol's vectors.
    fn expect(&self, ends: Ends<'_>) -> Arc<Expected>;
}

/// A sentence about encodings that is so, or is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimSentence {
    /// The sentence.
    pub sentence: String,
    /// The names of the encodings that it is about.
    pub about: Vec<String>,
    /// The names of those that it is not about, though one might think so.
    pub except: Vec<String>,
}

/// What chose the vectors of a run, as far as the command line did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VectorChoice {
    /// What the random ones came from, where some may be random.
    pub seed: Option<u64>,
    /// Those that were named one by one.
    pub given: Vec<(i64, i64)>,
}

/// What is asked in one exchange: fields, in their order. Copies share them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vector(Arc<[Field]>);

/// A field of a vector: a column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The column's name.
    pub name: &'static str,
    /// What is in it.
    pub value: Value,
}

/// What is in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number.
    Number(i64),
    /// Words, one space between two.
    Words(String),
}

impl Vector {
    /// A vector of these fields.
    pub fn new(fields: impl IntoIterator<Item = Field>) -> Vector {
        Vector(fields.into_iter().collect())
    }

    /// Its fields.
    pub fn fields(&self) -> &[Field] {
        &self.0
    }

    /// The number in a field, if there is such a field and it holds one.
    pub fn number(&self, name: &str) -> Option<i64> {
        match self.value(name)? {
            Value::Number(number) => Some(*number),
            Value::Words(_) => None,
        }
    }

    /// The words in a field, if there is such a field and it holds words.
    pub fn words(&self, name: &str) -> Option<&str> {
        match self.value(name)? {
            Value::Number(_) => None,
            Value::Words(words) => Some(words),
        }
    }

    fn value(&self, name: &str) -> Option<&Value> {
        let mut fields = self.0.iter();
        let found = fields.find(|field| field.name == name);
        found.map(|field| &field.value)
    }
}

/// As it stands in a line of the participant contract, after the address.
impl fmt::Display for Vector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, field) in self.0.iter().enumerate() {
            let space = if at == 0 { "" } else { " " };
            write!(f, "{space}{}", field.value)?;
        }
        Ok(())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Number(number) => write!(f, "{number}"),
            Value::Words(words) => f.write_str(words),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_is_a_line_of_the_contract_and_its_fields_have_names() {
        let field = |name, value| Field { name, value };
        let vector = Vector::new([
            field("a", Value::Number(-22)),
            field("request", Value::Words("x y".to_owned())),
        ]);
        assert_eq!(vector.to_string(), "-22 x y");
        assert_eq!((vector.number("a"), vector.words("a")), (Some(-22), None));
        assert_eq!(vector.words("request"), Some("x y"));
        assert_eq!((vector.number("request"), vector.number("b")), (None, None));
    }
}
