//! A user's own protocol: what its file says of it is all that is known. There is no model of it.

pub mod claim;

use std::path::Path;
use std::sync::Arc;

use proto::Family;

use crate::expectation::{Ends, Expectation, Expected};
use crate::message::declared::DeclaredTypes;
use crate::outcome::Outcome;
use crate::protocol::{self, Encoding, Field, Protocol, Value, Vector};
use crate::verdict::Due;
use claim::Claim;

/// An encoding as its row in the file declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// Its name.
    pub name: String,
    /// The kind of it: text, the machine's own struct, or a written format.
    pub family: Family,
    /// What is claimed of it.
    pub claim: Claim,
    /// The type of its requests, where it was named.
    pub types: Option<DeclaredTypes>,
    /// Where its row begins in the file, from 1.
    pub line: usize,
}

/// A request, and what is promised for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Words, one space between two.
    pub request: String,
    /// What comes back.
    pub promise: Promise,
}

/// What a right answer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Promise {
    /// A reply of these words, one space between two.
    Reply(String),
    /// A refusal, with its reason.
    Refused(String),
}

/// The protocol.
pub struct Own {
    listed: String,
    claims: Vec<protocol::ClaimSentence>,
    encodings: Vec<Arc<dyn Encoding>>,
    vectors: Vec<Vector>,
}

/// One of its encodings.
struct OwnEncoding {
    declaration: Declaration,
    /// What is asked in it.
    questions: Arc<[Question]>,
}

impl Own {
    /// The protocol that a file declares.
    pub fn new(file: &Path, declarations: &[Declaration], questions: &[Question]) -> Own {
        let claim = |Declaration { name, claim, .. }: &Declaration| protocol::ClaimSentence {
            sentence: claim.sentence(name),
            about: vec![name.clone()],
            except: Vec::new(),
        };
        let vector = |question: &Question| {
            Vector::new([Field {
                name: "request",
                value: Value::Words(question.request.clone()),
            }])
        };
        let all: Arc<[Question]> = questions.into();
        let encoding = |declaration: &Declaration| -> Arc<dyn Encoding> {
            Arc::new(OwnEncoding {
                declaration: declaration.clone(),
                questions: Arc::clone(&all),
            })
        };
        Own {
            listed: format!("; {} lists them", file.display()),
            claims: declarations.iter().map(claim).collect(),
            encodings: declarations.iter().map(encoding).collect(),
            vectors: questions.iter().map(vector).collect(),
        }
    }
}

impl Protocol for Own {
    fn is_modelled(&self) -> bool {
        false
    }

    fn encodings(&self) -> &[Arc<dyn Encoding>] {
        &self.encodings
    }

    fn listed(&self) -> String {
        self.listed.clone()
    }

    fn vectors(&self) -> &[Vector] {
        &self.vectors
    }

    fn vector_count(&self) -> usize {
        self.vectors.len()
    }

    fn claims(&self) -> Vec<protocol::ClaimSentence> {
        self.claims.clone()
    }

    fn correct_ones(&self) -> &'static str {
        "correct"
    }
}

impl Encoding for OwnEncoding {
    fn name(&self) -> &str {
        &self.declaration.name
    }

    fn family(&self) -> Family {
        self.declaration.family
    }

    fn claim(&self) -> &'static str {
        self.declaration.claim.in_a_word()
    }

    fn claimed_at(&self) -> usize {
        self.declaration.line
    }

    fn types(&self) -> Option<&DeclaredTypes> {
        self.declaration.types.as_ref()
    }

    fn is_correct_everywhere(&self) -> bool {
        self.declaration.claim == Claim::CorrectEverywhere
    }

    fn due(&self, ends: Ends<'_>) -> Due {
        self.declaration.claim.due(ends.server, ends.client)
    }

    fn expect(&self, _: Ends<'_>) -> Arc<Expected> {
        let expectation = |question: &Question| Expectation {
            prediction: None,
            promised: match &question.promise {
                Promise::Reply(words) => Outcome::Reply(words.clone()),
                Promise::Refused(why) => Outcome::Refused(why.clone()),
            },
            octets_too: false,
        };
        Arc::new(Expected {
            vectors: self.questions.iter().map(expectation).collect(),
            summary: None,
            causes: Vec::new(),
        })
    }
}
