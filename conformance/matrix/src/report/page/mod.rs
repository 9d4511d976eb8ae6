//! The matrix as a page. First what holds, what broke and what could not run, the matrix at a glance and a line an encoding: all this is there without a script. Then the cells, one by one, to filter and to open.

pub(in crate::report) mod data;
mod distinct;
mod glance;
mod tone;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};

use crate::cell::Cell;
use crate::claims;
use crate::portability::Kind;
use crate::predict::Cause;
use crate::report::{Line, Matrix, Tally, evidence, explained};
use data::Data;
use kit::html::{component, escape, scripted};
use kit::words::{grouped, some};

const SCRIPT: &str = include_str!("page.js");

/// Of what broke, and of why something could not run, so many are listed above the cells.
const MOST: usize = 25;

/// The page.
///
/// # Errors
/// None that writing to a string has, and none that JSON of plain data has.
pub fn page(matrix: &Matrix<'_>) -> anyhow::Result<String> {
    let tally = Tally::of(matrix);
    let mut body = String::new();
    head(matrix, &tally, &mut body)?;
    because(matrix, &mut body)?;
    broken(matrix, &mut body)?;
    could_not_run(matrix, &mut body)?;
    glance::draw(matrix, &mut body)?;
    encodings(matrix, &tally, &mut body)?;
    explorer(matrix, &mut body)?;
    participants(matrix, &mut body)?;
    let json = serde_json::to_string(&Data::of(matrix))?;
    let title = match matrix.found {
        Some(_) => "Matrix: every client against every server",
        None => "Matrix: what the model predicts",
    };
    Ok(scripted(title, &maud::PreEscaped(body), &json, SCRIPT))
}

fn head(matrix: &Matrix<'_>, tally: &Tally, out: &mut String) -> fmt::Result {
    let (word, about) = match matrix.found {
        Some(_) if matrix.is_own() => (
            "ran",
            "Every client asked every server, in every encoding. Why cells are not right was found by comparing them: what is there in each of them, and in no other.",
        ),
        Some(_) => (
            "ran",
            "Every client asked every server, in every encoding; a model of the two machines had predicted what comes back, down to the wrong digit.",
        ),
        None => (
            "predicted",
            "What comes back when every client asks every server, in every encoding: predicted from the model of the two machines alone. Nothing was run.",
        ),
    };
    writeln!(
        out,
        "<h1>Which encodings survive, between which machines</h1>\n<p>{about}</p>"
    )?;
    standing(matrix, tally, out)?;
    let mut facts = vec![
        ("", matrix.roles.all.len(), "participants".to_owned()),
        (
            "",
            tally.targets,
            format!("targets, {} big-endian", tally.big_endian_targets),
        ),
        ("", tally.ran(), format!("cells {word}")),
    ];
    if matrix.is_own() {
        facts.push(("", tally.vectors, "exchanges".to_owned()));
    } else if matrix.found.is_some() {
        let mismatched = if tally.mismatched > 0 { "bad" } else { "" };
        facts.extend([
            ("", tally.predicted, "exchanges as predicted".to_owned()),
            (mismatched, tally.mismatched, "not as predicted".to_owned()),
        ]);
    }
    let troubled = if tally.could_not_run > 0 { "bad" } else { "" };
    facts.extend([
        (
            troubled,
            tally.could_not_run,
            "cells could not run".to_owned(),
        ),
        ("", tally.unsupported, "not implemented".to_owned()),
    ]);
    writeln!(out, "<ul class=\"facts\">")?;
    for (class, number, what) in facts {
        writeln!(
            out,
            "<li><b class=\"{class}\">{}</b>{what}</li>",
            grouped(number)
        )?;
    }
    writeln!(out, "</ul>")?;
    survivors(matrix, tally, out)
}

/// Why cells of the user's own encodings are not right.
fn because(matrix: &Matrix<'_>, out: &mut String) -> fmt::Result {
    if matrix.explained.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h2>Why</h2>\n<ul class=\"troubles\">")?;
    for explained in matrix.explained {
        let lines = explained::lines(explained);
        let [first, rest @ ..] = lines.as_slice() else {
            continue;
        };
        write!(out, "<li>{}", escape(first))?;
        if !rest.is_empty() {
            write!(out, "<ul>")?;
            for line in rest {
                write!(out, "<li>{}</li>", escape(line))?;
            }
            write!(out, "</ul>")?;
        }
        writeln!(out, "</li>")?;
    }
    writeln!(out, "</ul>")
}

