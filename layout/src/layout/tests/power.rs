//! AIX's power alignment, and Rust's records there. Clang's own word about the first is in `layout/tests/it`.

use super::*;
use crate::types::Rules;

/// Sizes and the last member's offset of a struct, in octets, on 32-bit AIX and beside it on Linux.
fn of(members: &[Scalar]) -> [(u64, u64); 2] {
    ["powerpc-aix", "powerpc-sysv"].map(|abi| {
        let mut builder = Builder::default();
        let id = builder.scalars(members, false);
        let layout = lay_out(builtin(abi), &builder.types, id).unwrap();
        let last = layout.members.last().unwrap();
        (layout.size, last.bit_offset / 8)
    })
}

#[test]
fn a_double_counts_for_the_size_only_where_it_comes_first() {
    use Scalar::{Double, Int, LongLong};
    assert_eq!(of(&[Double, Int]), [(16, 8), (16, 8)]);
    assert_eq!(of(&[Int, Double]), [(12, 4), (16, 8)]);
    assert_eq!(of(&[Int, LongLong]), [(16, 8), (16, 8)]);
}

#[test]
fn a_record_that_is_rounded_up_is_no_more_aligned_than_a_double() {
    let mut builder = Builder::default();
    let inner = builder.scalars(&[Scalar::Double, Scalar::Int], false);
    let int = builder.scalar(Scalar::Int);
    let outer = builder.record(Record {
        members: vec![member("n", int), member("inner", inner)],
        ..Record::new(RecordKind::Struct)
    });
    let first = builder.record(Record {
        members: vec![member("inner", inner), member("n", int)],
        ..Record::new(RecordKind::Struct)
    });
    let either = builder.record(Record {
        members: vec![member("n", int), member("inner", inner)],
        ..Record::new(RecordKind::Union)
    });
    let packed = builder.scalars(&[Scalar::Double, Scalar::Char], true);
    let of = |id| {
        let layout = lay_out(builtin("powerpc64-aix"), &builder.types, id).unwrap();
        (layout.size, layout.align)
    };
    assert_eq!(of(inner), (16, 4));
    assert_eq!(of(outer), (20, 4));
    assert_eq!(of(first), (24, 4));
    // All members of a union begin it.
    assert_eq!(of(either), (16, 4));
    assert_eq!(of(packed), (9, 1));
}

#[test]
fn a_record_of_rust_is_not_rounded_up() {
    let mut builder = Builder::default();
    let double = builder.types.add(Type::Number {
        kind: crate::abi::Number::Float64,
        rules: Rules::Rust,
    });
    let int = builder.scalar(Scalar::Int);
    let id = builder.record(Record {
        members: vec![member("d", double), member("n", int)],
        rules: Rules::Rust,
        ..Record::new(RecordKind::Struct)
    });
    let layout = lay_out(builtin("powerpc64-aix"), &builder.types, id).unwrap();
    assert_eq!((layout.size, layout.align), (12, 4));
}

#[test]
fn a_unit_of_bit_fields_is_an_int_at_least() {
    for (kind, bits, expected) in [
        (Scalar::Char, 3, [(4, 4), (1, 1)]),
        (Scalar::Short, 3, [(4, 4), (2, 2)]),
        (Scalar::LongLong, 20, [(4, 4), (8, 8)]),
        (Scalar::LongLong, 40, [(8, 8), (8, 8)]),
    ] {
        let found = ["powerpc-aix", "powerpc-sysv"].map(|abi| {
            let mut builder = Builder::default();
            let kind = builder.scalar(kind);
            let id = builder.record(Record {
                members: vec![Member {
                    bits: Some(bits),
                    ..member("f", kind)
                }],
                ..Record::new(RecordKind::Struct)
            });
            let layout = lay_out(builtin(abi), &builder.types, id).unwrap();
            (layout.size, layout.align)
        });
        assert_eq!(found, expected, "{kind} : {bits}");
    }
}

#[test]
fn with_the_alignment_of_another_abi_comes_what_counts_first() {
    let aix = builtin("powerpc-aix");
    let mut builder = Builder::default();
    let id = builder.scalars(&[Scalar::Double, Scalar::Int], false);
    let size = |abi: &Abi| lay_out(abi, &builder.types, id).unwrap().size;
    let sysv = builtin("powerpc-sysv").with_compiler(crate::abi::Dialect::Clang);
    assert_eq!(size(&sysv.with_alignment_of(aix)), 16);
    let i386 = builtin("i386-sysv");
    assert_eq!(size(&aix.with_alignment_of(i386)), 12);
}

#[test]
fn what_is_not_known_of_aix_is_not_told() {
    let gcc = builtin("powerpc-aix").with_compiler(crate::abi::Dialect::Gcc);
    let mut builder = Builder::default();
    let id = builder.scalars(&[Scalar::Double, Scalar::Int], false);
    let error = lay_out(&gcc, &builder.types, id).unwrap_err();
    assert!(error.to_string().contains("GCC on AIX"), "{error}");
}
