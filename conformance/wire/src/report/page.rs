//! A port as a page: how the type lies on each machine, how it is written from now on, and between which machines it can be copied, before and after.

use std::fmt::Write as _;

use input::machine::short;
use kit::html::page;
use kit::octets::{self, Kind, MAX_PIECES, Map, Piece, swatch};
use kit::words::some;
use layout::abi::ByteOrder;
use maud::{Markup, html};

use super::port::written;
use crate::form::{Cell, Form, Forms, Padding};
use crate::port::Port;
use crate::prove::{Outcome, Proof};

/// So many forms are drawn, and have a column.
const MAX_FORMS: usize = 12;

/// The whole page, of a port, the type as it is declared, the files that were written, and what came of the proof, if there was one.
pub fn document(port: &Port, forms: &Forms, files: &[String], proofs: Option<&[Proof]>) -> String {
    let title = format!("{}: before and after", port.name);
    let machines: Vec<&str> = machines(forms);
    let pairs = Pairs::of(forms, &machines, proofs);
    let body = html! {
        h1 { (title) }
        (facts(port, forms, &machines, &pairs, proofs))
        @if let Some(declared) = &forms.declared { p.quiet style="overflow-wrap: anywhere" { (declared) } }
        ul.legend {
            li { (swatch("field")) "as on the first machines" }
            li { (swatch("moved")) "lies elsewhere" }
            li { (swatch("gap")) "padding" }
            li { "a thick edge: the most significant octet" }
        }
        h2 { "Before: as the declaration lies in memory" }
        (before(forms))
        h2 { "After: as it is written" }
        (after(port))
        h2 { "Value by value" }
        (table(port, forms))
        h2 { "From machine to machine" }
        (pairs.drawn(&machines))
        @if let Some(proofs) = proofs { (proved(proofs)) }
        @if !files.is_empty() {
            h2 { "Files" }
            ul { @for file in files { li { code { (file) } } } }
        }
    };
    page(&title, &body)
}

/// Those on which the type's form is known, or undecided; builds of one machine that differ in nothing but options are that machine.
fn machines(forms: &Forms) -> Vec<&str> {
    let known = forms.forms.iter().flat_map(|form| &form.machines);
    let unknown = forms.unknown.iter().flat_map(|(_, machines)| machines);
    let all = known.chain(unknown).map(String::as_str);
    all.filter(|name| !name.contains('+')).collect()
}

fn facts(
    port: &Port,
    forms: &Forms,
    machines: &[&str],
    pairs: &Pairs,
    proofs: Option<&[Proof]>,
) -> Markup {
    let size = usize::try_from(port.form.size).unwrap_or(usize::MAX);
    let ways = forms.forms.len();
    let tone = if ways > 1 { "bad" } else { "good" };
    let before = pairs.count(&pairs.before, Pair::Right);
    let after = pairs.count(&pairs.after, Pair::Right);
    html! {
        ul.facts {
            li { b { (machines.len()) } "machines" }
            li { b class=(tone) { (ways) } (if ways == 1 { "layout before" } else { "layouts before" }) }
            li { b { (size) } (if size == 1 { "octet after" } else { "octets after" }) }
            li { b class=(tone) { (before) } "of " (pairs.number()) " pairs of machines before" }
            @match proofs {
                Some(_) => li { b.good { (after) } "of " (pairs.number()) " proved after" },
                None => li { "not proved: " code { "--prove" } " compiles and runs it" },
            }
        }
    }
}

fn before(forms: &Forms) -> Markup {
    let drawn = forms.forms.iter().take(MAX_FORMS);
    let map = Map::of(drawn.map(strip).collect());
    html! {
        @match &map {
            Some(map) => div.scroll.map tabindex="0" role="group" aria-label="octets before" {
                div style=(format!("width: max(100%, {}px)", map.width)) {
                    (octets::ruler(map))
                    @for (form, strip) in forms.forms.iter().zip(&map.strips) {
                        (label(&form.called(), strip.size, order(form)))
                        (octets::strip(map, strip, &|_| None))
                    }
                }
            },
            None => p.quiet { "Too large to be drawn; the table has every place." },
        }
        @if forms.forms.len() > MAX_FORMS {
            p.quiet { (forms.forms.len() - MAX_FORMS) " more layouts are not drawn." }
        }
        @for (why, machines) in &forms.unknown {
            @let machines: Vec<_> = machines.iter().map(|name| short(name)).collect();
            p.part { "Undecided on " (machines.join(", ")) ": " (why) }
        }
    }
}

fn after(port: &Port) -> Markup {
    let of = match &port.machine {
        Some(machine) => format!("every machine, as {} has written it", short(machine)),
        None => "every machine".to_owned(),
    };
    html! {
        @if let Some(map) = Map::of(vec![strip(&port.form)]) {
            div.scroll.map tabindex="0" role="group" aria-label="octets after" {
                div style=(format!("width: max(100%, {}px)", map.width)) {
                    (octets::ruler(&map))
                    @for strip in &map.strips {
                        (label(&of, strip.size, order(&port.form)))
                        (octets::strip(&map, strip, &|_| None))
                    }
                }
            }
        } @else {
            p.quiet { "Too large to be drawn; the table has every place." }
        }
    }
}

