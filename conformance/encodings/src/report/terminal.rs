//! The comparison for people: a row an encoding.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use anstyle::Style;

use super::{Comparison, STDIO};
use crate::counted::OnTarget;
use crate::native::{Nanoseconds, TIMES};
use crate::spread::Spread;
use crate::values::DISTRIBUTIONS;
use crate::{Here, Row, RowStatus};
use kit::names::short;
use kit::style::{BAD, GOOD, UNKNOWN};
use kit::table::{Cell, Table, left, right};
use kit::words::{grouped, some};

/// The whole comparison, for a terminal `width` characters wide.
///
/// # Errors
/// Those of `out`.
pub fn write(comparison: &Comparison<'_>, width: usize, out: &mut impl Write) -> fmt::Result {
    table(comparison).write(width, out)?;
    if comparison.each_target {
        each_target(comparison, width, out)?;
    }
    writeln!(out)?;
    differences(comparison, out)?;
    troubles(comparison, out)?;
    legend(comparison, out)
}

/// A row an encoding, and a row for each of what they are compared with.
fn table(comparison: &Comparison<'_>) -> Table {
    let counted = comparison.targets().next().is_some();
    let mut columns = vec![
        left("\nencoding"),
        left("\nfamily"),
        left("\nportable"),
        right("cells\nright"),
        right("request\noctets"),
        right("reply\noctets"),
        right("ns here\nencode"),
        right("ns here\ndecode"),
    ];
    if counted {
        columns.push(right("instructions\nencode"));
        columns.push(right("instructions\ndecode"));
    }
    let mut table = Table::new(columns);
    for row in comparison.rows {
        let [portable, right] = portable(row);
        let family = row.encoding.family().name();
        let mut cells = vec![row.encoding.name().into(), family.into(), portable, right];
        match (row.status(), row.published()) {
            (RowStatus::Wrong(_), _) => {
                let wrong = Cell::styled(BAD, "WRONG: no numbers").and(Style::new(), ", see below");
                table.row_with_rest(cells, wrong);
                continue;
            }
            (RowStatus::Trap(_), _) => {
                let trap = Cell::styled(UNKNOWN, "a trap").and(Style::new(), ": see below");
                table.row_with_rest(cells, trap);
                continue;
            }
            (RowStatus::Equal, None) => {}
            (RowStatus::Equal, Some(here)) => {
                let across = comparison.across(row);
                cells.extend(of_here(here));
                cells.extend([range(across.encode), range(across.decode)]);
            }
        }
        table.row(cells);
    }
    let baseline = |name: &str, numbers: [Cell; 4]| {
        let first = [name, "baseline", "", ""].map(Cell::from);
        first.into_iter().chain(numbers).collect::<Vec<_>>()
    };
    for row in comparison.baselines {
        if let Some(here) = row.published() {
            table.row(baseline(row.encoding.name(), of_here(here)));
        }
    }
    if let Ok(time) = comparison.stdio {
        let [encode, decode] = nanoseconds(Some(time));
        let numbers = ["as text".into(), "as text".into(), encode, decode];
        table.row(baseline(STDIO, numbers));
    }
    table
}

/// `yes` and `1681/1681`.
fn portable(row: &Row<'_>) -> [Cell; 2] {
    let cells = row.portability.cells;
    let word = match row.portability.portable() {
        None => return ["not known".into(), Cell::default()],
        Some(true) => Cell::styled(GOOD, "yes"),
        Some(false) => Cell::styled(BAD, "no"),
    };
    [word, format!("{}/{}", cells.correct, cells.ran()).into()]
}

fn of_here(here: &Here) -> [Cell; 4] {
    let [request, reply] = match here.sizes {
        Some(sizes) => [octets(sizes.request), octets(sizes.reply)],
        None => ["-".into(), "-".into()],
    };
    let [encode, decode] = nanoseconds(here.time);
    [request, reply, encode, decode]
}

/// The least, the median and the greatest; one number where they are the same.
fn octets(Spread { min, median, max }: Spread) -> Cell {
    match min == max {
        true => min.into(),
        false => format!("{min} {median} {max}").into(),
    }
}

fn nanoseconds(time: Option<Nanoseconds>) -> [Cell; 2] {
    match time {
        Some(time) => [time.encode, time.decode].map(|time| format!("{time:.1}").into()),
        None => ["-".into(), "-".into()],
    }
}

/// The least and the greatest of the targets' medians.
fn range(spread: Option<Spread>) -> Cell {
    match spread {
        None => Cell::default(),
        Some(Spread { min, max, .. }) if min == max => min.into(),
        Some(Spread { min, max, .. }) => format!("{min}..{max}").into(),
    }
}

