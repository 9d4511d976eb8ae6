//! What a form cannot have written.

use crate::condition::Condition;
use crate::form::{Cell, Form, Meaning};
use crate::value;

/// The first thing in some records, each with its place, that contradicts a form, in words.
pub fn of(form: &Form, records: &[(u64, &[u8])], conditions: &[Condition]) -> Option<String> {
    for (number, (_, record)) in records.iter().enumerate() {
        if let Some(condition) = conditions.iter().find(|one| !one.holds(form, record)) {
            return Some(format!("record {number}: {} does not hold", condition.text));
        }
        for cell in form.cells.iter().filter(|cell| !cell.is_shared) {
            for element in 0..cell.elements.unwrap_or(1) {
                let Some(found) = no_truth(cell, record, element) else {
                    continue;
                };
                let place = match cell.elements {
                    Some(_) => format!("{}[{element}]", cell.path),
                    None => cell.path.clone(),
                };
                return Some(format!(
                    "record {number}: `{place}` is {found}, and a truth value is 0 or 1"
                ));
            }
        }
    }
    None
}

/// What a truth value is that is none.
fn no_truth(cell: &Cell, record: &[u8], element: u64) -> Option<u128> {
    if cell.meaning != Meaning::Bool {
        return None;
    }
    value::bits(cell, record, element).filter(|found| *found > 1)
}
