//! Types whose size is the machine's choice: `long`, `size_t`.

use layout::abi::Scalar;
use layout::abi::Typedef;
use layout::types::{Count, Type};

use super::groups::Groups;
use super::{Found, Rule};
use crate::Case;
use crate::anatomy::{Field, is_inside_library};

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
            | Type::Complex(Scalar::LongDouble)
            | Type::VtablePointer
            | Type::Reference
            | Type::MemberPointer { .. }
            | Type::Scalar(Scalar::Pointer | Scalar::LongDouble | Scalar::Wchar | Scalar::Enum)
    ) || matches!(kind, Type::Typedef(name) if super::time::is_time(*name) || *name == Typedef::Intptr)
}

fn find(case: &Case<'_>) -> Vec<Found> {
    let mut all = super::sizes(case, |kind| !is_elsewhere(kind));
    all.extend(lengths(case));
    all
}

/// Arrays and bit-fields whose length or width is a constant of the machine.
fn lengths(case: &Case<'_>) -> Vec<Found> {
    if case.is_one_reading() {
        return Vec::new();
    }
    let found = case.fields().filter_map(|on| {
        let (_, field) = on.first()?;
        if is_inside_library(&field.path) {
            return None;
        }
        let lengths = Groups::of(
            on.iter()
                .map(|(on, field)| (length(field), on.machines.as_slice())),
        );
        // What is an array here and none there is another declaration.
        let (bits, counts) = length(field);
        let alike = on.iter().all(|(_, other)| {
            let (other_bits, other) = length(other);
            other_bits.is_some() == bits.is_some() && other.len() == counts.len()
        });
        (alike && lengths.differ()).then(|| Found {
            cure: None,
            field: field.path.clone(),
            message: lengths.told(|(bits, counts)| match bits {
                Some(bits) => format!("{bits} bits"),
                None => {
                    let counts = counts.iter().map(|count| {
                        count.map_or_else(|| "any".to_owned(), |count| count.to_string())
                    });
                    let counts = counts.collect::<Vec<_>>().join(" x ");
                    let plural = if counts == "1" { "" } else { "s" };
                    format!("{counts} element{plural}")
                }
            }),
            targets: lengths.minority(),
        })
    });
    found.collect()
}

/// The bits of a bit-field, and the lengths of an array.
fn length(field: &Field) -> (Option<u64>, Vec<Option<u64>>) {
    let (_, own) = field.arrays();
    let counts = own.iter().map(|array| match array.count {
        Count::Fixed(count) => Some(count),
        Count::Flexible => None,
    });
    (
        field.is_bit_field.then_some(field.bit_size),
        counts.collect(),
    )
}