fn label(name: &str, size: u64, order: Option<ByteOrder>) -> Markup {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    html! {
        div.map-label {
            b { (name) } " "
            span.quiet { (some(size, "octet")) @if let Some(order) = order { ", " (order) "-endian" } }
        }
    }
}

/// That of its numbers; `None` where they have several, or there is none.
fn order(form: &Form) -> Option<ByteOrder> {
    let wide = form.cells.iter().filter(|cell| cell.bit_size > 8);
    let mut orders = wide.map(|cell| cell.order);
    let first = orders.next()?;
    orders.all(|order| order == first).then_some(first)
}

/// A form as it is drawn.
fn strip(form: &Form) -> (u64, Vec<Piece>) {
    let cells = form
        .cells
        .iter()
        .filter(|cell| cell.bit_end() > cell.bit_offset);
    let cells = cells.take(MAX_PIECES).map(|cell| Piece {
        path: cell.path.clone(),
        label: named(cell).to_owned(),
        title: format!(
            "{}: {}, {}",
            named(cell),
            cell.declared_type(),
            cell.place()
        ),
        begin: cell.bit_offset,
        bits: cell.bit_end() - cell.bit_offset,
        kind: Kind::Field,
        most_significant: (cell.bit_size > 8 && !cell.is_bit_field).then_some(cell.order),
    });
    let padding = form
        .padding
        .iter()
        .take(MAX_PIECES)
        .map(|hole: &Padding| Piece {
            path: String::new(),
            label: String::new(),
            title: format!("{} bits of padding", hole.bit_size),
            begin: hole.bit_offset,
            bits: hole.bit_size,
            kind: Kind::Gap,
            most_significant: None,
        });
    (form.size, cells.chain(padding).collect())
}

fn named(cell: &Cell) -> &str {
    match cell.path.as_str() {
        "" => "(the value)",
        path => path,
    }
}

