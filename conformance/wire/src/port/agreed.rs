//! What a value has to be on all machines alike before it has one place in a format: a width alone can be chosen for it.

use check::anatomy::is_inside_library;

use crate::form::{Cell, Form, Meaning};

/// The value on every machine, as far as it is known.
///
/// # Errors
/// Another machine does not declare it, or declares something else under its name.
pub(super) fn all<'f>(
    cell: &'f Cell,
    first: &'f Form,
    forms: &'f [Form],
) -> Result<Vec<&'f Cell>, String> {
    let mut same = Vec::new();
    for form in forms {
        let found = form.cells.iter().find(|other| other.path == cell.path);
        let found = found.ok_or_else(|| not_everywhere(&cell.path, forms))?;
        let (here, there) = (first.called(), form.called());
        let path = &cell.path;
        if kind(found) != kind(cell) {
            return Err(format!(
                "`{path}` is {} on {here}, and {} on {there}: declare it alike",
                kind(cell),
                kind(found)
            ));
        }
        if found.elements != cell.elements {
            let count = |cell: &Cell| {
                kit::words::some(
                    usize::try_from(cell.elements.unwrap_or(1)).unwrap_or(usize::MAX),
                    "element",
                )
            };
            return Err(format!(
                "`{path}` has {} on {here}, and {} on {there}: declare a number that is no machine's own",
                count(cell),
                count(found)
            ));
        }
        same.push(found);
    }
    Ok(same)
}

/// What is said of a value that one machine has, and another has not.
pub(super) fn not_everywhere(path: &str, forms: &[Form]) -> String {
    let record = |path: &str| {
        path.rsplit_once('.')
            .map_or("", |(record, _)| record)
            .to_owned()
    };
    let of = record(path);
    let mut cells = forms.iter().flat_map(|form| &form.cells);
    // Of its own type on some machine only the members are known that every C library has.
    let is_library = cells.any(|cell| is_inside_library(&cell.path) && record(&cell.path) == of);
    match is_library {
        true => format!(
            "`{path}` is a member that not every C library gives its type: declare those members of `{of}` that you need as fields of your own"
        ),
        false => {
            format!("`{path}` is not declared on every machine: write the type without the `#if`")
        }
    }
}

/// What it is, without its width.
fn kind(cell: &Cell) -> &'static str {
    // Its sign is the machine's, and none of its values needs one.
    let is_wide_character = &*cell.type_name == "wchar_t";
    match (&cell.meaning, cell.is_bit_field) {
        (Meaning::Bool, _) => "a truth value",
        (Meaning::Char, _) => "a character",
        (Meaning::Integer { is_time: true, .. }, _) => "a time",
        (Meaning::Integer { .. }, false) if is_wide_character => "a wide character",
        (Meaning::Integer { signed: true, .. }, false) => "an integer with a sign",
        (Meaning::Integer { signed: false, .. }, false) => "an integer without a sign",
        (Meaning::Integer { signed: true, .. }, true) => "a bit-field with a sign",
        (Meaning::Integer { signed: false, .. }, true) => "a bit-field without a sign",
        (Meaning::Enum { .. }, false) => "an enumerator",
        (Meaning::Enum { .. }, true) => "a bit-field of an enumerator",
        (Meaning::Float(_), _) => "a floating-point number",
        (Meaning::Complex(_), _) => "a complex number",
        (Meaning::Pointer, _) => "an address",
    }
}
