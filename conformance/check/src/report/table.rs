//! A checked type for people: fields down, islands across, what differs marked.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};

use anstyle::{AnsiColor, Style};

use super::spelling::{place, spelling};
use super::{Count, block, sarif};
use crate::machine::is_target;
use crate::machine::short;
use crate::reading::{ReadBy, Readings};
use crate::verify::observed::Spot;
use crate::verify::{CouldNotRun, Mismatch, Shown, Verified};
use crate::{Anatomy, Checked, Finding, Portability};

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const UNKNOWN: Style = AnsiColor::Yellow.on_default().bold();
const STRONG: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// Longer tables are cut, and say so.
const MAX_ROWS: usize = 200;

/// So many mismatches are shown; the machine-readable report has all.
const MAX_TROUBLES: usize = 20;

/// So many names of a long list are shown.
const NAMED: usize = 4;

/// One type.
///
/// # Errors
/// Those of `out`.
pub fn write(
    checked: &Checked<'_>,
    denied: impl Fn(&Finding) -> bool,
    width: usize,
    out: &mut impl Write,
) -> fmt::Result {
    let subject = &checked.case.subject;
    let known: usize = checked.islands.iter().map(Vec::len).sum();
    let (style, word) = match (checked.portability(), checked.islands.len()) {
        (Portability::Portable, _) => (GOOD, format!("portable between {known} machines")),
        (Portability::Undecided, _) => {
            let all: usize = checked.case.on.iter().map(|on| on.machines.len()).sum();
            (
                UNKNOWN,
                format!("undecided, {known} of {all} machines are known"),
            )
        }
        (Portability::NotPortable, 0 | 1) => {
            (BAD, format!("not portable between {known} machines"))
        }
        (Portability::NotPortable, islands) => {
            (BAD, format!("{islands} islands of {known} machines"))
        }
    };
    let name = &subject.name;
    write!(out, "{STRONG}{name}{STRONG:#}  {style}{word}{style:#}")?;
    if let Some(place) = &subject.declared {
        write!(
            out,
            "  {DIM}{}:{}{DIM:#}",
            sarif::relative(&place.file),
            place.line
        )?;
    }
    writeln!(out)?;
    if let Some(rows) = rows(checked) {
        block::write(&rows, width, out)?;
    }
    if checked.islands.len() > 1 {
        for (number, island) in checked.islands.iter().enumerate() {
            let names: Vec<_> = island.iter().map(|name| short(name)).collect();
            writeln!(out, "  island {}: {}", number + 1, names.join(", "))?;
        }
    }
    for (word, reasons) in [
        ("undecided", &checked.undecided),
        ("refused", &checked.refused),
    ] {
        for one in reasons {
            let names: Vec<_> = one.targets.iter().map(|name| short(name)).collect();
            let places = some(&names);
            writeln!(out, "  {UNKNOWN}{word}{UNKNOWN:#}  {} ({places})", one.why)?;
        }
    }
    findings(checked, denied, out)?;
    writeln!(out)
}

/// The table: a head of two lines, a line a field, and what is said of the whole; `None` where no layout is known. Where machines have other declarations, a field of one that is of another type says so, and one that is not there is a dash.
fn rows(checked: &Checked<'_>) -> Option<block::Rows> {
    let case = &checked.case;
    let known: Vec<_> = case.known().collect();
    let values = case.values();
    let shown = values.get(..values.len().min(MAX_ROWS)).unwrap_or_default();
    let field = |on: usize, place: usize| {
        known
            .get(on)
            .and_then(|(_, anatomy)| anatomy.fields.get(place))
    };
    let first =
        |value: &Vec<(usize, usize)>| value.first().and_then(|(on, place)| field(*on, *place));
    let mut columns = Vec::new();
    for (number, island) in checked.islands.iter().enumerate() {
        let of_island = island.first()?;
        let column = known
            .iter()
            .position(|(on, _)| on.machines.contains(of_island))?;
        let (_, anatomy) = known.get(column)?;
        let head = [format!("island {}", number + 1), representative(island)];
        let fields = shown.iter().map(|value| {
            let here = value.iter().find(|(on, _)| *on == column);
            let here = here.and_then(|(on, place)| field(*on, *place));
            let named = first(value).map(spelling);
            here.map_or_else(
                || "-".to_owned(),
                |here| match spelling(here) {
                    same if Some(&same) == named.as_ref() => place(here),
                    other => format!("{} {other}", place(here)),
                },
            )
        });
        let whole = [size(anatomy), order(checked, island)];
        columns.push(head.into_iter().chain(fields).chain(whole).collect());
    }
    known.first()?;
    let fields = shown.iter().filter_map(first);
    let names = fields.clone().map(|field| match field.path.as_str() {
        "" => "(the value)".to_owned(),
        path => path.to_owned(),
    });
    let kinds = fields.map(spelling);
    let above = || [String::new(), String::new()].into_iter();
    Some(block::Rows {
        names: above()
            .chain(names)
            .chain(["size, alignment", "byte order"].map(str::to_owned))
            .collect(),
        kinds: above().chain(kinds).chain(above()).collect(),
        columns,
        heads: 2,
        more: values.len().saturating_sub(MAX_ROWS),
    })
}

