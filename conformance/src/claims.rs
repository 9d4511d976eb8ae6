//! The claims of the suite, and whether they hold.

use proto::Encoding;

use crate::judged::Judged;
use crate::verdict::{Claim, Verdict};

/// A sentence that is so, or is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The sentence.
    pub claim: &'static str,
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
    let claims = [
        Claimed {
            claim: "text and explicit encodings are correct in every cell",
            except: traps.map(|trap| trap.name()).collect(),
            ..about(Claim::CorrectEverywhere, judged)
        },
        Claimed {
            claim: "raw structs, and the traps among the others, do exactly what the model predicts",
            ..about(Claim::AsPredicted, judged)
        },
    ];
    claims.into_iter().filter(|claim| claim.tried > 0).collect()
}

fn about(claim: Claim, judged: &[Judged]) -> Claimed {
    let cells = judged
        .iter()
        .filter(|judged| Claim::about(judged.cell.encoding) == claim);
    let verdicts: Vec<_> = cells.filter_map(|judged| judged.verdict).collect();
    let ran = |verdict: &&Verdict| matches!(verdict, Verdict::Held | Verdict::Broken);
    Claimed {
        claim: "",
        except: Vec::new(),
        held: !verdicts.contains(&Verdict::Broken),
        tried: verdicts.iter().filter(ran).count(),
    }
}

/// What is claimed of participants: that of `tried`, all but `differing` measured on themselves what the model says.
pub fn of_facts(tried: usize, differing: usize) -> Option<Claimed> {
    let claim = "every participant's own facts equal the model's";
    (tried > 0).then_some(Claimed {
        claim,
        except: Vec::new(),
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
