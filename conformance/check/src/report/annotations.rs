//! GitHub's annotations: a line a finding, shown beside the declaration.

use std::fmt::{self, Write};

use super::sarif::words;
use crate::{Checked, Finding};
use kit::annotations::{data, property};

/// One workflow command for each finding.
///
/// # Errors
/// Those of `out`.
pub(super) fn write(
    checked: &Checked<'_>,
    denied: impl Fn(&Finding) -> bool,
    out: &mut impl Write,
) -> fmt::Result {
    let subject = &checked.case.subject;
    let place = match &subject.declared {
        Some(place) => format!(
            "file={},line={},",
            property(super::sarif::relative(&place.file)),
            place.line
        ),
        None => String::new(),
    };
    for finding in &checked.findings {
        let level = if denied(finding) { "error" } else { "warning" };
        let title = property(&format!("crossum: {}", finding.rule.code));
        let message = data(&words(&subject.name, finding));
        writeln!(out, "::{level} {place}title={title}::{message}")?;
    }
    Ok(())
}
