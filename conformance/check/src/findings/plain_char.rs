//! Plain `char`, signed here and unsigned there.

use layout::abi::Scalar;
use layout::types::Type;

use super::groups::Groups;
use super::{Found, Rule};
use crate::Case;

pub(super) const RULE: Rule = Rule {
    code: "plain-char",
    title: "a plain char, which is signed on some machines and unsigned on others",
    cure: "int8_t or uint8_t for numbers; char for text only",
    explain: "\
Plain `char` is signed on x86, MIPS, SPARC and m68k, and unsigned on Arm, PowerPC, RISC-V and S/390. The octets are the same, but 0xff is -1 on one side and 255 on the other: comparisons, shifts and array indices go wrong, and no compiler warns.

Use int8_t or uint8_t for numbers, and char for text only. Arrays of char are taken for text and not reported.",
    find,
};

fn find(case: &Case<'_>) -> Vec<Found> {
    let mut all = Vec::new();
    for on in case.fields() {
        let Some((_, field)) = on.first() else {
            continue;
        };
        let is_char = field.kind == Type::Scalar(Scalar::Char);
        let is_text = !field.arrays().1.is_empty();
        if !is_char || is_text {
            continue;
        }
        let signs = Groups::of(
            on.iter()
                .map(|(on, _)| (on.abi.char_signed(), on.machines.as_slice())),
        );
        if signs.differ() {
            all.push(Found {
                cure: None,
                field: field.path.clone(),
                message: signs.told(|signed| if *signed { "signed" } else { "unsigned" }),
                targets: signs.minority(),
            });
        }
    }
    all
}
