//! A probe for one compiler of one target, and what it must print.

use std::sync::Arc;

use super::job::Job;
use super::probe::{self, Expected};

use super::{Shown, Verified};
use crate::{Anatomy, Checked};

/// A type that a compiler lays out as it is declared here, with its number: what the model says of it, for that compiler.
pub(super) type Asked = Vec<(usize, Anatomy)>;

/// A program to be run.
pub(super) struct Probe {
    pub(super) job: Arc<Job>,
    /// Its source.
    pub(super) text: String,
    /// What it must print, line by line, and of which type.
    expected: Vec<(String, Expected)>,
}

/// So many values a program: what a compiler needs grows faster than the program.
const A_PROGRAM: usize = 4_000;

impl Probe {
    /// Probes of these types, as many as it takes. `declarations` is what the compiler's preprocessor left of the source.
    pub(super) fn all(
        job: &Arc<Job>,
        declarations: &str,
        asked: &Asked,
        checked: &[Checked<'_>],
    ) -> Vec<Probe> {
        let mut probes = Vec::new();
        let mut rest = asked.as_slice();
        while !rest.is_empty() {
            let mut values = 0;
            let few = rest.iter().take_while(|(_, anatomy)| {
                values += anatomy.fields.len();
                values <= A_PROGRAM
            });
            // One type is never split.
            let (asked, others) = rest.split_at(few.count().max(1));
            probes.push(Probe::of(Arc::clone(job), declarations, asked, checked));
            rest = others;
        }
        probes
    }

    /// A probe of these types.
    fn of(
        job: Arc<Job>,
        declarations: &str,
        asked: &[(usize, Anatomy)],
        checked: &[Checked<'_>],
    ) -> Probe {
        let mut cases = Vec::new();
        let mut expected = Vec::new();
        for (number, anatomy) in asked {
            let Some(Checked { case, .. }) = checked.get(*number) else {
                continue;
            };
            // A compiler's own type (`struct __va_list_tag`) is declared nowhere, and no source can name it.
            let place = case.subject.declared.as_ref();
            if place.is_none_or(|place| place.line == 0) {
                continue;
            }
            cases.push((*number, case.subject.name.as_str(), anatomy));
            let lines = probe::expected(*number, &job.abi, anatomy);
            let name = &case.subject.name;
            expected.extend(lines.into_iter().map(|line| (name.clone(), line)));
        }
        Probe {
            text: probe::source(declarations, &cases),
            job,
            expected,
        }
    }

    /// Compares what it printed.
    pub(super) fn compare(&self, printed: &str, verified: &mut Verified) {
        let mut printed = printed.lines();
        for (name, expected) in &self.expected {
            verified.probed += 1;
            let seen = printed.next().unwrap_or_default();
            if seen != expected.line {
                let name = format!("{name}, {}", expected.path);
                let model = Shown::Octets(expected.line.clone());
                verified.mismatch(&self.job, name, model, Shown::Octets(seen.to_owned()));
            }
        }
    }
}
