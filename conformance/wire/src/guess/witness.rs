//! The octet that tells two forms apart.

use std::collections::BTreeMap;

use layout::abi::ByteOrder;

use crate::form::{Cell, Form, Meaning};

/// An octet of a record, and what each of two forms has there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// From the beginning of a record.
    pub octet: u64,
    /// What the first form has there, in words.
    pub here: String,
    /// What the other one has there.
    pub there: String,
}

/// More octets of a record are not compared.
const MAX_OCTETS: u64 = 1 << 20;

impl Witness {
    /// The first octet that is one thing to one of them and another to the other; that where the shorter ends, where all before are the same.
    pub(crate) fn between(first: &Form, other: &Form) -> Option<Witness> {
        let (here, there) = (roles(first), roles(other));
        let common = first.size.min(other.size).min(MAX_OCTETS);
        let role = |roles: &BTreeMap<u64, String>, octet: u64| {
            let role = roles.get(&octet);
            role.map_or_else(|| "padding".to_owned(), String::clone)
        };
        let differing = (0..common).find(|octet| here.get(octet) != there.get(octet));
        if let Some(octet) = differing {
            return Some(Witness {
                octet,
                here: role(&here, octet),
                there: role(&there, octet),
            });
        }
        let end = |form: &Form, roles: &BTreeMap<u64, String>| match common < form.size {
            true => role(roles, common),
            false => "the next record".to_owned(),
        };
        (first.size != other.size).then(|| Witness {
            octet: common,
            here: end(first, &here),
            there: end(other, &there),
        })
    }
}

/// What each octet of a record is that is no padding.
fn roles(form: &Form) -> BTreeMap<u64, String> {
    let mut roles: BTreeMap<u64, String> = BTreeMap::new();
    for cell in &form.cells {
        let (begin, end) = (cell.bit_offset / 8, cell.bit_end().div_ceil(8));
        for octet in begin..end.min(begin + MAX_OCTETS) {
            let role = role(cell, octet);
            let before = roles
                .get(&octet)
                .map(|before| format!("{before} and {role}"));
            roles.insert(octet, before.unwrap_or(role));
        }
    }
    roles
}

fn role(cell: &Cell, octet: u64) -> String {
    let path = &cell.path;
    if cell.is_bit_field {
        return format!(
            "{} bits of `{path}`",
            match cell.order {
                ByteOrder::Big => "high",
                ByteOrder::Little => "low",
            }
        );
    }
    let (stride, size) = ((cell.bit_stride / 8).max(1), cell.bit_size / 8);
    let from = octet - cell.bit_offset / 8;
    let (element, inside) = (from / stride, from % stride);
    let name = match cell.elements {
        Some(_) => format!("`{path}[{element}]`"),
        None => format!("`{path}`"),
    };
    let name = match &cell.meaning {
        Meaning::Float(format) | Meaning::Complex(format) if size > 8 => {
            format!("{name} ({format})")
        }
        _ => name,
    };
    if size <= 1 {
        return name;
    }
    let significance = match cell.order {
        ByteOrder::Little => inside,
        ByteOrder::Big => size.saturating_sub(1).saturating_sub(inside),
    };
    match significance {
        0 => format!("the lowest octet of {name}"),
        place if place + 1 == size => format!("the highest octet of {name}"),
        place => format!("octet {place} of {name}, from the lowest"),
    }
}