/// `aarch64 +11`
fn representative(island: &[&str]) -> String {
    let known = island.iter().find(|name| is_target(name));
    let first = known
        .or(island.first())
        .map_or_else(String::new, |name| short(name).into_owned());
    match island.len() {
        0 | 1 => first,
        many => format!("{first} +{}", many - 1),
    }
}

fn size(anatomy: &Anatomy) -> String {
    format!("{}, {}", anatomy.size, anatomy.align)
}

/// `little`, `big`; `any` where both are on the island.
fn order(checked: &Checked<'_>, island: &[&str]) -> String {
    let here = checked
        .case
        .on
        .iter()
        .filter(|on| on.machines.iter().any(|name| island.contains(name)));
    let orders: BTreeSet<_> = here.map(|on| on.abi.byte_order()).collect();
    match orders.first() {
        Some(order) if orders.len() == 1 => order.to_string(),
        _ => "any".to_owned(),
    }
}

/// The findings, those of one code and message together.
fn findings(
    checked: &Checked<'_>,
    denied: impl Fn(&Finding) -> bool,
    out: &mut impl Write,
) -> fmt::Result {
    let mut last = "";
    let mut told: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for finding in &checked.findings {
        let same = told
            .entry((finding.rule.code, &finding.found.message))
            .or_default();
        same.push(&finding.found.field);
    }
    for finding in &checked.findings {
        let code = finding.rule.code;
        // The first of those that say the same speaks for all.
        let Some(fields) = told.remove(&(code, finding.found.message.as_str())) else {
            continue;
        };
        let (style, word) = if denied(finding) {
            (BAD, "denied")
        } else {
            (UNKNOWN, "found")
        };
        let fields: Vec<_> = fields
            .into_iter()
            .filter(|field| !field.is_empty())
            .collect();
        let of = match fields.len() {
            0 => String::new(),
            _ => format!("{}: ", some(&fields)),
        };
        writeln!(
            out,
            "  {style}{word}{style:#} {STRONG}{code}{STRONG:#}  {of}{}",
            finding.found.message
        )?;
        if last != code {
            writeln!(out, "      {DIM}cure: {}{DIM:#}", finding.cure())?;
        }
        last = code;
    }
    Ok(())
}

