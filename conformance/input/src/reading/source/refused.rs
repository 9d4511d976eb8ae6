//! What a compiler refused is tried once more without what it refused: another type's stand-in, or a compiler that does not take the text.

use super::plan::{Compilation, Made, Plan};
use super::*;

/// So often something else is tried.
const ROUNDS: usize = 6;

/// What is not tried again.
#[derive(Default)]
pub(super) struct Refused {
    /// Types of C libraries for which nothing can stand in: the user's own lines hand them to functions of this machine's.
    pub(super) stand_ins: BTreeSet<String>,
    /// Compilers that do not take what this machine's preprocessor left, by name.
    pub(super) compilers: BTreeSet<String>,
    rounds: usize,
}

impl Work<'_> {
    /// Learns from what was refused; whether something else can be tried.
    pub(super) fn refuse(&mut self, plan: &Plan, made: &[(Compilation, Made)]) -> bool {
        let mut stand_ins = BTreeSet::new();
        let mut compilers = BTreeSet::new();
        for (step, (_, made)) in plan.steps.iter().zip(made) {
            let Err(complaint) = made else { continue };
            let found = self.stand_ins_in(step.seen);
            let names = || found.into_iter().flat_map(BTreeMap::keys);
            let named = || names().filter(|name| is_in(complaint, name));
            match named().next() {
                Some(_) => stand_ins.extend(named().cloned()),
                None if !step.is_own && step.front_end.name != self.front_end.name => {
                    compilers.insert(step.front_end.name.clone());
                }
                // Who complains need not name the type that it stumbles over.
                None => stand_ins.extend(names().cloned()),
            }
        }
        self.refused.rounds += 1;
        let is_new = !stand_ins.is_subset(&self.refused.stand_ins)
            || !compilers.is_subset(&self.refused.compilers);
        self.refused.stand_ins.extend(stand_ins);
        self.refused.compilers.extend(compilers);
        is_new && self.refused.rounds < ROUNDS
    }
}

/// Whether a complaint names what stands in for a type.
fn is_in(complaint: &str, name: &str) -> bool {
    let stand_in = format!("{}{name}", library::PREFIX);
    let mut words = complaint.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.any(|word| word == stand_in)
}