/// Which encodings are right everywhere, and which are not and why.
fn survivors(matrix: &Matrix<'_>, tally: &Tally, out: &mut String) -> fmt::Result {
    let mut causes: BTreeMap<&str, BTreeSet<Cause>> = BTreeMap::new();
    for judged in matrix.judged {
        if judged.summary.is_some() {
            let name = judged.cell.encoding.name();
            causes.entry(name).or_default().extend(judged.causes());
        }
    }
    let why = |line: &Line| {
        let causes = causes.get(line.encoding.name()).into_iter().flatten();
        let mut words: Vec<_> = causes.map(Cause::to_string).collect();
        if line.starved > 0 {
            words.push("hangs".to_owned());
        }
        if line.broken > 0 {
            words.push(format!("{} not as claimed", some(line.broken, "cell")));
        }
        if line.could_not_run > 0 {
            words.push(format!(
                "{} could not run",
                some(line.could_not_run, "cell")
            ));
        }
        match words.as_slice() {
            [] => String::new(),
            words => format!(" <span class=\"quiet\">({})</span>", words.join(", ")),
        }
    };
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
        (Some(_), 0) if matrix.is_own() => "&#10007; Break between some machines, as claimed",
        (Some(_), 0) => "&#10007; Break between some machines, as predicted",
        _ => "&#10007; Break between some machines",
    };
    writeln!(out, "<dl class=\"survivors\">")?;
    for (class, words, lines) in [
        ("good", "&#10003; Right in every cell", right),
        ("bad", breaking, not),
        ("bad", "? Not known", unknown),
    ] {
        if lines.is_empty() {
            continue;
        }
        let names = lines.iter().map(|line| {
            let name = line.encoding.name();
            format!(
                "<a href=\"#encoding={}\">{}</a>{}",
                component(name),
                escape(name),
                why(line)
            )
        });
        let names: Vec<_> = names.collect();
        writeln!(
            out,
            "<div><dt class=\"{class}\">{words}: {}</dt><dd>{}</dd></div>",
            names.len(),
            names.join(", ")
        )?;
    }
    writeln!(out, "</dl>")
}

