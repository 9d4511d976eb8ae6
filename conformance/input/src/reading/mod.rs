//! Readings: what each machine's compiler sees of a source.
//!
//! A reading is a text that a preprocessor left, and the types that a compiler made of it. Machines that would see the same share one, so that the usual header is read once. Who read for a machine is a part of the answer, best first: that machine's own compiler, where it is here with its C library; clang, told the machine; and this machine's compiler, told what the other one predefines.
//!
//! [`text`] knows what a preprocessor left, [`constant`] which constants are the machine's, [`front_end`] whom to ask; [`source`] asks them, and says what is known of each type on each machine.

mod arguments;
pub mod compiled_for;
pub mod configured;
pub mod constant;
mod cxx;
mod declarators;
mod evaluators;
pub mod front_end;
mod groups;
mod headers;
mod hidden;
pub mod library;
mod modes;
mod orders;
mod overlay;
pub mod own;
mod packs;
mod parameters;
mod parts;
mod questions;
mod real_names;
mod regions;
mod settle;
mod sizes;
pub mod source;
pub mod surroundings;
pub mod text;
mod times;
pub(crate) mod tokens;
mod type_name;
mod typedef_name;
mod user;

use std::collections::BTreeMap;
use std::sync::Arc;

use configured::Configured;
use layout::dwarf::Place;

use crate::conditional::Renamed;
use crate::subjects::Subjects;
use crate::{Built, Machine};
use surroundings::{LeftOpen, Surroundings};

/// All that is known of a file's types, on each machine.
pub struct Readings {
    /// The readings; the first is this machine's compiler's, or the object's that was given.
    pub all: Vec<Reading>,
    /// A row a type, sorted by name.
    pub rows: Vec<Row>,
    /// Who read for each machine, in words; of a file that was read once this is empty.
    pub read_by: BTreeMap<String, ReadBy>,
    /// The texts that were seen; the first is this machine's own. None of an object.
    pub texts: Vec<text::Text>,
    /// Which of them a machine's compiler sees; where nothing is said, the first.
    pub text_of: BTreeMap<String, usize>,
    /// The names that were taken at their word, in all of these texts.
    pub by_name: BTreeMap<String, Configured>,
}

/// What one compiler made of a source.
pub struct Reading {
    /// The types.
    pub subjects: Subjects,
    /// Who read it: `gcc`, `arm-linux-gnueabihf-gcc`.
    pub by: String,
}

/// Who read a source for a machine.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReadBy {
    /// This machine's compiler, which is its own.
    Here(String),
    /// Its own compiler.
    Own(String),
    /// This machine's compiler, told what the machine's own predefines; and who found its constants, if not the same.
    Told {
        /// This machine's compiler.
        by: String,
        /// Who compiled what it left.
        constants: Option<String>,
    },
    /// Nobody, where the text asks.
    Nobody,
}

impl std::fmt::Display for ReadBy {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ReadBy::Here(by) | ReadBy::Own(by) => write!(formatter, "{by}"),
            ReadBy::Told {
                by,
                constants: None,
            } => write!(formatter, "{by}, told what its compiler predefines"),
            ReadBy::Told {
                by,
                constants: Some(of),
            } => {
                write!(
                    formatter,
                    "{by}, told what its compiler predefines; constants by {of}"
                )
            }
            ReadBy::Nobody => write!(formatter, "nobody"),
        }
    }
}

/// A type, and what is known of it on each machine.
pub struct Row {
    /// As its language writes it.
    pub name: String,
    /// Where it is declared, where that is known.
    pub declared: Option<Place>,
    /// What is known of it.
    pub known: Known,
    /// Whether it lies otherwise where a build decides for times and file offsets of 64 bits: then it is laid out for both.
    pub varies: bool,
    /// The names in it that are taken at their word, and the machines where their declaration has another width.
    pub configured: Vec<(Configured, Vec<String>)>,
    /// The `#pragma pack` that was left open where it is declared, or behind it.
    pub left_open: Vec<LeftOpen>,
    /// The macros that have its size in their number.
    pub ioctls: Vec<String>,
}

