//! Types of time, which are growing.

use layout::abi::Typedef;
use layout::types::Type;

use super::{Found, Rule};
use crate::Case;

pub(super) const RULE: Rule = Rule {
    code: "time-type",
    title: "a type of time, which is 32 bits on some machines and 64 on others",
    cure: "int64_t seconds since 1970, and say so",
    explain: "\
time_t has 32 bits on older 32-bit systems and ends in 2038; on newer ones, and with -D_TIME_BITS=64, it has 64. So one machine can have both, by the options of a build, and struct timeval, struct timespec and struct stat with it. suseconds_t and clock_t follow `long`.

Send int64_t seconds since 1970-01-01 UTC (and int32_t nanoseconds), and write down that it is so.",
    find,
};

/// Those that measure time.
pub(super) fn is_time(name: Typedef) -> bool {
    matches!(
        name.word(),
        "time_t"
            | "suseconds_t"
            | "clock_t"
            | "__kernel_old_time_t"
            | "__kernel_time_t"
            | "__kernel_suseconds_t"
            | "__kernel_clock_t"
    )
}

fn find(case: &Case<'_>) -> Vec<Found> {
    super::sizes(
        case,
        |kind| matches!(kind, Type::Typedef(name) if is_time(*name)),
    )
}
