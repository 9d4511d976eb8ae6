//! Why cells break, by the octets of their messages: as by a type, where nobody named one. All structs that the octets may be are asked, and what they say is told together.

use std::collections::BTreeMap;

use layout::Abi;

use super::by_type::{CauseSets, TypedCell, explain_unmended};
use super::shapes::{Messages, Shape, Shapes};
use crate::cause::Cause;
use crate::message::MessageTypes;

/// What is less likely by more than this than the likeliest that explains the cells is not asked.
const SLACK: usize = 6;

/// No more structs are asked: where there are more, nothing is told.
const MAX_SHAPES: usize = 400;

/// What the octets say.
pub(super) struct ByOctets<'a> {
    /// The structs that explain the cells, the likeliest first: of those with the same causes, one.
    pub(super) shapes: Vec<Shape>,
    /// The causes of each cell, by any of them.
    pub(super) causes: Vec<CauseSets>,
    /// The machines whose octets are known.
    machines: Vec<&'a Abi>,
}

impl ByOctets<'_> {
    /// The structs in words.
    pub(super) fn named(&self) -> String {
        let names = self.shapes.iter().map(|shape| shape.message.name.as_str());
        let names = names.collect::<Vec<_>>().join(" or ");
        format!("{names} (which the octets look like)")
    }

    /// How many of the structs would be seen not to be the likeliest one, if a machine wrote its messages, too.
    pub(super) fn told_apart_by(&self, abi: &Abi) -> usize {
        let Some((first, others)) = self.shapes.split_first() else {
            return 0;
        };
        let differ = |other: &&Shape, abi: &Abi| {
            let both = first.seen_on(abi).zip(other.seen_on(abi));
            both.is_some_and(|(one, other)| one != other)
        };
        // What differs where it was seen does not decide.
        let is_open = |other: &&Shape| !self.machines.iter().any(|known| differ(other, known));
        let others = others.iter().filter(is_open);
        others.filter(|other| differ(other, abi)).count()
    }
}

/// Explains cells by what their octets may be; `None` where no struct explains all of them.
pub(super) fn explain_by_octets<'a>(cells: &[TypedCell<'a>]) -> Option<ByOctets<'a>> {
    let mut machines: BTreeMap<&str, Messages<'_>> = BTreeMap::new();
    let mut abis = BTreeMap::new();
    for cell in cells {
        for abi in [cell.server, cell.client] {
            abis.insert(abi.name(), abi);
        }
        let of_vector: Vec<&[u8]> = cell.exchanges.iter().map(|one| one.sent).collect();
        let name = cell.client.name();
        let known = machines.entry(name).or_insert_with(|| Messages {
            abi: cell.client,
            of_vector: of_vector.clone(),
        });
        // Programs that write otherwise on the same machine write no struct.
        if known.of_vector != of_vector {
            return None;
        }
    }
    // What one machine writes may be anything.
    if machines.len() < 2 {
        return None;
    }
    let machines: Vec<Messages<'_>> = machines.into_values().collect();
    let abis: Vec<_> = abis.into_values().collect();
    let mut told: Vec<(Shape, Vec<CauseSets>)> = Vec::new();
    let mut all = Shapes::of(&machines, &abis)?;
    let mut asked = 0;
    let told_up_to = |told: &[(Shape, Vec<CauseSets>)]| {
        let costs = told.iter().map(|(shape, _)| shape.cost);
        costs.min().map(|cost| cost + SLACK)
    };
    while let Some(shape) = all.next() {
        if let Some(limit) = told_up_to(&told) {
            // What is behind the last member costs, too: a shape may come after likelier ones.
            if all.reached() > limit {
                break;
            }
            if shape.cost > limit {
                continue;
            }
        }
        asked += 1;
        if asked > MAX_SHAPES {
            return None;
        }
        let types = MessageTypes {
            server: shape.message.clone(),
            client: shape.message.clone(),
        };
        if let Ok(causes) = explain_unmended(&types, cells)
            && !told.iter().any(|(_, others)| *others == causes)
        {
            told.push((shape, causes));
        }
    }
    if !all.are_all_up_to(told_up_to(&told)?) {
        return None;
    }
    told.sort_by_key(|(shape, _)| shape.cost);
    let limit = told_up_to(&told)?;
    told.retain(|(shape, _)| shape.cost <= limit);
    let (shapes, each): (Vec<Shape>, Vec<Vec<CauseSets>>) = told.into_iter().unzip();
    let causes = each.into_iter().reduce(|mut told, others| {
        for (sets, others) in told.iter_mut().zip(others) {
            let new: Vec<_> = others
                .into_iter()
                .filter(|set| !sets.contains(set))
                .collect();
            sets.extend(new);
        }
        told
    })?;
    let is_shown = |(cell, sets)| is_shown(cell, sets, cells);
    let all_are_shown = cells.iter().zip(&causes).all(is_shown);
    all_are_shown.then(|| ByOctets {
        shapes,
        causes,
        machines: machines.iter().map(|one| one.abi).collect(),
    })
}

/// Whether octets show that a cell breaks by these. Between equal machines they do where a number is cut, and where the reply has the other sign of a `char`; all else may be in a program, and not in what it writes.
fn is_shown(cell: &TypedCell<'_>, sets: &CauseSets, cells: &[TypedCell<'_>]) -> bool {
    if sets.is_empty() || cell.server.name() != cell.client.name() {
        return true;
    }
    if sets.iter().all(|set| *set == [Cause::Width]) {
        return true;
    }
    let exchanges = cell.exchanges.iter().enumerate();
    let mut wrong = exchanges.filter(|(_, exchange)| !exchange.right);
    wrong.all(|(vector, exchange)| {
        let mut others = cells.iter().filter_map(|other| other.exchanges.get(vector));
        let right = others.find(|other| other.right);
        right.is_some_and(|right| differ_by_a_sign(exchange.received, right.received))
    })
}

/// Whether two replies in words differ in numbers only that are 256 apart.
fn differ_by_a_sign(one: &[u8], other: &[u8]) -> bool {
    let (Ok(one), Ok(other)) = (str::from_utf8(one), str::from_utf8(other)) else {
        return false;
    };
    let numbers = |text: &str| -> Vec<String> {
        let is_of_number = |letter: char| letter.is_ascii_digit() || letter == '-';
        let words = text.split(|letter: char| !is_of_number(letter));
        words
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (one, other) = (numbers(one), numbers(other));
    let mut apart = 0;
    one.len() == other.len()
        && one.iter().zip(&other).all(|(one, other)| {
            if one == other {
                return true;
            }
            apart += 1;
            let both = one.parse::<i64>().ok().zip(other.parse::<i64>().ok());
            both.is_some_and(|(one, other)| one.abs_diff(other) == 256)
        })
        && apart > 0
}
