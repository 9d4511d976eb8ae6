//! Types as a page: each a map of its octets, one for every group of machines and below one another, so that the eye sees what moves.

use std::ops::Range;

use input::conditional::Texts;
use input::machine::{in_order, short};
use kit::html::{component, page, prose};
use kit::octets::{self, Map, swatch};
use maud::{Markup, PreEscaped, html};

use super::Count;
use super::groups::{self, Group};
use super::map;
use super::path::relative;
use super::snippet::{self, Judged};
use super::verdict;
use crate::diagnosis::Diagnosis;
use crate::findings::{self, groups::some};
use crate::{Checked, Portability};

/// So many groups of machines are drawn.
const MAX_GROUPS: usize = 12;

/// The whole page, from what was written of each type.
pub fn document(sections: &[String], count: &Count, machines: &[&str]) -> String {
    let names = in_order(machines.iter().copied()).into_iter().map(short);
    let names: Vec<_> = names.collect();
    let body = html! {
        h1 { "Types between " (kit::words::some(machines.len(), "machine")) }
        ul.facts {
            li { b { (count.types) } "types" }
            li { b.good { (count.portable) } "with the same octets everywhere" }
            li { b.bad { (count.not_portable) } "that break" }
            @if count.undecided > 0 { li { b.part { (count.undecided) } "undecided" } }
        }
        p.quiet { "Machines: " (names.join(", ")) ". Of others nothing is said." }
        ul.legend {
            li { (swatch("field")) "as on the first machines" }
            li { (swatch("moved")) "lies elsewhere" }
            li { (swatch("fault")) "what is to be changed: a click shows why, and to what" }
            li { (swatch("gap")) "padding" }
            li { "a thick edge: the most significant octet" }
        }
        @for section in sections { (PreEscaped(section)) }
    };
    page("Types between machines", &body)
}

/// A type, drawn.
pub(super) fn section(checked: &Checked<'_>, all: &[Judged], texts: &mut Texts) -> String {
    let subject = &checked.case.subject;
    let place = subject.declared.as_ref();
    let line = place.map_or(0, |place| place.line);
    let id = component(&format!("{}-{line}-{}", subject.name, subject.build));
    let groups = groups::of(checked);
    let told = told(all);
    let link = |path: &str| {
        let mut faults = told.iter();
        let fault = faults.find(|(_, one)| is_marked(one) && one.field == path)?;
        Some(format!("#{id}-{}", fault.0))
    };
    let tone = match checked.portability() {
        Portability::Portable => "good",
        Portability::NotPortable => "bad",
        Portability::Undecided => "part",
    };
    let nested: Vec<&str> = owners(all);
    let markup = html! {
        section {
            h2 id=(id) { (subject.name) }
            @if let Some(place) = place {
                p.quiet { (relative(&place.file)) ":" (place.line) }
            }
            p class=(tone) { (prose(&verdict::numbers(checked))) "; " (verdict::machines(checked))
                @if !nested.is_empty() { "; by " (nested.join(", ")) }
                "."
            }
            @if let Some(map) = map::of(checked, &groups) {
                (picture(&map, &groups, &link))
            } @else if !groups.is_empty() {
                p.quiet { "Too large to be drawn; --layout has every offset." }
            }
            @for one in checked.undecided.iter().chain(&checked.refused) {
                p.part { "Undecided on " (some(&one.targets)) ": " (prose(&one.why)) }
            }
            @if !told.is_empty() {
                ul.map-faults {
                    @for (number, one) in &told {
                        li { a href=(format!("#{id}-{number}")) { (one.diagnosis.code) } " "
                            @if is_marked(one) && !one.diagnosis.path.is_empty() {
                                code { (one.diagnosis.path) } ": "
                            }
                            (prose(&snippet::cure(&one.diagnosis)))
                        }
                    }
                }
                @for (number, one) in &told {
                    (reason(&format!("{id}-{number}"), &id, one, texts))
                }
            }
        }
    };
    markup.into_string()
}

/// What is told with this type and not with another, and its place among all; a type has one byte order.
fn told(all: &[Judged]) -> Vec<(usize, &Judged)> {
    let is_told = |one: &Judged| !one.diagnosis.is_nested && (one.denied || !one.diagnosis.follows);
    let mut told: Vec<_> = all
        .iter()
        .enumerate()
        .filter(|(_, one)| is_told(one))
        .collect();
    let mut has_order = false;
    told.retain(|(_, one)| {
        let is_order = one.diagnosis.code == "byte-order";
        !is_order || !std::mem::replace(&mut has_order, true)
    });
    told
}

/// Whether it is of one field, so that it is marked in the picture. The byte order is there for all.
fn is_marked(one: &Judged) -> bool {
    one.diagnosis.code != "byte-order"
}

/// The types that declare what is wrong, where they are others.
fn owners(all: &[Judged]) -> Vec<&str> {
    let nested = all.iter().filter(|one| one.diagnosis.is_nested);
    let mut owners: Vec<&str> = nested.map(|one| one.diagnosis.owner.as_str()).collect();
    owners.sort_unstable();
    owners.dedup();
    owners
}

/// Why it is so and what to do, which a click shows.
fn reason(id: &str, of: &str, one: &Judged, texts: &mut Texts) -> Markup {
    let Diagnosis { code, spot, .. } = &one.diagnosis;
    let rule = findings::named(code).ok();
    let line = spot.as_ref().and_then(|spot| {
        let line = texts.line(&spot.file, spot.line)?;
        Some(marked(line, spot.columns.clone()?))
    });
    html! {
        div.map-reason id=(id) {
            h3 { (code) }
            @if is_marked(one) {
                p { (prose(&snippet::words(&one.diagnosis))) "." }
            } @else {
                p { "Every number of several octets: " (prose(&one.diagnosis.message)) "." }
            }
            @if let Some(spot) = spot {
                p.quiet { (relative(&spot.file)) ":" (spot.line) }
                @if let Some(line) = line.filter(|_| is_marked(one)) { pre { (line) } }
            }
            p { b { "Cure: " } (prose(&snippet::cure(&one.diagnosis))) "." }
            @if let Some(rule) = rule {
                @for text in rule.explain.split("\n\n") { p { (prose(text)) } }
            }
            p { a href=(format!("#{of}")) { "back" } }
        }
    }
}

/// A line with what is meant marked in it.
fn marked(line: &str, columns: Range<usize>) -> Markup {
    let octet = |column: usize| {
        let mut places = line.char_indices().map(|(at, _)| at);
        places.nth(column.saturating_sub(1)).unwrap_or(line.len())
    };
    let (start, end) = (octet(columns.start), octet(columns.end));
    let part = |range: Range<usize>| line.get(range).unwrap_or_default();
    html! { (part(0..start)) mark { (part(start..end)) } (part(end..line.len())) }
}

fn picture(map: &Map, groups: &[Group<'_>], link: &dyn Fn(&str) -> Option<String>) -> Markup {
    html! {
        div.scroll.map tabindex="0" role="group" aria-label="octets" {
            div style=(format!("width: max(100%, {}px)", map.width)) {
                (octets::ruler(map))
                @for (group, strip) in groups.iter().zip(&map.strips).take(MAX_GROUPS) {
                    div.map-label {
                        b { (group.name) }
                        @if group.machines.len() > 1 { ": " (some(&group.machines)) }
                        span.quiet { " " (verdict::octets(strip.size)) }
                    }
                    (octets::strip(map, strip, link))
                }
            }
        }
        @if groups.len() > MAX_GROUPS {
            p.quiet { (groups.len() - MAX_GROUPS) " more groups of machines are not drawn; --layout names them." }
        }
    }
}
