//! Tables for people, all of one look: no lines, two spaces between columns, numbers to the right, nothing behind the last word of a line.
//!
//! `comfy-table` finds the widths and wraps. It lays out plain text, with control characters of ASCII between cells and between rows; these say afterwards where each cell is, and only then do its colours come. So a colour never takes room.

use std::fmt::{self, Display, Write};

use anstyle::Style;
use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, ContentLineStyle, LineStyle, TableStyle,
};

use crate::style::STRONG;

/// ASCII's unit separator: it ends a cell. No cell has one, since control characters are spelt out.
const UNIT: char = '\u{1f}';

/// ASCII's record separator: a line of them ends a row.
const RECORD: char = '\u{1e}';

/// A column that is to be wrapped gets at least so many characters; where there are fewer, lines are longer than the terminal instead.
const NARROWEST: usize = 24;

/// A table.
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Row>,
    indent: usize,
}

/// A column: its head, and how its cells lie.
pub struct Column {
    head: Cell,
    alignment: CellAlignment,
    wraps: bool,
}

/// A column of words. Lines of the head are parted by `\n`.
pub fn left(head: impl Display) -> Column {
    Column {
        head: Cell::styled(STRONG, head),
        alignment: CellAlignment::Left,
        wraps: false,
    }
}

/// A column of numbers.
pub fn right(head: impl Display) -> Column {
    Column {
        alignment: CellAlignment::Right,
        ..left(head)
    }
}

/// A column of sentences, which are wrapped where the terminal is too narrow for them.
pub fn sentences(head: impl Display) -> Column {
    Column {
        wraps: true,
        ..left(head)
    }
}

/// Text, in parts of a style each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell(Vec<(Style, String)>);

impl Cell {
    /// In one style.
    pub fn styled(style: Style, text: impl Display) -> Cell {
        Cell::default().and(style, text)
    }

    /// With something behind it.
    #[must_use]
    pub fn and(mut self, style: Style, text: impl Display) -> Cell {
        self.0.push((style, harmless(&text.to_string())));
        self
    }

    fn text(&self) -> String {
        self.0.iter().map(|(_, text)| text.as_str()).collect()
    }

    fn styled_characters(&self) -> impl Iterator<Item = (Style, char)> {
        let parts = self.0.iter();
        parts.flat_map(|(style, text)| text.chars().map(|c| (*style, c)))
    }
}

impl<T: Display> From<T> for Cell {
    fn from(text: T) -> Cell {
        Cell::styled(Style::new(), text)
    }
}

/// Without control characters but for ends of lines: they are spelt out.
fn harmless(text: &str) -> String {
    let spelt = |c: char| match c {
        '\n' => '\n'.to_string(),
        '\t' => ' '.to_string(),
        c if c.is_control() => c.escape_default().to_string(),
        c => c.to_string(),
    };
    text.chars().map(spelt).collect()
}

struct Row {
    cells: Vec<Cell>,
    /// What stands behind the cells, over all columns that are left.
    rest: Option<Cell>,
}

/// What `comfy-table` made of a row: lines of cells, each as wide as its column.
type Laid = Vec<Vec<String>>;

impl Table {
    /// An empty table of these columns. Where every head is empty it has none.
    pub fn new(columns: impl IntoIterator<Item = Column>) -> Table {
        Table {
            columns: columns.into_iter().collect(),
            rows: Vec::new(),
            indent: 0,
        }
    }

    /// With so many spaces before each line.
    #[must_use]
    pub fn indented(self, indent: usize) -> Table {
        Table { indent, ..self }
    }

