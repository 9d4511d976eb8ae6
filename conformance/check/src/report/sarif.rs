//! SARIF 2.1.0 (OASIS), for code scanning.

use std::collections::BTreeMap;

use super::Told;
use super::path::relative;
use super::snippet::{self, Judged};
use crate::diagnosis::Spot;
use crate::{Checked, findings};
use kit::sarif::{Fix, Found, Level, Location, Log, LogicalLocation, Place, Rule};

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
pub(super) fn results(checked: &Checked<'_>, all: &[Judged]) -> Vec<Found> {
    let subject = &checked.case.subject;
    let results = all.iter().map(|judged| {
        let one = &judged.diagnosis;
        let location = one.spot.as_ref().map(|spot| Location {
            physical_location: place(spot),
            logical_locations: vec![LogicalLocation::Name(subject.name.clone())],
        });
        // What is mended where it is declared is not mended here once more.
        let own = Some(&one.fixes).filter(|_| !one.is_nested);
        let fix = own
            .and_then(|fixes| fixes.split_first())
            .map(|(first, more)| {
                let line = one.line.as_deref().unwrap_or(&first.text);
                let text = |fix: &crate::diagnosis::Fix| (place(&fix.spot), fix.text.clone());
                let (at, new) = text(first);
                let fix = Fix::new(snippet::advice(one, line), at, new);
                more.iter().fold(fix, |fix, one| {
                    let (at, new) = text(one);
                    fix.and(at, new)
                })
            });
        Found {
            rule_id: one.code,
            level: match judged.denied {
                true => Level::Error,
                false => Level::Warning,
            },
            message: words(&subject.name, judged).into(),
            locations: location.into_iter().collect(),
            fixes: fix.into_iter().collect(),
            partial_fingerprints: BTreeMap::new(),
        }
    });
    results.collect()
}

fn place(spot: &Spot) -> Place {
    let place = Place::new(relative(&spot.file), spot.line);
    match &spot.columns {
        Some(columns) => place.columns(columns.clone()),
        None => place,
    }
}

/// A finding in a sentence.
pub(super) fn words(subject: &str, judged: &Judged) -> String {
    let one = &judged.diagnosis;
    let of = match judged.field.as_str() {
        "" => subject.to_owned(),
        field => format!("{subject}, {field}"),
    };
    let cure = snippet::cure(one);
    format!("{of}: {}. Cure: {cure}.", one.message)
}
