//! A line for each finding, as compilers write them: editors find the place in it.

use std::fmt::{self, Write};

use super::path::relative;
use super::snippet::{self, Judged};

/// Where the code stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `wire.h:6:53: warning[width]: ...`
    Own,
    /// `wire.h:6:53: warning: ... [width]`
    Gcc,
}

/// A line for each finding.
pub(super) fn write(all: &[Judged], form: Form, out: &mut impl Write) -> fmt::Result {
    let mut order_is_told = false;
    for one in all {
        let Judged {
            diagnosis, denied, ..
        } = one;
        // Who declares it is told, too.
        if diagnosis.is_nested || diagnosis.follows && !denied {
            continue;
        }
        let mut words = snippet::words(diagnosis);
        // A type has one byte order.
        if diagnosis.code == "byte-order" {
            if order_is_told {
                continue;
            }
            order_is_told = true;
            let fields = all.iter().map(|one| &one.diagnosis);
            let fields = fields.filter(|one| one.code == diagnosis.code && !one.is_nested);
            words = snippet::sentence(&fields.collect::<Vec<_>>(), diagnosis);
        }
        if let Some(spot) = &diagnosis.spot {
            write!(out, "{}:", relative(&spot.file))?;
            if spot.line > 0 {
                write!(out, "{}:", spot.line)?;
                // Problem matchers want a column.
                let column = spot.columns.as_ref().map_or(1, |columns| columns.start);
                write!(out, "{column}:")?;
            }
            write!(out, " ")?;
        }
        let level = if *denied { "error" } else { "warning" };
        let (code, cure) = (diagnosis.code, snippet::cure(diagnosis));
        match form {
            Form::Own => writeln!(out, "{level}[{code}]: {words}; {cure}")?,
            Form::Gcc => writeln!(out, "{level}: {words}; {cure} [{code}]")?,
        }
    }
    Ok(())
}