/// The answer in a line, and the claims.
fn standing(matrix: &Matrix<'_>, tally: &Tally, out: &mut String) -> fmt::Result {
    if matrix.found.is_some() {
        let failing = matrix.claims.iter().filter(|claim| !claim.held).count();
        let mut troubles = Vec::new();
        if failing > 0 || tally.broken > 0 {
            troubles.push(format!(
                "{} of {} failing: {} broke",
                failing,
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
            [] => ("good", "&#10003;", "Every claim holds".to_owned()),
            troubles => ("bad", "&#10007;", troubles.join("; ")),
        };
        writeln!(
            out,
            "<p class=\"standing {class}\"><span aria-hidden=\"true\">{mark}</span> {words}.</p>"
        )?;
    }
    if let Some(shard) = matrix.shard {
        writeln!(
            out,
            "<p>Shard {shard} of the matrix: <code>crossum merge</code> puts the reports of all {} together.</p>",
            shard.of
        )?;
    }
    if matrix.claims.is_empty() {
        return Ok(());
    }
    writeln!(out, "<ul class=\"claims\">")?;
    for claim in matrix.claims {
        let (class, word) = match claim.held {
            true => ("good", "&#10003; holds"),
            false => ("bad", "&#10007; fails"),
        };
        let except = match claim.except.as_slice() {
            [] => String::new(),
            names => format!(", but for the traps {}", names.join(", ")),
        };
        writeln!(
            out,
            "<li><strong class=\"{class}\">{word}</strong> {}{} <span class=\"quiet\">({} tried)</span></li>",
            escape(&claim.claim),
            escape(&except),
            grouped(claim.tried)
        )?;
    }
    writeln!(out, "</ul>")
}

/// What leads to a cell: the script opens it.
fn link(cell: &Cell) -> String {
    format!(
        "<a href=\"#{}\">{}</a>",
        escape(&format!(
            "cell={}&server={}&client={}",
            component(cell.encoding.name()),
            component(&cell.server.id.to_string()),
            component(&cell.client.id.to_string())
        )),
        escape(&cell.to_string())
    )
}

fn broken(matrix: &Matrix<'_>, out: &mut String) -> fmt::Result {
    let broken: Vec<_> = evidence::broken(matrix).collect();
    if broken.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<h2 class=\"bad\">Not as claimed: {}</h2>\n<ul class=\"troubles\">",
        some(broken.len(), "cell")
    )?;
    let kinds = evidence::kinds(matrix);
    for kind in kinds.iter().take(MOST) {
        let Some(judged) = kind.first() else {
            continue;
        };
        writeln!(
            out,
            "<li>{}{}<pre>{}</pre><code class=\"command\">{}</code></li>",
            evidence::such_as(kind),
            link(&judged.cell),
            escape(&evidence::of(matrix, judged).join("\n")),
            escape(&matrix.rerun(&judged.cell))
        )?;
    }
    more(kinds.len(), "kinds", out)
}

fn could_not_run(matrix: &Matrix<'_>, out: &mut String) -> fmt::Result {
    let reasons = evidence::reasons(matrix);
    if reasons.is_empty() {
        return Ok(());
    }
    let cells = reasons.values().map(Vec::len).sum();
    writeln!(
        out,
        "<h2 class=\"bad\">Could not run: {}</h2>\n<ul class=\"troubles\">",
        some(cells, "cell")
    )?;
    for (why, cells) in reasons.iter().take(MOST) {
        let Some(first) = cells.first() else {
            continue;
        };
        writeln!(
            out,
            "<li>{}, such as {}<pre>{}</pre><code class=\"command\">{}</code></li>",
            some(cells.len(), "cell"),
            link(&first.cell),
            escape(why),
            escape(&matrix.rerun(&first.cell))
        )?;
    }
    more(reasons.len(), "reasons", out)
}

fn more(all: usize, what: &str, out: &mut String) -> fmt::Result {
    writeln!(out, "</ul>")?;
    match all.checked_sub(MOST) {
        None | Some(0) => Ok(()),
        Some(more) => writeln!(
            out,
            "<p class=\"quiet\">and {} more {what}, among the cells below.</p>",
            grouped(more)
        ),
    }
}

fn encodings(matrix: &Matrix<'_>, tally: &Tally, out: &mut String) -> fmt::Result {
    writeln!(
        out,
        "<h2>Encoding by encoding</h2>
<table class=\"cards\">
<caption>Cells. Partly right: some of a cell's vectors came right, by luck. Hangs: both ends wait for ever.</caption>
<thead><tr><th scope=\"col\">Encoding</th><th scope=\"col\">Family</th>"
    )?;
    for head in ["Cells", "Right", "Partly right", "Wrong", "Hangs", "Other"] {
        write!(out, "<th scope=\"col\" class=\"number\">{head}</th>")?;
    }
    writeln!(out, "<th scope=\"col\">Claim</th></tr></thead>\n<tbody>")?;
    let (shown, blank): (Vec<_>, Vec<_>) = tally
        .encodings
        .iter()
        .partition(|line| line.ran() + line.could_not_run > 0);
    for line in shown {
        let name = line.encoding.name();
        write!(
            out,
            "<tr><th scope=\"row\"><a href=\"#encoding={}\">{}</a></th><td data-label=\"family\">{}</td>",
            component(name),
            escape(name),
            line.encoding.family().name()
        )?;
        for (label, number) in [
            ("cells", line.ran()),
            ("right", line.correct),
            ("partly right", line.lucky),
            ("wrong", line.wrong),
            ("hangs", line.starved),
            ("other", line.other),
        ] {
            // On a phone, where a row is a card, what there is none of is left out.
            let (class, number) = match number {
                0 => ("number wide", "&#8211;".to_owned()),
                number => ("number", grouped(number)),
            };
            write!(
                out,
                "<td class=\"{class}\" data-label=\"{label}\">{number}</td>"
            )?;
        }
        writeln!(
            out,
            "<td class=\"whole\" data-label=\"claim\">{}</td></tr>",
            claimed(matrix, line)
        )?;
    }
    writeln!(out, "</tbody>\n</table>")?;
    if blank.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = blank.iter().map(|line| line.encoding.name()).collect();
    writeln!(
        out,
        "<p class=\"quiet\">No two participants here implement {}.</p>",
        escape(&names.join(", "))
    )
}

/// What is claimed of an encoding, and how that stands.
fn claimed(matrix: &Matrix<'_>, line: &Line) -> String {
    let mut told = escape(claims::in_a_word(line.encoding));
    match (matrix.found, line.broken, line.ran()) {
        (None, _, _) | (_, _, 0) => {}
        (_, 0, _) => told += ": <strong class=\"good\">&#10003; held</strong>",
        (_, broken, _) => {
            let _ = write!(
                told,
                ": <strong class=\"bad\">&#10007; {} broke</strong>",
                some(broken, "cell")
            );
        }
    }
    if line.could_not_run > 0 {
        let count = some(line.could_not_run, "cell");
        let _ = write!(
            told,
            ", <strong class=\"bad\">{count} could not run</strong>"
        );
    }
    if let Some(trap) = line.encoding.trap() {
        let _ = write!(
            told,
            "<br><span class=\"quiet\">a trap: {}</span>",
            escape(trap)
        );
    }
    told
}

/// Where the script puts the cells.
fn explorer(matrix: &Matrix<'_>, out: &mut String) -> fmt::Result {
    let count = grouped(matrix.judged.len());
    let (told, commands) = match matrix.is_own() {
        true => ("what was promised", "the command that runs it"),
        false => (
            "what was predicted and why",
            "the commands that run and explain it",
        ),
    };
    writeln!(
        out,
        "<section id=\"cells\" aria-labelledby=\"cells-title\">
<h2 id=\"cells-title\">Cell by cell</h2>
<p>Servers down, clients across. A cell opens by a click, or by Enter: the octets that went each way, {told}, and {commands}. Arrow keys move.</p>
<noscript><p><strong>This part needs JavaScript</strong>: {count} cells do not fit a plain page. <code>crossum matrix --json</code> has them all.</p></noscript>"
    )?;
    glance::legend(matrix, out)?;
    writeln!(
        out,
        "<form id=\"filters\" class=\"filters\" hidden></form>
<p id=\"count\" class=\"quiet\" role=\"status\"></p>
<div id=\"grid\" class=\"scroll grid\"></div>
<p id=\"here\" class=\"here\" aria-hidden=\"true\"></p>
</section>
<dialog id=\"cell\" aria-labelledby=\"cell-title\"></dialog>"
    )
}

fn participants(matrix: &Matrix<'_>, out: &mut String) -> fmt::Result {
    writeln!(
        out,
        "<details>
<summary>{}: compilers and runners</summary>
<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Participants\">
<table>
<thead><tr><th scope=\"col\">Participant</th><th scope=\"col\">ABI</th><th scope=\"col\">Kind</th><th scope=\"col\">Compiler</th><th scope=\"col\">Runner</th><th scope=\"col\">In trouble</th></tr></thead>
<tbody>",
        some(matrix.roles.all.len(), "participant")
    )?;
    for participant in &matrix.roles.all {
        let known = matrix
            .found
            .and_then(|found| found.known.get(&participant.id));
        let word = |text: Option<&String>| escape(text.map_or("", String::as_str));
        let abi = &participant.target.abi;
        let kind = matrix.abis.get(abi).map(|abi| Kind::of(abi).to_string());
        writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escape(&participant.id.to_string()),
            escape(abi),
            kind.unwrap_or_default(),
            word(known.and_then(|known| known.compiler.as_ref())),
            word(known.and_then(|known| known.runner.as_ref())),
            word(known.and_then(|known| known.trouble.as_ref())),
        )?;
    }
    writeln!(out, "</tbody>\n</table>\n</div>")?;
    let mut by_why: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for left in &matrix.roles.left_out {
        by_why
            .entry(&left.why)
            .or_default()
            .push(left.id.to_string());
    }
    if !by_why.is_empty() {
        writeln!(out, "<p>Not in this matrix:</p>\n<ul>")?;
        for (why, ids) in by_why {
            writeln!(out, "<li>{}: {}</li>", escape(&ids.join(", ")), escape(why))?;
        }
        writeln!(out, "</ul>")?;
    }
    writeln!(out, "</details>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_can_stand_in_a_page() {
        for end in ["</", "<!--"] {
            assert!(!SCRIPT.contains(end), "{end}");
        }
    }
}
