//! The verdict on a type, in numbers: its sizes, what lies elsewhere, and between which machines it is the same.

use std::collections::BTreeMap;

use input::machine::{in_order, order, short};

use crate::anatomy::as_declared;
use crate::case::On;
use crate::{Anatomy, Checked, Portability};

/// So many sizes are told.
const MAX_SIZES: usize = 4;

/// So many machines of an island are named.
const MAX_NAMED: usize = 5;

/// `32 octets on x86_64, 20 on i686; `stamp` at 24, 16; order differs`.
pub(super) fn numbers(checked: &Checked<'_>) -> String {
    let known = by_order(checked);
    let mut sizes: Vec<(usize, u64)> = Vec::new();
    for (number, (_, anatomy)) in known.iter().enumerate() {
        if !sizes.iter().any(|(_, size)| *size == anatomy.size) {
            sizes.push((number, anatomy.size));
        }
    }
    let mut text = String::new();
    let others = sizes.len().saturating_sub(MAX_SIZES);
    sizes.truncate(MAX_SIZES);
    let told: Vec<usize> = sizes.iter().map(|(number, _)| *number).collect();
    let moved = match told.as_slice() {
        // Where every size is the same, what has two offsets tells the machines apart.
        [] | [_] => moved(checked, &known, |_| true),
        told => moved(checked, &known, |number| told.contains(&number)),
    };
    if let ([(only, _)], Some((_, offsets))) = (sizes.as_slice(), &moved) {
        let here = offsets.get(only);
        let other = offsets.iter().find(|(_, offset)| Some(*offset) != here);
        let size = known.get(*only).map_or(0, |(_, anatomy)| anatomy.size);
        sizes.extend(other.map(|(number, _)| (*number, size)));
    }
    match sizes.as_slice() {
        [] => {}
        [(_, size)] => text.push_str(&octets(*size)),
        [(first, size), rest @ ..] => {
            let name = |number: usize| known.get(number).map_or("", |(on, _)| name(on));
            text.push_str(&format!("{} on {}", octets(*size), short(name(*first))));
            for (number, size) in rest {
                text.push_str(&format!(", {size} on {}", short(name(*number))));
            }
        }
    }
    if others > 0 {
        let plural = if others == 1 { "" } else { "s" };
        text.push_str(&format!(", {others} other size{plural}"));
    }
    if let Some((path, offsets)) = moved {
        let at = sizes.iter().filter_map(|(number, _)| offsets.get(number));
        let at: Vec<_> = at.map(u64::to_string).collect();
        text.push_str(&format!("; `{}` at {}", as_declared(&path), at.join(", ")));
    }
    if order_differs(checked) {
        text.push_str("; order differs");
    }
    text
}

pub(super) fn octets(size: u64) -> String {
    format!("{size} octet{}", if size == 1 { "" } else { "s" })
}

/// Whether a finding says that its values are in the machine's own byte order.
pub(super) fn order_differs(checked: &Checked<'_>) -> bool {
    let mut findings = checked.findings.iter();
    findings.any(|finding| finding.rule.code == "byte-order")
}

/// Whether it has two sizes, or a field two offsets.
pub(super) fn moves(checked: &Checked<'_>) -> bool {
    let known = by_order(checked);
    let mut sizes = known.iter().map(|(_, anatomy)| anatomy.size);
    let first = sizes.next();
    sizes.any(|size| Some(size) != first) || moved(checked, &known, |_| true).is_some()
}

/// The layouts that are known, those first that people have.
fn by_order<'c>(checked: &'c Checked<'_>) -> Vec<(&'c On<'c>, &'c Anatomy)> {
    let mut known: Vec<_> = checked.case.known().collect();
    known.sort_by_cached_key(|(on, _)| order(name(on)));
    known
}

/// The machine on an ABI that people know best.
fn name<'o>(on: &'o On<'_>) -> &'o str {
    let names = on.machines.iter().copied();
    names.min_by_key(|name| order(name)).unwrap_or_default()
}

/// The first field that lies at another offset in one of the layouts that count: its path, and its offset in octets by the place of the layout.
fn moved(
    checked: &Checked<'_>,
    known: &[(&On<'_>, &Anatomy)],
    counts: impl Fn(usize) -> bool,
) -> Option<(String, BTreeMap<usize, u64>)> {
    let mut on = checked.case.fields();
    on.find_map(|on| {
        let (_, first) = on.first()?;
        if first.path.is_empty() {
            return None;
        }
        let place = |here: &On<'_>| known.iter().position(|(on, _)| std::ptr::eq(*on, here));
        let offsets = on
            .iter()
            .filter_map(|(on, field)| Some((place(on)?, field.offset())));
        let offsets: BTreeMap<usize, u64> = offsets.filter(|(number, _)| counts(*number)).collect();
        let mut all = offsets.values();
        let here = all.next()?;
        all.any(|offset| offset != here)
            .then(|| (first.path.clone(), offsets))
    })
}

/// `same octets between x86_64, aarch64 and 3 more; breaks against i686, armv7 and 7 more`.
pub(super) fn machines(checked: &Checked<'_>) -> String {
    let islands = checked.islands.iter();
    let mut islands: Vec<Vec<&str>> = islands
        .map(|island| in_order(island.iter().copied()))
        .collect();
    let known = in_order(islands.concat()).len();
    islands.sort_by_cached_key(|island| island.first().map(|name| order(name)));
    let all = match known {
        0 if checked.portability() == Portability::NotPortable => {
            return "the same octets nowhere".to_owned();
        }
        0 => return "nobody can tell".to_owned(),
        1 => format!("on {} alone", named(&islands.concat(), MAX_NAMED)),
        2..=MAX_NAMED => format!("between {}", named(&islands.concat(), MAX_NAMED)),
        many => format!("between all {many} machines"),
    };
    let Some((own, others)) = islands
        .split_first()
        .filter(|(_, others)| !others.is_empty())
    else {
        let but = if checked.means_nothing_elsewhere() {
            ", but an address means nothing in another process"
        } else {
            ""
        };
        return format!("same octets {all}{but}");
    };
    let others = in_order(others.concat());
    let same = match own.len() {
        1 => format!("{} alone", named(own, MAX_NAMED)),
        _ => format!("same octets between {}", named(own, MAX_NAMED)),
    };
    format!("{same}; breaks against {}", named(&others, 2))
}

fn named(names: &[&str], most: usize) -> String {
    let more = names.len().saturating_sub(most);
    // One more name is as short as to say that there is one.
    let most = if more == 1 { most + 1 } else { most };
    let shown: Vec<_> = names.iter().take(most).map(|name| short(name)).collect();
    match names.len().saturating_sub(most) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
