//! Records for spreadsheets: CSV (RFC 4180), a line a record and a column a value.

use std::io;

use super::Reading;
use crate::form::Cell;
use crate::value::{self, Value};

/// Writes all records.
///
/// # Errors
/// Those of `out`.
pub fn write(reading: &Reading<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    let cells = || {
        reading
            .form
            .cells
            .iter()
            .filter(|cell| cell.elements != Some(0))
    };
    let heads = ["record".to_owned(), "octet".to_owned()];
    table.write_record(heads.into_iter().chain(cells().flat_map(columns)))?;
    for (number, (at, record)) in reading.records.iter().enumerate() {
        let place = [number.to_string(), at.to_string()];
        let values = cells().flat_map(|cell| fields(cell, value::read(cell, record)));
        table.write_record(place.into_iter().chain(values))?;
    }
    table.flush()
}

/// The columns of a value: one for each element, but text is one.
fn columns(cell: &Cell) -> Vec<String> {
    match cell.elements {
        Some(elements) if !cell.is_text() => {
            let path = &cell.path;
            (0..elements)
                .map(|place| format!("{path}[{place}]"))
                .collect()
        }
        _ => vec![cell.path.clone()],
    }
}

fn fields(cell: &Cell, value: Option<Value>) -> Vec<String> {
    match value {
        Some(Value::Elements(elements)) if cell.elements.is_some() => {
            elements.into_iter().map(|one| field(Some(one))).collect()
        }
        value => vec![field(value)],
    }
}

/// The name of a value where it has one: what programs that read this look for.
fn field(value: Option<Value>) -> String {
    match value {
        None => String::new(),
        Some(Value::Integer {
            name: Some(name), ..
        }) if !name.starts_with('\'') => name,
        Some(Value::Integer { number, .. }) => number.to_string(),
        Some(Value::Float { text, .. }) => text.trim_start_matches('~').to_owned(),
        Some(Value::Text(text) | Value::Octets(text)) => text,
        Some(value @ Value::Elements(_)) => value.to_string(),
    }
}