    /// Adds a row. Where it has fewer cells than there are columns, the others are blank.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(Row {
            cells: cells.into_iter().collect(),
            rest: None,
        });
    }

    /// Adds a row whose last words stand over all the columns that are left.
    pub fn row_with_rest(&mut self, cells: impl IntoIterator<Item = Cell>, rest: impl Into<Cell>) {
        self.rows.push(Row {
            cells: cells.into_iter().collect(),
            rest: Some(rest.into()),
        });
    }

    /// Writes it, for a terminal `width` characters wide.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, width: usize, out: &mut impl Write) -> fmt::Result {
        let all: Vec<_> = (0..self.columns.len()).collect();
        self.write_columns(&all, width, out)
    }

    /// Writes it in as many parts, one below the other, as the width asks for. Each begins with the first `names` columns; each has at least one of the others. `between` is what parts them.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_in_parts(
        &self,
        names: usize,
        width: usize,
        between: &str,
        out: &mut impl Write,
    ) -> fmt::Result {
        let all: Vec<_> = (0..self.columns.len()).collect();
        let widths = self.comfy(&all, width).column_max_content_widths();
        let widths: Vec<_> = widths
            .into_iter()
            .map(|width| usize::from(width) + 2)
            .collect();
        // The last column of a line has nothing behind it.
        let width = (width + 2).saturating_sub(self.indent);
        let named: usize = widths.iter().take(names).sum();
        let (mut part, mut used) = (Vec::new(), named);
        let mut parts = Vec::new();
        for (column, its_width) in widths.iter().enumerate().skip(names) {
            if !part.is_empty() && used + its_width > width {
                parts.push(std::mem::take(&mut part));
                used = named;
            }
            part.push(column);
            used += its_width;
        }
        parts.push(part);
        for (number, part) in parts.iter().enumerate() {
            if number > 0 {
                out.write_str(between)?;
            }
            let columns: Vec<_> = (0..names).chain(part.iter().copied()).collect();
            self.write_columns(&columns, usize::MAX, out)?;
        }
        Ok(())
    }

    fn write_columns(&self, columns: &[usize], width: usize, out: &mut impl Write) -> fmt::Result {
        let room = width.saturating_sub(self.indent);
        let mut laid = lines(&self.comfy(columns, room)).into_iter();
        if self.has_heads() {
            let heads: Vec<_> = columns
                .iter()
                .filter_map(|at| self.columns.get(*at))
                .map(|column| &column.head)
                .collect();
            self.paint(&laid.next().unwrap_or_default(), &heads, None, out)?;
        }
        for (row, laid) in self.rows.iter().zip(laid) {
            let cells: Vec<_> = columns.iter().map_while(|at| row.cells.get(*at)).collect();
            self.paint(&laid, &cells, row.rest.as_ref(), out)?;
        }
        Ok(())
    }

    fn has_heads(&self) -> bool {
        let mut columns = self.columns.iter();
        columns.any(|column| !column.head.text().is_empty())
    }

    fn comfy(&self, columns: &[usize], room: usize) -> comfy_table::Table {
        let mut table = comfy_table::Table::new();
        let line = ContentLineStyle::none().junction(UNIT);
        let ends = LineStyle::none().fill(RECORD).junction(RECORD);
        table.load_style(
            TableStyle::new()
                .header_lines(line)
                .content_lines(line)
                .header_separator(ends)
                .row_separator(ends),
        );
        let those = || columns.iter().filter_map(|at| self.columns.get(*at));
        if self.has_heads() {
            table.set_header(those().map(|column| column.head.text()));
        }
        for row in &self.rows {
            let cells = columns.iter();
            let text = |at: &usize| row.cells.get(*at).map(Cell::text).unwrap_or_default();
            table.add_row(cells.map(text).collect::<Vec<_>>());
        }
        table.discover_columns();
        let last = columns.len().saturating_sub(1);
        for (at, (column, its)) in those().zip(table.column_iter_mut()).enumerate() {
            // With the separator, two characters.
            its.set_padding((0, u16::from(at < last)));
            its.set_cell_alignment(column.alignment);
            if !column.wraps {
                its.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        let widths = table.column_max_content_widths();
        let fixed = widths
            .iter()
            .zip(those())
            .filter(|(_, column)| !column.wraps);
        let fixed: usize = fixed.map(|(width, _)| usize::from(*width)).sum();
        if fixed + 2 * last + NARROWEST <= room
            && let Ok(room) = u16::try_from(room)
        {
            table.set_content_arrangement(ContentArrangement::Dynamic);
            table.set_width(room);
        }
        table
    }

    /// Writes the lines of a row, with the colours of its cells.
    fn paint(
        &self,
        laid: &Laid,
        cells: &[&Cell],
        rest: Option<&Cell>,
        out: &mut impl Write,
    ) -> fmt::Result {
        let mut sources: Vec<_> = cells
            .iter()
            .map(|cell| cell.styled_characters().peekable())
            .collect();
        for (number, parts) in laid.iter().enumerate() {
            let mut line = " ".repeat(self.indent);
            for (at, part) in parts.iter().enumerate() {
                if at > 0 {
                    line.push(' ');
                }
                match sources.get_mut(at) {
                    Some(source) => paint(part, source, &mut line)?,
                    None if rest.is_some() => break,
                    None => line.push_str(part),
                }
            }
            if let (0, Some(rest)) = (number, rest) {
                let text = rest.text();
                paint(&text, &mut rest.styled_characters().peekable(), &mut line)?;
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// The rows of a table that is laid out.
fn lines(table: &comfy_table::Table) -> Vec<Laid> {
    let mut rows = vec![Laid::new()];
    for line in table.lines() {
        if line.starts_with(RECORD) {
            rows.push(Laid::new());
        } else if let Some(row) = rows.last_mut() {
            row.push(line.split(UNIT).map(str::to_owned).collect());
        }
    }
    rows
}

/// Puts the colours of a cell around what became of its characters on one line. What was left out is space at which the cell was wrapped; what was added is space that fills the column.
fn paint(
    part: &str,
    source: &mut std::iter::Peekable<impl Iterator<Item = (Style, char)>>,
    line: &mut String,
) -> fmt::Result {
    let mut now = Style::new();
    // Space has no colour, so that none is left at the end of a line.
    let mut space = String::new();
    for c in part.chars() {
        let left_out = |its: char| its != c && its.is_whitespace();
        while c != ' ' && source.next_if(|(_, its)| left_out(*its)).is_some() {}
        let style = source.next_if(|(_, its)| *its == c).map(|(style, _)| style);
        if c.is_whitespace() {
            space.push(c);
            continue;
        }
        let style = style.unwrap_or_default();
        if style == now {
            line.push_str(&space);
        } else {
            write!(line, "{now:#}{space}{style}")?;
            now = style;
        }
        space.clear();
        line.push(c);
    }
    write!(line, "{now:#}{space}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::style::{BAD, GOOD};

    fn shown(table: &Table, width: usize) -> String {
        let mut text = String::new();
        table.write(width, &mut text).unwrap();
        text
    }

    /// As it is where nobody wants colours.
    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    fn small() -> Table {
        let mut table = Table::new([left("name"), right("cells"), sentences("claim")]);
        table.row([
            "raw".into(),
            7.into(),
            Cell::styled(GOOD, "held").and(Style::new(), " everywhere that there is"),
        ]);
        table.row_with_rest(["a long name".into()], Cell::styled(BAD, "could not run"));
        table.row(["x".into(), 12_345.into()]);
        table
    }

    #[test]
    fn words_stand_to_the_left_numbers_to_the_right_and_nothing_at_the_end() {
        assert_eq!(
            plain(&shown(&small(), 120)),
            "name         cells  claim\n\
             raw              7  held everywhere that there is\n\
             a long name  could not run\n\
             x            12345\n"
        );
    }

    #[test]
    fn colours_are_around_their_own_words_and_take_no_room() {
        let shown = shown(&small(), 120);
        assert!(
            shown.contains(&format!("7  {GOOD}held{GOOD:#} everywhere")),
            "{shown}"
        );
        assert!(
            shown.contains(&format!("a long name  {BAD}could not run{BAD:#}\n")),
            "{shown}"
        );
    }

    #[test]
    fn a_sentence_is_wrapped_in_its_column_and_keeps_its_colours() {
        let mut table = Table::new([left("n"), sentences("claim")]).indented(2);
        table.row([
            "x".into(),
            Cell::styled(GOOD, "one two three four").and(BAD, " five six"),
        ]);
        let text = shown(&table, 30);
        assert_eq!(
            plain(&text),
            "  n  claim\n  x  one two three four five\n     six\n"
        );
        assert!(
            text.contains(&format!(
                "{GOOD}one two three four{GOOD:#} {BAD}five{BAD:#}"
            )),
            "{text:?}"
        );
        assert!(
            text.ends_with(&format!("     {BAD}six{BAD:#}\n")),
            "{text:?}"
        );
        // Too narrow to be read: the line is as long as it is.
        assert_eq!(plain(&shown(&table, 12)).lines().count(), 2);
    }

    #[test]
    fn a_wide_table_is_cut_into_parts_that_repeat_its_names() {
        let mut table = Table::new([
            left("\nencoding"),
            right("s390x\nBE64"),
            right("i686\nLE32"),
            right("arm\nLE32"),
        ]);
        table.row([
            "text".into(),
            "1 + 2".into(),
            "3 + 4".into(),
            "5 + 6".into(),
        ]);
        let mut text = String::new();
        table.write_in_parts(1, 22, "\n", &mut text).unwrap();
        assert_eq!(
            plain(&text),
            "          s390x   i686\n\
             encoding   BE64   LE32\n\
             text      1 + 2  3 + 4\n\
             \n            arm\n\
             encoding   LE32\n\
             text      5 + 6\n"
        );
    }

    #[test]
    fn without_heads_there_is_no_line_of_them() {
        let mut table = Table::new([left(""), left("")]);
        table.row(["a".into(), "b".into()]);
        assert_eq!(shown(&table, 80), "a  b\n");
    }

    quickcheck::quickcheck! {
        /// Whatever the cells say, a row is a row, and colours change nothing else.
        fn colours_change_nothing_but_the_colour(rows: Vec<(String, String)>) -> bool {
            let table = |style: Style| {
                let mut table = Table::new([left("one"), sentences("two")]);
                for (one, two) in &rows {
                    table.row([Cell::styled(style, one), Cell::styled(style, two).and(BAD, "!")]);
                }
                plain(&shown(&table, 60))
            };
            let plain = table(Style::new());
            plain == table(GOOD)
                && plain.lines().count() > rows.len()
                && plain.chars().all(|c| c == '\n' || !c.is_control())
        }
    }
}
