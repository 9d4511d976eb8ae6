//! The head of the page: the answer in a line, the claims, the figures, and which encodings survive.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use super::encoding_link;
use crate::cause::Cause;
use crate::report::{Line, Matrix, Tally};
use kit::words::{grouped, some};

pub(super) fn head(matrix: &Matrix<'_>, tally: &Tally) -> Markup {
    let about = match matrix.found {
        Some(_) if matrix.is_own() => {
            "Every client asked every server, in every encoding. Why cells are not right was found by comparing them: what is there in each of them, and in no other."
        }
        Some(_) => {
            "Every client asked every server, in every encoding; a model of the two machines had predicted what comes back, down to the wrong digit."
        }
        None => {
            "What comes back when every client asks every server, in every encoding: predicted from the model of the two machines alone. Nothing was run."
        }
    };
    html! {
        h1 { "Which encodings survive, between which machines" }
        p { (about) }
        (answer(matrix, tally))
        @if let Some(shard) = matrix.shard {
            p { "Shard " (shard) " of the matrix: " code { "crossum merge" } " puts the reports of all " (shard.of) " together." }
        }
        (claims(matrix))
        (figures(matrix, tally))
        (survivors(matrix, tally))
    }
}

/// The answer in a line; nothing where nothing was run.
fn answer(matrix: &Matrix<'_>, tally: &Tally) -> Markup {
    let failing = matrix.claims.iter().filter(|claim| !claim.held).count();
    let mut troubles = Vec::new();
    if failing > 0 || tally.broken > 0 {
        troubles.push(format!(
            "{failing} of {} failing: {} broke",
            some(matrix.claims.len(), "claim"),
            some(tally.broken, "cell")
        ));
    }
    if tally.could_not_run > 0 {
        troubles.push(format!(
            "{} could not run",
            some(tally.could_not_run, "cell")
        ));
    }
    if tally.ran() == 0 {
        troubles.push("nothing ran".to_owned());
    }
    if matrix.interrupted {
        troubles.push("the run was interrupted".to_owned());
    }
    let (class, mark, words) = match troubles.as_slice() {
        [] => ("good", "✓", "Every claim holds".to_owned()),
        troubles => ("bad", "✗", troubles.join("; ")),
    };
    html! {
        @if matrix.found.is_some() {
            p class={ "standing " (class) } { span aria-hidden="true" { (mark) } " " (words) "." }
        }
    }
}

fn claims(matrix: &Matrix<'_>) -> Markup {
    html! {
        @if !matrix.claims.is_empty() {
            ul.claims {
                @for claim in matrix.claims {
                    li {
                        @match claim.held {
                            true => strong.good { "✓ holds" },
                            false => strong.bad { "✗ fails" },
                        }
                        " " (claim.claim)
                        @if !claim.except.is_empty() { ", but for the traps " (claim.except.join(", ")) }
                        " " span.quiet { "(" (grouped(claim.tried)) " tried)" }
                    }
                }
            }
        }
    }
}

fn figures(matrix: &Matrix<'_>, tally: &Tally) -> Markup {
    let bad_if_any = |count: usize| (count > 0).then_some("bad");
    let ran = match matrix.found {
        Some(_) => "cells ran",
        None => "cells predicted",
    };
    html! {
        ul.facts {
            li { b { (grouped(matrix.roles.all.len())) } "participants" }
            li { b { (grouped(tally.targets)) } "targets, " (tally.big_endian_targets) " big-endian" }
            li { b { (grouped(tally.ran())) } (ran) }
            @if matrix.is_own() {
                li { b { (grouped(tally.vectors)) } "exchanges" }
            } @else if matrix.found.is_some() {
                li { b { (grouped(tally.predicted)) } "exchanges as predicted" }
                li { b class=[bad_if_any(tally.mismatched)] { (grouped(tally.mismatched)) } "not as predicted" }
            }
            li { b class=[bad_if_any(tally.could_not_run)] { (grouped(tally.could_not_run)) } "cells could not run" }
            li { b { (grouped(tally.unsupported)) } "not implemented" }
        }
    }
}

/// Which encodings are right everywhere, and which are not and why.
fn survivors(matrix: &Matrix<'_>, tally: &Tally) -> Markup {
    let mut causes: BTreeMap<&str, BTreeSet<Cause>> = BTreeMap::new();
    for judged in matrix.judged {
        if judged.summary.is_some() {
            let name = judged.cell.encoding.name();
            causes.entry(name).or_default().extend(judged.causes());
        }
    }
    // What could not run is no pass.
    let (mut right, mut not, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    for line in &tally.encodings {
        match (line.ran(), line.broken, line.could_not_run) {
            (0, _, 0) => {}
            (ran, 0, 0) if ran == line.correct => right.push(line),
            (ran, 0, _) if ran == line.correct => unknown.push(line),
            _ => not.push(line),
        }
    }
    let breaking = match (matrix.found, tally.broken) {
        (Some(_), 0) if matrix.is_own() => "✗ Break between some machines, as claimed",
        (Some(_), 0) => "✗ Break between some machines, as predicted",
        _ => "✗ Break between some machines",
    };
    let kinds = [
        ("good", "✓ Right in every cell", right),
        ("bad", breaking, not),
        ("bad", "? Not known", unknown),
    ];
    html! {
        dl.survivors {
            @for (class, words, lines) in kinds.iter().filter(|(_, _, lines)| !lines.is_empty()) {
                div {
                    dt class=(class) { (words) ": " (lines.len()) }
                    dd {
                        @for (at, line) in lines.iter().enumerate() {
                            @if at > 0 { ", " }
                            @let name = line.encoding.name();
                            @let why = why(line, causes.get(name).into_iter().flatten());
                            (encoding_link(name))
                            @if !why.is_empty() { " " span.quiet { "(" (why.join(", ")) ")" } }
                        }
                    }
                }
            }
        }
    }
}

/// Why an encoding is not right everywhere.
fn why<'a>(line: &Line, causes: impl Iterator<Item = &'a Cause>) -> Vec<String> {
    let mut words: Vec<_> = causes.map(Cause::to_string).collect();
    if line.starved > 0 {
        words.push("hangs".to_owned());
    }
    if line.broken > 0 {
        words.push(format!("{} not as claimed", some(line.broken, "cell")));
    }
    if line.could_not_run > 0 {
        let cells = some(line.could_not_run, "cell");
        words.push(format!("{cells} could not run"));
    }
    words
}
