//! A checked type for people: fields down, islands across, what differs marked.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};

use anstyle::{AnsiColor, Style};
use input::machine::short;
use input::reading::{ReadBy, Readings};
use kit::words;

use super::path::relative;
use super::{Count, block, groups};
use crate::anatomy::{Hole, VIRTUAL_BASES, holes, pointers};
use crate::case::On;
use crate::findings::groups::some as groups_some;
use crate::origin::sources;
use crate::spelling::{declared, place, spelling};
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

/// So many groups of machines are shown; the others are named.
const MAX_GROUPS: usize = 12;

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
    let between = match known {
        1 => "on 1 machine".to_owned(),
        _ => format!("between {known} machines"),
    };
    let (style, word) = match (checked.portability(), checked.islands.len()) {
        (Portability::Portable, _) => (GOOD, format!("portable {between}")),
        (Portability::Undecided, _) => {
            let all: usize = checked.case.on.iter().map(|on| on.machines.len()).sum();
            (
                UNKNOWN,
                format!("undecided, {known} of {all} machines are known"),
            )
        }
        (Portability::NotPortable, 0 | 1) => (BAD, format!("not portable {between}")),
        (Portability::NotPortable, islands) => {
            (BAD, format!("{islands} groups of {known} machines"))
        }
    };
    let name = &subject.name;
    write!(out, "{STRONG}{name}{STRONG:#}  {style}{word}{style:#}")?;
    if let Some(place) = &subject.declared {
        write!(
            out,
            "  {DIM}{}:{}{DIM:#}",
            relative(&place.file),
            place.line
        )?;
    }
    writeln!(out)?;
    if let Some(rows) = rows(checked) {
        block::write(&rows, width, out)?;
    }
    let groups = groups::of(checked);
    if groups.len() > 1 {
        for (number, group) in groups.iter().enumerate() {
            let names: Vec<_> = group.machines.iter().map(|name| short(name)).collect();
            let not_shown = if number < MAX_GROUPS {
                ""
            } else {
                " (not shown)"
            };
            writeln!(out, "  {}{not_shown}: {}", group.name, names.join(", "))?;
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
    let first = |value: &[(usize, usize)]| value.first().and_then(|(on, place)| field(*on, *place));
    // Of each row the value, or the padding before it.
    let mut lines: Vec<Line<'_>> = Vec::new();
    let gap = |what: Filler, on: usize, of: usize| {
        known
            .get(on)
            .map_or(&[][..], |(_, one)| what.before(one, of))
    };
    for value in shown {
        for what in Filler::ALL {
            let is_there = |(on, place): &(usize, usize)| !gap(what, *on, *place).is_empty();
            if value.iter().any(is_there) {
                lines.push(Line::Gap(what, value));
            }
        }
        lines.push(Line::Value(value));
    }
    let ends = |on: usize| known.get(on).map_or(0, |(_, one)| one.fields.len());
    for what in Filler::ALL {
        if (0..known.len()).any(|on| !gap(what, on, ends(on)).is_empty()) {
            lines.push(Line::End(what));
        }
    }
    let mut columns = Vec::new();
    for group in groups::of(checked).iter().take(MAX_GROUPS) {
        let of_group = group.machines.first()?;
        let column = known
            .iter()
            .position(|(on, _)| on.machines.contains(of_group))?;
        let (_, anatomy) = known.get(column)?;
        let head = [group.name.clone(), group.representative()];
        let own = known.get(column).and_then(|(on, _)| on.read);
        let own = own.map(sources).unwrap_or_default();
        let here = |value: &[(usize, usize)]| value.iter().find(|(on, _)| *on == column).copied();
        let cells = lines.iter().map(|line| match line {
            Line::Gap(what, value) => match here(value) {
                Some((on, place)) => extent(gap(*what, on, place)),
                None => "-".to_owned(),
            },
            Line::End(what) => extent(gap(*what, column, ends(column))),
            Line::Value(value) => {
                let named = first(value).map(spelling);
                let here = here(value).and_then(|(on, place)| field(on, place));
                here.map_or_else(
                    || "-".to_owned(),
                    |here| match spelling(here) {
                        same if Some(&same) == named.as_ref() => place(here),
                        _ => {
                            let source = own.get(&here.path).copied();
                            format!("{} {}", place(here), declared(here, source))
                        }
                    },
                )
            }
        });
        let whole = [
            size(anatomy, &known, &group.machines),
            order(checked, &group.machines),
        ];
        columns.push(head.into_iter().chain(cells).chain(whole).collect());
    }
    known.first()?;
    let read = known.first().and_then(|(on, _)| on.read);
    let sources = read.map(sources).unwrap_or_default();
    let rows = lines.iter().map(|line| match line {
        Line::Gap(what, _) | Line::End(what) => (what.name().to_owned(), String::new()),
        Line::Value(value) => first(value).map_or_else(Default::default, |field| {
            let name = match field.path.as_str() {
                "" => "(the value)",
                path => path,
            };
            let kind = declared(field, sources.get(&field.path).copied());
            (name.to_owned(), kind)
        }),
    });
    let (names, kinds): (Vec<_>, Vec<_>) = rows.unzip();
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

/// A row of the table.
enum Line<'v> {
    /// A value: where it is among the fields of every layout that has it.
    Value(&'v [(usize, usize)]),
    /// What is before it.
    Gap(Filler, &'v [(usize, usize)]),
    /// That at the end.
    End(Filler),
}

/// What lies between values.
#[derive(Clone, Copy)]
enum Filler {
    Padding,
    /// Microsoft's pointer to the places of virtual bases.
    Pointer,
}

impl Filler {
    const ALL: [Filler; 2] = [Filler::Padding, Filler::Pointer];

    fn name(self) -> &'static str {
        match self {
            Filler::Padding => "(padding)",
            Filler::Pointer => VIRTUAL_BASES,
        }
    }

    fn before(self, anatomy: &Anatomy, place: usize) -> &[Hole] {
        match self {
            Filler::Padding => holes(anatomy, place),
            Filler::Pointer => pointers(anatomy, place),
        }
    }
}

/// `1:7`; `12.3:5b` where it is no whole octets.
fn extent(holes: &[Hole]) -> String {
    let Some(first) = holes.first() else {
        return "-".to_owned();
    };
    let bits: u64 = holes.iter().map(|hole| hole.bit_size).sum();
    if first.bit_offset.is_multiple_of(8) && bits.is_multiple_of(8) {
        return format!("{}:{}", first.bit_offset / 8, bits / 8);
    }
    format!("{}.{}:{bits}b", first.bit_offset / 8, first.bit_offset % 8)
}

/// `16, 8`; `16, 4 or 8` where machines put everything in the same place and align the whole otherwise.
fn size(anatomy: &Anatomy, known: &[(&On<'_>, &Anatomy)], machines: &[&str]) -> String {
    let here = known
        .iter()
        .filter(|(on, _)| on.machines.iter().any(|name| machines.contains(name)));
    let aligns: BTreeSet<_> = here.map(|(_, anatomy)| anatomy.align).collect();
    let aligns = aligns.into_iter().map(|align| match align {
        Some(align) => align.to_string(),
        None => "?".to_owned(),
    });
    let aligns: Vec<_> = aligns.collect();
    format!("{}, {}", anatomy.size, aligns.join(" or "))
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

/// Who read a source for which machines, in a line; nothing where it was read once for all.
///
/// # Errors
/// Those of `out`.
pub fn read_by(readings: &Readings, out: &mut impl Write) -> fmt::Result {
    let mut groups: BTreeMap<(u8, String), Vec<String>> = BTreeMap::new();
    for (machine, by) in &readings.read_by {
        let who = match by {
            ReadBy::Here(by) => (1, format!("by {by}")),
            ReadBy::Own(_) => (2, "by their own compilers".to_owned()),
            ReadBy::Told {
                by,
                constants: None,
            } => (3, format!("by {by}, told what theirs predefine")),
            ReadBy::Told { by, .. } => (
                4,
                format!("by {by}, told so, and constants by compilers that must agree"),
            ),
            ReadBy::Nobody => (5, "by nobody".to_owned()),
        };
        groups.entry(who).or_default().push(machine.clone());
    }
    if groups.is_empty() {
        return Ok(());
    }
    let told = groups.iter();
    let told: Vec<_> = told
        .map(|((_, who), machines)| format!("{} {who}", groups_some(machines)))
        .collect();
    writeln!(out, "{DIM}read for {}{DIM:#}", told.join("; "))
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
    write!(
        out,
        "{} on {}: {portable} portable, {not_portable} not, {undecided} undecided",
        words::some(*types, "type"),
        words::some(machines, "machine"),
    )?;
    match denied {
        0 => writeln!(out),
        1 => writeln!(out, "; {BAD}1 denied finding{BAD:#}"),
        _ => writeln!(out, "; {BAD}{denied} denied findings{BAD:#}"),
    }
}
/// A type that was read for none of the machines.
pub(super) fn unread(
    name: &str,
    undecided: &[(&str, &str)],
    out: &mut impl fmt::Write,
) -> fmt::Result {
    writeln!(out, "{name}  undecided, no machine is known")?;
    for (machine, why) in undecided {
        writeln!(out, "  undecided  {why} ({machine})")?;
    }
    Ok(())
}