fn some<T: AsRef<str>>(names: &[T]) -> String {
    let shown: Vec<_> = names.iter().take(NAMED).map(AsRef::as_ref).collect();
    match names.len().saturating_sub(NAMED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// What compilers and machines said.
///
/// # Errors
/// Those of `out`.
pub fn verified(verified: &Verified, out: &mut impl Write) -> fmt::Result {
    for mismatch in verified.mismatches.iter().take(MAX_TROUBLES) {
        let Mismatch {
            name,
            target,
            compiler,
            model,
            compiled,
        } = mismatch;
        writeln!(
            out,
            "{BAD}MISMATCH{BAD:#}  {name} on {target} by {compiler}"
        )?;
        let (model, compiled) = difference(model, compiled);
        writeln!(out, "  the model: {model}\n  it:        {compiled}")?;
    }
    for one in verified.could_not_run.iter().take(MAX_TROUBLES) {
        writeln!(
            out,
            "{UNKNOWN}could not run{UNKNOWN:#}  {}: {}",
            one.target, one.why
        )?;
    }
    for (why, types) in [
        (
            "seen otherwise by another compiler of a target",
            &verified.other_text,
        ),
        ("undecided on some targets", &verified.undecided),
    ] {
        let types: BTreeSet<_> = types.iter().map(|(name, _)| name).collect();
        let types: Vec<_> = types.into_iter().collect();
        if !types.is_empty() {
            writeln!(out, "{why}, and not compared there: {}", some(&types))?;
        }
    }
    not_asked(&verified.not_asked, out)?;
    writeln!(
        out,
        "{} layouts by compilers of {} targets: {} as the model says; {} values seen in memory there; {} mismatches, {} could not run",
        verified.layouts,
        verified.targets,
        verified.equal,
        verified.probed,
        verified.mismatches.len(),
        verified.could_not_run.len()
    )
}

/// Who was not asked, in one line.
fn not_asked(targets: &[CouldNotRun], out: &mut impl Write) -> fmt::Result {
    let mut by_reason: BTreeMap<&str, Vec<std::borrow::Cow<'_, str>>> = BTreeMap::new();
    for one in targets {
        by_reason
            .entry(&one.why)
            .or_default()
            .push(short(&one.target));
    }
    for (why, names) in by_reason {
        writeln!(
            out,
            "not asked: {} ({why}); `--targets` names them, `crossum setup` brings what is missing",
            names.join(", ")
        )?;
    }
    Ok(())
}

/// Who read a source for which machines; nothing where it was read once for all.
///
/// # Errors
/// Those of `out`.
pub fn read_by(readings: &Readings, out: &mut impl Write) -> fmt::Result {
    let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (machine, by) in &readings.read_by {
        let who = match by {
            ReadBy::Here(by) => format!("1 {by} of this machine"),
            ReadBy::Own(_) => "2 the machines' own compilers".to_owned(),
            ReadBy::Told {
                by,
                constants: None,
            } => format!("3 {by}, told what their compilers predefine"),
            ReadBy::Told { by, .. } => {
                format!("4 {by}, told so, and constants by compilers that must agree")
            }
            ReadBy::Nobody => "5 nobody".to_owned(),
        };
        groups.entry(who).or_default().push(machine);
    }
    for (who, machines) in groups {
        let (_, who) = who.split_once(' ').unwrap_or(("", &who));
        let names: Vec<_> = machines.iter().map(|name| short(name)).collect();
        writeln!(out, "read by {who}: {}", some(&names))?;
    }
    Ok(())
}

/// The machines that types were not laid out on, though nobody left them out by name; in one line.
///
/// # Errors
/// Those of `out`.
pub fn left_out(machines: &[(&str, &str)], out: &mut impl Write) -> fmt::Result {
    if machines.is_empty() {
        return Ok(());
    }
    let told: Vec<_> = machines
        .iter()
        .map(|(name, why)| format!("{} ({why})", short(name)))
        .collect();
    writeln!(
        out,
        "not looked at unless `--targets` names them: {}",
        told.join("; ")
    )
}

/// The first thing that two say differently.
fn difference(model: &Shown, compiled: &Shown) -> (String, String) {
    let (model, compiled) = match (model, compiled) {
        (Shown::Layout(model), Shown::Layout(compiled)) => (model, compiled),
        (Shown::Octets(model), Shown::Octets(compiled)) => {
            return (model.clone(), compiled.clone());
        }
        _ => return (String::new(), String::new()),
    };
    let spots = model.spots.iter().zip(&compiled.spots);
    let tell = |spot: &Spot| {
        format!(
            "{} at bit {}, {} bits",
            spot.path, spot.bit_offset, spot.bit_size
        )
    };
    match spots
        .into_iter()
        .find(|(model, compiled)| model != compiled)
    {
        Some((model, compiled)) => (tell(model), tell(compiled)),
        None => (
            format!("{} octets", model.size),
            format!("{} octets", compiled.size),
        ),
    }
}

/// The last line, for types that were laid out on so many machines.
///
/// # Errors
/// Those of `out`.
pub fn summary(count: &Count, machines: usize, out: &mut impl Write) -> fmt::Result {
    let Count {
        types,
        portable,
        not_portable,
        undecided,
        denied,
    } = count;
    let plural = if *types == 1 { "" } else { "s" };
    write!(
        out,
        "{types} type{plural} on {machines} machines: {portable} portable, {not_portable} not, {undecided} undecided"
    )?;
    match denied {
        0 => writeln!(out),
        1 => writeln!(out, "; {BAD}1 denied finding{BAD:#}"),
        _ => writeln!(out, "; {BAD}{denied} denied findings{BAD:#}"),
    }
}