/// What is known of a type.
pub enum Known {
    /// The same on all machines.
    Alike(Status),
    /// By the names of the machines.
    Each(BTreeMap<String, Status>),
}

/// What is known of a type on one machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// It was read.
    Read {
        /// In which reading.
        reading: usize,
        /// Which of its subjects.
        subject: usize,
        /// Which declaration it is: where these are equal, the text is the same.
        declaration: usize,
    },
    /// Its declaration there is not known, and why.
    Undecided(String),
    /// No such type is declared there.
    Undeclared,
}

impl Readings {
    /// Of a file that says the same for all machines.
    pub fn only(subjects: Subjects, by: String) -> Readings {
        let rows = subjects
            .subjects
            .iter()
            .enumerate()
            .map(|(subject, one)| Row {
                name: one.name.clone(),
                declared: one.declared.clone(),
                known: Known::Alike(Status::read(0, subject)),
                varies: times::are_in(&subjects.types, one.kind),
                configured: Vec::new(),
                left_open: Vec::new(),
                ioctls: Vec::new(),
            });
        Readings {
            rows: rows.collect(),
            all: vec![Reading { subjects, by }],
            read_by: BTreeMap::new(),
            texts: Vec::new(),
            text_of: BTreeMap::new(),
            by_name: BTreeMap::new(),
        }
    }

    /// The names of the ABIs that the object was compiled for; none of a source.
    pub fn own(&self) -> impl Iterator<Item = &str> {
        let built = self.all.iter().flat_map(|reading| &reading.subjects.built);
        built.filter_map(Built::own)
    }

    /// Notes of each type what stands around it.
    pub fn see(&mut self, around: &Surroundings) {
        let declared = self.rows.iter().filter_map(|row| row.declared.as_ref());
        let first = around.first(declared);
        for row in &mut self.rows {
            row.left_open = around.left_open(row.declared.as_ref(), &first);
            row.ioctls = around.numbers(&row.name);
        }
    }

    /// Names a file otherwise wherever something is declared in it.
    pub fn rename(&mut self, renamed: &Renamed) {
        let file = renamed.file.to_string_lossy();
        let rename = |place: &mut Option<Place>| {
            if let Some(place) = place.as_mut().filter(|place| *place.file == *file) {
                place.file = Arc::clone(&renamed.name);
            }
        };
        self.rows
            .iter_mut()
            .for_each(|row| rename(&mut row.declared));
        for Reading { subjects, .. } in &mut self.all {
            let subject = subjects.subjects.iter_mut();
            subject.for_each(|subject| rename(&mut subject.declared));
            let members = subjects.sources.values_mut().flatten();
            members.for_each(|member| rename(&mut member.place));
        }
    }

    /// What a machine's compiler sees, where that was read.
    pub fn text(&self, machine: &str) -> Option<&text::Text> {
        let text = self.text_of.get(machine).copied().unwrap_or_default();
        self.texts.get(text)
    }
}

impl Status {
    /// Of a reading, as it is declared in the first.
    fn read(reading: usize, subject: usize) -> Status {
        Status::Read {
            reading,
            subject,
            declaration: 0,
        }
    }
}

impl Row {
    /// On one machine.
    pub fn on(&self, machine: &str) -> &Status {
        match &self.known {
            Known::Alike(status) => status,
            Known::Each(each) => each.get(machine).unwrap_or(&Status::Undeclared),
        }
    }

    /// Why its declaration is not known, on each machine where it is not.
    pub fn undecided<'r>(
        &'r self,
        machines: &'r [Machine<'_>],
    ) -> impl Iterator<Item = (&'r str, &'r str)> {
        let machines = machines.iter().filter(|machine| !machine.is_optional);
        machines.filter_map(|machine| match self.on(machine.name) {
            Status::Undecided(why) => Some((machine.name, why.as_str())),
            Status::Read { .. } | Status::Undeclared => None,
        })
    }
}
