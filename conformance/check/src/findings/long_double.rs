//! `long double`, of which there are five kinds.

use layout::abi::Scalar;
use layout::types::Type;

use super::groups::Groups;
use super::{Found, Rule};
use crate::Case;

pub(super) const RULE: Rule = Rule {
    code: "long-double-format",
    title: "a long double, whose size and format are the ABI's choice",
    cure: "double, or a decimal string",
    explain: "\
`long double` is a double on 32-bit Arm and in Microsoft's compilers, 80 bits of the x87 in 12 or 16 octets on x86, 96 bits of the 68881 on m68k, a pair of doubles on PowerPC, and IEEE 754 binary128 on 64-bit Arm, RISC-V, S/390 and SPARC. Two machines may agree in its size and byte order and still read nonsense.

Send a double, or a decimal string with enough digits.",
    find,
};

fn find(case: &Case<'_>) -> Vec<Found> {
    let mut all = Vec::new();
    for on in case.fields() {
        let Some((_, field)) = on.first() else {
            continue;
        };
        let long_double = [
            Type::Scalar(Scalar::LongDouble),
            Type::Complex(Scalar::LongDouble),
        ];
        if !long_double.contains(&field.kind) {
            continue;
        }
        let formats = Groups::of(on.iter().map(|(on, field)| {
            (
                (on.abi.long_double_format(), field.bit_size / 8),
                on.machines.as_slice(),
            )
        }));
        if formats.differ() {
            all.push(Found {
                cure: None,
                field: field.path.clone(),
                message: formats.told(|(format, octets)| format!("{format} in {octets} octets")),
                targets: formats.minority(),
            });
        }
    }
    all
}
