//! The claims of the suite, and whether they hold.

use std::borrow::Cow;

use crate::encoding::Encoding;
use crate::judged::Judged;
use crate::own;
use crate::verdict::{Claim, Verdict};

/// A sentence that is so, or is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The sentence.
    pub claim: Cow<'static, str>,
    /// The encodings that it is not about, though one might think so.
    pub except: Vec<&'static str>,
    /// Whether it held in everything that ran.
    pub held: bool,
    /// How many cells (or participants) it was tried on.
    pub tried: usize,
}

/// What is claimed of cells. A claim that nothing was there to try is left out: it is not known to hold.
pub fn of_cells(judged: &[Judged]) -> Vec<Claimed> {
    let traps = proto::all()
        .iter()
        .filter(|encoding| encoding.trap().is_some());
    let is = |claim: Claim| {
        move |encoding: Encoding| match encoding {
            Encoding::Sum(sum) => Claim::about(sum) == claim,
            Encoding::Own(_) => false,
        }
    };
    let claims = [
        Claimed {
            except: traps.map(|trap| trap.name()).collect(),
            ..about(
                "text and explicit encodings are correct in every cell",
                judged,
                is(Claim::CorrectEverywhere),
            )
        },
        about(
            "raw structs, and the traps among the others, do exactly what the model predicts",
            judged,
            is(Claim::AsPredicted),
        ),
    ];
    let own = of_own(judged);
    let all = claims.into_iter().chain(own);
    all.filter(|claim| claim.tried > 0).collect()
}

/// What users claim of encodings of their own, one after the other.
fn of_own(judged: &[Judged]) -> Vec<Claimed> {
    let mut own: Vec<&'static own::Encoding> = Vec::new();
    for judged in judged {
        if let Encoding::Own(encoding) = judged.cell.encoding
            && !own.iter().any(|other| other.name == encoding.name)
        {
            own.push(encoding);
        }
    }
    let claimed = |encoding: &'static own::Encoding| {
        let sentence = encoding.claim.sentence(&encoding.name);
        about(sentence, judged, |other| other.name() == encoding.name)
    };
    own.into_iter().map(claimed).collect()
}

fn about(
    claim: impl Into<Cow<'static, str>>,
    judged: &[Judged],
    is_of_it: impl Fn(Encoding) -> bool,
) -> Claimed {
    let cells = judged
        .iter()
        .filter(|judged| is_of_it(judged.cell.encoding));
    let verdicts: Vec<_> = cells.filter_map(|judged| judged.verdict).collect();
    let ran = |verdict: &&Verdict| matches!(verdict, Verdict::Held | Verdict::Broken);
    Claimed {
        claim: claim.into(),
        except: Vec::new(),
        held: !verdicts.contains(&Verdict::Broken),
        tried: verdicts.iter().filter(ran).count(),
    }
}

/// What is claimed of participants: that of `tried`, all but `differing` measured on themselves what the model says.
pub fn of_facts(tried: usize, differing: usize) -> Option<Claimed> {
    let claim = "every participant's own facts equal the model's";
    (tried > 0).then_some(Claimed {
        claim: claim.into(),
        except: Vec::new(),
        held: differing == 0,
        tried,
    })
}

/// The word for what is claimed of one encoding, in its line of the report.
pub fn in_a_word(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Sum(sum) => match Claim::about(sum) {
            Claim::CorrectEverywhere => "correct everywhere",
            Claim::AsPredicted => "as predicted",
        },
        Encoding::Own(own) => own.claim.in_a_word(),
    }
}
