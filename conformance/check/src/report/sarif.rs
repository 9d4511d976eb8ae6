//! SARIF 2.1.0 (OASIS), for code scanning.

use std::collections::BTreeMap;
use std::path::Path;

use super::Told;
use crate::{Checked, Finding, findings};
use kit::sarif::{Found, Level, Location, Log, LogicalLocation, Place, Rule};

/// One run with a result for each finding.
pub fn document(told: &Told) -> Log {
    let rules = findings::all().iter().map(|rule| Rule {
        id: rule.code,
        short_description: rule.title.into(),
        full_description: rule.explain.into(),
        help: rule.cure.into(),
    });
    Log::new(rules.collect(), told.results.clone())
}

/// A result for each finding of a type.
pub(super) fn results(checked: &Checked<'_>, denied: impl Fn(&Finding) -> bool) -> Vec<Found> {
    let subject = &checked.case.subject;
    let location = subject.declared.as_ref().map(|place| Location {
        physical_location: Place::new(relative(&place.file), place.line),
        logical_locations: vec![LogicalLocation::Name(subject.name.clone())],
    });
    let results = checked.findings.iter().map(|finding| Found {
        rule_id: finding.rule.code,
        level: match denied(finding) {
            true => Level::Error,
            false => Level::Warning,
        },
        message: words(&subject.name, finding).into(),
        locations: location.iter().cloned().collect(),
        partial_fingerprints: BTreeMap::new(),
    });
    results.collect()
}

/// A finding in a sentence.
pub(super) fn words(name: &str, finding: &Finding) -> String {
    let of = match finding.found.field.as_str() {
        "" => name.to_owned(),
        field => format!("{name}, {field}"),
    };
    format!("{of}: {}. Cure: {}.", finding.found.message, finding.cure())
}

/// A path as the repository has it, where it is under the current folder: that is where code scanning looks.
pub(super) fn relative(path: &str) -> &str {
    let here = std::env::current_dir().unwrap_or_default();
    let inside = Path::new(path).strip_prefix(&here).ok();
    inside.and_then(Path::to_str).unwrap_or(path)
}
