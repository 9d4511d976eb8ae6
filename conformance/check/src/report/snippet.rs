//! Diagnoses as compilers give them: what is the case, and the source line with the field underlined. rustc's own crate draws them.

use std::collections::BTreeMap;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use input::conditional::Texts;

use super::path::relative;
use crate::anatomy::as_declared;
use crate::diagnosis::{Diagnosis, Spot};

/// So many lines of a declaration are shown.
const MAX_LINES: usize = 8;

/// So many faults of a declaration are told.
const MAX_TITLES: usize = 8;

/// So many fields that have the same fault are named.
const MAX_NAMED: usize = 3;

/// A diagnosis, and whether it is denied.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub(super) diagnosis: Diagnosis,
    /// The path in the type that was asked about.
    pub(super) field: String,
    pub(super) denied: bool,
}

/// All that is wrong with a declaration: a line for each fault, the worst first, then the declaration once.
pub(super) fn block(all: &[Judged], width: usize, texts: &mut Texts) -> String {
    let mut titles = titles(all);
    let untold = titles.len().saturating_sub(MAX_TITLES);
    titles.truncate(MAX_TITLES);
    let renderer = Renderer::styled().term_width(width);
    let mut text = String::new();
    let mut helps: Vec<&str> = Vec::new();
    for Judged { diagnosis, .. } in all {
        // Of two faults of one field that has one cure, the cure is said once.
        let has_cure = |one: &Diagnosis| one.line.is_some() || one.said.is_some();
        let mut others = all.iter().map(|one| &one.diagnosis);
        let is_said = has_cure(diagnosis)
            || diagnosis.code == "conditional-text"
                && others.any(|one| has_cure(one) && one.path == diagnosis.path);
        if !is_said && !helps.contains(&diagnosis.cure) {
            helps.push(diagnosis.cure);
        }
    }
    let last = titles.len().saturating_sub(1);
    let spots: Vec<_> = all
        .iter()
        .filter_map(|one| Some((one, one.diagnosis.spot.as_ref()?)))
        .collect();
    let source = spots
        .first()
        .and_then(|(_, spot)| excerpt(&spots, &spot.file, texts));
    for (number, (code, denied, words)) in titles.iter().enumerate() {
        let level = if *denied {
            Level::ERROR
        } else {
            Level::WARNING
        };
        let mut group = Group::with_title(level.primary_title(words).id(*code));
        if number == last {
            if let Some(excerpt) = &source {
                group = group.element(excerpt.snippet());
            } else {
                if let Some((_, spot)) = spots.first() {
                    let mut origin = Origin::path(relative(&spot.file));
                    if let Ok(line) = usize::try_from(spot.line)
                        && line > 0
                    {
                        origin = origin.line(line);
                    }
                    group = group.element(origin);
                }
                let mut said: Vec<String> = Vec::new();
                for Judged { diagnosis, .. } in all {
                    let advice = short_advice(diagnosis);
                    // Nothing stands beside it that it could be before.
                    let advice = advice.map(|advice| match advice.strip_suffix(" before it") {
                        Some(line) => format!("{line} before `{}`", diagnosis.path),
                        None => advice,
                    });
                    said.extend(advice.filter(|one| !said.contains(one)));
                }
                group = group.elements(said.into_iter().map(|one| Level::HELP.message(one)));
            }
            if untold > 0 {
                let more = format!("{untold} more, which --format short lists");
                group = group.element(Level::NOTE.message(more));
            }
            if all.iter().any(|one| one.diagnosis.includes) {
                let help = "`#include <stdint.h>` declares these types";
                group = group.element(Level::HELP.message(help));
            }
            for help in &helps {
                group = group.element(Level::HELP.message(*help));
            }
        }
        push_without_gutter(&renderer.render(&[group]), &mut text);
    }
    text
}

/// Without the line that has a gutter and nothing else between a place and its source: on a screen of many declarations it is the line that says least.
fn push_without_gutter(rendered: &str, text: &mut String) {
    let mut is_behind_place = false;
    for line in rendered.lines() {
        let plain = || anstream::adapter::strip_str(line).to_string();
        // Few lines are looked at without their colours, which costs more than the line.
        let is_place = line.contains("-->") && plain().trim_start().starts_with("--> ");
        let is_gutter = is_behind_place && plain().trim() == "|";
        if !is_gutter {
            text.push_str(line);
            text.push('\n');
        }
        is_behind_place = is_place;
    }
}

/// A line for each fault; fields that have the same share one.
fn titles(all: &[Judged]) -> Vec<(&'static str, bool, String)> {
    let mut groups: Vec<(&Judged, Vec<&Diagnosis>)> = Vec::new();
    for one in all {
        let same = groups.iter_mut().find(|(first, _)| {
            first.denied == one.denied
                && first.diagnosis.code == one.diagnosis.code
                && first.diagnosis.message == one.diagnosis.message
        });
        match same {
            Some((_, group)) => group.push(&one.diagnosis),
            None => groups.push((one, vec![&one.diagnosis])),
        }
    }
    let titles = groups.into_iter().map(|(first, group)| {
        let last = group.last().copied().unwrap_or(&first.diagnosis);
        (first.diagnosis.code, first.denied, sentence(&group, last))
    });
    titles.collect()
}

