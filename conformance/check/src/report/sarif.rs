//! SARIF 2.1.0 (OASIS), for code scanning.

use std::path::Path;

use serde_json::{Value, json};

use super::Told;
use crate::{Checked, Finding, findings};
use kit::sarif::log;

/// One run with a result for each finding.
pub fn document(told: &Told) -> Value {
    let rules: Vec<Value> = findings::all()
        .iter()
        .map(|rule| {
            json!({
                "id": rule.code,
                "shortDescription": { "text": rule.title },
                "fullDescription": { "text": rule.explain },
                "help": { "text": rule.cure },
            })
        })
        .collect();
    log(rules, told.results.clone())
}

/// A result for each finding of a type.
pub(super) fn results(checked: &Checked<'_>, denied: impl Fn(&Finding) -> bool) -> Vec<Value> {
    let subject = &checked.case.subject;
    let location = subject.declared.as_ref().map(|place| {
        let region = (place.line > 0).then(|| json!({ "startLine": place.line }));
        let uri = relative(&place.file);
        let mut physical = serde_json::Map::new();
        physical.insert("artifactLocation".to_owned(), json!({ "uri": uri }));
        physical.extend(region.map(|region| ("region".to_owned(), region)));
        json!({ "physicalLocation": physical, "logicalLocations": [{ "name": subject.name }] })
    });
    let locations: Vec<_> = location.iter().collect();
    let results = checked.findings.iter().map(|finding| {
        json!({
            "ruleId": finding.rule.code,
            "level": if denied(finding) { "error" } else { "warning" },
            "message": { "text": words(&subject.name, finding) },
            "locations": locations,
        })
    });
    results.collect()
}

/// A finding in a sentence.
pub(super) fn words(name: &str, finding: &Finding) -> String {
    let of = match finding.found.field.as_str() {
        "" => name.to_owned(),
        field => format!("{name}, {field}"),
    };
    format!(
        "{of}: {}. Cure: {}.",
        finding.found.message, finding.rule.cure
    )
}

/// A path as the repository has it, where it is under the current folder: that is where code scanning looks.
pub(super) fn relative(path: &str) -> &str {
    let here = std::env::current_dir().unwrap_or_default();
    let inside = Path::new(path).strip_prefix(&here).ok();
    inside.and_then(Path::to_str).unwrap_or(path)
}
