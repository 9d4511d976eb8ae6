//! `wchar_t`.

use layout::abi::Scalar;
use layout::types::Type;

use super::{Found, Rule};
use crate::check::Case;

pub(super) const RULE: Rule = Rule {
    code: "wchar_t",
    title: "a wchar_t, which is 16 bits on some machines and 32 on others",
    cure: "UTF-8 in char, or char16_t and char32_t with a byte order",
    explain: "\
`wchar_t` has 32 bits on Unix and 16 on Windows, is signed here and unsigned there, and what its values mean is the locale's affair.

Send UTF-8; or char16_t or char32_t, in a byte order that is written down.",
    find,
};

fn find(case: &Case<'_>) -> Vec<Found> {
    super::sizes(case, |kind| *kind == Type::Scalar(Scalar::Wchar))
}
