//! What compilers say of layouts, beside what the model says.

use std::collections::{BTreeMap, BTreeSet};

use input::reading::Readings;
use input::reading::text::Text;
use layout::Layouts;
use layout::dwarf::Program;

use super::job::Job;
use super::observed::ObservedLayout;
use super::octets::Asked;
use super::{Shown, Verified};
use crate::findings::{self, Found};
use crate::{Anatomy, Checked, Finding};

/// What every compiler said so far.
pub(super) struct Compilers<'r> {
    /// What each machine's compiler was seen to see.
    readings: &'r Readings,
    /// By their numbers, types that another compiler of a machine sees otherwise than the one that was read: who, and where.
    otherwise: Vec<(usize, String, String)>,
    /// Of each type, by its number, on each target.
    said: BTreeMap<(usize, String), Vec<ObservedLayout>>,
    targets: BTreeSet<String>,
}

impl<'r> Compilers<'r> {
    /// Nobody so far.
    pub(super) fn new(readings: &'r Readings) -> Compilers<'r> {
        Compilers {
            readings,
            otherwise: Vec::new(),
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
            let mut on = checked.case.on.iter();
            let on = on.find(|on| on.machines.contains(&target.as_str()));
            let Some((on, read)) = on.and_then(|on| Some((on, on.read?))) else {
                continue;
            };
            // As this compiler has it: gcc and clang do not agree everywhere, and the model knows where.
            let abi = on.abi.with_compiler(job.abi.compiler());
            let layouts = Layouts::new(&abi, read.types);
            let Ok(anatomy) = Anatomy::of(&layouts, read.types, read.subject.kind) else {
                continue;
            };
            let model = ObservedLayout::modelled(&anatomy);
            let seen = self.readings.text(target);
            let is_otherwise = seen.is_some_and(|seen| seen.differs(text, name));
            let named = program.of_name(name).next();
            let observed = named.and_then(|named| ObservedLayout::compiled(program, named.kind));
            // On Debian 13 gcc gives 32-bit machines 64 bits of time, and clang does not: it sees other lines of the same headers.
            let is_below = |observed: &ObservedLayout| {
                !observed.lies_as(&model) && seen.is_some_and(|seen| seen.differs_below(text, name))
            };
            let Some(observed) = observed.filter(|observed| !is_otherwise && !is_below(observed))
            else {
                verified.other_text.push((name.clone(), target.clone()));
                let compiler = job.compiler.make.name();
                self.otherwise
                    .push((number, compiler.to_owned(), target.clone()));
                continue;
            };
            verified.layouts += 1;
            if observed.lies_as(&model) {
                verified.equal += 1;
            } else {
                let compiled = Shown::Layout(observed.clone());
                verified.mismatch(job, name.clone(), Shown::Layout(model), compiled);
            }
            let said = self.said.entry((number, target.clone()));
            said.or_default().push(observed);
            asked.push((number, anatomy));
        }
        asked
    }

    /// Where two compilers of one target lay a type out differently, or see different declarations of it, the type has a finding.
    pub(super) fn disagreements(self, checked: &mut [Checked<'_>]) {
        if let Ok(rule) = findings::named("conditional-text") {
            let mut by_compiler: BTreeMap<(usize, &str), Vec<String>> = BTreeMap::new();
            for (number, compiler, target) in &self.otherwise {
                let targets = by_compiler.entry((*number, compiler)).or_default();
                targets.push(target.clone());
            }
            for ((number, compiler), targets) in by_compiler {
                let found = Found {
                    cure: None,
                    field: String::new(),
                    message: format!(
                        "{compiler} sees another declaration of it on {}",
                        targets.join(", ")
                    ),
                    targets,
                };
                if let Some(checked) = checked.get_mut(number) {
                    checked.findings.push(Finding { rule, found });
                }
            }
        }
        let Ok(rule) = findings::named("compiler-disagreement") else {
            return;
        };
        let mut apart: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for ((number, target), said) in self.said {
            if said
                .windows(2)
                .any(|pair| matches!(pair, [one, other] if !one.lies_as(other)))
            {
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
                    cure: None,
                    field: String::new(),
                    message,
                    targets,
                },
            });
        }
    }
}
