//! Enumerations, whose integer type is the ABI's choice.

use layout::abi::Scalar;
use layout::types::Type;

use super::{Found, Rule};
use crate::check::Case;

pub(super) const RULE: Rule = Rule {
    code: "enum-size",
    title: "an enumeration that is wider on some machines than on others",
    cure: "an integer of fixed width, with the enumerators as its values; or `enum e : uint8_t` where the language has it",
    explain: "\
C lets the compiler choose the integer type of an enumeration. Most ABIs take int; bare-metal Arm, and every compiler that is told -fshort-enums, take the shortest that holds the values, so that adding an enumerator changes the layout.

Use an integer of fixed width in what leaves the machine, and the enumerators as its values; or a fixed underlying type (`enum e : uint8_t`) where the language has it.",
    find,
};

fn find(case: &Case<'_>) -> Vec<Found> {
    super::sizes(case, |kind| {
        matches!(kind, Type::Enum(_) | Type::Scalar(Scalar::Enum))
    })
}