/// Encode and decode on each target, in as many tables as the width asks for.
fn each_target(comparison: &Comparison<'_>, width: usize, out: &mut impl Write) -> fmt::Result {
    let targets: Vec<_> = comparison.targets().collect();
    if targets.is_empty() {
        return Ok(());
    }
    let heads = targets.iter().map(|target| {
        let kind = comparison.kind(target).map(|kind| kind.to_string());
        right(format!("{}\n{}", short(target), kind.unwrap_or_default()))
    });
    let mut table = Table::new(
        [left("instructions\nencode + decode")]
            .into_iter()
            .chain(heads),
    );
    for row in comparison.rows {
        let costs = targets.iter().map(|target| {
            let found = row.published_on(target);
            match found.and_then(|found| found.encode.zip(found.decode)) {
                Some((encode, decode)) => format!("{} + {}", encode.median, decode.median).into(),
                None => "-".into(),
            }
        });
        table.row([row.encoding.name().into()].into_iter().chain(costs));
    }
    writeln!(out)?;
    table.write_in_parts(1, width, "\n", out)
}

/// What was not equal, and what had no room.
fn differences(comparison: &Comparison<'_>, out: &mut impl Write) -> fmt::Result {
    for row in comparison.rows.iter().chain(comparison.baselines) {
        let name = row.encoding.name();
        match row.status() {
            RowStatus::Equal => {}
            RowStatus::Wrong(difference) => {
                writeln!(out, "{BAD}wrong{BAD:#}  {name}: {difference}")?;
            }
            RowStatus::Trap(difference) => {
                let trap = row.encoding.trap().unwrap_or_default();
                writeln!(
                    out,
                    "{UNKNOWN}trap{UNKNOWN:#}   {name}: {trap}; {difference}"
                )?;
            }
        }
        let here = row.published().map_or(0, |here| here.unrepresentable);
        if here > 0 {
            let all = grouped(comparison.values * DISTRIBUTIONS.len());
            writeln!(
                out,
                "room   {name}: this machine's struct has no room for {here} of {all} values"
            )?;
        }
        let on: Vec<_> = comparison
            .targets()
            .filter_map(|target| Some((short(target), row.published_on(target)?.unrepresentable)))
            .filter(|(_, unrepresentable)| *unrepresentable > 0)
            .collect();
        if let Some((_, most)) = on
            .iter()
            .max_by_key(|(_, unrepresentable)| *unrepresentable)
        {
            let names: Vec<_> = on.iter().map(|(target, _)| *target).collect();
            let all = comparison.values_counted * DISTRIBUTIONS.len();
            writeln!(
                out,
                "room   {name}: on {} the struct has no room for up to {most} of {all} values; costs are of the rest",
                names.join(", ")
            )?;
        }
    }
    Ok(())
}

/// Where nothing was counted, what could not be measured, which cells broke.
fn troubles(comparison: &Comparison<'_>, out: &mut impl Write) -> fmt::Result {
    let mut reasons: BTreeMap<(bool, &str), Vec<&str>> = BTreeMap::new();
    for (target, on_target) in comparison.counted {
        let reason = match on_target {
            OnTarget::Counted { .. } => continue,
            OnTarget::Unsupported(why) => (false, why.as_str()),
            OnTarget::CouldNotRun(why) => (true, why.as_str()),
        };
        reasons.entry(reason).or_default().push(short(target));
    }
    for ((could_not_run, why), targets) in reasons {
        let targets = targets.join(", ");
        if could_not_run {
            writeln!(
                out,
                "{BAD}could not run{BAD:#}  {targets}: {}",
                why.replace('\n', "\n    ")
            )?;
        } else {
            writeln!(out, "unsupported  {targets}: {why}")?;
        }
    }
    if let Err(why) = &comparison.stdio {
        writeln!(out, "{BAD}could not run{BAD:#}  {STDIO}: {why}")?;
    }
    for row in comparison.rows {
        let name = row.encoding.name();
        let again = format!("`crossum matrix --encodings {name}` says which");
        if row.portability.broken > 0 {
            let cells = some(row.portability.broken, "cell");
            writeln!(
                out,
                "{BAD}BROKEN{BAD:#}  {name}: {cells} not as claimed; {again}"
            )?;
        }
        if row.portability.could_not_run > 0 {
            let cells = some(row.portability.could_not_run, "cell");
            writeln!(out, "{BAD}could not run{BAD:#}  {name}: {cells}; {again}")?;
        }
    }
    Ok(())
}

fn legend(comparison: &Comparison<'_>, out: &mut impl Write) -> fmt::Result {
    let all = comparison.values * DISTRIBUTIONS.len();
    let counted = comparison.values_counted * DISTRIBUTIONS.len();
    writeln!(
        out,
        "portable      the cells of the matrix that were right, of those there is a result for; {}",
        comparison.source.about()
    )?;
    writeln!(
        out,
        "octets        least, median and greatest of {} values; every one was encoded, decoded and found equal first",
        grouped(all)
    )?;
    writeln!(
        out,
        "ns            of a request and its reply, the quickest of {TIMES} times over all values: {}",
        super::worth()
    )?;
    if comparison.targets().next().is_some() {
        writeln!(
            out,
            "instructions  of the same, the median of {counted} values, least..greatest of {} ({} big-endian); what is called counts, too",
            some(comparison.targets().count(), "target"),
            comparison.big_endian()
        )?;
    }
    let names: Vec<_> = DISTRIBUTIONS
        .iter()
        .map(|distribution| distribution.name)
        .collect();
    writeln!(
        out,
        "values        {} each of {}; seed {} (--help says what they are)",
        grouped(comparison.values),
        names.join(", "),
        comparison.seed
    )
}
