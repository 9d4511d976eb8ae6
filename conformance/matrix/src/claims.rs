//! The claims of the suite, and whether they hold.

use crate::judged::JudgedCell;
use crate::protocol::Protocol;
use crate::verdict::CellVerdict;

/// A sentence that is so, or is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The sentence.
    pub claim: String,
    /// The encodings that it is not about, though one might think so.
    pub except: Vec<String>,
    /// Whether it held in everything that ran.
    pub held: bool,
    /// How many cells (or participants) it was tried on.
    pub tried: usize,
}

/// What a protocol claims of its cells. A claim that nothing was there to try is left out: it is not known to hold.
pub fn of_cells(protocol: &dyn Protocol, judged: &[JudgedCell]) -> Vec<Claimed> {
    let claimed = protocol.claims().into_iter().map(|claim| {
        let is_about = |judged: &&JudgedCell| {
            let mut about = claim.about.iter();
            about.any(|name| name == judged.cell.encoding.name())
        };
        let cells = judged.iter().filter(is_about);
        let verdicts: Vec<_> = cells.filter_map(|judged| judged.verdict).collect();
        let ran =
            |verdict: &&CellVerdict| matches!(verdict, CellVerdict::Held | CellVerdict::Broken);
        Claimed {
            held: !verdicts.contains(&CellVerdict::Broken),
            tried: verdicts.iter().filter(ran).count(),
            claim: claim.sentence,
            except: claim.except,
        }
    });
    claimed.filter(|claim| claim.tried > 0).collect()
}

/// What is claimed of participants: that of `tried`, all but `differing` measured on themselves what the model says.
pub fn of_facts(tried: usize, differing: usize) -> Option<Claimed> {
    (tried > 0).then(|| Claimed {
        claim: "every participant's own facts equal the model's".to_owned(),
        except: Vec::new(),
        held: differing == 0,
        tried,
    })
}
