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
        // Where members lie is by alignments, and by how bit-fields are packed.
        Cause::Padding => {
            let server = server.with_alignment_of(ends.client);
            server.with_packing_of(ends.client)
        }
        Cause::CharSign => server.with_signedness_of(ends.client),
        Cause::BitFieldOrder => server.with_bit_field_order(ends.client.bit_field_order()),
        Cause::LongDouble => with_long_double_of(server, ends.client),
        // A character set is no property of an ABI.
        Cause::Charset => server,
    };
    causes.iter().fold(ends.server.clone(), alike)
}

#[cfg(test)]
mod tests {
    use super::*;
    use layout::types::Types;
    use layout::{Abis, lay_out};

    /// On m68k bit-fields begin at any bit, on Arm not across a unit of their type.
    #[test]
    fn without_a_difference_in_padding_bit_fields_lie_alike_too() {
        let mut types = Types::new();
        let record = types.structure().field("first", Scalar::Int8);
        let record = record.bits("low", Scalar::Short, 4);
        let record = record.bits("high", Scalar::Short, 12);
        let record = record.field("last", Scalar::Char).add();
        let abi = |name| Abis::builtin().get(name).unwrap();
        let (server, client) = (abi("m68k-sysv"), abi("arm-aapcs"));
        let size = |abi: &Abi| lay_out(abi, &types, record).unwrap().size;
        assert_eq!((size(server), size(client)), (4, 6));
        let ends = Ends { server, client };
        assert_eq!(size(&without(&[Cause::Padding], ends)), 6);
        assert_eq!(size(&without(&[Cause::ByteOrder], ends)), 4);
    }
}
