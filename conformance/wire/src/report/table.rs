//! Records for people: a line a value.

use std::fmt::{self, Write};

use anstyle::Style;
use kit::style::{BAD, DIM, STRONG, UNKNOWN};
use kit::table::{Cell as Words, Table, left};
use kit::words::{hex, some};

use super::Reading;
use crate::form::Form;
use crate::value;

/// So many octets of a value are shown.
const MAX_OCTETS: usize = 16;

/// A line of a record: a value or padding.
enum Line<'f> {
    Value(&'f crate::form::Cell),
    Padding(&'f crate::form::Padding),
}

/// Writes the first `most` records.
///
/// # Errors
/// Those of `out`.
pub fn write(
    reading: &Reading<'_>,
    most: usize,
    width: usize,
    out: &mut impl Write,
) -> fmt::Result {
    let Reading {
        dump,
        forms,
        form,
        records,
    } = reading;
    writeln!(
        out,
        "{STRONG}{dump}{STRONG:#}: {} of {}, {} each, as on {}",
        some(records.len(), "record"),
        forms.name,
        some(usize::try_from(form.size).unwrap_or(usize::MAX), "octet"),
        form.called(),
    )?;
    for (number, (at, record)) in records.iter().take(most).enumerate() {
        let last = at + form.size.saturating_sub(1);
        writeln!(out, "\nrecord {number}, octets {at} to {last}")?;
        write_record(form, record, width, out)?;
    }
    match records.len().saturating_sub(most) {
        0 => Ok(()),
        more => writeln!(
            out,
            "\n{} more: `--count` shows them, and `--json` and `--csv` have all",
            some(more, "record")
        ),
    }
}

/// Writes why no program of the form's machines has written the records.
///
/// # Errors
/// Those of `out`.
pub fn write_contradiction(reading: &Reading<'_>, why: &str, out: &mut impl Write) -> fmt::Result {
    writeln!(
        out,
        "\n{BAD}contradicted{BAD:#}  {why}. No program of {} has written this as {}: the dump is another type's or another machine's (`--guess` tries all), or its records begin elsewhere (`--skip`)",
        reading.form.called(),
        reading.forms.name
    )
}

fn write_record(form: &Form, record: &[u8], width: usize, out: &mut impl Write) -> fmt::Result {
    let mut table = Table::new([left(""), left(""), left(""), left(""), left("")]).indented(2);
    for line in lines(form) {
        match line {
            Line::Value(cell) => {
                let octets = value::octets(cell, record).map(shown).unwrap_or_default();
                let read = value::read(cell, record);
                let told = match (&read, cell.elements) {
                    (_, Some(0)) => "as many as follow".to_owned(),
                    (Some(read), _) => read.to_string(),
                    (None, _) => String::new(),
                };
                table.row([
                    Words::from(cell.place()),
                    Words::styled(STRONG, &cell.path),
                    Words::from(cell.declared_type()),
                    Words::styled(DIM, octets),
                    Words::from(told),
                ]);
            }
            Line::Padding(hole) => {
                let end = hole.bit_offset + hole.bit_size;
                let octets = value::stretch(record, hole.bit_offset, end).unwrap_or_default();
                let is_zero = value::padding(hole, record).all(|(octet, _)| octet == 0);
                let style: Style = if is_zero { DIM } else { UNKNOWN };
                table.row([
                    Words::styled(DIM, place(hole)),
                    Words::styled(DIM, "(padding)"),
                    Words::from(""),
                    Words::styled(style, shown(octets)),
                    Words::styled(style, if is_zero { "" } else { "not zero" }),
                ]);
            }
        }
    }
    table.write(width, out)
}

/// Values and padding, by their places.
fn lines(form: &Form) -> Vec<Line<'_>> {
    let values = form
        .cells
        .iter()
        .map(|cell| (cell.bit_offset, Line::Value(cell)));
    let padding = form
        .padding
        .iter()
        .map(|hole| (hole.bit_offset, Line::Padding(hole)));
    let mut lines: Vec<_> = values.chain(padding).collect();
    lines.sort_by_key(|(offset, _)| *offset);
    lines.into_iter().map(|(_, line)| line).collect()
}

fn place(hole: &crate::form::Padding) -> String {
    let (octet, bit) = (hole.bit_offset / 8, hole.bit_offset % 8);
    match bit == 0 && hole.bit_size.is_multiple_of(8) {
        true => format!("{octet}:{}", hole.bit_size / 8),
        false => format!("{octet}.{bit}:{}b", hole.bit_size),
    }
}

fn shown(octets: &[u8]) -> String {
    match octets.get(..MAX_OCTETS) {
        Some(first) if octets.len() > MAX_OCTETS => format!("{}...", hex(first)),
        _ => hex(octets),
    }
}
