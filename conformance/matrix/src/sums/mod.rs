//! The protocol of PROTOCOL.md: two integers are asked, and their sum comes back. There is a model of it ([`predict`]).

pub mod predict;
pub mod vectors;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use kit::names::{Unknown, named};
use layout::Abi;
use proto::Family;

use crate::expectation::{Ends, Expectation, Expected};
use crate::protocol::{ClaimSentence, Encoding, Field, Protocol, Value, Vector, VectorChoice};
use crate::summary::Summary;
use crate::verdict::Due;
use predict::{Link, Promise, raw};
use vectors::{Pair, PairChoice};

/// The protocol, with the vectors of a run.
pub struct Sums {
    pairs: Arc<LazyPairs>,
    encodings: Vec<Arc<dyn Encoding>>,
    vectors: OnceLock<Vec<Vector>>,
}

/// The pairs that are asked in each of its encodings. They are made when they are first needed: there may be too many for the memory, and what selects cells counts first.
struct LazyPairs {
    choice: PairChoice,
    made: OnceLock<Vec<Pair>>,
}

/// One of its encodings.
struct Sum {
    encoding: &'static dyn proto::Encoding,
    pairs: Arc<LazyPairs>,
    /// What is expected between any two machines, where the machines do not matter.
    anywhere: OnceLock<Arc<Expected>>,
}

const LISTED: &str = "; `crossum predict` lists them";

/// The encodings of these names, in the order of PROTOCOL.md; all of them when none is named.
///
/// # Errors
/// A name that is no encoding's.
pub fn encodings(names: &[String]) -> Result<Vec<&'static dyn proto::Encoding>, Unknown> {
    named(
        "encoding",
        proto::all(),
        names,
        |encoding| encoding.name(),
        LISTED,
    )
}

impl Sums {
    /// The protocol, with these vectors.
    pub fn new(choice: PairChoice) -> Sums {
        let pairs = Arc::new(LazyPairs {
            choice,
            made: OnceLock::new(),
        });
        let encoding = |encoding: &&'static dyn proto::Encoding| -> Arc<dyn Encoding> {
            Arc::new(Sum {
                encoding: *encoding,
                pairs: Arc::clone(&pairs),
                anywhere: OnceLock::new(),
            })
        };
        Sums {
            encodings: proto::all().iter().map(encoding).collect(),
            vectors: OnceLock::new(),
            pairs,
        }
    }
}

impl LazyPairs {
    fn all(&self) -> &[Pair] {
        self.made.get_or_init(|| self.choice.pairs())
    }
}

impl From<Pair> for Vector {
    fn from(Pair { a, b }: Pair) -> Vector {
        let field = |name, number| Field {
            name,
            value: Value::Number(number),
        };
        Vector::new([field("a", a), field("b", b)])
    }
}

impl Protocol for Sums {
    fn is_modelled(&self) -> bool {
        true
    }

    fn encodings(&self) -> &[Arc<dyn Encoding>] {
        &self.encodings
    }

    fn listed(&self) -> String {
        LISTED.to_owned()
    }

    fn vectors(&self) -> &[Vector] {
        let pairs = self.pairs.all().iter().copied();
        self.vectors
            .get_or_init(|| pairs.map(Vector::from).collect())
    }

    fn vector_count(&self) -> usize {
        self.pairs.choice.count()
    }

    fn options(&self) -> String {
        self.pairs.choice.options()
    }

    fn choice(&self) -> VectorChoice {
        match &self.pairs.choice {
            PairChoice::Chosen { seed, .. } => VectorChoice {
                seed: Some(*seed),
                given: Vec::new(),
            },
            PairChoice::Given(pairs) => VectorChoice {
                seed: None,
                given: pairs.iter().map(|pair| (pair.a, pair.b)).collect(),
            },
        }
    }

    fn claims(&self) -> Vec<ClaimSentence> {
        let names = |of_them: &dyn Fn(&dyn proto::Encoding) -> bool| {
            let all = proto::all().iter().copied();
            let of_them = all.filter(|encoding| of_them(*encoding));
            of_them.map(|encoding| encoding.name().to_owned()).collect()
        };
        vec![
            ClaimSentence {
                sentence: "text and explicit encodings are correct in every cell".to_owned(),
                about: names(&is_correct_everywhere),
                except: names(&|encoding| encoding.trap().is_some()),
            },
            ClaimSentence {
                sentence: "raw structs, and the traps among the others, do exactly what the model predicts".to_owned(),
                about: names(&|encoding| !is_correct_everywhere(encoding)),
                except: Vec::new(),
            },
        ]
    }

    fn correct_ones(&self) -> &'static str {
        "text, explicit"
    }

    /// Those of the ABI, and those of the struct of `raw-mixed`.
    fn facts(&self, abi: &Abi) -> BTreeMap<String, String> {
        let mut facts = abi.fact_words();
        if let Some(shape) = raw::shape("raw-mixed", abi) {
            let raw::Record { size, align, .. } = shape.request;
            facts.insert("size.raw-mixed".to_owned(), size.to_string());
            facts.insert("align.raw-mixed".to_owned(), align.to_string());
        }
        facts
    }
}

/// Whether an encoding is claimed to be correct between any two machines; of the others it is claimed that they do what the model predicts. Traps look like their family and are not; nothing else is excepted.
fn is_correct_everywhere(encoding: &dyn proto::Encoding) -> bool {
    encoding.family() != Family::Raw && encoding.trap().is_none()
}

impl Encoding for Sum {
    fn name(&self) -> &str {
        self.encoding.name()
    }

    fn family(&self) -> Family {
        self.encoding.family()
    }

    fn trap(&self) -> Option<&str> {
        self.encoding.trap()
    }

    fn claim(&self) -> &'static str {
        match self.is_correct_everywhere() {
            true => "correct everywhere",
            false => "as predicted",
        }
    }

    fn is_correct_everywhere(&self) -> bool {
        is_correct_everywhere(self.encoding)
    }

    fn due(&self, _: Ends<'_>) -> Due {
        match self.is_correct_everywhere() {
            true => Due::RightAsPredicted,
            false => Due::AsPredicted,
        }
    }

    fn expect(&self, ends: Ends<'_>) -> Arc<Expected> {
        let link = Link::new(ends, self.encoding);
        if link.is_same_anywhere() {
            let expected = || Arc::new(self.expected(&link, ends));
            return Arc::clone(self.anywhere.get_or_init(expected));
        }
        Arc::new(self.expected(&link, ends))
    }
}

impl Sum {
    fn expected(&self, link: &Link<'_>, ends: Ends<'_>) -> Expected {
        let promise = Promise::new(ends.client, self.encoding);
        let (mut vectors, mut wrong, mut right) = (Vec::new(), Vec::new(), Vec::new());
        for &pair in self.pairs.all() {
            let (prediction, promised) = (link.predict(pair), promise.of(pair));
            match prediction.outcome == promised {
                true => right.push(pair),
                false => wrong.push(pair),
            }
            vectors.push(Expectation {
                prediction: Some(prediction),
                promised,
                octets_too: self.encoding.is_canonical(),
            });
        }
        let outcomes = vectors.iter().filter_map(|expectation| {
            let prediction = expectation.prediction.as_ref()?;
            Some((&prediction.outcome, &expectation.promised))
        });
        Expected {
            summary: Summary::of(outcomes),
            causes: match wrong.is_empty() {
                true => Vec::new(),
                // Those that come wrong first: what does not help is mostly seen at the first of them.
                false => predict::causes(ends, self.encoding, &[wrong, right].concat()),
            },
            vectors,
        }
    }
}
