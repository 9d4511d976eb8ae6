//! Which machine could have written some octets: each form reads them, and the one whose values are those that programs write is the likeliest.
//!
//! A form *cannot* have written them where they contradict its declaration (`contradiction`): a record that is not whole, a truth value that is none, a condition that does not hold. Those that can are put in order by how much it takes to write down what they read (`cost`): small numbers, zero padding, dates of these years and short text take little, and an integer in the wrong order takes much. Nothing that can have written them is left out.

pub mod contradiction;
mod cost;
#[cfg(test)]
mod tests;
mod witness;

use std::collections::BTreeMap;

use crate::condition::Condition;
use crate::dump::Records;
use crate::form::{Form, Forms};
use crate::value;
use cost::{Cost, Surroundings};

pub use witness::Witness;

/// What is known of who wrote a dump.
#[derive(Debug)]
pub struct Guess<'f> {
    /// The forms that can have written it, the likeliest first.
    pub candidates: Vec<Candidate<'f>>,
    /// Those that cannot, and why.
    pub excluded: Vec<Excluded<'f>>,
}

/// A form that can have written it.
#[derive(Debug)]
pub struct Candidate<'f> {
    /// The form.
    pub form: &'f Form,
    /// How many records there are then.
    pub records: usize,
    /// How many bits it takes to write down what it reads.
    pub bits: f64,
    /// What speaks for it.
    pub evidence: Vec<Evidence>,
    /// What the likeliest one reads otherwise; `None` of that one itself.
    pub against: Option<Against>,
}

/// What speaks for a form: something that other octets would not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// So many octets of padding are zero, and so many are not.
    Padding {
        /// Are zero.
        zero: u64,
        /// Are not.
        other: u64,
    },
    /// So many values are one of the enumerators that there are.
    Enumerators(u64),
    /// So many truth values are 0 or 1.
    Truths(u64),
    /// So many times lie between 1990 and 2100.
    Times(u64),
    /// This field has the length of what is there.
    Length {
        /// Its path.
        path: String,
        /// What has this length.
        of: &'static str,
        /// In octets, or records.
        length: u64,
    },
    /// So many conditions hold in every record.
    Conditions(u64),
}

/// What speaks against a form that is not the likeliest.
#[derive(Clone, Debug, PartialEq)]
pub struct Against {
    /// How many bits more it takes.
    pub bits: f64,
    /// The value whose readings differ most: its path, as this form reads it and as the likeliest does.
    pub value: Option<(String, String, String)>,
    /// The octet that tells the two apart.
    pub witness: Option<Witness>,
}

/// A form that cannot have written it.
#[derive(Debug)]
pub struct Excluded<'f> {
    /// The form.
    pub form: &'f Form,
    /// In words.
    pub why: String,
}

/// How sure the first candidate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// Nothing fits.
    None,
    /// Nothing else fits.
    Only,
    /// Others can have written it, too, and what they read is far less likely.
    Clear,
    /// Others can have written it, and what they read is somewhat less likely.
    Likely,
    /// Several fit alike: what was read does not tell.
    Open,
}

/// Two forms whose readings take so nearly the same are alike.
const ALIKE_BITS: f64 = 2.0;
/// From here on a reading is one in some ten thousand.
const CLEAR_BITS: f64 = 14.0;
/// More records than these are not needed to tell forms apart.
const MAX_RECORDS: usize = 4096;

impl<'f> Guess<'f> {
    /// Tries every form on a dump.
    pub fn of(forms: &'f Forms, dump: &[u8], records: &Records, conditions: &[Condition]) -> Self {
        let mut candidates = Vec::new();
        let mut excluded = Vec::new();
        for form in &forms.forms {
            let found = match records.of(dump, form.size) {
                Ok(found) => found,
                Err(why) => {
                    let why = why.to_string();
                    excluded.push(Excluded { form, why });
                    continue;
                }
            };
            let count = found.len();
            let found: Vec<(u64, &[u8])> = found.take(MAX_RECORDS).collect();
            if let Some(why) = contradiction::of(form, &found, conditions) {
                excluded.push(Excluded { form, why });
                continue;
            }
            let around = Surroundings {
                octets: dump.len() as u64,
                skip: records.skip,
                records: count as u64,
                size: form.size,
            };
            let cost = Cost::of(form, &found, &around);
            let mut evidence = cost.evidence.clone();
            if !conditions.is_empty() {
                evidence.push(Evidence::Conditions(conditions.len() as u64));
            }
            candidates.push((
                cost,
                Candidate {
                    form,
                    records: count,
                    bits: 0.0,
                    evidence,
                    against: None,
                },
            ));
        }
        // Where forms take the same the one that more people have is first: sorting keeps their order.
        for (cost, candidate) in &mut candidates {
            candidate.bits = cost.bits();
        }
        candidates.sort_by(|(_, a), (_, b)| a.bits.total_cmp(&b.bits));
        let first = candidates
            .first()
            .map(|(cost, one)| (cost.clone(), one.form, one.bits));
        if let Some((first_cost, first, bits)) = first {
            for (cost, candidate) in candidates.iter_mut().skip(1) {
                candidate.against = Some(Against {
                    bits: candidate.bits - bits,
                    value: differing(&first_cost, first, cost, candidate.form, dump, records),
                    witness: Witness::between(first, candidate.form),
                });
            }
        }
        Guess {
            candidates: candidates.into_iter().map(|(_, one)| one).collect(),
            excluded,
        }
    }

    /// How sure the first of them is.
    pub fn certainty(&self) -> Certainty {
        let second = self.candidates.get(1).and_then(|one| one.against.as_ref());
        match (self.candidates.first(), second) {
            (None, _) => Certainty::None,
            (Some(_), None) => Certainty::Only,
            (_, Some(second)) if second.bits < ALIKE_BITS => Certainty::Open,
            (_, Some(second)) if second.bits < CLEAR_BITS => Certainty::Likely,
            _ => Certainty::Clear,
        }
    }
}

/// The value whose readings differ most in what they take, in the first record where they do: its path, as the other reads it and as the likeliest does.
fn differing(
    likeliest: &Cost,
    first: &Form,
    cost: &Cost,
    other: &Form,
    dump: &[u8],
    records: &Records,
) -> Option<(String, String, String)> {
    let taken: BTreeMap<&str, f64> = likeliest.by_path(first).collect();
    let mut worst: Option<(&str, f64)> = None;
    for (path, bits) in cost.by_path(other) {
        let more = bits - taken.get(path)?;
        if worst.is_none_or(|(_, most)| more > most) {
            worst = Some((path, more));
        }
    }
    let (path, _) = worst.filter(|(_, more)| *more > ALIKE_BITS)?;
    let cell = |form: &'_ Form| form.cells.iter().find(|cell| cell.path == path).cloned();
    let (here, there) = (cell(other)?, cell(first)?);
    let of = |form: &Form| records.of(dump, form.size).ok();
    let mut pairs = of(other)?.zip(of(first)?).take(MAX_RECORDS);
    pairs.find_map(|((_, other), (_, first))| {
        let here = value::read(&here, other)?.to_string();
        let there = value::read(&there, first)?.to_string();
        (here != there).then(|| (path.to_owned(), here, there))
    })
}
