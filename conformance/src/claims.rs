//! The claims of the suite, and whether they hold.

use proto::Encoding;

use crate::judged::Judged;
use crate::verdict::{Claim, Verdict};

/// A sentence that is so, or is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The sentence.
    pub claim: String,
    /// Whether it held in everything that ran.
    pub held: bool,
    /// How many cells (or participants) it was tried on.
    pub tried: usize,
}

/// What is claimed of cells. A claim that nothing was there to try is left out: it is not known to hold.
pub fn of_cells(judged: &[Judged]) -> Vec<Claimed> {
    let about = |claim: Claim| {
        let ran = || {
            judged
                .iter()
                .filter(move |cell| Claim::about(cell.cell.encoding) == claim)
                .filter_map(|cell| cell.verdict)
        };
        let tried = ran()
            .filter(|verdict| matches!(verdict, Verdict::Held | Verdict::Broken))
            .count();
        (tried, ran().all(|verdict| verdict != Verdict::Broken))
    };
    let traps: Vec<_> = proto::all()
        .iter()
        .filter(|encoding| encoding.trap().is_some())
        .map(|trap| trap.name())
        .collect();
    let (tried, held) = about(Claim::CorrectEverywhere);
    let everywhere = Claimed {
        claim: "text and explicit encodings are correct in every cell".to_owned(),
        held,
        tried,
    };
    let (tried, held) = about(Claim::AsPredicted);
    let predicted = Claimed {
        claim: format!(
            "raw structs, and the traps {}, do exactly what the model predicts",
            traps.join(" and ")
        ),
        held,
        tried,
    };
    [everywhere, predicted]
        .into_iter()
        .filter(|claim| claim.tried > 0)
        .collect()
}

/// What is claimed of participants: that of `tried`, all but `differing` measured on themselves what the model says.
pub fn of_facts(tried: usize, differing: usize) -> Option<Claimed> {
    let claim = "every participant's own facts equal the model's".to_owned();
    (tried > 0).then_some(Claimed {
        claim,
        held: differing == 0,
        tried,
    })
}

/// The word for what is claimed of one encoding, in its line of the report.
pub fn in_a_word(encoding: &dyn Encoding) -> &'static str {
    match Claim::about(encoding) {
        Claim::CorrectEverywhere => "correct everywhere",
        Claim::AsPredicted => "as predicted",
    }
}
