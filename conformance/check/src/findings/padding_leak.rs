//! Padding, which holds whatever was in memory before.

use super::groups::some;
use super::{Found, Rule};
use crate::Case;

pub(super) const RULE: Rule = Rule {
    code: "padding-leak",
    title: "padding, whose octets are whatever was in memory before",
    cure: "memset the whole struct before filling it, or make the gaps fields of their own and set them",
    explain: "\
Nobody writes to padding: when a struct is sent as it lies, its gaps carry what was in that memory before, keys and addresses among it, and two equal structs do not compare equal with memcmp. Setting every field is not enough, nor is `= {0}` by the letter of the standard.

memset the whole struct before filling it; or make the gaps fields of their own, and set them; or send the fields one by one.",
    find,
};

fn find(case: &Case<'_>) -> Vec<Found> {
    let mut targets = Vec::new();
    let mut most = 0;
    for (on, anatomy) in case.known() {
        let bits: u64 = anatomy.holes.iter().map(|hole| hole.bit_size).sum();
        // An empty class has an octet that nobody sends.
        if bits > 0 && !anatomy.fields.is_empty() {
            targets.extend(on.machines.iter().map(|name| (*name).to_owned()));
            most = most.max(bits);
        }
    }
    targets.sort_unstable();
    if targets.is_empty() {
        return Vec::new();
    }
    let message = format!(
        "up to {} of padding, on {}",
        super::octets_or_bits(most),
        some(&targets)
    );
    vec![Found {
        field: String::new(),
        message,
        targets,
    }]
}
