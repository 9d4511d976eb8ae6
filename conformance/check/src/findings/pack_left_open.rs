//! A pragma that packs more than its file.

use super::{Found, Rule};
use crate::Case;

pub(super) const RULE: Rule = Rule {
    code: "pack-left-open",
    title: "a `#pragma pack` that its file does not take back: it packs whatever is included behind it",
    cure: "`#pragma pack(pop)` at the end of the file that has the push",
    explain: "\
`#pragma pack(push, 1)` is in force until it is taken back, and not to the end of its file. A header that forgets `#pragma pack(pop)` packs the types of every header that is included behind it. Those have then one layout in sources that include both, and another in all others: two objects of one program disagree about a type, and no compiler says so.

A library that reads a game's telemetry left its push open, and an ESP32-S3 that included it crashed at start (gt7-udp#1). A search engine's types.h left `#pragma pack(4)` open in front of <ifaddrs.h>: the address in each entry was read from the wrong octets, and a function that swapped two ints was written to undo it (gigablast#86).

End the file with `#pragma pack(pop)`; or mark the types themselves, which no other file can forget.",
    find,
};

fn find(case: &Case<'_>) -> Vec<Found> {
    let found = case.left_open.iter().map(|open| Found {
        field: String::new(),
        message: match open.is_others {
            true => format!(
                "packed by `#pragma {}` of {}, which that file leaves open",
                open.words, open.place
            ),
            false => format!(
                "`#pragma {}` of {} is left open: whatever is included behind this file is packed, too",
                open.words, open.place
            ),
        },
        targets: Vec::new(),
        cure: None,
    });
    found.collect()
}