/// What is the case, in a sentence: `` `length` of `struct header`: 8 octets on x86_64; 4 octets on i686; `stamp` moves from 24 to 16 ``.
pub(super) fn sentence(group: &[&Diagnosis], last: &Diagnosis) -> String {
    let owner = &last.owner;
    let paths: Vec<&str> = group
        .iter()
        .map(|one| as_declared(&one.path))
        .filter(|path| !path.is_empty())
        .collect();
    let shown: Vec<_> = paths
        .iter()
        .take(MAX_NAMED)
        .map(|path| format!("`{path}`"))
        .collect();
    let fields = match paths.len().saturating_sub(MAX_NAMED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    };
    let of = if fields.is_empty() {
        format!("`{owner}`")
    } else {
        format!("{fields} of `{owner}`")
    };
    let moved = match &last.moved {
        Some((path, here, there)) => {
            format!("; `{}` moves from {here} to {there}", as_declared(path))
        }
        None => String::new(),
    };
    // Some words begin with the type.
    match last.message.starts_with(&of) {
        true => format!("{}{moved}", last.message),
        false => format!("{of}: {}{moved}", last.message),
    }
}

/// One diagnosis in a sentence, with what to write.
pub(super) fn words(diagnosis: &Diagnosis) -> String {
    sentence(&[diagnosis], diagnosis)
}

/// Where a line is to be written.
pub(super) fn advice(diagnosis: &Diagnosis, line: &str) -> String {
    let place = match (diagnosis.code, diagnosis.path.is_empty()) {
        ("padding", true) => " at the end",
        ("padding", false) => " before it",
        _ => "",
    };
    format!("write `{line}`{place}")
}

/// What to do, in the words that fit beside a line.
pub(super) fn short_advice(diagnosis: &Diagnosis) -> Option<String> {
    let line = diagnosis.line.as_ref();
    line.map(|line| advice(diagnosis, line))
        .or_else(|| diagnosis.said.clone())
}

/// What to do about one field: the declaration, and padding to be written down before it, are one line.
fn together(all: &[&Diagnosis]) -> Vec<String> {
    let is_before = |one: &&&Diagnosis| one.code == "padding" && !one.path.is_empty();
    let before = all.iter().find(is_before).and_then(|one| one.line.as_ref());
    let own = all
        .iter()
        .find(|one| one.code != "padding" && one.line.is_some());
    let own = own.and_then(|one| one.line.as_ref());
    let mut said: Vec<String> = Vec::new();
    if let (Some(before), Some(own)) = (before, own) {
        said.push(format!("write `{before} {own}`"));
    }
    let rest = all
        .iter()
        .filter(|one| said.is_empty() || one.line.is_none());
    let rest: Vec<String> = rest.filter_map(|one| short_advice(one)).collect();
    said.extend(rest);
    said
}

/// What to do, in words.
pub(super) fn cure(diagnosis: &Diagnosis) -> String {
    short_advice(diagnosis).unwrap_or_else(|| diagnosis.cure.to_owned())
}

/// The lines of a file in which something is wrong, and what is said beside them.
struct Excerpt {
    path: String,
    first: usize,
    text: String,
    /// In octets of the text.
    labels: Vec<(Range<usize>, String, bool)>,
}

impl Excerpt {
    fn snippet(&self) -> Snippet<'_, annotate_snippets::Annotation<'_>> {
        let labels = self.labels.iter().map(|(range, label, is_first)| {
            let kind = if *is_first {
                AnnotationKind::Primary
            } else {
                AnnotationKind::Context
            };
            let annotation = kind.span(range.clone());
            match label.as_str() {
                "" => annotation,
                label => annotation.label(label),
            }
        });
        Snippet::source(&self.text)
            .line_start(self.first)
            .path(&self.path)
            .annotations(labels)
    }
}

fn excerpt(
    spots: &[(&Judged, &Spot)],
    file: &std::sync::Arc<str>,
    texts: &mut Texts,
) -> Option<Excerpt> {
    // By line and column: one field can have several faults.
    let mut places: BTreeMap<(u64, usize, usize), Vec<&Diagnosis>> = BTreeMap::new();
    for (one, spot) in spots {
        let Some(columns) = spot.columns.as_ref().filter(|_| spot.file == *file) else {
            continue;
        };
        let place = (spot.line, columns.start, columns.end);
        places.entry(place).or_default().push(&one.diagnosis);
    }
    let worst = spots.iter().find_map(|(_, spot)| {
        let columns = spot.columns.as_ref().filter(|_| spot.file == *file)?;
        Some((spot.line, columns.start, columns.end))
    })?;
    // The worst is always there.
    let mut lines: Vec<u64> = places.keys().map(|(line, ..)| *line).collect();
    lines.dedup();
    lines.truncate(MAX_LINES);
    if !lines.contains(&worst.0) {
        lines = vec![worst.0];
    }
    let (first, last) = (*lines.first()?, *lines.last()?);
    let mut text = String::new();
    let mut begins = BTreeMap::new();
    for line in first..=last {
        begins.insert(line, text.len());
        text.push_str(texts.line(file, line)?);
        text.push('\n');
    }
    let mut labels = Vec::new();
    // Of several fields that need the same words the first has them.
    let mut told: Vec<String> = Vec::new();
    for (place, diagnoses) in &places {
        let (line, start, end) = *place;
        if !lines.contains(&line) {
            continue;
        }
        let begin = begins.get(&line)?;
        let here = texts.line(file, line)?;
        let octet = |column: usize| {
            let mut places = here.char_indices().map(|(at, _)| at);
            begin + places.nth(column.saturating_sub(1)).unwrap_or(here.len())
        };
        let mut said: Vec<String> = Vec::new();
        for advice in together(diagnoses) {
            if !said.contains(&advice) && !told.contains(&advice) {
                said.push(advice);
            }
        }
        told.extend(said.iter().cloned());
        labels.push((octet(start)..octet(end), said.join(", "), *place == worst));
    }
    Some(Excerpt {
        path: relative(file).to_owned(),
        first: usize::try_from(first).ok()?,
        text,
        labels,
    })
}
