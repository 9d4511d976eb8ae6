//! Who can have written some octets, for people.

use std::fmt::{self, Write};

use kit::style::{BAD, DIM, GOOD, STRONG, UNKNOWN};
use kit::words::some;

use crate::form::{Form, Forms};
use crate::guess::{Certainty, Evidence, Guess};

/// So many alternatives are told at length; the others are named.
const MAX_TOLD: usize = 6;
/// So many machines of an answer are named.
const MAX_MACHINES: usize = 8;

impl fmt::Display for Evidence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (many, are) = match self {
            Evidence::Enumerators(1) | Evidence::Truths(1) | Evidence::Times(1) => ("", "is"),
            _ => ("s", "are"),
        };
        match self {
            Evidence::Padding { zero, other: 0 } => {
                write!(formatter, "all {zero} octets of padding are zero")
            }
            Evidence::Padding { zero, other } => {
                let all = zero + other;
                write!(formatter, "{zero} of {all} octets of padding are zero")
            }
            Evidence::Enumerators(count) => {
                write!(
                    formatter,
                    "{count} value{many} of enumerations {are} enumerators"
                )
            }
            Evidence::Truths(count) => {
                write!(formatter, "{count} truth value{many} {are} 0 or 1")
            }
            Evidence::Times(count) => {
                write!(formatter, "{count} time{many} {are} between 1990 and 2100")
            }
            Evidence::Length { path, of, length } => {
                write!(formatter, "`{path}` is {length}, the length of {of}")
            }
            Evidence::Conditions(1) => {
                formatter.write_str("what --where asks for holds in every record")
            }
            Evidence::Conditions(count) => {
                write!(
                    formatter,
                    "the {count} conditions of --where hold in every record"
                )
            }
        }
    }
}

/// Writes a guess.
///
/// # Errors
/// Those of `out`.
pub fn write(dump: &str, forms: &Forms, guess: &Guess<'_>, out: &mut impl Write) -> fmt::Result {
    let what = &forms.name;
    let first = guess.candidates.first();
    match (guess.certainty(), first) {
        (Certainty::None, _) | (_, None) if forms.is_undecided => writeln!(
            out,
            "{UNKNOWN}{dump} is no {what} of any machine that was tried{UNKNOWN:#}"
        )?,
        (Certainty::None, _) | (_, None) => writeln!(
            out,
            "{BAD}{dump} is no {what} of any of these machines{BAD:#}"
        )?,
        (certainty, Some(first)) => {
            let (style, word) = match certainty {
                Certainty::Open => (UNKNOWN, "several fit alike, among them"),
                Certainty::Likely => (GOOD, "most likely"),
                Certainty::Clear => (GOOD, "clearly the likeliest:"),
                Certainty::Only | Certainty::None => (GOOD, "nothing fits but"),
            };
            writeln!(
                out,
                "{STRONG}{dump}{STRONG:#}: {style}{word} {}{style:#}, {} of {what}, {} each",
                first.form.called(),
                some(first.records, "record"),
                octets(first.form),
            )?;
            writeln!(out, "  machines: {}", machines(first.form))?;
            for evidence in &first.evidence {
                writeln!(out, "  for it: {evidence}")?;
            }
        }
    }
    let others = guess.candidates.get(1..).unwrap_or_default();
    if !others.is_empty() {
        writeln!(out, "it can also be, the likeliest first:")?;
    }
    for other in others.iter().take(MAX_TOLD) {
        let Some(against) = &other.against else {
            continue;
        };
        write!(out, "  {STRONG}{}{STRONG:#}", other.form.called())?;
        if Some(other.records) != first.map(|first| first.records) {
            write!(
                out,
                ", {} of {}",
                some(other.records, "record"),
                octets(other.form)
            )?;
        }
        match (&against.value, against.bits) {
            (Some((path, here, there)), _) => {
                writeln!(out, ": `{path}` would be {here}, and not {there}")?;
            }
            (None, bits) if bits < 0.5 => writeln!(out, ": it reads what is as likely")?,
            (None, bits) => writeln!(
                out,
                ": what it reads is less likely, by {}",
                some(rounded(bits), "bit")
            )?,
        }
        if let Some(witness) = &against.witness {
            writeln!(
                out,
                "    {DIM}octet {} of a record decides: {} to the first, {} to this one{DIM:#}",
                witness.octet, witness.here, witness.there
            )?;
        }
    }
    let more = others.get(MAX_TOLD..).unwrap_or_default();
    if !more.is_empty() {
        let names: Vec<_> = more.iter().map(|one| one.form.called()).collect();
        writeln!(out, "  less likely still: {}", names.join(", "))?;
    }
    write_excluded(guess, out)?;
    for (why, machines) in &forms.unknown {
        let first = machines.first().map_or("", String::as_str);
        writeln!(
            out,
            "{UNKNOWN}not tried{UNKNOWN:#}: {}, such as {first}: {why}",
            some(machines.len(), "machine")
        )?;
    }
    Ok(())
}

/// Those that cannot have written it, by the reason.
fn write_excluded(guess: &Guess<'_>, out: &mut impl Write) -> fmt::Result {
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for one in &guess.excluded {
        let called = one.form.called();
        match reasons.iter_mut().find(|(why, _)| *why == one.why) {
            Some((_, names)) => names.push(called),
            None => reasons.push((&one.why, vec![called])),
        }
    }
    if !reasons.is_empty() {
        writeln!(out, "it cannot be:")?;
    }
    let more = reasons.len().saturating_sub(MAX_TOLD);
    for (why, names) in reasons.into_iter().take(MAX_TOLD) {
        writeln!(out, "  {}: {why}", names.join(", "))?;
    }
    match more {
        0 => Ok(()),
        more => writeln!(
            out,
            "  and others, for {}: --json has all",
            some(more, "further reason")
        ),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a difference from the least is not negative, and what is cut off is a fraction"
)]
fn rounded(bits: f64) -> usize {
    bits.round() as usize
}

fn octets(form: &Form) -> String {
    some(usize::try_from(form.size).unwrap_or(usize::MAX), "octet")
}

fn machines(form: &Form) -> String {
    let names = form.machines.iter().map(|name| input::machine::short(name));
    let named: Vec<_> = names.take(MAX_MACHINES).collect();
    let more = form.machines.len().saturating_sub(MAX_MACHINES);
    match more {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}
