//! A machine that does not exist: the server's, made like the client's in some respects. What goes right with it, and wrong without, goes wrong because of these.

use layout::Abi;
use layout::abi::{EnumRule, Scalar, Switch};

use crate::cause::Cause;
use crate::expectation::Ends;

/// The server's machine, like the client's in these respects.
///
/// The room of a `long double` belongs to what it is, and is no difference in width.
pub fn without(causes: &[Cause], ends: Ends<'_>) -> Abi {
    let with_long_double_of = |server: Abi, other: &Abi| {
        let octets = u64::try_from(other.size(Scalar::LongDouble)).unwrap_or(u64::MAX);
        match server.size(Scalar::LongDouble) == other.size(Scalar::LongDouble) {
            true => server,
            false => server.with_switch(Switch::Size(Scalar::LongDouble, octets)),
        }
    };
    let alike = |server: Abi, cause: &Cause| match cause {
        Cause::ByteOrder => server.with_byte_order_of(ends.client),
        Cause::Width => {
            let is_short = ends.client.enum_rule() == EnumRule::Shortest;
            let server = server.with_width_of(ends.client);
            let server = server.with_switch(Switch::ShortEnums(is_short));
            with_long_double_of(server, ends.server)
        }
        Cause::Padding => server.with_alignment_of(ends.client),
        Cause::CharSign => server.with_signedness_of(ends.client),
        Cause::BitFieldOrder => server.with_bit_field_order(ends.client.bit_field_order()),
        Cause::LongDouble => with_long_double_of(server, ends.client),
        // A character set is no property of an ABI.
        Cause::Charset => server,
    };
    causes.iter().fold(ends.server.clone(), alike)
}
