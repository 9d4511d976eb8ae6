//! What types have promised: the octets that are out there. A lock file (`wire.lock`) has each type with its forms, and is read in a review; `changes` says what a new declaration makes of it.

mod changes;
mod file;

use std::collections::BTreeMap;

use kit::fingerprint::Fingerprint;

use crate::form::{Cell, Form, Forms, Meaning};

pub use changes::{Change, Kind, Verdict, compare};
pub use file::{Lock, NoLock};

/// A type as it was locked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedType {
    /// As its language writes it.
    pub name: String,
    /// The file that declares it, as it was given.
    pub file: String,
    /// Options for the compiler that it was read with.
    pub options: Vec<String>,
    /// How it lies, once for each island.
    pub layouts: Vec<LockedForm>,
    /// The enumerators of its values, by their paths.
    pub values: BTreeMap<String, Vec<(String, i128)>>,
}

/// How a type lies on the machines of an island.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedForm {
    /// Those machines.
    pub machines: Vec<String>,
    /// In octets.
    pub size: u64,
    /// Its values, by their places.
    pub fields: Vec<LockedField>,
}

/// A value of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedField {
    /// `4:8`, as [`Cell::place`] has it.
    pub place: String,
    /// As of a [`Cell`].
    pub path: String,
    /// What its octets mean: `unsigned little`, `char[16]`.
    pub kind: String,
}

impl LockedType {
    /// Of a type as it is now.
    pub fn of(forms: &Forms, file: &str, options: &[String]) -> LockedType {
        let mut values = BTreeMap::new();
        let cells = forms.forms.iter().flat_map(|form| &form.cells);
        for cell in cells {
            if let Meaning::Enum { names, .. } = &cell.meaning
                && !names.is_empty()
            {
                let names = names.iter().map(|one| (one.name.to_string(), one.value));
                // Of larger ones TOML has none.
                let names = names.filter(|(_, value)| i64::try_from(*value).is_ok());
                let mut names: Vec<_> = names.collect();
                names.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
                values.insert(cell.path.clone(), names);
            }
        }
        LockedType {
            name: forms.name.clone(),
            file: file.to_owned(),
            options: options.to_vec(),
            layouts: forms.forms.iter().map(LockedForm::of).collect(),
            values,
        }
    }

    /// All its machines.
    pub fn machines(&self) -> impl Iterator<Item = &str> {
        let layouts = self.layouts.iter();
        layouts.flat_map(|layout| layout.machines.iter().map(String::as_str))
    }

    /// A fingerprint of what was locked: a type that was edited by hand has another.
    pub fn fingerprint(&self) -> String {
        let mut print = Fingerprint::default();
        print.add(&self.file);
        // How many there are keeps them apart from what follows.
        print.add(&self.options.len().to_string());
        self.options.iter().for_each(|option| print.add(option));
        self.add_octets(&mut print);
        print.to_string()
    }

    /// That of version 1 of the file, in which the type's file and options do not count.
    fn first_fingerprint(&self) -> String {
        let mut print = Fingerprint::default();
        self.add_octets(&mut print);
        print.to_string()
    }

    fn add_octets(&self, print: &mut Fingerprint) {
        print.add(&self.name);
        for layout in &self.layouts {
            layout.machines.iter().for_each(|name| print.add(name));
            print.add(&layout.size.to_string());
            for LockedField { place, path, kind } in &layout.fields {
                [place, path, kind].iter().for_each(|part| print.add(part));
            }
        }
        for (path, names) in &self.values {
            print.add(path);
            for (name, value) in names {
                print.add(&format!("{name} = {value}"));
            }
        }
    }
}

impl LockedForm {
    /// Of a form.
    fn of(form: &Form) -> LockedForm {
        let mut machines = form.machines.clone();
        machines.sort();
        LockedForm {
            machines,
            size: form.size,
            fields: form.cells.iter().map(LockedField::of).collect(),
        }
    }
}

impl LockedField {
    /// Of a value.
    fn of(cell: &Cell) -> LockedField {
        LockedField {
            place: cell.place(),
            path: cell.path.clone(),
            kind: kind(cell),
        }
    }
}

/// What the octets of a value mean, whatever its type is called: of equal kinds one reads what the other wrote.
pub(crate) fn kind(cell: &Cell) -> String {
    let sign = |signed: bool| if signed { "signed" } else { "unsigned" };
    let mut kind = match &cell.meaning {
        Meaning::Bool => "bool".to_owned(),
        Meaning::Char => "char".to_owned(),
        Meaning::Integer { signed, .. } | Meaning::Enum { signed, .. } => sign(*signed).to_owned(),
        Meaning::Float(format) => format!("float {format}"),
        Meaning::Complex(format) => format!("complex {format}"),
        Meaning::Pointer => "pointer".to_owned(),
    };
    // One octet has no order.
    let is_wide = match cell.is_bit_field {
        true => cell.bit_offset % 8 + cell.bit_size > 8,
        false => cell.bit_size > 8,
    };
    if is_wide {
        kind.push_str(&format!(" {}", cell.order));
    }
    if cell.is_bit_field {
        kind.push_str(&format!(" {}", cell.bits));
    }
    match cell.elements {
        None => {}
        // No place says how wide they are, nor how far apart.
        Some(0) => kind.push_str(&format!(
            "{}, {} of each {} bits",
            cell.lengths, cell.bit_size, cell.bit_stride
        )),
        Some(elements) => kind.push_str(&format!("[{elements}]")),
    }
    kind
}
