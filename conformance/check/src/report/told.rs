//! What is said of many types, in every format that was asked for; a type can be forgotten once it is told.

use std::fmt;

use input::Machine;
use input::conditional::{Renamed, Texts};
use input::reading::Row;
use kit::sarif::Found;
use serde_json::value::RawValue;

use super::diagnoses::Screen;
use super::snippet::Judged;
use super::{Count, annotations, document, page, sarif, short, table};
use crate::policy::Policy;
use crate::{Checked, diagnosis};

/// Which formats are asked for.
#[derive(Clone, Debug)]
pub struct Formats {
    /// What people read.
    pub text: Text,
    /// The machine-readable report.
    pub json: bool,
    /// SARIF.
    pub sarif: bool,
    /// The page.
    pub html: bool,
    /// How wide a table may be, in characters.
    pub width: usize,
    /// The file that has another name in reports, if one has.
    pub renamed: Option<Renamed>,
}

/// What is written for people to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// What is wrong, and a verdict on each type.
    Diagnoses,
    /// A table for each type: fields down, machines across.
    Layout,
    /// A line for each finding, for editors.
    Short,
    /// The same as gcc writes it: what knows gcc's lines knows these.
    Gcc,
    /// GitHub's annotations.
    Annotations,
}

/// What was said so far.
#[derive(Debug, Default)]
pub struct Told {
    /// How many types came to what.
    pub count: Count,
    /// Tables, lines or annotations.
    text: String,
    screen: Screen,
    /// Rows of the machine-readable report, already written: much smaller than what they are made from.
    pub(super) types: Vec<Box<RawValue>>,
    /// What the page has of each type.
    pub sections: Vec<String>,
    /// SARIF's results.
    pub(super) results: Vec<Found>,
}

/// A type could not be written down.
#[derive(Debug, thiserror::Error)]
pub enum Untold {
    /// As text.
    #[error(transparent)]
    Text(#[from] fmt::Error),
    /// As JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

impl Told {
    /// Tells one more type.
    ///
    /// # Errors
    /// None that is known of: memory takes everything.
    pub fn tell(
        &mut self,
        checked: &Checked<'_>,
        formats: &Formats,
        policy: &Policy,
        texts: &mut Texts,
    ) -> Result<(), Untold> {
        let denied = |finding: &_| policy.denies(finding);
        self.count.add(checked, denied);
        // A table says what was found and no more.
        let is_wanted =
            formats.text != Text::Layout || formats.json || formats.sarif || formats.html;
        let diagnoses = is_wanted.then(|| diagnosis::of(checked, texts));
        let judged = diagnoses.into_iter().flatten();
        let judged = judged
            .zip(&checked.findings)
            .map(|(mut diagnosis, finding)| {
                // What is accepted where it is declared is not told there.
                if diagnosis.is_nested && policy.allows(finding, &diagnosis.owner) {
                    diagnosis.is_nested = false;
                    diagnosis.owner.clone_from(&checked.case.subject.name);
                    diagnosis.path.clone_from(&finding.found.field);
                }
                Judged {
                    diagnosis,
                    field: finding.found.field.clone(),
                    denied: denied(finding),
                }
            });
        let judged: Vec<Judged> = judged.collect();
        match formats.text {
            Text::Layout => table::write(checked, denied, formats.width, &mut self.text)?,
            Text::Short => short::write(&judged, short::Form::Own, &mut self.text)?,
            Text::Gcc => short::write(&judged, short::Form::Gcc, &mut self.text)?,
            Text::Annotations => {
                annotations::write(&checked.case.subject.name, &judged, &mut self.text)?;
            }
            Text::Diagnoses => {}
        }
        if formats.json {
            self.types.push(document::row(checked, &judged)?);
        }
        if formats.sarif {
            self.results.extend(sarif::results(checked, &judged));
        }
        if formats.html {
            self.sections.push(page::section(checked, &judged, texts));
        }
        if formats.text == Text::Diagnoses {
            self.screen.add(checked, judged);
        }
        Ok(())
    }

    /// What people read of it, taken out.
    ///
    /// # Errors
    /// None that is known of: memory takes everything.
    pub fn take_text(&mut self, formats: &Formats) -> Result<String, fmt::Error> {
        let mut text = std::mem::take(&mut self.text);
        std::mem::take(&mut self.screen).write(
            formats.width,
            &mut Texts::with(formats.renamed.as_ref()),
            &mut text,
        )?;
        Ok(text)
    }

    /// Tells a type that was read for none of these machines, if it is declared on one.
    ///
    /// # Errors
    /// None that is known of: memory takes everything.
    pub fn tell_unread(
        &mut self,
        row: &Row,
        machines: &[Machine<'_>],
        formats: &Formats,
    ) -> Result<(), fmt::Error> {
        let undecided: Vec<_> = row.undecided(machines).collect();
        if undecided.is_empty() {
            return Ok(());
        }
        self.count.types += 1;
        self.count.undecided += 1;
        match formats.text {
            Text::Diagnoses => self.screen.add_unread(&row.name, undecided),
            Text::Layout => table::unread(&row.name, &undecided, &mut self.text)?,
            // These are for what is found.
            Text::Short | Text::Gcc | Text::Annotations => {}
        }
        Ok(())
    }

    /// Adds what was told of the types behind these.
    pub fn append(&mut self, mut behind: Told) {
        self.count.append(behind.count);
        self.text.push_str(&behind.text);
        self.screen.append(behind.screen);
        self.types.append(&mut behind.types);
        self.sections.append(&mut behind.sections);
        self.results.append(&mut behind.results);
    }
}
