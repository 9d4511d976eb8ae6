//! One machine, several ABIs: programs of 32 bits on a kernel of 64, x32, o32 beside n64, wasm in its host. Which types they may share as they lie, and which ioctls have another number.

mod ioctl;
mod numbers;

use crate::form::{Cell, Form, Forms, Meaning};
use crate::lock::kind;

pub use ioctl::{Ioctl, Scheme};
pub use numbers::numbers;

/// A type between some ABIs.
#[derive(Clone, Debug)]
pub struct Compat<'f> {
    /// The type.
    pub forms: &'f Forms,
    /// Those on which it lies alike, as groups; that of the first ABI that was named first.
    pub groups: Vec<Group<'f>>,
    /// Why it has no form, by the ABI.
    pub unknown: Vec<(String, String)>,
    /// Whether it has addresses, which mean nothing to another program, wherever they lie.
    pub has_addresses: bool,
}

/// ABIs on which a type lies alike.
#[derive(Clone, Debug)]
pub struct Group<'f> {
    /// Those of them that were asked about.
    pub machines: Vec<String>,
    /// How it lies.
    pub form: &'f Form,
    /// What is otherwise than in the first group.
    pub differences: Vec<Difference>,
}

/// A value that lies, or means, something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its path; empty for the whole type.
    pub path: String,
    /// As it is in the first group: `8:4 unsigned little`; nothing where it is not there.
    pub first: String,
    /// As it is here.
    pub here: String,
}

/// What is to be done about a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It can be shared as it lies, and has no addresses.
    Shared,
    /// Nobody can tell.
    Undecided,
    /// It has to be translated.
    Translated,
}

impl<'f> Compat<'f> {
    /// Of a type on these ABIs.
    pub fn of(forms: &'f Forms, machines: &[String]) -> Compat<'f> {
        let mut groups: Vec<Group<'f>> = Vec::new();
        let mut unknown = Vec::new();
        for machine in machines {
            let Some(form) = forms.on(machine) else {
                let why = forms
                    .unknown_on(machine)
                    .unwrap_or("nothing is known of it there");
                unknown.push((machine.clone(), why.to_owned()));
                continue;
            };
            match groups
                .iter_mut()
                .find(|group| std::ptr::eq(group.form, form))
            {
                Some(group) => group.machines.push(machine.clone()),
                None => {
                    let first = groups.first().map(|first| first.form);
                    groups.push(Group {
                        machines: vec![machine.clone()],
                        form,
                        differences: first.map_or_else(Vec::new, |first| differences(first, form)),
                    });
                }
            }
        }
        let mut cells = groups.iter().flat_map(|group| &group.form.cells);
        let has_addresses = cells.any(|cell| cell.meaning == Meaning::Pointer);
        Compat {
            forms,
            groups,
            unknown,
            has_addresses,
        }
    }

    /// What is to be done about it.
    pub fn verdict(&self) -> Verdict {
        match (self.groups.len(), self.unknown.is_empty()) {
            (2.., _) => Verdict::Translated,
            _ if self.has_addresses => Verdict::Translated,
            (_, false) => Verdict::Undecided,
            _ => Verdict::Shared,
        }
    }

    /// The form on an ABI.
    pub fn on(&self, machine: &str) -> Option<&'f Form> {
        let mut groups = self.groups.iter();
        let group = groups.find(|group| group.machines.iter().any(|name| name == machine));
        group.map(|group| group.form)
    }
}

fn differences(first: &Form, here: &Form) -> Vec<Difference> {
    let mut all = Vec::new();
    if first.size != here.size {
        all.push(Difference {
            path: String::new(),
            first: format!("{} octets", first.size),
            here: format!("{} octets", here.size),
        });
    }
    let told = |cell: &Cell| format!("{} {}", cell.place(), kind(cell));
    let find = |form: &Form, path: &str| {
        let mut cells = form.cells.iter();
        cells.find(|cell| cell.path == path).map(told)
    };
    let others = here
        .cells
        .iter()
        .filter(|cell| find(first, &cell.path).is_none());
    let paths = first
        .cells
        .iter()
        .chain(others)
        .map(|cell| cell.path.clone());
    for path in paths {
        let (before, now) = (find(first, &path), find(here, &path));
        if before != now {
            all.push(Difference {
                path,
                first: before.unwrap_or_default(),
                here: now.unwrap_or_default(),
            });
        }
    }
    all
}
