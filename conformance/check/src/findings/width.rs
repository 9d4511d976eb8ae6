//! Types whose size is the machine's choice: `long`, `size_t`.

use layout::abi::Scalar;
use layout::abi::Typedef;
use layout::types::Type;

use super::{Found, Rule};
use crate::Case;

pub(super) const RULE: Rule = Rule {
    code: "width",
    title: "an integer that is wider on some machines than on others",
    cure: "a type with its width in its name: int32_t, uint64_t",
    explain: "\
`long` has 32 bits on 32-bit machines and on 64-bit Windows, and 64 bits on other 64-bit machines; size_t, ptrdiff_t, off_t, the int_fastN_t and others move in their own ways. A struct of them has another size and other offsets on the other side: fields are read from the wrong octets, and a reader waits for octets that never come.

Use types with their width in their names (int32_t, uint64_t) for everything that leaves the machine, and check the range where a value comes from a wider type.",
    find,
};

/// What has a finding of its own.
fn is_elsewhere(kind: &Type) -> bool {
    matches!(
        kind,
        Type::Enum(_)
            | Type::Complex(_)
            | Type::Scalar(Scalar::Pointer | Scalar::LongDouble | Scalar::Wchar | Scalar::Enum)
    ) || matches!(kind, Type::Typedef(name) if super::time::is_time(*name) || *name == Typedef::Intptr)
}

fn find(case: &Case<'_>) -> Vec<Found> {
    super::sizes(case, |kind| !is_elsewhere(kind))
}
