//! A wide table, in as many blocks as the width asks for.

use std::fmt::{self, Write};

use anstyle::{AnsiColor, Style};

const DIFFERENT: Style = AnsiColor::Red.on_default().bold();
const STRONG: Style = Style::new().bold();

/// The columns of a table, all of one length: two that name the rows, and those that may differ.
pub(super) struct Rows {
    pub(super) names: Vec<String>,
    pub(super) kinds: Vec<String>,
    pub(super) columns: Vec<Vec<String>>,
    /// How many rows are heads: they are not compared.
    pub(super) heads: usize,
    /// How many rows were left out.
    pub(super) more: usize,
}

/// What follows a cell that differs from the first column's: colour alone is not for everybody.
const MARK: &str = " *";

/// Writes the table. What differs from the first column is marked.
pub(super) fn write(rows: &Rows, width: usize, out: &mut impl Write) -> fmt::Result {
    let (name, kind) = (widest(&rows.names), widest(&rows.kinds));
    let widths: Vec<usize> = rows
        .columns
        .iter()
        .map(|column| widest(column) + MARK.len())
        .collect();
    let room = width.saturating_sub(name + kind + 4);
    let mut begin = 0;
    while begin < rows.columns.len() {
        let end = begin + fitting(widths.get(begin..).unwrap_or_default(), room);
        let last = end.saturating_sub(1);
        for (row, (its_name, its_kind)) in rows.names.iter().zip(&rows.kinds).enumerate() {
            write!(out, "  {its_name:<name$}  {its_kind:<kind$}")?;
            let columns = rows.columns.iter().zip(&widths).enumerate();
            for (number, (column, width)) in columns.take(end).skip(begin) {
                let text = column.get(row).map_or("", String::as_str);
                let first = rows.columns.first().and_then(|first| first.get(row));
                let differs = row >= rows.heads && first.is_some_and(|first| first != text);
                let style = match (row < rows.heads, differs) {
                    (true, _) => STRONG,
                    (_, true) => DIFFERENT,
                    _ => Style::new(),
                };
                let mark = if differs { MARK } else { "" };
                if number == last && text.is_empty() {
                    continue;
                }
                // Nothing behind the last column but the end of the line.
                let room = if number == last {
                    0
                } else {
                    width - text.chars().count() - mark.len()
                };
                write!(out, "  {style}{text}{mark}{style:#}{:room$}", "")?;
            }
            writeln!(out)?;
        }
        begin = end;
    }
    match rows.more {
        0 => Ok(()),
        more => writeln!(out, "  ({more} more fields)"),
    }
}

fn widest(texts: &[String]) -> usize {
    let widths = texts.iter().map(|text| text.chars().count());
    widths.max().unwrap_or(0)
}

/// How many columns of these widths fit; at least one.
fn fitting(widths: &[usize], room: usize) -> usize {
    let mut used = 0;
    let fit = widths.iter().take_while(|width| {
        used += **width + 2;
        used <= room
    });
    fit.count().max(1)
}
