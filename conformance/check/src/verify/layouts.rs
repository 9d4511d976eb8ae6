//! What compilers say of layouts, beside what the model says.

use std::collections::{BTreeMap, BTreeSet};

use layout::Layouts;
use layout::dwarf::Program;

use super::observed::Lying;
use super::work::Job;
use super::{Said, Verified};
use crate::findings::{self, Found};
use crate::reading::text::Text;
use crate::{Anatomy, Checked, Finding};

/// What every compiler said so far.
pub(super) struct Compilers {
    /// The source as this machine has it.
    text: Text,
    /// Of each type, by its number, on each target.
    said: BTreeMap<(usize, String), Vec<Lying>>,
    targets: BTreeSet<String>,
}

/// A type that a compiler lays out as it is declared here, with its number: what the model says of it, for that compiler.
pub(super) type Asked = Vec<(usize, Anatomy)>;

impl Compilers {
    /// Nobody so far; `text` is what this machine's preprocessor leaves of the source.
    pub(super) fn new(text: &str) -> Compilers {
        Compilers {
            text: Text::of(text, false),
            said: BTreeMap::new(),
            targets: BTreeSet::new(),
        }
    }

    /// On how many targets somebody spoke.
    pub(super) fn targets(&self) -> usize {
        self.targets.len()
    }

    /// Compares what one compiler made of the types.
    pub(super) fn compare(
        &mut self,
        job: &Job,
        program: &Program,
        text: &Text,
        checked: &[Checked<'_>],
        verified: &mut Verified,
    ) -> Asked {
        let target = &job.target.name;
        self.targets.insert(target.clone());
        let mut asked = Asked::new();
        for (number, checked) in checked.iter().enumerate() {
            let name = &checked.case.subject.name;
            let mut undecided = checked.undecided.iter();
            if undecided.any(|one| one.targets.contains(target)) {
                verified.undecided.push((name.clone(), target.clone()));
                continue;
            }
            // As this compiler has it: gcc and clang do not agree everywhere, and the model knows where.
            let mut on = checked.case.on.iter();
            let read = on.find(|on| on.machines.contains(&target.as_str()));
            let Some(read) = read.and_then(|on| on.read) else {
                continue;
            };
            let layouts = Layouts::new(&job.abi, read.types);
            let Ok(anatomy) = Anatomy::of(&layouts, read.types, read.subject.kind) else {
                continue;
            };
            let model = Lying::modelled(&anatomy);
            let named = program.of_name(name).next();
            let lying = named.and_then(|named| Lying::compiled(program, named.kind));
            // Attributes are no part of what debug information tells: where they come from a macro, the texts show it.
            let alike = |lying: &Lying| {
                lying.same_text(&model) && (*lying == model || !self.text.differs(text, name))
            };
            let Some(lying) = lying.filter(alike) else {
                verified.other_text.push((name.clone(), target.clone()));
                continue;
            };
            verified.layouts += 1;
            if lying == model {
                verified.equal += 1;
            } else {
                let compiled = Said::Layout(lying.clone());
                verified.mismatch(job, name.clone(), Said::Layout(model), compiled);
            }
            let said = self.said.entry((number, target.clone()));
            said.or_default().push(lying);
            asked.push((number, anatomy));
        }
        asked
    }

    /// Where two compilers of one target lay a type out differently, the type has a finding.
    pub(super) fn disagreements(self, checked: &mut [Checked<'_>]) {
        let Ok(rule) = findings::named("compiler-disagreement") else {
            return;
        };
        let mut apart: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for ((number, target), said) in self.said {
            if said.windows(2).any(|pair| pair.first() != pair.last()) {
                apart.entry(number).or_default().push(target);
            }
        }
        for (number, targets) in apart {
            let Some(checked) = checked.get_mut(number) else {
                continue;
            };
            let message = format!(
                "gcc and clang lay it out differently on {}",
                targets.join(", ")
            );
            checked.findings.push(Finding {
                rule,
                found: Found {
                    field: String::new(),
                    message,
                    targets,
                },
            });
        }
    }
}