fn table(port: &Port, forms: &Forms) -> Markup {
    let shown: Vec<&Form> = forms.forms.iter().take(MAX_FORMS).collect();
    let cell_of = |form: &Form, path: &str| {
        let mut cells = form.cells.iter();
        let cell = cells.find(|cell| cell.path == path)?;
        Some((cell.place(), crate::lock::kind(cell)))
    };
    html! {
        div.scroll tabindex="0" role="group" aria-label="values" {
            table {
                caption { "A place is octet:size; of a bit-field octet.bit:bits. In another colour is what lies, or reads, otherwise than on the first machines." }
                thead { tr {
                    th scope="col" { "name" }
                    th scope="col" { "declared as" }
                    th.number scope="col" { "after" }
                    th scope="col" { "is written as" }
                    @for form in &shown {
                        th.number scope="col" {
                            (form.called())
                            @if let Some(order) = order(form) { br; (order) "-endian" }
                        }
                    }
                } }
                tbody {
                    @for (name, cell) in port.fields.iter().zip(&port.form.cells) {
                        tr {
                            th scope="row" { (name) }
                            td { code { (cell.declared_type()) " " (cell.path) } }
                            td.number { b { (cell.place()) } }
                            td { (written(cell)) }
                            @let first = shown.first().and_then(|form| cell_of(form, &cell.path));
                            @for form in &shown {
                                @let here = cell_of(form, &cell.path);
                                @let tone = if here == first { "" } else { " part" };
                                td class={ "number" (tone) } {
                                    @match &here {
                                        Some((place, kind)) => span title=(kind) { (place) },
                                        None => "not there",
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What becomes of octets that one machine writes and another reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pair {
    Right,
    Wrong,
    Unknown,
}

impl Pair {
    /// Its tone, its letter, and what they mean.
    fn told(self) -> (&'static str, char, &'static str) {
        match self {
            Pair::Right => ("tone-right", '=', "reads what was written"),
            Pair::Wrong => ("tone-wrong", 'x', "reads something else"),
            Pair::Unknown => ("tone-unknown", '?', "undecided, or not run"),
        }
    }
}

/// Of every machine with every one, a row each for who writes.
struct Pairs {
    before: Vec<Vec<Pair>>,
    after: Vec<Vec<Pair>>,
}

/// The side of a place of a picture of pairs, and the room for numbers beside it, in its units.
const PLACE: usize = 16;
const MARGIN: usize = 20;

impl Pairs {
    /// Before, two machines go together where the type lies in the same octets; after, where code for both was run and did what the format says.
    fn of(forms: &Forms, machines: &[&str], proofs: Option<&[Proof]>) -> Pairs {
        let lies = |machine: &str| {
            let form = forms.on(machine)?;
            forms.forms.iter().position(|one| std::ptr::eq(one, form))
        };
        let proof = |machine: &str| {
            let mut proofs = proofs.unwrap_or_default().iter();
            let proof = proofs.find(|proof| proof.machine.as_deref() == Some(machine))?;
            match proof.outcome {
                Outcome::Equal => Some(true),
                Outcome::Differs { .. } | Outcome::Fails(_) => Some(false),
                Outcome::CouldNotRun(_) => None,
            }
        };
        let all = |pair: &dyn Fn(&str, &str) -> Pair| {
            let row = |from: &&str| machines.iter().map(|to| pair(from, to)).collect();
            machines.iter().map(row).collect()
        };
        Pairs {
            before: all(&|from, to| match (lies(from), lies(to)) {
                (Some(from), Some(to)) if from == to => Pair::Right,
                (Some(_), Some(_)) => Pair::Wrong,
                _ => Pair::Unknown,
            }),
            after: all(&|from, to| match (proof(from), proof(to)) {
                (Some(true), Some(true)) => Pair::Right,
                (Some(false), _) | (_, Some(false)) => Pair::Wrong,
                _ => Pair::Unknown,
            }),
        }
    }

    fn number(&self) -> usize {
        self.before.iter().map(Vec::len).sum()
    }

    fn count(&self, pairs: &[Vec<Pair>], which: Pair) -> usize {
        pairs
            .iter()
            .flatten()
            .filter(|pair| **pair == which)
            .count()
    }

    fn drawn(&self, machines: &[&str]) -> Markup {
        html! {
            p { "Who writes down, who reads across." }
            ul.legend.tones {
                @for pair in [Pair::Right, Pair::Wrong, Pair::Unknown] {
                    @let (tone, letter, words) = pair.told();
                    li { span class={ "swatch " (tone) } aria-hidden="true" { (letter) } (words) }
                }
            }
            div.panels style="grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); max-width: 72rem" {
                (self.figure("Before", "memory, as the layouts have it", &self.before))
                (self.figure("After", "programs that were compiled and run", &self.after))
            }
            ol style="columns: 12rem" { @for machine in machines { li { (short(machine)) } } }
        }
    }

    fn figure(&self, name: &str, what: &str, pairs: &[Vec<Pair>]) -> Markup {
        let side = MARGIN + PLACE * pairs.len() + 1;
        let right = self.count(pairs, Pair::Right);
        let about = format!("{right} of {} pairs are right", self.number());
        html! {
            figure {
                figcaption { (name) span.quiet { (what) ": " (about) } }
                svg viewBox={ "0 0 " (side) " " (side) } role="img" aria-label=(format!("{name}: {about}")) {
                    @for at in 0..pairs.len() {
                        @let middle = MARGIN + PLACE * at + PLACE / 2;
                        text.tick x=(middle) y="14" { (at + 1) }
                        text.tick x="9" y=(middle + 4) { (at + 1) }
                    }
                    @for pair in [Pair::Right, Pair::Wrong, Pair::Unknown] {
                        @let path = squares(pairs, pair);
                        @if !path.is_empty() { path class=(pair.told().0) d=(path) {} }
                    }
                    @for (row, y) in pairs.iter().zip((MARGIN..).step_by(PLACE)) {
                        @for (pair, x) in row.iter().zip((MARGIN..).step_by(PLACE)) {
                            text x=(x + PLACE / 2) y=(y + PLACE / 2 + 4) { (pair.told().1) }
                        }
                    }
                }
            }
        }
    }
}

/// The places of one kind as one path (SVG 2, section 9.3): a square each.
fn squares(pairs: &[Vec<Pair>], which: Pair) -> String {
    let mut path = String::new();
    let side = PLACE - 1;
    for (row, y) in pairs.iter().zip((MARGIN..).step_by(PLACE)) {
        for (pair, x) in row.iter().zip((MARGIN..).step_by(PLACE)) {
            if *pair == which {
                // Writing to a string cannot fail.
                let _ = write!(path, "M{x} {y}h{side}v{side}h-{side}z");
            }
        }
    }
    path
}

fn proved(proofs: &[Proof]) -> Markup {
    html! {
        h2 { "Proof" }
        p { "Each program reads six records, with a distinct value in every octet, all zeros, all ones, the ends of every width, and one; and writes them again where its language writes." }
        ul.claims style="columns: 22rem" {
            @for Proof { who, outcome, .. } in proofs {
                @match outcome {
                    Outcome::Equal => li { b.good { "equal" } " " (who) },
                    Outcome::Differs { expected, found } => li { b.bad { "differs" } " " (who) ": " (found) ", and it should be " (expected) },
                    Outcome::Fails(why) => li { b.bad { "fails" } " " (who) ": " (why) },
                    Outcome::CouldNotRun(why) => li { b.part { "could not run" } " " (who) ": " (why) },
                }
            }
        }
    }
}
